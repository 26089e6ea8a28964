"""A researcher makes a study in a real browser, somebody takes it, and its results appear."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.answered import answered
from tests.browser.accessibility import serious_findings
from tests.browser.conftest import PHONE, App, Problems
from tests.browser.survey import PROBES, TEXT, answer, button, heading, pass_sound_check
from ui import export_texts, results_texts
from ui import studies_texts as texts

MAKING_MS = 400_000
"""Four clips are composed, played and recorded, on a machine that may be busy."""

FILE = "name: {name}\ntitle: 'About {name}'\ngenres: [chorale, fiddle]\n"

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _expected(problems: Problems) -> None:
    problems.ignore(PROBES)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def fill(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")


def test_from_the_form_to_the_results(
    page: Page, new_context: Callable[..., BrowserContext], own_app: App, problems: Problems
) -> None:
    # Streamlit looks for a file while a run that another one overtook has let go of it.
    problems.ignore(r"Download Button source error - 404")
    page.goto(f"{own_app.url}/Studies")
    open_tab(page, texts.NEW_TAB)
    expect(button(page, texts.MAKE)).to_be_disabled()
    fill(page, texts.TITLE_FIELD, "Was this Bach?")
    button(page, "Chorale").click()
    fill(page, "Clips for each person", "2")
    fill(page, texts.STIMULI_FIELD, "2")
    fill(page, texts.LISTEN_FIELD, "1")
    expect(page.get_by_text("Each person hears 2 clips")).to_be_visible()
    button(page, texts.MAKE).click()
    expect(page.get_by_text("“Was this Bach?” is there.")).to_be_visible()
    card = page.locator(".st-key-card-was-this-bach")
    expect(card.get_by_text("being made")).to_be_visible()
    is_open = card.get_by_text(re.compile(r"\bopen$"))  # after its icon's name
    expect(is_open).to_be_visible(timeout=MAKING_MS)

    address = card.get_by_test_id("stCode").first.inner_text().strip()
    assert address == f"{own_app.url}/Survey?study=was-this-bach"
    somebody = new_context(**PHONE).new_page()
    somebody.goto(address)
    button(somebody, TEXT.welcome.agree).click()
    heading(somebody, TEXT.checks.sound_title)
    pass_sound_check(somebody)
    for _ in range(2):
        answer(somebody).click()
    expect(somebody.get_by_text("Thank you").first).to_be_visible()

    page.reload()
    expect(card.get_by_text("1 person began, 1 finished · 2 votes")).to_be_visible()
    card.get_by_role("link", name=texts.SEE_RESULTS).click()
    expect(page.get_by_role("heading", name=results_texts.RESULTS_TITLE)).to_be_visible()
    expect(page.get_by_text("Too early to say anything of the machine.")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    assert page.url.endswith("/Results?study=was-this-bach")
    open_tab(page, results_texts.DATA_TAB)
    with page.expect_download() as download:
        button(page, export_texts.DOWNLOAD_CSV).click()
    assert len(pd.read_csv(download.value.path())) == 2


def test_results_and_studies_fit_a_phone_and_are_for_everybody(
    phone_page: Page, own_app: App
) -> None:
    store = Store.open(own_app.database_url)
    three = "conditions: [human, event, article]\nclips: 16\n"
    answered(store, FILE.format(name="three") + three, people=20)
    store.close()
    phone_page.goto(f"{own_app.url}/Results?study=three")
    width = PHONE["viewport"]["width"]
    for tab in (results_texts.SHORT_TAB, results_texts.APART_TAB, results_texts.PEOPLE_TAB):
        open_tab(phone_page, tab)
        expect(phone_page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        assert phone_page.evaluate("document.documentElement.scrollWidth") <= width, tab
        assert serious_findings(phone_page) == [], tab
    phone_page.goto(f"{own_app.url}/Studies")
    for tab in (texts.LIST_TAB, texts.NEW_TAB, texts.PLAN_TAB):
        open_tab(phone_page, tab)
        phone_page.wait_for_timeout(1000)
        assert phone_page.evaluate("document.documentElement.scrollWidth") <= width, tab
        assert serious_findings(phone_page) == [], tab


def test_a_study_is_deleted_when_its_name_is_typed(page: Page, own_app: App) -> None:
    store = Store.open(own_app.database_url)
    answered(store, FILE.format(name="old"), people=2)
    page.goto(f"{own_app.url}/Studies")
    button(page, texts.DELETE).click()
    go = button(page, texts.DELETE_GO)
    expect(go).to_be_disabled()
    fill(page, texts.DELETE_TYPE.format(name="old"), "old")
    go.click()
    expect(page.get_by_text(texts.DELETED.format(name="old"))).to_be_visible()
    assert store.studies.all() == []
    assert read_votes(store).empty
    store.close()
