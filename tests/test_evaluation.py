"""Overlap, structure, endings, voice leading: known songs give known figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musegen.evaluation import closes, distributions, faults, goals, measures, structure, systems
from musegen.evaluation.judges import FEWEST_PIECES
from musegen.originality import TrainingRuns
from musegen.song import A_MINOR, C_MAJOR, Note, Part, Section, Song, regular_bars, transpose


def song(*voices: list[int], length: int = 12) -> Song:
    parts = tuple(
        Part(f"Part {i}", 52, tuple(Note(j * length, p, length) for j, p in enumerate(pitches)))
        for i, pitches in enumerate(voices)
    )
    return Song("x", parts, regular_bars(-(-len(voices[0]) * length // 48), 4, 4))


def walk(seed: int, notes: int = 64) -> list[int]:
    return (60 + np.random.default_rng(seed).integers(-7, 13, notes)).tolist()


# ---- distributions


def test_a_set_overlaps_with_its_like_and_not_with_a_stranger() -> None:
    human = distributions.histograms([song(walk(i)) for i in range(12)])
    alike = distributions.histograms([song(walk(i)) for i in range(50, 62)])
    high = distributions.histograms([transpose(song(walk(i)), 30, C_MAJOR) for i in range(50, 62)])
    pitch = distributions.overlap("pitch", human["pitch"], alike["pitch"])
    assert pitch.area > 0.8
    assert pitch.divergence < 0.3
    far = distributions.overlap("pitch", human["pitch"], high["pitch"])
    assert far.area < 0.2
    assert far.divergence > 1
    assert far.pooled == 0
    interval = distributions.overlap("interval", human["interval"], high["interval"])
    assert interval.area > 0.8


def test_sets_that_never_vary_overlap_wholly_or_not_at_all() -> None:
    same = distributions.histograms([song([60, 62] * 8)] * 4)
    other = distributions.histograms([song([60, 62] * 8, length=6)] * 4)
    assert distributions.overlap("duration", same["duration"], same["duration"]).area > 0.99
    assert distributions.overlap("duration", same["duration"], other["duration"]).area < 0.01


def test_histograms_are_shares() -> None:
    for name, found in distributions.histograms([song(walk(1), walk(2))]).items():
        assert found.sum() == pytest.approx(1), name


def test_a_silent_song_has_nothing_in_its_histograms() -> None:
    silent, heard = song([]), song(walk(1))
    for name, found in distributions.histograms([silent, heard]).items():
        assert found.sum(1).tolist() == pytest.approx([0, 1]), name


def test_a_system_whose_songs_are_silent_is_not_judged() -> None:
    songs = {f"seed {i}": song(walk(i)) for i in range(FEWEST_PIECES)}
    silent = {f"silent {i}": song([]) for i in range(3)}
    assert systems._unless_silent(songs | silent).songs == songs | silent
    del songs["seed 0"]
    output = systems._unless_silent(songs | silent)
    assert not output.songs
    assert output.missing == "3 of its 8 songs are silence, or nearly so."


# ---- structure


def lettered(**sections: list[int]) -> Song:
    """Sections of 16 quarters each; a label's digit tells its returns apart."""
    whole = song([pitch for pitches in sections.values() for pitch in pitches])
    marks = tuple(Section(name[0], i * 192, 192) for i, name in enumerate(sections))
    return replace(whole, sections=marks)


def test_likeness_knows_exact_transposed_and_rhythmic_repeats() -> None:
    one = song(walk(1, 16))
    assert structure.likeness(one, one) == 1
    moved = structure.likeness(one, transpose(one, 5, C_MAJOR))
    assert moved == pytest.approx(2 / 3)
    other = structure.likeness(one, song(walk(2, 16)))
    assert 1 / 3 <= other < moved
    assert structure.likeness(one, song(walk(3, 8), length=24)) < other


def test_sections_in_the_order_of_their_likeness() -> None:
    a, b, d = walk(1, 16), walk(2, 16), walk(3, 16)
    c = a[:8] + walk(4, 8)
    found = structure.section_likeness(lettered(A=a, B=b, C=c, B2=b, D=d, B3=b[:12] + walk(5, 4)))
    assert found is not None
    assert found.in_order
    assert 0.8 < found.b_b < 1
    swapped = structure.section_likeness(lettered(A=a, B=b, C=d, B2=b, D=c, B3=b))
    assert swapped is not None
    assert not swapped.in_order


