"""The Compose page in a real browser: hear a song, find one's way in it, keep it, share it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import soundfile
from playwright.sync_api import BrowserContext, Locator, Page, expect

from musegen import midi
from tests.browser.conftest import App, Problems

SHORT = "genre=chorale&seed=7&form=ABA&bars=2&tempo=120"
COMPOSING_MS = 120_000
WATCH_FOR_PROGRESS = """() => {
    window.sawProgress = false;
    const look = () => { window.sawProgress ||= !!document.querySelector("[role=progressbar]"); };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""
"""A short song is composed sooner than a test looks twice."""


@pytest.fixture(autouse=True)
def _direct_addresses(problems: Problems) -> None:
    # Streamlit asks for its own files below a page's address first, then above it.
    problems.ignore(r"status of 404")


def open_song(page: Page, app: App, query: str = SHORT) -> Locator:
    """Open a link and return its player."""
    page.goto(f"{app.url}/Compose?{query}")
    player = page.get_by_label("Player", exact=True)
    expect(player).to_be_visible(timeout=COMPOSING_MS)
    return player


def wait_until(page: Page, player: Locator, condition: str) -> None:
    """Wait until ``condition`` on the audio element ``a`` holds."""
    audio = player.locator("audio").element_handle()
    page.wait_for_function(f"a => {condition}", arg=audio)


def audio(player: Locator, expression: str) -> float:
    return float(player.locator("audio").evaluate(f"a => {expression}"))


def download(page: Page, label: str) -> tuple[str, bytes]:
    with page.expect_download(timeout=COMPOSING_MS) as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def painted(player: Locator) -> str:
    """What the piano roll shows, as a picture."""
    return str(player.locator("canvas").evaluate("c => c.toDataURL()"))


def wait_for_another_picture(page: Page, player: Locator, before: str) -> None:
    """Wait until the piano roll shows something else; a new song's player may take the old one's place."""
    deadline = time.monotonic() + COMPOSING_MS / 1000
    while painted(player) == before:
        assert time.monotonic() < deadline, "the piano roll shows the same as before"
        page.wait_for_timeout(100)


def test_compose_a_song_and_hear_it(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Compose")
    page.get_by_text("Key, tempo, form and more").click()
    page.get_by_label("Form", exact=True).fill("AB")
    page.get_by_label("Bars in a section", exact=True).fill("2")
    page.evaluate(WATCH_FOR_PROGRESS)
    page.get_by_role("button", name="Compose", exact=True).click()
    player = page.get_by_label("Player", exact=True)
    expect(player).to_be_visible(timeout=COMPOSING_MS)
    assert page.evaluate("window.sawProgress"), "it was composed without a sign of progress"
    expect(page).to_have_url(re.compile(r"genre=chorale.*seed=\d+.*form=AB.*bars=2"))
    still = painted(player)
    player.get_by_role("button", name="Play").click()
    wait_until(page, player, "a.currentTime > 1.5 && !a.paused")
    assert painted(player) != still
    expect(player.locator(".now")).to_have_text(re.compile(r"0:0[1-9]"))
    expect(page.locator(".score .sounding").first).to_be_attached()
    player.get_by_role("button", name="Pause").click()
    wait_until(page, player, "a.paused")


def test_a_section_is_clicked_and_heard_from_there(page: Page, app: App) -> None:
    player = open_song(page, app)
    sections = player.locator(".sections button")
    expect(sections).to_have_text(["A", "B", "A"])
    start = re.search(r"(\d+):(\d+) to", str(sections.nth(1).get_attribute("aria-label")))
    assert start is not None
    begins_s = 60 * int(start[1]) + int(start[2])
    assert begins_s > 2
    sections.nth(1).click()
    wait_until(page, player, f"a.currentTime >= {begins_s} && !a.paused")
    assert audio(player, "a.currentTime") < begins_s + 5
    expect(sections.nth(1)).to_have_attribute("aria-current", "true")
    expect(player.locator(".where")).to_contain_text("Section B")


def test_what_one_likes_is_kept_and_the_rest_composed_again(page: Page, app: App) -> None:
    player = open_song(page, app, "genre=fiddle&seed=3&form=AB&bars=2&mode=major")
    others = page.get_by_role("button", name="Compose the others again")
    expect(others).to_be_disabled()
    page.get_by_label("Keep what you like").get_by_role("button", name="A", exact=True).click()
    ready = page.get_by_role("button", name="Compose the others again", disabled=False)
    expect(ready).to_be_visible()
    before = painted(player)
    ready.click()
    expect(page).to_have_url(re.compile(r"seed=3.*takes=A1\.B\d+"), timeout=COMPOSING_MS)
    wait_for_another_picture(page, player, before)


def test_keys_the_roll_and_the_score_seek(page: Page, app: App) -> None:
    player = open_song(page, app)
    wait_until(page, player, "a.readyState > 0")
    player.get_by_label("Position in the song").focus()
    page.keyboard.press("ArrowRight")
    assert audio(player, "a.currentTime") == pytest.approx(5, abs=0.1)
    page.keyboard.press("Home")
    assert audio(player, "a.currentTime") == 0
    page.keyboard.press("Space")
    wait_until(page, player, "!a.paused && a.currentTime > 0.3")
    page.keyboard.press("Space")
    wait_until(page, player, "a.paused")
    page.keyboard.press("Home")
    roll = player.locator(".roll")
    roll.click(position={"x": 400, "y": 100})
    clicked = audio(player, "a.currentTime")
    assert clicked > 2
    page.locator(".score .note .notehead").first.click(force=True)  # through the staff's lines
    assert audio(player, "a.currentTime") < 1 < clicked


def test_downloads_are_what_they_say_and_nothing_is_composed_again(
    page: Page, app: App, tmp_path: Path
) -> None:
    player = open_song(page, app)
    player.get_by_role("button", name="Play").click()
    name, content = download(page, "MIDI")
    assert name == "musegen-chorale-seed7.mid"
    (tmp_path / name).write_bytes(content)
    song = midi.read_midi(tmp_path / name)
    assert [section.label for section in song.sections] == ["A", "B", "A"]
    name, content = download(page, "MusicXML")
    assert name == "musegen-chorale-seed7.musicxml"
    assert ET.fromstring(content).tag == "score-partwise"
    for label in ("MP3", "WAV"):
        name, content = download(page, label)
        assert name == f"musegen-chorale-seed7.{label.lower()}"
        (tmp_path / name).write_bytes(content)
        info = soundfile.info(tmp_path / name)
        assert info.format == label
        assert info.duration == pytest.approx(audio(player, "a.duration"), abs=0.2)
    wait_until(page, player, "a.currentTime > 0 && !a.paused")


def test_a_link_gives_the_same_song_to_somebody_else_after_a_restart(
    new_context: Callable[..., BrowserContext], own_app: App
) -> None:
    songs = []
    for _ in range(2):
        page = new_context().new_page()
        open_song(page, own_app)
        shown = page.get_by_test_id("stCode").inner_text()
        assert SHORT in shown.replace("\n", "").replace("temperature=1&", "").replace(
            "tempo=120&form=ABA&bars=2", "form=ABA&bars=2&tempo=120"
        )
        songs.append(download(page, "MIDI"))
        own_app.restart()
    assert songs[0] == songs[1]


def test_bad_links_give_a_sentence_and_the_page_goes_on(page: Page, app: App) -> None:
    for query, sentence in {
        "genre=jazz&seed=7": "There is no genre called “jazz”",
        "genre=chorale&seed=7&key=H": "There is no key called “H”",
        "genre=chorale&seed=x": "“x” is not a seed",
        "genre=chorale&seed=7&form=4": "“4” is not a form",
    }.items():
        page.goto(f"{app.url}/Compose?{query}")
        expect(page.get_by_test_id("stAlert")).to_contain_text(sentence)
        expect(page.get_by_role("button", name="Compose", exact=True)).to_be_enabled()
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_back_brings_the_song_before(page: Page, app: App) -> None:
    open_song(page, app)
    page.get_by_role("button", name="Compose again").click()
    expect(page).not_to_have_url(re.compile("seed=7&"), timeout=COMPOSING_MS)
    expect(page.get_by_text(re.compile(r"^Seed (?!7 )"))).to_be_visible(timeout=COMPOSING_MS)
    page.go_back()
    expect(page.get_by_text(re.compile(r"^Seed 7 "))).to_be_visible(timeout=COMPOSING_MS)


def test_on_a_phone_everything_fits(phone_page: Page, app: App) -> None:
    player = open_song(phone_page, app)
    wide = phone_page.evaluate(
        "[...document.querySelectorAll('.stMain *')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert wide == 0
    for control in (
        player.get_by_role("button", name="Play"),
        player.locator(".sections button").first,
    ):
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    ratio = player.locator("canvas").evaluate("c => c.width / c.clientWidth")
    assert ratio == pytest.approx(2, abs=0.05)
    player.get_by_role("button", name="Play").tap()
    wait_until(phone_page, player, "a.currentTime > 0.5")


def test_the_roll_is_drawn_anew_when_the_theme_changes(page: Page, app: App) -> None:
    player = open_song(page, app)
    wait_until(page, player, "a.readyState > 0")
    light = painted(player)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "([c, before]) => c.toDataURL() !== before",
        arg=[player.locator("canvas").element_handle(), light],
    )


def test_less_motion_turns_pages_instead_of_scrolling(
    new_context: Callable[..., BrowserContext], app: App
) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    player = open_song(page, app)
    wait_until(page, player, "a.readyState > 0")
    roll = player.locator(".roll")
    roll.click(position={"x": 100, "y": 50})
    first = audio(player, "a.currentTime")
    roll.click(position={"x": 300, "y": 50})
    # The paper stood still: 200 pixels are 200 pixels of time.
    assert audio(player, "a.currentTime") - first == pytest.approx(200 / 64, abs=0.05)


def test_the_menu_leads_home_and_a_card_leads_to_its_genre(page: Page, app: App) -> None:
    page.goto(f"{app.url}/Compose")
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_role("link", name="Compose a chorale").click()
    expect(page).to_have_url(re.compile(r"/Compose\?genre=chorale$"))
    expect(page.get_by_role("radio", name="Chorale")).to_be_checked()
