"""Laplace's approximation for a logistic model with random effects, around a fit of it.

Effects β and random effects u, both normal a priori, are integrated out around their mode at
given random SDs: the inverse of the penalised information there is their covariance, and
log p(y | SDs) ≈ penalised log-likelihood − ½ log |information| − ½ log |prior covariance|
(Breslow & Clayton 1993, JASA 88:9, eqs 4 and 5). The curvature of the latter in the logarithms
of the SDs gives these an interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

STEPS = 25
"""Newton steps at most; three to five are usual."""

CLOSE = 1e-8
WIDTH = 0.2
"""Step for the second differences, in the logarithm of an SD."""

WIDEST = 2.0
"""SE of an SD's logarithm where the votes say nothing of it: 95 % from a 50th to 50 times."""


@dataclass(frozen=True, slots=True)
class Data:
    """``yes`` (votes,), fixed and random ``columns`` (votes, effects + random effects).

    ``sorts`` (random effects,) says which SD each random effect has; ``prior_sd`` is that of
    the fixed effects, ``spread_prior_sd`` that of the logarithms of the SDs.
    """

    yes: np.ndarray
    columns: np.ndarray
    sorts: np.ndarray
    prior_sd: float
    spread_prior_sd: float

    @property
    def effects(self) -> int:
        return int(self.columns.shape[1] - len(self.sorts))


def effect_errors(data: Data, log_spreads: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Standard errors of the fixed effects, shape (effects,), at these random SDs."""
    _, information = _mode(data, log_spreads, start)
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(information))[: data.effects]))


def spread_errors(data: Data, log_spreads: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Standard errors of the logarithms of the random SDs, shape (SDs,); at most `WIDEST`."""
    evidence = partial(_evidence, data, start=start)
    size = len(log_spreads)
    curvature = np.empty((size, size))
    steps = WIDTH * np.eye(size)
    for i, j in product(range(size), repeat=2):
        corners = [
            sign * evidence(log_spreads + a * steps[i] + b * steps[j])
            for a, b, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
        ]
        curvature[i, j] = -sum(corners) / (4 * WIDTH**2)
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    covariance = (vectors / values.clip(WIDEST**-2.0)) @ vectors.T
    return np.asarray(np.sqrt(np.diag(covariance)))


def _evidence(data: Data, log_spreads: np.ndarray, *, start: np.ndarray) -> float:
    """Logarithm of the marginal posterior of the SDs, but for a constant."""
    mode, information = _mode(data, log_spreads, start)
    score = data.columns @ mode
    likelihood = float((data.yes * score - np.logaddexp(0, score)).sum())
    precision = _precision(data, log_spreads)
    penalty = float((precision * mode**2).sum() - np.log(precision).sum()) / 2
    prior = float(((log_spreads / data.spread_prior_sd) ** 2).sum()) / 2
    return likelihood - penalty - float(np.linalg.slogdet(information)[1]) / 2 - prior


def _mode(data: Data, log_spreads: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the penalised likelihood is greatest, and the information there, by Newton steps."""
    from scipy.special import expit

    precision, mode = _precision(data, log_spreads), start
    for _ in range(STEPS):
        likely = expit(data.columns @ mode)
        weights = likely * (1 - likely)
        information = (data.columns * weights[:, None]).T @ data.columns + np.diag(precision)
        slope = data.columns.T @ (data.yes - likely) - precision * mode
        step = np.linalg.solve(information, slope)
        mode = mode + step
        if np.abs(step).max() < CLOSE:
            break
    return mode, information


def _precision(data: Data, log_spreads: np.ndarray) -> np.ndarray:
    fixed = np.full(data.effects, data.prior_sd**-2.0)
    return np.concatenate([fixed, np.exp(-2 * log_spreads[data.sorts])])
