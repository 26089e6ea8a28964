"""The correction of lengths hears which rhythms a network's notes lack, and encourages them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musegen import models
from musegen.barmap import BarMap
from musegen.context import Context
from musegen.correction import Correction, Switches
from musegen.encoding import MAX_DURATION
from musegen.errors import ModelError
from musegen.familiarity import BUCKETS, Familiarity
from musegen.knowledge import Knowledge
from musegen.rhythm_correction import BUCKETS as RHYTHMS
from musegen.rhythm_correction import (
    LengthSwitches,
    Place,
    RhythmCorrection,
    fit_rhythm,
    lengths_switched_on,
    seen_in,
)
from musegen.sampling import Draft, Sampler, SamplingConfig
from musegen.song import C_MAJOR, Note, Part, Song, regular_bars

DOTTED, EVEN = (9, 3, 6, 6, 12, 12), (6, 6, 6, 6, 12, 12)
BARS = 8


def tune(*rhythms: tuple[int, ...], parts: int = 1) -> Song:
    """A song of 4/4 whose bars take these rhythms in turn, on one pitch that rises bar by bar."""
    notes, now = [], 0
    for bar in range(BARS):
        for length in rhythms[bar % len(rhythms)]:
            notes.append(Note(now, 60 + bar, length))
            now += length
    others = (Part("", 0, ()),) * (parts - 1)
    return Song("", (Part("", 40, tuple(notes)), *others), regular_bars(BARS, 4, 4), key=C_MAJOR)


def begun(song: Song, lengths: tuple[int, ...]) -> tuple[Context, np.ndarray]:
    """The song's bars, in which notes of these lengths have followed each other; where they end."""
    context = Context([BarMap.of(song)], len(song.parts))
    for before, length in zip((0, *lengths), lengths, strict=False):
        context.add(np.array([[before, 0, 60, length]]))
    return context, np.array([sum(lengths)])


def taught(human: list[Song], machine: list[Song]) -> RhythmCorrection:
    seen = seen_in(human)
    return fit_rhythm(
        lengths_switched_on(human, seen, own_pieces=1),
        lengths_switched_on(machine, seen, own_pieces=0),
        1,
        seen,
    )


def asking_for(length: int) -> RhythmCorrection:
    """For songs of one part without phrases: one length is worth much, wherever it stands."""
    switches, seen = LengthSwitches(1), np.zeros(RHYTHMS, np.uint16)
    near = Place.of(*begun(tune(EVEN), ()), np.array([0]))
    on = switches.on(near, np.array([[length]]), seen)[0, 0]
    worth = np.zeros(switches.count, np.float32)
    start = switches.starts["phrase"]
    worth[on[(on >= start) & (on < switches.starts["together"])]] = 50.0
    return RhythmCorrection(worth, seen)


def with_rhythm(rhythm: RhythmCorrection) -> Correction:
    """One that leaves pitches alone."""
    worth = np.zeros(Switches(1).count, np.float32)
    return Correction(worth, Familiarity(np.zeros(BUCKETS, np.uint8)), rhythm)


def written_lengths(correction: Correction) -> set[int]:
    """Lengths that the fiddle network writes with it, in two bars where it has room."""
    knows = Knowledge.of(models.info("fiddle"))
    draft = Draft.blank(knows.network, [BarMap.of(tune(EVEN))])
    sampler = Sampler(knows.network, knows.habits.allowed(), SamplingConfig(), correction)
    sampler.write(draft, np.array([8 * 48]), np.random.default_rng(1), until=np.array([96]))
    return {note.duration_ticks for note in draft.parts(0)[0]}


def test_dotted_rhythms_that_a_network_lacks_are_encouraged() -> None:
    correction = taught([tune(DOTTED, EVEN)] * 6, [tune(EVEN)] * 6)
    lengths, part = np.array([9, 6, 3]), np.array([0])
    dotted, even, _ = correction.logits(*begun(tune(EVEN), (24, 24)), part, lengths)[0]
    assert dotted - even > 1.0
    _, even, short = correction.logits(*begun(tune(EVEN), (24, 24, 9)), part, lengths)[0]
    assert short - even > 1.0


def test_what_is_as_it_should_be_is_left_alone() -> None:
    song = tune(DOTTED, EVEN)
    seen = seen_in([song])
    on = lengths_switched_on([song] * 4, seen, own_pieces=0)
    assert np.abs(fit_rhythm(on, on, 1, seen).worth).max() < 0.01


def test_every_note_switches_on_as_many_features_within_bounds() -> None:
    song = tune(DOTTED, EVEN, parts=2)
    on = lengths_switched_on([song, song], seen_in([song]), own_pieces=0)
    assert len(on) == 2 * song.note_count()
    assert on.min() >= 0
    assert on.max() < LengthSwitches(2).count


def test_a_long_note_in_several_pieces_is_heard_once() -> None:
    long = Note(0, 60, MAX_DURATION + 12)
    song = replace(tune(EVEN), parts=(Part("", 40, (long,)),))
    on = lengths_switched_on([song], seen_in([song]), own_pieces=0)
    assert len(on) == 1


def test_a_place_has_what_its_part_began_before_and_bars_ago() -> None:
    context, onset = begun(tune(EVEN), (*DOTTED, 9, 3))
    near = Place.of(context, onset, np.array([0]))
    assert (near.position.tolist(), near.echoes.tolist()) == ([12], [[6, 0, 0, 0]])
    assert near.alike.tolist()[0][0] == 1
    context, onset = begun(tune(EVEN), (*EVEN, 9, 3))
    other = Place.of(context, onset, np.array([0]))
    assert other.alike.tolist()[0][0] == 0
    assert other.rhythm == near.rhythm  # of this bar alone


def test_a_human_note_does_not_make_itself_familiar() -> None:
    """What only one piece has is as new in that piece as in a network's song."""
    song, other = tune(DOTTED), tune(EVEN)
    seen = seen_in([song, *[other] * 5])
    familiar = LengthSwitches(1).starts["familiar"]
    own = lengths_switched_on([song], seen, own_pieces=1)[:, -1] - familiar
    new = lengths_switched_on([song], seen_in([other] * 5), own_pieces=0)[:, -1] - familiar
    np.testing.assert_array_equal(own, new)
    assert (lengths_switched_on([song], seen, own_pieces=0)[:, -1] - familiar != new).any()


def test_sampling_adds_it_to_lengths() -> None:
    """A correction that asks for one length alone is heard; without it others come too."""
    assert written_lengths(with_rhythm(asking_for(9))) == {9}
    none = replace(asking_for(9), worth=np.zeros(LengthSwitches(1).count, np.float32))
    assert len(written_lengths(with_rhythm(none))) > 1


def test_it_is_saved_with_the_correction_of_pitches(tmp_path: Path) -> None:
    path, rhythm = tmp_path / "correction.npz", asking_for(9)
    with_rhythm(rhythm).write(path)
    read = Correction.read(path, parts=1)
    np.testing.assert_array_equal(read.rhythm.worth, rhythm.worth)
    np.testing.assert_array_equal(read.rhythm.seen, rhythm.seen)
    np.testing.assert_allclose(read.joined(read).rhythm.worth, 2 * rhythm.worth)
    with np.load(path) as archive:
        np.savez(path, **{**archive, "lengths": archive["lengths"][1:]})
    with pytest.raises(ModelError, match="cannot be read; get the file again or make it anew"):
        Correction.read(path, parts=1)
