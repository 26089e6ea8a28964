"""Performances as sound: rendered, brought to one loudness, encoded.

Sound is stereo float32 of shape (frames, 2) at 44.1 kHz between -1 and 1. Its time is the
performance's: `Performance.time_of` tells where in the sound a tick lies. All sound has the
same integrated loudness (ITU-R BS.1770), the same short silence before the first note and
the same length of dying away after the last, so that none of them tells clips apart.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musegen.errors import FailureError, RequestError, SoundError
from musegen.files import write_whole
from musegen.performing import Performance
from musegen.soundfonts import find_soundfont
from musegen.synthesis import SAMPLE_RATE, Samples, synthesize

__all__ = [
    "LOUDNESS_LUFS",
    "PEAK_DBFS",
    "SAMPLE_RATE",
    "TAIL_S",
    "find_soundfont",
    "loudness_lufs",
    "render",
    "to_mp3",
    "to_wav",
    "true_peak_dbfs",
    "write_audio",
]

LOUDNESS_LUFS = -18.0
"""Music of our genres peaks 8 to 15 dB above its loudness, so this keeps clear of `PEAK_DBFS`
without a limiter, and is still loud enough for a phone."""

PEAK_DBFS = -1.0
"""What true peaks stay below, with room for what MP3 adds; should music be so uneven that it
would not, all of it becomes softer."""

TAIL_S = 2.4
FADE_S = 1.2
"""The hall's sound is 60 dB down after the tail; the fade takes away the rest."""

LONGEST_S = 20 * 60
MP3_COMPRESSION = 0.5
"""libsndfile's scale; constant 160 kbit/s, so that size tells the length and nothing else."""

_LAME_SCALE = 0.95
"""LAME makes all sound softer by this factor, without a word; see its ``lame_set_scale``."""

_OVERSAMPLING = 4
_BORDER = 64
_CHUNK = 1 << 18


def render(performance: Performance, *, soundfont: Path | None = None) -> Samples:
    """The performance as sound, shape (frames, 2); the same each time.

    Parameters
    ----------
    soundfont
        The instruments; when None, those of `find_soundfont`.

    Raises
    ------
    RequestError
        When the music is longer than twenty minutes.
    SoundError
        When FluidSynth or a SoundFont is missing.
    """
    if performance.length_s > LONGEST_S:
        raise RequestError(
            f"The music lasts {performance.length_s / 60:.0f} minutes; choose a piece of at most "
            f"{LONGEST_S // 60} minutes."
        )
    samples = synthesize(performance, soundfont or find_soundfont(), tail_s=TAIL_S)
    return _levelled(_faded(samples))


def _levelled(samples: Samples) -> Samples:
    """The samples at `LOUDNESS_LUFS`, or softer where their peaks ask for it."""
    loudness = loudness_lufs(samples)
    if not np.isfinite(loudness):  # nothing sounds
        return samples
    gain_db = LOUDNESS_LUFS - loudness
    gain_db = min(gain_db, PEAK_DBFS - true_peak_dbfs(samples))
    levelled: Samples = samples * np.float32(10 ** (gain_db / 20))
    return levelled


def _faded(samples: Samples) -> Samples:
    count = min(len(samples), round(FADE_S * SAMPLE_RATE))
    fade = np.cos(np.linspace(0, np.pi / 2, count, dtype=np.float32)) ** 2
    samples[len(samples) - count :] *= fade[:, np.newaxis]
    return samples


def loudness_lufs(samples: Samples) -> float:
    """Integrated loudness by ITU-R BS.1770-4; minus infinity for silence.

    At least 0.4 s of sound are needed.
    """
    import pyloudnorm

    if not samples.any():
        return float("-inf")
    meter = pyloudnorm.Meter(SAMPLE_RATE)
    return float(meter.integrated_loudness(samples.astype(np.float64)))


def true_peak_dbfs(samples: Samples) -> float:
    """The highest peak between samples too, by fourfold oversampling (ITU-R BS.1770-4)."""
    from scipy.signal import resample_poly

    loudest = float(np.abs(samples).max(initial=0.0))
    if loudest == 0:
        return float("-inf")
    peak = loudest
    for start in range(0, len(samples), _CHUNK):
        chunk = samples[max(0, start - _BORDER) : start + _CHUNK + _BORDER]
        if np.abs(chunk).max() > loudest / 2:  # no overshoot doubles a peak
            peak = max(peak, float(np.abs(resample_poly(chunk, _OVERSAMPLING, 1)).max()))
    return float(20 * np.log10(peak))


def to_wav(audio: Samples) -> bytes:
    """A WAV file of 16 bit, samples rounded to the nearest step."""
    return _encoded(_whole_steps(audio), "WAV", "PCM_16")


def _whole_steps(audio: Samples) -> NDArray[np.int16]:
    return np.rint(np.clip(audio, -1, 1) * 32767).astype(np.int16)


def to_mp3(audio: Samples) -> bytes:
    """An MP3 file of constant 160 kbit/s, as loud as the samples, without any tags.

    Raises
    ------
    SoundError
        When libsndfile is too old to write MP3.
    """
    return _encoded(
        np.clip(audio / np.float32(_LAME_SCALE), -1, 1),
        "MP3",
        "MPEG_LAYER_III",
        bitrate_mode="CONSTANT",
        compression_level=MP3_COMPRESSION,
    )


def _encoded(
    audio: NDArray[np.float32] | NDArray[np.int16], format_: str, subtype: str, **options: object
) -> bytes:
    import soundfile

    written = BytesIO()
    try:
        soundfile.write(written, audio, SAMPLE_RATE, format=format_, subtype=subtype, **options)
    except (soundfile.LibsndfileError, ValueError) as error:
        raise SoundError(
            f"This machine's libsndfile cannot write {format_}; run “python -m pip install "
            "--upgrade soundfile” and try again."
        ) from error
    return written.getvalue()


def write_audio(path: Path | str, audio: Samples) -> None:
    """Write sound as MP3 or WAV, by the path's ending, whole or not at all.

    Raises
    ------
    RequestError
        When the path ends in neither .mp3 nor .wav.
    SoundError
        When the place cannot be written.
    """
    path = Path(path)
    encode = {".mp3": to_mp3, ".wav": to_wav}.get(path.suffix.lower())
    if encode is None:
        raise RequestError(f"Sound is written as MP3 or WAV: let “{path.name}” end in .mp3.")
    try:
        write_whole(path, encode(audio))
    except SoundError:
        raise
    except FailureError as error:
        raise SoundError(str(error)) from error
