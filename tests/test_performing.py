"""A player's hand, and the phrases it hears."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musegen import genres, scores
from musegen.genres import Genre, Voice
from musegen.performing import LEAD_IN_S, Performance, perform
from musegen.phrasing import phrase_starts
from musegen.song import Note, Part, Section, Song, regular_bars
from tests.strategies import songs, tune

CHORALE, FIDDLE, QUARTET = (genres.find(name) for name in ("chorale", "fiddle", "quartet"))
SCALE = tune([60, 62, 64, 65, 67, 69, 71, 72] * 8)


@pytest.fixture(scope="module")
def bwv269() -> Song:
    from music21 import corpus

    return scores.from_music21(corpus.parse("bwv269"), title="BWV 269", source="music21")


def notes_of(performance: Performance) -> list[tuple[float, float, int, int]]:
    return [
        (n.start_s, n.end_s, n.pitch, n.velocity) for part in performance.parts for n in part.notes
    ]


# --- the same notes


@given(songs(), st.sampled_from(["chorale", "fiddle", "quartet"]), st.integers(0, 3))
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_every_note_is_played_once_and_in_order(song: Song, genre: str, seed: int) -> None:
    performance = perform(song, genre=genres.find(genre), seed=seed)
    for part, played in zip(song.parts, performance.parts, strict=True):
        assert [(n.onset_tick, n.pitch) for n in played.notes] == [
            (n.onset_tick, n.pitch) for n in part.notes
        ]
        assert all(a.start_s <= b.start_s for a, b in pairwise(played.notes))
        assert all(
            a.start_s < b.start_s for a, b in pairwise(played.notes) if a.onset_tick < b.onset_tick
        )
        for pitch in {n.pitch for n in played.notes}:
            same = [n for n in played.notes if n.pitch == pitch]
            assert all(a.end_s < b.start_s for a, b in pairwise(same))
        assert all(0 <= n.start_s < n.end_s <= performance.length_s for n in played.notes)
        assert all(1 <= n.velocity <= 127 for n in played.notes)


def test_the_seed_decides_everything(bwv269: Song) -> None:
    once = perform(bwv269, genre=CHORALE, seed=1)
    assert once == perform(bwv269, genre=CHORALE, seed=1)
    assert notes_of(once) != notes_of(perform(bwv269, genre=CHORALE, seed=2))


def test_labels_fermatas_and_dynamics_are_not_heard(bwv269: Song) -> None:
    """Only human pieces may have them: they must not tell the kinds apart."""
    half = bwv269.end_tick // 2
    labelled = replace(
        bwv269,
        title="Not by Bach",
        source="",
        phrase_ends=(),
        sections=(Section("A", 0, half), Section("B", half, bwv269.end_tick - half)),
        parts=tuple(
            replace(part, name="x", notes=tuple(replace(n, velocity=30) for n in part.notes))
            for part in bwv269.parts
        ),
    )
    plain = perform(bwv269, genre=CHORALE, seed=5)
    assert notes_of(perform(labelled, genre=CHORALE, seed=5)) == notes_of(plain)


def test_a_score_of_no_genre_keeps_its_dynamics() -> None:
    loud = replace(
        SCALE.parts[0], notes=tuple(replace(n, velocity=110) for n in SCALE.parts[0].notes)
    )
    own = Genre("score", "Score", "", (Voice("Fiddle", 40),), (90, 90), 4, ((4, 4),))
    soft = perform(SCALE, genre=own, seed=0).parts[0].notes
    louder = perform(replace(SCALE, parts=(loud,)), genre=own, seed=0).parts[0].notes
    assert all(a.velocity < b.velocity for a, b in zip(soft, louder, strict=True))


# --- instruments


def test_programs_come_from_the_genre() -> None:
    parts = tuple(Part(f"P{i}", 7, (Note(0, 60, 12),)) for i in range(5))
    drums = replace(parts[0], is_drum=True)
    song = Song("x", (*parts[:2], drums, *parts[3:]), regular_bars(1, 4, 4))
    performance = perform(song, genre=QUARTET, seed=0)
    assert [part.program for part in performance.parts] == [40, 40, 7, 42, 7]
    assert [part.is_drum for part in performance.parts] == [False, False, True, False, False]


# --- time


def test_the_first_note_sounds_at_once() -> None:
    late = replace(SCALE.parts[0], notes=(Note(30, 60, 12), Note(42, 60, 12)))
    performance = perform(replace(SCALE, parts=(late,)), genre=FIDDLE, seed=0)
    assert performance.time_of(0) == 0.0
    assert performance.time_of(30) == pytest.approx(LEAD_IN_S)
    assert performance.parts[0].notes[0].start_s == pytest.approx(LEAD_IN_S, abs=0.01)


@pytest.mark.parametrize("tempo", [60.0, 96.0, 180.0])
@pytest.mark.parametrize("genre", [CHORALE, FIDDLE, QUARTET], ids=lambda g: g.name)
def test_the_tempo_is_the_songs(genre: Genre, tempo: float) -> None:
    performance = perform(replace(SCALE, tempo_bpm=tempo), genre=genre, seed=3)
    middle = SCALE.end_tick // 2
    elapsed = performance.time_of(middle) - performance.time_of(0)
    assert 60 * middle / 12 / elapsed == pytest.approx(tempo, rel=0.03)


def test_time_flows_forward_and_back_again(bwv269: Song) -> None:
    performance = perform(bwv269, genre=CHORALE, seed=0)
    times = [performance.time_of(tick) for tick in range(bwv269.end_tick + 1)]
    assert all(a < b for a, b in pairwise(times))
    assert performance.tick_at(times[100]) == pytest.approx(100)
    for note in performance.parts[0].notes:
        assert note.start_s == pytest.approx(performance.time_of(note.onset_tick), abs=0.05)


def test_the_end_slows_down_and_the_last_note_is_held() -> None:
    performance = perform(SCALE, genre=CHORALE, seed=0)
    starts = [note.start_s for note in performance.parts[0].notes]
    gaps = np.diff(starts)
    assert gaps[-1] > 1.2 * np.median(gaps)
    last, before = performance.parts[0].notes[-1], performance.parts[0].notes[-3]
    assert last.end_s - last.start_s > 1.5 * (before.end_s - before.start_s)


def test_parts_are_a_few_milliseconds_apart(bwv269: Song) -> None:
    performance = perform(bwv269, genre=CHORALE, seed=0)
    last = [
        next(n for n in part.notes if n.onset_tick == 648).start_s for part in performance.parts
    ]
    assert 0.001 < max(last) - min(last) < 0.06


# --- touch and dynamics


def test_choirs_sing_legato_and_fiddles_bow_apart() -> None:
    def sounding(genre: Genre) -> float:
        notes = perform(SCALE, genre=genre, seed=0).parts[0].notes
        shares = [(a.end_s - a.start_s) / (b.start_s - a.start_s) for a, b in pairwise(notes)]
        return float(np.mean(shares))

    assert sounding(CHORALE) > 1
    assert 0.8 < sounding(FIDDLE) < 0.97


def test_repeated_notes_are_heard_apart() -> None:
    notes = perform(tune([60] * 16, length=3), genre=CHORALE, seed=0).parts[0].notes
    assert all(b.start_s - a.end_s > 0.015 for a, b in pairwise(notes))


def test_fiddles_stress_the_first_beat() -> None:
    notes = perform(tune([67] * 128, length=6), genre=FIDDLE, seed=0).parts[0].notes
    strong = [n.velocity for n in notes if n.onset_tick % 48 == 0]
    weak = [n.velocity for n in notes if n.onset_tick % 12 == 6]
    assert np.mean(strong) > np.mean(weak) + 6


def test_the_melody_is_louder_and_phrases_arch(bwv269: Song) -> None:
    performance = perform(bwv269, genre=QUARTET, seed=0)
    means = [np.mean([n.velocity for n in part.notes]) for part in performance.parts]
    assert means[0] > max(means[1:])
    notes = perform(tune([67] * 64), genre=QUARTET, seed=0).parts[0].notes
    starts = phrase_starts(tune([67] * 64))
    edges = [n.velocity for n in notes if n.onset_tick in starts]
    middles = [n.velocity for n in notes if n.onset_tick - 96 in starts]
    assert np.mean(middles) > np.mean(edges) + 3


# --- phrases


def test_even_notes_are_phrased_every_four_bars() -> None:
    assert phrase_starts(SCALE) == (0, 192, 384, 576)


def test_phrases_end_where_the_music_rests() -> None:
    line, tick = [], 0
    for _ in range(4):
        for _ in range(10):
            line.append(Note(tick, 60 + len(line) % 5, 12))
            tick += 12
        tick += 24
    song = replace(SCALE, parts=(Part("Flute", 73, tuple(line)),), bars=regular_bars(12, 4, 4))
    assert phrase_starts(song) == (0, 144, 288, 432)


def test_a_chorale_breathes_at_its_fermatas(bwv269: Song) -> None:
    inner = set(phrase_starts(bwv269)[1:])
    assert len(inner & set(bwv269.phrase_ends)) >= 4


def test_silence_has_no_phrases() -> None:
    silent = replace(SCALE, parts=(Part("Fiddle", 40, ()),))
    assert phrase_starts(silent) == ()
    assert perform(silent, genre=FIDDLE, seed=0).parts[0].notes == ()
