"""What is told of a song, and which genre a foreign score is played as."""

from __future__ import annotations

import pytest

from musegen import exports, genres
from musegen.song import Note, Part, Song, regular_bars


def score(*parts: tuple[str, int]) -> Song:
    notes = (Note(0, 60, 48),)
    return Song(
        title="A score",
        parts=tuple(Part(name, program, notes) for name, program in parts),
        bars=regular_bars(2, 3, 4),
        tempo_bpm=84.4,
    )


@pytest.mark.parametrize("name", genres.names())
def test_a_song_is_known_by_the_names_of_its_parts(name: str) -> None:
    voices = genres.find(name).voices
    song = score(*((voice.name.upper(), 0) for voice in voices))
    assert [voice.name for voice in exports.guess_genre(song).voices] == [v.name for v in voices]


@pytest.mark.parametrize("name", genres.names())
def test_a_song_of_a_genre_is_known_as_such(name: str) -> None:
    song = score(*((voice.name, voice.program) for voice in genres.find(name).voices))
    assert exports.guess_genre(song).name == name


@pytest.mark.parametrize("name", genres.names())
def test_a_song_is_known_by_its_instruments(name: str) -> None:
    voices = genres.find(name).voices
    song = score(*((f"Track {i}", voice.program) for i, voice in enumerate(voices)))
    assert [v.program for v in exports.guess_genre(song).voices] == [v.program for v in voices]


def test_any_other_score_is_of_its_own_kind() -> None:
    genre = exports.guess_genre(score(("Flute", 73), ("Harp", 46)))
    assert genre.name == "score"
    assert [(voice.name, voice.program) for voice in genre.voices] == [("Flute", 73), ("Harp", 46)]
    assert genre.metres == ((3, 4),)
    assert genre.tempo_bpm[0] <= 84.4 + 0.5
    assert genre.tempo_bpm[1] >= 84.4 - 0.5


def test_more_parts_than_a_genre_has_is_another_kind() -> None:
    song = score(("Fiddle", 40), ("Piano", 0))
    assert exports.guess_genre(song).name == "score"
