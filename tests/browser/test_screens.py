"""Screens that few come across, usable by all: where the survey ends early, and researchers' tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from musegen.studies import schema
from musegen.studies.records import Question
from musegen.studies.registry import STUDY_VARIABLE
from musegen.studies.store import Store
from tests.answered import answered
from tests.browser.accessibility import serious_findings
from tests.browser.conftest import PHONE, App, Problems, running_app
from tests.browser.survey import PROBES, TEXT, button
from tests.surveys import FILE, NAME, add_study
from ui import export_texts, frame, results_texts, studies_texts

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}

STUDIES = {
    NAME: "",
    "pair": "question: which-is-human\n",
    "headphones": "headphone_check: true\n",
    "expired": "resume_days: 3\n",
    "closed": "closes: 2021-03-04\n",
    "coming": "opens: 2131-03-04\n",
}
"""Studies by name, and what their files say more."""

UNMADE = "unmade"
"""A study without a clip."""

PAIRS = "name: which\ntitle: Which?\ngenres: [chorale, fiddle]\nquestion: which-is-human\n"
"""A study that many have answered."""

PREVIEW = "assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=3"

SCREENS = {
    "closed": TEXT.gate.closed,
    "closed-kept": TEXT.gate.closed_kept,
    "coming": "This listening test opens on 4 March 2131",
    "expired": TEXT.gate.expired.format(days=3),
    "stranger": TEXT.gate.stranger,
    "unknown": TEXT.gate.unknown,
    "not-ready": TEXT.gate.not_ready,
    "preview": TEXT.gate.preview,
    "waiting": TEXT.gate.nothing_to_make,
    "headphones": TEXT.checks.headphones,
    "pair": TEXT.trial.ask[Question.WHICH_IS_HUMAN],
}
"""Screens of the survey, and what each says."""

RESULTS = {
    results_texts.SHORT_TAB: results_texts.RIGHT_TITLE,
    results_texts.APART_TAB: results_texts.DPRIME_TITLE,
    results_texts.EFFECTS_TAB: results_texts.ORDER_TITLE,
    results_texts.PEOPLE_TAB: results_texts.AGREEMENT_TITLE,
    results_texts.DATA_TAB: export_texts.ARCHIVE_TITLE,
}
"""The tabs of the results, and the last title of each that every study has."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with many studies, of which the plain address leads to one that is all made."""
    yield from running_app(tmp_path_factory.mktemp("screens"), **{STUDY_VARIABLE: NAME})


@pytest.fixture(scope="module")
def addresses(app: App) -> dict[str, str]:
    """What the survey's address says more to show each of `SCREENS`."""
    store = Store.open(app.database_url)
    for name, more in STUDIES.items():
        add_study(store, more, name=name)
    store.studies.add(FILE.replace(NAME, UNMADE, 1))
    answered(store, PAIRS, is_synthetic=True)
    tokens = {name: _came(store, name) for name in (*STUDIES, UNMADE) if name != "coming"}
    store.close()
    return {
        "closed": "study=closed",
        "closed-kept": f"p={tokens['closed']}",
        "coming": "study=coming",
        "expired": f"p={tokens['expired']}",
        "stranger": f"p={'x' * 43}",
        "unknown": "study=nothing",
        "not-ready": f"study={UNMADE}",
        "preview": f"study={NAME}&{PREVIEW}",
        "waiting": f"p={tokens[UNMADE]}",
        "headphones": f"p={tokens['headphones']}",
        "pair": f"p={tokens['pair']}",
    }


def _came(store: Store, study: str) -> str:
    """The token of somebody who heard the sound check; five days ago, where that is too long."""
    token = store.people.begin(study, language="en")
    somebody = store.people.find(token)
    assert somebody is not None
    store.people.note_sound_check(somebody.id)
    if study == "expired":
        people = schema.participants
        with store.database.transaction() as connection:
            connection.execute(
                sa.update(people)
                .where(people.c.id == somebody.id)
                .values(consented_at=datetime.now(UTC) - timedelta(days=5))
            )
    return token


@pytest.fixture(
    params=[PHONE | {"color_scheme": "light"}, DESKTOP | {"color_scheme": "dark"}],
    ids=["phone", "desktop"],
)
def page(
    request: pytest.FixtureRequest,
    new_context: Callable[..., BrowserContext],
    problems: Problems,
) -> Page:
    problems.ignore(PROBES)
    return new_context(**request.param).new_page()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_of_the_survey(
    page: Page, app: App, addresses: dict[str, str], screen: str
) -> None:
    page.goto(f"{app.url}/Survey?{addresses[screen]}")
    expect(page.get_by_text(SCREENS[screen]).first).to_be_visible()
    assert serious_findings(page) == []


@pytest.mark.usefixtures("addresses")
def test_results_of_pairs(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Results?study=which")
    for tab, title in RESULTS.items():
        open_tab(page, tab)
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        assert serious_findings(page) == [], tab


@pytest.mark.usefixtures("addresses")
def test_a_study_from_a_file(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Studies")
    open_tab(page, studies_texts.FILE_TAB)
    text = page.get_by_label(studies_texts.EDIT, exact=True)
    expect(text).to_be_visible()
    expect(button(page, studies_texts.MAKE)).to_be_enabled()
    assert serious_findings(page) == []
    text.fill("name: no study")
    text.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert serious_findings(page) == []


def test_the_menu_of_a_phone_is_one_line(phone_page: Page, app: App) -> None:
    phone_page.goto(app.url)
    entries = phone_page.locator(".st-key-menu a")
    expect(entries).to_have_count(len(frame.MENU))
    for width in (390, 360):
        phone_page.set_viewport_size({"width": width, "height": 800})
        tops = entries.evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
        assert len(set(tops)) == 1, width
