"""How many answers a study needs, and how often it will find what is there.

By formula for independent answers (two-sided tests at 5 %, 80 % power unless said otherwise),
and by simulation for people and pieces that differ. Numbers of answers are
even, as many for human as for machine clips. Exact power goes up and down with the number of answers (Chernick &
Liu 2002, The American Statistician 56:149); the number given is the least from which on the
power stays as high as wanted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from musegen.errors import RequestError
from musegen.studies.statistics import hypotheses, simulate
from musegen.studies.statistics.hypotheses import ALPHA, CHANCE, MARGIN
from musegen.studies.statistics.plans import Layout, make_plan, repeat, split
from musegen.studies.statistics.shares import Share, wilson
from musegen.studies.statistics.simulate import Listeners

POWER = 0.80
MOST_ANSWERS = 100_000


class Formula(StrEnum):
    """How to reckon with a share that is tested against chance."""

    EXACT = "exact binomial test"
    NORMAL = "normal approximation"
    CONTINUITY = "normal approximation, corrected for continuity"
    ARCSINE = "arcsine transform"


class Counting(StrEnum):
    """How votes are counted by the test whose power is simulated; `CLUSTERED` is what `conclusions` go by."""

    CLUSTERED = "effective votes"
    EXACT = "independent votes"


@dataclass(frozen=True, slots=True)
class Simulated:
    """How often simulated studies reject, with Wilson's interval: the simulation's own error.

    ``told_apart`` is the two-sided test against chance with these listeners, ``false_alarms``
    the same with listeners who cannot tell (d′ 0) but differ as much; ``equivalent`` the
    equivalence test with these listeners, ``equivalent_guessing`` with those who cannot tell.
    """

    design: Layout
    counting: Counting
    margin: float
    told_apart: Share
    false_alarms: Share
    equivalent: Share
    equivalent_guessing: Share


def chance_power(answers: int | np.ndarray, accuracy: float, *, alpha: float = ALPHA) -> np.ndarray:
    """Exact power of the two-sided binomial test against ½, shape of ``answers``."""
    from scipy.stats import binom

    n = np.asarray(answers)
    worst = binom.ppf(alpha / 2, n, CHANCE) - 1  # rejects up to here, and as far above
    below = binom.cdf(worst, n, accuracy)
    return np.asarray(np.where(worst < 0, 0.0, below + binom.sf(n - worst - 1, n, accuracy)))


def equivalence_power(
    answers: int | np.ndarray,
    *,
    margin: float = MARGIN,
    accuracy: float = CHANCE,
    alpha: float = ALPHA,
) -> np.ndarray:
    """Exact power of the two one-sided tests, shape of ``answers``.

    0 where no result would reject (formulas by the normal distribution turn negative there).
    """
    from scipy.stats import binom

    n = np.asarray(answers)
    least = binom.isf(alpha, n, CHANCE - margin) + 1  # rejects from here to n - least
    inside = binom.cdf(n - least, n, accuracy) - binom.cdf(least - 1, n, accuracy)
    return np.asarray(np.where(n - least < least, 0.0, inside))


def chance_answers(
    accuracy: float, *, power: float = POWER, formula: Formula = Formula.EXACT
) -> int:
    """Independent answers that tell ``accuracy`` from ½.

    Normal: n = ((z₁₋α⸝₂ ½ + z_power √(p (1 − p))) / (p − ½))²; with continuity (Fleiss, Levin &
    Paik 2003, eq. 2.20) n/4 (1 + √(1 + 2 / (n |p − ½|)))²; arcsine (Cohen 1988, ch. 6)
    n = ((z₁₋α⸝₂ + z_power) / (2 asin √p − π/2))².

    Raises
    ------
    RequestError
        When the accuracy is ½ or not a share, or so near ½ that it takes too many answers.
    """
    _check(accuracy, power)
    rough = _chance_rough(accuracy, power)
    if formula is Formula.EXACT:
        return _settled(lambda n: chance_power(n, accuracy), power, rough[Formula.NORMAL])
    return _even(rough[formula])


def equivalence_answers(margin: float = MARGIN, *, power: float = POWER) -> int:
    """Independent answers that show equivalence within ``margin`` when people only guess.

    228 for ±10 points, 888 for ±5, by the exact test.

    Raises
    ------
    RequestError
        When the margin is not between 0 and ½, or takes too many answers.
    """
    from scipy.stats import norm

    if not 0 < margin < CHANCE:
        raise RequestError(f"A margin of {margin} makes no sense; take one between 0 and 0.5.")
    _check(CHANCE + margin, power)
    rough = ((norm.ppf(1 - ALPHA) + norm.ppf((1 + power) / 2)) / (2 * margin)) ** 2
    return _settled(lambda n: equivalence_power(n, margin=margin), power, float(rough))


def people_needed(answers: int, trials: int, *, design_effect: float = 1.0) -> int:
    """Participants with so many ``trials`` each who give ``answers`` independent answers' worth.

    Raises
    ------
    RequestError
        When there is less than one trial, or the design effect is below 1.
    """
    if trials < 1 or design_effect < 1:
        raise RequestError(
            "A participant has at least one trial, and a design effect is 1 or more."
        )
    return math.ceil(answers * design_effect / trials)


def simulate_power(
    design: Layout,
    listeners: Listeners,
    rng: np.random.Generator,
    *,
    studies: int = 200,
    counting: Counting = Counting.CLUSTERED,
    margin: float = MARGIN,
) -> Simulated:
    """Power, and false alarms, of a study with people and pieces that differ.

    Pieces and people are new in each simulated study. A study of 800 votes takes about 10 ms.
    """
    guessing = replace(listeners, dprime=dict.fromkeys(design.machines, 0.0))
    plan = repeat(make_plan(design, rng), studies)
    told, alike = _rejections(
        split(simulate.answer(plan, listeners, rng), studies), counting, margin
    )
    none, same = _rejections(split(simulate.answer(plan, guessing, rng), studies), counting, margin)
    return Simulated(design, counting, margin, told, none, alike, same)


def _rejections(
    studies: list[pd.DataFrame], counting: Counting, margin: float
) -> tuple[Share, Share]:
    told = alike = 0
    for votes in studies:
        found = hypotheses.against_chance(votes)
        same = hypotheses.equivalence(votes, margin=margin, found=found.score)
        is_exact = counting is Counting.EXACT
        told += (found.p_exact if is_exact else found.p) <= ALPHA
        alike += (same.p_exact if is_exact else same.p) <= ALPHA
    return wilson(told, len(studies)), wilson(alike, len(studies))


def _chance_rough(accuracy: float, power: float) -> dict[Formula, float]:
    from scipy.stats import norm

    z_alpha, z_power = float(norm.ppf(1 - ALPHA / 2)), float(norm.ppf(power))
    gap, spread = abs(accuracy - CHANCE), math.sqrt(accuracy * (1 - accuracy))
    normal = ((z_alpha / 2 + z_power * spread) / gap) ** 2
    angle = 2 * math.asin(math.sqrt(accuracy)) - math.pi / 2
    return {
        Formula.NORMAL: normal,
        Formula.CONTINUITY: normal / 4 * (1 + math.sqrt(1 + 2 / (normal * gap))) ** 2,
        Formula.ARCSINE: ((z_alpha + z_power) / angle) ** 2,
    }


def _settled(power_of: Callable[[np.ndarray], np.ndarray], wanted: float, rough: float) -> int:
    """The least number from which on the power stays at ``wanted``, made even.

    The saw's teeth get flatter, so that a stretch beyond the rough number that is all high
    enough settles it.
    """
    if rough > MOST_ANSWERS:
        raise RequestError(f"That takes more than {MOST_ANSWERS} answers; take a larger effect.")
    numbers = np.arange(2, _even(1.25 * rough) + 60)
    low = numbers[power_of(numbers) < wanted]
    return _even(int(low[-1]) + 1) if len(low) else 2


def _even(number: float) -> int:
    return 2 * math.ceil(number / 2)


def _check(accuracy: float, power: float) -> None:
    if not 0 < accuracy < 1 or accuracy == CHANCE:
        raise RequestError(
            f"An accuracy of {accuracy} cannot be told from chance; take one between 0 and 1, not 0.5."
        )
    if not ALPHA < power < 1:
        raise RequestError(f"A power of {power} makes no sense; take one such as 0.8.")
