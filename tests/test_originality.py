"""The copy check finds what is copied, in any key, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musegen import corpora
from musegen.errors import ModelError
from musegen.originality import RUN_NOTES, TrainingRuns
from musegen.song import C_MAJOR, Note, Part, Song, regular_bars, transpose


def tune(seed: int, notes: int = 40) -> Song:
    rng = np.random.default_rng(seed)
    pitches = rng.integers(55, 80, notes)
    lengths = rng.choice([3, 6, 12, 24], notes)
    onsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    played = tuple(
        Note(int(o), int(p), int(d)) for o, p, d in zip(onsets, pitches, lengths, strict=True)
    )
    return Song("x", (Part("Fiddle", 40, played),), regular_bars(30, 4, 4))


def spliced(original: Song, copied: Song, notes: int) -> Song:
    """``original`` with its first ``notes`` notes taken from ``copied``."""
    taken = copied.parts[0].notes[:notes]
    end = taken[-1].end_tick
    rest = tuple(
        Note(n.onset_tick + end, n.pitch, n.duration_ticks) for n in original.parts[0].notes
    )
    return Song("x", (Part("Fiddle", 40, taken + rest),), regular_bars(60, 4, 4))


def test_a_song_copied_whole_is_found_in_any_key() -> None:
    runs = TrainingRuns.of([tune(1), tune(2)])
    assert runs.copying(tune(1)) == (1.0, 40)
    assert runs.copying(transpose(tune(1), 5, C_MAJOR)) == (1.0, 40)


def test_a_new_song_copies_nothing() -> None:
    assert TrainingRuns.of([tune(1), tune(2)]).copying(tune(3)) == (0.0, 0)


@pytest.mark.parametrize("notes", [RUN_NOTES, 15, 30])
def test_the_longest_run_is_counted_in_notes(notes: int) -> None:
    share, longest = TrainingRuns.of([tune(1)]).copying(spliced(tune(3), tune(1), notes))
    assert longest == notes
    total = notes + 40 - RUN_NOTES + 1
    assert share == pytest.approx((notes - RUN_NOTES + 1) / total)


def test_the_same_intervals_in_another_rhythm_are_no_copy() -> None:
    song = tune(1)
    slower = tuple(
        Note(2 * n.onset_tick, n.pitch, 2 * n.duration_ticks) for n in song.parts[0].notes
    )
    stretched = Song("x", (Part("Fiddle", 40, slower),), regular_bars(60, 4, 4))
    assert TrainingRuns.of([song]).copying(stretched) == (0.0, 0)


def test_a_song_shorter_than_a_run_copies_nothing() -> None:
    assert TrainingRuns.of([tune(1)]).copying(tune(1, notes=5)) == (0.0, 0)


def test_every_training_piece_is_found_and_held_out_ones_are_not() -> None:
    pieces = list(corpora.load("chorale", ["bwv2.6", "bwv4.8", "bwv5.7"]).values())
    runs = TrainingRuns.of(pieces[:2])
    assert runs.copying(pieces[0])[0] == 1.0
    assert runs.copying(pieces[2])[0] < 0.2


def test_runs_come_back_from_their_file(tmp_path: Path) -> None:
    runs = TrainingRuns.of([tune(1)])
    runs.write(tmp_path / "runs.npy")
    assert TrainingRuns.read(tmp_path / "runs.npy").copying(tune(1)) == (1.0, 40)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs.npy").write_bytes(b"no")
    with pytest.raises(ModelError, match="cannot be read; get it again or train anew"):
        TrainingRuns.read(tmp_path / "runs.npy")
