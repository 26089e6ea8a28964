"""What a network is told is true, and never tells the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musegen import corpora, relations
from musegen.barmap import MAX_BARS_LEFT, BarMap
from musegen.context import Context
from musegen.encoding import Field, encode
from musegen.examples import followed, prepared, transposed, whole_examples
from musegen.layout import LOOKBACK_BARS, Kind, Layout, kind_sizes
from musegen.song import Bar, Note, Part, Section, Song, cut, regular_bars

MELODY = Part("Fiddle", 40, tuple(Note(12 * i, 60 + i % 5, 12) for i in range(40)))
SONG = Song(
    "a tune",
    (MELODY,),
    regular_bars(10, 4, 4),
    sections=(Section("A", 0, 192), Section("B", 192, 288)),
)


def column(song: Song, kind: Kind, which: int = 0) -> list[int]:
    layout = Layout(len(song.parts))
    index = [i for i, k in enumerate(layout.inputs) if k is kind][which]
    return followed([song])[0].inputs[:, index].tolist()


def test_bars_left_count_down_to_the_end_of_each_section() -> None:
    left = column(SONG, Kind.BARS_LEFT)
    first_beats = left[1:17:4]  # the row of an event tells where the event before it stands
    assert first_beats == [4, 3, 2, 1]
    assert left[17] == 6 + MAX_BARS_LEFT + 2  # the last section is marked as such


def test_position_counts_from_the_bar_line_of_an_upbeat() -> None:
    upbeat = Song("x", (MELODY,), (Bar(0, 12, 4, 4, is_upbeat=True), Bar(12, 480, 4, 4)))
    assert BarMap.of(upbeat).position[:13].tolist() == [*range(36, 48), 0]


def test_look_back_tells_what_stood_bars_earlier() -> None:
    layout = Layout(1)
    example = followed([SONG])[0]
    pitch_columns = [i for i, k in enumerate(layout.of_part) if k is Kind.PITCH][-4:]
    for bars, at in zip(LOOKBACK_BARS, pitch_columns, strict=True):
        for event in range(40):
            then = event - 4 * bars
            expected = MELODY.notes[then].pitch + 1 if then >= 0 else 0
            assert example.of_part[event, at] == expected


def test_nothing_of_the_future_is_told() -> None:
    piece = prepared(next(iter(corpora.load("chorale", ["bwv2.6"]).values())))
    example = followed([piece])[0]
    half = len(example) // 2
    onsets = np.cumsum(example.events[:, Field.SHIFT])
    now = int(onsets[half])
    # The same piece, but with other pitches from here on: what is told until now is the same.
    changed = Song(
        piece.title,
        tuple(
            Part(
                part.name,
                part.program,
                tuple(
                    Note(n.onset_tick, n.pitch + (3 if n.onset_tick > now else 0), n.duration_ticks)
                    for n in part.notes
                ),
            )
            for part in piece.parts
        ),
        piece.bars,
        piece.sections,
        piece.phrase_ends,
        piece.key,
    )
    other = followed([changed])[0]
    assert (example.inputs[:half] == other.inputs[:half]).all()
    assert (example.at_onset[:half] == other.at_onset[:half]).all()
    assert (example.of_part[:half] == other.of_part[:half]).all()
    assert (example.of_part != other.of_part).any()


@pytest.mark.parametrize("relations", [False, True])
def test_features_stay_within_the_sizes_of_their_kinds(*, relations: bool) -> None:
    pieces = corpora.load("chorale", ["bwv2.6", "bwv4.8"]).values()
    for example in whole_examples(pieces, relations=relations):
        sizes, layout = kind_sizes(4), Layout(4, relations)
        answers = (example.inputs, example.at_onset, example.of_part)
        kinds = (layout.inputs, layout.at_onset, layout.of_part)
        for features, own in zip(answers, kinds, strict=True):
            assert features.min() >= 0
            assert (features.max(0) < [sizes[kind] for kind in own]).all()


def test_songs_side_by_side_are_told_what_each_would_be_alone() -> None:
    other = cut(SONG, 48, 480)
    together = followed([SONG, other])
    alone = followed([other])[0]
    assert (together[1].inputs == alone.inputs).all()
    assert (together[1].of_part == alone.of_part).all()


def test_a_copy_of_a_song_in_writing_goes_its_own_way() -> None:
    context = Context([BarMap.of(SONG)], 1)
    context.add(np.array([[0, 0, 60, 12]]))
    copies = context.select([0, 0])
    copies.add(np.array([[12, 0, 62, 12], [12, 0, 64, 12]]))
    assert copies.inputs()[0].tolist() != copies.inputs()[1].tolist()
    assert context.now.tolist() == [0]


def duet(semitones: int = 0) -> Song:
    """A third, and a fourth into which the upper part steps while the lower one stays."""
    upper = [Note(0, 64 + semitones, 12), Note(12, 65 + semitones, 12)]
    parts = Part("Upper", 40, tuple(upper)), Part("Lower", 40, (Note(0, 60 + semitones, 24),))
    return Song("x", parts, (Bar(0, 24, 2, 4),), (Section("A", 0, 24),))


def related(row: np.ndarray, kinds: tuple[Kind, ...], kind: Kind) -> list[int | None]:
    """Intervals in semitones, or degrees, of an answer; None: nothing there."""
    zero = relations.WIDEST + 2 if kind is Kind.INTERVAL else 1
    values = [int(value) for value, own in zip(row, kinds, strict=True) if own is kind]
    return [value - zero if value else None for value in values]


def test_a_network_may_be_told_how_pitches_relate() -> None:
    example, layout = followed([duet()], relations=True)[0], Layout(2, relations=True)
    step = 2  # the upper part's second note
    onset, own = example.at_onset[step], example.of_part[step]
    between, *steps = related(onset, layout.at_onset, Kind.INTERVAL)
    assert (between, steps) == (None, [None, 0]), "the upper part is silent, the lower one stays"
    assert related(onset, layout.at_onset, Kind.DEGREE) == [None, 0, 4, 0]
    found = related(own, layout.of_part, Kind.INTERVAL)
    assert found[:4] == [None, -4, 0, -4], "from its last note to what sounds, and sounded"
    assert related(own, layout.of_part, Kind.DEGREE) == [4, None]
    end = related(example.inputs[3], layout.inputs, Kind.INTERVAL)
    assert end == [1, None, 5], "the upper part has stepped up, now it is a fourth"


@pytest.mark.parametrize("semitones", [-5, 3])
def test_relations_are_those_of_the_transposed_piece(semitones: int) -> None:
    example, truth = (followed([song], relations=True)[0] for song in (duet(), duet(semitones)))
    unnamed = transposed(replace(example, knows_key=False), semitones)
    assert (unnamed.inputs == truth.inputs).all()
    assert (unnamed.at_onset == truth.at_onset).all()
    assert (unnamed.of_part == truth.of_part).all()
    kinds = Layout(2, relations=True).at_onset
    degrees = [kind is Kind.DEGREE for kind in kinds]
    told = transposed(example, semitones)
    assert (told.at_onset[:, degrees] == example.at_onset[:, degrees]).all(), "its tonic moves too"


@pytest.mark.parametrize("semitones", [-5, 3])
def test_a_transposed_example_is_that_of_the_transposed_piece(semitones: int) -> None:
    moved_part = Part("Fiddle", 40, tuple(
        Note(n.onset_tick, n.pitch + semitones, n.duration_ticks) for n in MELODY.notes
    ))  # fmt: skip
    moved = Song("x", (moved_part,), SONG.bars, SONG.sections)
    example, truth = transposed(followed([SONG])[0], semitones), followed([moved])[0]
    tonic = Layout(1).inputs.index(Kind.TONIC)
    assert (example.inputs[:, tonic] == semitones % 12).all()
    assert (np.delete(example.inputs, tonic, 1) == np.delete(truth.inputs, tonic, 1)).all()
    assert (example.events == truth.events).all()
    assert encode(moved).tolist() == example.events.tolist()
