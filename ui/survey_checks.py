"""The sound check, and the headphone check of studies that want one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

import streamlit as st

from musegen.studies import headphones
from ui import listening, screen
from ui.survey_study import headphone_mp3, sound_check_mp3
from ui.survey_study import study as opened
from ui.survey_visit import Visit, kept, start_as_new, stay

_HEARD_SOUND_S = 1.0
_HEARD_TONES_S = 3.5
"""The third tone has begun."""


def show_sound(visit: Visit) -> None:
    """Play a few tones; go on when they are heard well."""
    words = visit.texts.checks
    screen.begin(words.sound_title, language=visit.language)
    st.markdown(words.sound)
    reply = listening.ask(
        [listening.Sound(sound_check_mp3(), visit.texts.player.clip)],
        words=visit.texts.player,
        hints=listening.Hints(_spoken(words.sound_first), "", ""),
        button=words.sound_well,
        enough_s=_HEARD_SOUND_S,
        key=visit.key("sound"),
    )
    if reply is not None:
        stay(visit)
        opened().store.people.note_sound_check(visit.participant.id)
        st.rerun()
    if kept() != visit.token and st.button(
        visit.texts.gate.start_as_new, type="tertiary", key="afresh"
    ):
        start_as_new(visit.study.name)


def _spoken(text: str) -> str:
    return text.replace("*", "")


def show_headphones(visit: Visit) -> None:
    """Six times three tones: which is quietest? Each answer is kept, then the share right."""
    words, order = visit.texts.checks, headphones.order_of(visit.participant.id)
    given = _given(visit, len(order))
    if len(given) == len(order):
        _note_share(visit, given, order)
        st.rerun()
    position = len(given) + 1
    heading = words.headphones_title.format(position=position, total=len(order))
    screen.begin(heading, language=visit.language)
    st.markdown(words.headphones)
    reply = listening.ask(
        [listening.Sound(headphone_mp3(order[position - 1]), visit.texts.player.clip)],
        words=visit.texts.player,
        hints=replace(_hints(visit), listen_first=visit.texts.player.listen_to_all),
        button=words.next,
        enough_s=_HEARD_TONES_S,
        groups=[_tones(visit)],
        key=visit.key(f"tones-{position}"),
    )
    if reply is not None:
        said = {_tone_name(position): reply.answers["tone"]}
        opened().store.people.remember(visit.participant.id, said)
        st.rerun()


def _tone_name(position: int) -> str:
    return f"headphone-check-{position}"


def _given(visit: Visit, most: int) -> list[str]:
    """What was said so far, of the first trials in order: a reload goes on from there."""
    said = opened().store.people.answers(visit.participant.id)
    names = [_tone_name(position) for position in range(1, most + 1)]
    return [said[name] for name in takewhile(said.__contains__, names)]


def _note_share(
    visit: Visit, given: Sequence[str], order: Sequence[headphones.HeadphoneTrial]
) -> None:
    right = [said == str(trial.quietest) for said, trial in zip(given, order, strict=True)]
    opened().store.people.note_headphone_check(visit.participant.id, sum(right) / len(right))


def _tones(visit: Visit) -> listening.Group:
    words = visit.texts.checks
    choices = (listening.Choice(str(at), tone) for at, tone in enumerate(words.tones))
    return listening.Group("tone", words.quietest, options=tuple(choices))


def _hints(visit: Visit) -> listening.Hints:
    words = visit.texts.player
    return listening.Hints(words.listen_first, words.answer_first, words.ready)
