"""The home page and the frame around every page, without a browser."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from musegen import models
from tests.conftest import ROOT
from ui import frame, texts


def open_home() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    return app


def links_of(app: AppTest) -> list[str]:
    return [link.proto.label for link in app.get("page_link")]


def test_the_menu_leads_to_every_page_there_is() -> None:
    pages = {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    assert {entry.path for entry in frame.MENU} == {"app.py"} | pages
    assert links_of(open_home())[: len(frame.MENU)] == [entry.label for entry in frame.MENU]


@pytest.mark.parametrize(("key", "title"), [("go_compose", texts.COMPOSE_TITLE)])
def test_a_big_button_leads_on(key: str, title: str) -> None:
    app = open_home().button(key=key).click().run()
    assert [t.value for t in app.title] == [title]


def test_each_model_is_shown_with_its_own_facts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = {
        "data": {"train": {"pieces": 1234, "notes": 56789}, "test": {"pieces": 12, "notes": 9}},
        "nats_per_note": {"test": {"total": 1.6094}},
    }
    for name, content in (("fiddle", config), ("quartet", {})):
        (tmp_path / name).mkdir()
        (tmp_path / name / models.CONFIG_FILE).write_text(json.dumps(content))
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path))
    app = open_home()
    assert [t.value for t in app.subheader][-2:] == ["Fiddle tune", "String quartet"]
    facts = [caption.value for caption in app.caption]
    assert len(facts) == 1
    assert "1,234 pieces with 56,789 notes" in facts[0]
    assert "In 12 pieces it never saw" in facts[0]
    assert "choose between 5." in facts[0]


def test_without_models_the_page_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path))
    app = open_home()
    assert any("python -m musegen train" in text.value for text in app.markdown)
    assert not app.error


def _page_that_fails(what: str) -> None:
    from musegen.errors import SoundError
    from ui import frame

    frame.page("A page", menu=False)
    with frame.friendly_errors():
        raise SoundError("No *sound* here; install it.") if what == "known" else ZeroDivisionError


def test_an_expected_error_is_one_sentence_as_it_was_written() -> None:
    app = AppTest.from_function(_page_that_fails, args=("known",))
    app.run()
    assert not links_of(app)
    assert [error.value for error in app.error] == [r"No \*sound\* here; install it."]
    assert not app.exception


def test_an_unexpected_error_is_a_calm_sentence_and_a_trace_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = AppTest.from_function(_page_that_fails, args=("unknown",))
    with caplog.at_level(logging.ERROR, logger="ui.frame"):
        app.run()
    assert [error.value for error in app.error] == [frame.UNEXPECTED]
    assert not app.exception
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](http://elsewhere/a.png)", r"!\[x\](http://elsewhere/a.png)"),
        ("# loud", r"\# loud"),
        (":red[x] :smile:", r"\:red\[x\] \:smile:"),
        ("One of: a, b.", "One of: a, b."),
        ("<b>$x$</b>", r"\<b\>\$x\$\</b\>"),
    ],
)
def test_words_from_an_address_stay_words(text: str, shown: str) -> None:
    assert frame.plain(text) == shown
