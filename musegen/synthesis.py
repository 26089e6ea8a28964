"""FluidSynth, offline: a performance as raw samples.

Every song gets a synthesizer of its own, so that no reverb or other state of an earlier song
can leak into it. That is cheap because FluidSynth loads, on demand, only the samples of the
programs that are played: 0.1 s where the whole of a 40 MB .sf3 takes 2 s. Samples are
stereo float32 at 44.1 kHz; FluidSynth acts on notes every 64 samples (1.5 ms).
"""

from __future__ import annotations

import contextlib
import ctypes
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musegen.errors import SoundError
from musegen.performing import Performance, PerformedPart

SAMPLE_RATE = 44_100
BLOCK = 64

GAIN = 0.4
"""Far from overdriving FluidSynth's reverb; the loudness is set afterwards."""

ROOM = {"roomsize": 0.62, "damping": 0.35, "width": 0.9, "level": 0.55}
"""A small hall."""

REVERB_SEND = 58
WIDTH = 34
"""How far the outer parts sit from the middle, of 64."""

_PAN, _REVERB = 10, 91
_DRUM_BANK, _DRUM_CHANNEL = 128, 9
_LOG_LEVELS = range(5)
_FAMILY = 8

Samples = NDArray[np.float32]


def synthesize(performance: Performance, soundfont: Path, *, tail_s: float) -> Samples:
    """The performance and ``tail_s`` of dying away as samples, shape (frames, 2).

    Raises
    ------
    SoundError
        When FluidSynth is not installed, or cannot read the SoundFont.
    """
    library = shared_library()
    synth = library.Synth(
        gain=GAIN,
        samplerate=float(SAMPLE_RATE),
        channels=_channel_count(len(performance.parts)),
        **{
            "synth.dynamic-sample-loading": 1,
            "synth.chorus.active": 0,
            "synth.reverb.active": 1,
            "synth.polyphony": 512,
            "synth.threadsafe-api": 0,
        },
    )
    try:
        synth.set_reverb(**ROOM)
        _seat(synth, performance.parts, soundfont)
        frames = _frame(performance.length_s + tail_s)
        return _played(library, synth, list(_events(performance)), frames)
    finally:
        synth.delete()


def shared_library() -> Any:
    """pyfluidsynth, which looks for FluidSynth's shared library on import.

    FluidSynth reads compressed SoundFonts with the libsndfile that is loaded already, if there is
    one. soundfile brings its own, which decodes them a little differently from the system's: it is
    always loaded first, so that the sound does not depend on what was imported before.
    """
    import soundfile  # noqa: F401 (loaded for its libsndfile, see above)

    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it tells where it found it
            import fluidsynth
    except (ImportError, OSError) as error:
        raise SoundError(
            "FluidSynth, which makes the sound, is missing: install it (Debian: “apt install "
            "libfluidsynth3 musescore-general-soundfont-small”, macOS: “brew install fluid-synth”)."
        ) from error
    silence = fluidsynth.cfunc(
        "fluid_set_log_function",
        ctypes.c_void_p,
        ("level", ctypes.c_int, 1),
        ("function", ctypes.c_void_p, 1),
        ("data", ctypes.c_void_p, 1),
    )
    for level in _LOG_LEVELS:  # its warnings are not for people; failures are raised
        silence(level, None, None)
    return fluidsynth


def _channel(index: int) -> int:
    """A part's channel; the one that FluidSynth keeps for drums is left out."""
    return index if index < _DRUM_CHANNEL else index + 1


def _channel_count(parts: int) -> int:
    """As many as needed; FluidSynth wants a multiple of 16."""
    return 16 * (_channel(max(parts, 1) - 1) // 16 + 1)


def _seat(synth: Any, parts: tuple[PerformedPart, ...], soundfont: Path) -> None:
    """Give each part its instrument and its place, the first on the left."""
    font = synth.sfload(str(soundfont)) if _is_soundfont(soundfont) else -1
    if font < 0:
        raise SoundError(
            f"The SoundFont “{soundfont}” cannot be read; remove it, or put a sound one in its place."
        )
    seats = np.linspace(-WIDTH, WIDTH, len(parts)) if len(parts) > 1 else [0.0]
    for index, (part, seat) in enumerate(zip(parts, seats, strict=True)):
        channel = _channel(index)
        _choose_program(synth, channel, font, part, soundfont)
        synth.cc(channel, _PAN, 64 + round(float(seat)))
        synth.cc(channel, _REVERB, REVERB_SEND)


def _is_soundfont(path: Path) -> bool:
    """Whether a file begins like one; FluidSynth would complain aloud of others."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"RIFF" and head[8:] == b"sfbk"


def _choose_program(
    synth: Any, channel: int, font: int, part: PerformedPart, soundfont: Path
) -> None:
    """The part's program, or else the nearest in kind that the SoundFont has."""
    for bank, program in _programs(part):
        if synth.program_select(channel, font, bank, program) == 0:
            return
    raise SoundError(
        f"The SoundFont “{soundfont}” holds no usable instrument; put another in its place."
    )


def _programs(part: PerformedPart) -> Iterator[tuple[int, int]]:
    if part.is_drum:
        yield _DRUM_BANK, part.program
        yield _DRUM_BANK, 0
    family = part.program // _FAMILY * _FAMILY
    yield 0, part.program
    yield from ((0, program) for program in range(family, family + _FAMILY))
    yield from ((0, program) for program in range(128))


def _frame(time_s: float) -> int:
    """The frame at which FluidSynth will act on what happens at ``time_s``."""
    return round(time_s * SAMPLE_RATE / BLOCK) * BLOCK


def _events(performance: Performance) -> Iterator[tuple[int, int, int, int]]:
    """(frame, velocity, channel, pitch); velocity 0 ends a note and sorts before beginnings."""
    for index, part in enumerate(performance.parts):
        channel = _channel(index)
        for note in part.notes:
            start = _frame(note.start_s)
            yield start, note.velocity, channel, note.pitch
            yield max(start + BLOCK, _frame(note.end_s)), 0, channel, note.pitch


def _played(
    library: Any, synth: Any, events: list[tuple[int, int, int, int]], frames: int
) -> Samples:
    write = _writer(library)
    samples = np.zeros((frames, 2), dtype=np.float32)
    here = 0
    for frame, velocity, channel, pitch in sorted(events):
        if frame > here:
            write(synth, samples[here:frame])
            here = frame
        if velocity:
            synth.noteon(channel, pitch, velocity)
        else:
            synth.noteoff(channel, pitch)
    write(synth, samples[here:])
    return samples


def _writer(library: Any) -> Any:
    """FluidSynth's output as float, which pyfluidsynth leaves out: no dither, no clipping."""
    c_int, c_void_p = ctypes.c_int, ctypes.c_void_p
    write_float = library.cfunc(
        "fluid_synth_write_float",
        c_int,
        ("synth", c_void_p, 1),
        ("length", c_int, 1),
        ("left", c_void_p, 1),
        ("left_offset", c_int, 1),
        ("left_step", c_int, 1),
        ("right", c_void_p, 1),
        ("right_offset", c_int, 1),
        ("right_step", c_int, 1),
    )

    def write(synth: Any, part: Samples) -> None:
        place = part.ctypes.data
        write_float(synth.synth, len(part), place, 0, 2, place, 1, 2)

    return write
