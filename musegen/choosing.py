"""Which of several drafts of a section is kept.

Each draft gets a number of *faults*, the fewer the better. What counts as a fault is what a
listener hears first: a surprise far from what human music of the genre has, voices that rest, or
say again what they said, more or less than its voices do, more parallel fifths and octaves or
hammered notes than it has, a close that is none; and whatever makes it a stranger, or too near a
relative, of the section that it belongs to.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from musegen.cadences import Close
from musegen.counterpoint import IS_PERFECT
from musegen.echoes import echo_share
from musegen.likeness import likeness
from musegen.song import TICKS_PER_BEAT, Key, Note

Voices = Sequence[Sequence[Note]]

HAMMERED = 6
"""A note may follow itself so often before it counts."""

SAME = 0.9
"""Likeness from which a section is heard as the other one, a slip aside."""

CONTRAST_SEMITONES = 2.0
CONTRAST_DENSITY = 0.3
"""A contrast that is heard: so far away in register, so many times 2 in notes a beat."""

EASY_LEAP, EASY_LEAP_OF_BASS = 4, 12
"""Semitones from one section into the next that cost nothing."""

BORROWED = 20.0
"""Without it one chorale in twenty-five had a bridge that was largely its verse or chorus. How many
have one now was not counted."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What one of each fault costs.

    ``borrowed`` is what a contrast has from the section that it is to differ from; ``leaps`` is
    a semitone too far into the next section; ``strokes`` a run of strokes that no accompaniment
    has which was learned from (`musegen.strokes`).
    """

    surprise: float = 1.0
    silent_beats: float = 0.25
    echoes: float = 0.15
    parallels: float = 12.0
    hammered: float = 0.5
    strokes: float = 3.0
    inner_close: float = 1.0
    end_close: float = 3.0
    final_close: float = 10.0
    opening: float = 6.0
    copied: float = 40.0
    alike: float = 6.0
    same: float = 100.0
    contrast: float = 1.5
    borrowed: float = 0.0
    fullness: float = 2.0
    leaps: float = 0.25
    critic: float = 4.5

    def with_critic(self, critic: float) -> Weights:
        """With another weight for the critic's word.

        How sections are related counts as much beside it as before, and a bridge that is the chorus
        again much more: a critic likes to hear well-known things again.
        """
        more = critic / self.critic
        return replace(
            self,
            critic=critic,
            alike=self.alike * more,
            contrast=self.contrast * more,
            borrowed=BORROWED,
            fullness=self.fullness * more,
        )

    def with_discriminator(self, *, inner_close: float | None) -> Weights:
        """Beside one, which knows how people's phrases close, and how often they do not.

        How a song ends is not left to it, nor how a section does, if a wrong close within one has a price.
        """
        if inner_close is not None:
            return replace(self, inner_close=inner_close)
        return replace(self, inner_close=0.0, end_close=0.5)

    def close(self, close: Close, *, is_end: bool) -> float:
        """What a wrong close costs: less within a section than at its end."""
        if close is Close.FINAL:
            return self.final_close
        return self.end_close if is_end else self.inner_close


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Typical:
    """What human pieces have.

    Nats a note, mean and standard deviation; parallels an onset, and the share of hammered notes,
    in the median.
    """

    nats_mean: float
    nats_sd: float
    parallels: float = 0.0
    hammered: float = 0.0


@dataclass(frozen=True)
class Wishes:
    """What a section is to be besides well made; its ticks count from its own beginning.

    Parameters
    ----------
    closes
        By tick, how the phrase that ends there closes, and in which key.
    unlike
        From ``free_tick`` on it is to go elsewhere than these voices.
    same
        Likeness, 0 to 1, from which it has not gone elsewhere.
    contrast
        It is to differ from these voices in register and in density.
    fuller
        From ``free_tick`` on it is to be fuller than these voices.
    opening
        The pitch class with which its lowest part is to begin.
    silence
        The share of the time, 0 to 1, in which a part is to rest, in the mean over parts.
    echo
        The share of its notes that are to be echoes (`musegen.echoes.echo_share`), and the ticks of
        a bar; None if that does not matter.
    follows
        What comes after it, from where that begins: its end is to lead there.
    """

    closes: dict[int, tuple[Close, Key]]
    free_tick: int = 0
    unlike: Voices | None = None
    same: float = SAME
    contrast: Voices | None = None
    fuller: Voices | None = None
    opening: int | None = None
    silence: float = 0.0
    echo: tuple[float, int] | None = None
    follows: Voices | None = None


def faults(
    voices: Voices,
    *,
    nats: float,
    typical: Typical,
    weights: Weights = WEIGHTS,
) -> float:
    """Faults of a draft, whatever it is to be.

    Parameters
    ----------
    voices
        The notes of each part, in order, within the section.
    nats
        The network's own nats a note.
    """
    total = weights.surprise * abs(nats - typical.nats_mean) / max(typical.nats_sd, 1e-6)
    total += weights.parallels * max(0.0, parallel_share(voices) - typical.parallels)
    count = sum(map(len, voices))
    total += weights.hammered * count * max(0.0, hammered_share(voices) - typical.hammered)
    return total


def relation_faults(
    voices: Voices, wishes: Wishes, end_tick: int, weights: Weights = WEIGHTS
) -> float:
    """Faults of a draft, written until ``end_tick``, as what it is to be."""
    beats = len(voices) * end_tick / TICKS_PER_BEAT
    silence = abs(silent_beats(voices, 0, end_tick) - wishes.silence * beats)
    total = weights.silent_beats * silence
    if wishes.echo is not None:
        total += weights.echoes * _missed_echoes(voices, *wishes.echo)
    if wishes.unlike is not None:
        span = wishes.free_tick, end_tick
        total += weights.alike * likeness(within(voices, *span), within(wishes.unlike, *span))
    if wishes.contrast is not None:
        both = min(end_tick, max((n.end_tick for v in wishes.contrast for n in v), default=0))
        total += weights.contrast * _lack_of_contrast(
            within(voices, 0, both), within(wishes.contrast, 0, both)
        )
        if weights.borrowed:
            total += weights.borrowed * likeness(voices, within(wishes.contrast, 0, both))
    if wishes.fuller is not None:
        span = wishes.free_tick, end_tick
        more = _density_ratio(within(voices, *span), within(wishes.fuller, *span))
        total -= weights.fullness * min(1.0, max(-1.0, more))
    if wishes.follows is not None and end_tick == max(wishes.closes, default=end_tick):
        total += weights.leaps * _leaps(voices, wishes.follows)
    total += weights.same * is_same(voices, wishes, end_tick)
    if wishes.opening is not None:
        total += weights.opening * (_opening(voices) != wishes.opening)
    return total


def _missed_echoes(voices: Voices, wished: float, bar_ticks: int) -> float:
    """How many notes in a hundred too many or too few are echoes.

    Counted by the note, drafts of few notes would have missed less, and songs would be slow.
    """
    share = echo_share(voices, bar_ticks)
    return 0.0 if share is None else 100 * abs(share - wished)


def is_same(voices: Voices, wishes: Wishes, end_tick: int) -> bool:
    """Whether a section that is done is all but one that it is to differ from.

    Likeness alone is outweighed by a critic that likes to hear well-known things again. A contrast
    may be the other one in another register, but not note for note.
    """
    if end_tick != max(wishes.closes, default=end_tick):
        return False
    span = wishes.free_tick, end_tick
    own = within(voices, *span)
    if wishes.contrast is not None and own == within(wishes.contrast, *span):
        return True
    return wishes.unlike is not None and likeness(own, within(wishes.unlike, *span)) >= wishes.same


def _leaps(voices: Voices, follows: Voices) -> int:
    """Semitones that parts leap too far from their last note to the first of what follows."""
    found = 0
    for part, (own, other) in enumerate(zip(voices, follows, strict=True)):
        if own and other:
            easy = EASY_LEAP_OF_BASS if part == len(voices) - 1 else EASY_LEAP
            found += max(0, abs(other[0].pitch - own[-1].pitch) - easy)
    return found


def _opening(voices: Voices) -> int | None:
    """The pitch class of the lowest note that begins first, None if nothing does."""
    every = [note for notes in voices for note in notes]
    first = min((note.onset_tick for note in every), default=0)
    lowest = min((note.pitch for note in every if note.onset_tick == first), default=None)
    return None if lowest is None else lowest % 12


def within(voices: Voices, start_tick: int, end_tick: int) -> list[list[Note]]:
    """The notes of each part that begin in this span."""
    return [[n for n in notes if start_tick <= n.onset_tick < end_tick] for notes in voices]


def _lack_of_contrast(voices: Voices, other: Voices) -> float:
    """0 for voices that differ from ``other`` in register and density, 2 for the same."""
    density = abs(_density_ratio(voices, other)) / CONTRAST_DENSITY
    register = abs(_register(voices) - _register(other)) / CONTRAST_SEMITONES
    return max(0.0, 1 - density) + max(0.0, 1 - register)


def _density_ratio(voices: Voices, other: Voices) -> float:
    """How many times 2 ``voices`` have more notes than ``other``, which is as long."""
    return math.log2((1 + sum(map(len, voices))) / (1 + sum(map(len, other))))


def _register(voices: Voices) -> float:
    """Mean pitch of the first part that sounds: the melody."""
    pitches = next(([note.pitch for note in notes] for notes in voices if notes), [60])
    return sum(pitches) / len(pitches)


def silent_beats(voices: Voices, start_tick: int, end_tick: int) -> float:
    """Beats of silence, summed over parts."""
    silent = 0
    for notes in voices:
        now = start_tick
        for note in notes:
            silent += max(0, note.onset_tick - now)
            now = max(now, note.end_tick)
        silent += max(0, end_tick - now)
    return silent / TICKS_PER_BEAT


def parallel_share(voices: Voices) -> float:
    """Parallel fifths and octaves between any two parts, per onset; 0 for a single part."""
    if len(voices) < 2:
        return 0.0
    onsets = sorted({note.onset_tick for notes in voices for note in notes})
    grid = np.stack([_pitches_at(notes, onsets) for notes in voices])  # (parts, onsets)
    found = 0
    for upper in range(len(voices)):
        for lower in range(upper + 1, len(voices)):
            found += _parallels(grid[upper], grid[lower])
    return found / max(1, len(onsets) - 1)


def _parallels(one: np.ndarray, other: np.ndarray) -> int:
    sounds = (one >= 0) & (other >= 0)
    interval = np.abs(one - other) % 12
    moves = (np.diff(one) != 0) & (np.diff(other) != 0) & sounds[1:] & sounds[:-1]
    same = (interval[1:] == interval[:-1]) & IS_PERFECT[interval[1:]]
    direction = np.sign(np.diff(one)) == np.sign(np.diff(other))
    return int((moves & same & direction).sum())


def _pitches_at(notes: Sequence[Note], onsets: Sequence[int]) -> np.ndarray:
    """The pitch sounding at each onset, -1 for none."""
    pitches = np.full(len(onsets), -1)
    firsts = np.searchsorted(onsets, [note.onset_tick for note in notes]).tolist()
    lasts = np.searchsorted(onsets, [note.end_tick for note in notes]).tolist()
    for note, first, last in zip(notes, firsts, lasts, strict=True):
        pitches[first:last] = note.pitch
    return pitches


def hammered_share(voices: Voices) -> float:
    """Share of notes that repeat one pitch more than `HAMMERED` times on end."""
    count = 0
    for notes in voices:
        streak = 0
        for before, note in itertools.pairwise(notes):
            streak = streak + 1 if note.pitch == before.pitch else 0
            count += streak > HAMMERED
    return count / max(1, sum(map(len, voices)))
