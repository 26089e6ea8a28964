"""A design tried out with simulated listeners, beside what the formula says of it."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import streamlit as st

from musegen.studies.design import Design
from musegen.studies.records import Question
from musegen.studies.statistics import planner, plans
from musegen.studies.statistics.planner import Simulated
from musegen.studies.statistics.simulate import Listeners
from ui import studies_texts as texts

ASKED = "plan-simulated"
"""Where the session has the plan that was tried last."""

DIFFER_SD = 0.4
"""How much simulated people and pieces differ, in d′."""

MOST_STUDIES, FEWEST_STUDIES = 200, 20
MOST_ANSWERS = 200_000
"""Answers in all studies together: some five seconds."""

Plan = tuple[Question, tuple[str, ...], tuple[str, ...], int, int, int, float, float]
"""Question, genres, machines, clips, stimuli; people; share right; margin."""


def show(design: Design, people: int, share: float) -> None:
    """The button, and what the simulation came to."""
    parts = (design.question, design.genres, design.machines, design.clips, design.stimuli)
    plan: Plan = (*parts, people, share, design.margin)
    if FEWEST_STUDIES * people * design.clips > MOST_ANSWERS:
        st.caption(texts.SIMULATE_TOO_MANY)
        return
    if st.button(
        texts.SIMULATE_GO, icon=":material/casino:", help=texts.SIMULATE_HELP, key="simulate-go"
    ):
        st.session_state[ASKED] = plan
    if st.session_state.get(ASKED) == plan:
        with st.spinner(texts.SIMULATE_WORKING):
            found = simulated(plan)
        st.markdown(said(found, share))


def said(found: Simulated, share: float) -> str:
    """How often simulated studies found what was there, and what was not."""
    return texts.SIMULATE_SAID.format(
        studies=found.told_apart.total,
        share=f"{100 * share:.0f}",
        margin=f"{100 * found.margin:g}",
        told=_percent(found.told_apart.share),
        low=_percent(found.told_apart.low),
        high=_percent(found.told_apart.high),
        false=_percent(found.false_alarms.share),
        alike=_percent(found.equivalent_guessing.share),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


@st.cache_data(max_entries=16, show_spinner=False)
def simulated(plan: Plan) -> Simulated:
    """The plan's power and false alarms; the same plan gives the same figures."""
    question, genres, machines, clips, stimuli, people, share, margin = plan
    layout = plans.Layout(
        participants=people,
        trials=clips + clips % 2 if question is Question.HUMAN_OR_MACHINE else clips,
        pieces=stimuli,
        genres=genres,
        machines=machines,
        question=question.value,
    )
    studies = min(MOST_STUDIES, MOST_ANSWERS // layout.votes)
    return planner.simulate_power(
        layout,
        listeners(share, machines, question),
        np.random.default_rng(2018),
        studies=studies,
        margin=margin,
    )


def listeners(share: float, machines: tuple[str, ...], question: Question) -> Listeners:
    """People who are right so often on average, and who differ, as pieces do.

    The d′ of the middle is the larger for the differences, which bring shares nearer to chance;
    see `Listeners.expected`.
    """
    is_pair = question is Question.WHICH_IS_HUMAN
    own = DIFFER_SD**2 / (2 if is_pair else 4)
    spread = math.sqrt(1 + own + 2 * DIFFER_SD**2)
    dprime = (math.sqrt(2) if is_pair else 2) * NormalDist().inv_cdf(share) * spread
    return Listeners(
        dprime=dict.fromkeys(machines, dprime),
        dprime_sd=DIFFER_SD,
        criterion_sd=DIFFER_SD,
        piece_sd=DIFFER_SD,
    )
