"""Forms: what is written in one go, and what sounds where."""

from __future__ import annotations

import pytest

from musegen import form
from musegen.errors import FormError
from musegen.song import C_MAJOR, Note, Part


def test_the_second_verse_is_written_in_one_go_with_the_first() -> None:
    stretches = form.stretches(form.parse_form("ABCBDB"))
    assert [s.labels for s in stretches] == [("A", "C"), ("B",), ("D",)]
    assert [s.is_last for s in stretches] == [False, True, False]


def test_spaces_and_small_letters_are_a_form_too() -> None:
    assert form.parse_form("a b a") == ("A", "B", "A")


@pytest.mark.parametrize("text", ["", "   ", "123", "A-B", "Ä"])
def test_a_form_without_letters_is_refused(text: str) -> None:
    with pytest.raises(FormError, match="write one letter a section, such as ABCBDB"):
        form.parse_form(text)


def test_a_form_without_end_is_refused() -> None:
    with pytest.raises(FormError, match="A form of 17 sections is too long; 16 are the most"):
        form.parse_form("A" * 17)


@pytest.mark.parametrize("bars", [0, 1, 33])
def test_sections_of_senseless_length_are_refused(bars: int) -> None:
    with pytest.raises(FormError, match="choose 2 to 32 bars"):
        form.check_bars(bars)


def test_a_section_in_mid_song_does_not_look_like_its_end() -> None:
    verse, chorus, _ = form.stretches(form.parse_form("ABCBDB"))
    settings = {"bars": 4, "metre": (4, 4), "key": C_MAJOR, "phrase_beats": 8}
    assert [s.label for s in form.blank(verse, **settings).sections] == ["A", "C", ""]
    assert [s.label for s in form.blank(chorus, **settings).sections] == ["B"]
    assert form.blank(chorus, **settings).phrase_ends == (96, 192)


def test_a_letter_that_comes_again_sounds_again() -> None:
    written = {
        label: (Part("Fiddle", 40, (Note(0, pitch, 12), Note(24, pitch + 2, 12))),)
        for label, pitch in (("A", 60), ("B", 70))
    }
    song = form.assemble(
        ("A", "B", "A"), written, bars=2, metre=(3, 4), key=C_MAJOR, tempo_bpm=90, title="x"
    )
    assert [n.onset_tick for n in song.parts[0].notes] == [0, 24, 72, 96, 144, 168]
    assert [n.pitch for n in song.parts[0].notes] == [60, 62, 70, 72, 60, 62]
    assert [(s.label, s.start_tick, s.length_ticks) for s in song.sections] == [
        ("A", 0, 72),
        ("B", 72, 72),
        ("A", 144, 72),
    ]
    assert len(song.bars) == 6
    assert song.end_tick == 216
