"""The pages for people who see, hear or point otherwise, on phones and desktops, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from musegen import genres
from musegen.access import HASH_VARIABLE
from musegen.passwords import hash_password
from musegen.studies.store import Store
from tests.browser.accessibility import serious_findings
from tests.browser.conftest import PHONE, App, Problems, running_app
from tests.browser.survey import PROBES, button
from tests.researcher import PASSWORD
from tests.surveys import add_study
from ui import gate_texts, survey_texts, texts

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
SHORT = "genre=fiddle&seed=7&form=AB&bars=2"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with a study, and with a password."""
    environment = {HASH_VARIABLE: hash_password(PASSWORD)}
    for app in running_app(tmp_path_factory.mktemp("app"), **environment):
        store = Store.open(app.database_url)
        add_study(store)
        store.close()
        yield app


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(
    request: pytest.FixtureRequest,
    scheme: str,
    new_context: Callable[..., BrowserContext],
    problems: Problems,
) -> Page:
    problems.ignore(PROBES)
    return new_context(**request.param, color_scheme=scheme).new_page()


def test_home(page: Page, app: App) -> None:
    page.goto(app.url)
    expect(page.get_by_role("heading", name=texts.HOME_GENRES)).to_be_visible()
    last = texts.HOME_GENRE_GO.format(genre=genres.find(genres.names()[-1]).title.lower())
    expect(page.get_by_role("link", name=last)).to_be_visible()
    assert serious_findings(page) == []


def test_compose(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Compose")
    page.get_by_text(texts.MORE).click()
    expect(page.get_by_label(texts.SEED, exact=True)).to_be_visible()
    assert serious_findings(page) == []
    page.goto(f"{app.url}/Compose?{SHORT}")
    expect(page.get_by_label("Player", exact=True)).to_be_visible(timeout=120_000)
    expect(page.get_by_text(texts.LINK_WORDS)).to_be_attached()
    assert serious_findings(page) == []


def test_the_researchers_log_in(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Results")
    password = page.get_by_label(gate_texts.PASSWORD, exact=True)
    expect(password).to_be_visible()
    assert serious_findings(page) == []
    password.fill("not the password")
    password.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert serious_findings(page) == []


def test_what_is_wrong_is_found(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Survey?study=small")
    expect(button(page, survey_texts.en.TEXTS.welcome.agree)).to_be_visible()
    page.evaluate(
        """() => document.querySelector(".stMain").insertAdjacentHTML("beforeend",
            '<input class="nameless"><p class="pale" style="color: #888; background: #999">Who reads this?</p>')"""
    )
    found = serious_findings(page)
    assert [line.split(":")[0] for line in found] == ["color-contrast", "label"], found
