"""One trial of the listening test: hear a clip or a pair, say who wrote it, go on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from musegen.studies.assignment import assign, is_ready
from musegen.studies.clip_files import load_clip
from musegen.studies.records import (
    HeardBefore,
    Maker,
    Question,
    Role,
    Sureness,
    Trial,
    Vote,
)
from musegen.studies.stages import next_trial
from ui import listening, screen, survey_feedback, survey_waiting
from ui.survey_study import study as opened
from ui.survey_visit import Visit, kept, start_as_new, stay

RATING, HEARD = "rating", "heard"
"""The two questions' names."""


def show(visit: Visit) -> None:
    """The trial at which a participant is; plans come with the first."""
    position = survey_feedback.pending(visit)
    if position is not None:
        survey_feedback.show(visit, position)
        return
    trials = visit.trials or _plan(visit)
    trial = next_trial(trials)
    if trial is not None:
        _show_trial(visit, trial, trials)


def forget_old_feedback(visit: Visit) -> None:
    """Nothing stands in the way of who is past the trials."""
    if visit.is_answered and visit.trials[-1].role is not Role.PRACTICE:
        survey_feedback.done(visit)


def _plan(visit: Visit) -> Sequence[Trial]:
    """The participant's trials, new ones when the clips are there; else a word about that."""
    store = opened().store
    if not is_ready(store, visit.study.name):
        survey_waiting.show(visit)
        return ()
    assign(store, visit.participant.id, rng=np.random.default_rng())
    return store.ballots.trials(visit.participant.id)


def _show_trial(visit: Visit, trial: Trial, trials: Sequence[Trial]) -> None:
    if not trial.is_shown:
        opened().store.ballots.note_shown(visit.participant.id, trial.position)
    _begin(visit, trial, trials)
    take(visit, trial)


def take(visit: Visit, trial: Trial) -> None:
    """Let hear and ask; store the vote that comes of it."""
    groups = questions(visit)
    reply = listening.ask(
        _sounds(visit, trial),
        words=visit.texts.player,
        hints=_hints(visit),
        button=visit.texts.trial.vote,
        enough_s=visit.design.minimum_listening_s,
        groups=groups,
        key=visit.key(f"trial-{trial.position}"),
    )
    if reply is not None:
        stay(visit)
        vote = vote_of(reply)
        opened().store.ballots.add_vote(visit.participant.id, trial.position, vote)
        if trial.role is Role.PRACTICE:
            survey_feedback.note(visit, trial.position)
        st.rerun()


def _begin(visit: Visit, trial: Trial, trials: Sequence[Trial]) -> None:
    """The heading, how far one is, and a word to who comes back."""
    words, is_practice = visit.texts.trial, trial.role is Role.PRACTICE
    alike = [one for one in trials if (one.role is Role.PRACTICE) is is_practice]
    pattern = words.practice_title if is_practice else words.title[visit.design.question]
    heading = pattern.format(position=alike.index(trial) + 1, total=len(alike))
    screen.begin(heading, language=visit.language)
    screen.progress((trial.position - 1) / len(trials), label=heading)
    if is_practice:
        st.markdown(words.practice)
    if kept() != visit.token:
        _welcome_back(visit)


def _welcome_back(visit: Visit) -> None:
    with st.container(key="welcome-back", horizontal=True, vertical_alignment="center"):
        st.caption(visit.texts.trial.welcome_back)
        if st.button(visit.texts.gate.start_as_new, type="tertiary", key="afresh"):
            start_as_new(visit.study.name)


def _sounds(visit: Visit, trial: Trial) -> list[listening.Sound]:
    words, store = visit.texts.player, opened().store
    labels = (words.first, words.second) if len(trial.stimulus_ids) > 1 else (words.clip,)
    return [
        listening.Sound(load_clip(store, id_), label)
        for id_, label in zip(trial.stimulus_ids, labels, strict=True)
    ]


def questions(visit: Visit) -> list[listening.Group]:
    """What is asked of every trial: six steps, and whether it was heard before."""
    question, words = visit.design.question, visit.texts.trial
    sides = tuple(_side(visit, answer) for answer in (Maker.HUMAN, Maker.MACHINE))
    groups = [listening.Group(RATING, words.ask[question], sides=sides)]
    if visit.design.ask_heard_before:
        known = tuple(
            listening.Choice(step.value, words.heard_before[step]) for step in HeardBefore
        )
        groups.append(listening.Group(HEARD, words.heard[question], options=known))
    return groups


def _side(visit: Visit, answer: Maker) -> listening.Side:
    """Three steps: certain first of the human's side, last of the machine's."""
    words = visit.texts.trial
    label = words.sides[visit.design.question][answer]
    steps = sorted(Sureness, reverse=answer is Maker.HUMAN)
    return listening.Side(
        label,
        tuple(
            listening.Choice(
                f"{answer.value}-{step.value}",
                words.sureness[step],
                spoken=f"{label}: {words.sureness[step]}",
            )
            for step in steps
        ),
    )


def _hints(visit: Visit) -> listening.Hints:
    words, least_s = visit.texts.player, visit.design.minimum_listening_s
    is_pair = visit.design.question is Question.WHICH_IS_HUMAN
    pattern = words.listen_first_both if is_pair else words.listen_first
    return listening.Hints(pattern.format(seconds=f"{least_s:g}"), words.answer_first, words.ready)


def vote_of(reply: listening.Reply) -> Vote:
    """The vote that a reply to `questions` means."""
    answer, sureness = reply.answers[RATING].split("-")
    heard = reply.answers.get(HEARD)
    heard_s, plays, is_pair = reply.heard_s, reply.plays, len(reply.plays) > 1
    return Vote(
        answer=Maker(answer),
        sureness=Sureness(int(sureness)),
        heard_before=None if heard is None else HeardBefore(heard),
        listened_s=heard_s[0],
        plays=plays[0],
        other_listened_s=heard_s[1] if is_pair else None,
        other_plays=plays[1] if is_pair else None,
    )
