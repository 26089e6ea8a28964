"""What a genre does is counted as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musegen.grid import Grid
from musegen.habits import Habits
from musegen.song import Note, Part, Section, Song


def piece(
    *,
    metre: tuple[int, int] = (4, 4),
    upbeat: int = 0,
    bars: tuple[int, ...] = (4, 4),
    last: int = 24,
) -> Song:
    """A piece of sections of ``bars`` bars, in C major, whose last note has ``last`` ticks."""
    grid = Grid(metre, upbeat)
    length = grid.bar_ticks
    end = sum(bars) * length
    notes = [Note(tick, 60 + (tick // 12) % 8, 12) for tick in range(0, end - last, 12)]
    notes.append(Note(end - last, 60, last))
    starts = [sum(bars[:i]) * length for i in range(len(bars))]
    return Song(
        "x",
        (Part("Fiddle", 40, tuple(notes)),),
        grid.bars(sum(bars)),
        tuple(
            Section(chr(65 + i), start, n * length)
            for i, (start, n) in enumerate(zip(starts, bars, strict=True))
        ),
    )


def test_upbeats_are_counted_by_metre_and_none_is_one_of_them() -> None:
    songs = [piece(upbeat=12)] * 3 + [piece()] + [piece(metre=(6, 8), upbeat=6)]
    upbeats = Habits.of(songs).upbeats
    assert upbeats == {"4/4": {"12": 0.75, "0": 0.25}, "6/8": {"6": 1.0}}


def test_what_hardly_anybody_does_is_not_composed() -> None:
    songs = [piece(upbeat=12)] * 19 + [piece(upbeat=36)]
    assert Habits.of(songs).upbeats == {"4/4": {"12": 1.0}}


def test_sections_are_as_long_as_they_usually_are() -> None:
    habits = Habits.of([piece(bars=(8, 8)), piece(bars=(8, 4))])
    assert habits.section_bars == {"4/4": {"8": 0.75, "4": 0.25}}


def test_where_every_length_is_another_none_is_usual() -> None:
    songs = [piece(bars=(n,)) for n in range(3, 17)]
    assert Habits.of(songs).section_bars == {}


def test_a_few_short_phrases_among_endless_ones_are_not_usual() -> None:
    marked = replace(piece(bars=(16,)), phrase_ends=(96, 768))
    endless = replace(piece(bars=(32,)), phrase_ends=(1536,))
    assert Habits.of([marked, endless, endless]).phrase_bars == {}


def test_phrases_are_counted_where_the_source_marks_them() -> None:
    marked = replace(piece(bars=(8,)), phrase_ends=(96, 192, 384))
    assert Habits.of([marked]).phrase_bars == {"4/4": {"2": 0.6667, "4": 0.3333}}
    assert Habits.of([piece()]).phrase_bars == {}


def test_sections_are_divided_as_their_phrases_are_marked() -> None:
    """Two bars and three; a bar and three quarters and two and a quarter; one that ends within a bar."""
    regular = replace(piece(bars=(5, 4)), phrase_ends=(96, 240, 324, 432))
    short = replace(piece(bars=(4,)), phrase_ends=(96, 180))
    habits = Habits.of([regular, regular, regular, short])
    assert habits.phrases == {"4/4": {"0": {"8 12": 0.5, "7 9": 0.5}}}
    upbeat = replace(piece(upbeat=12), phrase_ends=(96, 192, 288, 384))
    assert Habits.of([upbeat] * 2).phrases == {"4/4": {"12": {"8 8": 1.0}}}
    assert Habits.of([piece()] * 4).phrases == {}


def test_it_is_counted_where_sections_end_that_are_not_the_last() -> None:
    """After four bars the walk up from C stands on G, after three on E flat."""
    halves, thirds = piece(bars=(4, 4)), piece(bars=(3, 5))
    found = Habits.of([halves, halves, thirds]).section_ends["major"]
    assert found == {"7": 0.6667, "3": 0.3333}
    assert Habits.of([piece(bars=(4,))]).section_ends == {}


@pytest.mark.parametrize(("last", "counted"), [(24, 24), (6, 12), (48, 48)])
def test_the_last_note_is_as_long_as_usual_and_never_shorter_than_a_beat(
    last: int, counted: int
) -> None:
    assert Habits.of([piece(last=last)] * 3).final_ticks == counted


def test_lengths_of_last_notes_are_counted_by_metre() -> None:
    songs = [piece()] * 6 + [piece(last=48, upbeat=12)] * 2 + [piece(metre=(3, 4), last=36)] * 8
    assert Habits.of(songs).finals == {"4/4": {"24": 0.75, "48": 0.25}, "3/4": {"36": 1.0}}
    assert list(Habits.of(songs[:-1]).finals) == ["4/4"]  # seven pieces do not make a habit
    short = [*songs, *songs, piece(last=3)]
    assert "3" not in Habits.of(short).finals["4/4"], "one piece in 33 breaks off"


def test_a_held_chord_does_not_tell_how_long_a_tune_s_last_note_is() -> None:
    """A guitarist strikes the last bar's chord and holds it, while the tune takes its last steps."""
    tune = piece(last=12)
    chord = Part("Chords", 25, (Note(tune.end_tick - 48, 48, 48),))
    songs = [replace(tune, parts=(*tune.parts, chord))] * 8
    counted = Habits.of(songs, held=[1])
    assert (counted.finals, counted.held) == ({"4/4": {"12": 1.0}}, [1])
    assert Habits.of(songs).finals == {"4/4": {"48": 1.0}}
    silent = replace(tune, parts=(replace(tune.parts[0], notes=()), chord))
    assert Habits.of([silent] * 8, held=[1]).finals == {"4/4": {"48": 1.0}}


