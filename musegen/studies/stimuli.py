"""Clips for a blind test: human pieces and machine songs through the very same hands.

Whoever made the music, it loses its written dynamics, is moved to a key near home, cut to an
excerpt, performed, rendered and brought to one loudness by the same lines of code. Everything
left to chance is drawn from the clip's own seed in the same way for both kinds, and all clips go
from a phrase's beginning to a phrase's end, found by one ear. Beyond that each machine clip is
made to match a human one: it is about as fast, and its tempo is set so that both last equally
long. Lengths are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen import keys
from musegen.genres import Genre
from musegen.phrasing import phrase_starts
from musegen.piece_cache import from_record, to_record
from musegen.song import TICKS_PER_BEAT, Key, Song, cut, transpose

if TYPE_CHECKING:
    from musegen.performing import Performance
    from musegen.synthesis import Samples

MOVE_SEMITONES = 4
"""A clip's key is at most so far from C major or A minor."""

VELOCITY = 80
"""One written dynamic for all: composers write them, the networks do not."""

AS_GOOD_S = 1.0
"""Excerpts this much worse than the best are as good; one of them is drawn."""

AS_FAST = 0.02
"""The same for machine clips: a share of the human clip's tempo."""

BEYOND_TEMPO = 0.03
"""How far beyond the genre's usual tempi a machine clip's may be set, as a share."""

_LENGTH_STEPS = 4
_LENGTH_WITHIN_S = 0.002
_TEMPO_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a clip may be as one hears it, with its tail.

    An excerpt's length by its beats and tempo is shorter: the ritardando, the last note's hold
    and the tail come on top.
    """

    shortest_s: float = 20.0
    longest_s: float = 30.0

    @property
    def excerpt_s(self) -> tuple[float, float]:
        """How long an excerpt may be by its beats and tempo."""
        return self.shortest_s - 2.0, self.longest_s - 4.5

    @property
    def targets_s(self) -> tuple[float, float]:
        """Where the length of a human excerpt is drawn from: its limits are seldom met."""
        low, high = self.excerpt_s
        return low + (high - low) * 4 / 15, high - (high - low) / 5


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a song in ticks."""

    start_tick: int
    end_tick: int

    @property
    def beats(self) -> float:
        return (self.end_tick - self.start_tick) / TICKS_PER_BEAT

    def length_s(self, tempo_bpm: float) -> float:
        return self.beats * 60.0 / tempo_bpm


@dataclass(frozen=True, slots=True)
class Match:
    """The human clip that a machine clip should be like.

    ``length_s`` is that of its excerpt by beats and tempo; ``played_s`` is how long it lasts as
    played, to the end of its last note.
    """

    length_s: float
    tempo_bpm: float
    played_s: float


@dataclass(frozen=True)
class Clip:
    """An excerpt as sound: MP3, its length, and how it was made."""

    mp3: bytes
    length_s: float
    details: dict[str, Any]

    @property
    def match(self) -> Match:
        """What a machine clip should be like to match this one."""
        return match_of(self.details)


def match_of(details: Mapping[str, Any]) -> Match:
    """What a machine clip should be like to match the clip with these details."""
    return Match(
        length_s=float(details["excerpt_s"]),
        tempo_bpm=float(details["tempo_bpm"]),
        played_s=float(details["played_s"]),
    )


def make_clip(
    song: Song, *, genre: Genre, seed: int, match: Match | None = None, limits: Limits = USUAL
) -> Clip | None:
    """A clip of ``song``, or None when no stretch of it makes one that is wanted.

    Parameters
    ----------
    seed
        Decides key, tempo, excerpt and performance.
    match
        The human clip to be like; None for a human clip, whose length and tempo are drawn.

    Raises
    ------
    SoundError
        When sound cannot be made here.
    """
    from musegen import rendering

    rng = np.random.default_rng(seed)
    semitones = int(rng.integers(-MOVE_SEMITONES, MOVE_SEMITONES + 1))
    tempo_bpm = float(np.round(rng.uniform(*genre.tempo_bpm), 1))
    if match is None:
        target_s = float(rng.uniform(*limits.targets_s))
        excerpt = choose_excerpt(
            song, tempo_bpm=tempo_bpm, target_s=target_s, rng=rng, limits=limits
        )
    else:
        excerpt = choose_match(song, match=match, genre=genre, rng=rng)
    if excerpt is None:
        return None
    if match is not None:
        tempo_bpm = excerpt.beats * 60 / match.length_s
    details = _details(song, excerpt, seed=seed, semitones=semitones, rng=rng)
    details = _in_time(details, tempo_bpm, genre, match)
    audio = sound_of(details, genre=genre)
    length_s = len(audio) / rendering.SAMPLE_RATE
    if not limits.shortest_s <= length_s <= limits.longest_s:
        return None
    return Clip(rendering.to_mp3(audio), round(length_s, 2), details)


def _details(
    song: Song, excerpt: Excerpt, *, seed: int, semitones: int, rng: np.random.Generator
) -> dict[str, Any]:
    """How a clip is made, but for its tempo."""
    from musegen.soundfonts import find_soundfont

    at_home = prepare(song, semitones=0, tempo_bpm=song.tempo_bpm)
    return {
        "seed": seed,
        "performance_seed": int(rng.integers(2**31)),
        "start_tick": excerpt.start_tick,
        "end_tick": excerpt.end_tick,
        "semitones_from_home": semitones,
        "soundfont": find_soundfont().name,
        "score": to_record(cut(at_home, excerpt.start_tick, excerpt.end_tick)),
    }


