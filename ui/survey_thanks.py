"""The end: thanks, the way back to the platform, the score among others', the truth of each clip."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from musegen.studies.records import Role, Verdict
from musegen.studies.scores import scores
from ui import screen, survey_gates, survey_texts, survey_truth
from ui.survey_study import study as opened
from ui.survey_visit import Visit, start_as_new, wording

FEWEST_OTHERS = 5
"""With fewer, an average says more about them than about people."""


def show(visit: Visit) -> None:
    """Note that this is the end, then show it."""
    if visit.participant.finished_at is None:
        opened().store.people.finish(visit.participant.id)
    words = visit.texts.thanks
    verdicts = opened().store.ballots.verdicts(visit.participant.id)
    shows_result = visit.design.show_result
    heading = _score(verdicts, words.score_title) if shows_result else words.title
    screen.begin(heading, language=visit.language)
    st.markdown(wording(visit.design, visit.language).thanks or words.stored)
    _show_way_back(visit)
    if shows_result:
        _show_result(visit, verdicts)
        st.caption(words.keep)
    survey_gates.show_id(visit)
    if st.button(visit.texts.gate.start_as_new, type="tertiary", key="afresh"):
        start_as_new(visit.study.name)


def _counted(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.role is not Role.PRACTICE]


def _score(verdicts: Sequence[Verdict], pattern: str, **values: str) -> str:
    counted = _counted(verdicts)
    right = sum(verdict.is_right for verdict in counted)
    return pattern.format(right=right, total=len(counted), **values)


def _show_way_back(visit: Visit) -> None:
    """The completion code, the platform's address, or both, where the study has them."""
    end, words = visit.design.completion, visit.texts.thanks
    if end is None:
        return
    with st.container(border=True, key="completion"):
        if end.address is not None:
            st.markdown(words.address)
            address = html.escape(str(end.address), quote=True)
            st.html(f'<a class="way-back" target="_self" href="{address}">{words.back}</a>')
        if end.code is not None:
            st.markdown(words.code if end.address is None else words.code_and_address)
            st.code(end.code, language=None)


def _show_result(visit: Visit, verdicts: Sequence[Verdict]) -> None:
    words = visit.texts.thanks
    all_scores = scores(opened().store, visit.study.name)
    others = [right for id_, right in all_scores.items() if id_ != visit.participant.id]
    if len(others) >= FEWEST_OTHERS:
        _show_others(visit, verdicts, others)
    else:
        st.markdown(words.score)
    st.header(words.truth_title, anchor=False)
    for number, verdict in enumerate(_counted(verdicts), start=1):
        _show_verdict(visit, verdict, number)


def _show_others(visit: Visit, verdicts: Sequence[Verdict], others: Sequence[int]) -> None:
    """The average of others, and how many of them got how many right."""
    words = visit.texts.thanks
    mean = survey_texts.number(visit.texts, sum(others) / len(others))
    st.markdown(_score(verdicts, words.others, mean=mean))
    counted = _counted(verdicts)
    own = sum(verdict.is_right for verdict in counted)
    st.html(_histogram(Counter(others), own, len(counted), title=words.others_title))


def _histogram(counts: Counter[int], own: int, most: int, *, title: str) -> str:
    """Bars from none right to all right; the participant's own is marked."""
    tallest = max(counts.values())
    bars = "".join(
        f'<div class="bar{" own" if right == own else ""}">'
        f'<div style="height: {round(100 * counts[right] / tallest)}%"></div>'
        f"<span>{right}</span></div>"
        for right in range(most + 1)
    )
    spoken = "; ".join(f"{right}: {counts[right]}" for right in range(most + 1))
    label = html.escape(f"{title}. {spoken}", quote=True)
    return (
        f'<figure class="others"><div class="bars" role="img" aria-label="{label}">{bars}</div>'
        f"<figcaption>{html.escape(title)}</figcaption></figure>"
    )


def _show_verdict(visit: Visit, verdict: Verdict, number: int) -> None:
    words, this = visit.texts.thanks, visit.key(f"verdict-{verdict.position}")
    with st.container(border=True, key=f"verdict-{verdict.position}"):
        told, button = st.columns([4, 1], vertical_alignment="center")
        first, *more = survey_truth.lines(visit, verdict)
        told.markdown(
            "  \n".join([f"**{number}.** {first}", *more, survey_truth.outcome(visit, verdict)])
        )
        if button.button(words.listen, key=f"listen-{verdict.position}", width="stretch"):
            st.session_state[this] = True
        if st.session_state.get(this):
            survey_truth.replay(visit, verdict)
