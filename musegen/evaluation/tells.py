"""What gave the machine away, in words.

A tell is a feature that differs between the sides: its own AUC says how well it alone tells them
apart, its importance how much a judge's AUC falls on unseen works when its values are shuffled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from musegen.evaluation.features import sentence
from musegen.evaluation.judges import Judge, Material, classifier, folds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

ALIKE = 0.8
"""Features correlated so closely tell the same story; only the clearer one is told."""


@dataclass(frozen=True, slots=True)
class Tell:
    """A feature by which the machine is known.

    ``auc`` is the chance that a machine's excerpt has more of it than a human's; ``importance``
    the fall of the trees' AUC without it; ``human`` and ``machine`` are medians.
    """

    feature: str
    words: str
    auc: float
    importance: float
    human: float
    machine: float

    def __str__(self) -> str:
        return f"{self.words} ({self.machine:.3g}, humans {self.human:.3g})"


def tells(read: Material, is_machine: Bools, *, seed: int, most: int = 12) -> list[Tell]:
    """The clearest tells, clearest first, each telling something new."""
    values = read.table.values
    aucs = np.array([feature_auc(column, is_machine) for column in values.T])
    importances = importance(read, is_machine, seed=seed)
    clear = np.abs(aucs - 0.5) + importances
    found = []
    for i in _distinct(values, np.argsort(-clear), most):
        name, column = read.table.names[i], values[:, i]
        human, machine = (_middle(column[side]) for side in (~is_machine, is_machine))
        words = sentence(name, more=bool(aucs[i] > 0.5))
        found.append(Tell(name, words, float(aucs[i]), float(importances[i]), human, machine))
    return found


def _middle(values: Floats) -> float:
    """The median, or the mean of what is mostly one value, such as yes and no."""
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan")
    return float(np.mean(values) if len(np.unique(values)) < 4 else np.median(values))


def feature_auc(column: Floats, is_machine: Bools) -> float:
    """Chance that a machine's excerpt has more of a feature, where it applies to both."""
    from scipy.stats import mannwhitneyu

    known = ~np.isnan(column)
    one, other = column[known & is_machine], column[known & ~is_machine]
    if not len(one) or not len(other):
        return 0.5
    return float(mannwhitneyu(one, other).statistic / (len(one) * len(other)))


def _distinct(values: Floats, order: NDArray[np.int64], most: int) -> Iterator[int]:
    filled = np.where(np.isnan(values), np.nanmedian(values, axis=0), values)
    ranks = filled.argsort(axis=0).argsort(axis=0).astype(float)
    told: list[int] = []
    for i in map(int, order):
        if len(told) == most:
            return
        if all(abs(np.corrcoef(ranks[:, i], ranks[:, j])[0, 1]) < ALIKE for j in told):
            told.append(i)
            yield i


def importance(read: Material, is_machine: Bools, *, seed: int) -> Floats:
    """Fall of the trees' AUC on unseen works when a feature is shuffled, shape (features,)."""
    from sklearn.metrics import roc_auc_score
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(seed)
    values = read.table.values
    falls = np.zeros(values.shape[1])
    both = [
        (train, test)
        for train, test in folds(read.works, is_machine, seed=seed)
        if len(np.unique(is_machine[test])) > 1
    ]
    for train, test in both:
        shuffled = np.repeat(values[test][None], values.shape[1], axis=0)
        for i in range(values.shape[1]):
            rng.shuffle(shuffled[i, :, i])
        with threadpool_limits(1):
            model = classifier(Judge.TREES, seed).fit(values[train], is_machine[train])
            whole = roc_auc_score(is_machine[test], model.predict_proba(values[test])[:, 1])
            scores = model.predict_proba(shuffled.reshape(-1, values.shape[1]))[:, 1]
        for i, own in enumerate(scores.reshape(values.shape[1], -1)):
            falls[i] += whole - roc_auc_score(is_machine[test], own)
    return falls / len(both)
