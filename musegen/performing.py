"""A player's hand: how a written song is sounded.

Seconds count from the beginning of the sound; the first note comes `LEAD_IN_S` after it.
A performance depends on notes, bars, tempo, genre and seed alone. Labels of sections,
fermatas and, in a genre's own style, written dynamics are left aside: human pieces may have
them where songs made here do not, and nothing but the music may tell the two apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musegen import genres
from musegen.genres import Genre
from musegen.midi import without_overlaps
from musegen.phrasing import phrase_starts
from musegen.song import TICKS_PER_BEAT, Bar, Note, Part, Song

LEAD_IN_S = 0.05
"""Silence before the first note, so that no player clips its attack."""

SOFTEST, LOUDEST = 34, 114
USUAL_VELOCITY = 76
SHORTEST_NOTE_S = 0.04
LEAST_STEP_S = 0.002
REPEAT_GAP_S = 0.025
"""Silence between repeated notes, so that each is heard to begin."""


@dataclass(frozen=True, slots=True)
class PerformedNote:
    """A note as played; ``onset_tick`` is where the score has it."""

    start_s: float
    end_s: float
    pitch: int
    velocity: int
    onset_tick: int


@dataclass(frozen=True, slots=True)
class PerformedPart:
    """A part as played, on the General MIDI program that sounds it, in the score's order."""

    name: str
    program: int
    is_drum: bool
    notes: tuple[PerformedNote, ...]


