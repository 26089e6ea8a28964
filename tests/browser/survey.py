"""A participant's hands, in a real browser."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from playwright.sync_api import Locator, Page, WebSocket, expect

from musegen.studies.records import Participant, Stimulus
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.browser.conftest import App, running_app
from tests.surveys import NAME, add_study
from ui.survey_texts import en
from ui.survey_texts.words import Texts

PROBES = r"status of 404"
"""Streamlit looks for its server below a page's address before it looks above."""

TEXT = en.TEXTS

WHOLE = """
practice: 1
before: [age]
after: [comment]
completion: {code: C1ABC, address: "https://example.org/done"}
"""


def studies(data_dir: Path) -> Iterator[App]:
    """An app with a few small studies."""
    for app in running_app(data_dir):
        store = Store.open(app.database_url)
        add_study(store)
        add_study(store, WHOLE, name="whole")
        add_study(store, "question: which-is-human\n", name="pairs")
        add_study(store, "headphone_check: true\n", name="headphones")
        store.close()
        yield app


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def heading(page: Page, text: str) -> None:
    """Wait for the screen of that heading, and for the one before to be gone."""
    only = [text]  # a list: for a moment there may be two
    expect(page.get_by_role("heading", level=1)).to_have_text(only)
    expect(page.locator(".asking[inert]")).to_have_count(0)
    expect(page.locator(".stMain [data-stale=true]")).to_have_count(0)


def enter_until(page: Page, text: str) -> None:
    """Press Enter, as a person does once more where a page just opened did not listen yet."""
    for _ in range(4):
        page.keyboard.press("Enter")
        with contextlib.suppress(AssertionError):
            expect(page.get_by_role("heading", level=1)).to_have_text([text], timeout=3_000)
            return


def agree(page: Page, app: App, *, study: str = NAME, texts: Texts = TEXT, more: str = "") -> None:
    """Through the consent, to the sound check."""
    page.goto(f"{app.url}/Survey?study={study}{more}")
    button(page, texts.welcome.agree).click()
    heading(page, texts.checks.sound_title)


def pass_sound_check(page: Page, *, texts: Texts = TEXT) -> None:
    play(page, texts=texts)
    go(page, texts.checks.sound_well).click()


def begin(page: Page, app: App, *, study: str = NAME) -> None:
    """Through consent and sound check, to the first clip."""
    agree(page, app, study=study)
    pass_sound_check(page)


def play(page: Page, number: int = 0, *, texts: Texts = TEXT) -> None:
    players = page.get_by_role("button", name=re.compile(f"^{texts.player.play}"))
    players.nth(number).click()


def go(page: Page, name: str = TEXT.trial.vote) -> Locator:
    """The button that leads on, as soon as it does."""
    found = button(page, name)
    expect(found).to_be_enabled()
    return found


def choose(page: Page, name: str) -> None:
    option = page.get_by_role("radio", name=name, exact=True)
    option.click()
    expect(option).to_be_checked()


def answer(page: Page, rating: str = "A human: Certain", heard: str = "No") -> Locator:
    """Listen and answer; gives the button that votes, enabled."""
    play(page)
    choose(page, rating)
    choose(page, heard)
    return go(page)


def token_of(page: Page) -> str:
    found = re.search(r"[?&]p=([\w-]{43})", page.url)
    assert found is not None, page.url
    return found[1]


def participant_of(store: Store, page: Page) -> Participant:
    found = store.people.find(token_of(page))
    assert found is not None
    return found


def votes_of(store: Store, page: Page) -> pd.DataFrame:
    participant = participant_of(store, page)
    votes = read_votes(store, participant.study)
    return votes[votes["participant"] == participant.id]


def plan_of(store: Store, page: Page) -> list[list[Stimulus]]:
    participant = participant_of(store, page)
    clips = {clip.id: clip for clip in store.clips.all(participant.study)}
    trials = store.ballots.trials(participant.id)
    return [[clips[id_] for id_ in trial.stimulus_ids] for trial in trials]


def played_s(page: Page, number: int = 0) -> int:
    """How far a player is."""
    minutes, seconds = page.locator(".now").nth(number).inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def has_focus(page: Page) -> Callable[[], str]:
    """What has the focus, inside whatever shadow: its name and text."""

    def look() -> str:
        return str(
            page.evaluate(
                """() => {
                    let e = document.activeElement;
                    while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                    return `${e.tagName} ${e.textContent.trim() || e.value || ''}`.trim();
                }"""
            )
        )

    return look


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
