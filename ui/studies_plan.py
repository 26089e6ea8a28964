"""How many people a study needs, for which effect; and what a design gives."""

from __future__ import annotations

import math

import streamlit as st

from musegen.studies.statistics import planner
from ui import studies_simulated
from ui import studies_texts as texts
from ui.frame import plain
from ui.studies_store import labels, store

SHARES = (0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
MARGINS = (0.05, 0.1, 0.15, 0.2)
USUAL_SHARE, USUAL_MARGIN, USUAL_ALIKE = 0.65, 0.1, 1.5
USUAL_CLIPS, USUAL_PEOPLE = 10, 40
FINE = 200
"""Shares and margins are looked for in steps of half a point."""

WIDEST = MARGINS[-1]
"""A wider margin would call a difference none that anybody hears."""


def show() -> None:
    """The tab: a question and its answer, a table of others, and a study's own figures."""
    st.markdown(texts.PLAN_WORDS)
    with st.container(border=True, key="plan"):
        alike, share = _ask()
    _give(alike, share)


def _ask() -> tuple[float, float]:
    left, right = st.columns(2, gap="medium")
    with left:
        aim = st.radio(
            texts.PLAN_AIM, [texts.CAN_TELL, texts.CANNOT_TELL], horizontal=True, key="plan-aim"
        )
        clips = int(st.number_input(texts.PLAN_CLIPS, 2, 100, USUAL_CLIPS, key="plan-clips"))
    with right:
        is_can = aim == texts.CAN_TELL
        share, margin = USUAL_SHARE, USUAL_MARGIN
        if is_can:
            label = texts.PLAN_EFFECT
            share = st.select_slider(label, SHARES, USUAL_SHARE, _percent, key="plan-share")
        else:
            label = texts.PLAN_MARGIN
            margin = st.select_slider(label, MARGINS, USUAL_MARGIN, _around, key="plan-margin")
        alike = _alike()
    st.markdown(can_tell(share, clips, alike) if is_can else cannot_tell(margin, clips, alike))
    with st.expander(texts.PLAN_TABLE_TITLE, key="plan-table"):
        st.table(others(clips, alike), hide_index=True)
    return alike, share


def _alike() -> float:
    return float(
        st.select_slider(
            texts.PLAN_ALIKE,
            list(texts.PLAN_ALIKE_NAMES),
            USUAL_ALIKE,
            texts.PLAN_ALIKE_NAMES.__getitem__,
            help=texts.PLAN_ALIKE_HELP,
            key="plan-alike",
        )
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _around(margin: float) -> str:
    return f"±{100 * margin:.0f} points"


def can_tell(share: float, clips: int, alike: float) -> str:
    """How many people it takes to find that they are right so often."""
    answers = _worth(planner.chance_answers(share), alike)
    people = planner.people_needed(answers, clips)
    return texts.PLAN_CAN.format(
        people=people, answers=answers, clips=clips, share=f"{100 * share:.0f}"
    )


def cannot_tell(margin: float, clips: int, alike: float) -> str:
    """How many people it takes to show that they only guess."""
    answers = _worth(planner.equivalence_answers(margin), alike)
    people = planner.people_needed(answers, clips)
    return texts.PLAN_CANNOT.format(
        people=people, answers=answers, clips=clips, margin=f"{100 * margin:.0f}"
    )


def others(clips: int, alike: float) -> list[dict[str, str]]:
    """The usual effects, a row each."""
    wanted = [
        (texts.PLAN_ROW_CAN.format(share=f"{100 * share:.0f}"), planner.chance_answers(share))
        for share in SHARES
    ] + [
        (
            texts.PLAN_ROW_CANNOT.format(margin=f"{100 * margin:.0f}"),
            planner.equivalence_answers(margin),
        )
        for margin in MARGINS
    ]
    rows = []
    for name, independent in wanted:
        answers = _worth(independent, alike)
        people = planner.people_needed(answers, clips)
        row = (name, f"{answers:,}", f"{people:,}")
        rows.append(dict(zip(texts.PLAN_COLUMNS, row, strict=True)))
    return rows


def _worth(independent: int, alike: float) -> int:
    """Answers that tell as much as so many independent ones."""
    return math.ceil(independent * alike)


def _give(alike: float, share: float) -> None:
    studies = store().studies.all()
    if not studies:
        return
    with st.container(border=True, key="plan-gives"):
        st.subheader(texts.PLAN_TITLE, anchor=False)
        left, right = st.columns((2, 1), gap="medium")
        with left:
            name = st.selectbox(
                texts.PLAN_STUDY,
                [study.name for study in reversed(studies)],
                format_func=labels(studies).__getitem__,
                key="plan-study",
            )
        with right:
            people = st.number_input(texts.PLAN_PEOPLE, 1, 10_000, USUAL_PEOPLE, key="plan-people")
        design = next(study.design for study in studies if study.name == name)
        st.markdown(gives(plain(design.title), int(people), design.clips, alike))
        studies_simulated.show(design, int(people), share)


def gives(title: str, people: int, clips: int, alike: float) -> str:
    """What so many people in a study would let one find."""
    answers = people * clips
    independent = int(answers / alike)
    steps = range(1, FINE // 2)
    shares = (0.5 + step / FINE for step in steps)
    margins = (step / FINE for step in steps if step / FINE <= WIDEST)
    share = next((s for s in shares if planner.chance_power(independent, s) >= planner.POWER), None)
    margin = next(
        (m for m in margins if planner.equivalence_power(independent, margin=m) >= planner.POWER),
        None,
    )
    said = {"title": title, "people": people, "answers": answers}
    if share is None:
        return texts.PLAN_GIVES_LITTLE.format(**said)
    said["share"] = f"{100 * share:g}"
    if margin is None:
        return texts.PLAN_GIVES_CAN.format(**said)
    return texts.PLAN_GIVES.format(margin=f"{100 * margin:g}", **said)
