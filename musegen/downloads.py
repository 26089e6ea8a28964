"""Human music from its public source, by a few files at a time, each checked by its checksum.

A collection grows in a hidden folder beside its place and takes its name when it is whole. A
file that breaks off stays as ``.part`` and is gone on with, so that nothing is fetched twice;
nothing half-written ever has a file's own name.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from musegen import __version__, settings
from musegen.corpora import at_hand
from musegen.errors import CorpusError, DownloadError, FailureError, MusegenError
from musegen.files import make_folder
from musegen.genres import find
from musegen.manifests import Manifest, RemoteFile, has_manifest, read_manifest
from musegen.piece_sources import collection_of, not_at_hand
from musegen.sources.records import fetched_dir

AT_A_TIME = 4
"""Connections: gentle on the server, and enough for many small files."""

TIMEOUT_S = 30.0
TRIES = 4
PAUSE_S = 1.0
"""Before the second try; twice as long before each further one."""

_CHUNK_BYTES = 1 << 16
_RESUMED = 206
_PASSING_CODES = (408, 416, 425, 429)
"""Answers that may be another one soon; 416 comes once a ``.part`` is too long."""

Progress = Callable[[int, int], None]
"""Takes the bytes that are there and the bytes there will be."""


def fetch(
    genre: str,
    *,
    manifest: Manifest | None = None,
    progress: Progress | None = None,
    pause_s: float = PAUSE_S,
) -> Path | None:
    """Get a genre's human pieces, unless they are at hand; returns their new folder or None.

    Parameters
    ----------
    manifest
        What to get; by default what ships with musegen.
    progress
        Called with bytes, from several threads but never twice at once.

    Raises
    ------
    CorpusError
        When the genre's pieces are not to be had this way; it says what to do instead.
    DownloadError
        When the source cannot be reached, breaks off, or gives another file; what came so far
        is kept for the next time.
    """
    name = find(genre).name
    if at_hand(name):
        return None
    collection = collection_of(name)
    if collection is None or (manifest is None and not has_manifest(collection)):
        raise CorpusError(not_at_hand(name))
    return _fetch_collection(
        collection, manifest or read_manifest(collection), progress=progress, pause_s=pause_s
    )


def _fetch_collection(
    collection: str, manifest: Manifest, *, progress: Progress | None, pause_s: float
) -> Path:
    final = fetched_dir(collection)
    growing = final.with_name(f".{collection}")
    make_folder(final.parent)
    with _alone(final.with_name(f".{collection}.lock"), collection):
        folder = final if final.is_dir() else growing
        _fetch_files(manifest, folder, progress=progress, pause_s=pause_s)
        if folder is growing:
            _take_place(growing, final)
    return final


def _take_place(growing: Path, final: Path) -> None:
    try:
        growing.replace(final)
    except OSError as error:
        raise FailureError(
            f"“{growing}” cannot be renamed to “{final.name}”; rename it by hand."
        ) from error


@contextmanager
def _alone(lock: Path, collection: str) -> Iterator[None]:
    """Only one process fetches a collection at a time; the system frees the lock of a dead one."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows: two at once would only do the work twice
        yield
        return
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DownloadError(
                f"“{collection}” is being fetched already; wait until that is done."
            ) from error
        yield


def _fetch_files(
    manifest: Manifest, folder: Path, *, progress: Progress | None, pause_s: float
) -> None:
    counter = _Counter(manifest.size, progress)
    fetcher = _Fetcher(folder, _address(manifest), counter, pause_s)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        running = [pool.submit(fetcher.fetch, file) for file in manifest.files]
        try:
            for done in as_completed(running):
                done.result()
        except BaseException:
            fetcher.stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def _address(manifest: Manifest) -> str:
    return f"{settings.mirror()}/{manifest.repository}/{manifest.commit}"


class _Counter:
    """Counts the bytes of all threads together."""

    def __init__(self, total: int, report: Progress | None) -> None:
        self._total = total
        self._report = report
        self._done = 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        """Count bytes more, or fewer when some have to be fetched again."""
        with self._lock:
            self._done += count
            if self._report is not None:
                self._report(self._done, self._total)

    @contextmanager
    def attempt(self) -> Iterator[Callable[[int], None]]:
        """Gives a way to count that is taken back when the block fails."""
        counted = 0

        def add(count: int) -> None:
            nonlocal counted
            counted += count
            self.add(count)

        try:
            yield add
        except BaseException:
            self.add(-counted)
            raise