@dataclass(frozen=True)
class Performance:
    """A song as played.

    ``beat_times`` are (tick, seconds) at every beat; time runs evenly between them.
    ``length_s`` is the end of the last note, before its sound has died away.
    """

    parts: tuple[PerformedPart, ...]
    length_s: float
    beat_times: tuple[tuple[int, float], ...]

    @cached_property
    def _knots(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        ticks, times = zip(*self.beat_times, strict=True)
        return np.array(ticks, dtype=float), np.array(times, dtype=float)

    def time_of(self, tick: float) -> float:
        """Seconds at which ``tick`` of the score sounds; 0 for rests before the first note."""
        ticks, times = self._knots
        return max(0.0, float(np.interp(tick, ticks, times)))

    def tick_at(self, time_s: float) -> float:
        """The place in the score, in ticks, that sounds at ``time_s``."""
        ticks, times = self._knots
        return float(np.interp(time_s, times, ticks))


@dataclass(frozen=True, slots=True)
class Style:
    """How a genre is played.

    ``rubato`` and ``ritard`` are shares by which a phrase's and the song's last beats are
    slower; ``arch``, ``melody`` and ``accent`` are velocities added at a phrase's middle, to
    the first part and on strong beats; ``touch`` is the share of its length that a detached
    note sounds, ``slurred`` the share of beats whose notes are bound; ``spread_ms`` how
    unlike the parts' and the notes' timing is; ``hold_s`` how long the last note is held
    beyond its length.
    """

    rubato: float = 0.03
    ritard: float = 0.3
    arch: float = 11
    melody: float = 5
    accent: float = 4
    touch: float = 0.93
    slurred: float = 0.5
    overlap_s: float = 0.01
    spread_ms: float = 4
    hold_s: float = 0.6


STYLES = {
    "chorale": Style(
        rubato=0.05, ritard=0.45, arch=12, accent=2, touch=1.0, slurred=1.0, overlap_s=0.03,
        spread_ms=6, hold_s=1.0,
    ),
    "fiddle": Style(
        rubato=0.012, ritard=0.22, arch=7, melody=0, accent=9, touch=0.88, slurred=0.4,
        spread_ms=3, hold_s=0.5,
    ),
    "quartet": Style(rubato=0.035, ritard=0.35, arch=14, melody=6, accent=4, spread_ms=5),
    "folk": Style(
        rubato=0.012, ritard=0.25, arch=8, melody=9, accent=7, touch=0.9, slurred=0.4, hold_s=0.7
    ),
    "mazurka": Style(rubato=0.06, ritard=0.4, arch=13, melody=9, accent=4, slurred=0.7, hold_s=1.0),
    "renaissance": Style(
        rubato=0.04, ritard=0.4, arch=10, melody=0, accent=0, touch=1.0, slurred=1.0,
        overlap_s=0.03, spread_ms=6, hold_s=1.0,
    ),
    "ragtime": Style(rubato=0.008, ritard=0.2, arch=7, melody=7, accent=6, touch=0.88, slurred=0.3),
    "song": Style(rubato=0.05, ritard=0.4, arch=13, melody=10, accent=3, slurred=0.7, hold_s=0.9),
}  # fmt: skip


def perform(song: Song, *, genre: Genre, seed: int) -> Performance:
    """The song as played by the genre's voices.

    Parameters
    ----------
    genre
        Lends style and, part for part, its voices' programs; parts beyond its voices, and
        drums, keep their own program.
    seed
        The same song, genre and seed give the same performance.
    """
    rng = np.random.default_rng(seed)
    style = STYLES.get(genre.name, Style())
    phrases = _Phrases.of(song)
    beat_times = _beat_times(song, style, phrases, rng)
    player = _Player(
        song, style, phrases, beat_times, keeps_dynamics=genre.name not in genres.names()
    )
    parts = tuple(
        PerformedPart(part.name, _program(part, i, genre), part.is_drum, player.play(i, rng))
        for i, part in enumerate(song.parts)
    )
    length_s = max((note.end_s for part in parts for note in part.notes), default=LEAD_IN_S)
    return Performance(parts, length_s, beat_times)


def _program(part: Part, index: int, genre: Genre) -> int:
    if part.is_drum or index >= len(genre.voices):
        return part.program
    return genre.voices[index].program


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases' bounds in ticks, the song's end last."""

    bounds: tuple[int, ...]

    @classmethod
    def of(cls, song: Song) -> _Phrases:
        starts = phrase_starts(song) or (0,)
        return cls((*starts, max(_notes_end(song), starts[-1] + 1)))

    def place(self, tick: float) -> float:
        """How far through its phrase a tick is, 0 to 1."""
        here = min(max(bisect_right(self.bounds, tick), 1), len(self.bounds) - 1)
        start, end = self.bounds[here - 1], self.bounds[here]
        return min(1.0, max(0.0, (tick - start) / (end - start)))


def _notes_end(song: Song) -> int:
    return max((note.end_tick for part in song.parts for note in part.notes), default=0)


def _beat_times(
    song: Song, style: Style, phrases: _Phrases, rng: np.random.Generator
) -> tuple[tuple[int, float], ...]:
    """(tick, seconds) of every beat: phrase-shaped rubato, a little drift, a ritardando."""
    end = max(song.end_tick, _notes_end(song), TICKS_PER_BEAT)
    ticks = np.append(np.arange(0, end, TICKS_PER_BEAT), end)
    middles = (ticks[:-1] + ticks[1:]) / 2
    places = np.array([phrases.place(tick) for tick in middles])
    shape = (2 * places - 1) ** 2 * (0.7 + 0.6 * places) - 1 / 3  # slower at the ends
    slowness = 1 + style.rubato * shape + _drift(len(middles), style, rng)
    slowness *= 1 + style.ritard * _ending(song, middles) ** 2
    seconds = np.diff(ticks) * slowness * 60 / (song.tempo_bpm * TICKS_PER_BEAT)
    times = np.concatenate([[0.0], np.cumsum(seconds)])
    first = min((n.onset_tick for part in song.parts for n in part.notes), default=0)
    times += LEAD_IN_S - np.interp(first, ticks, times)
    return tuple((int(tick), float(time)) for tick, time in zip(ticks, times, strict=True))


def _drift(count: int, style: Style, rng: np.random.Generator) -> NDArray[np.float64]:
    """The tempo's wandering, a share a beat, each much like the one before; shape (count,)."""
    steps = rng.normal(0, 0.1 * style.rubato + 0.001, count)
    drift = np.zeros(count)
    for i in range(1, count):
        drift[i] = 0.8 * drift[i - 1] + steps[i]
    return drift


def _ending(song: Song, ticks: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far into the last two bars (at most a quarter of the song) ticks are, 0 to 1."""
    end = _notes_end(song)
    bars = [bar for bar in song.bars if bar.start_tick < end][-2:]
    start = max(bars[0].start_tick if bars else 0, 3 * end // 4)
    found: NDArray[np.float64] = np.clip((ticks - start) / max(1, end - start), 0, 1)
    return found


class _Player:
    """Plays the parts of one song."""

    def __init__(
        self,
        song: Song,
        style: Style,
        phrases: _Phrases,
        beat_times: Sequence[tuple[int, float]],
        *,
        keeps_dynamics: bool,
    ) -> None:
        self.song = song
        self.style = style
        self.phrases = phrases
        self.keeps_dynamics = keeps_dynamics
        self.clock = Performance((), 0.0, tuple(beat_times))
        self.end_tick = _notes_end(song)

    def play(self, index: int, rng: np.random.Generator) -> tuple[PerformedNote, ...]:
        """One part, its notes in the score's order."""
        notes = without_overlaps(self.song.parts[index].notes)
        if not notes:
            return ()
        lag = rng.normal(0, self.style.spread_ms / 1000) if len(self.song.parts) > 1 else 0.0
        starts = self._starts(notes, lag, rng)
        ends = self._ends(notes, starts, rng)
        velocities = self._velocities(notes, index, rng)
        return tuple(
            PerformedNote(float(start), float(end), note.pitch, velocity, note.onset_tick)
            for note, start, end, velocity in zip(notes, starts, ends, velocities, strict=True)
        )

    def _starts(self, notes: Sequence[Note], lag: float, rng: np.random.Generator) -> list[float]:
        """Onsets in seconds: a few milliseconds off, never before the note before."""
        spread = self.style.spread_ms / 1000
        jitter = np.clip(rng.normal(0, spread, len(notes)), -2 * spread, 2 * spread)
        starts: list[float] = []
        before = None
        for note, off in zip(notes, jitter, strict=True):
            start = max(LEAD_IN_S / 2, self.clock.time_of(note.onset_tick) + lag + off)
            if before is not None:
                later = LEAST_STEP_S if note.onset_tick > before.onset_tick else 0.0
                start = max(start, starts[-1] + later)
            starts.append(start)
            before = note
        return starts

    def _ends(
        self, notes: Sequence[Note], starts: Sequence[float], rng: np.random.Generator
    ) -> list[float]:
        """Ends in seconds: bound or detached, the last ones held, repeated ones let go."""
        slurred = self._slurred_beats(rng)
        onsets = sorted({note.onset_tick for note in notes})
        ends = []
        for note, start in zip(notes, starts, strict=True):
            end = self.clock.time_of(note.end_tick)
            if note.end_tick == self.end_tick:
                end += self.style.hold_s
            elif self._is_bound(note, onsets, slurred):
                end += self.style.overlap_s
            else:
                end = start + (end - start) * self.style.touch
            ends.append(max(end, start + SHORTEST_NOTE_S))
        return _repeats_apart(notes, starts, ends)

    def _slurred_beats(self, rng: np.random.Generator) -> NDArray[np.bool_]:
        beats = self.end_tick // TICKS_PER_BEAT + 1
        found: NDArray[np.bool_] = rng.random(beats) < self.style.slurred
        return found

    def _is_bound(self, note: Note, onsets: Sequence[int], slurred: NDArray[np.bool_]) -> bool:
        """Whether a note goes over into the next: inside a slurred beat, or always legato."""
        if self.style.touch >= 1:
            return True
        after = bisect_left(onsets, note.end_tick)
        is_followed = after < len(onsets) and onsets[after] == note.end_tick
        beat = note.onset_tick // TICKS_PER_BEAT
        stays = note.end_tick // TICKS_PER_BEAT == beat
        return bool(is_followed and stays and slurred[beat])

    def _velocities(self, notes: Sequence[Note], index: int, rng: np.random.Generator) -> list[int]:
        """Louder in the middle of phrases, for the melody, on strong beats and on high notes."""
        style = self.style
        centre = np.mean([note.pitch for note in notes])
        noise = rng.normal(0, 1.8, len(notes))
        voice = style.melody * (1 if index == 0 else -0.6) * (len(self.song.parts) > 1)
        found = []
        for note, wobble in zip(notes, noise, strict=True):
            place = self.phrases.place(note.onset_tick)
            arch = 1 - 2 * (2 * place - 1.1) ** 2  # highest just after the middle
            accent = _weight(self.song.bar_at(note.onset_tick), note.onset_tick)
            height = 0.35 * float(np.clip(note.pitch - centre, -12, 12))
            level = note.velocity if self.keeps_dynamics else USUAL_VELOCITY
            level += style.arch * arch / 2 + style.accent * accent + voice + height + wobble
            found.append(int(np.clip(round(level), SOFTEST, LOUDEST)))
        return found


def _repeats_apart(
    notes: Sequence[Note], starts: Sequence[float], ends: Sequence[float]
) -> list[float]:
    """Ends drawn back so that a pitch is silent for a moment before it sounds again."""
    apart = list(ends)
    by_pitch: dict[int, list[int]] = {}
    for i, note in enumerate(notes):
        by_pitch.setdefault(note.pitch, []).append(i)
    for places in by_pitch.values():
        for i, after in pairwise(places):
            gap = min(REPEAT_GAP_S, (starts[after] - starts[i]) / 4)
            apart[i] = min(apart[i], starts[after] - gap)
    return apart


def _weight(bar: Bar, tick: int) -> float:
    """How strong a place in the bar is: 1 on its first beat, below 0 between beats."""
    position = bar.position(tick)
    full = max(1, bar.metre_ticks)
    if position % full == 0:
        return 1.0
    is_compound = bar.numerator % 3 == 0 and bar.numerator > 3
    beat = 4 * TICKS_PER_BEAT // bar.denominator * (3 if is_compound else 1)
    if bar.numerator % 2 == 0 and position * 2 == full:
        return 0.5
    return 0.2 if beat and position % beat == 0 else -0.4
