"""Remake the pictures of the pages in docs/images/.

    python scripts/screenshots.py [NAME…]

Starts the app with an empty database of its own, and looks at it in Chromium
(``MUSEGEN_CHROMIUM`` may name another one). The picture of the results shows invented votes;
they go to that database alone.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from musegen.studies.assignment import assign  # noqa: E402 (the project need not be installed)
from musegen.studies.records import HeardBefore, Maker, Sureness, Vote  # noqa: E402 (as above)
from musegen.studies.store import Store  # noqa: E402 (as above)
from musegen.studies.votes import read_votes  # noqa: E402 (as above)

IMAGES = ROOT / "docs" / "images"
SONG = "Compose?genre=chorale&seed=7"
INVENTED_PARTICIPANTS = 30
PATIENCE_MS = 300_000

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "device_scale_factor": 1.5}
TALL = DESK | {"viewport": {"width": 1280, "height": 1240}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


@dataclass(frozen=True)
class Picture:
    """A picture's name, how to get the page there, and the browser that looks at it."""

    name: str
    prepare: Callable[[Page, str], None]
    browser: dict[str, Any] = field(default_factory=lambda: DESK)


def main(names: list[str]) -> None:
    """Remake the pictures called ``names``; all when there are none."""
    if unknown := set(names) - {picture.name for picture in PICTURES}:
        known = ", ".join(picture.name for picture in PICTURES)
        sys.exit(f"There is no picture called {', '.join(sorted(unknown))}; choose of: {known}.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_app(Path(data)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MUSEGEN_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for picture in PICTURES:
            if not names or picture.name in names:
                take(browser, picture, url)
        browser.close()


def take(browser: Browser, picture: Picture, url: str) -> None:
    """Take one picture."""
    print(picture.name, flush=True)
    context = browser.new_context(reduced_motion="reduce", **picture.browser)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    picture.prepare(page, url)
    page.wait_for_timeout(1500)  # fonts, and whatever still moves
    page.screenshot(path=IMAGES / f"{picture.name}.png")
    context.close()


@contextmanager
def running_app(data: Path) -> Iterator[str]:
    """The app, with a data directory of its own; gives its address."""
    os.environ["MUSEGEN_DATA"] = str(data)
    os.environ.pop("MUSEGEN_DATABASE_URL", None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"headless": "true", "port": port, "address": "127.0.0.1", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += [f"--server.{name}={value}" for name, value in options.items()]
    with (data / "app.log").open("wb") as log:
        app = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield answering(f"http://127.0.0.1:{port}")
    finally:
        app.terminate()
        app.wait()


def answering(url: str) -> str:
    """``url``, as soon as the app answers there."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return url
        except OSError:
            time.sleep(0.2)
    sys.exit("The app did not start.")


def home(page: Page, url: str) -> None:
    """The home page."""
    page.goto(url)
    page.get_by_role("button", name="Let it compose").wait_for()
    page.get_by_role("link", name="Compose a").first.wait_for()


def compose(page: Page, url: str) -> None:
    """A song, stopped in the middle of its second section."""
    page.goto(f"{url}/{SONG}")
    page.locator(".score .note").first.wait_for()
    page.locator(".sections button").nth(1).click()
    page.wait_for_timeout(4000)
    page.get_by_role("button", name="Pause").click()


def survey(page: Page, url: str) -> None:
    """The first clip, half answered."""
    page.goto(f"{url}/Survey")
    page.locator(".st-key-agree button").click()
    play = page.locator(".listening .play")
    play.click()
    page.locator('[class*="st-key-hears-"] button:enabled').click()
    page.locator('[class*="st-key-clip-"] .play').click()
    page.wait_for_timeout(7000)
    page.get_by_role("radio").first.click()


def results(page: Page, url: str) -> None:
    """The results of a study with invented votes."""
    page.goto(f"{url}/Survey")  # makes clips, if there are none yet
    invent_votes()
    page.goto(f"{url}/Results")
    page.get_by_test_id("stVegaLiteChart").wait_for()


def invent_votes() -> None:
    """Votes of people who call three in four human pieces human, and half of the machine's."""
    store = Store.open()
    if not read_votes(store).empty:
        return
    rng = np.random.default_rng(7)
    for _ in range(INVENTED_PARTICIPANTS):
        participant = store.participant(store.new_participant())
        if participant is None:
            sys.exit("A participant just made is not there.")
        store.note_sound_check(participant.id)
        assign(store, participant.id, rng=rng)
        truths = {stimulus.id: stimulus.truth for stimulus in store.stimuli()}
        for trial in store.trials(participant.id):
            share = 0.75 if truths[trial.stimulus_id] is Maker.HUMAN else 0.5
            answer = Maker.HUMAN if rng.random() < share else Maker.MACHINE
            vote = Vote(answer, rng.choice(list(Sureness)), HeardBefore.NO, 20.0)
            store.note_shown(participant.id, trial.position)
            store.add_vote(participant.id, trial.position, vote)
    store.close()


PICTURES = (
    Picture("home", home),
    Picture("compose", compose, TALL),
    Picture("compose-dark", compose, TALL | {"color_scheme": "dark"}),
    Picture("compose-phone", compose, PHONE),
    Picture("survey", survey),
    Picture("survey-phone", survey, PHONE),
    Picture("results", results, TALL),
)

if __name__ == "__main__":
    main(sys.argv[1:])
