"""The survey's last stages, without a browser: what the end stores, tells and survives."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from musegen.studies.design import Language
from musegen.studies.records import Maker
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.surveys import (
    NAME,
    add_study,
    at_the_end,
    begun,
    heading,
    open_page,
    participant,
    planned,
    press,
    run,
    shown,
    vote,
)
from ui.survey_texts import TEXTS, en

TEXT = en.TEXTS


@pytest.fixture(autouse=True)
def store(page_store: Store) -> Store:
    """The page's own database."""
    return page_store


def test_the_end_is_noted_before_the_code_is_shown(store: Store) -> None:
    completion = "completion:\n  code: C1ABC\n  address: https://example.org/done?cc=C1ABC\n"
    add_study(store, completion)
    app = at_the_end()
    assert participant(app, store).finished_at is not None
    assert [code.value for code in app.code] == ["C1ABC"]
    assert any("https://example.org/done?cc=C1ABC" in str(one.proto) for one in app.get("html"))


def test_no_code_without_the_end_being_stored(
    store: Store, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{data_dir / 'musegen.db'}?timeout=0.2"
    monkeypatch.setenv("MUSEGEN_DATABASE_URL", address)
    add_study(store, "completion: {code: C1ABC}\nafter: [comment]\n")
    app = at_the_end()
    other = sqlite3.connect(data_dir / "musegen.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    press(app, TEXT.questions.go_on)
    assert app.error[0].value == TEXT.gate.trouble
    assert not app.code
    other.execute("ROLLBACK")
    other.close()
    press(app, TEXT.questions.go_on)
    assert [code.value for code in app.code] == ["C1ABC"]


def test_each_truth_is_told_and_can_be_heard_again(store: Store) -> None:
    add_study(store)
    app = at_the_end()
    text = shown(app)
    for stimulus in planned(store, app):
        made = stimulus.title if stimulus.truth is Maker.HUMAN else "Composed by a machine"
        assert made in text
    before = len(app.get("bidi_component"))
    app.button(key="listen-1").click()
    run(app)
    assert len(app.get("bidi_component")) == before + 1


def test_a_study_without_result_tells_no_truth(store: Store) -> None:
    add_study(store, "show_result: false\n")
    app = at_the_end()
    assert heading(app) == TEXT.thanks.title
    assert "Opus" not in shown(app)
    assert not any(button.label == TEXT.thanks.listen for button in app.button)


def test_people_are_compared_once_there_are_enough(store: Store) -> None:
    add_study(store)
    for _ in range(4):
        at_the_end()
    assert "on average" not in shown(at_the_end()).replace(TEXT.thanks.score, "")
    assert "You got 1 of 2; people get 1.0 on average." in shown(at_the_end())


def test_a_locked_database_loses_nothing(
    store: Store, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{data_dir / 'musegen.db'}?timeout=0.2"
    monkeypatch.setenv("MUSEGEN_DATABASE_URL", address)
    add_study(store)
    app = begun()
    other = sqlite3.connect(data_dir / "musegen.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    vote(app, "machine-1")
    assert app.error[0].value == TEXT.gate.trouble
    assert read_votes(store).empty
    other.execute("ROLLBACK")
    other.close()
    vote(app, "machine-1")
    assert not app.error
    assert list(read_votes(store)["answer"]) == ["machine"]
    assert heading(app) == "Clip 2 of 2"


def test_trouble_is_told_in_the_participants_language(store: Store, data_dir: Path) -> None:
    add_study(store)
    app = press(open_page(study=NAME, lang="de"), TEXTS[Language.GERMAN].welcome.agree)
    store.close()
    (data_dir / "musegen.db").rename(data_dir / "elsewhere.db")
    run(app)
    assert app.error[0].value == TEXTS[Language.GERMAN].gate.trouble
    (data_dir / "elsewhere.db").rename(data_dir / "musegen.db")
    assert heading(run(app)) == TEXTS[Language.GERMAN].checks.sound_title
