"""The sound by which a participant sets the volume: a few soft tones, no music of anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PITCHES = (60, 64, 67, 72)
TONE_S = 0.9
RING_S = 2.5
"""How long each tone may ring on."""

_PARTIALS = ((1, 1.0), (2, 0.35), (3, 0.12), (4, 0.05))
_ATTACK_S = 0.015
_DECAY_S = 0.9


def sound_check() -> bytes:
    """Four rising tones, as loud as every clip, as MP3.

    Raises
    ------
    SoundError
        When no MP3 can be written here.
    """
    from musegen import rendering

    rate = rendering.SAMPLE_RATE
    length = round((TONE_S * len(PITCHES) + RING_S) * rate)
    audio = np.zeros((length, 2), np.float32)
    for index, pitch in enumerate(PITCHES):
        start = round(index * TONE_S * rate)
        audio[start:] += _tone(pitch, length - start, rate)[:, None]
    gain_db = rendering.LOUDNESS_LUFS - rendering.loudness_lufs(audio)
    return rendering.to_mp3(audio * np.float32(10 ** (gain_db / 20)))


def _tone(pitch: int, frames: int, rate: int) -> NDArray[np.float32]:
    """A soft struck tone, shape (frames,)."""
    time = np.arange(frames) / rate
    frequency = 440.0 * 2 ** ((pitch - 69) / 12)
    wave = sum(level * np.sin(2 * np.pi * n * frequency * time) for n, level in _PARTIALS)
    envelope = np.minimum(time / _ATTACK_S, 1) * np.exp(-time / _DECAY_S)
    tone: NDArray[np.float32] = (wave * envelope).astype(np.float32)
    return tone
