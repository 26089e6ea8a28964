"""A regular grid of bars, and the sections that double bar lines and repeat signs mark.

Scores break a bar in two at a repeat sign: the bar before the sign lacks the beats of the
upbeat after it. Here the two halves become one bar again, so that bars stay regular, while
the section keeps its exact start. Time is in ticks (12 a quarter-note beat).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from musegen.song import Bar, Section

SHORTEST_SECTION_BARS = 2
"""A section shorter than this, such as a second ending, belongs to its neighbour."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure as written: its place, its metre, and what its bar lines say."""

    start_tick: int
    length_ticks: int
    numerator: int
    denominator: int
    opens_section: bool = False
    closes_section: bool = False
    is_later_ending: bool = False

    @property
    def end_tick(self) -> int:
        return self.start_tick + self.length_ticks

    @property
    def metre(self) -> tuple[int, int]:
        return self.numerator, self.denominator


def bars_of(measures: Sequence[Measure]) -> tuple[Bar, ...]:
    """Regular bars over the written measures, without gap or overlap.

    A short first measure is an upbeat. Two short neighbours that fill one bar together are
    joined; a measure longer than its metre is cut into full bars.
    """
    bars: list[Bar] = []
    for measure in measures:
        for bar in _full_bars(measure):
            if len(bars) > 1 and _make_one(bars[-1], bar):
                bars[-1] = replace(bars[-1], length_ticks=bars[-1].metre_ticks)
            else:
                bars.append(bar)
    if len(bars) > 1 and bars[0].length_ticks < bars[0].metre_ticks:
        bars[0] = replace(bars[0], is_upbeat=True)
    return tuple(bars)


def _full_bars(measure: Measure) -> Iterator[Bar]:
    bar = Bar(measure.start_tick, measure.length_ticks, *measure.metre)
    full = max(1, bar.metre_ticks)
    for start in range(measure.start_tick, measure.end_tick, full):
        yield replace(bar, start_tick=start, length_ticks=min(full, measure.end_tick - start))


def _make_one(left: Bar, right: Bar) -> bool:
    return (
        (left.numerator, left.denominator) == (right.numerator, right.denominator)
        and left.length_ticks < left.metre_ticks
        and left.length_ticks + right.length_ticks == left.metre_ticks
    )


def sections_of(measures: Sequence[Measure]) -> tuple[Section, ...]:
    """Sections "A", "B", … that cover the measures, each at least two bars long.

    A later ending goes on with the section whose ending it is.
    """
    if not measures:
        return ()
    start, end = measures[0].start_tick, measures[-1].end_tick
    bounds = [start]
    for before, after in pairwise(measures):
        marked = before.closes_section or after.opens_section
        if marked and not after.is_later_ending:
            bounds.append(after.start_tick)
    bounds = _without_short(bounds, end, measures)
    ends = [*bounds[1:], end]
    return tuple(
        Section(section_label(i), a, b - a)
        for i, (a, b) in enumerate(zip(bounds, ends, strict=True))
    )


def _without_short(bounds: list[int], end: int, measures: Sequence[Measure]) -> list[int]:
    shortest = SHORTEST_SECTION_BARS * _usual_bar_ticks(measures)
    kept = [bounds[0]]
    for bound in bounds[1:]:
        if len(kept) == 1 and bound - kept[0] < shortest:
            continue
        following = min((b for b in bounds if b > bound), default=end)
        if following - bound >= shortest and bound - kept[-1] >= shortest:
            kept.append(bound)
    return kept


def _usual_bar_ticks(measures: Sequence[Measure]) -> int:
    lengths = [measure.length_ticks for measure in measures]
    return max(set(lengths), key=lambda length: (lengths.count(length), length))


def section_label(index: int) -> str:
    """The label for a place: A for 0, Z for 25, then A2, B2 and so on."""
    letter, again = chr(ord("A") + index % 26), index // 26
    return letter if again == 0 else f"{letter}{again + 1}"
