"""Faults that a listener hears first are counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musegen.cadences import Close
from musegen.choosing import (
    WEIGHTS,
    Typical,
    Wishes,
    faults,
    parallel_share,
    relation_faults,
    silent_beats,
)
from musegen.song import C_MAJOR, Note
from musegen.writing import SURE

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


def test_a_draft_that_says_again_as_much_as_wished_is_better() -> None:
    fresh = [line(*range(60, 76))]
    echoing = [line(*[60, 62, 64, 65] * 4)]
    for wished, better, worse in ((0.0, fresh, echoing), (1.0, echoing, fresh)):
        wishes = Wishes({}, echo=(wished, 48))
        assert relation_faults(better, wishes, 192) == 0.0
        assert relation_faults(worse, wishes, 192) > 1.0
        assert relation_faults(worse, replace(wishes, echo=None), 192) == 0.0


def test_echoes_that_are_missed_weigh_as_much_in_a_slow_draft_as_in_a_quick_one() -> None:
    wishes = Wishes({}, echo=(1.0, 48))
    quick, slow = [line(*range(60, 76))], [line(*range(60, 68), length=24)]
    assert relation_faults(quick, wishes, 192) == relation_faults(slow, wishes, 192) > 1.0


def test_a_draft_of_usual_surprise_is_better_than_a_bland_or_a_wild_one() -> None:
    usual, bland, wild = (
        faults([line(60, 62, 59, 60)], nats=nats, typical=TYPICAL) for nats in (1.5, 0.6, 3)
    )
    assert usual < bland
    assert usual < wild


def test_a_note_hammered_on_is_a_fault() -> None:
    moving, hammering = [line(*[60, 62] * 6)], [line(*[60] * 12)]
    assert faults(moving, nats=1.5, typical=TYPICAL) == 0.0
    assert faults(hammering, nats=1.5, typical=TYPICAL) > 0.0


def test_what_is_usual_in_a_genre_is_no_fault_there() -> None:
    fifths, hammering = [line(67, 69, 71), line(60, 62, 64)], [line(*[60] * 12)]
    for voices, share in ((fifths, {"parallels": 1.0}), (hammering, {"hammered": 0.5})):
        assert faults(voices, nats=1.5, typical=TYPICAL) > 0.0
        assert faults(voices, nats=1.5, typical=replace(TYPICAL, **share)) == 0.0


def test_voices_rest_as_much_as_is_wished() -> None:
    full = [line(60, 62, 64, 65), line(55, 57, 59, 60)]
    half = [full[0], []]
    wished = Wishes({}, silence=0.5)
    assert relation_faults(full, Wishes({}), 48) == relation_faults(half, wished, 48) == 0.0
    assert relation_faults(full, wished, 48) == relation_faults(half, Wishes({}), 48) > 0.0


NOTHING = Wishes({})


def test_going_elsewhere_is_better_than_saying_it_again() -> None:
    first = [line(60, 62, 64, 65)]
    wishes = Wishes({}, free_tick=24, unlike=first)
    same, other = (
        relation_faults([line(60, 62, *rest)], wishes, 48) for rest in ((64, 65), (59, 57))
    )
    assert other < same


@pytest.mark.parametrize("relation", ["unlike", "contrast"])
def test_nothing_that_a_critic_likes_outweighs_that_a_section_is_another_note_for_note(
    relation: str,
) -> None:
    first, home = [line(60, 62, 64, 65)], (Close.FULL, C_MAJOR)
    wishes = Wishes({24: home, 48: home}, free_tick=24, **{relation: first})
    same, nearly = (relation_faults([line(60, 62, 64, last)], wishes, 48) for last in (65, 64))
    assert same - nearly > 2 * SURE * WEIGHTS.critic
    half = relation_faults([line(60, 62)], wishes, 24)
    assert half < WEIGHTS.critic  # what begins so may still go elsewhere


def test_what_stands_already_is_not_held_against_a_draft() -> None:
    wishes = Wishes({}, free_tick=24, unlike=[line(60, 62, 64, 65)])
    shared, new = (
        relation_faults([line(*begin, 59, 55)], wishes, 48) for begin in ((60, 62), (70, 71))
    )
    assert shared == new


def test_a_contrast_is_heard_in_register_and_density() -> None:
    wishes = Wishes({}, contrast=[line(60, 62, 64, 65)])
    settings = wishes, 48
    same = relation_faults([line(61, 62, 64, 64)], *settings)
    higher = relation_faults([line(72, 74, 76, 77)], *settings)
    higher_and_slower = relation_faults([line(72, 74, length=24)], *settings)
    assert same > higher > higher_and_slower == 0.0


def test_a_bridge_pays_for_what_it_borrows_where_the_critic_weighs_much() -> None:
    chorus = [line(60, 62, 64, 65)]
    wishes = Wishes({}, contrast=chorus)
    octave_higher, other = [line(72, 74, 76, 77)], [line(76, 72, 77, 74)]
    usual = [relation_faults(own, wishes, 48) for own in (octave_higher, other)]
    assert usual[0] == usual[1]
    louder = WEIGHTS.with_critic(2 * WEIGHTS.critic)
    borrowed, own = (relation_faults(one, wishes, 48, louder) for one in (octave_higher, other))
    assert borrowed - own > louder.critic


def test_the_last_return_is_the_fuller_one() -> None:
    wishes = Wishes({}, free_tick=24, fuller=[line(60, 62, 64, 65)])
    thin = relation_faults([[*line(60, 62), Note(24, 60, 24)]], wishes, 48)
    full = relation_faults(
        [[*line(60, 62), *(Note(24 + 6 * i, 60, 6) for i in range(4))]], wishes, 48
    )
    assert full < thin


def test_closes_cost_more_the_more_they_close() -> None:
    inner, end = (WEIGHTS.close(Close.HALF, is_end=is_end) for is_end in (False, True))
    assert inner < end < WEIGHTS.close(Close.FINAL, is_end=True)
    assert relation_faults([line(60)], NOTHING, 12) == 0.0


def test_a_section_leads_to_what_follows_it() -> None:
    wishes = Wishes({24: (Close.HALF, C_MAJOR)}, follows=[line(72), line(48)])
    near = relation_faults([line(60, 69), line(55, 60)], wishes, 24)
    far = relation_faults([line(60, 64), line(55, 62)], wishes, 24)
    assert near == 0.0
    assert far == pytest.approx(6 * WEIGHTS.leaps)  # four semitones too far above, two below
    longer = replace(wishes, closes={48: (Close.HALF, C_MAJOR)})
    assert relation_faults([line(60, 64), line(55, 62)], longer, 24) == 0.0  # more is to come


def test_beside_a_discriminator_closes_are_left_to_it_but_where_sections_close_as_planned() -> None:
    """How a song ends is never left to it."""
    left, planned = (WEIGHTS.with_discriminator(inner_close=price) for price in (None, 0.3))
    assert left.close(Close.FULL, is_end=True) < planned.close(Close.FULL, is_end=True)
    assert planned.close(Close.FULL, is_end=True) == WEIGHTS.close(Close.FULL, is_end=True)
    assert left.close(Close.HALF, is_end=False) == 0.0
    assert planned.close(Close.HALF, is_end=False) == 0.3
    for weights in (left, planned):
        assert weights.close(Close.FINAL, is_end=True) == WEIGHTS.close(Close.FINAL, is_end=True)
