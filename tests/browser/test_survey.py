"""The listening test in a real browser, from a bare address to ten votes in the database."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, WebSocket, expect

from musegen.studies.assignment import CLIPS
from musegen.studies.pool import CLIPS_VARIABLE
from musegen.studies.records import Maker, Stimulus
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.browser.conftest import PHONE, App, Problems, running_app
from ui import results_texts
from ui import survey_texts as texts

FIRST_CLIPS_MS = 420_000
"""The very first participant waits while clips are composed, performed and recorded."""

PROBES = r"status of 404"
"""Streamlit looks for its server below a page's address before it looks above."""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app of this module's own, that makes as few clips as a test needs."""
    before = os.environ.get(CLIPS_VARIABLE)
    os.environ[CLIPS_VARIABLE] = "5"
    try:
        yield from running_app(tmp_path_factory.mktemp("survey"))
    finally:
        os.environ.pop(CLIPS_VARIABLE)
        if before is not None:
            os.environ[CLIPS_VARIABLE] = before


@pytest.fixture(autouse=True)
def _expected(problems: Problems) -> None:
    problems.ignore(PROBES)


@pytest.fixture
def store(app: App) -> Iterator[Store]:
    opened = Store.open(app.database_url)
    yield opened
    opened.close()


def part(page: Page, what: str, position: int) -> Locator:
    """One widget of the trial at ``position``; that of the trial before does not match."""
    return page.locator(f"[class*='st-key-{what}-{position}-of-']")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def begin(page: Page, app: App) -> None:
    """Through consent and sound check, to the first clip."""
    page.goto(f"{app.url}/Survey")
    button(page, texts.AGREE).click()
    pass_sound_check(page)


def pass_sound_check(page: Page) -> None:
    button(page, "Play").click()
    expect(button(page, texts.SOUND_WELL)).to_be_enabled()
    button(page, texts.SOUND_WELL).click()
    clip_is_shown(page, 1, timeout=FIRST_CLIPS_MS)


def clip_is_shown(page: Page, position: int, *, timeout: float = 30_000) -> None:
    expect(part(page, "vote", position)).to_be_visible(timeout=timeout)
    expect(page.get_by_text(f"Clip {position} of {CLIPS}")).to_be_visible()


def listen_and_answer(page: Page, position: int, answer: Maker = Maker.HUMAN) -> Locator:
    """Everything up to the vote; gives its button, enabled."""
    part(page, "clip", position).get_by_role("button", name="Play", exact=True).click()
    for what, choice in (
        ("answer", texts.MAKERS[answer]),
        ("sureness", "Fairly sure"),
        ("heard", "No"),
    ):
        option = part(page, what, position).get_by_role("radio", name=choice, exact=True)
        option.click()
        expect(option).to_be_checked()
    vote = part(page, "vote", position).get_by_role("button")
    expect(vote).to_be_enabled()
    return vote


def votes_of(store: Store, page: Page) -> pd.DataFrame:
    participant = store.participant(token_of(page))
    assert participant is not None
    votes = read_votes(store)
    return votes[votes["participant"] == participant.id]


def token_of(page: Page) -> str:
    found = re.search(r"[?&]p=([\w-]{43})", page.url)
    assert found is not None, page.url
    return found[1]


def plan_of(store: Store, page: Page) -> list[Stimulus]:
    participant = store.participant(token_of(page))
    assert participant is not None
    by_id = {stimulus.id: stimulus for stimulus in store.stimuli()}
    return [by_id[trial.stimulus_id] for trial in store.trials(participant.id)]


def played_s(page: Page) -> float:
    """How far the only player on the page is."""
    minutes, seconds = page.locator(".now").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


class Traffic:
    """All that a page receives."""

    def __init__(self, page: Page) -> None:
        self.addresses: list[str] = []
        self.frames: list[bytes] = []
        page.on("request", lambda request: self.addresses.append(request.url))
        page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._keep)

    def _keep(self, frame: str | bytes) -> None:
        self.frames.append(frame if isinstance(frame, bytes) else frame.encode())

    def holds(self, secret: str) -> bool:
        found = any(secret.encode() in frame for frame in self.frames)
        return found or any(secret in address for address in self.addresses)


@pytest.mark.slow
def test_the_whole_way_leaves_exactly_ten_votes(page: Page, app: App, store: Store) -> None:
    before = len(read_votes(store))
    traffic = Traffic(page)
    page.goto(f"{app.url}/Survey")
    expect(page.get_by_role("heading", name=texts.TITLE)).to_be_visible()
    expect(page.get_by_test_id("stPageLink")).to_have_count(0)
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    button(page, texts.AGREE).dblclick()
    expect(page.get_by_role("heading", name=texts.SOUND_TITLE)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=texts.SOUND_TITLE)).to_be_visible()
    expect(button(page, texts.SOUND_WELL)).to_be_disabled()
    pass_sound_check(page)

    for position, stimulus in enumerate(plan := plan_of(store, page), start=1):
        clip_is_shown(page, position)
        vote = listen_and_answer(page, position, list(Maker)[position % 2])
        for secret in (stimulus.piece, stimulus.title or "no title", stimulus.id):
            assert not traffic.holds(secret)
            assert secret not in page.content()
        vote.dblclick()
        if position == 3:
            clip_is_shown(page, 4)
            page.reload()

    right = sum(s.truth is list(Maker)[p % 2] for p, s in enumerate(plan, start=1))
    thanks = texts.THANKS_TITLE.format(right=right, total=CLIPS)
    expect(page.get_by_role("heading", name=thanks)).to_be_visible()
    for stimulus in plan:
        if stimulus.truth is Maker.HUMAN:
            expect(page.get_by_text(stimulus.title).first).to_be_visible()
    votes = votes_of(store, page)
    assert list(votes["position"]) == list(range(1, CLIPS + 1))
    assert len(read_votes(store)) == before + CLIPS
    assert list(votes["answer"]) == [list(Maker)[p % 2].value for p in range(1, CLIPS + 1)]
    assert list(votes["truth"]).count("human") == CLIPS // 2
    assert votes["listened_s"].between(4.5, 60).all()
    assert (votes["response_s"] >= votes["listened_s"] - 1).all()

    page.get_by_role("button", name=texts.LISTEN).nth(4).click()
    button(page, "Play").click()
    expect(page.locator(".now")).to_have_text("0:01")
    page.goto(f"{app.url}/Results")
    expect(page.get_by_text(results_texts.CONCLUSION_TITLE)).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    with page.expect_download() as download:
        button(page, results_texts.DOWNLOAD_CSV).click()
    assert len(pd.read_csv(download.value.path())) == before + CLIPS


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
    listen_and_answer(page, 1).click()
    clip_is_shown(page, 2)
    address = page.url
    app.restart()
    phone = new_context(**PHONE).new_page()
    phone.goto(address)
    clip_is_shown(phone, 2)
    listen_and_answer(phone, 2, Maker.MACHINE).tap()
    clip_is_shown(phone, 3)
    assert list(votes_of(store, phone)["answer"]) == ["human", "machine"]


def test_the_player_counts_what_is_heard(phone_page: Page, app: App, store: Store) -> None:
    begin(phone_page, app)
    vote = part(phone_page, "vote", 1).get_by_role("button")
    player = part(phone_page, "clip", 1)
    expect(vote).to_be_disabled()
    for what, choice in (("answer", "A human"), ("sureness", "Certain"), ("heard", "Not sure")):
        part(phone_page, what, 1).get_by_role("radio", name=choice, exact=True).click()
    player.get_by_role("button", name="Play", exact=True).tap()
    expect(phone_page.locator(".now")).to_have_text("0:02")
    player.get_by_role("button", name="Pause", exact=True).tap()
    expect(vote).to_be_disabled()  # two seconds are too few
    paused = played_s(phone_page)
    expect(phone_page.get_by_text("at least 5 seconds")).to_be_visible()
    assert played_s(phone_page) == paused
    play = player.get_by_role("button", name="Play", exact=True)
    play.focus()
    phone_page.keyboard.press("Space")  # keys work as well
    expect(vote).to_be_enabled()
    assert played_s(phone_page) >= 4
    assert phone_page.get_by_role("progressbar", name=texts.PLAYER["progress"]).is_visible()
    width = phone_page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]
    vote.tap()
    clip_is_shown(phone_page, 2)
    row = votes_of(store, phone_page).iloc[0]
    assert (row.answer, row.sureness, row.heard_before) == ("human", 3, "maybe")
    assert 4.5 <= row.listened_s <= 30


def test_back_and_forth_is_harmless(page: Page, app: App, store: Store) -> None:
    begin(page, app)
    token = token_of(page)
    listen_and_answer(page, 1).click()
    clip_is_shown(page, 2)
    page.go_back()
    page.go_forward()
    page.goto(f"{app.url}/Survey?p={token}")
    clip_is_shown(page, 2)
    assert len(votes_of(store, page)) == 1


def test_a_forged_link_shows_one_sentence_and_a_way_out(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Survey?p=somebody-elses-token")
    expect(page.get_by_text("This link does not lead to a test")).to_be_visible()
    button(page, texts.START_AFRESH).click()
    expect(button(page, texts.AGREE)).to_be_visible()
    assert "p=" not in page.url
