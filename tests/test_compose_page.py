"""The Compose page, without a browser; songs are really composed, performed and recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from musegen import models, soundfonts
from musegen.composing import Model, Request
from musegen.song import Song, cut
from tests import article
from tests.conftest import ROOT
from ui import compose, compose_song
from ui.opus import Opus

SHORT = {"genre": "chorale", "form": "AB", "bars": "2"}
TIMEOUT_S = 240


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def open_page(**parameters: str) -> AppTest:
    """The Compose page, at an address with these parameters."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT_S).run()
    app.switch_page("pages/1_Compose.py")
    app.query_params.update(parameters)
    app.run()
    assert not app.exception
    return app


def opus(app: AppTest) -> Opus:
    found: Opus = app.session_state[compose.OPUS]
    return found


def components(app: AppTest) -> dict[str, dict[str, Any]]:
    """What the page's own components are given, by their names."""
    return {c.proto.component_name: json.loads(c.proto.json) for c in app.get("bidi_component")}


def test_a_fresh_page_waits_for_its_button() -> None:
    app = open_page()
    assert [button.label for button in app.button if button.label] == ["Compose"]
    assert not app.error
    assert not app.get("bidi_component")


def test_composing_with_settings_of_the_form() -> None:
    app = open_page()
    app.text_input(key="form_form").set_value("AB")
    app.number_input(key="form_bars").set_value(2)
    app.number_input(key="form_tempo").set_value(90.0)
    app.selectbox(key="form_key").set_value("Bb")
    app.select_slider(key="form_temperature").set_value(0.8)
    app.text_input(key="form_seed").set_value("3")
    app.button(key="compose_button").click().run()
    assert not app.error
    assert app.query_params == SHORT | {
        "seed": "3",
        "key": "Bb",
        "tempo": "90",
        "temperature": "0.8",
    }
    song = opus(app).composition.song
    bars = sum(not bar.is_upbeat for bar in song.bars)
    assert (str(song.key), song.tempo_bpm, bars) == ("Bb major", 90, 4)
    assert [section.label for section in song.sections] == ["A", "B"]
    player = components(app)["musegen_player"]
    assert len(player["notes"]) == song.note_count()
    assert player["url"].endswith(".mp3")
    assert "<svg" in components(app)["musegen_score"]["layouts"][0]["svg"]
    assert [button.label for button in app.download_button] == ["MIDI", "MusicXML", "MP3", "WAV"]


def test_an_empty_seed_is_another_song_each_time() -> None:
    app = open_page()
    seeds = set()
    for _ in range(2):
        app.text_input(key="form_form").set_value("A")
        app.number_input(key="form_bars").set_value(2)
        app.button(key="compose_button").click().run()
        seeds.add(app.query_params["seed"])
        assert app.text_input(key="form_seed").value == ""
    assert len(seeds) == 2


def test_a_link_composes_at_once_and_exactly_the_same_song() -> None:
    first = open_page(**SHORT, seed="5")
    song = opus(first)
    st.cache_resource.clear()
    again = opus(open_page(**first.query_params))
    assert again is not song
    assert again.midi == song.midi
    assert again.mp3 == song.mp3
    assert opus(open_page(**SHORT, seed="6")).midi != song.midi


def notes_of(song: Song, label: str) -> object:
    section = next(s for s in song.sections if s.label == label)
    return cut(song, section.start_tick, section.end_tick).voices


def test_sections_are_kept_and_the_others_composed_again() -> None:
    app = open_page(**SHORT | {"form": "ABC", "seed": "5"})
    before = opus(app)
    assert app.button(key="others_button").disabled, "nothing is kept yet"
    app.button_group(key="compose_kept").set_value(["A", "C"]).run()
    app.button(key="others_button").click().run()
    assert not app.exception
    assert not app.error
    after = opus(app)
    for label in "AC":
        assert notes_of(after.composition.song, label) == notes_of(before.composition.song, label)
    assert notes_of(after.composition.song, "B") != notes_of(before.composition.song, "B")
    assert app.query_params["seed"] == "5"
    assert app.button_group(key="compose_kept").value == ["A", "C"], "they stay kept"
    again = opus(open_page(**app.query_params))
    assert again.midi == after.midi, "the link carries it"


