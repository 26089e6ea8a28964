"""The listening test in a real browser: reloads, tabs, keys, fingers, and what is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from musegen.studies import headphones
from musegen.studies.design import Language
from musegen.studies.records import Role
from musegen.studies.respondents import read_participants
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.browser.conftest import PHONE, App, Problems
from tests.browser.survey import (
    PROBES,
    TEXT,
    Traffic,
    agree,
    answer,
    begin,
    button,
    choose,
    enter_until,
    go,
    has_focus,
    heading,
    participant_of,
    pass_sound_check,
    plan_of,
    play,
    played_s,
    studies,
    token_of,
    votes_of,
)
from tests.surveys import NAME
from ui.survey_texts import TEXTS

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app with a few small studies."""
    yield from studies(tmp_path_factory.mktemp("survey"))


@pytest.fixture(autouse=True)
def _expected(problems: Problems) -> None:
    problems.ignore(PROBES)


@pytest.fixture
def store(app: App) -> Iterator[Store]:
    opened = Store.open(app.database_url)
    yield opened
    opened.close()


def test_a_reload_at_every_step_loses_nothing(page: Page, app: App, store: Store) -> None:
    def again(text: str) -> None:
        heading(page, text)
        page.reload()
        heading(page, text)

    agree(page, app, study="whole")
    again(TEXT.checks.sound_title)
    pass_sound_check(page)
    again(TEXT.questions.before_title)
    button(page, TEXT.questions.go_on).click()
    heading(page, "Practice 1 of 1")
    play(page)
    choose(page, "A machine: Guessing")
    choose(page, "Yes")
    go(page)
    page.reload()  # what was heard and chosen is still known
    heading(page, "Practice 1 of 1")
    expect(page.get_by_role("radio", name="A machine: Guessing")).to_be_checked()
    go(page).click()
    expect(button(page, TEXT.trial.next)).to_be_visible()
    page.reload()  # the truth was told: on with the test
    again("Clip 1 of 2")
    answer(page).click()
    again("Clip 2 of 2")
    answer(page, "A machine: Certain").click()
    again(TEXT.questions.after_title)
    button(page, TEXT.questions.go_on).click()
    expect(page.get_by_text("C1ABC")).to_be_visible()
    page.reload()
    expect(page.get_by_text("C1ABC")).to_be_visible()
    assert list(votes_of(store, page)["answer"]) == ["machine", "human", "machine"]
    assert votes_of(store, page).iloc[0].listened_s >= 1.5


def test_a_double_click_on_every_button_does_no_more_than_a_click(
    page: Page, app: App, store: Store
) -> None:
    before = len(read_participants(store, "whole"))
    page.goto(f"{app.url}/Survey?study=whole")
    button(page, TEXT.welcome.agree).dblclick()
    heading(page, TEXT.checks.sound_title)
    button(page, "Play").dblclick()
    go(page, TEXT.checks.sound_well).dblclick()
    heading(page, TEXT.questions.before_title)
    button(page, TEXT.questions.go_on).dblclick()
    for title, rating in (("Practice 1 of 1", 2), ("Clip 1 of 2", 3), ("Clip 2 of 2", 4)):
        heading(page, title)
        page.wait_for_timeout(600)  # sooner, in the same place, it would be the last click's second
        button(page, "Play").dblclick()  # plays, and is not stopped by the second
        page.get_by_role("radio").nth(rating).dblclick()
        page.get_by_role("radio", name="No", exact=True).dblclick()
        go(page).dblclick()
        if title.startswith("Practice"):
            expect(button(page, TEXT.trial.next)).to_be_visible()
            page.wait_for_timeout(600)
            button(page, TEXT.trial.next).dblclick()
    heading(page, TEXT.questions.after_title)
    button(page, TEXT.questions.go_on).dblclick()
    expect(page.get_by_text("C1ABC")).to_be_visible()
    votes = votes_of(store, page)
    assert [f"{v.answer}-{v.sureness}" for v in votes.itertuples()] == [
        *("human-1", "machine-1", "machine-2")
    ]
    assert list(votes["plays"]) == [1, 1, 1]
    assert len(read_participants(store, "whole")) == before + 1


