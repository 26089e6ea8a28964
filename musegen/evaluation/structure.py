"""How alike sections and bars are, in songs and in human pieces.

Likeness runs from 0 to 1. It is the mean of three Dice coefficients over what stands at the same
place: notes of the same pitch, onsets of the same part, and steps of the same size from the note
before; the last makes a transposed repeat count for something. Composing measures likeness in a way
of its own (see `musegen.evaluation`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from musegen.evaluation.excerpts import bar_spans
from musegen.song import Song, cut

PHRASE_BARS = 4
"""Length of the stretches in which human pieces are searched for repeats."""

Bags = tuple[Counter[Any], Counter[Any], Counter[Any]]


@dataclass(frozen=True, slots=True)
class SectionLikeness:
    """Mean likeness of a song's returning choruses, of its verses, and of verse and bridge."""

    b_b: float
    a_c: float
    a_d: float

    @property
    def in_order(self) -> bool:
        """Whether what returns is most alike, and what contrasts least."""
        return self.b_b > self.a_c > self.a_d


def likeness(one: Song, other: Song) -> float:
    """Likeness of two stretches, both from tick 0; two silent ones are alike."""
    return _likeness(_bags(one), _bags(other))


def _bags(song: Song) -> Bags:
    """What stands where: (part, tick, pitch), (part, tick), (part, tick, step)."""
    notes: Counter[Any] = Counter()
    onsets: Counter[Any] = Counter()
    steps: Counter[Any] = Counter()
    for number, part in enumerate(song.parts):
        top = {note.onset_tick: note.pitch for note in sorted(part.notes)}
        notes.update((number, note.onset_tick, note.pitch) for note in part.notes)
        onsets.update((number, tick) for tick in top)
        ticks = sorted(top)
        steps.update((number, b, top[b] - top[a]) for a, b in pairwise(ticks))
    return notes, onsets, steps


def _likeness(one: Bags, other: Bags) -> float:
    return float(np.mean([dice(a, b) for a, b in zip(one, other, strict=True)]))


def dice(one: Counter[Any], other: Counter[Any]) -> float:
    """2 |A and B| / (|A| + |B|) of two bags; two empty ones are alike."""
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 1.0


def section_likeness(song: Song) -> SectionLikeness | None:
    """Likeness of sections by their letters; None where B does not return or A, C, D is missing."""
    by_label: dict[str, list[Bags]] = {}
    for section in song.sections:
        stretch = cut(song, section.start_tick, section.end_tick)
        by_label.setdefault(section.label, []).append(_bags(stretch))
    if len(by_label.get("B", [])) < 2 or not {"A", "C", "D"} <= set(by_label):
        return None
    returns = [_likeness(a, b) for a, b in combinations(by_label["B"], 2)]
    return SectionLikeness(
        float(np.mean(returns)), _between(by_label, "A", "C"), _between(by_label, "A", "D")
    )


def _between(by_label: dict[str, list[Bags]], one: str, other: str) -> float:
    return float(np.mean([_likeness(a, b) for a in by_label[one] for b in by_label[other]]))


def best_repeat(song: Song, *, bars: int = PHRASE_BARS) -> float:
    """Likeness of the two most alike phrases (stretches of ``bars`` that do not overlap).

    NaN for a song too short to have two.
    """
    spans = bar_spans(song)
    phrases = [
        _bags(cut(song, spans[i][0], spans[i + bars - 1][1])) for i in range(len(spans) - bars + 1)
    ]
    found = [
        _likeness(phrases[i], phrases[j])
        for i in range(len(phrases))
        for j in range(i + bars, len(phrases))
    ]
    return max(found, default=float("nan"))


def bars_repeated(song: Song) -> float:
    """Share of bars, after the first, that are exactly as an earlier one; NaN for a single bar."""
    spans = bar_spans(song)
    bars = [_exact(cut(song, start, end)) for start, end in spans]
    if len(bars) < 2:
        return float("nan")
    return float(np.mean([bars[i] in bars[:i] for i in range(1, len(bars))]))


def bar_likeness(song: Song) -> float:
    """Mean likeness of neighbouring bars; NaN for a single bar."""
    bags = [_bags(cut(song, start, end)) for start, end in bar_spans(song)]
    pairs = [_likeness(a, b) for a, b in pairwise(bags)]
    return float(np.mean(pairs)) if pairs else float("nan")


def _exact(bar: Song) -> frozenset[tuple[int, int, int, int]]:
    return frozenset(
        (number, note.onset_tick, note.pitch, note.duration_ticks)
        for number, part in enumerate(bar.parts)
        for note in part.notes
    )
