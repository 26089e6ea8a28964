"""Likeness: the same is 1, whatever its key; strangers are near 0."""

from __future__ import annotations

from musegen.likeness import likeness, sections_alike
from musegen.song import Note, Part, Section, Song, regular_bars


def line(*pitches: int, length: int = 12, start: int = 0) -> list[Note]:
    return [Note(start + i * length, pitch, length) for i, pitch in enumerate(pitches)]


TUNE = [line(60, 62, 64, 65)]


def test_a_section_is_like_itself_in_any_key() -> None:
    assert likeness(TUNE, TUNE) == 1.0
    assert likeness(TUNE, [line(67, 69, 71, 72)]) == 1.0


def test_what_is_kept_counts_and_what_is_new_does_not() -> None:
    assert likeness(TUNE, [line(60, 62, 59, 57)]) == 0.5


def test_another_rhythm_or_another_part_is_another_thing() -> None:
    assert likeness(TUNE, [line(60, 62, 64, 65, length=6)]) == 0.0
    assert likeness([*TUNE, []], [[], *TUNE]) == 0.0


def test_the_more_there_is_besides_the_less_alike() -> None:
    assert likeness(TUNE, [line(60, 62, 64, 65) + line(67, 69, 71, 72, start=48)]) == 2 * 4 / 12


def test_silence_is_like_nothing() -> None:
    assert likeness([[]], [[]]) == 0.0
    assert likeness(TUNE, [[]]) == 0.0


def test_sections_of_a_song_are_compared_by_their_labels() -> None:
    notes = [
        *line(60, 62, 64, 65),
        *line(70, 71, 70, 69, start=48),
        *line(60, 62, 59, 55, start=96),
        *line(70, 71, 70, 69, start=144),
    ]
    sections = tuple(Section(label, 48 * i, 48) for i, label in enumerate("ABCB"))
    song = Song("x", (Part("x", 0, tuple(notes)),), regular_bars(4, 4, 4), sections)
    alike = sections_alike(song)
    assert alike["B", "B"] == 1.0
    assert alike["A", "C"] == 0.5
    assert set(alike) == {("A", "B"), ("A", "C"), ("B", "C"), ("B", "B")}