def test_with_keys_alone(page: Page, app: App, store: Store) -> None:
    focus = has_focus(page)
    page.goto(f"{app.url}/Survey?study=whole")
    heading(page, "A small study")
    expect(button(page, TEXT.welcome.agree)).to_be_visible()
    enter_until(page, TEXT.checks.sound_title)
    heading(page, TEXT.checks.sound_title)
    assert focus() == f"H1 {TEXT.checks.sound_title}"  # where a screen reader goes on
    expect(button(page, TEXT.checks.sound_well)).to_be_visible()  # its player is there, then, too
    page.keyboard.press("Space")
    go(page, TEXT.checks.sound_well)
    page.keyboard.press("Enter")
    heading(page, TEXT.questions.before_title)
    page.keyboard.press("Enter")
    for title in ("Practice 1 of 1", "Clip 1 of 2", "Clip 2 of 2"):
        heading(page, title)
        expect(button(page, TEXT.trial.vote)).to_be_visible()
        assert focus() == f"H1 {title}"
        page.keyboard.press("Enter")  # nothing is heard yet: nothing happens
        page.keyboard.press("Space")
        expect(page.locator(".now")).to_have_text("0:02")
        page.keyboard.press("6")
        expect(page.get_by_role("radio", name="A machine: Certain")).to_be_checked()
        page.keyboard.press("Space")  # though the focus is on the answer
        expect(button(page, "Play")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()
        go(page)
        page.keyboard.press("Enter")
        if title.startswith("Practice"):
            expect(button(page, TEXT.trial.next)).to_be_visible()
            expect(page.get_by_role("heading", level=1)).to_be_focused()
            page.keyboard.press("Enter")
    heading(page, TEXT.questions.after_title)
    page.get_by_role("textbox").focus()
    page.keyboard.type("1 2 3")
    page.keyboard.press("Enter")  # a new line, in a text field
    page.keyboard.type("6")
    expect(page.get_by_role("textbox")).to_have_value("1 2 3\n6")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("C1ABC")).to_be_visible()
    votes = votes_of(store, page)
    assert [f"{v.answer}-{v.sureness}" for v in votes.itertuples()] == ["machine-3"] * 3


def test_two_tabs_are_one_test(page: Page, app: App, store: Store) -> None:
    begin(page, app)
    heading(page, "Clip 1 of 2")
    other = page.context.new_page()
    other.goto(page.url)
    heading(other, "Clip 1 of 2")
    answer(other, "A machine: Guessing").click()
    heading(other, "Clip 2 of 2")
    page.bring_to_front()
    answer(page, "A human: Certain").click()  # too late: the other tab has voted
    heading(page, "Clip 2 of 2")
    answer(page, "A human: Fairly sure").click()
    expect(page.get_by_role("heading", level=1)).to_have_text([re.compile("^You got")])
    heading(page, _score(store, page))
    other.bring_to_front()
    other.reload()
    heading(other, _score(store, page))
    votes = votes_of(store, page)
    assert [f"{v.answer}-{v.sureness}" for v in votes.itertuples()] == ["machine-1", "human-2"]


def _right(store: Store, page: Page) -> int:
    votes = votes_of(store, page)
    return int((votes["answer"] == votes["truth"]).sum())


def _score(store: Store, page: Page) -> str:
    return TEXT.thanks.score_title.format(right=_right(store, page), total=2)


def test_back_and_a_second_person_on_the_same_machine(page: Page, app: App, store: Store) -> None:
    begin(page, app)
    heading(page, "Clip 1 of 2")
    first = token_of(page)
    answer(page).click()
    heading(page, "Clip 2 of 2")
    page.go_back()
    button(page, TEXT.welcome.go_on).click()
    heading(page, "Clip 2 of 2")
    assert token_of(page) == first
    page.go_back()
    button(page, TEXT.gate.start_as_new).click()
    button(page, TEXT.welcome.agree).click()
    pass_sound_check(page)
    heading(page, "Clip 1 of 2")
    assert token_of(page) != first
    answer(page, "A machine: Certain").click()
    heading(page, "Clip 2 of 2")
    assert list(votes_of(store, page)["answer"]) == ["machine"]
    page.goto(f"{app.url}/Survey?p={first}")
    heading(page, "Clip 2 of 2")
    assert list(votes_of(store, page)["answer"]) == ["human"]


def test_of_a_pair_one_sounds_at_a_time(phone_page: Page, app: App, store: Store) -> None:
    page = phone_page
    traffic = Traffic(page)
    begin(page, app, study="pairs")
    heading(page, "Pair 1 of 2")
    play(page, 0)
    expect(page.locator(".now").nth(0)).to_have_text("0:01")
    play(page, 0)  # the second: the first one's word is “Pause” by now
    expect(page.locator(".now").nth(1)).to_have_text("0:02")
    expect(page.get_by_role("button", name="Pause")).to_have_count(1)
    stopped = played_s(page, 0)
    choose(page, "The second: Fairly sure")
    choose(page, "No")
    expect(page.get_by_text("listen to both for at least 2 seconds")).to_be_visible()
    assert played_s(page, 0) == stopped
    play(page, 0)
    go(page).tap()
    heading(page, "Pair 2 of 2")
    row = votes_of(store, page).iloc[0]
    assert (row.answer, row.sureness, row.plays, row.other_plays) == ("machine", 2, 2, 1)
    assert row.listened_s + row.other_listened_s >= 3
    for stimulus in [clip for pair in plan_of(store, page) for clip in pair]:
        for secret in (stimulus.id, stimulus.piece, stimulus.title or stimulus.piece):
            assert not traffic.holds(secret)
            assert secret not in page.content()


