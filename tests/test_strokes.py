"""An accompaniment goes on as those do that were learned from, where they have a way of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musegen import genres, models
from musegen.composing import Composer, Request
from musegen.errors import ModelError
from musegen.keys import to_key
from musegen.knowledge import Knowledge
from musegen.song import C_MAJOR, Key, Mode, Note, Part, Song, regular_bars
from musegen.splits import Split
from musegen.strokes import RUN_STROKES, Strokes
from musegen.training import Material, write_strokes

CHORDS = ((40,), (52, 55, 60), (43,), (53, 57, 60), (45,), (55, 59, 62))
PATTERN = [0, 1, 2, 3, 4, 5] * 6
ACCOMPANIMENT = (1,)


def strummed(order: list[int]) -> Song:
    """A tune of one note, and a chord on each beat."""
    melody = (Note(0, 72, 12 * len(order)),)
    chords = tuple(
        Note(12 * beat, pitch, 12) for beat, i in enumerate(order) for pitch in CHORDS[i]
    )
    bars = regular_bars(-(-len(order) // 4), 4, 4)
    parts = (Part("Melody", 73, melody), Part("Chords", 25, chords))
    return Song("x", parts, bars, key=C_MAJOR)


@pytest.fixture
def strokes() -> Strokes:
    return Strokes.of([strummed(PATTERN)], ACCOMPANIMENT)


def test_a_run_is_known_again_whatever_the_key(strokes: Strokes) -> None:
    in_f = to_key(strummed(PATTERN[2:20]), Key("F", 5, Mode.MAJOR))
    assert strokes.known_share([in_f]) == 1.0
    assert Strokes.of([in_f], ACCOMPANIMENT).unknown(strummed(PATTERN[2:20]).voices) == 0


def test_a_slip_makes_every_run_unknown_that_it_stands_in(strokes: Strokes) -> None:
    melody, chords = strummed(PATTERN).voices
    slip = next(i for i, note in enumerate(chords) if note.onset_tick > 200)
    chords = (*chords[:slip], Note(chords[slip].onset_tick, 41, 12), *chords[slip + 1 :])
    assert strokes.unknown((melody, chords)) == RUN_STROKES


def test_the_melody_may_go_as_it_likes(strokes: Strokes) -> None:
    melody = tuple(Note(12 * beat, 60 + beat, 12) for beat in range(20))
    assert strokes.unknown((melody, strummed(PATTERN).voices[1])) == 0


def test_strokes_come_back_from_their_file(strokes: Strokes, tmp_path: Path) -> None:
    strokes.write(tmp_path / "strokes.npy")
    read = Strokes.read(tmp_path / "strokes.npy", ACCOMPANIMENT)
    other = strummed([0, 3, 1, 5, 2, 2, 4, 1])
    assert read.unknown(strummed(PATTERN).voices) == 0
    assert read.unknown(other.voices) == strokes.unknown(other.voices) > 0


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "strokes.npy").write_bytes(b"no")
    with pytest.raises(ModelError, match="get it again or train anew"):
        Strokes.read(tmp_path / "strokes.npy", ACCOMPANIMENT)


@pytest.mark.parametrize(
    ("genre", "is_patterned", "is_told"),
    [("folk", True, True), ("folk", False, False), ("chorale", True, False)],
)
def test_training_keeps_what_is_the_way_of_other_pieces_too(
    genre: str, is_patterned: bool, is_told: bool, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    songs = {
        str(i): strummed(PATTERN if is_patterned else rng.integers(6, size=36).tolist())
        for i in range(6)
    }
    split = Split(("0", "1", "2", "3"), ("4",), ("5",))
    (tmp_path / models.STROKES_FILE).write_bytes(b"of the model before")
    write_strokes(tmp_path, Material(genres.find(genre), songs, split))
    assert (tmp_path / models.STROKES_FILE).exists() == is_told


def test_folk_songs_are_accompanied_as_those_learned_from() -> None:
    knows = Knowledge.of(models.info("folk"))
    assert knows.strokes is not None
    shares = []
    for knowledge in (knows, replace(knows, strokes=None)):
        composer = Composer(knowledge)
        songs = [composer.compose(Request("folk", seed=s, form="AB")).song for s in range(1, 5)]
        shares.append(1 - knows.strokes.known_share(songs))
    assert shares[0] < 0.05
    assert shares[1] > 3 * shares[0]
