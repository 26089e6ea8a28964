"""The truth about a trial after its vote, in words and once more to hear."""

from __future__ import annotations

from musegen.studies.clip_files import load_clip
from musegen.studies.records import Condition, Maker, Stimulus, Verdict
from ui import frame, listening, survey_texts
from ui.survey_study import study as opened
from ui.survey_texts.words import Texts
from ui.survey_visit import Visit


def lines(visit: Visit, verdict: Verdict) -> list[str]:
    """Who wrote each clip of a trial, as Markdown."""
    texts = visit.texts
    truths = [of(stimulus, texts) for stimulus in verdict.stimuli]
    if len(truths) == 1:
        return truths
    return [f"**{label}:** {truth}" for label, truth in zip(_places(texts), truths, strict=True)]


def of(stimulus: Stimulus, texts: Texts) -> str:
    """Who wrote a clip, as Markdown."""
    genre = frame.plain(survey_texts.genre(texts, stimulus.genre))
    if stimulus.truth is Maker.MACHINE:
        is_old = stimulus.condition == Condition.ARTICLE
        return (texts.thanks.by_article if is_old else texts.thanks.by_machine).format(genre=genre)
    if not stimulus.title:
        return texts.thanks.by_human_untitled.format(genre=genre)
    return texts.thanks.by_human.format(genre=genre, title=frame.plain(stimulus.title))


def outcome(visit: Visit, verdict: Verdict) -> str:
    """What the participant said, and whether it was right, as Markdown."""
    texts = visit.texts
    answer = texts.trial.sides[visit.design.question][verdict.answer]
    said = texts.thanks.you_said.format(answer=answer)
    if verdict.is_right:
        return f"{said} :green[:material/check_circle: {texts.thanks.right}]"
    return f"{said} :red[:material/cancel: {texts.thanks.wrong}]"


def replay(visit: Visit, verdict: Verdict) -> None:
    """The clips of a trial, to hear again."""
    labels = _places(visit.texts) if len(verdict.stimuli) > 1 else (visit.texts.player.clip,)
    store = opened().store
    sounds = [
        listening.Sound(load_clip(store, stimulus.id), label)
        for stimulus, label in zip(verdict.stimuli, labels, strict=True)
    ]
    key = visit.key(f"replay-{verdict.position}")
    listening.replay(sounds, words=visit.texts.player, key=key)


def _places(texts: Texts) -> tuple[str, str]:
    return texts.thanks.first, texts.thanks.second
