"""The gate before the Results page, without a browser."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from musegen.access import HASH_VARIABLE
from musegen.passwords import doorkeeper
from musegen.studies.store import Store
from tests.answered import answered
from tests.conftest import ROOT
from tests.researcher import HASH, PASSWORD, Clock, log_in, open_as_researcher
from ui import gate_texts as texts
from ui import results_texts

RESULTS = "pages/3_Results.py"
FILE = "name: bach\ntitle: Was this Bach?\ngenres: [chorale, fiddle]\n"
PROVIDER = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "0123456789abcdef0123456789abcdef",
    "client_id": "a",
    "client_secret": "b",
    "server_metadata_url": "https://example.org/.well-known/openid-configuration",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    """The clock of a doorkeeper who has seen nobody yet."""
    doorkeeper.cache_clear()
    doorkeeper().clock = (clock := Clock())
    yield clock
    doorkeeper.cache_clear()


@pytest.fixture(autouse=True)
def _own_study(page_store: Store) -> None:
    answered(page_store, FILE, people=2)


def open_results(**secrets: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.secrets.update(secrets)
    return visit(app)


def visit(app: AppTest, **user: object) -> AppTest:
    """Come to the Results page, as ``user`` if there is one."""
    if user:
        app.user = user
    app.run()
    app.switch_page(RESULTS).run()
    assert not app.exception
    return app


def is_open(app: AppTest) -> bool:
    """Whether the page shows what only researchers see; it shows nothing of it by halves."""
    results = [title.value for title in app.title] == [results_texts.RESULTS_TITLE]
    if not results:
        assert [title.value for title in app.title] == [texts.TITLE]
        assert not app.metric
        assert not app.dataframe
        assert not app.get("download_button")
        assert not [info for info in app.info if info.value == results_texts.RESULTS_EMPTY]
    return results


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_the_password_opens_the_page_and_logging_out_closes_it() -> None:
    app = open_results(researchers={"password_hash": HASH})
    assert not is_open(app)
    log_in(app, PASSWORD)
    assert is_open(app)
    assert not app.text_input
    app.run()
    assert is_open(app), "it stays open"
    app.switch_page("app.py").run()
    app.switch_page(RESULTS).run()
    assert is_open(app), "also after a look at another page"
    app.button(key="researcher-log-out").click().run()
    assert not is_open(app)
    assert not is_open(app.run())


def test_a_wrong_password_waits_and_then_the_right_one_opens(clock: Clock) -> None:
    app = open_results(researchers={"password_hash": HASH})
    log_in(app, "not the password")
    assert not is_open(app)
    assert [error.value for error in app.error] == [texts.WRONG]
    assert [caption.value for caption in app.caption] == [texts.WAIT_ONE]
    log_in(app, PASSWORD)  # too soon
    assert not is_open(app)
    assert [error.value for error in app.error] == [texts.NOT_LOOKED_AT]
    clock.now += 1
    log_in(app, PASSWORD)
    assert is_open(app)


def test_a_fresh_session_waits_for_the_failures_of_others() -> None:
    log_in(open_results(researchers={"password_hash": HASH}), "not the password")
    other = open_results(researchers={"password_hash": HASH})
    assert [caption.value for caption in other.caption] == [texts.WAIT_ONE]
    st.cache_resource.clear()  # any browser may ask for this
    st.cache_data.clear()
    log_in(other, PASSWORD)
    assert not is_open(other)


def test_an_empty_password_is_no_try() -> None:
    app = log_in(open_results(researchers={"password_hash": HASH}), "")
    assert not is_open(app)
    assert not app.error
    assert not app.caption


def test_each_session_logs_in_for_itself() -> None:
    assert is_open(open_as_researcher(AppTest.from_file(str(ROOT / "app.py")), RESULTS))
    assert not is_open(open_results(researchers={"password_hash": HASH}))


def test_a_changed_password_ends_what_the_old_one_opened() -> None:
    app = open_results(researchers={"password_hash": HASH})
    log_in(app, PASSWORD)
    app.secrets["researchers"] = {"password_hash": HASH.replace("$16$", "$32$")}
    assert not is_open(app.run())


def test_a_hash_from_the_environment_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HASH_VARIABLE, HASH)
    app = open_results()
    assert not is_open(app)
    assert is_open(log_in(app, PASSWORD))


def test_who_comes_from_nowhere_known_is_told_what_to_do() -> None:
    app = open_results()  # a session without a browser's connection
    assert not is_open(app)
    assert not app.text_input
    assert "study password" in app.info[0].value


@pytest.mark.parametrize(
    "secrets",
    [
        {"researchers": {"password_hash": "hunter2"}},
        {"researchers": {"password_hash": ""}},
        {"researchers": "hunter2"},
        {"auth": {}},
    ],
)
def test_a_damaged_setup_stays_closed_and_tells_outsiders_nothing(
    secrets: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    app = open_results(**secrets)
    assert not is_open(app)
    assert [info.value for info in app.info] == [texts.NOT_SET_UP]
    assert not labels(app)
    assert "The researchers' pages stay closed." in caplog.text
    assert "hunter2" not in caplog.text


def test_openid_lets_in_those_who_are_listed() -> None:
    app = open_results(auth=PROVIDER, researchers={"emails": ["ada@example.org"]})
    assert not is_open(app)
    assert labels(app) == [texts.LOG_IN]
    claims = {"is_logged_in": True, "iat": int(time.time()), "email_verified": True}
    visit(app, **claims, email="eve@example.org")
    assert not is_open(app)
    assert "eve@example.org" in app.info[0].value
    assert labels(app) == [texts.LOG_OUT]
    visit(app, **claims | {"email_verified": None}, email="ada@example.org")
    assert not is_open(app)
    visit(app, **claims, email="ada@example.org")
    assert is_open(app)
    app.button(key="researcher-log-out").click().run()
    assert not is_open(app.run())


def test_openid_offers_every_provider() -> None:
    auth = {"redirect_uri": "x", "cookie_secret": "y", "google": PROVIDER, "okta": PROVIDER}
    app = open_results(auth=auth, researchers={"emails": ["ada@example.org"]})
    assert labels(app) == ["Log in with Google", "Log in with Okta"]


def test_openid_without_a_list_lets_nobody_in() -> None:
    app = open_results(auth=PROVIDER)
    visit(app, is_logged_in=True, iat=int(time.time()), email="ada@example.org")
    assert not is_open(app)
    assert 'emails = \\["you@example.org"\\]' in app.info[0].value
