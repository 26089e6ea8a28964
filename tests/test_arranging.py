"""Sections are related as in real songs, and one can be composed again without the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from musegen import models
from musegen.cadences import ends_on, last_notes
from musegen.composing import Composer, Composition, Request, again
from musegen.dependencies import goes_before, source_of, sources_of
from musegen.errors import FormError
from musegen.knowledge import Knowledge
from musegen.likeness import likeness, sections_alike
from musegen.metre import metre_text, usual_metre
from musegen.song import A_MINOR, C_MAJOR, Note, Song, cut
from musegen.writing import Sheet, Writer

WHOLE = "intro ABCBDB outro"


@pytest.fixture(scope="module")
def chorales() -> Composer:
    return Composer.load("chorale")


@pytest.fixture(scope="module")
def whole(chorales: Composer) -> Composition:
    return chorales.compose(Request("chorale", seed=11, form=WHOLE, bars=4))


@pytest.fixture(scope="module")
def tunes() -> list[Song]:
    composer = Composer.load("fiddle")
    return [composer.compose(Request("fiddle", seed=seed, bars=4)).song for seed in range(10)]


def heard(song: Song, label: str, which: int = 0) -> tuple[tuple[Note, ...], ...]:
    section = [s for s in song.sections if s.label == label][which]
    return cut(song, section.start_tick, section.end_tick).voices


def before(voices: tuple[tuple[Note, ...], ...], tick: int) -> list[list[Note]]:
    return [[note for note in notes if note.onset_tick < tick] for notes in voices]


def ticks(song: Song, label: str) -> int:
    return next(s.length_ticks for s in song.sections if s.label == label)


def test_what_grows_from_what() -> None:
    labels = ("intro", "A", "B", "C", "B", "D", "B", "outro")
    sources = {label: source_of(label, labels) for label in labels}
    assert sources == {"intro": "B", "A": None, "B": None, "C": "A", "D": "B", "outro": "B"}
    assert source_of("C", ("C", "B")) is None
    assert source_of("outro", ("C", "A", "outro")) == "A"


def test_what_is_written_after_what() -> None:
    labels = ("intro", "A", "B", "C", "B", "D", "B", "E", "outro")
    before = {label: goes_before(label, labels) for label in labels}
    assert before == {
        "intro": None, "A": None, "B": "A", "C": "B", "D": "B", "E": "B", "outro": None,
    }  # fmt: skip
    assert {label: sources_of(label, labels) for label in "ABCD"} == {
        "A": (),
        "B": ("A",),
        "C": ("A", "B"),
        "D": ("B", "A"),
    }
    assert sources_of("A", ("C", "A")) == ()  # no section waits for one that waits for it


def test_the_sections_of_a_chorale_know_what_they_lead_to_and_what_they_go_on_from(
    chorales: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets: dict[str, list[Sheet]] = {}

    def keep(writer: Writer, sheet: Sheet, rng: np.random.Generator) -> list[list[Note]]:
        voices = write(writer, sheet, rng)
        label = [s.label for s in sheet.blank.sections if s.label][-1]
        sheets.setdefault(label, []).append(sheet)
        return voices

    write = Writer.write
    monkeypatch.setattr(Writer, "write", keep)
    song = chorales.compose(Request("chorale", seed=3, bars=4)).song

    def first_pitches(voices: Sequence[Sequence[Note]]) -> list[int]:
        return [notes[0].pitch for notes in voices]

    for label, after, which in (("B", "C", 0), ("C", "B", 1), ("D", "B", 2)):
        follows = sheets[label][0].wishes.follows
        assert follows is not None
        assert first_pitches(follows) == first_pitches(heard(song, after, which))
    assert sheets["A"][0].wishes.follows is None  # what comes after it goes on from it
    told = sheets["D"][0].told
    chorus = heard(song, "B", 1)
    assert before(told, ticks(song, "B")) == [list(notes) for notes in chorus]


def test_the_second_verse_begins_as_the_first_and_goes_elsewhere(whole: Composition) -> None:
    first, second = (heard(whole.song, label) for label in "AC")
    quarter, half = (ticks(whole.song, "A") // n for n in (4, 2))
    assert before(first, quarter) == before(second, quarter)
    later = [[n for n in notes if n.onset_tick >= half] for notes in second]
    assert likeness(later, [[n for n in v if n.onset_tick >= half] for v in first]) < 0.5


def test_the_chorus_comes_back_alike_and_never_the_same(whole: Composition) -> None:
    choruses = [heard(whole.song, "B", which) for which in range(3)]
    bar = ticks(whole.song, "B") // 4
    for one, other in combinations(choruses, 2):
        assert before(one, 3 * bar) == before(other, 3 * bar)
        assert one != other


def test_the_last_chorus_comes_home_and_keeps_its_first_phrase() -> None:
    """Where the melody finds no way home in a bar, the whole second phrase is new."""
    knows = Knowledge.of(models.info("chorale"))
    halves = replace(knows.habits, phrases={"4/4": {"0": {"8 8": 1.0}}}, upbeats={})
    composer = Composer(replace(knows, habits=halves))
    at_home, new_phrases = 0, 0
    for seed in range(20, 30):
        request = Request("chorale", seed=seed, form="ABB", bars=4, metre=(4, 4))
        song = composer.compose(request).song
        first, last = (heard(song, "B", which) for which in range(2))
        assert before(first, 2 * 48) == before(last, 2 * 48)
        new_phrases += before(first, 3 * 48) != before(last, 3 * 48)
        at_home += max(n.pitch for n in last_notes(last)) % 12 == song.key.tonic
    assert at_home >= 9
    assert 1 <= new_phrases <= 6


def test_the_bridge_is_another_thing(whole: Composition) -> None:
    assert likeness(heard(whole.song, "D"), heard(whole.song, "B")) < 0.4
    assert likeness(heard(whole.song, "D"), heard(whole.song, "A")) < 0.4


def test_intro_and_outro_are_made_of_the_chorus(whole: Composition) -> None:
    intro, outro = (heard(whole.song, label) for label in ("intro", "outro"))
    first, last = heard(whole.song, "B"), heard(whole.song, "B", 2)
    beats = 3 * 12
    assert before(intro, beats) == before(first, beats)
    start = ticks(whole.song, "B") - ticks(whole.song, "outro")
    phrase = [[n for n in notes if start <= n.onset_tick < start + beats] for notes in last]
    taken = [[n.pitch for n in notes] for notes in before(outro, beats)]
    assert taken == [[n.pitch for n in notes] for notes in phrase]
    assert any(taken)


def test_choruses_are_more_alike_than_verses_than_verse_and_bridge(tunes: list[Song]) -> None:
    alike = [sections_alike(song) for song in tunes]
    ordered = [a["B", "B"] > a["A", "C"] > a["A", "D"] for a in alike]
    assert sum(ordered) >= 9


def test_no_verse_answers_with_the_very_same(tunes: list[Song]) -> None:
    for song in tunes:
        assert heard(song, "C") != heard(song, "A")
        assert heard(song, "D") not in (heard(song, "A"), heard(song, "B"))


def test_every_song_ends_on_its_tonic_chord(tunes: list[Song]) -> None:
    finals = Knowledge.of(models.info("fiddle")).habits.finals
    for song in tunes:
        assert song.key in {C_MAJOR, A_MINOR}
        assert ends_on(song.voices, song.key.tonic)
        last = song.parts[0].notes[-1].duration_ticks
        assert str(last) in finals[metre_text(usual_metre(song.bars))], "as long as people's"


def test_a_folk_tune_often_ends_on_a_beat_whatever_its_guitar_holds() -> None:
    """As three people's tunes in five do in 4/4; a guitar's last chord is held for most of the bar."""
    composer = Composer.load("folk")
    requests = [Request("folk", seed, form="A", metre=(4, 4)) for seed in range(1, 9)]
    tunes = [composer.compose(request).song.parts[0].notes for request in requests]
    assert sum(notes[-1].duration_ticks == 12 for notes in tunes) >= 3


def test_songs_begin_with_the_upbeats_of_their_genre(tunes: list[Song]) -> None:
    upbeats = [song.bars[0].length_ticks for song in tunes if song.bars[0].is_upbeat]
    assert 5 <= len(upbeats) <= 10
    for song in tunes:
        missing = song.bars[0].length_ticks if song.bars[0].is_upbeat else 0
        assert song.bars[-1].length_ticks == song.bars[1].metre_ticks - missing
        assert len(song.bars) == 24 + bool(missing)


def test_lengths_of_a_form_are_those_of_the_song(chorales: Composer) -> None:
    song = chorales.compose(Request("chorale", seed=2, form="intro3 A2 B4:G A outro2")).song
    bar = next(bar for bar in song.bars if not bar.is_upbeat).metre_ticks
    assert [(s.label, s.length_ticks // bar) for s in song.sections] == [
        ("intro", 3),
        ("A", 2),
        ("B", 4),
        ("A", 2),
        ("outro", 2),
    ]


def test_a_section_in_its_own_key_closes_there(chorales: Composer) -> None:
    closing = 0
    for seed in range(4):
        request = Request("chorale", seed=seed, form="A B:G A", bars=2, mode=C_MAJOR.mode)
        closing += ends_on(heard(chorales.compose(request).song, "B"), 7)
    assert closing >= 3


def test_sections_close_away_from_home_as_often_as_the_genres_do(chorales: Composer) -> None:
    """In major 45 % at home, 38 % on the dominant, 16 % on the relative; the song ends at home."""
    closes = []
    for seed in range(6):
        request = Request("chorale", seed=seed, form="A B A B", bars=2, mode=C_MAJOR.mode)
        song = chorales.compose(request).song
        ends = [cut(song, s.start_tick, s.end_tick).voices for s in song.sections]
        assert ends_on(ends[-1], 0)
        closes += [next((d for d in range(12) if ends_on(own, d)), None) for own in ends[:-1]]
    assert set(closes) & {7, 9}
    assert 3 <= closes.count(0) <= 13
    assert sum(close in {0, 7, 9} for close in closes) >= 15


def test_composing_again_leaves_what_is_kept_note_for_note(
    chorales: Composer, whole: Composition
) -> None:
    request = again(whole, keep=["A", "b", "Intro"], seed=8)
    other = chorales.compose(request).song
    for label in ("intro", "A", "B"):
        assert heard(other, label) == heard(whole.song, label)
    for label in ("C", "D", "outro"):
        assert heard(other, label) != heard(whole.song, label)
    assert other.tempo_bpm == whole.song.tempo_bpm
    assert other.bars == whole.song.bars


def test_what_is_kept_does_not_follow_what_it_grew_from(
    chorales: Composer, whole: Composition
) -> None:
    once = chorales.compose(again(whole, keep=["C", "D", "outro"], seed=3))
    twice = chorales.compose(again(once, keep=["C"], seed=4))
    for made in (once, twice):
        assert heard(made.song, "C") == heard(whole.song, "C")
        assert heard(made.song, "A") != heard(whole.song, "A")
    for label in ("D", "outro"):
        assert heard(once.song, label) == heard(whole.song, label)


def test_another_take_is_another_section_and_the_answer_follows(chorales: Composer) -> None:
    request = Request("chorale", seed=5, form="AC", bars=2)
    first = chorales.compose(request)
    retaken = chorales.compose(Request("chorale", 5, "AC", bars=2, takes=(("A", 2), ("C", 1))))
    assert heard(first.song, "A") != heard(retaken.song, "A")
    gesture = ticks(first.song, "A") // 4
    assert before(heard(retaken.song, "C"), gesture) == before(heard(retaken.song, "A"), gesture)


@pytest.mark.parametrize(
    ("keep", "sentence"),
    [
        (["E"], "The form intro ABCBDB outro has no section E to keep; it has intro, A, B, C, D"),
        (["A", "B", "C", "D", "intro", "outro"], "nothing to compose; let one go"),
    ],
)
def test_what_cannot_be_kept_is_told(whole: Composition, keep: list[str], sentence: str) -> None:
    with pytest.raises(FormError, match=sentence):
        again(whole, keep=keep, seed=1)