def test_a_form_without_the_letters_has_no_such_likeness() -> None:
    assert structure.section_likeness(lettered(A=walk(1, 16), B=walk(2, 16))) is None


def test_repeats_of_phrases_and_bars() -> None:
    phrase = walk(1, 16)
    assert structure.best_repeat(song(phrase + walk(2, 16) + phrase)) == 1
    assert structure.best_repeat(song(walk(3, 48))) < 0.7
    assert np.isnan(structure.best_repeat(song(walk(1, 12))))
    assert structure.bars_repeated(song(walk(1, 4) * 4)) == 1
    assert structure.bars_repeated(song(list(range(60, 76)))) == 0
    assert structure.bar_likeness(song([60, 62, 64, 65] * 3)) == 1


# ---- endings


def test_a_close_is_the_lowest_of_the_last_notes() -> None:
    end = closes.close(song([64, 67, 71, 72], [60, 53, 55, 48]))
    assert end == closes.Close(0, 0, 1.0)
    assert end.is_full
    half = closes.close(song([64, 67, 72, 71], [60, 53, 48, 55]))
    assert half is not None
    assert not half.is_full
    assert half.is_cadence


def test_a_close_in_minor_is_on_its_own_tonic() -> None:
    minor = replace(song([64, 69]), key=A_MINOR)
    assert closes.close(minor) == closes.Close(0, 0, 1.0)


def test_phrases_close_where_they_are_written_to() -> None:
    written = replace(song([60, 62, 64, 67, 60, 62, 64, 62]), phrase_ends=(48, 96))
    assert closes.phrase_ends(written) == [48, 96]
    assert closes.cadence_share(written) == 0.5
    assert closes.close(replace(written, parts=(Part("x", 0, ()),))) is None


def test_a_short_last_note_is_not_long_enough() -> None:
    humans = [song([64, 60], length=24) for _ in range(20)]
    assert measures.long_enough_beats(humans) == 2
    found = measures.endings([song([64, 60]), humans[0]], long_enough=2)
    assert found["on_tonic"] == 1
    assert found["on_tonic_and_long_enough"] == 0.5


# ---- voice leading


def test_songs_are_held_against_the_humans_usual_range() -> None:
    ranges = faults.usual([{"parallels": i / 100} for i in range(101)])
    assert ranges == {"parallels": pytest.approx((0.05, 0.95))}
    assert faults.within({"parallels": 0.5}, ranges) == {"parallels": True}
    assert faults.within({"parallels": 0.96}, ranges) == {"parallels": False}
    assert faults.within({}, ranges) == {"parallels": False}


def test_where_people_have_no_parallels_a_song_with_some_is_not_usual() -> None:
    ranges = faults.usual([{"parallels": 0.0}] * 20)
    assert faults.within({"parallels": 0.0}, ranges) == {"parallels": True}
    assert faults.within({"parallels": 0.01}, ranges) == {"parallels": False}


def test_faults_of_a_song() -> None:
    found = faults.measure(song([67, 69, 71], [60, 62, 64]))
    assert found == {"parallels": 1.0, "clashes": 0.0, "turns": 0.0}
    assert set(faults.measure(song([60, 62, 60]))) == {"turns"}  # a single line


# ---- copying and goals


def test_copying_is_held_against_the_humans_limits() -> None:
    runs = TrainingRuns.of([song(walk(1))])
    limits = {"human_share_p95": 0.1, "human_longest_max": 12}
    found = measures.copying([song(walk(1)), song(walk(2))], runs, limits)
    assert found["share_max"] == 1
    assert found["longest_max"] == 64
    assert found["within"] == 0.5


def figures(auc: float) -> dict[str, object]:
    return {
        "judges": {"best_auc": auc},
        "copying": {"within": 1.0},
        "structure": {"in_order": 0.95},
        "leading": {"turns": {"within": 0.7}},
        "endings": {"on_tonic_and_long_enough": 0.96},
    }


def test_goals_are_met_or_not() -> None:
    systems = {"event": figures(0.7), "article": {"missing": "."}, "markov": figures(0.74)}
    found = {goal.name: goal.is_met for goal in goals.goals("chorale", systems)}
    assert found == {
        "auc": True,
        "below_markov": False,  # by too little
        "copying": True,
        "likeness": True,
        "turns": False,
        "ending": True,
    }
    fiddle = {goal.name: goal for goal in goals.goals("fiddle", systems)}
    assert not fiddle["auc"].is_met
    assert fiddle["auc"].limit == 0.65
