"""The listening test's way: welcome, checks, questions, clips, thanks; one screen each.

Where a participant stands is read from the store in every run, by the token in the page's
address; the browser's memory is never needed to go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from musegen.errors import MusegenError, RequestError
from musegen.studies.registry import Status, Study
from musegen.studies.stages import Stage, next_trial, stage_of
from ui import (
    frame,
    survey_checks,
    survey_gates,
    survey_questions,
    survey_thanks,
    survey_trial,
    survey_welcome,
)
from ui.survey_language import language
from ui.survey_study import study as opened
from ui.survey_texts import TEXTS
from ui.survey_visit import STUDY, TOKEN, Visit, now

logger = logging.getLogger(__name__)

_SCREENS: dict[Stage, Callable[[Visit], None]] = {
    Stage.SOUND: survey_checks.show_sound,
    Stage.HEADPHONES: survey_checks.show_headphones,
    Stage.QUESTIONS_BEFORE: survey_questions.show_before,
    Stage.PRACTICE: survey_trial.show,
    Stage.TRIALS: survey_trial.show,
    Stage.QUESTIONS_AFTER: survey_questions.show_after,
    Stage.THANKS: survey_thanks.show,
}


def show() -> None:
    """Show the screen at which this participant is."""
    with _errors():
        token = st.query_params.get(TOKEN, "")
        if not token:
            _show_welcome()
            return
        participant = opened().store.people.find(token)
        if participant is None:
            survey_gates.show_stranger()
            return
        study = opened().store.studies.get(participant.study)
        if study.is_synthetic:
            survey_gates.show_stranger()
            return
        trials = tuple(opened().store.ballots.trials(participant.id))
        spoken = language(study.design.languages, kept=participant.language)
        _go_on(Visit(token, study, participant, trials, spoken))


def _show_welcome() -> None:
    name = st.query_params.get(STUDY, "")
    try:
        study = opened().store.studies.get(name) if name else opened().store.studies.standing()
    except RequestError:
        if not name:
            raise
        survey_gates.show_sentence(lambda texts: texts.gate.unknown)
        return
    if study.is_synthetic:  # a rehearsal is nobody's to take part in
        survey_gates.show_sentence(lambda texts: texts.gate.unknown)
    elif not _is_shut(study):
        survey_welcome.show(study)


def _is_shut(study: Study) -> bool:
    """Whether nobody can begin; says so."""
    status = study.status(now())
    if status is Status.COMING:
        survey_gates.show_coming(study)
    elif status is Status.CLOSED:
        survey_gates.show_sentence(lambda texts: texts.gate.closed, study=study)
    elif status is Status.MAKING and not _is_standing(study):
        survey_gates.show_sentence(lambda texts: texts.gate.not_ready, study=study)
    else:
        return False
    return True


def _is_standing(study: Study) -> bool:
    """Whether the study's clips are made while people come."""
    return study.name == opened().store.studies.standing().name


def _go_on(visit: Visit) -> None:
    """The screen at which somebody is who has consented.

    Who has voted on everything is let through to the end, whatever the date.
    """
    survey_trial.forget_old_feedback(visit)
    stage = stage_of(visit.design, visit.participant, visit.trials)
    if visit.participant.finished_at is not None:
        survey_thanks.show(visit)
    elif visit.is_answered or not _is_late(visit):
        _SCREENS[stage](visit)
    else:
        _take_last(visit, stage)
        _say_late(visit)


def _is_late(visit: Visit) -> bool:
    """Whether the study, or the link to it, is over."""
    return visit.study.status(now()) is Status.CLOSED or visit.is_expired(now())


def _take_last(visit: Visit, stage: Stage) -> None:
    """Take the answer to what was shown before the end; the screen itself goes away again."""
    trial = next_trial(visit.trials)
    place = st.empty()
    with place.container():
        if stage is Stage.QUESTIONS_BEFORE:
            survey_questions.take_before(visit)
        elif stage in (Stage.PRACTICE, Stage.TRIALS) and trial is not None and trial.is_shown:
            survey_trial.take(visit, trial)
    place.empty()


def _say_late(visit: Visit) -> None:
    if visit.study.status(now()) is Status.CLOSED:
        survey_gates.show_closed(visit)
    else:
        survey_gates.show_expired(visit)


@contextmanager
def _errors() -> Iterator[None]:
    """One calm sentence in the participant's language; what happened stands in the log."""
    try:
        yield
    except MusegenError as error:
        logger.warning("%s: %s", type(error).__name__, error)
        frame.show_error(TEXTS[language()].gate.trouble)
