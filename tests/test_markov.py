"""The Markov chain learns what follows what, and composes by it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from musegen.encoding import encode
from musegen.errors import CorpusError
from musegen.evaluation.markov import ORDER, MarkovChain
from musegen.song import A_MINOR, Mode, Note, Part, Song, regular_bars, transpose

CYCLE = (60, 62, 64, 67)


def cyclic(bars: int = 200) -> Song:
    notes = tuple(Note(i * 12, CYCLE[i % 4], 12) for i in range(bars * 4))
    return Song("x", (Part("Fiddle", 40, notes),), regular_bars(bars, 4, 4))


def test_a_cycle_comes_back() -> None:
    song = MarkovChain.of([cyclic()]).compose(seed=1, bars=regular_bars(8, 4, 4), mode=Mode.MAJOR)
    pitches = [note.pitch for note in song.parts[0].notes]
    after = dict(zip(CYCLE, (*CYCLE[1:], CYCLE[0]), strict=True))
    right = [b == after.get(a) for a, b in itertools.pairwise(pitches)]
    assert len(pitches) == 32
    assert np.mean(right) > 0.9  # what was never seen is never quite impossible
    assert song.end_tick == 8 * 48
    assert all(note.end_tick <= song.end_tick for note in song.parts[0].notes)


def test_the_same_seed_gives_the_same_song() -> None:
    chain = MarkovChain.of([cyclic(4), transpose(cyclic(4), 5, cyclic().key)])
    one, again, other = (
        chain.compose(seed=seed, bars=regular_bars(4, 3, 4), mode=Mode.MAJOR) for seed in (1, 1, 2)
    )
    assert one == again
    assert one.parts != other.parts


def test_a_cycle_is_easy_to_predict_and_noise_is_not() -> None:
    chain = MarkovChain.of([cyclic()])
    rng = np.random.default_rng(0)
    notes = tuple(Note(i * 12, int(rng.integers(40, 90)), 12) for i in range(64))
    noise = Song("x", (Part("Fiddle", 40, notes),), regular_bars(16, 4, 4))
    assert chain.nats_per_note([cyclic(16)]) < 0.2
    assert chain.nats_per_note([noise]) > 5
    assert math.isnan(chain.nats_per_note([]))


def test_probabilities_add_up() -> None:
    """Over all events that were seen, and the few that back-off leaves for all others."""
    chain = MarkovChain.of([cyclic(8)])
    context = (Mode.MAJOR, (0, 0, 60, 12), (12, 0, 62, 12), (12, 0, 64, 12))
    seen = {tuple(row) for row in encode(cyclic(8)).tolist()}
    total = sum(chain.probability(context, event) for event in seen)
    assert 0.9 < total < 1
    assert chain.probability(context, (12, 0, 67, 12)) > 0.8
    assert 0 < chain.probability(context, (5, 0, 99, 7)) < 1e-6


def test_a_longer_memory_than_three_events_is_not_there() -> None:
    assert ORDER == 3
    pattern = [60] * 4 + [72]  # after three equal notes nobody can tell how many there were
    notes = tuple(Note(i * 12, pattern[i % 5], 12) for i in range(500))
    song = Song("x", (Part("Fiddle", 40, notes),), regular_bars(125, 4, 4))
    chain = MarkovChain.of([song])
    same = (12, 0, 60, 12)
    context = (Mode.MAJOR, same, same, same)
    assert chain.probability(context, same) == pytest.approx(0.5, abs=0.05)


def test_modes_are_kept_apart() -> None:
    minor = transpose(cyclic(50), 9, A_MINOR)
    chain = MarkovChain.of([cyclic(50), minor])
    song = chain.compose(seed=3, bars=regular_bars(4, 4, 4), mode=Mode.MINOR)
    assert song.key == A_MINOR
    pitches = [note.pitch for note in song.parts[0].notes]
    assert np.mean([pitch in {p + 9 for p in CYCLE} for pitch in pitches]) > 0.9


def test_nothing_to_learn_from_is_told() -> None:
    with pytest.raises(CorpusError, match="at least one piece to learn from"):
        MarkovChain.of([])
