"""Findings become sentences that say neither more nor less than the votes do."""

from __future__ import annotations

import math

import pytest

from musegen.studies.statistics.agreement import Agreement
from musegen.studies.statistics.conclusions import Finding, Judgement
from musegen.studies.statistics.detection import Detection, PairDetection
from musegen.studies.statistics.estimates import Estimate, Why
from musegen.studies.statistics.mixed import Effect, Mixed, Outcome, Term
from musegen.studies.statistics.preferences import Preference
from musegen.studies.statistics.roc import Roc
from ui import results_texts as texts
from ui import results_words as words

NONE = Estimate(why=Why.ONE_PARTICIPANT)


def detection(*, dprime: Estimate = NONE, criterion: Estimate = NONE) -> Detection:
    return Detection(
        genre="all",
        machine="event",
        hits=30,
        signals=50,
        false_alarms=20,
        noises=50,
        participants=10,
        dprime=dprime,
        criterion=criterion,
        mean_dprime=NONE,
        mean_criterion=NONE,
    )


def judgement(
    finding: Finding,
    accuracy: Estimate = NONE,
    *,
    machine: str = "event",
    p_chance: float = 0.5,
    p_equivalent: float = 0.5,
    alike: Estimate = NONE,
    votes: int = 140,
    why: Why | None = None,
) -> Judgement:
    return Judgement(
        genre="all",
        machine=machine,
        finding=finding,
        accuracy=accuracy,
        margin=0.1,
        p_chance=p_chance,
        p_equivalent=p_equivalent,
        votes=votes,
        effective=votes / 2,
        needed=228,
        why=why,
        alike=alike,
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            judgement(Finding.NOTHING_YET, Estimate(0.52, 0.44, 0.6)),
            (
                "Too few votes to say they cannot tell the machine from people:** 228 are needed for "
                "±10 points; there are 140. Of these, 52 % are right, and anything from 44 to 60 %"
            ),
        ),
        (
            judgement(Finding.TOLD_APART, Estimate(0.63, 0.55, 0.704), p_chance=0.01),
            (
                "Listeners tell the machine from people.** 63 % of the answers are right, where "
                "guessing gives 50 %; anything from 55 to 70 % would fit"
            ),
        ),
        (
            judgement(Finding.MISTAKEN, Estimate(0.4, 0.31, 0.48), p_chance=0.01),
            "Listeners take the machine for people.** Only 40 %",
        ),
        (
            judgement(
                Finding.NEARLY_ALIKE,
                Estimate(0.54, 0.47, 0.61),
                alike=Estimate(0.54, 0.48, 0.595),
                p_equivalent=0.04,
            ),
            (
                "do about as well as guessing.** 54 % of the answers are right; with a margin of "
                "error from 48 to 60 % (the 90 % interval that this test goes by), that is within 10"
            ),
        ),
        (
            judgement(Finding.UNDECIDED, Estimate(0.54, 0.47, 0.61), machine="article"),
            "neither that listeners can tell the machine of 2018 from people nor that they cannot",
        ),
        (
            judgement(Finding.NOTHING_YET, machine="my-model", why=Why.NO_HUMAN_VOTES),
            "Too early to say anything of “my-model”.** Nobody has heard human music yet.",
        ),
    ],
)
def test_what_may_be_said_of_a_machine(found: Judgement, said: str) -> None:
    assert said in words.judged(found)


@pytest.mark.parametrize(
    ("share", "p_chance", "end"),
    [
        (0.54, 0.3, "of the 50 % of guessing."),
        (0.54, 0.01, "a little more often than by guessing, and that is no accident."),
        (0.46, 0.3, "of the 50 % of guessing."),
        (0.46, 0.01, "a little less often than by guessing, and that is no accident."),
    ],
)
def test_a_small_difference_that_is_certain_is_not_hidden(
    share: float, p_chance: float, end: str
) -> None:
    near = Estimate(share, share - 0.03, share + 0.03)
    found = judgement(Finding.NEARLY_ALIKE, near, alike=near, p_equivalent=0.01, p_chance=p_chance)
    assert words.judged(found).endswith(end)
    assert "better" not in words.judged(found)


@pytest.mark.parametrize("finding", list(Finding))
@pytest.mark.parametrize("why", [None, *Why])
def test_every_finding_has_a_sentence(finding: Finding, why: Why | None) -> None:
    said = words.judged(judgement(finding, Estimate(0.5, 0.4, 0.6), why=why))
    assert said.startswith("**")
    assert "{" not in said
    assert "nan" not in said


@pytest.mark.parametrize(
    ("criterion", "said"),
    [
        (Estimate(0.3, 0.1, 0.5), "lean towards “human”:** that was the answer to 62 %"),
        (Estimate(-0.3, -0.5, -0.1), "lean towards “machine”:** only 62 %"),
        (Estimate(0.1, -0.1, 0.3), "lean neither way:** 62 %"),
        (Estimate(0.1, why=Why.ONE_PARTICIPANT), "cannot be said yet"),
    ],
)
def test_the_answer_that_is_preferred(criterion: Estimate, said: str) -> None:
    found = detection(criterion=criterion)
    assert said in words.lean(found, called_human=0.62, are_human=0.5)


