"""The whole listening test in a real browser: in every language, on a phone and on a desktop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from musegen.studies.design import Language
from musegen.studies.records import Maker
from musegen.studies.respondents import read_participants, read_platform_ids
from musegen.studies.store import Store
from tests.browser.accessibility import serious_findings
from tests.browser.conftest import PHONE, App, Problems
from tests.browser.survey import (
    PROBES,
    button,
    go,
    heading,
    participant_of,
    pass_sound_check,
    plan_of,
    play,
    studies,
    votes_of,
)
from ui.survey_texts import TEXTS

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with a few small studies."""
    yield from studies(tmp_path_factory.mktemp("way"))


@pytest.fixture(autouse=True)
def _expected(problems: Problems) -> None:
    problems.ignore(PROBES)


@pytest.fixture
def store(app: App) -> Iterator[Store]:
    opened = Store.open(app.database_url)
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "view",
    [PHONE | {"color_scheme": "light"}, DESKTOP | {"color_scheme": "dark"}],
    ids=["phone", "desktop"],
)
def test_the_whole_way(
    new_context: Callable[..., BrowserContext],
    app: App,
    store: Store,
    language: Language,
    view: dict[str, Any],
) -> None:
    """Every screen in the browser's language, usable by all, and exactly the votes given."""
    texts, person = TEXTS[language], f"{language}-{view['color_scheme']}"
    page = new_context(**view, locale=f"{language}-AT").new_page()

    def look(text: str) -> None:
        heading(page, text)
        expect(page.locator("html")).to_have_attribute("lang", language.value)
        assert serious_findings(page) == [], text
        wide = page.evaluate("document.querySelector('.stMain').scrollWidth")
        assert wide <= view["viewport"]["width"]

    page.goto(f"{app.url}/Survey?study=whole&PROLIFIC_PID={person}&STUDY_ID=s")
    look("A small study")
    button(page, texts.welcome.agree).click()
    look(texts.checks.sound_title)
    assert "PROLIFIC" not in page.url
    pass_sound_check(page, texts=texts)
    look(texts.questions.before_title)
    page.get_by_text(texts.questions.items["age-band"].choices["30-44"]).click()
    button(page, texts.questions.go_on).click()
    given = ["machine-3", "human-1", "machine-2"]
    titles = [
        texts.trial.practice_title.format(position=1, total=1),
        *(texts.trial.title["human-or-machine"].format(position=n, total=2) for n in (1, 2)),
    ]
    for title, rating in zip(titles, given, strict=True):
        look(title)
        play(page, texts=texts)
        page.locator(f"input[value={rating}]").click()
        page.locator("input[value=maybe]").click()
        go(page, texts.trial.vote).click()
        if title == titles[0]:
            practised = plan_of(store, page)[0][0].truth
            is_right = practised is Maker.MACHINE
            look(texts.trial.right_title if is_right else texts.trial.wrong_title)
            button(page, texts.trial.next).click()
    look(texts.questions.after_title)
    page.get_by_role("textbox").fill("¡Größe!")
    button(page, texts.questions.go_on).click()

    plan = [trial[0].truth for trial in plan_of(store, page)]
    right = (plan[1] is Maker.HUMAN) + (plan[2] is Maker.MACHINE)
    look(texts.thanks.score_title.format(right=right, total=2))
    expect(page.get_by_text("C1ABC")).to_be_visible()
    back = page.get_by_role("link", name=texts.thanks.back)
    expect(back).to_have_attribute("href", "https://example.org/done")
    button(page, texts.thanks.listen).first.click()
    play(page, texts=texts)
    expect(page.locator(".now")).to_have_text("0:01")
    assert serious_findings(page) == []

    votes = votes_of(store, page)
    assert [f"{v.answer}-{v.sureness}" for v in votes.itertuples()] == given
    assert set(votes["heard_before"]) == {"maybe"}
    assert votes["listened_s"].between(1.5, 30).all()
    assert list(votes["kind"]) == ["practice", "clip", "clip"]
    everyone = read_participants(store, "whole").set_index("participant")
    row = everyone.loc[participant_of(store, page).id]
    assert (row.language, row.age_band, row.comment) == (language, "30-44", "¡Größe!")
    assert person in set(read_platform_ids(store, "whole")["person"])
