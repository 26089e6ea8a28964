"""Teaching a discriminator: sections of training pieces against drafts of composed songs.

Songs are composed as always but without a discriminator, each in mode and metre of a training piece;
of the drafts that each new section is chosen from some are heard, the chosen one among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen import models
from musegen.composing import Composer, Request, alike
from musegen.critic_features import figures
from musegen.discriminator import Discriminator, Opinion, measured
from musegen.errors import CorpusError
from musegen.examples import prepared
from musegen.knowledge import Knowledge
from musegen.processes import mapped
from musegen.section_words import BUCKETS, words
from musegen.song import Song, cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musegen.genres import Genre

    Ints = NDArray[np.int64]

HEARD = 5
"""Drafts of a section that are heard: the chosen one, and others drawn at random."""

FOLDS = 5
FEWEST_SECTIONS = 200

REGULARIZATION = 0.03
"""With 0.003, 0.01, 0.03 and 0.1 chorales' words and figures tell sections of works not heard with 0.79,
0.80, 0.81 and 0.81."""

SEEDS = 30_000
"""Songs are of the seeds from so many on, times that of the lesson: none that anybody asks for first."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Sections:
    """Sections of one length, and which fold each belongs to, (sections,)."""

    songs: Sequence[Song]
    fold: Ints


def teach_discriminator(
    genre: Genre,
    pieces: dict[str, Song],
    works: dict[str, str],
    *,
    songs: int,
    seed: int,
    progress: Progress | None = None,
) -> tuple[Discriminator, dict[int, float]]:
    """A discriminator for a genre, and how well one tells whole sections of works it has not heard.

    Parameters
    ----------
    pieces
        Of the training split, by name, in their written key.
    works
        The work of each: what is tried on a work has not heard it.
    songs
        How many are composed.

    Returns
    -------
    Discriminator, dict
        By how many bars it hears, its AUC; 0.5 is guessing.

    Raises
    ------
    CorpusError
        When there is too little to learn from.
    """
    human = _of_pieces(genre, pieces, works)
    if len(human.songs) < FEWEST_SECTIONS:
        raise CorpusError(
            f"{len(human.songs)} sections of {genre.bars} bars are too few for a discriminator; "
            f"at least {FEWEST_SECTIONS} are needed."
        )
    _check_folds(human, genre, "works")  # before anything takes time
    rng = np.random.default_rng(seed)
    like = [pieces[name] for name in sorted(pieces)]
    requests = [
        alike(like[rng.integers(len(like))], Request(genre.name, seed=seed * SEEDS + i))
        for i in range(songs)
    ]
    drafts: list[list[Song]] = []
    for own in mapped(_drafts, requests):
        if progress is not None:
            progress(len(drafts) / songs, "Songs are composed for the discriminator to hear")
        drafts.append(own)
    fold = [i % FOLDS for i, own in enumerate(drafts) for _ in own]
    machine = Sections(list(chain(*drafts)), np.array(fold, np.int64))
    _check_folds(machine, genre, "songs")
    return learned(human, machine, lengths_of(genre.bars))


def _check_folds(side: Sections, genre: Genre, of: str) -> None:
    """See that whoever has not heard one fold has heard others of that side."""
    if len(np.unique(side.fold)) < FOLDS:
        raise CorpusError(
            f"A discriminator wants sections of {genre.bars} bars from at least {FOLDS} {of}; let it hear "
            "more."
        )


def lengths_of(bars: int) -> list[int]:
    """The numbers of bars of which a section of ``bars`` is asked about: a quarter, a half and so on."""
    return sorted({max(1, round(bars * quarters / 4)) for quarters in range(1, 5)})


def _of_pieces(genre: Genre, pieces: dict[str, Song], works: dict[str, str]) -> Sections:
    """All sections of as many bars as the genre's songs have."""
    number = {work: i for i, work in enumerate(sorted(set(works.values())))}
    found, fold = [], []
    for name in sorted(pieces):
        song = prepared(pieces[name])
        for start, end in _stretches(song, genre.bars):
            found.append(cut(song, start, end))
            fold.append(number[works[name]] % FOLDS)
    return Sections(found, np.array(fold, np.int64))


