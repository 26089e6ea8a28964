"""Mixed logistic models: what makes answers right, with crossed participants and pieces.

logit P(yes) = effects · β + participant + piece, both random and normal (Baayen, Davidson &
Bates 2008, Journal of Memory and Language 59:390). Fitted by variational Bayes in statsmodels
(`BinomialBayesMixedGLM`), with normal priors: SD 2 for β and SD 1 for the logarithm of each
random SD.

Variational Bayes takes parameters as independent of each other and so makes intervals too
narrow: those of random SDs covered 45 to 75 % of simulated truths. Means are of the variational
fit, intervals of `laplace` around it. Effects are odds ratios; random SDs are in log odds.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from musegen.studies.statistics import clustered, frames, laplace
from musegen.studies.statistics.estimates import Estimate, Method, Why

PRIOR_SD = 2.0
"""Of each effect in log odds: an odds ratio beyond 50 would be surprising."""

SPREAD_PRIOR_SD = 1.0
FEWEST_VOTES = 20
TRAINING_MEAN = 4.0
"""Middle of the Gold-MSI's scale: the intercept is of people in the middle."""

POSITION_STEP = 10.0
"""Effect of position is for so many trials further on."""


class Outcome(StrEnum):
    """What a model explains."""

    RIGHT = "answered rightly"
    CALLED_HUMAN = "called human"


class Effect(StrEnum):
    """A fixed effect that a model may have.

    Truth: human music against a machine's. Condition: each machine against the first (for
    `Outcome.CALLED_HUMAN`, against human music). Genre: each against the first. Training: one
    point more on the scale. Heard: the piece is known. Position: ten trials later.
    """

    TRUTH = "truth"
    CONDITION = "condition"
    GENRE = "genre"
    TRAINING = "training"
    HEARD = "heard"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Term:
    """One fixed effect as an odds ratio; ``level`` says of what (a genre, a condition)."""

    effect: Effect | None
    level: str
    odds_ratio: Estimate


@dataclass(frozen=True, slots=True)
class Mixed:
    """A fitted model, or why there is none.

    ``intercept`` are the odds of a yes where every effect is at its base. ``participants`` and
    ``pieces`` are the random SDs. ``left_out`` are effects that the votes do not tell apart:
    not asked, the same for everybody, or given by the others.
    """

    outcome: Outcome
    votes: int
    intercept: Estimate
    terms: tuple[Term, ...]
    participants: Estimate
    pieces: Estimate
    left_out: tuple[Effect, ...] = ()
    why: Why | None = None


Column = tuple[Effect | None, str, np.ndarray]
RIGHT_EFFECTS = (
    Effect.CONDITION, Effect.GENRE, Effect.TRAINING, Effect.HEARD, Effect.POSITION
)  # fmt: skip
"""What usually goes into a model of right answers."""


def fit_right(
    votes: pd.DataFrame,
    participants: pd.DataFrame | None = None,
    *,
    effects: Sequence[Effect] = RIGHT_EFFECTS,
) -> Mixed:
    """What makes answers right: machine, genre, training, a known piece, practice.

    ``participants`` is the table of people, for `Effect.TRAINING`; people whose training is not
    known count as of the mean of the others.
    """
    return fit(votes, participants, outcome=Outcome.RIGHT, effects=effects)


def fit_called_human(votes: pd.DataFrame, participants: pd.DataFrame | None = None) -> Mixed:
    """How much likelier human music is called human than a machine's, from single clips."""
    return fit(
        frames.singles(votes), participants, outcome=Outcome.CALLED_HUMAN, effects=(Effect.TRUTH,)
    )


def fit(
    votes: pd.DataFrame,
    participants: pd.DataFrame | None = None,
    *,
    outcome: Outcome,
    effects: Sequence[Effect],
) -> Mixed:
    """A mixed model of ``outcome`` with these fixed effects.

    Too few votes, or votes that are all the same, give NaN and `Mixed.why`.
    """
    votes = frames.clips(votes)
    yes = frames.is_right(votes) if outcome is Outcome.RIGHT else ~frames.said_machine(votes)
    if len(votes) < FEWEST_VOTES:
        return _nothing(outcome, len(votes), Why.TOO_FEW if len(votes) else Why.NO_VOTES)
    if yes.all() or not yes.any():
        return _nothing(outcome, len(votes), Why.ONE_SIDED)
    clusters = frames.clusters(votes)
    if why := clustered.lack(clusters):
        return _nothing(outcome, len(votes), why)
    columns, left_out = _columns(votes, participants, outcome, effects)
    return _fitted(outcome, yes, columns, clusters, tuple(left_out))


def _columns(
    votes: pd.DataFrame,
    participants: pd.DataFrame | None,
    outcome: Outcome,
    effects: Sequence[Effect],
) -> tuple[list[Column], list[Effect]]:
    """The intercept and the effects' columns, each independent of those before it."""
    columns: list[Column] = [(None, "", np.ones(len(votes)))]
    left_out = []
    for effect in effects:
        before = len(columns)
        for level, values in _levels(votes, participants, outcome, effect):
            wider = np.column_stack([*(c for _, _, c in columns), values])
            if np.linalg.matrix_rank(wider) > len(columns):
                columns.append((effect, level, values))
        if len(columns) == before:
            left_out.append(effect)
    return columns, left_out


