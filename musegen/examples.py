"""Pieces as what a network learns from: features and targets, event by event.

A piece is moved to C major / A minor, its sections are laid out, and it is followed from its
beginning and, since sections are composed one by one, from the beginning of each later section
too. Arrays are int16, one row an event.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from musegen import relations
from musegen.barmap import BarMap
from musegen.context import Context, end_of
from musegen.encoding import Field, encode
from musegen.keys import to_home_key
from musegen.layout import Kind, Layout
from musegen.song import Section, Song, cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHRASES_PER_SECTION = 2
"""A chorale's sections are pairs of phrases, so about four bars."""

_SONGS_AT_ONCE = 256


@dataclass(frozen=True)
class Example:
    """A piece to learn from.

    ``inputs``, ``at_onset`` and ``of_part`` (T, F) are as in `musegen.layout.Layout`;
    ``events`` (T, 4) are the true fields. ``is_whole`` tells a piece from a part of one;
    ``knows_key`` that the network is told the piece's tonic, ``relations`` that it is told
    intervals and degrees.
    """

    inputs: NDArray[np.int16]
    at_onset: NDArray[np.int16]
    of_part: NDArray[np.int16]
    events: NDArray[np.int16]
    parts: int
    is_whole: bool = True
    knows_key: bool = True
    relations: bool = False

    def __len__(self) -> int:
        return len(self.events)


def prepared(song: Song) -> Song:
    """The piece as a network sees it: in C major / A minor, with sections of usable length."""
    song = to_home_key(song)
    if not song.phrase_ends:
        return song
    ends = [end for end in song.phrase_ends if 0 < end < song.end_tick]
    bounds = [0, *ends[PHRASES_PER_SECTION - 1 :: PHRASES_PER_SECTION], song.end_tick]
    if len(ends) % PHRASES_PER_SECTION == 0 and len(bounds) > 2:
        bounds.pop(-2)  # a single last phrase belongs to the section before it
    sections = tuple(
        Section(chr(ord("A") + i % 26), start, end - start)
        for i, (start, end) in enumerate(itertools.pairwise(bounds))
    )
    return replace(song, sections=sections)


def whole_examples(songs: Iterable[Song], *, relations: bool = False) -> list[Example]:
    """One example a piece."""
    return followed([prepared(song) for song in songs], relations=relations)


def training_examples(
    songs: Iterable[Song], *, longest: int, relations: bool = False
) -> list[Example]:
    """Whole pieces, and each piece again from each of its later sections.

    Parameters
    ----------
    longest
        Of a piece begun at a later section, this many events are enough.
    """
    home = [prepared(song) for song in songs]
    tails = [
        cut(song, section.start_tick, song.end_tick)
        for song in home
        for section in song.sections[1:]
    ]
    parts = [_shortened(example, longest) for example in followed(tails, relations=relations)]
    return followed(home, relations=relations) + [
        replace(example, is_whole=False) for example in parts
    ]


def _shortened(example: Example, longest: int) -> Example:
    return replace(
        example,
        inputs=example.inputs[:longest],
        at_onset=example.at_onset[:longest],
        of_part=example.of_part[:longest],
        events=example.events[:longest],
    )


def followed(
    songs: Sequence[Song],
    *,
    map_of: Callable[[Song], BarMap] = BarMap.of,
    relations: bool = False,
) -> list[Example]:
    """Examples of songs that are prepared already, in the same order; ``map_of`` lays them out."""
    by_length = sorted(range(len(songs)), key=lambda i: songs[i].note_count())
    examples: dict[int, Example] = {}
    for start in range(0, len(songs), _SONGS_AT_ONCE):
        some = by_length[start : start + _SONGS_AT_ONCE]
        own = _follow([songs[i] for i in some], map_of, relations=relations)
        examples.update(zip(some, own, strict=True))
    return [examples[i] for i in range(len(songs))]


def _follow(
    songs: Sequence[Song], map_of: Callable[[Song], BarMap], *, relations: bool
) -> list[Example]:
    parts = len(songs[0].parts)
    events = [encode(song) for song in songs]
    longest = max(len(e) for e in events)
    padded = np.tile(end_of(parts), (len(songs), longest, 1))
    for row, own in enumerate(events):
        padded[row, : len(own)] = own
    layout = Layout(parts, relations)
    inputs = np.zeros((len(songs), longest, len(layout.inputs)), np.int16)
    at_onset = np.zeros((len(songs), longest, len(layout.at_onset)), np.int16)
    of_part = np.zeros((len(songs), longest, len(layout.of_part)), np.int16)
    context = Context([map_of(song) for song in songs], parts, relations=relations)
    for step in range(longest):
        event = padded[:, step]
        onset = context.onset_after(event[:, Field.SHIFT])
        inputs[:, step] = context.inputs()
        at_onset[:, step] = context.at_onset(onset)
        of_part[:, step] = context.of_part(onset, event[:, Field.PART])
        context.add(event)
    return [
        Example(
            inputs[i, :n].copy(),
            at_onset[i, :n].copy(),
            of_part[i, :n].copy(),
            events[i],
            parts,
            relations=relations,
        )
        for i, n in enumerate(map(len, events))
    ]


def transposed(example: Example, semitones: int) -> Example:
    """The same piece ``semitones`` higher, with its tonic told; lower if negative."""
    if semitones == 0:
        return example
    layout = Layout(example.parts, example.relations)
    events = example.events.copy()
    sounds = events[:, Field.PART] < layout.parts
    events[sounds, Field.PITCH] += semitones

    def moved(features: NDArray[np.int16], kinds: tuple[Kind, ...]) -> NDArray[np.int16]:
        return _moved(features, kinds, semitones, knows_key=example.knows_key)

    inputs = moved(example.inputs, layout.inputs)
    if example.knows_key:
        inputs[:, layout.inputs.index(Kind.TONIC)] = semitones % 12
    return replace(
        example,
        inputs=inputs,
        at_onset=moved(example.at_onset, layout.at_onset),
        of_part=moved(example.of_part, layout.of_part),
        events=events,
    )


def _moved(
    features: NDArray[np.int16], kinds: tuple[Kind, ...], semitones: int, *, knows_key: bool
) -> NDArray[np.int16]:
    found = features.copy()
    columns = [i for i, kind in enumerate(kinds) if kind is Kind.PITCH]
    pitches = found[:, columns]
    found[:, columns] = np.where(pitches > 0, pitches + semitones, 0)
    if not knows_key:  # degrees are then those of a tonic that stays
        columns = [i for i, kind in enumerate(kinds) if kind is Kind.DEGREE]
        found[:, columns] = relations.moved(found[:, columns], semitones)
    return found
