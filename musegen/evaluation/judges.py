"""Judges: classifiers that learn to tell a machine's excerpts from human ones.

Three of them, as unlike as can be: boosted trees and logistic regression over musical
features (`musegen.evaluation.features`), and a linear model over the notes' own short runs
(`musegen.evaluation.tokens`). Each is cross-validated with no work on both sides of a fold: who
has heard a tune from one piece would know it again in another, and call it human for that. Its
AUC is the chance that of two unseen excerpts, one of each kind, it takes the machine's for the
machine's: 0.5 is guessing, 1.0 certainty. Intervals come from a bootstrap over works, since
excerpts of one work are not independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen.errors import RequestError
from musegen.evaluation import features, tokens
from musegen.evaluation.excerpts import Excerpt, Place, matched

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musegen.evaluation.features import Counts, Table

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FOLDS = 5
REPEATS = 4
CONTROLS = 6
"""How often human works are split in two at random."""

BOOTSTRAPS = 2000
FEWEST_PIECES = 6
"""Songs, and human pieces: fewer tell nothing."""

FEWEST_WORKS = 4
"""Human works: with fewer, one half of them could not be held against the other."""


class Judge(StrEnum):
    """The three judges."""

    TREES = "trees"
    LINEAR = "linear"
    NOTES = "notes"


JUDGE_WORDS = {
    Judge.TREES: "boosted trees over musical features",
    Judge.LINEAR: "logistic regression over musical features",
    Judge.NOTES: "logistic regression over runs of notes",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judge's AUC with its 95 % interval."""

    judge: Judge
    auc: float
    low: float
    high: float


@dataclass(frozen=True)
class Material:
    """Excerpts as judges read them, in one order.

    ``table`` holds their features, ``counts`` how often each word stands in them (sparse, shape
    (excerpts, words)), ``pieces`` and ``works`` the numbers of the piece and of the work that each
    is from.
    """

    table: Table
    counts: Any
    pieces: Ints
    works: Ints
    places: tuple[Place, ...]

    def __len__(self) -> int:
        return len(self.works)

    def by_piece(self) -> Material:
        """The same with every piece a work of its own."""
        return replace(self, works=self.pieces)


def material(excerpts: Sequence[Excerpt], counts: Counts | None = None) -> Material:
    """Read excerpts for the judges; ``counts`` are those of the genre's training pieces."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=tokens.words, min_df=2, dtype=np.float64)
    return Material(
        table=features.table(excerpts, counts),
        counts=vectorizer.fit_transform(excerpts).tocsr(),
        pieces=_numbered([excerpt.piece for excerpt in excerpts]),
        works=_numbered([excerpt.work for excerpt in excerpts]),
        places=tuple(excerpt.place for excerpt in excerpts),
    )


def _numbered(names: Sequence[str]) -> Ints:
    return np.unique(names, return_inverse=True)[1]


def folds(works: Ints, is_machine: NDArray[np.bool_], *, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Rows to learn from and rows to be asked about, no work among both.

    There are `FOLDS`, or as many as the side with fewer works has.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    fewest = min(len(np.unique(works[side])) for side in (is_machine, ~is_machine))
    divided = StratifiedGroupKFold(min(FOLDS, fewest), shuffle=True, random_state=seed)
    yield from divided.split(works, is_machine, works)


def out_of_fold(
    judge: Judge,
    read: Material,
    rows: Ints,
    is_machine: NDArray[np.bool_],
    *,
    seed: int,
    repeats: int = REPEATS,
) -> Floats:
    """Scores of excerpts by judges that never saw their works, (rows,), 0 human to 1 machine.

    A score is an excerpt's rank within its fold, averaged over ``repeats`` divisions into folds:
    judges of different folds need not agree on where their scales begin.
    """
    from scipy.stats import rankdata
    from threadpoolctl import threadpool_limits

    inputs = _inputs(judge, read)[rows]
    total = np.zeros(len(rows))
    for repeat in range(repeats):
        for train, test in folds(read.works[rows], is_machine, seed=seed + repeat):
            model = classifier(judge, seed + repeat)
            with threadpool_limits(1):  # so little data: threads would only wait for each other
                model.fit(inputs[train], is_machine[train])
                scores = model.predict_proba(inputs[test])[:, 1]
            total[test] += (rankdata(scores) - 0.5) / len(test)
    return total / repeats


def _inputs(judge: Judge, read: Material) -> Any:
    return read.counts if judge is Judge.NOTES else read.table.values


def classifier(judge: Judge, seed: int) -> Any:
    """A judge that has learned nothing yet."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # A feature may apply to no excerpt of a fold, which neither kind of model can take.
    filled = SimpleImputer(strategy="median", keep_empty_features=True)
    if judge is Judge.TREES:
        trees = HistGradientBoostingClassifier(
            max_iter=100,
            learning_rate=0.08,
            max_leaf_nodes=8,
            min_samples_leaf=8,
            l2_regularization=1.0,
            max_features=0.3,
            early_stopping=False,
            random_state=seed,
        )
        return make_pipeline(filled, trees)
    if judge is Judge.LINEAR:
        return make_pipeline(
            filled,
            StandardScaler(),
            LogisticRegression(C=0.02, max_iter=1000),
        )
    return make_pipeline(
        TfidfTransformer(sublinear_tf=True), LogisticRegression(C=20.0, max_iter=1000)
    )


