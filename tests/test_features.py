"""Features of hand-written music have the values that one can count."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from musegen.evaluation import features
from musegen.evaluation.excerpts import Excerpt, Place
from musegen.evaluation.features import Counts, measure, sentence
from musegen.evaluation.features.repetition import longest_repeat
from musegen.evaluation.views import View
from musegen.song import Bar, Note, Part, Song, regular_bars
from tests.conftest import ROOT


def line(*pitches: int, length: int = 12, name: str = "Fiddle") -> Part:
    return Part(name, 40, tuple(Note(i * length, p, length) for i, p in enumerate(pitches)))


def excerpt(*parts: Part, metre: tuple[int, int] = (4, 4)) -> Excerpt:
    end = max(note.end_tick for part in parts for note in part.notes)
    bar = metre[0] * 48 // metre[1]
    song = Song("x", parts, regular_bars(-(-end // bar), *metre))
    return Excerpt(song, "x", Place.START, "x")


def of(*parts: Part, metre: tuple[int, int] = (4, 4)) -> dict[str, float]:
    return measure(excerpt(*parts, metre=metre))


@pytest.mark.parametrize(
    ("upper", "fifths", "octaves"),
    [
        ((67, 69, 71, 72), 1.0, 0.0),  # C-G, D-A, E-B, F-C
        ((72, 74, 76, 77), 0.0, 1.0),
        ((67, 69, 76, 77), 1 / 3, 1 / 3),  # two fifths, then two octaves
        ((64, 65, 67, 69), 0.0, 0.0),
    ],
)
def test_parallels_are_counted_per_onset(
    upper: tuple[int, ...], fifths: float, octaves: float
) -> None:
    found = of(line(*upper), line(60, 62, 64, 65))
    assert found["parallel_fifths"] == pytest.approx(fifths)
    assert found["parallel_octaves"] == pytest.approx(octaves)
    assert found["parallels"] == pytest.approx(fifths + octaves)


def test_fifths_that_stand_or_come_from_opposite_sides_are_no_parallels() -> None:
    assert of(line(67, 67, 67), line(60, 60, 60))["parallels"] == 0
    assert of(line(79, 69, 79), line(60, 62, 60))["parallels"] == 0


def test_changes_of_direction_skip_repeated_notes() -> None:
    assert of(line(60, 62, 60, 62, 60))["turns"] == 1.0
    assert of(line(60, 62, 64, 65, 67))["turns"] == 0.0
    assert of(line(60, 62, 62, 60, 60, 59))["turns"] == 0.5


def test_motion_of_the_outer_parts() -> None:
    found = of(line(67, 69, 67, 67, 69), line(48, 47, 45, 48, 48))
    assert found["contrary"] == 0.25
    assert found["similar"] == 0.25
    assert found["oblique"] == 0.5


def test_intervals_of_lines() -> None:
    found = of(line(60, 60, 62, 66, 78, 60))
    assert found["melodic_repeats"] == 0.2
    assert found["melodic_steps"] == 0.2
    assert found["melodic_thirds"] == 0.2
    assert found["melodic_octaves"] == 0.2
    assert found["melodic_wide_leaps"] == 0.2
    assert found["melodic_size"] == pytest.approx((0 + 2 + 4 + 12 + 18) / 5)


def test_a_leap_is_recovered_by_a_step_back() -> None:
    assert of(line(60, 67, 65, 67))["leaps_recovered"] == 1
    assert of(line(60, 67, 72, 71))["leaps_onward"] == 0.5


def test_clashes_are_minor_seconds_and_major_sevenths() -> None:
    found = of(line(61, 71, 64, 72), line(60, 60, 60, 60))
    assert found["clashes"] == 0.5
    assert of(line(64, 64), line(60, 60))["clashes"] == 0


def test_chords_are_named_by_their_intervals() -> None:
    parts = [line(67, 72, 72, 70), line(64, 67, 69, 67), line(60, 64, 62, 60)]
    found = of(*parts)  # C major, its first inversion, D with a fifth and a seventh, C with seventh
    assert found["triads"] == 0.5
    assert found["root_position"] == 0.5
    assert found["odd_chords"] == 0.5
    found = of(line(70, 70), line(67, 67), line(64, 64), line(60, 60))
    assert found["sevenths"] == 1.0


def test_spacing_and_crossing_of_parts() -> None:
    found = of(line(72, 72, 72), line(67, 67, 75), line(48, 48, 48))
    assert found["spacing"] == pytest.approx((5 + 5 + 3) / 3)
    assert found["spacing_bass"] == pytest.approx((19 + 19 + 24) / 3)
    assert found["crossings"] == pytest.approx(1 / 3)


def test_leading_notes_and_dissonances_by_step() -> None:
    found = of(line(71, 72, 71, 69), line(55, 48, 55, 53))
    assert found["leading_note_rises"] == 0.5
    found = of(line(64, 62, 60, 69, 67), line(48, 48, 48, 48, 48))
    assert found["dissonance_by_step"] == 1.0


def test_an_exact_repeat_is_alike_in_all_ways() -> None:
    phrase = (60, 62, 64, 65, 67, 65, 64, 62)
    found = of(line(*phrase, *phrase, *phrase, *phrase))
    assert found["bar_likeness_2"] == 1
    assert found["halves_alike"] == 1
    assert found["bars_repeated"] == pytest.approx(6 / 7)
    assert found["rhythms_repeated"] == 1
    assert found["bar_rhythms"] == 1 / 8
    assert found["pulse_bar"] == 1


def test_what_never_returns_repeats_nothing() -> None:
    found = of(line(*range(48, 80)))
    assert found["bars_repeated"] == 0
    assert found["bar_likeness"] == 0
    assert found["shapes_repeated"] == 1  # every bar rises alike, from another note
    assert longest_repeat("abcabd") == 2
    assert longest_repeat("aaaa") == 2


def test_places_in_the_bar() -> None:
    found = of(line(*[60, 62] * 8, length=6))
    assert found["on_downbeat"] == 1 / 8
    assert found["on_beat"] == 3 / 8
    assert found["off_beat"] == 0.5
    found = of(line(*[60, 62, 64] * 4, length=6), metre=(6, 8))
    assert found["on_downbeat"] == 1 / 6
    assert found["on_beat"] == 1 / 6
    assert found["off_beat"] == 4 / 6
    assert found["notes_per_beat"] == 3


def test_syncopation_and_ties_over_the_bar() -> None:
    notes = (Note(0, 60, 6), Note(6, 62, 12), Note(18, 64, 18), Note(36, 65, 24), Note(60, 67, 36))
    found = of(Part("Fiddle", 40, notes))
    assert found["syncopated"] == 0.4
    assert found["tied_over"] == 0.2
    assert found["empty_downbeats"] == 0.5


def test_rests_and_silence() -> None:
    notes = (Note(0, 60, 12), Note(24, 62, 12), Note(36, 62, 12))
    found = of(Part("Fiddle", 40, notes))
    assert found["silence"] == 0.25
    assert found["rests"] == 0.5


def test_endings() -> None:
    found = of(line(64, 65, 71, 72), line(60, 53, 55, 48))
    assert found["ends_on_tonic"] == 1
    assert found["ends_in_triad"] == 1
    assert found["last_length"] == 1
    assert found["ends_together"] == 1
    found = of(line(64, 65, 71, 74), line(60, 53, 48, 55))
    assert found["ends_on_tonic"] == 0
    assert found["ends_on_dominant"] == 1


def test_an_upbeat_is_seen() -> None:
    bars = (Bar(0, 12, 4, 4, is_upbeat=True), Bar(12, 48, 4, 4))
    song = Song("x", (line(60, 62, 64, 65, 67),), bars)
    assert measure(Excerpt(song, "x", Place.START, "x"))["upbeat"] == 1
    assert of(line(60, 62, 64, 65))["upbeat"] == 0


def test_a_single_line_has_no_features_of_several() -> None:
    found = of(line(60, 62, 64, 65))
    assert not {"parallels", "clashes", "bass_mean", "inner_leaps", "spacing"} & set(found)


def test_chords_in_one_part_are_harmony() -> None:
    notes = tuple(Note(tick, p, 12) for tick in (0, 12) for p in (60, 64, 67))
    found = of(Part("Piano", 0, notes))
    assert found["triads"] == 1
    assert found["sounding"] == 3
    assert "parallels" not in found


def test_what_is_usual_surprises_less() -> None:
    scale, leaps = (60, 62, 64, 65, 67, 69, 71, 72), (60, 66, 53, 75, 49, 80, 51, 70)
    counts = Counts.of([excerpt(line(*scale)).song] * 3)
    usual = counts.measure(View(excerpt(line(*scale)).song))
    wild = counts.measure(View(excerpt(line(*leaps)).song))
    assert usual["surprise_interval"] < wild["surprise_interval"]
    assert usual["surprise_length"] == pytest.approx(wild["surprise_length"])
    assert "surprise_chord" not in usual


def test_every_feature_has_words_and_every_word_a_feature() -> None:
    parts = (line(*[72, 74, 71, 67] * 8), line(*[64, 65, 62, 60] * 8), line(*[48, 53, 55, 47] * 8))
    whole = excerpt(*parts)
    found = measure(whole, Counts.of([whole.song]))
    assert set(found) == set(features.WORDS)
    for name in features.WORDS:
        more, less = sentence(name, more=True), sentence(name, more=False)
        assert more != less
        assert "{" not in more + less


def test_a_table_leaves_out_what_never_varies() -> None:
    one, other = excerpt(line(60, 62, 64, 65)), excerpt(line(60, 67, 60, 67))
    table = features.table([one, other])
    assert "turns" in table.names
    assert "notes_per_beat" not in table.names
    assert table.values.shape == (2, len(table.names))
    assert np.array_equal(table.column("turns"), [0, 1])


def test_composing_and_reporting_share_no_features() -> None:
    """A judge must not know what songs are chosen by, nor songs be chosen by what judges see."""
    imports = re.compile(r"^\s*(?:from|import)\s+musegen[\w.]*.*$", re.MULTILINE)
    steering = [
        ROOT / "musegen" / f"{name}.py"
        for name in (
            "choosing",
            "critic",
            "critic_features",
            "guide",
            "guide_turns",
            "discriminator",
            "discriminator_training",
            "section_words",
            "critic_training",
            "writing",
            "sampling",
            "habits",
            "likeness",
        )
    ]
    for path in steering:
        if path.exists():
            assert "evaluation" not in " ".join(imports.findall(path.read_text("utf-8"))), path
    for path in (ROOT / "musegen" / "evaluation").rglob("*.py"):
        names = {
            f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        for word in (
            "choosing",
            "critic",
            "guide",
            "discriminator",
            "section_words",
            "likeness",
            "habits",
            "writing",
        ):
            assert not any(name.startswith(f"musegen.{word}") for name in names), path
            assert f"musegen.{word}" not in names, path
