"""Every song on the grid is the same song after its events have been decoded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musegen import corpora
from musegen.encoding import (
    MAX_DURATION,
    MAX_SHIFT,
    TIED,
    Field,
    decode,
    decode_notes,
    encode,
    end_part,
    wait_part,
)
from musegen.errors import RequestError
from musegen.song import Note, Part, Song, regular_bars

HUMAN = {
    "chorale": 400,  # all of them
    "fiddle": 120,
    "quartet": 3,
}

notes = st.builds(
    Note,
    onset_tick=st.integers(0, 3000),
    pitch=st.integers(0, 127),
    duration_ticks=st.integers(1, 900),
)
voices = st.lists(notes, max_size=30, unique_by=lambda note: (note.onset_tick, note.pitch))


def song_of(*parts: list[Note]) -> Song:
    named = tuple(Part(f"part {i}", 0, tuple(sorted(p))) for i, p in enumerate(parts))
    return Song("a song", named, regular_bars(90, 4, 4))


@given(st.lists(voices, min_size=1, max_size=4))
def test_any_song_comes_back_exactly(parts: list[list[Note]]) -> None:
    song = song_of(*parts)
    assert decode(encode(song), song) == song


@pytest.mark.parametrize("genre", HUMAN)
def test_human_pieces_come_back_exactly(genre: str) -> None:
    ids = [ref.id for ref in corpora.catalogue(genre)]
    chosen = ids[:: max(1, len(ids) // HUMAN[genre])][: HUMAN[genre]]
    pieces = corpora.load(genre, chosen)
    assert len(pieces) >= len(chosen) * 0.95
    for id_, piece in pieces.items():
        assert decode(encode(piece), piece) == piece, id_


@given(st.lists(voices, min_size=1, max_size=3))
def test_every_field_stays_within_its_range(parts: list[list[Note]]) -> None:
    events = encode(song_of(*parts))
    assert events.min() >= 0
    assert events[:, Field.SHIFT].max() <= MAX_SHIFT
    assert events[:, Field.PART].max() <= end_part(len(parts))
    assert events[:, Field.PITCH].max() <= 127
    assert events[:, Field.DURATION].max() <= TIED


def test_one_note_is_one_event_with_separate_fields() -> None:
    events = encode(song_of([Note(0, 60, 12), Note(12, 64, 6)]))
    assert events[:2].tolist() == [[0, 0, 60, 12], [12, 0, 64, 6]]


def test_a_long_silence_is_waited_out() -> None:
    gap = 3 * (MAX_SHIFT + 1) + 5
    events = encode(song_of([Note(gap, 60, 12)]))
    assert (events[:3, Field.PART] == wait_part(1)).all()
    assert decode_notes(events.tolist(), 1) == [[Note(gap, 60, 12)]]


def test_a_long_note_is_tied_over() -> None:
    events = encode(song_of([Note(0, 60, 2 * MAX_DURATION + 1)]))
    assert events[:3, Field.DURATION].tolist() == [TIED, TIED, 1]


def test_the_end_stands_at_the_end_of_the_last_bar() -> None:
    song = song_of([Note(0, 60, 12)])
    events = encode(song)
    waited = sum(shift + (part == wait_part(1)) for shift, part, *_ in events.tolist())
    assert waited == song.end_tick


def test_a_part_that_is_not_there_is_refused() -> None:
    events = np.array([[0, 5, 60, 12]])
    with pytest.raises(RequestError, match="part 5; the song has 1"):
        decode(events, song_of([]))
