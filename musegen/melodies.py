"""Which pieces are the same tune, whatever their titles, keys and ornaments.

A tune is compared by two kinds of short runs ("grams") of its top part, both of which do not
change when the piece is transposed:

- *steps*: the intervals between successive notes, repeated notes taken as one, so that a
  bowed or dotted rhythm makes no difference;
- *beats*: the intervals from beat to beat, whatever stands between, so that ornaments and
  passing notes make no difference. Only beats count, so upbeats make no difference either.

The likeness of two pieces is the share of the shorter one's grams that the other has too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise

from musegen.song import Bar, Note, Song

STEPS_PER_GRAM = 8
BEATS_PER_GRAM = 8
FEWEST_MOVES = 4
"""A gram of beats in which fewer beats move, such as a held note, is in every piece."""

STEPS_LIKENESS = 0.3
BEATS_LIKENESS = 0.2
"""Above either, two pieces are one tune: below, unrelated tunes of one kind begin to join
into one huge group; above, settings that share their title begin to fall apart."""

FEWEST_GRAMS = 8
"""A piece with fewer is too short to compare."""

COMMONEST_GRAM = 60
"""A gram in more pieces than these is a turn of phrase of the genre and identifies nothing."""

Gram = tuple[int, ...]


def same_tunes(songs: Mapping[str, Song]) -> set[tuple[str, str]]:
    """Pairs of ids of pieces that are one tune, each pair in the order of ``songs``."""
    pairs = _alike({id_: _step_grams(song) for id_, song in songs.items()}, STEPS_LIKENESS)
    pairs |= _alike({id_: _beat_grams(song) for id_, song in songs.items()}, BEATS_LIKENESS)
    return pairs


def _alike(grams: Mapping[str, set[Gram]], likeness: float) -> set[tuple[str, str]]:
    holders: dict[Gram, list[str]] = defaultdict(list)
    for id_, own in grams.items():
        if len(own) >= FEWEST_GRAMS:
            for gram in own:
                holders[gram].append(id_)
    shared: Counter[tuple[str, str]] = Counter()
    for ids in holders.values():
        if len(ids) <= COMMONEST_GRAM:
            shared.update(combinations(ids, 2))
    return {
        (a, b)
        for (a, b), count in shared.items()
        if count >= likeness * min(len(grams[a]), len(grams[b]))
    }


def _step_grams(song: Song) -> set[Gram]:
    pitches = [note.pitch for note in top_line(song)]
    steps = [b - a for a, b in pairwise(pitches) if a != b]
    return set(_runs(steps, STEPS_PER_GRAM))


def _beat_grams(song: Song) -> set[Gram]:
    line = top_line(song)
    onsets = [note.onset_tick for note in line]
    places = (bisect_right(onsets, tick) - 1 for bar in song.bars for tick in _beat_ticks(bar))
    pitches = [line[place].pitch for place in places if place >= 0]
    steps = [b - a for a, b in pairwise(pitches)]
    return {run for run in _runs(steps, BEATS_PER_GRAM) if sum(map(bool, run)) >= FEWEST_MOVES}


def _runs(steps: list[int], length: int) -> Iterable[Gram]:
    return (tuple(steps[i : i + length]) for i in range(len(steps) - length + 1))


def top_line(song: Song) -> list[Note]:
    """The first part as a melody: the highest note of each onset."""
    highest: dict[int, Note] = {}
    for note in song.parts[0].notes if song.parts else ():
        known = highest.get(note.onset_tick)
        if known is None or note.pitch > known.pitch:
            highest[note.onset_tick] = note
    return [highest[tick] for tick in sorted(highest)]


def _beat_ticks(bar: Bar) -> range:
    beat = max(1, _beat_length(bar))
    past_beats = -bar.position(bar.start_tick) % beat
    return range(bar.start_tick + past_beats, bar.end_tick, beat)


def _beat_length(bar: Bar) -> int:
    """A dotted beat in 6/8 and its kin, a quarter of a bar in 2/4, 2/2 and 4/4, else the unit.

    So a reel has the same beats whether it is written in 2/4 or in 2/2.
    """
    if bar.denominator >= 8 and bar.numerator % 3 == 0:
        return bar.metre_ticks * 3 // bar.numerator
    if bar.numerator in (2, 4):
        return bar.metre_ticks // 4
    return bar.metre_ticks // bar.numerator
