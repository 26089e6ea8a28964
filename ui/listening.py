"""What participants hear and say on one screen: players, questions, a button to go on.

All of it happens in the browser; one message brings the answers, the seconds heard and the
number of plays. Sounds travel as bytes, so no address can tell one clip from another, and keys
must not say which clip it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from ui.survey_texts.words import PlayerWords

_HERE = Path(__file__).resolve().parent / "components" / "listening"

LONGEST_S, MOST_PLAYS = 86_400.0, 10_000
"""What a browser says beyond these is not believed."""

TOLERANCE_S = 0.5
"""Browsers round what they report."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer; ``spoken`` is its name where the label alone says too little."""

    value: str
    label: str
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a scale, with its steps."""

    label: str
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A question with one answer: either plain ``options`` or two ``sides`` of a scale."""

    name: str
    legend: str
    options: tuple[Choice, ...] = ()
    sides: tuple[Side, ...] = ()

    @property
    def values(self) -> frozenset[str]:
        """What may be answered."""
        choices = [*self.options, *(option for side in self.sides for option in side.options)]
        return frozenset(choice.value for choice in choices)


@dataclass(frozen=True, slots=True)
class Sound:
    """An MP3 and what it is called on the screen."""

    mp3: bytes
    label: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What stands above the button: until enough was heard, until all is answered, then."""

    listen_first: str
    answer_first: str
    ready: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a browser sent: an answer to each group; seconds and plays of each sound."""

    answers: Mapping[str, str] = field(default_factory=dict)
    heard_s: tuple[float, ...] = ()
    plays: tuple[int, ...] = ()


def replay(sounds: Sequence[Sound], *, words: PlayerWords, key: str) -> None:
    """Show players alone."""
    _component()(data=_packed({**_head(sounds, words), "groups": []}, sounds), key=key)


def ask(
    sounds: Sequence[Sound],
    *,
    words: PlayerWords,
    hints: Hints,
    button: str,
    enough_s: float,
    key: str,
    groups: Sequence[Group] = (),
) -> Reply | None:
    """Show players, questions and a button; the reply, in the run that its click brings.

    Parameters
    ----------
    enough_s
        So much of every sound, or all there is of it, must be heard before one can go on.
    key
        Stays the same while the screen does. A reload finds under it, in the browser, what
        was heard and answered so far.
    """
    head = {
        **_head(sounds, words),
        "groups": [asdict(group) for group in groups],
        "button": button,
        "enough_s": max(0.0, enough_s - TOLERANCE_S),
        "memory": f"musegen-{key}",
    }
    head["words"] |= asdict(hints)
    result = _component()(data=_packed(head, sounds), key=key, on_reply_change=_nothing)
    return read_reply(result.get("reply"), sounds=len(sounds), groups=groups)


def read_reply(value: object, *, sounds: int, groups: Sequence[Group]) -> Reply | None:
    """What a browser sent, when it makes sense; None otherwise."""
    if not isinstance(value, Mapping):
        return None
    answers, heard, plays = value.get("answers"), value.get("heard"), value.get("plays")
    if not isinstance(answers, Mapping) or not isinstance(heard, list):
        return None
    if not isinstance(plays, list) or len(heard) != sounds or len(plays) != sounds:
        return None
    if any(str(answers.get(group.name)) not in group.values for group in groups):
        return None
    return Reply(
        answers={group.name: str(answers[group.name]) for group in groups},
        heard_s=tuple(_bounded(seconds, LONGEST_S) for seconds in heard),
        plays=tuple(int(_bounded(times, MOST_PLAYS)) for times in plays),
    )


def _bounded(value: object, most: float) -> float:
    """A number from 0 to ``most``; 0 for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if 0 <= value <= most else 0.0


def _head(sounds: Sequence[Sound], words: PlayerWords) -> dict[str, Any]:
    return {
        "players": [{"label": sound.label, "size": len(sound.mp3)} for sound in sounds],
        "words": {
            "play": words.play,
            "pause": words.pause,
            "again": words.again,
            "progress": words.progress,
            "trouble": words.trouble,
            "space": words.space,
        },
        "enough_s": 0.0,
    }


def _packed(head: Mapping[str, Any], sounds: Sequence[Sound]) -> bytes:
    """Length of the head in four bytes, the head, and the sounds; see listening.js."""
    text = json.dumps(head, ensure_ascii=False).encode()
    return b"".join([len(text).to_bytes(4, "big"), text, *(sound.mp3 for sound in sounds)])


def _nothing() -> None:
    """Streamlit reports only what has a callback."""


@cache
def _component() -> Any:
    def read(name: str) -> str:
        return (_HERE / name).read_text(encoding="utf-8")

    return st.components.v2.component(
        "listening",
        html=read("listening.html"),
        css=read("listening.css"),
        js=read("player.js") + read("listening.js"),
    )