def test_how_often_the_melody_ends_at_home_is_counted() -> None:
    home = piece()
    part = Part("Bass", 42, (Note(0, 48, home.end_tick),))
    third = replace(home.parts[0], notes=(*home.parts[0].notes[:-1], Note(360, 64, 24)))
    two = [replace(home, parts=(top, part)) for top in (home.parts[0], home.parts[0], third)]
    assert Habits.of(two).melody_home == 0.6667


def test_how_much_pieces_rest_is_counted() -> None:
    full = piece()
    rests = replace(full, parts=(replace(full.parts[0], notes=full.parts[0].notes[:16]),))
    shares = Habits.of([full, full, rests]).silences  # 16 of 32 beats, and none
    assert (shares[0], shares[-1]) == (0.0, pytest.approx(0.475))
    assert shares == sorted(shares)
    assert sum(share > 0 for share in shares) == 10


def test_notes_that_are_hammered_are_counted() -> None:
    notes = tuple(Note(12 * i, 60, 12) for i in range(32))
    hammering = replace(piece(), parts=(Part("Fiddle", 40, notes),))
    assert Habits.of([piece()]).hammered == 0.0
    assert Habits.of([hammering]).hammered == pytest.approx(25 / 32, abs=1e-4)


def test_habits_of_an_older_model_have_none_of_it() -> None:
    values = Habits.of([piece(upbeat=12)]).to_dict()
    later = ("finals", "upbeats", "section_bars", "phrase_bars", "final_ticks", "melody_home")
    for name in (*later, "silences", "hammered", "echoes"):
        del values[name]
    old = Habits.from_dict(values)
    assert (old.upbeats, old.section_bars, old.phrase_bars, old.final_ticks) == ({}, {}, {}, 12)
    assert old.finals == {}
    assert (old.melody_home, old.silences, old.hammered, old.echoes) == (0.0, [], 0.0, [])


def test_echoes_are_counted_in_stretches_of_eight_bars() -> None:
    """A scale of eight quarters comes again every two bars; moved up a little each bar, never."""
    again = piece(bars=(8, 8))
    notes = tuple(replace(n, pitch=n.pitch + n.onset_tick // 48) for n in again.parts[0].notes)
    never = replace(again, parts=(replace(again.parts[0], notes=notes),))
    echoes = Habits.of([again, never]).echoes
    assert len(echoes) == 20
    assert (echoes[0], echoes[-1]) == (0.0, pytest.approx(1.0, abs=0.1))
    assert Habits.of([piece(bars=(7,))]).echoes == []
