"""Remake the pictures of the pages in docs/images/.

    python scripts/screenshots.py [NAME…]

Starts the app with an empty database of its own, and looks at it in Chromium
(``MUSEGEN_CHROMIUM`` may name another one). Pictures of the survey make the ten clips of a small
study first. The votes in the pictures are simulated; they go to that database alone.
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

from musegen.studies import making, study_files, synthetic  # noqa: E402 (the project need not be installed)
from musegen.studies.assignment import assign  # noqa: E402 (as above)
from musegen.studies.records import HeardBefore, Maker, Sureness, Vote  # noqa: E402 (as above)
from musegen.studies.statistics.simulate import Listeners  # noqa: E402 (as above)
from musegen.studies.store import Store  # noqa: E402 (as above)
from ui import results_texts, studies_texts  # noqa: E402 (as above)
from ui.survey_texts.en import TEXTS  # noqa: E402 (as above)

IMAGES = ROOT / "docs" / "images"
SONG = "Compose?genre=chorale&seed=7"
PATIENCE_MS = 300_000

SMALL = """
name: fiddle-evening
title: Who wrote this fiddle tune?
genres: [fiddle]
stimuli: 5
"""
"""A study whose clips are few and soon made, for everything that is heard."""

PEOPLE = 40
LISTENERS = Listeners(
    {"event": 0.7}, criterion=0.15, dprime_sd=0.5, criterion_sd=0.3, piece_sd=0.4, lapse=0.02
)
"""Those who take the standing study; nobody hears its clips, so that none are made."""

RIGHT = 7
"""Of ten clips, for the picture of the end."""

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "device_scale_factor": 1.5}
TALL = DESK | {"viewport": {"width": 1280, "height": 1240}}
RESEARCHER = DESK | {"viewport": {"width": 1280, "height": 1420}}
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
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
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
    page.goto(f"{url}/Survey?study={small_study()}")
    page.locator(".st-key-agree button").click()
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name=TEXTS.checks.sound_well).click()
    page.get_by_role("heading", name="Clip 1 of 10").wait_for()
    page.wait_for_function("!document.querySelector('.asking[inert], .stMain [data-stale=true]')")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(7000)
    page.get_by_role("radio").nth(1).click()


def thanks(page: Page, url: str) -> None:
    """The end, where some answers were right and some wrong."""
    page.goto(f"{url}/Survey?p={somebody_done(small_study())}")
    page.get_by_role("heading", name=TEXTS.thanks.truth_title).wait_for()


def results(page: Page, url: str) -> None:
    """What simulated votes say."""
    page.goto(f"{url}/Results?study={simulated_study()}")
    page.get_by_test_id("stVegaLiteChart").first.wait_for()


def results_told_apart(page: Page, url: str) -> None:
    """Tests and signal detection of simulated votes."""
    results(page, url)
    page.get_by_role("tab", name=results_texts.APART_TAB).click()
    page.get_by_text(results_texts.TESTS_TITLE).wait_for()


def studies(page: Page, url: str) -> None:
    """A study that is open, and a simulated one."""
    somebody_done(small_study())
    simulated_study()
    page.goto(f"{url}/Studies")
    page.get_by_text(studies_texts.ADDRESS).first.wait_for()


def new_study(page: Page, url: str) -> None:
    """The form for a new study."""
    page.goto(f"{url}/Studies")
    page.get_by_role("tab", name=studies_texts.NEW_TAB).click()
    page.get_by_label(studies_texts.TITLE_FIELD, exact=True).fill("Was this Bach?")
    page.get_by_role("button", name="Chorale").click()
    page.get_by_role("button", name=studies_texts.MAKE).wait_for()


def small_study() -> str:
    """The name of a study with all its clips."""
    with opened_store() as store:
        name = study_files.parse(SMALL).name
        if all(known.name != name for known in store.studies.all()):
            print("  making its clips", flush=True)
            making.make_all(store, store.studies.add(SMALL))
        return name


def simulated_study() -> str:
    """The name of a study that simulated people have taken part in."""
    with opened_store() as store:
        name = study_files.parse(study_files.shipped()).name + synthetic.SUFFIX
        if any(known.name == name for known in store.studies.all()):
            return name
        study = store.studies.add(study_files.shipped())
        copied = synthetic.simulate_study(
            store, study.name, participants=PEOPLE, listeners=LISTENERS, seed=1
        )
        store.studies.delete(study.name)
        return copied.name


def somebody_done(study: str) -> str:
    """The token of somebody who has just voted on every clip."""
    with opened_store() as store:
        token = store.people.begin(study, language="en")
        somebody = store.people.find(token)
        if somebody is None:
            sys.exit("A participant just made is not there.")
        store.people.note_sound_check(somebody.id)
        assign(store, somebody.id, rng=np.random.default_rng(1))
        truths = {clip.id: clip.truth for clip in store.clips.all(study)}
        for trial in store.ballots.trials(somebody.id):
            truth = truths[trial.stimulus_ids[0]]
            wrong = Maker.MACHINE if truth is Maker.HUMAN else Maker.HUMAN
            answer = truth if trial.position <= RIGHT else wrong
            vote = Vote(answer, Sureness.FAIRLY_SURE, HeardBefore.NO, 20.0)
            store.ballots.note_shown(somebody.id, trial.position)
            store.ballots.add_vote(somebody.id, trial.position, vote)
        store.people.finish(somebody.id)
        return token


@contextmanager
def opened_store() -> Iterator[Store]:
    """The app's store, for a while."""
    store = Store.open()
    try:
        yield store
    finally:
        store.close()


PICTURES = (
    Picture("home", home),
    Picture("compose", compose, TALL),
    Picture("compose-dark", compose, TALL | {"color_scheme": "dark"}),
    Picture("compose-phone", compose, PHONE),
    Picture("survey", survey),
    Picture("survey-phone", survey, PHONE),
    Picture("survey-thanks", thanks, TALL),
    Picture("results", results, RESEARCHER),
    Picture("results-told-apart", results_told_apart, RESEARCHER),
    Picture("studies", studies),
    Picture("studies-new", new_study, TALL),
)

if __name__ == "__main__":
    main(sys.argv[1:])