def _in_time(
    details: dict[str, Any], tempo_bpm: float, genre: Genre, match: Match | None
) -> dict[str, Any]:
    """The details with the tempo at which the clip is as long as the one that it matches."""
    from musegen.performing import LEAD_IN_S

    played = _performance(details | {"tempo_bpm": tempo_bpm}, genre)
    for _ in range(_LENGTH_STEPS if match is not None else 0):
        if match is None or abs(played.length_s - match.played_s) <= _LENGTH_WITHIN_S:
            break
        faster = (played.length_s - LEAD_IN_S) / (match.played_s - LEAD_IN_S)
        tempo_bpm = round(tempo_bpm * faster, _TEMPO_DIGITS)
        played = _performance(details | {"tempo_bpm": tempo_bpm}, genre)
    excerpt = Excerpt(details["start_tick"], details["end_tick"])
    return details | {
        "tempo_bpm": tempo_bpm,
        "excerpt_s": round(excerpt.length_s(tempo_bpm), 3),
        "played_s": round(played.length_s, 4),
        "score": details["score"] | {"tempo_bpm": tempo_bpm},
    }


def sound_of(details: Mapping[str, Any], *, genre: Genre) -> Samples:
    """The clip with these details as sound, shape (frames, 2); the same each time.

    Raises
    ------
    SoundError
        When sound cannot be made here.
    """
    from musegen import rendering

    return rendering.render(_performance(details, genre))


def _performance(details: Mapping[str, Any], genre: Genre) -> Performance:
    from musegen import performing

    at_home = from_record(dict(details["score"]))
    played = prepare(
        at_home, semitones=details["semitones_from_home"], tempo_bpm=details["tempo_bpm"]
    )
    return performing.perform(played, genre=genre, seed=details["performance_seed"])


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
    song: Song, *, tempo_bpm: float, target_s: float, rng: np.random.Generator, limits: Limits
) -> Excerpt | None:
    """A stretch of about ``target_s``, from a phrase's beginning to a phrase's end; None if too short.

    Of stretches that begin at the same place the nearest counts; of those, one that is about as
    near as the nearest is drawn.
    """
    shortest, longest = limits.excerpt_s
    best_of_each: dict[int, tuple[float, Excerpt]] = {}
    for excerpt in _stretches(song):
        length_s = excerpt.length_s(tempo_bpm)
        if shortest <= length_s <= longest and _has_music(song, excerpt):
            candidate = (abs(length_s - target_s), excerpt)
            best = best_of_each.setdefault(excerpt.start_tick, candidate)
            best_of_each[excerpt.start_tick] = min(best, candidate, key=_off)
    return _drawn(list(best_of_each.values()), AS_GOOD_S, rng)


def choose_match(
    song: Song, *, match: Match, genre: Genre, rng: np.random.Generator
) -> Excerpt | None:
    """A stretch that can last as long as the clip to match, at a like tempo; None if none can.

    It, too, goes from a phrase's beginning to a phrase's end; its tempo is one of the genre's.
    """
    slowest, fastest = genre.tempo_bpm
    found: list[tuple[float, Excerpt]] = []
    for excerpt in _stretches(song):
        tempo_bpm = excerpt.beats * 60 / match.length_s
        is_usual = slowest * (1 - BEYOND_TEMPO) <= tempo_bpm <= fastest * (1 + BEYOND_TEMPO)
        if is_usual and _has_music(song, excerpt):
            found.append((abs(math.log(tempo_bpm / match.tempo_bpm)), excerpt))
    return _drawn(found, AS_FAST, rng)


def _off(candidate: tuple[float, Excerpt]) -> float:
    return candidate[0]


def _drawn(
    candidates: list[tuple[float, Excerpt]], margin: float, rng: np.random.Generator
) -> Excerpt | None:
    """One of those that are off by at most ``margin`` more than the best."""
    if not candidates:
        return None
    enough = min(map(_off, candidates)) + margin
    good = [excerpt for off, excerpt in candidates if off <= enough]
    return good[int(rng.integers(len(good)))]


def _stretches(song: Song) -> Iterator[Excerpt]:
    """From each phrase's beginning to its end and to those after it.

    Phrases are heard from the notes alone (`musegen.phrasing`), in human pieces and in songs made
    here: what their sources say of fermatas and sections is not alike.
    """
    starts = phrase_starts(song)
    ends = (*starts[1:], song.end_tick)
    for i, start in enumerate(starts):
        yield from (Excerpt(start, end) for end in ends[i:])


def _has_music(song: Song, excerpt: Excerpt) -> bool:
    """Whether something sounds at both ends: a bar of rest there would shorten the clip."""
    notes = list(chain.from_iterable(part.notes for part in song.parts))
    bar = song.bar_at(excerpt.start_tick).metre_ticks
    begins = any(0 <= n.onset_tick - excerpt.start_tick < bar for n in notes)
    ends = any(0 <= excerpt.end_tick - n.end_tick < bar for n in notes)
    return begins and ends