def test_the_player_counts_what_is_heard(phone_page: Page, app: App, store: Store) -> None:
    page = phone_page
    begin(page, app)
    heading(page, "Clip 1 of 2")
    vote = button(page, TEXT.trial.vote)
    choose(page, "A human: Certain")
    choose(page, "Not sure")
    expect(vote).to_be_disabled()
    play(page)
    expect(page.locator(".now")).to_have_text("0:01")
    button(page, "Pause").tap()
    expect(vote).to_be_disabled()  # one second is too few
    expect(page.get_by_text("at least 2 seconds")).to_be_visible()
    paused = played_s(page)
    page.wait_for_timeout(700)
    assert played_s(page) == paused
    play(page)
    expect(vote).to_be_enabled()
    vote.tap()
    heading(page, "Clip 2 of 2")
    row = votes_of(store, page).iloc[0]
    assert (row.answer, row.sureness, row.heard_before, row.plays) == ("human", 3, "maybe", 2)
    assert 1.5 <= row.listened_s <= 10
    assert row.response_s >= row.listened_s - 1


def test_nothing_that_comes_over_the_line_tells_the_truth(
    page: Page, app: App, store: Store
) -> None:
    traffic = Traffic(page)
    begin(page, app)
    for position in (1, 2):
        heading(page, f"Clip {position} of 2")
        for (stimulus,) in plan_of(store, page):
            for secret in (stimulus.id, stimulus.piece, stimulus.title or stimulus.piece):
                assert not traffic.holds(secret)
                assert secret not in page.content()
        answer(page).click()
    expect(page.get_by_test_id("stPageLink")).to_have_count(0)
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)


@pytest.mark.slow
def test_the_headphone_check(page: Page, app: App, store: Store) -> None:
    begin(page, app, study="headphones")
    order = headphones.order_of(participant_of(store, page).id)
    for number, trial in enumerate(order, start=1):
        heading(page, f"Which tone is quietest? {number} of 6")
        play(page)
        choose(page, TEXT.checks.tones[trial.quietest if number > 1 else trial.antiphase])
        go(page, TEXT.checks.next).click()
    heading(page, "Clip 1 of 2")
    assert participant_of(store, page).headphone_check == pytest.approx(5 / 6)


def test_the_language_can_be_changed_on_the_welcome(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Survey?study={NAME}")
    expect(button(page, TEXT.welcome.agree)).to_be_visible()
    page.get_by_role("radio", name="Deutsch").click()
    german = TEXTS[Language.GERMAN]
    button(page, german.welcome.agree).click()
    heading(page, german.checks.sound_title)
    assert "lang=de" in page.url


@pytest.mark.slow
def test_votes_outlive_a_restart_and_a_change_of_device(
    page: Page,
    new_context: Callable[..., BrowserContext],
    app: App,
    store: Store,
    problems: Problems,
) -> None:
    problems.ignore("server is not responding|reaching server endpoint")
    begin(page, app)
    heading(page, "Clip 1 of 2")
    answer(page).click()
    heading(page, "Clip 2 of 2")
    address = page.url
    app.restart()
    phone = new_context(**PHONE).new_page()
    phone.goto(address)
    heading(phone, "Clip 2 of 2")
    expect(phone.get_by_text(TEXT.trial.welcome_back)).to_be_visible()
    answer(phone, "A machine: Guessing").tap()
    expect(phone.get_by_text(TEXT.thanks.truth_title)).to_be_visible()
    assert list(votes_of(store, phone)["answer"]) == ["human", "machine"]


def test_a_forged_link_shows_one_sentence_and_a_way_out(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Survey?p=somebody-elses-token")
    expect(page.get_by_text("This link does not lead to a test")).to_be_visible()
    button(page, TEXT.gate.start_afresh).click()
    expect(page).to_have_url(f"{app.url}/Survey")


def test_the_votes_are_those_of_people(store: Store) -> None:
    """Whatever the tests before did: one vote a trial, and no trial without its listening."""
    votes = read_votes(store)
    assert not votes.duplicated(["participant", "position"]).any()
    assert (votes["listened_s"] >= 1.5).all()
    assert set(votes["kind"]) <= {role.value for role in Role}
