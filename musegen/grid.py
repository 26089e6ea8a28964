"""Bars, sections and phrases before there are notes.

All sections of a song begin the same way: ``upbeat_ticks`` before a bar line. So each is a whole
number of bars long, the song's first bar is an upbeat bar, and its last bar is short by as much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from musegen.song import TICKS_PER_BEAT, Bar, Key, Section, Song, regular_bars

STRIDE_BARS = 2
"""Where a source marks no phrases, drafts are compared every two bars."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A song's metre, its upbeat, and the bars of a phrase (0: phrases are not marked)."""

    metre: tuple[int, int]
    upbeat_ticks: int = 0
    phrase_bars: int = 0

    @property
    def bar_ticks(self) -> int:
        """Length of a full bar."""
        return self.metre[0] * 4 * TICKS_PER_BEAT // self.metre[1]

    @property
    def beat_ticks(self) -> int:
        """What is counted in this metre: dotted quarters in 6/8, else the lower number's note."""
        unit = 4 * TICKS_PER_BEAT // self.metre[1]
        is_compound = self.metre[1] == 8 and self.metre[0] % 3 == 0
        return 3 * unit if is_compound else unit

    def bars(self, count: int) -> tuple[Bar, ...]:
        """Bars that are together as long as ``count`` full ones, from tick 0."""
        if not self.upbeat_ticks:
            return regular_bars(count, *self.metre)
        full = self.bar_ticks
        upbeat = Bar(0, self.upbeat_ticks, *self.metre, is_upbeat=True)
        starts = range(self.upbeat_ticks, count * full, full)
        return (upbeat, *(Bar(s, min(full, count * full - s), *self.metre) for s in starts))

    def ends(self, bars: int) -> tuple[int, ...]:
        """Where the phrases of a section end; what is left of its bars joins the last one."""
        phrase = self.phrase_bars or bars
        return self._multiples(phrase, bars)

    def stops(self, bars: int) -> tuple[int, ...]:
        """Where the drafts of a section are compared: at the ends of phrases or strides."""
        return self._multiples(self.phrase_bars or STRIDE_BARS, bars)

    def _multiples(self, step: int, bars: int) -> tuple[int, ...]:
        inner = range(step, bars - step + 1, step)
        return (*(i * self.bar_ticks for i in inner if i < bars), bars * self.bar_ticks)

    def blank(
        self,
        sections: Sequence[tuple[str, int]],
        key: Key,
        *,
        is_last: bool,
        ends: Mapping[str, tuple[int, ...]] | None = None,
    ) -> Song:
        """A song without notes whose sections, labels and bars, follow each other.

        If the song goes on after them one more follows, so that they do not close like an end.
        ``ends`` tells where the phrases of a label's section end, if not as they usually do.
        """
        own = ends or {}
        following = [*sections] if is_last else [*sections, ("", sections[-1][1])]
        lengths = [bars * self.bar_ticks for _, bars in following]
        starts = [0, *accumulate(lengths)]
        phrase_ends = [
            start + end
            for start, (label, bars) in zip(starts, following, strict=False)
            for end in own.get(label, self.ends(bars))
        ]
        return Song(
            title="",
            parts=(),
            bars=self.bars(sum(bars for _, bars in following)),
            sections=tuple(
                Section(label, start, length)
                for (label, _), start, length in zip(following, starts, lengths, strict=False)
            ),
            phrase_ends=tuple(phrase_ends) if self.phrase_bars else (),
            key=key,
        )
