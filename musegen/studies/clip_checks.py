"""What is measured of every clip, and what it must be to be heard in a study.

Measured is the very sound that people hear: the MP3, decoded.
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass

import numpy as np

from musegen import rendering
from musegen.studies.stimuli import Clip, Limits

LOUDNESS_WITHIN_LU = 0.5
MOST_SILENCE_S = 0.1
"""Before the first note is heard."""

SILENT_DBFS = -50.0
"""Softer than this is silence beside music of −18 LUFS."""

PADDING_S = 0.1
"""By how much MP3, which comes in whole frames, may be longer than the sound."""


@dataclass(frozen=True, slots=True)
class Measures:
    """A clip as it is heard; ``true_peak_dbfs`` counts what lies between samples, too."""

    length_s: float
    loudness_lufs: float
    true_peak_dbfs: float
    leading_silence_s: float
    trailing_silence_s: float

    def faults(self, limits: Limits) -> tuple[str, ...]:
        """What is wrong with the clip; nothing when it may be heard."""
        found = {
            "length": not limits.shortest_s <= self.length_s <= limits.longest_s + PADDING_S,
            "loudness": abs(self.loudness_lufs - rendering.LOUDNESS_LUFS) > LOUDNESS_WITHIN_LU,
            "peak": self.true_peak_dbfs >= 0,
            "leading silence": self.leading_silence_s > MOST_SILENCE_S,
        }
        return tuple(name for name, is_wrong in found.items() if is_wrong)

    def as_details(self) -> dict[str, float]:
        """The measures, rounded, for the clip's details."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def measure(clip: Clip) -> Measures:
    """Decode a clip and measure it."""
    import soundfile

    audio, rate = soundfile.read(io.BytesIO(clip.mp3), dtype="float32")
    level = np.abs(audio).max(axis=1)
    heard = np.flatnonzero(level > 10 ** (SILENT_DBFS / 20))
    first, last = (heard[0], heard[-1]) if len(heard) else (len(level), -1)
    return Measures(
        length_s=len(audio) / rate,
        loudness_lufs=rendering.loudness_lufs(audio),
        true_peak_dbfs=rendering.true_peak_dbfs(audio),
        leading_silence_s=float(first / rate),
        trailing_silence_s=float((len(level) - 1 - last) / rate),
    )
