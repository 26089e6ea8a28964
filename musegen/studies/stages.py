"""The participant's way, step by step, and where on it somebody stands.

    welcome → sound → headphones → questions before → practice → trials → questions after → thanks

The welcome comes before there is a participant. Steps that a study has not are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from musegen.studies.design import Design
from musegen.studies.records import Participant, Role, Trial


class Stage(StrEnum):
    """A step after the welcome."""

    SOUND = "sound"
    HEADPHONES = "headphones"
    QUESTIONS_BEFORE = "questions before"
    PRACTICE = "practice"
    TRIALS = "trials"
    QUESTIONS_AFTER = "questions after"
    THANKS = "thanks"


def stage_of(design: Design, participant: Participant, trials: Sequence[Trial]) -> Stage:
    """Where a participant stands, from what is stored; ``trials`` are empty before the plan."""
    if participant.sound_checked_at is None:
        return Stage.SOUND
    if design.headphone_check and participant.headphone_check is None:
        return Stage.HEADPHONES
    if design.before and participant.asked_before_at is None:
        return Stage.QUESTIONS_BEFORE
    trial = next_trial(trials)
    if trial is not None or not trials:
        is_practice = design.practice > 0 if trial is None else trial.role is Role.PRACTICE
        return Stage.PRACTICE if is_practice else Stage.TRIALS
    if design.after and participant.asked_after_at is None:
        return Stage.QUESTIONS_AFTER
    return Stage.THANKS


def next_trial(trials: Sequence[Trial]) -> Trial | None:
    """The first that has no answer yet."""
    return next((trial for trial in trials if not trial.is_answered), None)
