"""The first screen: what the test is, what is kept, and the consent."""

from __future__ import annotations

import streamlit as st

from musegen.studies import platforms
from musegen.studies.design import Design, Language
from musegen.studies.registry import Status, Study
from ui import screen, survey_language
from ui.survey_study import study as opened
from ui.survey_texts import TEXTS
from ui.survey_visit import keep, kept, now, start_as_new, title, wording

_CHECK = "headphone-check"


def show(study: Study) -> None:
    """Say what the test is and ask for consent."""
    design = study.design
    spoken = survey_language.language(design.languages)
    texts = TEXTS[spoken]
    survey_language.show_switch(design.languages, spoken, label=texts.welcome.language)
    screen.begin(title(design, spoken), language=spoken)
    if study.status(now()) is Status.MAKING:
        opened().pool.check()
        opened().pool.start()
    st.markdown(instructions(design, spoken))
    with st.container(border=True):
        st.markdown(_consent(design, spoken))
    if platforms.is_preview(st.query_params):
        st.info(texts.gate.preview)
    elif _has_begun(study):
        _show_begun(study, spoken)
    elif st.button(texts.welcome.agree, type="primary", width="stretch", key="agree"):
        _begin(study, spoken)


def instructions(design: Design, spoken: Language) -> str:
    """What a participant is told to do: the researcher's words, or musegen's."""
    words = TEXTS[spoken].welcome
    own = wording(design, spoken).instructions
    if own is not None:
        return own
    what = words.instructions[design.question].format(clips=design.clips + design.catch)
    practice = f" {words.practice}" if design.practice else ""
    return f"{what}{practice}\n\n{words.duration.format(minutes=design.minutes)}"


def _consent(design: Design, spoken: Language) -> str:
    words = TEXTS[spoken].welcome
    own = wording(design, spoken).consent
    if own is not None:
        return own
    is_sent = platforms.platform_ids(st.query_params) is not None
    whose = words.consent_platform if is_sent else words.consent_nameless
    kept_too = "; ".join([words.consent, *also_kept(design, spoken)])
    return f"**{words.consent_title}.** {kept_too}. {whose} {words.consent_purpose}"


def also_kept(design: Design, spoken: Language) -> list[str]:
    """What this study keeps of people beside their answers to the clips."""
    asked = {*design.before, *design.after} | ({_CHECK} if design.headphone_check else set())
    return [told for name, told in TEXTS[spoken].welcome.consent_also.items() if name in asked]


def _has_begun(study: Study) -> bool:
    """Whether the browser's *back* led here, out of a test of this study."""
    participant = opened().store.people.find(kept())
    return participant is not None and participant.study == study.name


def _show_begun(study: Study, spoken: Language) -> None:
    texts = TEXTS[spoken]
    st.info(texts.welcome.begun)
    if st.button(texts.welcome.go_on, type="primary", width="stretch", key="go-on"):
        keep(kept())
        st.rerun()
    if st.button(texts.gate.start_as_new, type="tertiary", key="afresh"):
        start_as_new(study.name)


def _begin(study: Study, spoken: Language) -> None:
    platform = platforms.platform_ids(st.query_params)
    keep(opened().store.people.begin(study.name, language=spoken, platform=platform))
    st.rerun()
