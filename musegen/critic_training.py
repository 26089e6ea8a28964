"""Teaching a critic: pieces of the training split against the network's own songs.

For each piece the network writes songs of the same bars, sections, phrases and mode, so that a
critic learns from notes alone. In the first round it hears what the network writes unguided; in
later rounds what the critic so far would have chosen of it, so that it learns what choosing does
not mend. Listeners' votes (`musegen.studies`) may teach it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.barmap import BarMap
from musegen.correction import Correction, Heard, Human, Switches, fit_pitches, lookups
from musegen.critic import Critic, heard, learn
from musegen.critic_features import figures
from musegen.errors import CorpusError
from musegen.examples import prepared
from musegen.familiarity import Lookups
from musegen.guide import TOGETHER, write_on
from musegen.rhythm_correction import (
    RhythmCorrection,
    fit_rhythm,
    lengths_switched_on,
    seen_in,
)
from musegen.sampling import Draft
from musegen.song import Song, cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musegen.knowledge import Knowledge

PIECES = 320
NOTES = 50_000
"""Pieces of the training split, and notes of them, that a critic hears at most. With half as many
pieces, which of them are drawn still matters: a genre's rarer rhythms come too often or hardly."""

ROUNDS = 2
VERSIONS = 4
"""Songs for each piece, from which the critic so far chooses in later rounds."""

CORRECTIONS = 3
"""How often the network's notes are compared: each time as corrected so far."""

FOLDS = 5
FEWEST_PASSAGES = 60
SHORTEST_BARS = 2
LONGEST_BARS = 12
_SONGS_AT_ONCE = 64
_LONGEST_TICKS = 40 * 48
"""Of longer pieces a critic hears the first forty bars of 4/4."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Lesson:
    """Passages side by side: what is `heard` of each, who made it, and from which piece it is."""

    ears: NDArray[np.float64]
    is_human: NDArray[np.bool_]
    piece: NDArray[np.int64]


@dataclass(frozen=True)
class Taught:
    """A critic, the correction that comes before it, and how well each round told passages.

    ``auc`` is cross-validated, of the songs as corrected.
    """

    critic: Critic
    correction: Correction
    auc: tuple[float, ...]


def teach(
    knows: Knowledge,
    pieces: Sequence[Song],
    *,
    seed: int,
    votes: Sequence[tuple[Song, float]] = (),
    progress: Progress | None = None,
) -> Taught:
    """A critic for a genre.

    Parameters
    ----------
    pieces
        Of the training split, in their written key.
    votes
        Excerpts of songs made here, and the share of listeners, 0 to 1, who called them human.

    Raises
    ------
    CorpusError
        When there is too little to learn from.
    """
    rng = np.random.default_rng(seed)
    every = [prepared(piece) for piece in pieces]
    heard_pieces = drawn(every, rng)
    home = list(heard_pieces.values())
    bars = knows.genre.bars
    human = [list(passages(piece, bars)) for piece in home]
    if sum(map(len, human)) < FEWEST_PASSAGES:
        raise CorpusError(
            f"{sum(map(len, human))} passages are too few for a critic; "
            f"at least {FEWEST_PASSAGES} of {SHORTEST_BARS} bars or more are needed."
        )
    told = [_told(progress, i / (VERSIONS + 2)) for i in range(VERSIONS + 1)]
    known = Known.of(every, list(heard_pieces))
    correction = correct(knows, home, known, rng, told[0])
    corrected = replace(knows, correction=correction)
    versions = [write_alike(corrected, home, rng, tell) for tell in told[1:]]
    made = [[list(passages(song, bars)) for song in version] for version in versions]
    human_ears = [heard(own) for own in human if own]
    made_ears = [[heard(own) for own in version if own] for version in made]
    critic, auc = _rounds(human_ears, made_ears, len(figures(home[0])), seed, votes)
    return Taught(critic, correction, auc)


def drawn(pieces: Sequence[Song], rng: np.random.Generator) -> dict[int, Song]:
    """Some of the prepared pieces, by their place among them, and not too long."""
    found: dict[int, Song] = {}
    notes = 0
    for i in map(int, rng.permutation(len(pieces))[:PIECES]):
        if notes < NOTES:
            found[i] = shortened(pieces[i])
            notes += found[i].note_count()
    return found


@dataclass(frozen=True)
class Known:
    """What all pieces of the training split do, not only those that are heard.

    ``lookups`` are those of their notes, the pieces that are heard numbered first, in their order;
    ``seen`` is as in `musegen.rhythm_correction.seen_in`.
    """

    lookups: Lookups
    seen: NDArray[np.uint16]

    @classmethod
    def of(cls, pieces: Sequence[Song], heard: Sequence[int]) -> Known:
        """Of whole ``pieces`` in home key; ``heard`` tells which of them are heard."""
        others = sorted({*range(len(pieces))} - {*heard})
        return cls(lookups([pieces[i] for i in (*heard, *others)]), seen_in(pieces))


def correct(
    knows: Knowledge,
    pieces: Sequence[Song],
    known: Known,
    rng: np.random.Generator,
    tell: Callable[[], None] = lambda: None,
) -> Correction:
    """What the network's notes lack beside those of ``pieces``, in home key, as they lie."""
    parts = len(pieces[0].parts)
    switches = Switches(parts)
    human = Human.of(Heard.of(pieces), switches, known.lookups)
    lengths = lengths_switched_on(pieces, known.seen, own_pieces=1)

    def rhythm(own: Sequence[Song]) -> RhythmCorrection:
        # What follows, further rounds and the critic, hears songs as they will be composed.
        if not knows.steers_lengths:
            return RhythmCorrection.silent(parts, known.seen)
        own_lengths = lengths_switched_on(own, known.seen, own_pieces=0)
        return fit_rhythm(lengths, own_lengths, parts, known.seen)

    def missing(correction: Correction | None) -> Correction:
        tell()
        own = write_alike(replace(knows, correction=correction), pieces, rng)
        pitches = fit_pitches(human, Heard.of(own), switches)
        return Correction(pitches, human.familiarity, rhythm(own))

    correction = missing(None)
    for _ in range(CORRECTIONS - 1):
        correction = correction.joined(missing(correction))
    return correction


