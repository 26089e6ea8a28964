"""What a collection of human music that can be fetched consists of: every file, with its checksum.

A manifest is a compressed JSON file in ``musegen/sources/manifests``, written by
``scripts/make_manifests.py``. Paths are relative to the repository and to the collection's
folder alike.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from musegen.errors import CorpusError

FOLDER = Path(__file__).resolve().parent / "sources" / "manifests"

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file: where it lies, how many bytes it has, and their SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str

    def matches(self, path: Path) -> bool:
        """Whether ``path`` holds exactly this file."""
        try:
            return path.stat().st_size == self.size and sha256_of(path) == self.sha256
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Manifest:
    """A collection: its public GitHub repository (``owner/name``), the commit, the files."""

    repository: str
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def manifest_of(folder: Path, paths: Iterable[Path], *, repository: str, commit: str) -> Manifest:
    """The manifest of files that lie in ``folder`` as they do in the repository."""
    files = tuple(
        RemoteFile(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path))
        for path in sorted(set(paths))
    )
    return Manifest(repository, commit, files)


def has_manifest(collection: str) -> bool:
    """Whether a collection can be fetched."""
    return _file(collection).is_file()


def read_manifest(collection: str) -> Manifest:
    """A collection's manifest.

    Raises
    ------
    CorpusError
        When there is none, or it is damaged.
    """
    try:
        record = json.loads(gzip.decompress(_file(collection).read_bytes()))
        files = tuple(RemoteFile(*file) for file in record["files"])
        _check_paths(files)
        return Manifest(record["repository"], record["commit"], files)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"The list of files of “{collection}” is missing or damaged; install musegen anew."
        ) from error


def manifest_bytes(manifest: Manifest) -> bytes:
    """A manifest as its file holds it; the same manifest, the same bytes."""
    record = {
        "repository": manifest.repository,
        "commit": manifest.commit,
        "files": [[file.path, file.size, file.sha256] for file in manifest.files],
    }
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _file(collection: str) -> Path:
    return FOLDER / f"{collection}.json.gz"


def _check_paths(files: Iterable[RemoteFile]) -> None:
    """No file may land outside of the collection's folder."""
    for file in files:
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(file.path)