def _levels(
    votes: pd.DataFrame, participants: pd.DataFrame | None, outcome: Outcome, effect: Effect
) -> list[tuple[str, np.ndarray]]:
    """The columns of one effect, by level."""
    match effect:
        case Effect.TRUTH:
            return [(frames.HUMAN, ~frames.is_machine(votes) * 1.0)]
        case Effect.CONDITION if outcome is Outcome.RIGHT:
            # human clips are the base, of which no machine can be told in single votes
            found = frames.machine_of(votes)
            names = frames.machines(votes)
            is_pair = not (found == "").any()
            return _indicators(found, names[1:] if is_pair else names)
        case Effect.CONDITION:
            return _indicators(votes["condition"], frames.conditions(votes)[1:])
        case Effect.GENRE:
            return _indicators(votes["genre"], frames.genres(votes)[1:])
        case Effect.TRAINING:
            return _training(votes, participants)
        case Effect.HEARD:
            return _indicators(votes["heard_before"], ["yes"])
        case Effect.POSITION:
            return [("", (votes["position"].to_numpy(dtype=float) - 1) / POSITION_STEP)]


def _indicators(values: pd.Series[str], levels: Sequence[str]) -> list[tuple[str, np.ndarray]]:
    return [(level, np.asarray(values == level, dtype=float)) for level in levels]


def _training(
    votes: pd.DataFrame, participants: pd.DataFrame | None
) -> list[tuple[str, np.ndarray]]:
    if participants is None:
        return []
    known = participants.drop_duplicates("participant").set_index("participant")
    training = votes["participant"].map(known["musical_training"]).to_numpy(dtype=float)
    if np.isnan(training).all():
        return []
    training = np.where(np.isnan(training), np.nanmean(training), training)
    return [("", training - TRAINING_MEAN)]


def _fitted(
    outcome: Outcome,
    yes: np.ndarray,
    columns: list[Column],
    clusters: clustered.Clusters,
    left_out: tuple[Effect, ...],
) -> Mixed:
    fixed = np.column_stack([values for _, _, values in columns])
    random, sorts = _random(clusters)
    found, is_settled = _variational(yes, fixed, random, sorts)
    data = laplace.Data(
        yes.astype(float), np.hstack([fixed, random]), sorts, PRIOR_SD, SPREAD_PRIOR_SD
    )
    start = np.concatenate([found.fe_mean, found.vc_mean])
    errors = laplace.effect_errors(data, found.vcp_mean, start)
    odds = [_odds(mean, error) for mean, error in zip(found.fe_mean, errors, strict=True)]
    terms = [
        Term(effect, level, odd)
        for (effect, level, _), odd in zip(columns[1:], odds[1:], strict=True)
    ]
    errors = laplace.spread_errors(data, found.vcp_mean, start)
    people, pieces = (
        _odds(mean, error) for mean, error in zip(found.vcp_mean, errors, strict=True)
    )
    why = None if is_settled else Why.NOT_CONVERGED
    return Mixed(outcome, len(yes), odds[0], tuple(terms), people, pieces, left_out, why)


def _random(clusters: clustered.Clusters) -> tuple[np.ndarray, np.ndarray]:
    """Columns of people and pieces, and which of the two each column is: 0 or 1.

    Both pieces of a pair are drawn from one distribution.
    """
    people = _dummies(clusters[0])
    pieces = np.hstack([_dummies(codes) for codes in clusters[1:]])
    sorts = np.repeat([0, 1], [people.shape[1], pieces.shape[1]])
    return np.hstack([people, pieces]), sorts


def _dummies(codes: np.ndarray) -> np.ndarray:
    numbers = np.unique(codes[codes >= 0])
    return np.asarray(codes[:, None] == numbers, dtype=float)


def _variational(
    yes: np.ndarray, fixed: np.ndarray, random: np.ndarray, sorts: np.ndarray
) -> tuple[Any, bool]:
    """The fit, and whether it settled. It starts where everybody is alike but for SDs of ½."""
    from scipy.sparse import csr_matrix
    from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

    model = BinomialBayesMixedGLM(
        yes.astype(float), fixed, csr_matrix(random), sorts, vcp_p=SPREAD_PRIOR_SD, fe_p=PRIOR_SD
    )
    mean = np.zeros(fixed.shape[1] + 2 + len(sorts))
    mean[fixed.shape[1] : fixed.shape[1] + 2] = math.log(0.5)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = model.fit_vb(mean=mean, sd=np.full(len(mean), 0.3))
    return found, not any("converge" in str(w.message) for w in said)


def _odds(mean: float, error: float) -> Estimate:
    """A logarithm with its standard error, as a ratio (or an SD) with its interval."""
    half = clustered.z_quantile() * error
    ends = np.exp([mean, mean - half, mean + half])
    return Estimate(float(ends[0]), float(ends[1]), float(ends[2]), Method.LAPLACE)


def _nothing(outcome: Outcome, votes: int, why: Why) -> Mixed:
    none = Estimate(why=why)
    return Mixed(outcome, votes, none, (), none, none, why=why)
