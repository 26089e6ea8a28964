"""Humdrum scores: a clock of lines, columns that split and join, what is read of each token."""

from __future__ import annotations

import pytest

from musegen.errors import ScoreError
from musegen.genres import Voice
from musegen.kern import song_of_kern
from musegen.song import Note, Section, Song

HANDS = (Voice("Right hand", 0), Voice("Left hand", 0))
HEADER = "**kern\t**kern\t**dynam\n*staff2\t*staff1\t*\n*M3/4\t*M3/4\t*\n"


def song(body: str, *, header: str = HEADER, voices: tuple[Voice, ...] = HANDS) -> Song:
    lines = [line.strip().replace(" | ", "\t") for line in body.strip().splitlines()]
    text = header + "\n".join(lines) + "\n"
    return song_of_kern(text, title="A dance", source="x", voices=voices, tempo_bpm=140.0)


def notes(part: tuple[Note, ...]) -> list[tuple[int, int, int]]:
    return [(note.onset_tick, note.pitch, note.duration_ticks) for note in part]


def test_pitches_lengths_and_staves() -> None:
    found = song("""
        =1 | =1 | =1
        2.C | 8cL | p
        . | 8d#J | .
        . | 4.ee- 4.gg | .
        . | 8bn | .
        =2 | =2 | =2
        4GG 4BB- | 12ccL | .
        . | 12dd | .
        . | 12eeJ | .
        4r | 28%3ff | .
        . | 28%3gg | .
        . | 28aa | .
        4BBB | 4r | .
        =: | =: | =:
    """)
    right, left = found.voices
    assert notes(left) == [(0, 48, 36), (36, 43, 12), (36, 46, 12), (60, 35, 12)]
    assert notes(right)[:5] == [(0, 60, 6), (6, 63, 6), (12, 75, 18), (12, 79, 18), (30, 71, 6)]
    assert notes(right)[5:8] == [(36, 72, 4), (40, 74, 4), (44, 76, 4)]
    assert notes(right)[8:] == [(48, 77, 5), (53, 79, 5), (58, 81, 2)]
    assert [bar.length_ticks for bar in found.bars] == [36, 36]
    assert [part.name for part in found.parts] == ["Right hand", "Left hand"]


def test_the_last_measure_needs_no_bar_line() -> None:
    found = song("2.C | 2.c | .\n=2 | =2 | =2\n2.D | 2.d | .\n*- | *- | *-")
    assert [bar.length_ticks for bar in found.bars] == [36, 36]
    assert found.end_tick == 72


def test_split_columns_grace_notes_and_ties() -> None:
    found = song("""
        4r | [4ff | .
        =1 | =1 | =1
        *^ | * | *
        8CL | 2.G | 4ff] | .
        . | . | 8qgg | .
        8EJ | . | . | .
        4E | . | 4ff | .
        4r | . | 4gg; | .
        *v | *v | * | *
        =2 | =2 | =2
        2.C | 2.r | .
        == | == | ==
    """)
    right, left = found.voices
    assert notes(right) == [(0, 77, 24), (24, 77, 12), (36, 79, 12)]
    assert notes(left) == [(12, 48, 6), (12, 55, 36), (18, 52, 6), (24, 52, 12), (48, 48, 36)]
    assert found.bars[0].is_upbeat
    assert [bar.length_ticks for bar in found.bars] == [12, 36, 36]
    assert found.phrase_ends == (48,)


def test_sections_by_repeats_and_second_endings() -> None:
    bars = [
        "*>A | *>A | *", *["{bar}"] * 4, "=:|! | =:|! | =:|!",
        "*>B | *>B | *", *["{bar}"] * 3,
        "*>B1 | *>B1 | *", "{bar}", "=:|! | =:|! | =:|!",
        "*>B2 | *>B2 | *", "{bar}", "== | == | ==",
    ]  # fmt: skip
    bar = "2.C | 2.ee | .\n= | = | ="
    found = song("\n".join(bars).replace("{bar}", bar), header=HEADER + "*MM152\t*MM152\t*\n")
    assert found.sections == (Section("A", 0, 144), Section("B", 144, 180))
    assert found.tempo_bpm == 152.0


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("=1 | =1 | =1\n4C | 4c", "another number of columns"),
        ("=1 | =1 | =1\nC | 4c | .", "has no length"),
        ("=1 | =1 | =1\n* | *+ | *", "adds columns midway"),
    ],
)
def test_scores_that_cannot_be_followed(body: str, told: str) -> None:
    with pytest.raises(ScoreError, match=told):
        song(body)


def test_a_score_of_other_staves() -> None:
    with pytest.raises(ScoreError, match="2 staves instead of 1"):
        song("2.C | 2.c | .", voices=HANDS[:1])
