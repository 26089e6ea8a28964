"""Faults that a listener hears first are counted."""

from __future__ import annotations

import pytest

from musegen.choosing import Typical, ends_on, faults, parallel_share, silent_beats
from musegen.song import Note

TYPICAL = Typical(1.5, 0.2)


def line(*pitches: int, length: int = 12) -> list[Note]:
    return [Note(i * length, pitch, length) for i, pitch in enumerate(pitches)]


@pytest.mark.parametrize(
    ("upper", "lower", "share"),
    [
        ((67, 69, 71), (60, 62, 64), 1.0),  # parallel fifths
        ((72, 74, 76), (60, 62, 64), 1.0),  # parallel octaves
        ((64, 65, 67), (60, 62, 64), 0.0),  # thirds
        ((67, 67, 67), (60, 60, 60), 0.0),  # a fifth that stands still
        ((67, 62, 71), (60, 67, 64), 0.0),  # against each other
    ],
)
def test_parallel_fifths_and_octaves_are_found(
    upper: tuple[int, ...], lower: tuple[int, ...], share: float
) -> None:
    assert parallel_share([line(*upper), line(*lower)]) == share


def test_silence_is_counted_in_beats() -> None:
    assert silent_beats([line(60, 62)], 0, 48) == 2.0


def test_the_lowest_last_note_is_the_one_that_closes() -> None:
    assert ends_on([line(60, 64), line(55, 48)], 0)
    assert not ends_on([line(60, 60), line(55, 55)], 0)
    assert not ends_on([[], []], 0)


def test_a_draft_that_ends_elsewhere_loses_to_any_that_closes() -> None:
    settings = {"start_tick": 0, "end_tick": 48, "typical": TYPICAL, "tonic": 0}
    closing = faults([line(60, 62, 59, 60)], nats=2.5, **settings)
    open_end = faults([line(60, 62, 59, 62)], nats=1.5, **settings)
    assert closing < open_end


def test_a_draft_of_usual_surprise_is_better_than_a_bland_or_a_wild_one() -> None:
    settings = {"start_tick": 0, "end_tick": 48, "typical": TYPICAL, "tonic": None}
    usual, bland, wild = (faults([line(60, 62, 59, 60)], nats=n, **settings) for n in (1.5, 0.6, 3))
    assert usual < bland
    assert usual < wild


def test_a_note_hammered_on_is_a_fault() -> None:
    settings = {"start_tick": 0, "end_tick": 144, "nats": 1.5, "typical": TYPICAL, "tonic": None}
    moving, hammering = line(*[60, 62] * 6), line(*[60] * 12)
    assert faults([moving], **settings) < faults([hammering], **settings)
