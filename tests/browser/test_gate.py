"""The gate before the researchers' pages, around the app as it really runs."""

from __future__ import annotations

from collections.abc import Iterator
from socket import create_connection

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from musegen.access import HASH_VARIABLE
from musegen.passwords import hash_password
from musegen.studies.store import Store
from tests.answered import answered
from tests.browser.conftest import App, Problems, running_app
from tests.browser.survey import PROBES, Traffic
from tests.researcher import PASSWORD
from ui import gate_texts as texts
from ui import results_texts, studies_texts

OF_THE_VOTES = (results_texts.AS_TABLE, results_texts.SHARE_TITLE, "Fiddle tune")
"""What the Results page holds once it is open."""

OF_THE_STUDIES = (studies_texts.WITHDRAW, studies_texts.NEW_TAB, "Was this Bach?")
"""What the Studies page holds once it is open."""

FILE = "name: bach\ntitle: Was this Bach?\ngenres: [chorale, fiddle]\n"


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with a password, and with a few votes in its database."""
    hashed = {HASH_VARIABLE: hash_password(PASSWORD)}
    yield from with_votes(running_app(tmp_path_factory.mktemp("locked"), **hashed))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app without a password, and with a few votes in its database."""
    yield from with_votes(running_app(tmp_path_factory.mktemp("unlocked")))


def with_votes(apps: Iterator[App]) -> Iterator[App]:
    for app in apps:
        store = Store.open(app.database_url)
        answered(store, FILE, people=2)
        store.close()
        yield app


def test_results_stay_closed_until_the_password_is_typed(
    page: Page, own_app: App, problems: Problems
) -> None:
    problems.ignore(PROBES)
    traffic = Traffic(page)
    page.goto(f"{own_app.url}/Results")
    password = page.get_by_label(texts.PASSWORD, exact=True)
    expect(password).to_be_visible()
    log_in = page.get_by_role("button", name=texts.LOG_IN, exact=True)
    expect(log_in).to_be_visible()

    password.fill("not the password")
    log_in.click()
    expect(page.get_by_text(texts.WRONG)).to_be_visible()
    expect(page.get_by_text(texts.TRY_NOW)).to_be_visible()
    assert not [words for words in OF_THE_VOTES if traffic.holds(words)]

    password.fill(PASSWORD)
    password.press("Enter")
    expect(page.get_by_text(results_texts.SHARE_TITLE)).to_be_visible()
    expect(page.get_by_text(results_texts.AS_TABLE).first).to_be_visible()
    expect(password).to_have_count(0)
    assert not [words for words in OF_THE_VOTES if not traffic.holds(words)]

    page.get_by_role("button", name=texts.LOG_OUT, exact=True).click()
    expect(password).to_be_visible()
    expect(page.get_by_text(results_texts.SHARE_TITLE)).to_have_count(0)
    expect(page.get_by_text(results_texts.AS_TABLE)).to_have_count(0)


def test_studies_stay_closed_until_the_password_is_typed(
    page: Page, own_app: App, problems: Problems
) -> None:
    problems.ignore(PROBES)
    traffic = Traffic(page)
    page.goto(f"{own_app.url}/Studies")
    password = page.get_by_label(texts.PASSWORD, exact=True)
    expect(password).to_be_visible()
    assert not [words for words in OF_THE_STUDIES if traffic.holds(words)]

    password.fill(PASSWORD)
    password.press("Enter")
    expect(page.get_by_text(studies_texts.WITHDRAW)).to_be_visible()
    assert not [words for words in OF_THE_STUDIES if not traffic.holds(words)]


def seen_by(app: App, *, page: str = "Results", host: str = "127.0.0.1", **headers: str) -> str:
    """What a page sends to who calls the app ``host`` and sends ``headers``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    wanted = BackMsg()
    wanted.rerun_script.page_name = page
    address = f"ws://{host}:{app.port}/_stcore/stream"
    line = create_connection(("127.0.0.1", app.port))
    with connect(address, sock=line, additional_headers=named) as socket:
        socket.send(wanted.SerializeToString())
        received = b""
        while True:
            frame = socket.recv(timeout=60)
            assert isinstance(frame, bytes)
            received += frame
            if ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished":
                return received.decode("utf-8", "replace")


def test_without_a_password_the_page_opens_at_this_machine(
    page: Page, app: App, problems: Problems
) -> None:
    problems.ignore(PROBES)
    page.goto(f"{app.url}/Results")
    expect(page.get_by_text(results_texts.SHARE_TITLE)).to_be_visible()
    expect(page.get_by_role("button", name=texts.LOG_OUT)).to_have_count(0)
    assert results_texts.AS_TABLE in seen_by(app)
    assert studies_texts.WITHDRAW in seen_by(app, page="Studies")
    assert results_texts.AS_TABLE in seen_by(app, Origin=f"http://127.0.0.1:{app.port}")


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "203.0.113.7"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_Proto": "https"},
        {"Forwarded": "for=127.0.0.1"},
        {"X_Real_IP": "127.0.0.1"},
        {"host": "music.example.org"},
    ],
    ids=str,
)
def test_without_a_password_it_stays_closed_to_all_others(
    app: App, headers: dict[str, str]
) -> None:
    seen = seen_by(app, **headers)
    assert "study password" in seen
    assert not [words for words in OF_THE_VOTES if words in seen]
    studies = seen_by(app, page="Studies", **headers)
    assert "study password" in studies
    assert not [words for words in OF_THE_STUDIES if words in studies]
