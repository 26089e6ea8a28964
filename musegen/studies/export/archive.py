"""A zip that is written whole or not at all, bit by bit, with the same bytes for the same data.

Nothing is compressed: sound hardly shrinks, and how a text is squeezed differs from one zlib
to the next. All files have the same date, that of the zip format's beginning.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from musegen.files import whole_file

Progress = Callable[[int, int], None]

_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_RIGHTS = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the archive; ``make`` gives its content when its turn comes. Text is UTF-8."""

    name: str
    make: Callable[[], bytes | str]

    def within(self, folder: str) -> Entry:
        """The same file in a folder."""
        return Entry(f"{folder}/{self.name}", self.make)


def text(name: str, content: bytes | str) -> Entry:
    """An entry whose content is at hand."""
    return Entry(name, lambda: content)


def write(path: Path, entries: Sequence[Entry], *, progress: Progress | None = None) -> None:
    """Write all entries, one after the other, into one zip.

    Parameters
    ----------
    progress
        Told how many files are done, and of how many.

    Raises
    ------
    FailureError
        When nothing can be written there; what stood there before still does.
    """
    with whole_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for done, entry in enumerate(entries, start=1):
            archive.writestr(_info(entry.name), entry.make())
            if progress is not None:
                progress(done, len(entries))


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system = _UNIX
    info.external_attr = _RIGHTS
    return info
