"""The survey page, without a browser: every stage, what it stores, and what it never shows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from musegen import models
from musegen.studies.assignment import CLIPS
from musegen.studies.pool import CLIPS_VARIABLE
from musegen.studies.records import Maker, Stimulus
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.conftest import ROOT
from tests.studies import add_clips
from ui import survey_texts as texts
from ui.survey import TOKEN
from ui.survey_trial import MINIMUM_LISTENING_S

OF_EACH = 5
TIMEOUT_S = 120


@pytest.fixture(autouse=True)
def _own_study(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    assert data_dir.is_dir()
    monkeypatch.setenv(CLIPS_VARIABLE, str(OF_EACH))  # no clip more is made than a test adds
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def store() -> Iterator[Store]:
    """The page's own database, with clips enough."""
    opened = Store.open()
    add_clips(opened, genres=tuple(info.genre for info in models.available()), of_each=OF_EACH)
    yield opened
    opened.close()


def open_page(token: str | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT_S).run()
    app.switch_page("pages/2_Survey.py")
    if token is not None:
        app.query_params[TOKEN] = token
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    assert not button.disabled, label
    button.click().run()
    assert not app.exception
    return app


def token_of(app: AppTest) -> str:
    value = app.query_params[TOKEN]
    return str(value[0] if isinstance(value, list) else value)


def listen(app: AppTest, seconds: float) -> None:
    """What the player would report; only a browser can really play."""
    (player,) = app.get("bidi_component")
    key = player.proto.id.split("-", 2)[-1] if not getattr(player, "key", None) else player.key
    app.session_state[f"{key}-heard"] = seconds
    app.run()


def answer(app: AppTest, *, who: Maker = Maker.HUMAN) -> None:
    chosen = (texts.MAKERS[who], "Fairly sure", "No")
    for index, option in enumerate(chosen):
        group = app.get("button_group")[index]
        group.set_value([option] if isinstance(group.value, list) else option)
    app.run()


def begun(app: AppTest) -> AppTest:
    """Led through consent and sound check to the first clip."""
    press(app, texts.AGREE)
    listen(app, 2)
    press(app, texts.SOUND_WELL)
    return app


def clip_shown(app: AppTest) -> int:
    (bar,) = app.get("progress")
    words = bar.proto.text.strip("*").split()
    assert words[0] == "Clip"
    return int(words[1])


def everything_sent(app: AppTest) -> str:
    """All that the browser would get for the page as it stands, as text."""
    found: list[str] = []

    def visit(node: object) -> None:
        proto = getattr(node, "proto", None)
        if proto is not None:
            found.append(str(proto))
        for child in getattr(node, "children", {}).values():
            visit(child)

    visit(app._tree)
    return "\n".join(found)


def truths(store: Store, app: AppTest) -> list[Stimulus]:
    """The stimuli of this participant's plan, in order."""
    participant = store.participant(token_of(app))
    assert participant is not None
    by_id = {stimulus.id: stimulus for stimulus in store.stimuli()}
    return [by_id[trial.stimulus_id] for trial in store.trials(participant.id)]


def test_nothing_is_stored_before_consent(store: Store) -> None:
    app = open_page()
    assert app.title[0].value == texts.TITLE
    assert any("What is kept" in text.value for text in app.markdown)
    assert TOKEN not in app.query_params
    assert not app.get("page_link")  # a participant's page leads nowhere else
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM participants").scalar() == 0


def test_consent_puts_the_token_into_the_address(store: Store) -> None:
    app = press(open_page(), texts.AGREE)
    participant = store.participant(token_of(app))
    assert participant is not None
    assert participant.sound_checked_at is None
    assert app.title[0].value == texts.SOUND_TITLE


def test_the_sound_check_wants_to_be_heard(store: Store) -> None:
    app = press(open_page(), texts.AGREE)
    (button,) = [button for button in app.button if button.label == texts.SOUND_WELL]
    assert button.disabled
    listen(app, 2)
    press(app, texts.SOUND_WELL)
    participant = store.participant(token_of(app))
    assert participant is not None
    assert participant.sound_checked_at is not None
    assert clip_shown(app) == 1


@pytest.mark.usefixtures("store")
def test_a_reload_at_the_sound_check_comes_back_to_it() -> None:
    app = press(open_page(), texts.AGREE)
    assert open_page(token_of(app)).title[0].value == texts.SOUND_TITLE


def test_a_vote_needs_listening_and_all_answers(store: Store) -> None:
    app = begun(open_page())

    def vote_button_is_disabled() -> bool:
        (button,) = [button for button in app.button if button.label == texts.VOTE]
        return bool(button.disabled)

    assert vote_button_is_disabled()
    answer(app)
    assert vote_button_is_disabled()
    assert any(f"at least {MINIMUM_LISTENING_S} seconds" in c.value for c in app.caption)
    listen(app, MINIMUM_LISTENING_S - 1)
    assert vote_button_is_disabled()
    listen(app, MINIMUM_LISTENING_S - 0.3)  # within what browsers may round
    assert not vote_button_is_disabled()
    assert read_votes(store).empty
    press(app, texts.VOTE)
    row = read_votes(store).iloc[0]
    assert (row.answer, row.sureness, row.heard_before) == ("human", 2, "no")
    assert row.listened_s == MINIMUM_LISTENING_S - 0.3
    assert clip_shown(app) == 2


