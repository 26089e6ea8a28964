"""Excerpts: eight bars from the upbeat, at most three a piece, alike for both sides."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from musegen import corpora, midi
from musegen.evaluation.excerpts import Place, bar_spans, excerpts, excerpts_of, matched
from musegen.song import Bar, Note, Part, Song, regular_bars


def piece(bars: int, *, upbeat: int = 0) -> Song:
    """A quarter on every beat of 4/4; the last bar lacks what the upbeat has."""
    found = regular_bars(bars, 4, 4)
    if upbeat:
        moved = tuple(replace(b, start_tick=b.start_tick + upbeat) for b in found[:-1])
        last = Bar(moved[-1].end_tick, 48 - upbeat, 4, 4)
        found = (Bar(0, upbeat, 4, 4, is_upbeat=True), *moved, last)
    notes = tuple(Note(tick, 60 + tick // 12 % 12, 12) for tick in range(0, found[-1].end_tick, 12))
    return Song("A piece", (Part("Fiddle", 40, notes),), found)


@pytest.mark.parametrize(
    ("bars", "firsts"),
    [
        (7, []),
        (8, [0]),
        (9, [0, 1]),
        (12, [0, 4]),
        (16, [0, 8]),
        (17, [0, 4, 9]),
        (40, [0, 16, 32]),
    ],
)
def test_excerpts_are_spread_from_the_first_bar_to_the_last(bars: int, firsts: list[int]) -> None:
    found = excerpts(piece(bars), "x")
    starts = [excerpt.song.parts[0].notes[0].pitch for excerpt in found]
    assert starts == [60 + 4 * first % 12 for first in firsts]
    assert all(excerpt.song.end_tick == 8 * 48 for excerpt in found)


def test_an_excerpt_of_a_piece_with_an_upbeat_begins_with_one() -> None:
    song = piece(16, upbeat=12)
    assert bar_spans(song)[:2] == [(0, 48), (48, 96)]
    first, last = excerpts(song, "x")
    for excerpt in (first, last):
        assert excerpt.song.end_tick == 8 * 48
        assert excerpt.song.bars[0].is_upbeat
        assert excerpt.song.bars[0].length_ticks == 12
        assert excerpt.song.bars[1].position(12) == 0


def test_a_written_piece_is_cut_like_its_midi_file(tmp_path: object) -> None:
    (song,) = corpora.load("chorale", ["bwv2.6"]).values()
    path = f"{tmp_path}/piece.mid"
    midi.write_midi(song, path)
    again = midi.read_midi(path)
    assert [e.song.parts[0].notes for e in excerpts(song, "x")] == [
        e.song.parts[0].notes for e in excerpts(again, "x")
    ]


def test_both_sides_have_as_many_beginnings_and_endings() -> None:
    short = excerpts_of({f"short {i}": piece(12) for i in range(5)})
    long = excerpts_of({f"long {i}": piece(40) for i in range(4)})
    one, other = matched(short, long, np.random.default_rng(1))
    for side in (one, other):
        assert Counter(excerpt.place for excerpt in side) == {Place.START: 4, Place.END: 4}
    again, _ = matched(short, long, np.random.default_rng(1))
    assert again == one


def test_silence_is_no_excerpt() -> None:
    song = piece(24)
    quiet = replace(song, parts=(Part("Fiddle", 40, song.parts[0].notes[:40]),))
    found = excerpts(quiet, "x")
    assert [excerpt.place for excerpt in found] == [Place.START, Place.MIDDLE]
    assert {excerpt.piece for excerpt in found} == {"x"}