def test_a_song_of_one_section_has_nothing_to_keep() -> None:
    app = open_page(**SHORT | {"form": "A", "seed": "5"})
    assert "compose_kept" not in app.session_state


def test_mode_and_metre_may_be_chosen() -> None:
    app = open_page()
    app.text_input(key="form_form").set_value("A")
    app.number_input(key="form_bars").set_value(2)
    app.button_group(key="form_mode").set_value("minor")
    app.selectbox(key="form_metre").set_value("3/4")
    app.button(key="compose_button").click().run()
    assert not app.error
    assert (app.query_params["mode"], app.query_params["metre"]) == ("minor", "3/4")
    song = opus(app).composition.song
    assert str(song.key) == "A minor"
    assert {bar.numerator for bar in song.bars} == {3}


def test_a_genre_of_one_metre_offers_no_choice_of_it() -> None:
    app = open_page(genre="mazurka")
    assert not app.error
    assert "form_metre" not in {box.key for box in app.selectbox}
    app.button_group(key="form_genre").set_value("fiddle").run()
    assert not app.error
    assert app.selectbox(key="form_metre").value == ""


def test_a_metre_that_another_genre_lacks_is_let_go() -> None:
    app = open_page(genre="fiddle", metre="6/8")
    assert app.selectbox(key="form_metre").value == "6/8"
    app.button_group(key="form_genre").set_value("chorale").run()
    assert not app.error
    assert app.selectbox(key="form_metre").value == ""


def test_a_link_fills_the_form() -> None:
    app = open_page(**SHORT, seed="5", key="Gb", temperature="0.95", tempo="80")
    assert app.text_input(key="form_seed").value == "5"
    assert app.selectbox(key="form_key").value == "Gb"
    assert app.select_slider(key="form_temperature").value == 0.95
    assert app.number_input(key="form_tempo").value == 80
    assert opus(app).composition.song.key.name == "Gb"


def test_clicks_elsewhere_do_not_compose_again() -> None:
    app = open_page(**SHORT, seed="5")
    song = opus(app)
    app.text_input(key="form_form").set_value("ABA").run()
    assert opus(app) is song
    assert app.query_params["form"] == "AB"
    assert "musegen_player" in components(app)


def test_compose_again_keeps_all_but_the_seed() -> None:
    app = open_page(**SHORT, seed="5", tempo="77")
    song = opus(app)
    app.button(key="again_button").click().run()
    assert app.query_params["seed"] != "5"
    assert opus(app).midi != song.midi
    assert opus(app).composition.song.tempo_bpm == 77
    assert {name: app.query_params[name] for name in SHORT} == SHORT


def test_a_link_with_a_genre_alone_only_chooses_it() -> None:
    app = open_page(genre="chorale")
    assert not app.get("bidi_component")
    assert not app.error


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"genre": "jazz"}, "There is no genre called “jazz”"),
        ({"key": "H"}, "There is no key called “H”"),
        ({"form": "12"}, "“12” is not a form"),
        ({"seed": "many"}, "“many” is not a seed"),
    ],
)
def test_a_bad_link_gives_a_sentence(parameters: dict[str, str], sentence: str) -> None:
    app = open_page(**SHORT | {"seed": "5"} | parameters)
    assert [sentence in error.value for error in app.error] == [True]
    assert not app.get("bidi_component")


def test_after_a_bad_link_the_page_stays_usable() -> None:
    app = open_page(genre="chorale", seed="many", bars="2")
    app.text_input(key="form_form").set_value("A")
    app.button(key="compose_button").click().run()
    assert not app.error
    assert opus(app).composition.request.bars == 2
    assert "musegen_player" in components(app)


