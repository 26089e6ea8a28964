"""Ratios of densities: log odds that a note is a human's, from features that are switches.

Each note turns a few switches on. A logistic regression of human notes against a machine's tells
what each is worth (Sugiyama et al. 2012): one that is on as often as it should be is worth nothing.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from musegen.barmap import BarMap
from musegen.context import Context, end_of
from musegen.encoding import TIED, Field, encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from musegen.song import Song

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float32]

STRENGTH = 0.3
"""Inverse of the penalty on large corrections."""

STREAK = np.array([0, 1, 1, 2, 2, 3, 3, 3, 4])
"""How many notes on end have been as they were bars ago (`Context.match`), in classes."""

STREAKS = int(STREAK.max()) + 1

_SONGS_AT_ONCE = 256


def numbered(sizes: Mapping[str, int]) -> dict[str, int]:
    """The first number of each group of switches, by name; ``nothing`` is the last of all."""
    ends = np.cumsum(list(sizes.values())).tolist()
    return dict(zip(sizes, [0, *ends[:-1]], strict=True)) | {"nothing": ends[-1]}


def followed(songs: Sequence[Song]) -> Iterator[tuple[Context, Ints, Ints, Ints]]:
    """Every song from note to note, many side by side.

    Yields
    ------
    The context before an event, the event's onset (B,), the events (B, 4) and, for each of B, the
    index of its song in ``songs``, or -1 where it begins no note.
    """
    parts = len(songs[0].parts)
    for start in range(0, len(songs), _SONGS_AT_ONCE):
        some = songs[start : start + _SONGS_AT_ONCE]
        events = [encode(song).astype(np.int64) for song in some]
        context = Context([BarMap.of(song) for song in some], parts)
        carries = np.zeros(len(some), bool)
        for step in range(max(map(len, events))):
            now = np.stack([own[step] if step < len(own) else end_of(parts) for own in events])
            is_note = now[:, Field.PART] < parts
            index = np.where(is_note & ~carries, start + np.arange(len(some)), -1)
            yield context, context.onset_after(now[:, Field.SHIFT]), now, index
            carries = is_note & (now[:, Field.DURATION] == TIED)
            context.add(now)


def replayed(songs: Sequence[Song]) -> Iterator[Context]:
    """Contexts of songs, many side by side, each when all its songs are done."""
    done: Context | None = None
    for context, *_ in followed(songs):
        if done is not None and done is not context:
            yield done
        done = context
    if done is not None:
        yield done


def worths(human: Ints, machine: Ints, count: int) -> Floats:
    """What each of ``count`` switches is worth, in nats; the last, for *nothing*, is worth none.

    Parameters
    ----------
    human, machine
        The switches that notes turn on, (notes, K) numbers each.
    """
    from scipy.sparse import csr_array
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    rows = np.concatenate([human, machine])
    notes, each = rows.shape
    shown = csr_array(
        (np.ones(notes * each), rows.ravel(), np.arange(0, notes * each + 1, each)),
        shape=(notes, count),
    )
    is_human = np.arange(notes) < len(human)
    # More threads only wait for each other over so few numbers. So many rounds are enough, settled or
    # not: those who teach a critic cannot do anything about it.
    with (
        threadpool_limits(1),
        warnings.catch_warnings(action="ignore", category=ConvergenceWarning),
    ):
        model = LogisticRegression(C=STRENGTH, max_iter=300).fit(shown, is_human)
    found = model.coef_[0].astype(np.float32)
    found[-1] = 0.0
    return np.asarray(found)
