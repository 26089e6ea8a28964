"""How much of a song stands in the music that its network learned from.

A *run* is 8 consecutive notes of one part, as their 7 intervals and 8 durations, so the same tune
in another key is the same run. Of notes that begin together in one part the highest counts.
A song is compared with the training set only; the same figures of held-out human pieces tell what
is usual, since humans share turns of phrase too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.errors import ModelError
from musegen.files import write_whole
from musegen.song import Part, Song

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RUN_NOTES = 8

_PITCH_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_LENGTH_FACTOR = np.uint64(0xC2B2AE3D27D4EB4F)
_MIX = np.uint64(0xFF51AFD7ED558CCD)


@dataclass(frozen=True, slots=True)
class CopyReport:
    """A song's copying beside that of held-out human pieces.

    ``share`` is the share of the song's runs that stand in the training set; ``longest_run`` the
    most consecutive notes of which every run does (0 if none).
    """

    share: float
    longest_run: int
    human_share_p95: float
    human_share_median: float
    human_longest_median: int
    human_longest_max: int

    @property
    def is_within_human(self) -> bool:
        """Whether the song copies no more than 95 % of human pieces do."""
        return self.share <= self.human_share_p95 and self.longest_run <= self.human_longest_max


class TrainingRuns:
    """The runs of a training set as sorted 32-bit hashes: they tell a run again, no more."""

    def __init__(self, hashes: NDArray[np.uint32]) -> None:
        self._hashes = hashes

    @classmethod
    def of(cls, songs: Iterable[Song]) -> TrainingRuns:
        """The runs of every part of every song."""
        found = [runs for song in songs for runs in _song_runs(song)]
        return cls(np.unique(np.concatenate(found or [np.zeros(0, np.uint32)])))

    @classmethod
    def read(cls, path: Path) -> TrainingRuns:
        """What `write` wrote.

        Raises
        ------
        ModelError
            When the file is missing or damaged.
        """
        try:
            return cls(np.load(path, allow_pickle=False))
        except (OSError, ValueError, EOFError) as error:
            raise ModelError(
                f"The copy check's file “{path}” cannot be read; get it again or train anew."
            ) from error

    def joined(self, other: TrainingRuns) -> TrainingRuns:
        """The runs of both training sets."""
        return TrainingRuns(np.union1d(self._hashes, other._hashes))

    def write(self, path: Path) -> None:
        buffer = BytesIO()
        np.save(buffer, self._hashes)
        write_whole(path, buffer.getvalue())

    def copying(self, song: Song) -> tuple[float, int]:
        """Share of the song's runs found here, and its longest copied run in notes.

        A song without a single run of `RUN_NOTES` notes gives ``(0.0, 0)``.
        """
        found = [self._contains(runs) for runs in _song_runs(song)]
        total = sum(len(f) for f in found)
        if total == 0:
            return 0.0, 0
        longest = max(map(_longest_streak, found))
        return sum(int(f.sum()) for f in found) / total, longest + RUN_NOTES - 1 if longest else 0

    def _contains(self, runs: NDArray[np.uint32]) -> NDArray[np.bool_]:
        if not len(self._hashes):
            return np.zeros(len(runs), bool)
        at = np.minimum(np.searchsorted(self._hashes, runs), len(self._hashes) - 1)
        return np.asarray(self._hashes[at] == runs)


def human_figures(runs: TrainingRuns, held_out: Iterable[Song]) -> dict[str, Any]:
    """What is usual in held-out human pieces: the last four fields of `CopyReport`."""
    shares, longest = zip(*(runs.copying(song) for song in held_out), strict=True)
    return {
        "human_share_p95": float(np.percentile(shares, 95)),
        "human_share_median": float(np.median(shares)),
        "human_longest_median": int(np.median(longest)),
        "human_longest_max": int(max(longest)),
    }


def _song_runs(song: Song) -> Iterator[NDArray[np.uint32]]:
    for part in song.parts:
        melody = _top_notes(part)
        if len(melody) >= RUN_NOTES:
            yield _run_hashes(melody)


def _top_notes(part: Part) -> NDArray[np.int64]:
    """Pitch and duration of the highest note of each onset, (notes, 2)."""
    top = {note.onset_tick: (note.pitch, note.duration_ticks) for note in part.notes}
    return np.array([top[onset] for onset in sorted(top)], np.int64).reshape(-1, 2)


def _run_hashes(melody: NDArray[np.int64]) -> NDArray[np.uint32]:
    """A hash of every run of ``melody`` (notes, 2), (notes - RUN_NOTES + 1,)."""
    intervals = np.diff(melody[:, 0], prepend=0).astype(np.uint64)
    lengths = melody[:, 1].astype(np.uint64)
    count = len(melody) - RUN_NOTES + 1
    total = np.zeros(count, np.uint64)
    for i in range(RUN_NOTES):
        interval = intervals[i : i + count] if i else np.zeros(count, np.uint64)
        total = (total ^ (interval * _PITCH_FACTOR + lengths[i : i + count])) * _LENGTH_FACTOR
        total ^= total >> np.uint64(29)
    return ((total * _MIX) >> np.uint64(32)).astype(np.uint32)


def _longest_streak(found: NDArray[np.bool_]) -> int:
    longest = streak = 0
    for hit in found.tolist():
        streak = streak + 1 if hit else 0
        longest = max(longest, streak)
    return longest
