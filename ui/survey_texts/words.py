"""What a participant reads, as a record: every language fills in all of it.

Braces stand for what is put in: ``{clips}``. Texts are Markdown unless they name a button, a
choice or something that is read aloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musegen.studies.records import HeardBefore, Maker, Question, Sureness


@dataclass(frozen=True, slots=True)
class PlayerWords:
    """The player's, and those of the questions beneath it."""

    clip: str
    first: str
    second: str
    play: str
    pause: str
    again: str
    progress: str
    space: str
    trouble: str
    listen_first: str
    listen_first_both: str
    listen_to_all: str
    answer_first: str
    ready: str


@dataclass(frozen=True, slots=True)
class GateWords:
    """Those that stand where nobody can go on."""

    unknown: str
    coming: str
    closed: str
    closed_kept: str
    making_title: str
    making: str
    making_progress: str
    nothing_to_make: str
    not_ready: str
    try_again: str
    expired: str
    stranger: str
    start_afresh: str
    start_as_new: str
    preview: str
    trouble: str
    withdraw: str


@dataclass(frozen=True, slots=True)
class WelcomeWords:
    """Those before there is a participant."""

    instructions: Mapping[Question, str]
    practice: str
    duration: str
    consent_title: str
    consent: str
    consent_also: Mapping[str, str]
    consent_nameless: str
    consent_platform: str
    consent_purpose: str
    agree: str
    language: str
    begun: str
    go_on: str


@dataclass(frozen=True, slots=True)
class CheckWords:
    """Those of the sound check and the headphone check."""

    sound_title: str
    sound: str
    sound_well: str
    sound_first: str
    headphones_title: str
    headphones: str
    tones: tuple[str, str, str]
    quietest: str
    next: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its choices: what is stored, and what is read."""

    text: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """Those of the questions about the participant."""

    before_title: str
    after_title: str
    optional: str
    training: str
    items: Mapping[str, Item]
    comment: str
    go_on: str


@dataclass(frozen=True, slots=True)
class TrialWords:
    """Those of a clip or a pair."""

    practice_title: str
    practice: str
    title: Mapping[Question, str]
    welcome_back: str
    ask: Mapping[Question, str]
    sides: Mapping[Question, Mapping[Maker, str]]
    sureness: Mapping[Sureness, str]
    heard: Mapping[Question, str]
    heard_before: Mapping[HeardBefore, str]
    vote: str
    right_title: str
    wrong_title: str
    next: str


@dataclass(frozen=True, slots=True)
class ThanksWords:
    """Those at the end."""

    title: str
    score_title: str
    stored: str
    code: str
    code_and_address: str
    address: str
    back: str
    score: str
    others: str
    others_title: str
    truth_title: str
    by_human: str
    by_human_untitled: str
    by_machine: str
    by_article: str
    first: str
    second: str
    you_said: str
    right: str
    wrong: str
    listen: str
    keep: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Everything that a participant reads in one language.

    ``date`` puts day, month and year together; ``decimal`` is the mark in numbers.
    """

    name: str
    titles: Mapping[Question, str]
    months: tuple[str, ...]
    date: str
    moment: str
    decimal: str
    genres: Mapping[str, str]
    gate: GateWords
    welcome: WelcomeWords
    checks: CheckWords
    questions: QuestionWords
    player: PlayerWords
    trial: TrialWords
    thanks: ThanksWords
