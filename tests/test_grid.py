"""Sections before there are notes: whole bars, all from the same upbeat."""

from __future__ import annotations

import pytest

from musegen.barmap import MAX_BARS_LEFT, BarMap
from musegen.grid import Grid
from musegen.song import C_MAJOR

COMMON = Grid((4, 4), upbeat_ticks=12, phrase_bars=2)


def test_bars_are_as_long_as_without_an_upbeat() -> None:
    bars = COMMON.bars(4)
    assert [bar.length_ticks for bar in bars] == [12, 48, 48, 48, 36]
    assert [bar.is_upbeat for bar in bars] == [True, False, False, False, False]
    assert bars[-1].end_tick == Grid((4, 4)).bars(4)[-1].end_tick == 192


def test_every_section_begins_with_the_same_upbeat() -> None:
    song = COMMON.blank([("A", 4), ("B", 2)], C_MAJOR, is_last=True)
    position = BarMap.of(song).position
    assert {int(position[section.start_tick]) for section in song.sections} == {36}
    assert song.end_tick == song.sections[-1].end_tick == 6 * 48


def test_a_section_in_mid_song_does_not_look_like_its_end() -> None:
    middle, last = (COMMON.blank([("A", 4)], C_MAJOR, is_last=end) for end in (False, True))
    assert [s.label for s in middle.sections] == ["A", ""]
    assert BarMap.of(middle).bars_left[0] == 4
    assert BarMap.of(last).bars_left[0] == 4 + MAX_BARS_LEFT + 2


@pytest.mark.parametrize(
    ("bars", "ends"), [(4, (96, 192)), (5, (96, 240)), (2, (96,)), (3, (144,)), (6, (96, 192, 288))]
)
def test_what_is_left_of_the_bars_joins_the_last_phrase(bars: int, ends: tuple[int, ...]) -> None:
    assert COMMON.ends(bars) == ends
    assert COMMON.stops(bars) == ends


def test_without_marked_phrases_drafts_are_compared_every_two_bars() -> None:
    grid = Grid((6, 8))
    assert grid.stops(4) == (72, 144)
    assert grid.blank([("A", 4)], C_MAJOR, is_last=True).phrase_ends == ()


@pytest.mark.parametrize(
    ("metre", "ticks"), [((4, 4), 12), ((6, 8), 18), ((3, 8), 18), ((2, 2), 24), ((9, 8), 18)]
)
def test_a_beat_is_what_is_counted(metre: tuple[int, int], ticks: int) -> None:
    assert Grid(metre).beat_ticks == ticks