def auc_with_interval(
    scores: Floats, is_machine: NDArray[np.bool_], works: Ints, rng: np.random.Generator
) -> tuple[float, float, float]:
    """AUC of ``scores`` and its 95 % interval by a bootstrap over works of either side.

    Pairs of excerpts are first summed up by works, so that a bootstrap is one matrix product.
    """
    wins, pairs = _wins(scores, is_machine, works)
    auc = float(wins.sum() / pairs.sum())
    machines, humans = wins.shape
    drawn_m = rng.multinomial(machines, np.full(machines, 1 / machines), BOOTSTRAPS)
    drawn_h = rng.multinomial(humans, np.full(humans, 1 / humans), BOOTSTRAPS)
    won = np.einsum("bm,mh,bh->b", drawn_m, wins, drawn_h, optimize=True)
    all_pairs = np.einsum("bm,mh,bh->b", drawn_m, pairs, drawn_h, optimize=True)
    low, high = np.percentile(won / all_pairs, [2.5, 97.5])
    return auc, float(low), float(high)


def _wins(scores: Floats, is_machine: NDArray[np.bool_], works: Ints) -> tuple[Floats, Floats]:
    """Pairs won, and pairs there are, by work of either side: both (machine works, human)."""
    sides = []
    for side in (is_machine, ~is_machine):
        member = (works[side][None] == np.unique(works[side])[:, None]).astype(float)
        sides.append((scores[side], member))
    (own, of_machine), (other, of_human) = sides
    better = (own[:, None] > other[None]) + 0.5 * (own[:, None] == other[None])
    wins = of_machine @ better @ of_human.T
    return wins, np.outer(of_machine.sum(axis=1), of_human.sum(axis=1))


def verdicts(
    read: Material, is_machine: NDArray[np.bool_], *, seed: int, repeats: int = REPEATS
) -> tuple[list[Verdict], dict[Judge, Floats]]:
    """What each judge makes of all excerpts, and its scores for them.

    Raises
    ------
    RequestError
        When one side has too few pieces or works to be divided into folds.
    """
    rows = np.arange(len(read))
    _check(read, is_machine)
    found, scores = [], {}
    for judge in Judge:
        scores[judge] = out_of_fold(judge, read, rows, is_machine, seed=seed, repeats=repeats)
        rng = np.random.default_rng(seed)
        found.append(Verdict(judge, *auc_with_interval(scores[judge], is_machine, read.works, rng)))
    return found, scores


def _check(read: Material, is_machine: NDArray[np.bool_]) -> None:
    for side, name in ((is_machine, "songs"), (~is_machine, "human pieces")):
        count = len(np.unique(read.pieces[side]))
        if count < FEWEST_PIECES:
            raise RequestError(
                f"{count} {name} of 8 bars or more are too few to judge; at least "
                f"{FEWEST_PIECES} are needed."
            )
    works = len(np.unique(read.works[~is_machine]))
    if works < FEWEST_WORKS:
        raise RequestError(
            f"The human pieces belong to {works} works (settings of one tune, or movements of one "
            f"work, count once); at least {FEWEST_WORKS} are needed to judge by."
        )


def controls(
    read: Material, *, seed: int, splits: int = CONTROLS, repeats: int = 1
) -> dict[Judge, list[float]]:
    """AUC of each judge on human works against other human works, split at random.

    ``read`` holds human excerpts only. The figures must lie around 0.5: where they do not, the
    judge sees a difference where there is none.
    """
    found: dict[Judge, list[float]] = {judge: [] for judge in Judge}
    for number in range(splits):
        rows, is_other = _halves(read, np.random.default_rng((seed, number)))
        for judge in Judge:
            scores = out_of_fold(judge, read, rows, is_other, seed=seed + number, repeats=repeats)
            wins, pairs = _wins(scores, is_other, read.works[rows])
            found[judge].append(float(wins.sum() / pairs.sum()))
    return found


def _halves(read: Material, rng: np.random.Generator) -> tuple[Ints, NDArray[np.bool_]]:
    """Rows of two random halves of the works, with equally many beginnings and endings."""
    order = rng.permutation(np.unique(read.works))
    is_other = np.isin(read.works, order[: len(order) // 2])
    kept: list[int] = []
    for place in Place:
        sides = [
            np.flatnonzero((is_other == side) & np.array([p is place for p in read.places]))
            for side in (False, True)
        ]
        count = min(map(len, sides))
        kept += [int(i) for side in sides for i in rng.permutation(side)[:count]]
    rows = np.array(sorted(kept), np.int64)
    return rows, is_other[rows]


def paired(
    humans: Sequence[Excerpt], machines: Sequence[Excerpt], *, seed: int
) -> tuple[list[Excerpt], NDArray[np.bool_]]:
    """Excerpts of both sides in one list, matched by place, and which are the machine's."""
    human, machine = matched(humans, machines, np.random.default_rng(seed))
    return human + machine, np.arange(len(human) + len(machine)) >= len(human)
