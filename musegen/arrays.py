"""Arrays that belong together, in one file: written whole, and one sentence if it is damaged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from musegen.errors import ModelError
from musegen.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def write_arrays(path: Path, arrays: Mapping[str, Any], *, compressed: bool = True) -> None:
    """Write arrays by name as one NumPy archive."""
    buffer = BytesIO()
    save = np.savez_compressed if compressed else np.savez
    save(buffer, **arrays)
    write_whole(path, buffer.getvalue())


@contextmanager
def arrays_of(path: Path, complaint: str) -> Iterator[dict[str, NDArray[Any]]]:
    """What `write_arrays` wrote, for a block that makes something of it.

    Raises
    ------
    ModelError
        Saying ``complaint``, when the file is missing or damaged, or the block finds arrays missing
        (`KeyError`) or other than they should be (`ValueError`).
    """
    try:
        # Read first: NumPy leaves a file that is no archive open.
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        yield arrays
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ModelError(complaint) from error
