"""Links: a song's settings as an address, and back."""

from __future__ import annotations

import pytest

from musegen.composing import Request
from musegen.errors import RequestError
from musegen.keys import parse_key
from musegen.song import Mode
from ui import links
from ui.links import Settings


@pytest.mark.parametrize(
    "request_",
    [
        Request("chorale", 7),
        Request("chorale", 0, form="A", key=parse_key("F#m"), bars=3),
        Request("chorale", 999_999_999_999, tempo_bpm=71.3, temperature=0.95),
        Request("chorale", 1, key=parse_key("Gb"), tempo_bpm=1 / 3 + 60),
        Request("chorale", 1, form="intro AB8CD:Am B8 outro", mode=Mode.MINOR),
        Request("chorale", 1, metre=(3, 4)),
        Request("chorale", 2, takes=(("A", 1), ("C", 77), ("C:A", 1))),
        Request("chorale", 2, form="intro AB", takes=(("intro", 3), ("intro:B", 12))),
    ],
)
def test_a_link_gives_exactly_the_request_it_was_made_from(request_: Request) -> None:
    settings, problems = links.read(links.write(request_), genre="")
    assert problems == []
    assert settings.request() == request_


def test_what_a_link_leaves_out_is_as_in_a_fresh_form() -> None:
    settings, problems = links.read({"utm_source": "mail"}, genre="chorale")
    assert (settings, problems) == (Settings("chorale"), [])


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"genre": "jazz"}, "There is no genre called “jazz”; choose one of: chorale"),
        ({"genre": ""}, "There is no genre called “”"),
        ({"key": "H"}, "There is no key called “H”; write one such as G"),
        ({"seed": "seven"}, "“seven” is not a seed; write a whole number"),
        ({"seed": "-1"}, "“-1” is not a seed"),
        ({"seed": "٧"}, "is not a seed"),
        ({"seed": "9" * 40}, "is not a seed"),
        ({"form": "123"}, "“123” is not a form; write one letter a section"),
        ({"form": "A intro"}, "The intro in “A intro” is not at the beginning"),
        ({"mode": "dorian"}, "“dorian” is no mode; choose major or minor"),
        ({"mode": "minor", "key": "G"}, "A song in G major is not minor"),
        ({"metre": "waltz"}, "“waltz” is no metre; write one such as 3/4"),
        ({"metre": "9/0"}, "“9/0” is no metre"),
        ({"metre": "5/4"}, "In 5/4 no chorale can be composed; choose 4/4 or 3/4"),
        ({"metre": "3/4", "model": "article"}, "The system of 2018 cannot follow a metre"),
        ({"takes": "A"}, "“A” does not tell which sections were composed again"),
        ({"takes": "E2"}, "has no section E to take"),
        ({"takes": "A0"}, "Take 0 of A cannot be composed"),
        ({"takes": "A" + "9" * 40}, "does not tell which sections"),
        ({"form": ""}, "“” is not a form"),
        ({"form": "A" * 17}, "17 sections is too long"),
        ({"tempo": "fast"}, "“fast” is not a tempo; choose 30 to 240"),
        ({"tempo": "nan"}, "“nan” is not a tempo"),
        ({"tempo": "1000"}, "“1000” is not a tempo"),
        ({"temperature": "9"}, "“9” is not a temperature; choose 0.5 to 1.5"),
        ({"bars": "4.5"}, "“4.5” is not a number of bars"),
        ({"bars": "99"}, "A section of 99 bars cannot be composed"),
    ],
)
def test_a_wrong_value_gives_one_sentence(parameters: dict[str, str], sentence: str) -> None:
    settings, problems = links.read({"genre": "chorale", "seed": "7"} | parameters, genre="chorale")
    assert len(problems) == 1
    assert sentence in problems[0]
    assert settings.genre == "chorale"


def test_every_wrong_value_is_told_at_once() -> None:
    _, problems = links.read({"key": "H", "form": "!", "seed": "x"}, genre="chorale")
    assert len(problems) == 3


def test_a_song_that_would_last_for_an_hour_is_refused_before_it_is_written() -> None:
    parameters = {"form": "ABCDEFGHIJKLMNOP", "bars": "32", "tempo": "30"}
    _, problems = links.read(parameters, genre="chorale")
    assert len(problems) == 1
    assert "would last about 68 minutes" in problems[0]


def test_settings_without_a_seed_are_no_certain_song() -> None:
    with pytest.raises(RequestError, match="is not a seed"):
        Settings("chorale").request()


def test_keys_are_shown_with_real_signs() -> None:
    assert links.key_words(parse_key("Bb")) == "B♭ major"
    assert links.key_words(parse_key("f#")) == "F♯ minor"


def test_a_form_is_read_as_it_was_meant() -> None:
    settings, problems = links.read({"form": " Intro a b4  outro "}, genre="chorale")
    assert problems == []
    assert settings.form == "intro AB4 outro"
