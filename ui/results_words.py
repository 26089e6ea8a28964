"""Findings as plain sentences: what may be concluded, and what not."""

from __future__ import annotations

import math

from musegen import genres
from musegen.studies.statistics import frames
from musegen.studies.statistics.agreement import Agreement
from musegen.studies.statistics.conclusions import Judgement
from musegen.studies.statistics.detection import Detection, PairDetection
from musegen.studies.statistics.estimates import Estimate, Why
from musegen.studies.statistics.hypotheses import ALPHA, CHANCE
from musegen.studies.statistics.mixed import Effect, Mixed, Term
from musegen.studies.statistics.preferences import Preference
from musegen.studies.statistics.roc import Roc
from ui import results_texts as texts


def judged(found: Judgement) -> str:
    """Whether listeners tell a machine from people, or cannot, or nobody knows yet."""
    machine = texts.machine_name(found.machine)
    if found.why is not None:
        return texts.JUDGED_UNKNOWN.format(machine=machine, why=texts.WHY[found.why])
    said = texts.JUDGED[found.finding].format(
        machine=machine,
        margin=points(found.margin),
        needed=found.needed,
        votes=found.votes,
        alike_low=points(found.alike.low),
        alike_high=points(found.alike.high),
        **ends(found.accuracy),
    )
    is_small = found.is_beyond_chance and found.p_equivalent <= ALPHA
    return said + texts.SMALL_BUT_THERE[found.accuracy.value > CHANCE] if is_small else said


def lean(found: Detection, *, called_human: float, are_human: float) -> str:
    """Which answer listeners prefer, whatever they hear; both shares are of all clips."""
    if found.criterion.why is not None or math.isnan(found.criterion.low):
        return texts.LEAN_UNKNOWN
    said = texts.NO_LEAN
    if found.criterion.low > 0:
        said = texts.LEAN_HUMAN
    elif found.criterion.high < 0:
        said = texts.LEAN_MACHINE
    return said.format(share=points(called_human), truth=points(are_human))


def listened(flagged: int, people: int, *, are_left_out: bool = False) -> str:
    """How many may not have listened."""
    if not flagged:
        return texts.FLAGGED_NONE.format(people=counted(people))
    if are_left_out:
        is_or_are = "is" if flagged == 1 else "are"
        return texts.FLAGGED_ALL_OUT.format(flagged=counted(flagged), are=is_or_are)
    return texts.FLAGGED_SOME.format(flagged=flagged, people=counted(people), tab=texts.PEOPLE_TAB)


def distance(found: Detection | PairDetection) -> str:
    """How far apart a machine and people sound."""
    machine, dprime = texts.machine_name(found.machine), found.dprime
    if math.isnan(dprime.low):
        return not_yet(texts.DPRIME_TITLE, dprime.why)
    share = _normal_share(dprime.value / (math.sqrt(2) if _is_pair(found) else 2))
    return texts.DPRIME_SAID.format(
        machine=machine, share=points(share), **numbers(dprime, digits=2)
    )


def _is_pair(found: Detection | PairDetection) -> bool:
    return isinstance(found, PairDetection)


def _normal_share(z: float) -> float:
    """The share of a normal distribution below ``z``."""
    return (1 + math.erf(z / math.sqrt(2))) / 2


def area(found: Roc) -> str:
    """How well sureness and truth go together."""
    if math.isnan(found.area.low):
        return not_yet(texts.ROC_TITLE, found.area.why)
    return texts.ROC_SAID.format(
        machine=texts.machine_name(found.machine),
        area=points(found.area.value),
        low=points(found.area.low),
        high=points(found.area.high),
    )


def preferred(found: Preference) -> str:
    """How often a machine's music is picked as the human's."""
    machine = texts.machine_name(found.condition)
    if math.isnan(found.strength.low):
        return not_yet(texts.STRENGTH_TITLE, found.strength.why)
    return texts.STRENGTH_SAID.format(
        machine_title=machine[:1].upper() + machine[1:],
        wins=found.wins,
        total=found.total,
        share=points(found.wins / found.total),
        **numbers(found.strength, digits=2),
    )


