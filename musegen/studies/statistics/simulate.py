"""Synthetic listeners of known ability, for planning a study and for testing its statistics.

The model is signal detection with equal variances (Green & Swets 1966). A clip gives a listener
evidence for *machine*: normal with SD 1, mean 0 for human music and d′ for a machine's. The
listener says *machine* beyond a criterion, and is the surer the further away the evidence is.
Participants differ in d′ and in criterion, pieces in how machine-like they sound; all of these
are normal. With probability ``lapse`` a vote is a toss of a coin instead. Of a pair, the clip
with less evidence is called human (2AFC). Every vote is marked ``is_synthetic``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from musegen.errors import RequestError
from musegen.studies.records import Condition
from musegen.studies.statistics import frames

SURE_BEYOND = (0.5, 1.2)
"""Evidence so many SDs from the criterion makes *fairly sure* and *certain*."""

RESPONSE_S = 20.0
"""Median seconds to a vote right at the criterion; each SD away takes a tenth off."""

RESPONSE_SPREAD = 0.35
CLIP_S = 25.0
TRAINING_MEAN, TRAINING_SD = 4.0, 1.3
"""Musical training on the Gold-MSI's scale, 1 to 7."""

STARTED_AT = pd.Timestamp("2024-01-01T12:00:00Z")
KINDS_OF_HEARING = np.array(["no", "maybe", "yes"])


@dataclass(frozen=True, slots=True)
class Listeners:
    """The people a sample of participants is drawn from.

    ``dprime`` holds d′ by machine condition. ``criterion`` is c, with respect to the mean of
    these d′: 0 is unbiased, more than 0 says *human* more often. The SDs are of participants'
    d′ and c and of pieces' evidence. The effects are changes of d′: for each point of musical
    training above `TRAINING_MEAN`, for a piece heard before, for each trial further on.
    """

    dprime: Mapping[str, float] = field(default_factory=lambda: {Condition.EVENT.value: 1.0})
    criterion: float = 0.0
    lapse: float = 0.0
    dprime_sd: float = 0.0
    criterion_sd: float = 0.0
    piece_sd: float = 0.0
    training_effect: float = 0.0
    heard_effect: float = 0.0
    position_effect: float = 0.0
    heard_share: float = 0.05

    @property
    def middle(self) -> float:
        """Half of the mean d′: where an unbiased criterion lies."""
        return float(np.mean(list(self.dprime.values()))) / 2

    def expected(self, machine: str) -> Expected:
        """What votes on human music and one machine's come to, with many people and pieces.

        A normal SD of participants or pieces adds to that of the evidence, which makes these
        figures *marginal*: nearer to chance than those of a person with the mean d′ (as in any
        probit model with random effects; Agresti 2013, section 13.2).
        """
        from scipy.stats import norm

        own = self.dprime.get(machine, 2 * self.middle)
        spread = math.sqrt(1 + self.dprime_sd**2 / 4 + self.criterion_sd**2 + self.piece_sd**2)
        line = self.middle + self.criterion
        said = norm.cdf(np.array([own - line, -line]) / spread)
        hit, false_alarm = (1 - self.lapse) * said + self.lapse / 2
        z_hit, z_false = norm.ppf([hit, false_alarm])
        return Expected(
            hit, false_alarm, z_hit - z_false, -(z_hit + z_false) / 2, (hit + 1 - false_alarm) / 2
        )

    def expected_of_pairs(self, machine: str) -> float:
        """Share of pairs with this machine answered rightly, with many people and pieces."""
        from scipy.stats import norm

        own = self.dprime.get(machine, 2 * self.middle) / math.sqrt(2)
        spread = math.sqrt(1 + self.dprime_sd**2 / 2 + self.criterion_sd**2 + self.piece_sd**2)
        said = norm.cdf((own + np.array([-1, 1]) * self.criterion) / spread).mean()
        return float((1 - self.lapse) * said + self.lapse / 2)


@dataclass(frozen=True, slots=True)
class Expected:
    """Shares of *machine* said to a machine and to people, d′ and c of these, share right."""

    hit: float
    false_alarm: float
    dprime: float
    criterion: float
    accuracy: float


