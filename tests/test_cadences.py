"""Closes are told apart, and a song's end is always one."""

from __future__ import annotations

import pytest

from musegen.cadences import Close, close_faults, closed_on, ends_on, triad
from musegen.song import A_MINOR, C_MAJOR, Note


def line(*pitches: int, length: int = 12) -> list[Note]:
    return [Note(i * length, pitch, length) for i, pitch in enumerate(pitches)]


def found(voices: list[list[Note]], close: Close) -> float:
    end = max((n.end_tick for notes in voices for n in notes), default=24)
    return close_faults(voices, end, close, C_MAJOR, final_ticks=12)


def test_the_lowest_last_note_is_the_one_that_closes() -> None:
    assert ends_on([line(60, 64), line(55, 48)], 0)
    assert not ends_on([line(60, 60), line(55, 55)], 0)
    assert not ends_on([[], []], 0)


@pytest.mark.parametrize("close", list(Close))
def test_nothing_is_no_close(close: Close) -> None:
    assert found([[], []], close) == 1.0


def test_a_full_close_stands_on_the_tonic() -> None:
    assert found([line(62, 64), line(55, 48)], Close.FULL) == 0.0
    assert found([line(62, 62), line(55, 55)], Close.FULL) > 1.0
    assert found([line(62, 65), line(55, 48)], Close.FULL) > 0.0  # a foreign note above


def test_a_half_close_waits_on_the_dominant() -> None:
    assert found([line(64, 62), line(48, 55)], Close.HALF) == 0.0
    assert found([line(64, 62)], Close.HALF) == 0.0
    assert found([line(64, 60), line(55, 48)], Close.HALF) == 1.0
    assert found([line(64, 65), line(55, 53)], Close.HALF) == 0.5


def test_a_final_close_is_as_long_as_planned_and_on_the_tonic() -> None:
    right, short, long = (
        close_faults([line(60, 60, length=n)], 2 * n, Close.FINAL, C_MAJOR, final_ticks=24)
        for n in (24, 12, 42)
    )
    assert right == 0.0
    assert short == 1.0
    assert long == 1.5
    assert found([line(60, 62)], Close.FINAL) >= 10


@pytest.mark.parametrize("close", [Close.FULL, Close.FINAL])
def test_where_melodies_go_home_a_close_with_the_third_on_top_is_half_a_close(close: Close) -> None:
    def faults(top: int) -> float:
        voices = [line(62, top), line(55, 48)]
        return close_faults(voices, 24, close, C_MAJOR, final_ticks=12, melody_home=True)

    assert faults(60) == 0.0
    assert 0.0 < faults(64) < found([line(59, 60), line(50, 55)], close)
    assert found([line(62, 64), line(55, 48)], close) == 0.0  # elsewhere nobody minds


def test_a_melody_alone_is_not_blamed_twice() -> None:
    tune = [line(62, 62)]
    blamed = close_faults(tune, 24, Close.FULL, C_MAJOR, final_ticks=12, melody_home=True)
    assert blamed == found(tune, Close.FULL)


def test_half_way_the_melody_need_not_be_home() -> None:
    voices = [line(64, 62), line(48, 55)]
    assert close_faults(voices, 24, Close.HALF, C_MAJOR, final_ticks=12, melody_home=True) == 0.0


def test_a_minor_song_may_end_in_major() -> None:
    assert triad(A_MINOR) == {9, 0, 1, 4}
    assert triad(C_MAJOR) == {0, 4, 7}


def test_an_end_that_is_none_is_mended_by_the_smallest_steps() -> None:
    voices = [line(62, 65), line(57, 59), line(55, 50)]
    settings = {"end_tick": 24, "final_ticks": 12}
    closed = closed_on(voices, C_MAJOR, **settings)
    assert [notes[-1].pitch for notes in closed] == [64, 60, 48]
    assert [notes[0] for notes in closed] == [notes[0] for notes in voices]
    assert closed_on(closed, C_MAJOR, **settings) == closed


@pytest.mark.parametrize(("end_tick", "length"), [(24, 12), (30, 18), (60, 24)])
def test_a_last_note_is_held_as_long_as_there_is_room(end_tick: int, length: int) -> None:
    closed = closed_on([line(62, 60)], C_MAJOR, end_tick=end_tick, final_ticks=24)
    assert [note.duration_ticks for note in closed[0]] == [12, length]


def test_a_tune_s_last_note_is_measured_without_the_chord_held_beneath_it() -> None:
    voices = [[Note(0, 64, 12), Note(12, 62, 12), Note(24, 60, 12)], [Note(0, 48, 36)]]
    settings = {"end_tick": 48, "final_ticks": 12}
    assert close_faults(voices, 36, Close.FINAL, C_MAJOR, final_ticks=12, held=[1]) == 0.0
    assert close_faults(voices, 36, Close.FINAL, C_MAJOR, final_ticks=12) == 2.0
    assert closed_on(voices, C_MAJOR, **settings, held=[1]) == voices
    longer = closed_on(voices, C_MAJOR, end_tick=48, final_ticks=24, held=[1])
    assert [notes[-1].duration_ticks for notes in longer] == [24, 48]
    alone = [[], [Note(0, 48, 36)]]
    assert close_faults(alone, 36, Close.FINAL, C_MAJOR, final_ticks=36, held=[1]) == 0.0


def test_a_bass_that_stops_too_soon_closes_with_the_others() -> None:
    voices = [line(64, 64, length=24), [Note(0, 55, 24), Note(24, 50, 20)]]
    closed = closed_on(voices, C_MAJOR, end_tick=48, final_ticks=24)
    assert closed[1][-1] == Note(24, 48, 24)
    assert ends_on(closed, 0)
