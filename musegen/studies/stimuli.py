"""Clips for a blind test: human pieces and machine songs through the very same hands.

Whoever made the music, it loses its written dynamics, is moved to a key near home, cut to an
excerpt, performed, rendered and brought to one loudness by the same lines of code. Everything
left to chance is drawn from the clip's own seed in the same way for both kinds. Lengths are
seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from musegen import keys
from musegen.genres import Genre
from musegen.song import TICKS_PER_BEAT, Key, Song, cut, transpose

SHORTEST_S, LONGEST_S = 20.0, 30.0
"""Length of a clip as one hears it, with its tail."""

EXCERPT_S = (18.0, 25.5)
"""Length of an excerpt by its beats and tempo: the ritardando and the tail make it longer."""

TARGETS_S = (20.0, 24.0)
"""Where a target length is drawn from when there is none to be matched."""

MOVE_SEMITONES = 4
"""A clip's key is at most so far from C major or A minor."""

VELOCITY = 80
"""One written dynamic for all: composers write them, the networks do not."""

LOOSE_END_S = 3.0
"""How much further from the target an end may be if a phrase or section closes there."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a song in ticks."""

    start_tick: int
    end_tick: int

    def length_s(self, tempo_bpm: float) -> float:
        return (self.end_tick - self.start_tick) / TICKS_PER_BEAT * 60.0 / tempo_bpm


@dataclass(frozen=True)
class Clip:
    """An excerpt as sound: MP3, its length, and how it was made."""

    mp3: bytes
    length_s: float
    details: dict[str, Any]


def make_clip(song: Song, *, genre: Genre, seed: int, target_s: float | None = None) -> Clip | None:
    """A clip of ``song``, or None when no stretch of it makes one of the right length.

    Parameters
    ----------
    seed
        Decides key, tempo, excerpt and performance.
    target_s
        The excerpt's length to come near to; drawn from `TARGETS_S` when None. Machine
        clips get that of a human clip, so that length tells nothing.

    Raises
    ------
    SoundError
        When sound cannot be made here.
    """
    from musegen import performing, rendering

    rng = np.random.default_rng(seed)
    semitones = int(rng.integers(-MOVE_SEMITONES, MOVE_SEMITONES + 1))
    tempo_bpm = float(np.round(rng.uniform(*genre.tempo_bpm), 1))
    drawn_s = float(rng.uniform(*TARGETS_S))
    excerpt = choose_excerpt(
        song, tempo_bpm=tempo_bpm, target_s=drawn_s if target_s is None else target_s, rng=rng
    )
    if excerpt is None:
        return None
    plain = prepare(song, semitones=semitones, tempo_bpm=tempo_bpm)
    played = performing.perform(
        cut(plain, excerpt.start_tick, excerpt.end_tick),
        genre=genre,
        seed=int(rng.integers(2**31)),
    )
    audio = rendering.render(played)
    length_s = len(audio) / rendering.SAMPLE_RATE
    if not SHORTEST_S <= length_s <= LONGEST_S:
        return None
    return Clip(
        mp3=rendering.to_mp3(audio),
        length_s=round(length_s, 2),
        details={
            "seed": seed,
            "start_tick": excerpt.start_tick,
            "end_tick": excerpt.end_tick,
            "excerpt_s": round(excerpt.length_s(tempo_bpm), 2),
            "semitones_from_home": semitones,
            "tempo_bpm": tempo_bpm,
        },
    )


def prepare(song: Song, *, semitones: int, tempo_bpm: float) -> Song:
    """The song as notes alone: ``semitones`` from its home key, one dynamic, no title."""
    home = keys.to_home_key(song)
    tonic = (home.key.tonic + semitones) % 12
    key = next(k for k in keys.all_keys() if (k.tonic, k.mode) == (tonic, home.key.mode))
    return _without_marks(transpose(home, semitones, key), key, tempo_bpm)


def _without_marks(song: Song, key: Key, tempo_bpm: float) -> Song:
    parts = tuple(
        replace(part, notes=tuple(replace(note, velocity=VELOCITY) for note in part.notes))
        for part in song.parts
    )
    return replace(song, title="", source="", parts=parts, key=key, tempo_bpm=tempo_bpm)


def choose_excerpt(
    song: Song, *, tempo_bpm: float, target_s: float, rng: np.random.Generator
) -> Excerpt | None:
    """A stretch near ``target_s`` that begins where a phrase or section does; None if too short.

    It ends at the end of a phrase or section where one is near enough, else at a bar's end.
    """
    closing = {*song.phrase_ends, *(section.end_tick for section in song.sections)}
    ends = sorted(closing | {bar.end_tick for bar in song.bars})
    opening = {0, *song.phrase_ends, *(section.start_tick for section in song.sections)}
    found = [
        best
        for start in sorted(opening)
        if (best := _best_end(start, ends, closing, tempo_bpm, target_s)) is not None
        and _has_music(song, best)
    ]
    return found[int(rng.integers(len(found)))] if found else None


def _best_end(
    start: int, ends: list[int], closing: set[int], tempo_bpm: float, target_s: float
) -> Excerpt | None:
    shortest, longest = EXCERPT_S
    fitting = [
        excerpt
        for end in ends
        if shortest <= (excerpt := Excerpt(start, end)).length_s(tempo_bpm) <= longest
    ]

    def distance(excerpt: Excerpt) -> float:
        off = abs(excerpt.length_s(tempo_bpm) - target_s)
        return off if excerpt.end_tick in closing else off + LOOSE_END_S

    return min(fitting, key=distance, default=None)


def _has_music(song: Song, excerpt: Excerpt) -> bool:
    """Whether something sounds at both ends: a bar of rest there would shorten the clip."""
    notes = list(chain.from_iterable(part.notes for part in song.parts))
    bar = song.bar_at(excerpt.start_tick).metre_ticks
    begins = any(0 <= n.onset_tick - excerpt.start_tick < bar for n in notes)
    ends = any(0 <= excerpt.end_tick - n.end_tick < bar for n in notes)
    return begins and ends
