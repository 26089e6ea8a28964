"""Written note values for stretches of a bar.

Places and lengths are in ticks, 12 a quarter note, and places count from the bar line of a
full bar. Where all bounds in a beat are sixteenths apart, values are plain. Thirty-seconds
lie between ticks and were rounded to the nearest: where they can be made out, they are written
as what they were. Elsewhere the beat, its half, or two beats become a triplet, in which any
tick can be written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

QUARTER = 12
SIXTEENTH = 3
HALF = 2 * QUARTER

PLAIN = {
    96: ("breve", 0),
    72: ("whole", 1),
    48: ("whole", 0),
    36: ("half", 1),
    24: ("half", 0),
    18: ("quarter", 1),
    12: ("quarter", 0),
    9: ("eighth", 1),
    6: ("eighth", 0),
    3: ("16th", 0),
}
TRIPLET = {
    16: ("half", 0),
    8: ("quarter", 0),
    6: ("eighth", 1),
    4: ("eighth", 0),
    3: ("16th", 1),
    2: ("16th", 0),
    1: ("32nd", 0),
}
FINE = {
    24: ("quarter", 0),
    18: ("eighth", 1),
    12: ("eighth", 0),
    9: ("16th", 1),
    6: ("16th", 0),
    3: ("32nd", 0),
}
"""Thirty-seconds and what is made of them, in half ticks."""

TRIPLET_UNIT = {HALF: "quarter", QUARTER: "eighth", QUARTER // 2: "16th"}
"""What there are three of, by the triplet's length."""


@dataclass(frozen=True, slots=True)
class Metre:
    """How a bar is divided: its full length, its beat, and whether halves must show."""

    length: int
    beat: int
    is_compound: bool
    shows_half: bool

    @classmethod
    def of(cls, numerator: int, denominator: int) -> Metre:
        length = max(1, numerator * 4 * QUARTER // denominator)
        unit = 4 * QUARTER // denominator
        if numerator % 3 == 0 and denominator >= 8 and unit:
            return cls(length, 3 * unit, is_compound=True, shows_half=False)
        beat = unit if denominator <= 4 else QUARTER
        return cls(length, beat, is_compound=False, shows_half=numerator == 4)

    def crosses_half(self, place: int, length: int) -> bool:
        half = self.length // 2
        return self.shows_half and place < half < place + length


class Division(StrEnum):
    """How a stretch of a bar is divided."""

    PLAIN = "plain"
    FINE = "fine"
    TRIPLET = "triplet"


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a bar with plain values or thirty-seconds, or one triplet."""

    start: int
    end: int
    division: Division

    @property
    def is_triplet(self) -> bool:
        return self.division is Division.TRIPLET


@dataclass(frozen=True, slots=True)
class Value:
    """One written value: where it begins, what it takes, its type and dots, and its region.

    ``length`` is what it takes in ticks; ``half_place`` and ``half_ticks`` are where it
    begins and what is written, exactly, in half ticks.
    """

    length: int
    half_place: int
    half_ticks: int
    kind: str
    dots: int
    region: Region


def regions(start: int, end: int, bounds: Collection[int], metre: Metre) -> list[Region]:
    """The bar from ``start`` to ``end`` divided into plain stretches and triplets.

    ``bounds`` are the places where notes or rests begin or end.
    """
    found: list[Region] = []
    place = start
    while place < end:
        for region in _window(place, end, bounds, metre):
            if found and region.division is found[-1].division is Division.PLAIN:
                found[-1] = Region(found[-1].start, region.end, Division.PLAIN)
            else:
                found.append(region)
        place = found[-1].end
    return found


def _window(place: int, end: int, bounds: Collection[int], metre: Metre) -> Iterator[Region]:
    """The next beat, or two when a quarter-note triplet fills them, as one or two regions."""
    half = _next(place, QUARTER // 2)
    if metre.is_compound:
        yield _region(place, min(end, half), bounds)
        return
    inner = {bound - place for bound in bounds if place < bound < place + HALF}
    if place % QUARTER == 0 and place + HALF <= end and inner and inner <= {8, 16}:
        yield Region(place, place + HALF, Division.TRIPLET)
        return
    beat = _region(place, min(end, _next(place, QUARTER)), bounds)
    if beat.division is not Division.PLAIN and half < beat.end and half in bounds:
        yield _region(place, half, bounds)
        yield _region(half, beat.end, bounds)
    else:
        yield beat


def _next(place: int, step: int) -> int:
    return (place // step + 1) * step


def _region(start: int, end: int, bounds: Collection[int]) -> Region:
    inside = sorted({start, end, *(bound for bound in bounds if start < bound < end)})
    if all(place % SIXTEENTH == 0 for place in inside):
        return Region(start, end, Division.PLAIN)
    exact = {_exact(place) for place in inside}
    has_sixteenths = any(place % (2 * SIXTEENTH) == SIXTEENTH for place in inside)
    if has_sixteenths and len(exact) == len(inside) and start % SIXTEENTH == end % SIXTEENTH == 0:
        return Region(start, end, Division.FINE)
    return Region(start, end, Division.TRIPLET)


def _exact(place: int) -> int:
    """The nearest thirty-second, in half ticks."""
    return round(2 * place / SIXTEENTH) * SIXTEENTH


def values(
    start: int, end: int, divided: Collection[Region], metre: Metre, *, is_rest: bool
) -> Iterator[Value]:
    """The written values, to be tied, of a note or rest from ``start`` to ``end``."""
    for region in divided:
        place, stop = max(start, region.start), min(end, region.end)
        if place < stop and region.division is Division.FINE:
            yield from _fine_values(place, stop, region)
            continue
        while place < stop:
            if region.is_triplet:
                length = max(length for length in TRIPLET if length <= stop - place)
                kind, dots = TRIPLET[length]
            else:
                length = _longest(place, stop - place, metre, is_rest=is_rest)
                kind, dots = PLAIN[length]
            yield Value(length, 2 * place, 2 * length, kind, dots, region)
            place += length


def _fine_values(start: int, end: int, region: Region) -> Iterator[Value]:
    place, stop = _exact(start), _exact(end)
    while place < stop:
        half_ticks = max(length for length in FINE if length <= stop - place)
        after = end if place + half_ticks == stop else (place + half_ticks) // 2
        yield Value(after - start, place, half_ticks, *FINE[half_ticks], region)
        place, start = place + half_ticks, after


def _longest(place: int, room: int, metre: Metre, *, is_rest: bool) -> int:
    fits = _rest_fits if is_rest else _note_fits
    allowed = (n for n in PLAIN if n <= room and fits(place, n, metre))
    return next(allowed, SIXTEENTH)


def _note_fits(place: int, length: int, metre: Metre) -> bool:
    """Whether one note head keeps the beats visible."""
    beat, off = metre.beat, place % metre.beat
    if off + length <= beat:
        return True
    if metre.is_compound:
        return off == 0 and length % beat == 0
    if off == 0 and length % beat == 0:
        return True
    if metre.crosses_half(place, length):
        return False
    return 2 * off in (0, beat) and 2 * length in (2 * beat, 3 * beat)


def _rest_fits(place: int, length: int, metre: Metre) -> bool:
    """Rests stand where their own value would be counted, and have dots in compound metres."""
    beat, off = metre.beat, place % metre.beat
    if off + length <= beat:
        whole = length == beat
        plain = PLAIN[length][1] == 0 and off % length == 0
        return whole or plain
    return length % beat == 0 and length // beat in (2, 4) and place % length == 0
