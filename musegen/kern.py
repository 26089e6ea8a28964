"""Humdrum scores (``**kern``) on an exact clock.

A line of a Humdrum file is one moment of all staves, so the lines tell when everything begins;
only the ``**kern`` columns are read. Grace notes are dropped, repeats kept as written. Times are
in quarter-note beats until they become ticks (12 a beat).

The format: https://www.humdrum.org/rep/kern/ and https://www.humdrum.org/guide/ch05/.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from musegen.barlines import Measure, bars_of, sections_of
from musegen.errors import ScoreError
from musegen.genres import Voice
from musegen.song import Part, Song
from musegen.sounds import Sound, clean_sounds, notes_of, ticks_of

_DURATION = re.compile(r"(?P<recip>\d+)(?:%(?P<over>\d+))?(?P<dots>\.*)")
_PITCH = re.compile(r"(?P<letters>[a-gA-G]+)(?P<signs>[#n-]*)")
_METRE = re.compile(r"\*M(\d+)/(\d+)")
_TEMPO = re.compile(r"\*MM(\d+(?:\.\d+)?)")
_STAFF = re.compile(r"\*staff(\d+)")
_LATER_ENDING = re.compile(r"\*>[A-Z]+[2-9]")
_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_WHOLE = 4
_MIDDLE_C = 60


def song_of_kern(
    text: str, *, title: str, source: str, voices: Sequence[Voice], tempo_bpm: float
) -> Song:
    """A Humdrum score as a song, its staves top to bottom as ``voices``.

    Parameters
    ----------
    tempo_bpm
        The tempo in quarter notes a minute when the score has no metronome mark.

    Raises
    ------
    ScoreError
        When the score has another number of staves, or cannot be followed.
    """
    found = _Reader()
    for line in text.splitlines():
        if line and not line.startswith("!"):
            found.take(line.split("\t"))
    found.finish()
    staves = found.staves()
    if len(staves) != len(voices):
        raise ScoreError(f"“{title}” has {len(staves)} staves instead of {len(voices)}.")
    sounds = [clean_sounds(staff) for staff in staves]
    return Song(
        title=title,
        parts=tuple(
            Part(voice.name, voice.program, notes_of(own))
            for voice, own in zip(voices, sounds, strict=True)
        ),
        bars=bars_of(found.measures),
        sections=sections_of(found.measures),
        phrase_ends=tuple(sorted({s.end_tick for s in sounds[0] if s.has_fermata})),
        tempo_bpm=found.tempo_bpm or tempo_bpm,
        source=source,
    )


@dataclass(slots=True)
class _Column:
    """One column of the file now: the spine it belongs to, and where its last token ends."""

    spine: int
    is_kern: bool
    end_beat: Fraction = Fraction(0)


@dataclass
class _Reader:
    """What was read so far, and the moment reached."""

    columns: list[_Column] = field(default_factory=list)
    sounds: dict[int, list[Sound]] = field(default_factory=dict)
    staff_numbers: dict[int, int] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    metre: tuple[int, int] = (4, 4)
    tempo_bpm: float | None = None
    beat: Fraction = Fraction(0)
    measure_beat: Fraction = Fraction(0)
    is_later_ending: bool = False

    def take(self, tokens: list[str]) -> None:
        """One line that is neither empty nor a comment."""
        if tokens[0].startswith("**"):
            self.columns = [_Column(i, token == "**kern") for i, token in enumerate(tokens)]
            self.sounds = {c.spine: [] for c in self.columns if c.is_kern}
            return
        if len(tokens) != len(self.columns):
            raise ScoreError("A line of the Humdrum score has another number of columns.")
        if tokens[0].startswith("="):
            self._bar_line(tokens[0])
        elif tokens[0].startswith("*"):
            self._interpret(tokens)
        else:
            self._sound(tokens)

    def finish(self) -> None:
        """Close the last measure, which need not have a bar line."""
        self._bar_line("==")

    def staves(self) -> list[list[Sound]]:
        """Sounds of each staff, top to bottom; Humdrum writes the lowest first."""
        last = len(self.sounds)
        spines = sorted(self.sounds, key=lambda s: (self.staff_numbers.get(s, last), -s))
        return [self.sounds[spine] for spine in spines]

    def _interpret(self, tokens: list[str]) -> None:
        for column, token in zip(self.columns, tokens, strict=True):
            if not column.is_kern:
                continue
            if (match := _METRE.match(token)) is not None:
                self.metre = int(match[1]), int(match[2])
            elif (match := _TEMPO.match(token)) is not None:
                self.tempo_bpm = self.tempo_bpm or float(match[1])
            elif (match := _STAFF.match(token)) is not None:
                self.staff_numbers[column.spine] = int(match[1])
            elif _LATER_ENDING.fullmatch(token):
                self.is_later_ending = True
        self.columns = list(_rearranged(self.columns, tokens))

    def _bar_line(self, token: str) -> None:
        ends = Counter(c.end_beat for c in self.columns if c.is_kern)
        self.beat = max(ends, key=lambda end: (ends[end], end), default=self.beat)
        for column in self.columns:
            column.end_beat = self.beat
        start, end = ticks_of(self.measure_beat), ticks_of(self.beat)
        is_boundary = ":" in token or "||" in token or token.startswith("==")
        if end > start:
            self.measures.append(
                Measure(
                    start,
                    end - start,
                    *self.metre,
                    closes_section=is_boundary,
                    is_later_ending=self.is_later_ending,
                )
            )
            self.is_later_ending = False
        elif self.measures and is_boundary:
            self.measures[-1] = replace(self.measures[-1], closes_section=True)
        self.measure_beat = self.beat

    def _sound(self, tokens: list[str]) -> None:
        timed = [
            (column, token)
            for column, token in zip(self.columns, tokens, strict=True)
            if column.is_kern and token != "." and not _is_grace(token)
        ]
        if not timed:
            return
        for column, token in timed:
            length = _length(token)
            column.end_beat = self.beat + length
            self.sounds[column.spine] += _sounds_of(token, self.beat, length)
        later = [c.end_beat for c in self.columns if c.is_kern and c.end_beat > self.beat]
        self.beat = min(later, default=self.beat)


def _rearranged(columns: Sequence[_Column], tokens: Sequence[str]) -> Iterator[_Column]:
    """The columns after spines were split (``*^``), joined (``*v``), swapped or ended."""
    if "*+" in tokens:
        raise ScoreError("The Humdrum score adds columns midway, which cannot be read.")
    swapped = list(columns)
    places = [i for i, token in enumerate(tokens) if token == "*x"]
    for a, b in zip(places[::2], places[1::2], strict=False):
        swapped[a], swapped[b] = swapped[b], swapped[a]
    joined: _Column | None = None
    for column, token in zip(swapped, tokens, strict=True):
        if token == "*v" and joined is not None and joined.spine == column.spine:
            joined.end_beat = max(joined.end_beat, column.end_beat)
            continue
        joined = column if token == "*v" else None
        if token != "*-":
            yield column
        if token == "*^":
            yield replace(column)


def _is_grace(token: str) -> bool:
    return "q" in token.lower()


def _length(token: str) -> Fraction:
    """Beats a token lasts; 0 stands for a breve, 28%3 for three twenty-eighths."""
    match = _DURATION.search(token)
    if match is None:
        raise ScoreError(f"“{token}” in the Humdrum score has no length.")
    recip, over = int(match["recip"]), int(match["over"] or 1)
    plain = Fraction(_WHOLE * over, recip) if recip else Fraction(2 * _WHOLE)
    return plain * (2 - Fraction(1, 2 ** len(match["dots"])))


def _sounds_of(token: str, beat: Fraction, length: Fraction) -> Iterator[Sound]:
    """The notes of a token, a chord's divided by spaces."""
    onset = ticks_of(beat)
    end = max(onset + 1, ticks_of(beat + length))
    for head in token.split():
        match = _PITCH.search(head)
        if match is not None and "r" not in head:
            tied_on = "[" in head or "_" in head
            yield Sound(onset, end, _pitch(match["letters"], match["signs"]), tied_on, ";" in token)


def _pitch(letters: str, signs: str) -> int:
    """``c`` is middle C, ``cc`` the one above, ``C`` the one below, ``CC`` the next."""
    high = letters[0].islower()
    octave = len(letters) - 1 if high else -len(letters)
    accidental = signs.count("#") - signs.count("-")
    return _MIDDLE_C + 12 * octave + _LETTERS[letters[0].lower()] + accidental
