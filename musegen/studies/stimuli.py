"""Clips for a blind test: human pieces and machine songs through the very same hands.

Whoever made the music, it loses its written dynamics, is moved to a key near home, cut to an
excerpt, performed, rendered and brought to one loudness by the same lines of code. Everything
left to chance is drawn from the clip's own seed in the same way for both kinds. Lengths are
seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from musegen import keys
from musegen.genres import Genre
from musegen.piece_cache import to_record
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

OTHER_END_S = 3.0
"""How much further from the target an end may be that closes, or not, as is wanted."""

AS_GOOD_S = 1.0
"""Excerpts this much worse than the best are as good; one of them is drawn."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a song in ticks."""

    start_tick: int
    end_tick: int

    def length_s(self, tempo_bpm: float) -> float:
        return (self.end_tick - self.start_tick) / TICKS_PER_BEAT * 60.0 / tempo_bpm


@dataclass(frozen=True, slots=True)
class Target:
    """What an excerpt should be like: how long, and whether a phrase or section closes it."""

    length_s: float
    closes: bool = True


@dataclass(frozen=True)
class Clip:
    """An excerpt as sound: MP3, its length, and how it was made."""

    mp3: bytes
    length_s: float
    details: dict[str, Any]

    @property
    def target(self) -> Target:
        """What another clip should be like to match this one."""
        return target_of(self.details)


def target_of(details: Mapping[str, Any]) -> Target:
    """What a clip should be like to match the one with these details."""
    return Target(float(details["excerpt_s"]), bool(details["closes"]))


def make_clip(song: Song, *, genre: Genre, seed: int, target: Target | None = None) -> Clip | None:
    """A clip of ``song``, or None when no stretch of it makes one of the right length.

    Parameters
    ----------
    seed
        Decides key, tempo, excerpt and performance.
    target
        What to come near to; when None, a length drawn from `TARGETS_S` and an end that
        closes. Machine clips get that of a human clip, so that neither length nor end tells.

    Raises
    ------
    SoundError
        When sound cannot be made here.
    """
    from musegen import performing, rendering

    rng = np.random.default_rng(seed)
    semitones = int(rng.integers(-MOVE_SEMITONES, MOVE_SEMITONES + 1))
    tempo_bpm = float(np.round(rng.uniform(*genre.tempo_bpm), 1))
    drawn = Target(float(rng.uniform(*TARGETS_S)))
    excerpt = choose_excerpt(song, tempo_bpm=tempo_bpm, target=target or drawn, rng=rng)
    if excerpt is None:
        return None
    plain = prepare(song, semitones=semitones, tempo_bpm=tempo_bpm)
    at_home = prepare(song, semitones=0, tempo_bpm=tempo_bpm)
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
            "closes": excerpt.end_tick in _closings(song),
            "semitones_from_home": semitones,
            "tempo_bpm": tempo_bpm,
            "score": to_record(cut(at_home, excerpt.start_tick, excerpt.end_tick)),
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
    song: Song, *, tempo_bpm: float, target: Target, rng: np.random.Generator
) -> Excerpt | None:
    """A stretch much like ``target`` that begins where a phrase or section does; None if too short.

    It ends at the end of a phrase or section, or else at a bar's end.
    """
    closings = _closings(song)
    ends = sorted(closings | {bar.end_tick for bar in song.bars})
    starts = sorted({0, *song.phrase_ends, *(section.start_tick for section in song.sections)})

    def distance(excerpt: Excerpt) -> float:
        off = abs(excerpt.length_s(tempo_bpm) - target.length_s)
        is_other = (excerpt.end_tick in closings) is not target.closes
        return off + OTHER_END_S * is_other

    shortest, longest = EXCERPT_S
    best_of_each = [
        min(fitting, key=distance)
        for start in starts
        if (
            fitting := [
                excerpt
                for end in ends
                if shortest <= (excerpt := Excerpt(start, end)).length_s(tempo_bpm) <= longest
                and _has_music(song, excerpt)
            ]
        )
    ]
    if not best_of_each:
        return None
    enough = min(map(distance, best_of_each)) + AS_GOOD_S
    good = [excerpt for excerpt in best_of_each if distance(excerpt) <= enough]
    return good[int(rng.integers(len(good)))]


def _closings(song: Song) -> set[int]:
    return {*song.phrase_ends, *(section.end_tick for section in song.sections)}


def _has_music(song: Song, excerpt: Excerpt) -> bool:
    """Whether something sounds at both ends: a bar of rest there would shorten the clip."""
    notes = list(chain.from_iterable(part.notes for part in song.parts))
    bar = song.bar_at(excerpt.start_tick).metre_ticks
    begins = any(0 <= n.onset_tick - excerpt.start_tick < bar for n in notes)
    ends = any(0 <= excerpt.end_tick - n.end_tick < bar for n in notes)
    return begins and ends
