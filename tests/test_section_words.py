"""The words of a section: what is counted, and what makes no difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from musegen.section_words import BUCKETS, words
from musegen.song import Note, Part, Song, cut, regular_bars

TUNE = (60, 62, 64, 65, 67, 65, 64, 62, 60, 62, 64, 65, 67, 71, 69, 67)


def tune(pitches: Sequence[int] = TUNE, lengths: Sequence[int] = (12,)) -> Song:
    """Notes one after another, in bars of 4/4."""
    notes, now = [], 0
    for i, pitch in enumerate(pitches):
        notes.append(Note(now, pitch, lengths[i % len(lengths)]))
        now = notes[-1].end_tick
    return Song("x", (Part("Fiddle", 40, tuple(notes)),), regular_bars(-(-now // 48), 4, 4))


def heard(song: Song) -> set[int]:
    return set(words(song).tolist())


def alike(one: Song, other: Song) -> float:
    """The share of all words of both that both have."""
    return len(heard(one) & heard(other)) / len(heard(one) | heard(other))


def test_each_word_is_told_once_and_in_order() -> None:
    found = words(tune()).tolist()
    assert found == sorted(set(found))
    assert 100 < len(found) < 500
    assert max(found) < BUCKETS


@pytest.mark.parametrize(
    "other",
    [
        tune((*TUNE[:5], 66, *TUNE[6:])),
        tune((*TUNE[:15], 72)),
        tune(lengths=(12, 12, 18, 6)),
        tune(TUNE[::-1]),
    ],
    ids=["a pitch", "the last pitch", "lengths", "the order"],
)
def test_whatever_is_otherwise_is_heard(other: Song) -> None:
    assert alike(tune(), other) < 0.95


def test_one_other_note_leaves_most_words_as_they_were() -> None:
    assert alike(tune(), tune((*TUNE[:5], 66, *TUNE[6:]))) > 0.5


def test_how_loud_and_on_what_it_is_played_is_no_word() -> None:
    (part,) = tune().parts
    loud = tuple(replace(note, velocity=120) for note in part.notes)
    assert heard(replace(tune(), parts=(replace(part, notes=loud, program=73),))) == heard(tune())


def test_bars_that_come_again_are_words() -> None:
    """Two bars, then the same again or two others of the same notes: told apart by more than runs."""
    half = TUNE[:8]
    again, other = (tune((*half, *half)), tune((*half, *half[1:], half[0])))
    without = heard(tune(half))
    assert len(heard(again) - without) < len(heard(other) - without)
    assert heard(again) - without


def test_an_upbeat_moves_the_bar_lines() -> None:
    """The same notes from the third beat of a bar on are at other places in theirs."""
    whole = tune((64, 62, *TUNE))
    upbeat = cut(whole, 24, whole.end_tick)
    assert upbeat.bars[0].is_upbeat
    assert 0.2 < alike(upbeat, tune()) < 0.9


def test_parts_have_words_of_their_own() -> None:
    (part,) = tune().parts
    silent = replace(part, notes=())
    upper, lower = (replace(tune(), parts=parts) for parts in ((part, silent), (silent, part)))
    assert heard(upper) == heard(tune())
    assert len(heard(upper) & heard(lower)) < 5


def parts(*lines: Sequence[int]) -> Song:
    """Lines of quarter notes, the highest first."""
    return replace(tune(), parts=tuple(tune(line).parts[0] for line in lines))


UPPER, LOWER = TUNE[:8], (48, 50, 48, 53, 48, 53, 43, 47)


def without(song: Song, *silent: int) -> Song:
    """The same with some parts resting."""
    own = (replace(p, notes=()) if i in silent else p for i, p in enumerate(song.parts))
    return replace(song, parts=tuple(own))


def together(song: Song) -> set[int]:
    """The words that two parts have only when they sound together."""
    return heard(song) - heard(without(song, 0)) - heard(without(song, 1))


def test_parts_that_sound_together_have_words_of_that() -> None:
    assert len(together(parts(UPPER, LOWER))) > 50
    later = parts(UPPER, LOWER[1:] + LOWER[:1])
    shared = together(parts(UPPER, LOWER)) & together(later)
    assert len(shared) < 0.2 * len(together(later))


def test_a_chord_of_three_parts_is_more_than_its_pairs() -> None:
    three = parts(UPPER, [pitch - 3 for pitch in UPPER], LOWER)
    pairs = set().union(*(heard(without(three, i)) for i in range(3)))
    assert len(heard(three) - pairs) > 20


def test_how_far_two_parts_are_apart_is_heard() -> None:
    """An octave more makes the same degrees and chords."""
    wider = parts(UPPER, [pitch - 12 for pitch in LOWER])
    assert len(heard(wider) - heard(parts(UPPER, LOWER))) > 30


def test_how_a_parts_own_chords_are_laid_out_is_heard() -> None:
    """C, E and G between the same lowest and highest notes, below the same tune."""
    tops = tune(UPPER).parts[0]

    def chords(*pitches: int) -> Song:
        notes = tuple(Note(12 * i, pitch, 12) for i in range(8) for pitch in pitches)
        return replace(tune(UPPER), parts=(tops, replace(tops, notes=notes)))

    assert len(heard(chords(36, 40, 43, 55)) - heard(chords(36, 43, 52, 55))) > 10


def test_which_parts_begin_together_is_heard() -> None:
    """The lower part's notes a beat later, or tied over."""
    plain = parts(UPPER, [48] * 8)
    (upper, lower) = plain.parts
    tied = replace(lower, notes=tuple(replace(n, duration_ticks=24) for n in lower.notes[::2]))
    assert alike(plain, replace(plain, parts=(upper, tied))) < 0.8


def test_silence_has_no_words() -> None:
    (part,) = tune().parts
    assert len(words(replace(tune(), parts=(replace(part, notes=()),)))) == 0
    assert len(words(replace(tune(), parts=(replace(part, notes=part.notes[:1]),)))) > 0
