"""Chord symbols as a guitarist plays them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musegen.accompaniment import LOWEST_BASS, LOWEST_CHORD, Chord, accompany, pattern
from musegen.song import Bar, regular_bars

C = Chord(0, 0, 7, (0, 4, 7))
G7 = Chord(0, 7, 2, (5, 7, 11))


def strokes(bars: tuple[Bar, ...], *chords: Chord, shift: int = 0) -> dict[int, list[int]]:
    """The pitches of each stroke, by its onset."""
    found: dict[int, list[int]] = {}
    for note in accompany(bars, chords, shift=shift):
        found.setdefault(note.onset_tick, []).append(note.pitch)
    return found


@pytest.mark.parametrize(
    ("metre", "expected"),
    [
        ((4, 4), "BcBc"),
        ((2, 2), "BcBc"),
        ((2, 4), "BcBc"),
        ((3, 4), "Bcc"),
        ((3, 2), "Bcc"),
        ((6, 4), "BccBcc"),
        ((6, 8), "BcBc"),
        ((9, 8), "BcBcBc"),
        ((5, 4), "BccBc"),
    ],
)
def test_every_metre_has_its_pattern_and_fills_its_bar(
    metre: tuple[int, int], expected: str
) -> None:
    found = pattern(*metre)
    assert "".join("B" if is_bass else "c" for _, _, is_bass in found) == expected
    assert found[0][0] == 0
    ends = [place + length for place, length, _ in found]
    assert ends == [*(place for place, _, _ in found[1:]), regular_bars(1, *metre)[0].length_ticks]


def test_boom_chick_with_the_fifth_in_between_and_the_last_chord_held() -> None:
    found = strokes(regular_bars(2, 4, 4), C)
    assert found == {
        0: [48],
        12: [52, 55, 60],
        24: [43],
        36: [52, 55, 60],
        48: [48, 52, 55, 60],
    }
    last = [n for n in accompany(regular_bars(2, 4, 4), [C]) if n.onset_tick == 48]
    assert {note.duration_ticks for note in last} == {48}


def test_a_chord_that_enters_off_the_bass_brings_its_own_bass() -> None:
    found = strokes(regular_bars(2, 3, 4), C, replace(G7, start_tick=24), replace(C, start_tick=36))
    assert found[12] == [52, 55, 60]
    assert found[24] == [43, 53, 55, 59]


def test_a_cadence_in_the_last_bar_holds_only_its_last_chord() -> None:
    found = strokes(regular_bars(1, 4, 4), G7, replace(C, start_tick=24))
    assert found == {0: [43], 12: [53, 55, 59], 24: [48, 52, 55, 60]}


def test_nothing_sounds_in_an_upbeat_or_before_the_first_chord() -> None:
    upbeat = Bar(0, 12, 4, 4, is_upbeat=True)
    bars = (upbeat, *(replace(b, start_tick=b.start_tick + 12) for b in regular_bars(2, 4, 4)))
    assert min(strokes(bars, C)) == 12
    assert min(strokes(bars, replace(C, start_tick=36))) == 36


@pytest.mark.parametrize("shift", [-5, 0, 2, 5])
def test_all_keys_have_the_same_hand_position(shift: int) -> None:
    moved = [
        Chord(c.start_tick, (c.bass + shift) % 12, (c.fifth + shift) % 12,
              tuple((tone + shift) % 12 for tone in c.tones))
        for c in (C, replace(G7, start_tick=24), replace(C, start_tick=48))
    ]  # fmt: skip
    home = strokes(regular_bars(2, 4, 4), C, replace(G7, start_tick=24), replace(C, start_tick=48))
    found = strokes(regular_bars(2, 4, 4), *moved, shift=shift)
    assert found == {tick: [pitch + shift for pitch in own] for tick, own in home.items()}


def test_basses_and_chords_never_meet() -> None:
    for root in range(12):
        chord = Chord(0, root, (root + 7) % 12, (root, (root + 4) % 12, (root + 7) % 12))
        pitches = [note.pitch for note in accompany(regular_bars(2, 3, 4), [chord])]
        assert all(LOWEST_BASS <= pitch < LOWEST_CHORD + 12 for pitch in pitches)
        first = [n for n in accompany(regular_bars(1, 3, 4), [chord]) if n.onset_tick == 0]
        assert len({note.pitch for note in first}) == 4
