"""A real HTTP server on the loopback that stands for the public source of human music."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class Mirror:
    """What is served, how it misbehaves, and what was asked for.

    ``breaks`` tells after how many bytes an answer breaks off, a path at a time, and how often;
    ``errors`` which status a path has instead of its content.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.breaks: dict[str, list[int]] = {}
        self.errors: dict[str, list[int]] = {}
        self.knows_ranges = True
        self.asked: list[tuple[str, str | None]] = []
        self.address = ""

    def ranges(self, path: str) -> list[str | None]:
        """The Range header of each request for a path."""
        return [asked for name, asked in self.asked if name == path]


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[Mirror]:
    """Serve files by their path below the server's address."""
    mirror = Mirror(files)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            path = unquote(self.path).lstrip("/")
            wanted = self.headers.get("Range")
            mirror.asked.append((path, wanted))
            content = mirror.files.get(path)
            errors = mirror.errors.get(path)
            if content is None or errors:
                self.send_error(errors.pop(0) if errors else 404)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            start = start if mirror.knows_ranges else 0
            body = content[start:]
            self.send_response(206 if start else 200)
            if start:
                span = f"bytes {start}-{len(content) - 1}/{len(content)}"
                self.send_header("Content-Range", span)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            breaks = mirror.breaks.get(path)
            self.wfile.write(body[: breaks.pop(0)] if breaks else body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mirror.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
