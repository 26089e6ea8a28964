"""Events are drawn within what can be written down, as often as the network says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from musegen import models
from musegen.barmap import BarMap
from musegen.encoding import TIED, Field
from musegen.grid import Grid
from musegen.knowledge import Knowledge
from musegen.sampling import Draft, Nucleus, Sampler, SamplingConfig, _draw
from musegen.song import C_MAJOR
from musegen.writing import COOLING, Writer

END = 4 * 48
GRID = Grid((4, 4), phrase_bars=2)


@pytest.fixture(scope="module")
def chorale() -> Knowledge:
    return Knowledge.of(models.info("chorale"))


@pytest.fixture(scope="module")
def drafts(chorale: Knowledge) -> Draft:
    """Eight drafts of four bars."""
    blank = GRID.blank([("B", 4)], C_MAJOR, is_last=True)
    draft = Draft.blank(chorale.network, [BarMap.of(blank)] * 8)
    sampler = Sampler(chorale.network, chorale.habits.allowed(), SamplingConfig())
    sampler.write(draft, np.full(8, END), np.random.default_rng(1))
    return draft


def test_drafts_are_different_songs(drafts: Draft) -> None:
    assert len({str(drafts.parts(row)) for row in range(8)}) == 8


def test_no_note_begins_or_sounds_after_the_end(drafts: Draft) -> None:
    for row in range(8):
        for notes in drafts.parts(row):
            assert notes, "a voice that never sings"
            assert max(note.end_tick for note in notes) <= END


def test_a_voice_sings_one_note_at_a_time(drafts: Draft) -> None:
    for row in range(8):
        for notes in drafts.parts(row):
            for before, note in pairwise(notes):
                assert note.onset_tick >= before.end_tick


def test_no_part_leaves_the_pitches_and_lengths_it_ever_had(
    drafts: Draft, chorale: Knowledge
) -> None:
    for row in range(8):
        for part, notes in enumerate(drafts.parts(row)):
            assert {n.pitch for n in notes} <= set(chorale.habits.pitches[part])
        lengths = {event[Field.DURATION] for event in drafts.events[row]}
        assert lengths <= {0, TIED, *chorale.habits.durations}


def test_going_on_leaves_what_stands_as_it_is(chorale: Knowledge) -> None:
    blank = GRID.blank([("A", 2), ("C", 2)], C_MAJOR, is_last=True)
    sampler = Sampler(chorale.network, chorale.habits.allowed(), SamplingConfig())
    first = Draft.blank(chorale.network, [BarMap.of(blank)])
    sampler.write(first, np.array([96]), np.random.default_rng(3))
    both = first.select([0, 0])
    sampler.write(both, np.array([192, 192]), np.random.default_rng(4), start_tick=96)
    written = len(first.events[0])
    for row in range(2):
        assert both.events[row][:written] == first.events[0]
        later = [n for notes in both.parts(row) for n in notes if n.onset_tick >= 96]
        assert later
    assert both.events[0] != both.events[1]


def test_values_are_drawn_as_often_as_they_are_likely() -> None:
    p = np.array([0.5, 0.3, 0.15, 0.05])
    logits = np.log(np.tile(p, (20000, 1))).astype(np.float32)
    chosen, nats = _draw(logits, np.ones_like(logits, bool), Nucleus(), np.random.default_rng(0))
    assert np.bincount(chosen, minlength=4) / 20000 == pytest.approx(p, abs=0.015)
    assert nats == pytest.approx(-np.log(p)[chosen], abs=1e-5)


def test_the_nucleus_leaves_out_the_unlikely_and_masks_the_impossible() -> None:
    logits = np.log(np.tile([0.5, 0.3, 0.15, 0.05], (2000, 1))).astype(np.float32)
    can = np.tile([True, False, True, True], (2000, 1))
    chosen, _ = _draw(logits, can, Nucleus(top_p=0.9), np.random.default_rng(0))
    assert set(chosen.tolist()) == {0, 2}


def test_a_low_temperature_is_more_careful() -> None:
    logits = np.log(np.tile([0.6, 0.4], (5000, 1))).astype(np.float32)
    can = np.ones_like(logits, bool)
    shares = [
        (_draw(logits, can, Nucleus(temperature=t), np.random.default_rng(0))[0] == 0).mean()
        for t in (0.5, 1.0, 1.5)
    ]
    assert shares == sorted(shares, reverse=True)


def test_what_is_told_is_as_if_it_had_been_written(chorale: Knowledge, drafts: Draft) -> None:
    blank = GRID.blank([("B", 4)], C_MAJOR, is_last=True)
    again = Draft.blank(chorale.network, [BarMap.of(blank)])
    again.told(chorale.network, np.array(drafts.events[3]))
    assert again.events[0] == drafts.events[3]
    assert again.parts(0) == drafts.parts(3)
    assert (again.context.inputs()[0] == drafts.context.inputs()[3]).all()
    np.testing.assert_allclose(again.state[:, 0], drafts.state[:, 3], atol=1e-4)
    assert again.last[0].tolist() == drafts.last[3].tolist()


def test_songs_that_are_done_early_stay_as_they_were_left(chorale: Knowledge) -> None:
    """They are stepped through no more, and can be gone on from all the same."""
    ends = np.array([END, 48, 96, END, 60, 144, 72, END])
    maps = [BarMap.of(GRID.blank([("B", 4)], C_MAJOR, is_last=True))] * 8
    draft = Draft.blank(chorale.network, maps)
    sampler = Sampler(chorale.network, chorale.habits.allowed(), SamplingConfig())
    sampler.write(draft, ends, np.random.default_rng(5))
    inputs = draft.context.inputs()
    for row, end in enumerate(ends):
        assert end - 24 < max(n.end_tick for voice in draft.parts(row) for n in voice) <= end
        again = Draft.blank(chorale.network, maps[:1])
        again.told(chorale.network, np.array(draft.events[row]))
        np.testing.assert_array_equal(again.context.inputs()[0], inputs[row])
        np.testing.assert_allclose(again.state[:, 0], draft.state[:, row], atol=1e-4)
        assert again.last[0].tolist() == draft.last[row].tolist()
        assert draft.notes[row] == sum(map(len, draft.parts(row)))


def test_a_phrase_may_sound_into_the_next_but_begins_nothing_there(chorale: Knowledge) -> None:
    blank = GRID.blank([("A", 4)], C_MAJOR, is_last=True)
    draft = Draft.blank(chorale.network, [BarMap.of(blank)] * 16)
    sampler = Sampler(chorale.network, chorale.habits.allowed(), SamplingConfig())
    ends, until = np.full(16, END), np.full(16, 90)
    sampler.write(draft, ends, np.random.default_rng(2), until=until)
    notes = [note for row in range(16) for voice in draft.parts(row) for note in voice]
    assert max(note.onset_tick for note in notes) < 90
    assert max(note.end_tick for note in notes) > 90


def test_one_slider_moves_temperature_and_nucleus() -> None:
    careful, usual, daring = (SamplingConfig().warmed(t, 1.0).pitch for t in (0.7, 1.0, 1.3))
    assert usual == SamplingConfig().pitch
    assert careful.temperature < usual.temperature < daring.temperature
    assert 0 < careful.top_p < usual.top_p < daring.top_p < 1
    assert SamplingConfig().warmed(1.0, 0.7).duration == careful


def test_songs_are_composed_cooler_and_teaching_hears_the_network_as_it_is(
    chorale: Knowledge,
) -> None:
    taught, composed = chorale.sampler()._config, Writer(chorale)._sampler._config
    assert taught.pitch == taught.duration == Nucleus(1.0, 0.97)
    assert composed.pitch == composed.duration == taught.pitch.warmed(COOLING)
    assert composed.pitch.temperature == pytest.approx(0.88)
    assert composed.pitch.top_p == pytest.approx(0.96, abs=0.001)
    fiddle = Writer(Knowledge.of(models.info("fiddle")))._sampler._config
    assert fiddle.pitch == fiddle.duration == taught.pitch.warmed(0.95), "its guide cools, too"


def test_lengths_are_left_alone_where_they_are_not_corrected() -> None:
    composed = Writer(Knowledge.of(models.info("mazurka")))._sampler._config
    assert composed.duration == Nucleus(1.0, 0.97)
    assert composed.pitch.temperature == pytest.approx(0.88)