@pytest.mark.parametrize(
    ("flagged", "left_out", "said"),
    [
        (0, False, "Nobody stands out** as not having listened, among 14 listeners"),
        (1, False, "**1 of 14 listeners** may not have listened (see *Listeners*)"),
        (2, False, "**2 of 14 listeners** may not have listened (see *Listeners*)"),
        (1, True, "1 listener** may not have listened and is left out here"),
        (2, True, "2 listeners** may not have listened and are left out here"),
    ],
)
def test_who_may_not_have_listened(flagged: int, left_out: bool, said: str) -> None:
    assert said in words.listened(flagged, 14, are_left_out=left_out)


def test_distances_in_words() -> None:
    found = detection(dprime=Estimate(1.0, 0.62, 1.4))
    said = words.distance(found)
    assert "d′ for the machine is 1.00** (95 %: 0.62 to 1.40)" in said
    assert "somebody with 69 % right" in said  # Φ(d′/2)
    pairs = PairDetection("all", "event", 76, 100, Estimate(1.0, -0.2, 1.4))
    assert "76 % right" in words.distance(pairs)  # Φ(d′/√2)
    assert "−0.20 to 1.40" in words.distance(pairs)
    assert "There are no votes for it yet" in words.distance(
        detection(dprime=Estimate(why=Why.NO_VOTES))
    )


def test_the_area_in_words() -> None:
    found = Roc("all", "article", Estimate(0.68, 0.6, 0.75), 0.03, ((0.0, 0.0), (1.0, 1.0)))
    said = words.area(found)
    assert "one of the machine of 2018" in said
    assert "68 of 100 cases** (95 %: 60 to 75)" in said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Preference("event", 30, 120, Estimate(-1.1, -1.6, -0.6)),
            "The machine was picked as the human’s in 30 of 120 pairs** (25 %)",
        ),
        (Preference("event", 0, 12, Estimate(why=Why.ONE_SIDED)), "All answers are the same"),
    ],
)
def test_preferences_in_words(found: Preference, said: str) -> None:
    assert said in words.preferred(found)


@pytest.mark.parametrize(
    ("odds", "said"),
    [
        (Estimate(2.0, 1.2, 3.3), "heard before**: more often right (odds × 2.00"),
        (Estimate(0.5, 0.3, 0.9), "heard before**: less often right"),
        (Estimate(1.2, 0.8, 1.9), "heard before**: no effect shown"),
    ],
)
def test_effects_in_words(odds: Estimate, said: str) -> None:
    assert said in words.term(Term(Effect.HEARD, "yes", odds))


@pytest.mark.parametrize(
    ("odds", "said"),
    [
        (Estimate(3.0, 1.6, 5.6), "Yes: human music is called human more often** than a machine’s"),
        (Estimate(0.4, 0.2, 0.9), "No: human music is called human less often** than"),
        (Estimate(1.2, 0.8, 1.9), "**No difference is shown**"),
    ],
)
def test_the_study_s_own_question_in_words(odds: Estimate, said: str) -> None:
    found = Mixed(
        Outcome.CALLED_HUMAN, 1400, NONE, (Term(Effect.TRUTH, "human", odds),), NONE, NONE
    )
    assert said in words.called_human(found)
    assert "1,400 votes" in words.called_human(found)
    nothing = Mixed(Outcome.CALLED_HUMAN, 8, NONE, (), NONE, NONE, why=Why.TOO_FEW)
    assert "There are too few votes" in words.called_human(nothing)


@pytest.mark.parametrize("effect", list(Effect))
def test_every_effect_has_a_name(effect: Effect) -> None:
    assert words.term_name(Term(effect, "event", NONE))
    none = Mixed(Outcome.RIGHT, 40, NONE, (), NONE, NONE, (effect,))
    assert texts.EFFECT_SHORT[effect] in words.left_out(none)


@pytest.mark.parametrize(
    ("alpha", "how"),
    [
        (-0.1, "hardly agree"),
        (0.2, "agree a little"),
        (0.5, "agree in good part"),
        (1.0, "Listeners agree**"),
    ],
)
def test_agreement_in_words(alpha: float, how: str) -> None:
    found = Agreement("all", 20, Estimate(alpha, alpha - 0.1, alpha + 0.1), NONE)
    assert how in words.agreed(found)


def test_luck_in_words() -> None:
    said = words.lucky(0, 30, by_luck=1.0, beyond_holm=0)
    assert said.startswith("**Nobody of 30 listeners**")
    assert "about 1 of them" in said
    assert "nobody can be called better" in said
    assert "**3 of 1 listener**" in words.lucky(3, 1, by_luck=0.31, beyond_holm=2)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(-0.004, 2, "0.00"), (-0.4, 1, "−0.4"), (12.0, 0, "12"), (math.nan, 2, "–"), (-0.2, 0, "0")],
)
def test_numbers_in_print(value: float, digits: int, text: str) -> None:
    assert words.number(value, digits) == text


@pytest.mark.parametrize(
    ("p", "text"), [(0.0001, "< 0.001"), (0.0312, "0.031"), (1.0, "1.000"), (math.nan, "–")]
)
def test_p_values_in_print(p: float, text: str) -> None:
    assert words.p_value(p) == text


def test_every_reason_is_told() -> None:
    assert set(texts.WHY) == set(Why)
    assert set(texts.FINDINGS) == set(Finding)
