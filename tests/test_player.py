"""What the player and the score are given: when everything sounds."""

from __future__ import annotations

import re

import pytest

from musegen import genres
from musegen.grid import Grid
from musegen.musicxml import to_musicxml
from musegen.performing import Performance, perform
from musegen.song import Note, Part, Section, Song, regular_bars
from ui import player

BAR = 48


@pytest.fixture
def song() -> Song:
    """Two sections of two bars; the second part holds one note across the bar line."""
    upper = tuple(Note(tick, 60 + tick // 12 % 5, 12) for tick in range(0, 4 * BAR, 12))
    lower = (Note(0, 48, 2 * BAR), Note(2 * BAR, 43, 2 * BAR))
    return Song(
        title="Two sections",
        parts=(Part("Upper", 0, upper), Part("Lower", 0, lower)),
        bars=regular_bars(4, 4, 4),
        sections=(Section("A", 0, 2 * BAR), Section("B", 2 * BAR, 2 * BAR)),
    )


@pytest.fixture
def performance(song: Song) -> Performance:
    return perform(song, genre=genres.find("quartet"), seed=1)


def test_the_player_is_given_every_note_with_its_part(song: Song, performance: Performance) -> None:
    notes = player.player_data(song, performance, title="", url="")["notes"]
    assert sorted((pitch, part) for _, _, pitch, part in notes) == sorted(
        (note.pitch, index) for index, part in enumerate(song.parts) for note in part.notes
    )
    assert all(0 <= start < end <= performance.length_s + 0.001 for start, end, _, _ in notes)


def test_sections_begin_with_their_first_notes(song: Song, performance: Performance) -> None:
    data = player.player_data(song, performance, title="", url="")
    (a, a_start, a_end), (b, b_start, b_end) = data["sections"]
    assert (a, b) == ("A", "B")
    assert a_start < a_end == b_start < b_end
    bass = [note for note in data["notes"] if note[3] == 1]
    assert a_start == pytest.approx(bass[0][0], abs=0.1)
    assert b_start == pytest.approx(bass[1][0], abs=0.1)
    assert data["bars"] == sorted(data["bars"])
    assert data["bars"][2] == b_start


def test_drums_are_heard_but_not_in_the_roll(song: Song) -> None:
    drums = Part("Drums", 0, (Note(0, 36, 12),), is_drum=True)
    with_drums = Song("", (*song.parts, drums), song.bars, song.sections)
    performance = perform(with_drums, genre=genres.find("quartet"), seed=1)
    notes = player.player_data(with_drums, performance, title="", url="")["notes"]
    assert {part for *_, part in notes} == {0, 1}


def test_every_written_note_is_lit_up_while_it_sounds(song: Song, performance: Performance) -> None:
    musicxml = to_musicxml(song)
    sounding = player.sounding(musicxml, performance)
    assert set(sounding) == set(re.findall(r'id="(n\d+-\d+-\d+)"', musicxml))
    for name, (start, end) in sounding.items():
        part, tick, pitch = map(int, name[1:].split("-"))
        assert any(
            note.pitch == pitch
            and note.onset_tick <= tick
            and note.start_s == pytest.approx(start, abs=0.001)
            for note in performance.parts[part].notes
        )
        assert start < end


def test_both_heads_of_a_tied_note_are_lit_up_together(
    song: Song, performance: Performance
) -> None:
    sounding = player.sounding(to_musicxml(song), performance)
    assert sounding["n1-0-48"] == sounding[f"n1-{BAR}-48"]


def test_an_upbeat_is_no_bar(song: Song) -> None:
    bars = Grid((4, 4), upbeat_ticks=12).bars(4)
    with_upbeat = Song("", song.parts, bars, song.sections)
    performance = perform(with_upbeat, genre=genres.find("quartet"), seed=1)
    data = player.player_data(with_upbeat, performance, title="", url="")
    assert len(data["bars"]) == 4
    assert data["bars"][0] == pytest.approx(performance.time_of(12), abs=0.001)
