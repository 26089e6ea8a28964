"""The headphone check: what is heard on headphones, and on loudspeakers."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from musegen.studies.headphones import (
    GAP_S,
    RAMP_S,
    TONE_S,
    TONES,
    TRIALS,
    HeadphoneTrial,
    order_of,
    sound,
)


def tones_of(trial: HeadphoneTrial) -> list[np.ndarray]:
    """The steady part of each tone as one would hear it, shape (frames, 2)."""
    audio, rate = soundfile.read(io.BytesIO(sound(trial)))
    starts = [GAP_S + position * (TONE_S + GAP_S) for position in range(TONES)]
    ends = RAMP_S + 0.05  # MP3 moves a sound a little
    return [audio[int((s + ends) * rate) : int((s + TONE_S - ends) * rate)] for s in starts]


def level_db(wave: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(wave**2)) + 1e-9))


@pytest.mark.parametrize("trial", TRIALS)
def test_on_headphones_the_quietest_is_quietest(trial: HeadphoneTrial) -> None:
    levels = [level_db(tone[:, 0]) for tone in tones_of(trial)]
    others = [level for at, level in enumerate(levels) if at != trial.quietest]
    assert int(np.argmin(levels)) == trial.quietest
    assert np.ptp(others) < 0.2
    assert min(others) - levels[trial.quietest] == pytest.approx(6.0, abs=0.2)


@pytest.mark.parametrize("trial", TRIALS)
def test_on_loudspeakers_another_one_is(trial: HeadphoneTrial) -> None:
    """In the air both sides meet, and the tone of opposite signs is all but gone."""
    levels = [level_db(tone.sum(axis=1)) for tone in tones_of(trial)]
    assert int(np.argmin(levels)) == trial.antiphase
    assert sorted(levels)[1] - levels[trial.antiphase] > 20


def test_each_arrangement_comes_once_in_an_order_of_ones_own() -> None:
    assert len(TRIALS) == 6
    assert set(order_of("ab")) == set(TRIALS)
    assert order_of("ab") == order_of("ab")
    assert len({order_of(f"{n:x}") for n in range(20)}) > 10
