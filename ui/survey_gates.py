"""Where nobody can go on: one clear sentence each, and a way out where there is one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from musegen.studies.registry import Study
from ui import screen, survey_texts
from ui.survey_language import language
from ui.survey_texts import TEXTS
from ui.survey_texts.words import Texts
from ui.survey_visit import Visit, start_as_new, title


def show_sentence(
    sentence: Callable[[Texts], str], *, study: Study | None = None, kept: str = ""
) -> Texts:
    """One sentence under the title; gives the texts of the language it is in."""
    if study is None:
        spoken = language()
        heading = next(iter(TEXTS[spoken].titles.values()))
    else:
        spoken = language(study.design.languages, kept=kept)
        heading = title(study.design, spoken)
    screen.begin(heading, language=spoken)
    st.info(sentence(TEXTS[spoken]))
    return TEXTS[spoken]


def show_coming(study: Study) -> None:
    """The study opens later."""
    opens = study.design.opens
    if opens is not None:
        show_sentence(
            lambda texts: texts.gate.coming.format(moment=survey_texts.moment(texts, opens)),
            study=study,
        )


def show_closed(visit: Visit) -> None:
    """The study is over for somebody who has begun."""
    show_sentence(
        lambda texts: texts.gate.closed_kept, study=visit.study, kept=visit.participant.language
    )
    show_id(visit)


def show_expired(visit: Visit) -> None:
    """The link is too old to go on by."""
    days = visit.design.resume_days
    texts = show_sentence(
        lambda texts: texts.gate.expired.format(days=days),
        study=visit.study,
        kept=visit.participant.language,
    )
    show_id(visit)
    if st.button(texts.gate.start_afresh, key="afresh"):
        start_as_new(visit.study.name)


def show_id(visit: Visit) -> None:
    """By which number one's answers can be found and deleted."""
    st.caption(visit.texts.gate.withdraw.format(id=visit.participant.id))


def show_stranger() -> None:
    """The address holds a token that is nobody's."""
    texts = show_sentence(lambda texts: texts.gate.stranger)
    if st.button(texts.gate.start_afresh, type="primary", key="afresh"):
        start_as_new()