class _UnlikeError(Exception):
    """What came is not what the manifest says."""


class _BrokeOffError(Exception):
    """The answer ended before the file did."""


_TRANSIENT = (OSError, HTTPException, _UnlikeError, _BrokeOffError)
_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.ENOENT)


class _Fetcher:
    """Gets single files into a folder; used by several threads at once."""

    def __init__(self, folder: Path, address: str, counter: _Counter, pause_s: float) -> None:
        self.stop = threading.Event()
        self._folder = folder
        self._address = address
        self._counter = counter
        self._pause_s = pause_s

    def fetch(self, file: RemoteFile) -> None:
        """Get one file unless it is there, trying again where that may help."""
        path = self._folder / file.path
        if file.matches(path):
            self._counter.add(file.size)
            return
        make_folder(path.parent)
        for attempt in range(TRIES):
            if self.stop.wait(self._pause_s * (2**attempt - 1)):
                return
            try:
                with self._counter.attempt() as add:
                    self._try(file, path, add)
            except _TRANSIENT as error:
                if isinstance(error, HTTPError):
                    error.close()  # it holds the connection
                if attempt + 1 == TRIES or not _may_pass(error):
                    raise _told(file, path, error) from error
            else:
                return

    def _try(self, file: RemoteFile, path: Path, add: Callable[[int], None]) -> None:
        part = path.with_name(path.name + ".part")
        have = part.stat().st_size if part.is_file() else 0
        if have > file.size:
            have = 0
        add(have)
        if have < file.size:
            self._receive(file, part, have, add)
        if not file.matches(part):
            part.unlink()
            raise _UnlikeError
        part.replace(path)

    def _receive(self, file: RemoteFile, part: Path, have: int, add: Callable[[int], None]) -> None:
        """Get what is missing of a file; a server that cannot go on sends it from the start."""
        headers = {"User-Agent": f"musegen/{__version__}"}
        if have:
            headers["Range"] = f"bytes={have}-"
        url = f"{self._address}/{quote(file.path)}"
        with urlopen(Request(url, headers=headers), timeout=TIMEOUT_S) as answer:
            goes_on = answer.status == _RESUMED
            if not goes_on:
                add(-have)
                have = 0
            with part.open("ab" if goes_on else "wb") as out:
                while have < file.size and (chunk := answer.read(_CHUNK_BYTES)):
                    if self.stop.is_set():
                        raise _BrokeOffError
                    out.write(chunk)
                    have += len(chunk)
                    add(len(chunk))
        if have < file.size:
            raise _BrokeOffError


def _may_pass(error: Exception) -> bool:
    """Whether another try may help: not where the server is sure, nor with a full disk."""
    if isinstance(error, HTTPError):
        return error.code in _PASSING_CODES or error.code >= 500
    return not (isinstance(error, OSError) and error.errno in _DISK_ERRORS)


def _told(file: RemoteFile, path: Path, error: Exception) -> MusegenError:
    """What went wrong, for a person."""
    host = urlsplit(settings.mirror()).netloc or settings.mirror()
    if isinstance(error, _UnlikeError):
        return DownloadError(
            f"{host} sent another “{file.path}” than was asked for (its checksum is wrong); "
            "try again later, and report it if it stays so."
        )
    if isinstance(error, HTTPError):
        return DownloadError(
            f"{host} does not give “{file.path}” (it answers {error.code}); try again later, or "
            f"let {settings.CORPORA_VARIABLE} name a folder that holds the collection."
        )
    if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
        reason = (error.strerror or "unknown reason").lower()
        return FailureError(f"“{path}” cannot be written ({reason}); make room for it.")
    if isinstance(error, _BrokeOffError | HTTPException):
        return DownloadError(
            f"{host} broke off in the middle of “{file.path}”; do the same again to go on from there."
        )
    return DownloadError(
        f"{host} cannot be reached ({_reason(error)}); check the network, and do the same again "
        "to go on."
    )


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", error)
    told = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return str(told).lower()