def called_human(found: Mixed) -> str:
    """Whether human music is called human more often than a machine's."""
    if not found.terms:
        return not_yet(texts.CALLED_TITLE, found.why)
    odds = found.terms[0].odds_ratio
    side = 1 if odds.low > 1 else -1 if odds.high < 1 else 0
    said = texts.CALLED_ODDS.format(
        said=texts.CALLED_SAID[side], votes=found.votes, **numbers(odds, digits=2)
    )
    return said if found.why is None else f"{said} {texts.WHY[found.why]}."


def term(found: Term) -> str:
    """What a single thing does to the odds of a right answer."""
    odds = found.odds_ratio
    name = term_name(found)
    if odds.low > 1:
        return texts.MORE_OFTEN_RIGHT.format(what=name, **numbers(odds, digits=2))
    if odds.high < 1:
        return texts.LESS_OFTEN_RIGHT.format(what=name, **numbers(odds, digits=2))
    return texts.NO_EFFECT_SHOWN.format(what=name, **numbers(odds, digits=2))


def term_name(found: Term) -> str:
    """What a row of the model is about."""
    name = texts.EFFECT_NAMES.get(found.effect or Effect.TRUTH, "")
    level = found.level
    if found.effect is Effect.GENRE:
        level = genre_title(level)
    elif found.effect is Effect.CONDITION:
        level = texts.machine_name(level)
    return name.format(level=level)


def left_out(found: Mixed) -> str:
    """Which things the model could not look at; empty when it looked at all."""
    names = [texts.EFFECT_SHORT[effect] for effect in found.left_out]
    return texts.EFFECTS_LEFT_OUT.format(names=", ".join(names)) if names else ""


def agreed(found: Agreement) -> str:
    """How far listeners agree, whoever is right."""
    alpha = found.answers
    if math.isnan(alpha.value):
        return not_yet(texts.AGREEMENT_TITLE, alpha.why)
    how = next(words for most, words in texts.AGREEMENT if alpha.value < most)
    return texts.AGREEMENT_SAID.format(how=how, clips=found.stimuli, **numbers(alpha, digits=2))


def lucky(beyond: int, people: int, *, by_luck: float, beyond_holm: int) -> str:
    """How many listeners are better than luck, and how many luck alone would put there."""
    return texts.PEOPLE_SAID.format(
        beyond=beyond or texts.PERSON_COUNT[0].capitalize(),
        people=counted(people),
        by_luck=f"{by_luck:.1f}".removesuffix(".0"),
        holm=beyond_holm or texts.PERSON_COUNT[0],
    )


def not_yet(what: str, why: Why | None) -> str:
    """That something is not known, and why."""
    return texts.NOT_YET.format(what=what, why=texts.WHY[why or Why.TOO_FEW])


def ends(estimate: Estimate) -> dict[str, str]:
    """A share and its interval as percentages."""
    return {
        "share": points(estimate.value),
        "low": points(estimate.low),
        "high": points(estimate.high),
    }


def numbers(estimate: Estimate, *, digits: int) -> dict[str, str]:
    """A number and its interval as texts."""
    return {
        "value": number(estimate.value, digits),
        "low": number(estimate.low, digits),
        "high": number(estimate.high, digits),
    }


def number(value: float, digits: int) -> str:
    """A number with a proper minus and never “−0”; a dash for none."""
    if math.isnan(value):
        return "–"
    text = f"{value:.{digits}f}"
    is_nothing = not text.strip("-0.")
    return text.lstrip("-") if is_nothing else text.replace("-", "−")


def points(share: float) -> str:
    """A share as percentage points."""
    return number(100 * share, 0)


def p_value(p: float) -> str:
    """A p-value as it is printed: three digits, never 0."""
    if math.isnan(p):
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def counted(people: int) -> str:
    """So many listeners, in words."""
    return texts.PERSON_COUNT[min(people, 2)].format(count=people)


def genre_title(name: str) -> str:
    """What people call a genre."""
    if name == frames.ALL_GENRES:
        return texts.ALL_GENRES
    return genres.find(name).title if name in genres.names() else name
