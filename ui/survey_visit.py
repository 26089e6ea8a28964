"""A participant's visit: whose test it is, where it stands, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import streamlit as st

from musegen.studies import platforms, study_files
from musegen.studies.design import Design, Language, Wording
from musegen.studies.records import Participant, Trial
from musegen.studies.registry import Study
from ui.survey_language import PARAMETER as LANGUAGE
from ui.survey_texts import TEXTS
from ui.survey_texts.words import Texts

TOKEN = "p"
"""The query parameter that leads back to a participant's test."""

STUDY = "study"
"""The query parameter that names a study."""

_TOKEN_KEPT = "survey-token"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who has consented, and everything that a screen needs to know."""

    token: str
    study: Study
    participant: Participant
    trials: tuple[Trial, ...]
    language: Language

    @property
    def design(self) -> Design:
        return self.study.design

    @property
    def texts(self) -> Texts:
        return TEXTS[self.language]

    @property
    def is_answered(self) -> bool:
        """Whether every trial has its vote."""
        return bool(self.trials) and all(trial.is_answered for trial in self.trials)

    def key(self, what: str) -> str:
        """A key for a widget of this participant's; says nothing of any clip."""
        return f"{what}-of-{self.participant.id}"

    def is_expired(self, now: datetime) -> bool:
        """Whether the link is too old to go on by."""
        return now > self.participant.consented_at + timedelta(days=self.design.resume_days)


def wording(design: Design, language: Language) -> Wording:
    """The researcher's own words, where there are any."""
    return design.texts.get(language, Wording())


def title(design: Design, language: Language) -> str:
    """What participants read at the top; musegen has translated its own study's title alone."""
    own = wording(design, language).title or design.title
    is_shipped = (design.name, own) == _shipped()
    return TEXTS[language].titles[design.question] if is_shipped else own


@cache
def _shipped() -> tuple[str, str]:
    """Name and title of the study that comes with musegen."""
    design = study_files.parse(study_files.shipped())
    return design.name, design.title


def now() -> datetime:
    """The moment by which dates are judged."""
    return datetime.now(UTC)


def keep(token: str) -> None:
    """Make it this window's test from now on; the address keeps nothing but the way to it."""
    st.session_state[_TOKEN_KEPT] = token
    lang = st.query_params.get(LANGUAGE)
    st.query_params.from_dict({TOKEN: token} | ({LANGUAGE: lang} if lang else {}))


def kept() -> str:
    """The token of the test that was begun, or gone on with, in this window."""
    return str(st.session_state.get(_TOKEN_KEPT, ""))


def stay(visit: Visit) -> None:
    """Whoever answers is who came by the link: nobody need be asked again."""
    if kept() != visit.token:
        keep(visit.token)


def start_as_new(study: str = "") -> None:
    """Back to the welcome, as somebody new; who a platform says that it is goes along."""
    st.session_state.pop(_TOKEN_KEPT, None)
    lang = st.query_params.get(LANGUAGE)
    names = [name for three in platforms.PARAMETERS.values() for name in three]
    sent = {name: st.query_params[name] for name in names if name in st.query_params}
    parameters = ({STUDY: study} if study else {}) | ({LANGUAGE: lang} if lang else {}) | sent
    st.query_params.from_dict(parameters)
    st.rerun()
