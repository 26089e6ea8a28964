"""Writing files whole: a file has its final name only once all of it is there."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from musegen.errors import FailureError


def write_whole(path: Path, content: bytes | str) -> None:
    """Write ``path`` at once or not at all; text is UTF-8. Missing folders are made.

    Raises
    ------
    FailureError
        When nothing can be written there; what stood there before still does.
    """
    with whole_file(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to be written bit by bit, which is at ``path`` once the block is left well.

    Raises
    ------
    FailureError
        When nothing can be written there; what stood there before still does. So it does after
        any other error in the block.
    """
    make_folder(path.parent)
    try:
        if path.is_dir():
            raise FailureError(f"“{path}” is a folder; give the name of a file.")
        with _replacing(path) as file:
            yield file
    except OSError as error:
        raise FailureError(_sentence(path, error)) from error


def make_folder(folder: Path) -> None:
    """Make ``folder`` and those above it where they are missing, and see that it takes files.

    Raises
    ------
    FailureError
        When there can be no such folder, or it takes no files.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FailureError(_sentence(folder, error)) from error


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)  # mkstemp's files are the owner's alone
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _sentence(path: Path, error: OSError) -> str:
    reason = (error.strerror or "unknown reason").lower()
    return f"“{path}” cannot be written ({reason}); choose another place."