def _told(progress: Progress | None, share: float) -> Callable[[], None]:
    def tell() -> None:
        if progress is not None:
            progress(share, "The network writes songs for the critic to hear")

    return tell


def _rounds(
    human: list[NDArray[np.float64]],
    made: list[list[NDArray[np.float64]]],
    figures_count: int,
    seed: int,
    votes: Sequence[tuple[Song, float]],
) -> tuple[Critic, tuple[float, ...]]:
    first = lesson_of(human, made[0])
    critic = _learned(first, figures_count, seed, votes)
    auc = [cross_validated(first, figures_count, seed)]
    for number in range(1, ROUNDS):
        lesson = lesson_of(human, _best_of(made, critic))
        auc.append(cross_validated(lesson, figures_count, seed))
        critic = critic.joined(_learned(lesson, figures_count, seed + number, votes, critic))
    return replace(critic, auc=auc[-1]), tuple(auc)


def _learned(
    lesson: Lesson,
    figures_count: int,
    seed: int,
    votes: Sequence[tuple[Song, float]],
    before: Critic | None = None,
) -> Critic:
    ears, is_human, weights = with_votes(lesson, votes)
    return learn(
        ears,
        is_human,
        figures_count=figures_count,
        seed=seed,
        measure=None if before is None else (before.mean, before.scale),
        weights=weights,
    )


def _best_of(made: list[list[NDArray[np.float64]]], critic: Critic) -> list[NDArray[np.float64]]:
    """Of each passage the version that the critic likes best."""
    best = []
    for versions in zip(*made, strict=True):
        scores = np.stack([critic.judge(ears) for ears in versions])  # (versions, passages)
        rows = scores.argmax(0)
        best.append(np.stack([versions[row][i] for i, row in enumerate(rows)]))
    return best


def lesson_of(human: list[NDArray[np.float64]], machine: list[NDArray[np.float64]]) -> Lesson:
    """What is heard of each piece and of each song, (passages, F + turns), side by side."""
    pieces = [np.full(len(ears), i) for side in (human, machine) for i, ears in enumerate(side)]
    is_human = [np.full(len(ears), side is human) for side in (human, machine) for ears in side]
    return Lesson(
        np.concatenate([*human, *machine]), np.concatenate(is_human), np.concatenate(pieces)
    )


