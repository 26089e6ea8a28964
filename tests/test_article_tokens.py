"""The article's tokens, with all their oddities."""

from __future__ import annotations

import itertools

import pytest

from musegen.article.tokens import (
    NULL,
    from_tokens,
    joined,
    normal_order,
    to_tokens,
    vocabulary,
)
from musegen.errors import ModelError
from musegen.song import Note, Part, Song, regular_bars
from tests.article import pieces


def melody(*notes: tuple[int, int, int]) -> Song:
    """A song whose first part has notes of (onset, pitch, duration), and a second part."""
    first = Part("One", 0, tuple(Note(*note) for note in notes))
    return Song("x", (first, Part("Two", 0, (Note(0, 40, 48),))), regular_bars(8, 4, 4))


@pytest.mark.parametrize("genre", ["chorale", "fiddle"])
def test_pitches_and_lengths_of_real_pieces_come_back(genre: str) -> None:
    for piece in pieces(genre).values():
        played, _ = from_tokens(to_tokens(piece))
        first = piece.parts[0].notes
        assert [(n.pitch, n.duration_ticks) for n in played] == [
            (n.pitch, n.duration_ticks) for n in first
        ]


def test_a_note_is_its_name_and_its_length() -> None:
    song = melody((0, 69, 6), (6, 61, 4), (10, 70, 2), (12, 51, 12))
    assert [t for t in to_tokens(song) if t != NULL] == ["A4$0.5", "C#4$1/3", "B-4$1/6", "E-3$1.0"]


def test_a_chord_loses_its_octaves() -> None:
    chord = melody((0, 48, 12), (0, 64, 12), (0, 79, 12))
    assert to_tokens(chord) == ["0.4.7$1.0"]
    notes, _ = from_tokens(["0.4.7$1.0", "11$0.5"])
    assert [(n.pitch, n.duration_ticks) for n in notes] == [(60, 12), (64, 12), (67, 12), (71, 6)]


def test_normal_order_is_music21s() -> None:
    from music21.chord import Chord

    for size in (2, 3, 4):
        for pitches in itertools.islice(itertools.combinations(range(60, 72), size), 0, None, 7):
            assert list(normal_order(pitches)) == Chord(pitches).normalOrder


def test_empty_steps_stand_behind_the_note_they_came_before() -> None:
    song = melody((0, 60, 12), (12, 62, 3), (15, 64, 24), (39, 65, 3))
    assert to_tokens(song) == [
        *("C4$1.0", "D4$0.25", NULL, NULL, NULL),
        *("E4$2.0", "F4$0.25", *[NULL] * 7),
    ]


def test_behind_a_rest_only_the_rest_is_counted() -> None:
    song = melody((0, 60, 24), (36, 62, 12))  # a half note, a rest of a quarter
    assert to_tokens(song) == ["C4$2.0", "D4$1.0", NULL, NULL, NULL]


def test_only_the_first_part_is_read() -> None:
    assert to_tokens(melody((0, 60, 12))) == ["C4$1.0"]


def test_every_token_takes_a_step_and_null_takes_two() -> None:
    notes, end = from_tokens(["C4$2.0", NULL, "D4$0.25", NULL, NULL, "E4$1/3"])
    assert [(n.onset_tick, n.pitch, n.duration_ticks) for n in notes] == [
        (0, 60, 24),
        (9, 62, 3),
        (24, 64, 4),
    ]
    assert end == 27


def test_ids_are_in_the_order_of_text() -> None:
    known = vocabulary(["G4$1.0", NULL, "A4$0.5", "0.4.7$1.0", "A4$0.5", "C#4$1.0", "C4$1.0"])
    assert known == (NULL, "0.4.7$1.0", "A4$0.5", "C#4$1.0", "C4$1.0", "G4$1.0")
    assert vocabulary([]) == (NULL,)


def test_songs_stand_in_one_row() -> None:
    assert joined([melody((0, 60, 12)), melody((0, 62, 12))]) == ["C4$1.0", "D4$1.0"]


@pytest.mark.parametrize("token", ["", "H4$1.0", "C4", "C$1.0", "C4$1/0", "nonsense"])
def test_a_token_that_is_none_is_said(token: str) -> None:
    with pytest.raises(ModelError, match="none of the article's tokens; get the model's files"):
        from_tokens([token])