@pytest.mark.usefixtures("store")
def test_a_vote_needs_answers_however_long_one_listens() -> None:
    app = begun(open_page())
    listen(app, 30)
    (button,) = [button for button in app.button if button.label == texts.VOTE]
    assert button.disabled
    assert any(c.value == texts.ANSWER_FIRST for c in app.caption)


def test_a_reload_goes_on_where_it_stopped(store: Store) -> None:
    app = begun(open_page())
    for _ in range(2):
        listen(app, 9)
        answer(app)
        press(app, texts.VOTE)
    again = open_page(token_of(app))
    assert clip_shown(again) == 3
    listen(again, 9)
    answer(again)
    press(again, texts.VOTE)
    assert clip_shown(app.run()) == 4  # the first window follows
    assert len(read_votes(store)) == 3


def test_the_way_to_the_end(store: Store) -> None:
    app = begun(open_page())
    for position in range(1, CLIPS + 1):
        assert clip_shown(app) == position
        listen(app, 9)
        answer(app, who=Maker.MACHINE)
        press(app, texts.VOTE)
    assert app.title[0].value == texts.THANKS_TITLE.format(right=5, total=CLIPS)
    votes = read_votes(store)
    assert len(votes) == CLIPS
    assert list(votes["truth"]).count("human") == CLIPS // 2
    shown = "\n".join(text.value for text in app.markdown)
    for stimulus in truths(store, app):
        if stimulus.truth is Maker.HUMAN:
            assert stimulus.title in shown
    assert open_page(token_of(app)).title[0].value == app.title[0].value
    assert not app.get("bidi_component")
    app.button(key=next(b.key for b in app.button if b.label == texts.LISTEN)).click().run()
    assert len(app.get("bidi_component")) == 1
    press(app, texts.AGAIN)
    assert app.title[0].value == texts.TITLE
    assert TOKEN not in app.query_params


def test_nothing_that_is_sent_hints_at_the_truth(store: Store) -> None:
    app = begun(open_page())
    seen: dict[Maker, str] = {}
    for position, stimulus in enumerate(truths(store, app), start=1):
        sent = everything_sent(app)
        assert "sound" in sent  # the clip itself is there
        for secret in (stimulus.title, stimulus.piece, stimulus.id):
            assert secret not in sent
        # A word of its own: “song” also stands within a name of the style sheet of every page.
        assert not re.search(rf"\b{stimulus.genre}\b", sent)
        plain = sent.replace(f"{position}-of-", "N-of-").replace(f"Clip {position} ", "Clip N ")
        plain = re.sub(r"ID-[0-9a-f]{32}", "ID", plain)
        plain = "\n".join(line for line in plain.splitlines() if "value:" not in line)
        assert seen.setdefault(stimulus.truth, plain) == plain
        listen(app, 9)
        answer(app)
        press(app, texts.VOTE)
    assert seen[Maker.HUMAN] == seen[Maker.MACHINE]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("token", ["abc", "x" * 43, "' OR 1=1 --", "<b>x</b>"])
def test_a_forged_token_leads_to_one_sentence(token: str) -> None:
    app = open_page(token)
    assert [warning.value for warning in app.warning] == [texts.STRANGER]
    press(app, texts.START_AFRESH)
    assert TOKEN not in app.query_params
    assert any(button.label == texts.AGREE for button in app.button)


def test_a_second_click_on_consent_is_the_same_participant(store: Store) -> None:
    app = press(open_page(), texts.AGREE)
    first = token_of(app)
    del app.query_params[TOKEN]  # the browser's “back”
    app.run()
    press(app, texts.AGREE)
    assert token_of(app) == first
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM participants").scalar() == 1


def test_a_locked_database_loses_nothing(
    store: Store, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = data_dir / "musegen.db"
    monkeypatch.setenv("MUSEGEN_DATABASE_URL", f"sqlite:///{database}?timeout=0.2")
    app = begun(open_page())
    listen(app, 9)
    answer(app, who=Maker.MACHINE)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    press(app, texts.VOTE)
    assert "used by another program" in app.error[0].value
    assert read_votes(store).empty
    other.execute("ROLLBACK")
    other.close()
    press(app, texts.VOTE)
    assert not app.error
    assert list(read_votes(store)["answer"]) == ["machine"]
    assert clip_shown(app) == 2


def test_a_database_that_is_gone_is_said(store: Store, data_dir: Path) -> None:
    app = begun(open_page())
    store.close()
    (data_dir / "musegen.db").rename(data_dir / "elsewhere.db")
    app.run()
    assert "is gone or cannot be opened" in app.error[0].value
    (data_dir / "elsewhere.db").rename(data_dir / "musegen.db")
    assert clip_shown(app.run()) == 1


def test_without_a_model_the_page_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path / "none"))
    app = open_page()
    assert "no trained model yet; train one" in app.error[0].value
    assert not app.button


def test_a_first_participant_sees_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CLIPS_VARIABLE, "0")  # clips never come: the wait is looked at
    app = begun(open_page())
    assert app.title[0].value == texts.WAITING_TITLE
    (bar,) = app.get("progress")
    assert bar.proto.text == texts.WAITING_PROGRESS.format(ready=0, wanted=CLIPS)
    store = Store.open()
    add_clips(store, of_each=OF_EACH)
    store.close()
    app.run()
    assert clip_shown(app) == 1