def cross_validated(lesson: Lesson, figures_count: int, seed: int) -> float:
    """The AUC of critics that are asked about pieces and songs they have not heard."""
    from sklearn.metrics import roc_auc_score

    scores = np.zeros(len(lesson.is_human))
    for fold in range(FOLDS):
        out = lesson.piece % FOLDS == fold
        critic = learn(
            lesson.ears[~out], lesson.is_human[~out], figures_count=figures_count, seed=seed
        )
        scores[out] = critic.judge(lesson.ears[out])
    return float(roc_auc_score(lesson.is_human, scores))


def with_votes(lesson: Lesson, votes: Sequence[tuple[Song, float]]) -> tuple[Any, Any, Any]:
    """An excerpt counts as human by the share of votes that called it so, else as machine."""
    if not votes:
        return lesson.ears, lesson.is_human, None
    ears = heard([song for song, _ in votes])
    shares = np.array([share for _, share in votes])
    weight = len(lesson.ears) / (2 * len(votes))  # listeners count as much as pieces do
    return (
        np.concatenate([lesson.ears, ears, ears]),
        np.concatenate([lesson.is_human, np.ones(len(ears), bool), np.zeros(len(ears), bool)]),
        np.concatenate([np.ones(len(lesson.ears)), shares * weight, (1 - shares) * weight]),
    )


def passages(song: Song, bars: int) -> Iterator[Song]:
    """Each section, its first half, and it after the section before it.

    That is what a composer has before it while it chooses. Sections longer than `LONGEST_BARS` are
    taken in stretches of ``bars`` bars.
    """
    before: int | None = None
    for left, right in _stretches(song, bars):
        bar = max(1, song.bar_at(left).metre_ticks)
        if right - left >= SHORTEST_BARS * bar:
            yield cut(song, left, right)
            if before is not None:
                yield cut(song, before, right)
        if right - left >= 2 * SHORTEST_BARS * bar:
            yield cut(song, left, left + (right - left) // (2 * bar) * bar)
        before = left


def _stretches(song: Song, bars: int) -> Iterator[tuple[int, int]]:
    """Where sections, or parts of long ones, begin and end."""
    for section in song.sections or (None,):
        start, end = (
            (0, song.end_tick) if section is None else (section.start_tick, section.end_tick)
        )
        bar = max(1, song.bar_at(start).metre_ticks)
        long = end - start > LONGEST_BARS * bar
        yield from pairwise([*range(start, end, bars * bar), end] if long else [start, end])


def shortened(piece: Song) -> Song:
    """Its first forty bars of 4/4, or as long in another metre."""
    if piece.end_tick <= _LONGEST_TICKS:
        return piece
    ends = [bar.end_tick for bar in piece.bars if bar.end_tick <= _LONGEST_TICKS]
    return cut(piece, 0, ends[-1] if ends else piece.end_tick)


def write_alike(
    knows: Knowledge,
    pieces: Sequence[Song],
    rng: np.random.Generator,
    tell: Callable[[], None] = lambda: None,
    *,
    temperature: float = 1.0,
) -> list[Song]:
    """A song of the network's for each piece, with the piece's bars, sections, phrases, mode.

    If there is a guide, each is one of those that it let go on.
    """
    sampler = knows.sampler(temperature, temperature if knows.steers_lengths else 1.0)
    order = sorted(range(len(pieces)), key=lambda i: pieces[i].end_tick)
    written: dict[int, Song] = {}
    for start in range(0, len(order), _SONGS_AT_ONCE):
        tell()
        some = order[start : start + _SONGS_AT_ONCE]
        maps = [BarMap.of(pieces[i]) for i in some]
        ends = np.array([pieces[i].end_tick for i in some])
        if knows.guide is None:
            draft, rows = Draft.blank(knows.network, maps), np.arange(len(some))
            sampler.write(draft, ends, rng)
        else:
            side_by_side = [one for one in maps for _ in range(TOGETHER)]
            draft = Draft.blank(knows.network, side_by_side)
            write_on(knows.guide, sampler, draft, np.repeat(ends, TOGETHER), rng)
            rows = np.arange(len(some)) * TOGETHER + rng.integers(TOGETHER, size=len(some))
        for row, i in zip(rows.tolist(), some, strict=True):
            written[i] = _with_notes(pieces[i], draft.parts(row))
    return [written[i] for i in range(len(pieces))]


def _with_notes(piece: Song, voices: Sequence[Sequence[Any]]) -> Song:
    parts = zip(piece.parts, voices, strict=True)
    return replace(piece, parts=tuple(replace(part, notes=tuple(own)) for part, own in parts))
