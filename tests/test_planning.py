"""Plans are drawn from the seed alone, as often as the genre's music has it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from musegen import genres, models
from musegen.form import parse_form
from musegen.habits import Habits
from musegen.planning import Plan, make_plan
from musegen.song import A_MINOR, Mode

HABITS = Habits(
    metres={"4/4": 0.75, "3/4": 0.25},
    minor=0.5,
    pitches=[[60]] * 4,
    durations=[12],
    chords=False,
    overlaps=False,
    parallels=0.0,
    phrase_beats=8,
    upbeats={"4/4": {"12": 0.8, "0": 0.2}},
    section_bars={"4/4": {"4": 0.6, "6": 0.4}},
    phrase_bars={"4/4": {"2": 1.0}},
)


def plan(
    seed: int = 1,
    form: str = "ABCBDB",
    habits: Habits = HABITS,
    genre: str = "chorale",
    **wishes: Any,
) -> Plan:
    rng = np.random.default_rng(seed)
    return make_plan(parse_form(form), genres.find(genre), habits, rng, **wishes)


def plans(**wishes: Any) -> list[Plan]:
    return [plan(seed, **wishes) for seed in range(200)]


def test_metres_upbeats_and_modes_are_as_often_as_in_the_genre() -> None:
    drawn = plans()
    common = [p for p in drawn if p.grid.metre == (4, 4)]
    assert 0.65 < len(common) / 200 < 0.85
    assert 0.7 < np.mean([p.grid.upbeat_ticks == 12 for p in common]) < 0.9
    assert 0.4 < np.mean([p.home == A_MINOR for p in drawn]) < 0.6
    assert {p.bars["A"] for p in common} == {4, 6}


def test_songs_rest_as_much_as_the_genres_pieces_do() -> None:
    shares = [0.0, 0.1, 0.1, 0.3]
    drawn = [plan(seed, habits=replace(HABITS, silences=shares)).silence for seed in range(200)]
    assert {share: drawn.count(share) / 200 for share in sorted(set(drawn))} == {
        share: pytest.approx(shares.count(share) / 4, abs=0.1) for share in sorted(set(shares))
    }
    assert plan(habits=HABITS).silence == 0.0  # a model that has not counted them


def test_last_notes_are_as_long_as_the_genres_pieces_have_them_in_that_metre() -> None:
    finals = {"4/4": {"6": 0.7, "36": 0.3}}
    habits = replace(HABITS, finals=finals, final_ticks=24)
    drawn = [plan(seed, habits=habits, metre=(4, 4)).final_ticks for seed in range(200)]
    assert drawn.count(6) / 200 == pytest.approx(0.7, abs=0.1)
    assert drawn.count(36) / 200 == pytest.approx(0.3, abs=0.1)
    assert plan(habits=habits, metre=(3, 4)).final_ticks == 24  # nothing is known of that metre


def test_each_section_says_again_as_much_as_one_of_the_genres_stretches() -> None:
    habits = replace(HABITS, echoes=[0.0, 0.5])
    drawn = [plan(seed, habits=habits, genre="mazurka").echoes for seed in range(100)]
    assert {share for one in drawn for share in one.values()} == {0.0, 0.5}
    assert 0.35 < np.mean([one["A"] for one in drawn]) / 0.5 < 0.65
    assert any(one["A"] != one["B"] for one in drawn)
    assert plan(genre="mazurka").echoes == {}  # a model that has not counted them
    assert plan(habits=habits, genre="chorale").echoes == {}  # it says again enough by itself


def test_a_wish_changes_nothing_else() -> None:
    one, other = plan(7), plan(7, form="intro ABCBDB outro", mode=Mode.MINOR, tempo_bpm=90.0)
    assert other.grid == one.grid
    assert (other.home, other.tempo_bpm) == (A_MINOR, 90.0)
    assert {label: other.bars[label] for label in one.bars} == one.bars
    assert plan(7, mode=Mode.MAJOR).tempo_bpm == one.tempo_bpm
    waltz = plan(7, metre=(3, 4))
    assert (waltz.grid.metre, waltz.home, waltz.tempo_bpm) == ((3, 4), one.home, one.tempo_bpm)


def test_the_second_verse_is_as_long_as_the_first() -> None:
    assert all(p.bars["A"] == p.bars["C"] for p in plans())
    assert plan(form="A8 B C3").bars["C"] == 3


DIVIDED = {"4/4": {"12": {"8 8": 0.7, "8 12": 0.3}, "0": {"7 9": 1.0}}}


def test_sections_are_divided_as_the_genres_are() -> None:
    drawn = [plan(seed, habits=replace(HABITS, phrases=DIVIDED)) for seed in range(200)]
    found = {
        upbeat: [p for p in drawn if (p.grid.upbeat_ticks, p.grid.metre) == (upbeat, (4, 4))]
        for upbeat in (0, 12)
    }
    assert {p.stops(label) for p in found[0] for label in "ABCD"} == {(84, 192)}
    long = [p.stops("B") == (96, 240) for p in found[12]]
    assert 0.2 < np.mean(long) < 0.4
    assert {p.stops("B") for p in found[12]} == {(96, 192), (96, 240)}
    assert all(p.stops(label)[-1] == p.ticks(label) for p in drawn for label in "ABCD")
    assert all(p.stops("C") == p.stops("A") for p in drawn)
    assert any(p.stops("A") != p.stops("B") for p in found[12])


def test_a_section_as_long_as_asked_for_is_divided_as_one_of_that_length() -> None:
    habits = replace(HABITS, upbeats={"4/4": {"12": 1.0}}, phrases=DIVIDED)
    drawn = [plan(seed, "A5 B7", habits, metre=(4, 4)) for seed in range(20)]
    assert {(p.stops("A"), p.bars["A"]) for p in drawn} == {((96, 240), 5)}
    assert {p.stops("B") for p in drawn} == {(96, 192, 336)}, "no section has seven bars"


def test_lengths_are_those_of_the_form_or_of_the_request() -> None:
    assert plan(form="intro3 A5 B outro", bars=7).bars == {"intro": 3, "A": 5, "B": 7, "outro": 2}


def test_an_older_models_songs_have_no_upbeat_and_the_genres_length() -> None:
    old = replace(HABITS, upbeats={}, section_bars={}, phrase_bars={})
    drawn = plan(habits=old)
    assert drawn.grid.upbeat_ticks == 0
    assert set(drawn.bars.values()) == {genres.find("chorale").bars}
    assert drawn.grid.phrase_bars in {2, 3}


def test_fiddle_tunes_are_composed_in_every_metre_that_fiddlers_often_play() -> None:
    """Reels and hornpipes are in 2/2, waltzes in 3/4: what no plan has is missed at once."""
    fiddle = genres.find("fiddle")
    habits = Habits.from_dict(models.info("fiddle").config["habits"])
    shares = [habits.metres[f"{upper}/{lower}"] for upper, lower in fiddle.metres]
    assert sum(shares) > 0.95
    rng = np.random.default_rng(1)
    drawn = [make_plan(parse_form("AB"), fiddle, habits, rng).grid for _ in range(400)]
    assert {grid.metre for grid in drawn} == set(fiddle.metres)
    upbeats = sum(
        share * (1 - habits.upbeats[f"{upper}/{lower}"].get("0", 0.0))
        for share, (upper, lower) in zip(shares, fiddle.metres, strict=True)
    )
    assert abs(np.mean([grid.upbeat_ticks > 0 for grid in drawn]) - upbeats / sum(shares)) < 0.07
