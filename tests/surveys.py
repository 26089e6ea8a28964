"""Small studies whose clips are a few tones, and the survey's page without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from musegen import rendering
from musegen.studies.design import Design
from musegen.studies.records import Condition, Participant, Role, Stimulus
from musegen.studies.store import Store
from tests.conftest import ROOT
from tests.stores import clip
from ui.survey_texts import en

NAME = "small"
FILE = """
name: small
title: A small study
genres: [chorale]
clips: 2
stimuli: 3
minimum_listening_s: 2
"""
TIMEOUT_S = 60


@cache
def tones(seed: int, seconds: float = 6.0) -> bytes:
    """An MP3 of a few soft tones, another for every seed."""
    rng, rate = np.random.default_rng(seed), rendering.SAMPLE_RATE
    time = np.arange(rate // 2) / rate
    pitches = rng.integers(0, 13, round(2 * seconds))
    wave = np.concatenate(
        [0.2 * np.sin(2 * np.pi * 220 * 2 ** (p / 12) * time) * np.exp(-3 * time) for p in pitches]
    )
    return rendering.to_mp3(np.stack([wave, wave], axis=1).astype(np.float32))


def add_study(store: Store, more: str = "", *, name: str = NAME, frozen: bool = True) -> Design:
    """A study of two trials, with ``more`` lines in its file, and all its clips."""
    design = store.studies.add(FILE.replace(NAME, name, 1) + more).design
    fill(store, design)
    if frozen:
        store.studies.freeze(name, {})
    return design


def fill(store: Store, design: Design) -> None:
    """All clips of a study."""
    for role, of_each in (
        (Role.CLIP, design.stimuli),
        (Role.PRACTICE, design.practice),
        (Role.CATCH, design.catch),
    ):
        for genre in design.genres:
            for condition in design.conditions:
                for number in range(of_each):
                    stimulus = _stimulus(design.name, role, genre, condition, number)
                    assert store.clips.add(stimulus, tones(number))


def _stimulus(study: str, role: Role, genre: str, condition: str, number: int) -> Stimulus:
    piece = f"{role} {condition} {number}"
    made = clip(piece, genre=genre, condition=condition, role=role, study=study)
    title = f"Opus {number}" if condition == Condition.HUMAN else ""
    return replace(made, title=title, length_s=6.0, details={})


def open_page(**parameters: str) -> AppTest:
    """The survey at an address with these parameters."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT_S)
    app.switch_page("pages/2_Survey.py")
    for name, value in parameters.items():
        app.query_params[name] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    button.click()
    return run(app)


def heading(app: AppTest) -> str:
    (title,) = app.title
    return str(title.value)


def parameter(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return str(value[0] if isinstance(value, list) else value)


def participant(app: AppTest, store: Store) -> Participant:
    """Whose test the page shows."""
    found = store.people.find(parameter(app, "p"))
    assert found is not None
    return found


def listening(app: AppTest) -> Any:
    """What the only screen of players and questions was given."""
    (proto,) = [
        element.proto
        for element in app.get("bidi_component")
        if element.proto.component_name == "listening"
    ]
    return proto


def head(app: AppTest) -> dict[str, Any]:
    """What the browser is told about the screen, its sounds left out."""
    packed = listening(app).bytes
    length = int.from_bytes(packed[:4], "big")
    found: dict[str, Any] = json.loads(packed[4 : 4 + length])
    return found


def reply(app: AppTest, value: object = None, **answers: str) -> AppTest:
    """What a browser sends at the click on the button; only there can anybody listen."""
    sounds = len(head(app)["players"])
    sent = {"answers": answers, "heard": [5.25] * sounds, "plays": [2] * sounds}
    trigger = [{"event": "reply", "value": sent if value is None else value}]
    states = app._tree.get_widget_states()
    name = _make_trigger_id(listening(app).id, "events")
    states.widgets.append(WidgetState(id=name, json_trigger_value=json.dumps(trigger)))
    app._run(states)
    assert not app.exception
    return app


def begun(**parameters: str) -> AppTest:
    """Led through consent and sound check."""
    app = press(open_page(study=NAME, **parameters), en.TEXTS.welcome.agree)
    return reply(app)


def vote(app: AppTest, rating: str = "human-2", heard: str | None = "no") -> AppTest:
    return reply(app, rating=rating, **({} if heard is None else {"heard": heard}))


def at_the_end(**parameters: str) -> AppTest:
    return vote(vote(begun(**parameters)))


def shown(app: AppTest) -> str:
    """All that can be read on the page."""
    parts = [*app.markdown, *app.caption, *app.info, *app.error, *app.title, *app.header]
    return "\n".join(str(part.value) for part in parts)


def planned(store: Store, app: AppTest) -> list[Stimulus]:
    clips = {clip.id: clip for clip in store.clips.all(NAME)}
    trials = store.ballots.trials(participant(app, store).id)
    return [clips[id_] for trial in trials for id_ in trial.stimulus_ids]
