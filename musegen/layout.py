"""What each column of a network's inputs means (`musegen.context` fills them)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from musegen import relations
from musegen.barmap import MAX_BARS_LEFT, MAX_BEATS_LEFT, MAX_POSITION, METRES
from musegen.encoding import MAX_SHIFT, TIED

LOOKBACK_BARS = (1, 2, 4, 8)
"""The bars that matter for structure (Museformer, Yu et al. 2022)."""

MAX_MATCH = 8


class Kind(StrEnum):
    """What a column of features means; columns of one kind share one embedding."""

    PITCH = "pitch"
    LENGTH = "length"
    SHIFT = "shift"
    PART = "part"
    POSITION = "position"
    BARS_LEFT = "bars_left"
    BEATS_LEFT = "beats_left"
    METRE = "metre"
    MODE = "mode"
    TONIC = "tonic"
    MATCH = "match"
    INTERVAL = "interval"
    DEGREE = "degree"


def kind_sizes(parts: int) -> dict[Kind, int]:
    """How many values a column of each kind can take."""
    return {
        Kind.PITCH: 129,
        Kind.LENGTH: TIED + 1,
        Kind.SHIFT: MAX_SHIFT + 2,
        Kind.PART: parts + 3,
        Kind.POSITION: MAX_POSITION + 1,
        Kind.BARS_LEFT: 2 * (MAX_BARS_LEFT + 2),
        Kind.BEATS_LEFT: MAX_BEATS_LEFT + 2,
        Kind.METRE: len(METRES) + 1,
        Kind.MODE: 2,
        Kind.TONIC: 12,
        Kind.MATCH: MAX_MATCH + 1,
        Kind.INTERVAL: relations.INTERVALS,
        Kind.DEGREE: relations.DEGREES,
    }


@dataclass(frozen=True)
class Layout:
    """Which kind each column of each answer is of, for songs of ``parts`` parts.

    With ``relations`` there are also intervals and degrees (`musegen.relations`).
    """

    parts: int
    relations: bool = False

    @cached_property
    def inputs(self) -> tuple[Kind, ...]:
        each = (Kind.PITCH,) * self.parts
        lengths = (Kind.LENGTH,) * self.parts
        before = (Kind.SHIFT, Kind.PART, Kind.PITCH, Kind.LENGTH)
        place = (Kind.POSITION, Kind.BARS_LEFT, Kind.BEATS_LEFT, Kind.METRE, Kind.MODE, Kind.TONIC)
        back = (*each, *lengths, Kind.SHIFT, Kind.MATCH)
        related = self._related(self.parts + relations.pairs(self.parts), self.parts)
        return before + place + each + lengths + each + back * len(LOOKBACK_BARS) + related

    @cached_property
    def at_onset(self) -> tuple[Kind, ...]:
        each = (Kind.PITCH,) * self.parts
        lengths = (Kind.LENGTH,) * self.parts
        place = (Kind.POSITION, Kind.BARS_LEFT, Kind.BEATS_LEFT)
        related = self._related(self.parts + relations.pairs(self.parts), 2 * self.parts)
        return place + each + lengths + (each + lengths) * len(LOOKBACK_BARS) + related

    @cached_property
    def of_part(self) -> tuple[Kind, ...]:
        own = (Kind.PITCH, Kind.PITCH, Kind.LENGTH)
        neighbours = (Kind.PITCH,) * 3
        related = self._related(3 * self.parts + 1 + len(LOOKBACK_BARS), 2)
        return own + neighbours + (Kind.PITCH, Kind.LENGTH) * len(LOOKBACK_BARS) + related

    def _related(self, intervals: int, degrees: int) -> tuple[Kind, ...]:
        found = (Kind.INTERVAL,) * intervals + (Kind.DEGREE,) * degrees
        return found if self.relations else ()
