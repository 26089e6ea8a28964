"""A check of whether somebody wears headphones, by ear alone.

Of three low tones one is quieter, and another is played with opposite signs left and right:
loudspeakers let it cancel itself in the air, so that it seems the quietest; headphones do not.
After Woods, Siegel, Traer & McDermott (2017), Headphone screening to facilitate web-based
auditory experiments, Attention, Perception, & Psychophysics 79: 2064–2072. Positions count
from 0; lengths are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

FREQUENCY_HZ = 200.0
QUIETER_DB = -6.0
LEVEL = 0.2
"""Amplitude of the louder tones; full scale is 1."""

TONE_S, RAMP_S, GAP_S = 1.0, 0.1, 0.5
TONES = 3


@dataclass(frozen=True, slots=True)
class HeadphoneTrial:
    """Which of the three tones is quieter, and which has opposite signs."""

    quietest: int
    antiphase: int


TRIALS = tuple(HeadphoneTrial(*places) for places in permutations(range(TONES), 2))
"""Every arrangement once: six trials."""


def order_of(participant_id: str) -> tuple[HeadphoneTrial, ...]:
    """The trials in an order of the participant's own, the same after a reload."""
    rng = np.random.default_rng(list(participant_id.encode()))
    return tuple(TRIALS[i] for i in rng.permutation(len(TRIALS)))


def sound(trial: HeadphoneTrial) -> bytes:
    """Three tones, as MP3.

    Raises
    ------
    SoundError
        When no MP3 can be written here.
    """
    from musegen import rendering

    rate = rendering.SAMPLE_RATE
    tone = _tone(rate)
    gap = np.zeros((round(GAP_S * rate), 2), np.float32)
    parts = [gap]
    for position in range(TONES):
        gain = LEVEL * (10 ** (QUIETER_DB / 20) if position == trial.quietest else 1.0)
        right = -1.0 if position == trial.antiphase else 1.0
        parts += [np.stack([gain * tone, right * gain * tone], axis=1), gap]
    return rendering.to_mp3(np.concatenate(parts).astype(np.float32))


def _tone(rate: int) -> NDArray[np.float64]:
    """A tone with soft ends, shape (frames,)."""
    time = np.arange(round(TONE_S * rate)) / rate
    ends = np.minimum(time, time[::-1]) / RAMP_S
    envelope = np.sin(np.pi / 2 * np.minimum(ends, 1)) ** 2
    tone: NDArray[np.float64] = np.sin(2 * np.pi * FREQUENCY_HZ * time) * envelope
    return tone