PARTICIPANT_COLUMNS = (
    "study",
    "participant",
    "language",
    "consented_at",
    "finished_at",
    "musical_training",
    "age_band",
    "device",
    "headphones",
    "headphone_check",
    "is_synthetic",
)
PEOPLE = ("participant", "dprime", "criterion", "musical_training")


def recruit(names: pd.Series[str], listeners: Listeners, rng: np.random.Generator) -> pd.DataFrame:
    """One row for each different name: what is added to the person's d′, and their c.

    Columns `PEOPLE`; ``musical_training`` from 1 to 7, its effect is in ``dprime`` already.
    """
    unique = pd.unique(names)
    drawn = rng.standard_normal((3, len(unique)))
    training = np.clip(TRAINING_MEAN + TRAINING_SD * drawn[2], 1, 7).round(1)
    return pd.DataFrame(
        {
            "participant": unique,
            "dprime": listeners.dprime_sd * drawn[0]
            + listeners.training_effect * (training - TRAINING_MEAN),
            "criterion": listeners.criterion + listeners.criterion_sd * drawn[1],
            "musical_training": training,
        }
    )


def answer(
    plan: pd.DataFrame,
    listeners: Listeners,
    rng: np.random.Generator,
    *,
    people: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What listeners say to the trials of a plan: a table of votes, all of them synthetic.

    Parameters
    ----------
    plan
        One row a trial: participant, position, kind, stimulus, genre, truth, condition, piece;
        ``study`` and ``question`` where they are given; for pairs other_stimulus,
        other_condition and other_piece too. A machine that ``listeners.dprime`` does not name
        has their mean d′.
    listeners
        Who answers.
    rng
        The only source of chance.
    people
        The persons, when `recruit` has drawn them already; default: drawn here.

    Returns
    -------
    DataFrame
        As many rows in the same order, the plan's columns and question, answer, sureness,
        heard_before, plays, listened_s, other_plays, other_listened_s, response_s, created_at,
        is_synthetic.

    Raises
    ------
    RequestError
        When ``people`` lacks a participant of the plan.
    """
    votes = _with_defaults(plan)
    people = recruit(votes["participant"], listeners, rng) if people is None else people
    if not votes["participant"].isin(people["participant"]).all():
        raise RequestError("Somebody in the plan is not among the people; recruit them first.")
    heard = _heard(len(votes), listeners, rng)
    distance = _distance(votes, listeners, people, heard, rng)
    said = distance > 0
    is_lapse = rng.random(len(votes)) < listeners.lapse
    is_catch = np.asarray(votes["kind"] == frames.CATCH)
    said = np.where(is_catch, frames.is_machine(votes), said)
    said = np.where(is_lapse, rng.random(len(votes)) < 0.5, said)
    sureness = 1 + np.searchsorted(SURE_BEYOND, np.abs(distance))
    sureness = np.where(is_lapse, rng.integers(1, 4, len(votes)), sureness)
    votes["answer"] = np.where(said, frames.MACHINE, frames.HUMAN)
    votes["sureness"] = sureness.astype(np.int64)
    votes["heard_before"] = KINDS_OF_HEARING[heard]
    return _with_times(votes, np.abs(distance), rng)


def to_participants(
    people: pd.DataFrame, votes: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """The table of participants that goes with synthetic votes, one row a person who voted.

    Columns: study, participant, language, consented_at, finished_at, musical_training, age_band,
    device, headphones, headphone_check, is_synthetic.
    """
    of_each = votes.groupby("participant", sort=False)
    found = of_each.agg(study=("study", "first"), finished_at=("created_at", "max")).reset_index()
    count, response = len(found), pd.to_timedelta(votes["response_s"], unit="s")
    began = (votes["created_at"] - response).groupby(votes["participant"], sort=False).min()
    training = people.set_index("participant")["musical_training"]
    found["language"] = rng.choice(["en", "de", "es"], count)
    found["consented_at"] = began.to_numpy()
    found["consented_at"] = found["consented_at"].astype("datetime64[us, UTC]")
    found["musical_training"] = found["participant"].map(training).astype(float)
    found["age_band"] = rng.choice(["18-29", "30-44", "45-59", "60+"], count)
    found["device"] = rng.choice(["phone", "tablet", "computer"], count)
    found["headphones"] = rng.choice(["yes", "no"], count)
    found["headphone_check"] = np.where(
        found["headphones"] == "yes", 1.0, rng.integers(0, 7, count) / 6
    )
    found["is_synthetic"] = True
    return found[list(PARTICIPANT_COLUMNS)]


def _with_defaults(plan: pd.DataFrame) -> pd.DataFrame:
    there = {
        "study": "synthetic",
        "kind": frames.CLIP,
        "question": frames.SINGLE,
        "other_stimulus": "",
        "other_condition": "",
        "other_piece": "",
    }
    missing = {name: value for name, value in there.items() if name not in plan}
    return plan.assign(**missing).reset_index(drop=True)


def _heard(count: int, listeners: Listeners, rng: np.random.Generator) -> np.ndarray:
    """0 no, 1 maybe, 2 yes; half as many may have heard the piece as have."""
    share = listeners.heard_share
    return np.asarray(
        2 - np.searchsorted([share, 1.5 * share], rng.random(count)).clip(0, 2), dtype=np.int64
    )


def _distance(
    votes: pd.DataFrame,
    listeners: Listeners,
    people: pd.DataFrame,
    heard: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Evidence beyond the criterion, in SDs: more than 0 is answered *machine*."""
    person = pd.Index(people["participant"]).get_indexer(pd.Index(votes["participant"]))
    extra = (
        people["dprime"].to_numpy()[person]
        + listeners.heard_effect * (heard == 2)
        + listeners.position_effect * (votes["position"].to_numpy(dtype=float) - 1)
    )
    criterion = people["criterion"].to_numpy()[person]
    noise = rng.standard_normal((2, len(votes)))
    of_pieces = listeners.piece_sd * _of_pieces(votes, rng)
    first = _evidence(votes["condition"], extra, listeners) + of_pieces[0] + noise[0]
    single = first - listeners.middle - extra / 2 - criterion
    is_pair = np.asarray(votes["question"] == frames.PAIR)
    if not is_pair.any():
        return np.asarray(single)
    second = _evidence(votes["other_condition"], extra, listeners) + of_pieces[1] + noise[1]
    return np.asarray(np.where(is_pair, (first - second) / np.sqrt(2) - criterion, single))


def _evidence(conditions: pd.Series[str], extra: np.ndarray, listeners: Listeners) -> np.ndarray:
    """Mean evidence of each clip, shape (votes,)."""
    codes, names = pd.factorize(conditions)
    default = 2 * listeners.middle
    means = np.array([0 if n == frames.HUMAN else listeners.dprime.get(n, default) for n in names])
    is_made = np.array([name != frames.HUMAN for name in names])
    return np.asarray(means[codes] + np.where(is_made[codes], extra, 0.0), dtype=float)


def _of_pieces(votes: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """What each piece has of its own, in its SDs, shape (2, votes): the first and the second."""
    both = pd.concat([votes["piece"], votes["other_piece"]], ignore_index=True)
    codes, names = pd.factorize(both)
    return np.asarray(rng.standard_normal(len(names))[codes].reshape(2, len(votes)))


def _with_times(
    votes: pd.DataFrame, distance: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Log-normal response times, shorter for clear cases (Luce 1986 calls both usual)."""
    count = len(votes)
    median_s = RESPONSE_S * 0.9 ** distance.clip(0, 5)
    response_s = median_s * np.exp(RESPONSE_SPREAD * rng.standard_normal(count))
    votes["plays"] = rng.geometric(0.8, count)
    heard_s = np.minimum(0.9 * response_s, CLIP_S * votes["plays"])
    is_pair = np.asarray(votes["question"] == frames.PAIR)
    votes["listened_s"] = np.where(is_pair, heard_s / 2, heard_s).round(2)
    votes["other_plays"] = np.where(is_pair, votes["plays"], 0)
    votes["other_listened_s"] = np.where(is_pair, votes["listened_s"], 0.0)
    votes["response_s"] = response_s.round(2)
    person = frames.participants(votes)
    since_s = votes.groupby("participant", sort=False)["response_s"].cumsum() + 3600.0 * person
    votes["created_at"] = (STARTED_AT + pd.to_timedelta(since_s, unit="s")).astype(
        "datetime64[us, UTC]"
    )
    votes["is_synthetic"] = True
    return votes