def _stretches(song: Song, bars: int) -> list[tuple[int, int]]:
    """Where such sections, or such parts of longer ones, begin and end."""
    spans = [(s.start_tick, s.end_tick) for s in song.sections] or [(0, song.end_tick)]
    found = []
    for start, end in spans:
        ticks = bars * song.bar_at(start).metre_ticks
        found += [(at, at + ticks) for at in range(start, end - ticks + 1, ticks)]
    return found


def _drafts(request: Request) -> list[Song]:
    """Some drafts of each new section of a song; done in another process."""
    rng = np.random.default_rng((request.seed, 1))
    heard: list[Song] = []

    def listen(best_first: list[Song]) -> None:
        others = rng.permutation(np.arange(1, len(best_first)))[: HEARD - 1]
        heard.extend(best_first[i] for i in (0, *others))

    Composer(_knows(request.genre), listen).compose(request)
    bars = _knows(request.genre).genre.bars
    return [song for song in heard if song.end_tick == bars * song.bars[-1].metre_ticks]


@lru_cache(maxsize=1)
def _knows(genre: str) -> Knowledge:
    return replace(Knowledge.of(models.info(genre)), discriminator=None)


def learned(
    human: Sections, machine: Sections, lengths: Sequence[int]
) -> tuple[Discriminator, dict[int, float]]:
    """A discriminator that was taught with these sections, and its AUC by number of bars."""
    songs = [*human.songs, *machine.songs]
    fold = np.concatenate([human.fold, machine.fold])
    is_human = np.arange(len(songs)) < len(human.songs)
    opinions, auc = {}, {}
    for bars in lengths:
        begun = [cut(song, 0, bars * song.bars[-1].metre_ticks) for song in songs]
        opinions[bars], auc[bars] = _opinion(begun, is_human, fold)
    return Discriminator(opinions), auc


def _opinion(
    songs: Sequence[Song], is_human: NDArray[np.bool_], fold: Ints
) -> tuple[Opinion, float]:
    """What sections of one length are worth: log odds that hold for works not heard (Platt 1999)."""
    from scipy.sparse import csr_array, hstack
    from sklearn.metrics import roc_auc_score

    every = np.stack([figures(song) for song in songs])
    mean, scale = every.mean(0), np.maximum(every.std(0), 1e-3)
    of_words = [words(song) for song in songs]
    ends = np.cumsum([0, *map(len, of_words)]).astype(np.int32)
    columns = np.concatenate(of_words).astype(np.int32)
    shape = (len(songs), BUCKETS)
    counted = csr_array((np.ones(len(columns)), columns, ends), shape=shape)
    shown = hstack([counted, csr_array(measured(every, mean, scale))]).tocsr()
    told = np.zeros(len(songs))
    for out in range(FOLDS):
        rows = fold == out
        if rows.any():
            told[rows] = _fitted(shown[~rows], is_human[~rows]).decision_function(shown[rows])
    held = _fitted(told[:, None], is_human, weak=False)
    slope, shift = float(held.coef_[0, 0]), float(held.intercept_[0])
    whole = _fitted(shown, is_human)
    worth = (whole.coef_[0] * slope).astype(np.float32)
    opinion = Opinion(
        mean.astype(np.float32),
        scale.astype(np.float32),
        figures=worth[BUCKETS:],
        words=worth[:BUCKETS],
        bias=float(whole.intercept_[0]) * slope + shift,
    )
    return opinion, float(roc_auc_score(is_human, told))


def _fitted(shown: Any, is_human: NDArray[np.bool_], *, weak: bool = True) -> Any:
    """A logistic regression that takes both sides for as likely, whatever it is shown of each."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    regression = LogisticRegression(
        C=REGULARIZATION if weak else 100.0, class_weight="balanced", max_iter=1000
    )
    with threadpool_limits(1):
        return regression.fit(shown, is_human)