def test_a_wrong_form_keeps_the_song_that_is_there() -> None:
    app = open_page(**SHORT, seed="5")
    song = opus(app)
    app.text_input(key="form_form").set_value("???")
    app.button(key="compose_button").click().run()
    assert ["“???” is not a form" in error.value for error in app.error] == [True]
    assert opus(app) is song
    assert app.query_params["form"] == "AB"


def test_coming_back_from_another_page_shows_the_same_song() -> None:
    app = open_page(**SHORT, seed="5")
    song = opus(app)
    app.switch_page("app.py").run()
    app.query_params.clear()
    app.switch_page("pages/1_Compose.py").run()
    assert opus(app) is song
    assert app.query_params["seed"] == "5"
    assert app.text_input(key="form_form").value == "AB"
    assert "musegen_player" in components(app)


def test_without_a_soundfont_the_song_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folders in ("_system_folders", "_bundled_folders"):
        monkeypatch.setattr(soundfonts, folders, list)
    monkeypatch.setattr(soundfonts, "OWN_FOLDER", tmp_path)
    app = open_page(**SHORT, seed="5")
    assert ["There is no SoundFont" in error.value for error in app.error] == [True]
    assert [button.label for button in app.download_button] == ["MIDI", "MusicXML"]
    assert "musegen_score" in components(app)
    assert opus(app).midi.startswith(b"MThd")


def test_a_damaged_model_gives_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "chorale").mkdir()
    (tmp_path / "chorale" / "config.json").write_text('{"network": 3}')
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path))
    app = open_page(genre="chorale", seed="1")
    assert ["is of another version; train it anew" in error.value for error in app.error] == [True]
    assert app.button(key="compose_button")


def test_without_any_model_the_page_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path))
    app = open_page()
    assert any("python -m musegen train" in text.value for text in app.markdown)


def test_the_link_is_the_pages_own_address_with_the_songs_settings() -> None:
    song = opus(open_page(**SHORT, seed="5"))
    assert song.composition.request == Request("chorale", 5, form="AB", bars=2)
    address = compose_song.address(song, "https://example.org/music/Compose?old=1#top")
    assert address == (
        "https://example.org/music/Compose?genre=chorale&seed=5&temperature=1&form=AB&bars=2"
    )


def test_without_the_system_of_2018_there_is_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_article_folder", lambda _: None)
    app = open_page(genre="quartet")
    assert "form_model" not in {choice.key for choice in app.get("button_group")}
    app = open_page(genre="quartet", seed="1", model="article")
    assert ["musegen train quartet --model article" in error.value for error in app.error] == [True]


def test_a_song_as_in_2018(data_dir: Path) -> None:
    assert data_dir.is_dir()
    article.install()
    app = open_page(genre="chorale", seed="5", form="AB", model="article")
    assert not app.error
    composition = opus(app).composition
    assert composition.request.model is Model.ARTICLE
    assert [section.label for section in composition.song.sections] == ["A", "B"]
    assert "as in 2018" in components(app)["musegen_player"]["title"]
    assert any("as in 2018" in caption.value for caption in app.caption)
    assert app.query_params["model"] == "article"
    song = opus(app)
    app.text_input(key="form_form").set_value("ABE")
    app.button(key="compose_button").click().run()
    assert ["The system of 2018 cannot follow the form “ABE”" in e.value for e in app.error] == [
        True
    ]
    assert opus(app) is song


def test_the_choice_is_in_the_form(data_dir: Path) -> None:
    assert data_dir.is_dir()
    article.install()
    app = open_page(genre="chorale")
    choice = next(g for g in app.get("button_group") if g.key == "form_model")
    assert choice.value == "event"
    choice.set_value("article")
    app.text_input(key="form_form").set_value("A")
    app.button(key="compose_button").click().run()
    assert not app.error
    assert opus(app).composition.request.model is Model.ARTICLE
    assert app.query_params["model"] == "article"
