"""Hashes of many things at once, for what is counted in buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def mixed(kind: str, shape: tuple[int, ...], values: tuple[Any, ...]) -> NDArray[np.uint64]:
    """A hash of the ``kind`` and of each row of ``values`` (multiply and shift, as in SplitMix64).

    Each of ``values`` is of ``shape``, or one number.
    """
    seed = 0
    for letter in kind.encode():
        seed = (seed * 257 + letter) % (1 << 64)
    found = np.full(shape, seed, np.uint64)
    for value in values:
        found = (found ^ (found >> np.uint64(29))) * _FACTOR
        found = found ^ np.asarray(value).astype(np.int64).astype(np.uint64)
    found = (found ^ (found >> np.uint64(29))) * _FACTOR
    return np.asarray(found ^ (found >> np.uint64(32)))
