"""The running app and a real Chromium for the browser tests.

``app`` is one ``streamlit run app.py`` for all tests of a run, with a data directory and a
database of its own. ``page`` is a fresh browser (no cookies, nothing stored) for every test;
``new_context`` opens further ones: a phone, a second person. At the end of each test,
whatever the browser's console or the app's log complained about fails the test.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import ROOT, free_port, link_cache

START_TIMEOUT_S = 60
ACTION_TIMEOUT_MS = 30_000
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
"""What ``new_context(**PHONE)`` takes to look like a phone."""

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
    "--autoplay-policy=document-user-activation-required",  # as on people's phones
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # nothing but the app
)

HARMLESS = (
    # Streamlit's own page asks for sensors that its own iframe rules do not know.
    re.compile(r"Unrecognized feature: '"),
    # Streamlit offers a link to its theme's fonts before it needs them.
    re.compile(r"was preloaded using link preload but not used"),
    # A page that is left while it is loading drops its socket; Streamlit opens a new one.
    re.compile(r"WebSocket onerror|WebSocket is closed before the connection is established"),
    # Software rendering of plots: slow, but right.
    re.compile(r"GPU stall due to ReadPixels|GroupMarkerNotSet"),
)
"""Console messages that tell nothing about this project, each with its reason."""


class App:
    """A running app: its address, its data directory, its database and its log."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.environment = environment
        self.database_url = f"sqlite:///{data_dir / 'votes.db'}"
        self.port = free_port()
        self.log_path = data_dir / "app.log"
        self.stops = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The app's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the app and return when it answers."""
        environment = os.environ | {
            "MUSEGEN_DATA": str(self.data_dir),
            "MUSEGEN_DATABASE_URL": self.database_url,
            "PYTHONWARNINGS": "default",
            **self.environment,
        }
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        for option, value in {
            "server.headless": "true",
            "server.port": str(self.port),
            "server.address": "127.0.0.1",
            "server.fileWatcherType": "none",
            "browser.gatherUsageStats": "false",
        }.items():
            command += [f"--{option}", value]
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        self._wait_until_healthy()

    def stop(self) -> None:
        """Stop the app, as a restart of the machine would."""
        if self._process is None:
            return
        self.stops += 1
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop the app and start it again at the same address, with the same data."""
        self.stop()
        self.start()

    def log(self) -> str:
        """Everything that the app has written to its log so far."""
        if not self.log_path.exists():
            return ""
        return COLOURS.sub("", self.log_path.read_text(errors="replace"))

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the app did not start:\n{self.log()[-4000:]}")


class Problems:
    """What browsers and the app complained about during one test."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._log_start = len(app.log())
        self._stops = app.stops
        self._ignored: list[re.Pattern[str]] = list(HARMLESS)
        self._found: list[str] = []

    def ignore(self, pattern: str) -> None:
        """Expect complaints that match ``pattern`` in this test."""
        self._ignored.append(re.compile(pattern))

    def watch(self, context: BrowserContext) -> None:
        """Collect what the pages of ``context`` complain about from now on."""
        context.on("console", lambda message: self._note(message.type, message.text))
        context.on("weberror", lambda error: self._note("error", str(error.error)))

    def found(self) -> list[str]:
        """The complaints so far, those expected left out."""
        complaints = list(self._found)
        ignored = list(self._ignored)
        if self._app.stops > self._stops:  # pages knock until the app is there again
            ignored.append(re.compile("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET"))
        if "Traceback (most recent call last)" in (log := self._app.log()[self._log_start :]):
            complaints.append(f"the app's log:\n{log[-4000:]}")
        return [c for c in complaints if not any(p.search(c) for p in ignored)]

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":
            self._found.append(text)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, running for all tests; its database holds what earlier tests left there."""
    yield from running_app(tmp_path_factory.mktemp("app"))


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[App]:
    """An app for one test alone, with an empty database; it may be stopped and restarted."""
    yield from running_app(tmp_path)


def running_app(data_dir: Path, **environment: str) -> Iterator[App]:
    """An app with its data in ``data_dir`` and these variables in its environment."""
    link_cache(data_dir)
    app = App(data_dir, **environment)
    try:
        app.start()
        yield app
    finally:
        app.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once a module."""
    # Not once a session: while it lives, no other test can use an event loop of its own.
    expect.set_options(timeout=ACTION_TIMEOUT_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=_chromium(), args=list(CHROMIUM_ARGUMENTS)
        )
        yield launched
        launched.close()


@pytest.fixture
def problems(request: pytest.FixtureRequest) -> Problems:
    """What this test's browsers complained about; ``problems.ignore(…)`` what is expected."""
    name = "own_app" if "own_app" in request.fixturenames else "app"
    return Problems(request.getfixturevalue(name))


@pytest.fixture
def new_context(browser: Browser, problems: Problems) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of its own for one more person: ``new_context(**PHONE)``."""
    opened: list[BrowserContext] = []

    def open_context(**options: Any) -> BrowserContext:
        context = browser.new_context(**({"locale": "en-GB"} | options))
        context.set_default_timeout(ACTION_TIMEOUT_MS)
        problems.watch(context)
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()
    if found := problems.found():
        pytest.fail("\n".join(["the browser or the app complained:", *found]))


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a fresh desktop browser."""
    return new_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def phone_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a fresh phone."""
    return new_context(**PHONE).new_page()


def _chromium() -> str:
    named = os.environ.get("MUSEGEN_CHROMIUM")
    for candidate in (named, "/usr/bin/chromium", shutil.which("chromium")):
        if candidate and Path(candidate).is_file():
            return candidate
    pytest.fail(
        "there is no Chromium here: install the Debian package chromium, "
        "or name a program in MUSEGEN_CHROMIUM"
    )
