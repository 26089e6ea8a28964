"""Forms as people write them, and what is told to those who write none."""

from __future__ import annotations

import pytest

from musegen.errors import FormError
from musegen.form import Form, Place, check_bars, parse_form, steps_from_home
from musegen.keys import parse_key


def test_letters_are_sections() -> None:
    assert parse_form("ABCBDB").labels == ("A", "B", "C", "B", "D", "B")


def test_spaces_and_small_letters_are_a_form_too() -> None:
    assert parse_form("a b a") == parse_form("ABA")


def test_intro_and_outro_are_words_of_their_own() -> None:
    form = parse_form("Intro ABCBDB outro")
    assert form.labels == ("intro", "A", "B", "C", "B", "D", "B", "outro")
    assert form.letters == ("A", "B", "C", "B", "D", "B")


def test_a_section_may_have_its_length_and_its_key() -> None:
    form = parse_form("intro2 A8B8 D4:Am B")
    am = parse_key("Am")
    assert form == Form(
        (Place("intro", 2), Place("A", 8), Place("B", 8), Place("D", 4, am), Place("B", 8))
    )
    assert form.place("D").key == am


@pytest.mark.parametrize(
    "text", ["ABCBDB", "intro ABCBDB outro", "A8B4D2:Bb B4", "intro4 AB:F#m C outro", "AABB"]
)
def test_a_form_is_written_as_it_is_read(text: str) -> None:
    assert parse_form(str(parse_form(text))) == parse_form(text)


def test_a_form_is_written_short() -> None:
    assert str(parse_form("intro a b  c4 b d:Am b outro")) == "intro ABC4BD:Am B outro"


@pytest.mark.parametrize("text", ["", "   ", "123", "A-B", "Ä", "intro", "intro outro", "8A"])
def test_a_form_without_letters_is_refused(text: str) -> None:
    with pytest.raises(FormError, match="write one letter a section, such as ABCBDB"):
        parse_form(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A" * 17, "A form of 17 sections is too long; 16 are the most"),
        ("A intro B", "The intro in “A intro B” is not at the beginning"),
        ("intro intro A", "is not at the beginning; put it there, once"),
        ("A outro B", "The outro in “A outro B” is not at the end"),
        ("A1 B", "A section of 1 bars cannot be composed; choose 2 to 32 bars"),
        ("A99999999999999999999", "choose 2 to 32 bars"),
        ("A8 B A4", "A has 4 bars in one place and 8 in another; give it one length"),
        ("A:G B A:Am", "A is in Am in one place and in G in another; give it one key"),
        ("D:H", "“H” in “D:H” is not a key; write one such as D:G or D:Am"),
        ("D:GB", "“GB” in “D:GB” is not a key"),
        ("D:F#", "A section in F# major lies too far from home"),
        ("intro:G A", "“intro:G” cannot have a key of its own; leave out “:G”"),
    ],
)
def test_senseless_forms_are_told(text: str, sentence: str) -> None:
    with pytest.raises(FormError, match=sentence):
        parse_form(text)


@pytest.mark.parametrize("bars", [0, 1, 33])
def test_sections_of_senseless_length_are_refused(bars: int) -> None:
    with pytest.raises(FormError, match="choose 2 to 32 bars"):
        check_bars(bars)


@pytest.mark.parametrize(("name", "steps"), [("C", 0), ("G", -5), ("F", 5), ("Am", 0), ("Em", -5)])
def test_keys_are_counted_from_home(name: str, steps: int) -> None:
    assert steps_from_home(parse_key(name)) == steps
