"""The correction hears what a network's notes do too often, and takes it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musegen import corpora, models
from musegen.barmap import BarMap
from musegen.context import Context
from musegen.correction import Correction, Heard, Human, Switches, fit_pitches, lookups
from musegen.counterpoint import Neighbours
from musegen.errors import ModelError
from musegen.examples import prepared
from musegen.familiarity import LEVELS, Familiarity, keys_of, levels_among
from musegen.knowledge import Knowledge
from musegen.rhythm_correction import BUCKETS as BUCKETS_SEEN
from musegen.rhythm_correction import RhythmCorrection
from musegen.song import Song


@pytest.fixture(scope="module")
def pieces() -> list[Song]:
    ids = models.split("chorale").train[:24]
    return [prepared(piece) for piece in corpora.load("chorale", ids).values()]


def leaping(piece: Song) -> Song:
    """The same with every fifth note of the soprano a seventh too high."""
    soprano = piece.parts[0]
    notes = tuple(
        replace(note, pitch=note.pitch + 11) if i % 5 == 4 else note
        for i, note in enumerate(soprano.notes)
    )
    return replace(piece, parts=(replace(soprano, notes=notes), *piece.parts[1:]))


def no_rhythm(parts: int) -> RhythmCorrection:
    return RhythmCorrection.silent(parts, np.zeros(BUCKETS_SEEN, np.uint16))


def after_two_notes(pitches: tuple[int, int]) -> tuple[Context, np.ndarray]:
    """A song of four parts whose soprano has sung two quarters, and the next onset."""
    bars = corpora.load("chorale", models.split("chorale").train[:1]).values()
    context = Context([BarMap.of(next(iter(bars)))], 4)
    for shift, pitch in zip((0, 12), pitches, strict=True):
        context.add(np.array([[shift, 0, pitch, 12]]))
    return context, np.array([24])


def test_every_note_switches_on_as_many_features_within_bounds(pieces: list[Song]) -> None:
    switches = Switches(4)
    heard, own = Heard.of(pieces), lookups(pieces)
    on = heard.switched(switches, levels_among(own, own))
    assert len(on) == sum(piece.note_count() for piece in pieces)
    assert on.min() >= 0
    assert on.max() < switches.count
    steps = (on[:, 0] < 4 * 35) | (on[:, 0] == switches.starts["nothing"])
    assert steps.all()


def test_leaps_that_humans_do_not_make_are_taken_back(pieces: list[Song]) -> None:
    machine = Heard.of([leaping(piece) for piece in pieces])
    human = Human.of(Heard.of(pieces), Switches(4))
    worth = fit_pitches(human, machine, Switches(4))
    correction = Correction(worth, human.familiarity, no_rhythm(4))
    context, onset = after_two_notes((67, 69))
    near, pitches = Neighbours.of(context, onset, np.array([0])), np.array([[71, 80, 69 + 11]])
    step, _, seventh = correction.logits(near, pitches)[0]
    assert step - seventh > 1.0
    assert correction.logits(near, pitches[:, :1]).shape == (1, 1)


def test_what_stood_bars_ago_is_an_echo() -> None:
    context, _ = after_two_notes((67, 69))
    near = Neighbours.of(context, np.array([48 + 12]), np.array([0]))
    assert near.echoes.tolist() == [[70, 0, 0, 0]]
    switches = Switches(4)
    same, other = switches.near(near, np.array([[69, 70]]))[0]
    echo = switches.starts["echo"]
    assert {echo + 1} <= set(same.tolist())
    assert {echo} <= set(other.tolist())


def test_the_same_step_as_bars_ago_is_the_same_shape() -> None:
    context, _ = after_two_notes((67, 69))
    context.add(np.array([[36, 0, 72, 12]]))  # at the same place as the 67, a bar later
    near = Neighbours.of(context, np.array([48 + 12]), np.array([0]))
    same, other = Switches(4).near(near, np.array([[74, 75]]))[0]
    shape = Switches(4).starts["shape"]
    assert {shape + 1} <= set(same.tolist())
    assert {shape} <= set(other.tolist())


def test_how_far_a_note_goes_beyond_the_last_two_bars() -> None:
    context, onset = after_two_notes((67, 69))
    near = Neighbours.of(context, onset, np.array([0]))
    assert (near.low.tolist(), near.high.tolist()) == ([68], [70])
    within, above, below = Switches(4).near(near, np.array([[68, 72, 66]]))[0]
    middle = Switches(4).starts["range"] + 7
    assert [
        set(on.tolist()) & set(range(middle - 7, middle + 8)) for on in (within, above, below)
    ] == [
        {middle},
        {middle + 3},
        {middle - 1},
    ]


def test_what_is_as_it_should_be_is_left_alone(pieces: list[Song]) -> None:
    heard = Heard.of(pieces)
    unknown = replace(heard, keys=np.full_like(heard.keys, -1))
    worth = fit_pitches(Human.of(unknown, Switches(4)), unknown, Switches(4))
    assert np.abs(worth).max() < 0.05


def test_what_nobody_ever_did_is_taken_back(pieces: list[Song]) -> None:
    switches, machine = Switches(4), Heard.of([leaping(piece) for piece in pieces])
    worth = fit_pitches(Human.of(Heard.of(pieces), switches), machine, switches)
    start = switches.starts["familiar"]  # melody comes first, the soprano before the others
    unheard, often = worth[start], worth[start + LEVELS - 1]
    assert often - unheard > 0.5


def test_neighbours_are_the_parts_own_last_notes_and_what_sounds() -> None:
    context, onset = after_two_notes((67, 69))
    context.add(np.array([[0, 1, 60, 24]]))
    near = Neighbours.of(context, onset, np.array([0]))
    assert (near.last.tolist(), near.before.tolist()) == ([70], [68])
    assert near.sounding.tolist() == [[0, 61, 0, 0]]


def over_a_chord(*, pitch: int, part: int = 0) -> tuple[Neighbours, set[int]]:
    """What a note of ``pitch`` turns on over a C major triad that the second of four parts holds."""
    context, onset = after_two_notes((67, 69))
    for note in (48, 52, 55):
        context.add(np.array([[12 * (note == 48), 1, note, 24]]))
    near = Neighbours.of(context, onset, np.array([part]))
    return near, set(Switches(4).near(near, np.array([[pitch]])).ravel().tolist())


def test_every_note_of_a_chord_is_heard() -> None:
    near, on = over_a_chord(pitch=77)
    assert near.chord.tolist() == [1 << 0 | 1 << 4 | 1 << 7]
    assert (near.lowest.tolist(), near.chord_before.tolist()) == ([49], [1 << 9])
    starts, heard = Switches(4).starts, set(range(12 * 4 * 4))
    hidden = {number - starts["hidden"] for number in on} & heard
    assert hidden == {2 * 12 + 5, 2 * 12 + 1}, "F over C and E; G, the chord's last, is no secret"
    intervals = 1 << 4 | 1 << 5 | 1 << 7
    assert starts["sonority"] + (1 << 11) + (intervals >> 1) in on


def test_within_a_chord_a_step_is_no_step() -> None:
    stack = Switches(4).starts["stack"]
    stacks = set(range(stack, stack + 4 * 35))
    assert over_a_chord(pitch=77)[1] & stacks == set()
    (number,) = over_a_chord(pitch=60, part=1)[1] & stacks
    assert number == stack + 35 + 17 + 5, "a fourth above the chord's last note, of the second part"


def test_the_top_of_a_chord_goes_on_from_the_top_before() -> None:
    top = Switches(4).starts["top"]
    tops = set(range(top, top + 4 * 35))
    assert over_a_chord(pitch=77)[1] & tops == set(), "not within a chord"
    assert over_a_chord(pitch=60, part=1)[1] & tops == set(), "its part's first onset"
    context, onset = after_two_notes((67, 69))
    context.add(np.array([[12, 0, 60, 12]]))
    near = Neighbours.of(context, onset, np.array([0]))
    (number,) = set(Switches(4).near(near, np.array([[71]])).ravel().tolist()) & tops
    assert number == top + 17 + 2, "a tone above the 69, whatever is below"


def test_a_note_stands_in_a_register() -> None:
    register = Switches(4).starts["register"]
    registers = set(range(register, register + 4 * 32))
    assert over_a_chord(pitch=77)[1] & registers == {register + 77 // 4}
    assert over_a_chord(pitch=60, part=1)[1] & registers == {register + 32 + 60 // 4}


def test_a_chord_with_another_note_in_it_is_another_harmony() -> None:
    near, _ = over_a_chord(pitch=77)
    other = replace(near, chord=near.chord | 1 << 10)
    pitches = np.array([[77]])
    melody, harmony, *pairs = (keys_of(near, pitches) != keys_of(other, pitches))[0, 0]
    assert (bool(melody), bool(harmony), any(pairs)) == (False, True, False)


def test_a_correction_comes_back_from_its_file(tmp_path: Path) -> None:
    worth = np.random.default_rng(1).normal(size=Switches(2).count).astype(np.float32)
    correction = Correction(worth, Familiarity.of(np.array([[3, 3, 8]])), no_rhythm(2))
    path = tmp_path / "correction.npz"
    correction.write(path)
    read = Correction.read(path, parts=2)
    np.testing.assert_array_equal(read.worth, correction.worth)
    assert read.familiarity.levels(np.array([3, 8, 9, -1])).tolist() == [2, 1, 0, -1]
    np.testing.assert_allclose(correction.joined(correction).worth, 2 * correction.worth)
    for content, parts in ((path.read_bytes(), 3), (b"no archive", 2)):
        path.write_bytes(content)
        with pytest.raises(ModelError, match="cannot be read; get the file again or make it anew"):
            Correction.read(path, parts=parts)


def test_the_quartets_lengths_are_drawn_as_they_are() -> None:
    quartet = Knowledge.of(models.info("quartet")).correction
    fiddle = Knowledge.of(models.info("fiddle")).correction
    assert quartet is not None
    assert fiddle is not None
    assert quartet.worth.any()
    assert not quartet.rhythm.worth.any()
    assert fiddle.rhythm.worth.any()
