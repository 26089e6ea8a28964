"""Songs as MusicXML 4.0 notation.

Written out directly rather than through music21, whose export takes seconds, stamps the day
and names parts anew each time: the same song gives the same text here. A division is half a
tick, 24 a quarter note, for the sake of thirty-seconds. A note's ``id`` is
``n<part>-<tick>-<pitch>``, where the tick is that of the written note, so that a page can light up
what sounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from musegen.engraving import Staff, Written, following_pitches, staves, written_bar
from musegen.notevalues import TRIPLET_UNIT
from musegen.song import TICKS_PER_BEAT, Bar, Note, Song, regular_bars
from musegen.spelling import Spelled, fifths, signature_alter, spell

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_PER_TICK = 2
_SHORT = {"violin": "Vln.", "viola": "Vla.", "cello": "Vc.", "fiddle": "Fdl.", "piano": "Pno."}
_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}


def to_musicxml(song: Song, *, condensed: bool = True) -> str:
    """The song as notation.

    Parameters
    ----------
    condensed
        Whether a choir of four is written on two staves, as hymnals do, rather than four.
    """
    score = _Score.of(song, condensed=condensed)
    root = Element("score-partwise", version="4.0")
    _text(SubElement(root, "work"), "work-title", _clean(song.title))
    _text(SubElement(SubElement(root, "identification"), "encoding"), "software", "musegen")
    _part_list(root, score.staves)
    for number in range(len(score.staves)):
        root.append(_StaffWriter(score, number).part())
    indent(root, " ")
    return _HEAD + tostring(root, encoding="unicode") + "\n"


def _text(parent: Element, tag: str, text: str | float) -> Element:
    child = SubElement(parent, tag)
    child.text = str(text)
    return child


def _clean(text: str) -> str:
    """Text without the control characters that XML forbids."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()


@dataclass(frozen=True)
class _Score:
    """What all staves share."""

    song: Song
    staves: Sequence[Staff]
    leads_to: Sequence[dict[tuple[int, int], int]]
    signature: int
    fermatas: frozenset[int]

    @classmethod
    def of(cls, song: Song, *, condensed: bool) -> _Score:
        song = replace(song, bars=song.bars or _usual_bars(song))
        return cls(
            song=song,
            staves=staves(song, condensed=condensed),
            leads_to=[following_pitches(part) for part in song.parts],
            signature=fifths(song.key),
            fermatas=frozenset(song.phrase_ends),
        )

    def spelled(self, part: int, note: Note) -> Spelled:
        leads_to = self.leads_to[part].get((note.onset_tick, note.pitch))
        return spell(note.pitch, self.song.key, leads_to=leads_to)


def _usual_bars(song: Song) -> tuple[Bar, ...]:
    """Bars of 4/4 for a song without any."""
    end = max((note.end_tick for part in song.parts for note in part.notes), default=1)
    return regular_bars(-(-end // (4 * TICKS_PER_BEAT)), 4, 4)


def _part_list(root: Element, found: Sequence[Staff]) -> None:
    listed = SubElement(root, "part-list")
    if len(found) > 1:
        group = SubElement(listed, "part-group", number="1", type="start")
        _text(group, "group-symbol", "bracket")
        _text(group, "group-barline", "yes")
    for number, staff in enumerate(found, start=1):
        part = SubElement(listed, "score-part", id=f"P{number}")
        name = _clean(staff.name)
        _text(part, "part-name", name)
        if len(found) > 1:
            _text(part, "part-abbreviation", _abbreviated(name))
        _text(SubElement(part, "score-instrument", id=f"P{number}-I1"), "instrument-name", name)
        channel = 10 if staff.is_drum else (number - 1) % 9 + 1
        midi = SubElement(part, "midi-instrument", id=f"P{number}-I1")
        _text(midi, "midi-channel", channel)
        _text(midi, "midi-program", staff.program + 1)
    if len(found) > 1:
        SubElement(listed, "part-group", number="1", type="stop")


def _abbreviated(name: str) -> str:
    """A part's name as it stands before all systems but the first: “Vln. II”, “S. A.”."""
    words = [
        word
        if word.isdigit() or set(word) <= set("IVX")
        else _SHORT.get(word.casefold(), f"{word[0]}.")
        for word in name.split()
    ]
    return " ".join(words)


@dataclass(frozen=True)
class _Line:
    """A voice's share of a bar, and which of how many voices it is there."""

    part: int
    written: Sequence[Written]
    number: int
    count: int


class _StaffWriter:
    """Writes one staff, bar by bar."""

    def __init__(self, score: _Score, number: int) -> None:
        self.score = score
        self.number = number
        self.staff = score.staves[number]

    def part(self) -> Element:
        part = Element("part", id=f"P{self.number + 1}")
        shift = 0 if self.score.song.bars[0].is_upbeat else 1
        for index, bar in enumerate(self.score.song.bars):
            measure = SubElement(part, "measure", number=str(index + shift))
            if bar.is_upbeat:
                measure.set("implicit", "yes")
            self._attributes(measure, index)
            if self.number == 0:
                if index == 0:
                    self._tempo(measure)
                self._marks(measure, index)
            self._voices(measure, bar)
            self._barline(measure, index)
        return part

    def _attributes(self, measure: Element, index: int) -> None:
        bars = self.score.song.bars
        metre = (bars[index].numerator, bars[index].denominator)
        is_new = index == 0 or metre != (bars[index - 1].numerator, bars[index - 1].denominator)
        if not is_new:
            return
        attributes = SubElement(measure, "attributes")
        if index == 0:
            _text(attributes, "divisions", _PER_TICK * TICKS_PER_BEAT)
            signature = 0 if self.staff.is_drum else self.score.signature
            _text(SubElement(attributes, "key"), "fifths", signature)
        time = SubElement(attributes, "time")
        _text(time, "beats", metre[0])
        _text(time, "beat-type", metre[1])
        if index == 0:
            clef = SubElement(attributes, "clef")
            _text(clef, "sign", self.staff.clef.sign)
            _text(clef, "line", self.staff.clef.line)
            if self.staff.clef.octave_change:
                _text(clef, "clef-octave-change", self.staff.clef.octave_change)

    def _tempo(self, measure: Element) -> None:
        song = self.score.song
        bar = next((bar for bar in song.bars if not bar.is_upbeat), song.bars[0])
        is_compound = bar.denominator == 8 and bar.numerator % 3 == 0
        direction = SubElement(measure, "direction", placement="above")
        mark = SubElement(SubElement(direction, "direction-type"), "metronome")
        _text(mark, "beat-unit", "quarter")
        if is_compound:
            SubElement(mark, "beat-unit-dot")
        _text(mark, "per-minute", round(song.tempo_bpm / (1.5 if is_compound else 1)))
        SubElement(direction, "sound", tempo=f"{song.tempo_bpm:g}")

    def _voices(self, measure: Element, bar: Bar) -> None:
        lines = self._lines(bar)
        accidentals = self._accidentals(lines)
        start = _PER_TICK * bar.position(bar.start_tick)
        end = start + _PER_TICK * bar.length_ticks
        for line in lines:
            if line.number:
                _text(SubElement(measure, "backup"), "duration", end - start)
            here = start
            for event in line.written:
                _forward(measure, event.value.half_place - here)
                self._event(measure, line, event, accidentals)
                here = event.value.half_place + event.value.half_ticks
            if line.written:
                _forward(measure, end - here)
            else:
                _bar_rest(measure, end - start, line)

    def _marks(self, measure: Element, index: int) -> None:
        """The names of sections that begin with the bar, or with an upbeat to it."""
        bars = self.score.song.bars
        after = bars[index - 1].start_tick if index else -1
        for section in self.score.song.sections:
            if after < section.start_tick <= bars[index].start_tick:
                direction = SubElement(measure, "direction", placement="above")
                kind = SubElement(direction, "direction-type")
                _text(kind, "rehearsal", _clean(section.label))

    def _lines(self, bar: Bar) -> list[_Line]:
        """The voices to write in a bar: all of a shared staff, else those that play, or one."""
        shared = self.staff.is_shared
        found = [
            (voice.part, written_bar(voice, bar, fills=shared or i == 0))
            for i, voice in enumerate(self.staff.voices)
        ]
        playing = [(part, written) for part, written in found if written]
        shown = found if shared and playing else playing or found[:1]
        return [_Line(part, written, i, len(shown)) for i, (part, written) in enumerate(shown)]

    def _accidentals(self, lines: Iterable[_Line]) -> dict[tuple[int, int, int], str]:
        """The accidentals that need to be written in a bar, by part, tick and pitch."""
        found: dict[tuple[int, int, int], str] = {}
        altered: dict[tuple[str, int], int] = {}
        heads = sorted(
            (event.tick, line.part, note.pitch, note)
            for line in lines
            for event in line.written
            for note in event.notes
        )
        for tick, part, pitch, note in heads:
            if self.staff.is_drum or tick > note.onset_tick:
                continue
            name = self.score.spelled(part, note)
            place = (name.step, name.octave)
            usual = signature_alter(name.step, self.score.signature)
            if altered.get(place, usual) != name.alter:
                found[part, tick, pitch] = _ACCIDENTALS[name.alter]
            altered[place] = name.alter
        return found

    def _event(
        self,
        measure: Element,
        line: _Line,
        event: Written,
        accidentals: dict[tuple[int, int, int], str],
    ) -> None:
        """A rest, or the heads of a note or chord from the lowest up."""
        if not event.notes:
            rest = SubElement(measure, "note")
            SubElement(rest, "rest")
            _value(rest, line, event)
            self._notations(rest, line, event)
        for i, head in enumerate(sorted(event.notes, key=lambda note: note.pitch)):
            note = SubElement(measure, "note", id=f"n{line.part}-{event.tick}-{head.pitch}")
            if i:
                SubElement(note, "chord")
            self._pitch(note, line.part, head)
            sign = accidentals.get((line.part, event.tick, head.pitch))
            _value(note, line, event, ties=_ties(event, head), accidental=sign)
            if i == 0:
                for level, beam in enumerate(event.beams, start=1):
                    SubElement(note, "beam", number=str(level)).text = beam
            self._notations(note, line, event, ties=_ties(event, head), is_first=i == 0)

    def _pitch(self, note: Element, part: int, head: Note) -> None:
        if self.staff.is_drum:
            unpitched = SubElement(note, "unpitched")
            _text(unpitched, "display-step", "FGABCDE"[head.pitch % 7])
            _text(unpitched, "display-octave", 4 if head.pitch % 7 < 4 else 5)
            return
        name = self.score.spelled(part, head)
        pitch = SubElement(note, "pitch")
        _text(pitch, "step", name.step)
        if name.alter:
            _text(pitch, "alter", name.alter)
        _text(pitch, "octave", name.octave)

    def _notations(
        self,
        note: Element,
        line: _Line,
        event: Written,
        *,
        ties: Sequence[str] = (),
        is_first: bool = True,
    ) -> None:
        notations = Element("notations")
        for tie in ties:
            SubElement(notations, "tied", type=tie)
        if is_first and event.triplet_starts:
            bracket = "no" if event.beams else "yes"
            SubElement(notations, "tuplet", type="start", bracket=bracket)
        if is_first and event.triplet_stops:
            SubElement(notations, "tuplet", type="stop")
        if is_first and self._has_fermata(line, event):
            SubElement(notations, "fermata", type="inverted" if line.number else "upright")
        if len(notations):
            note.append(notations)

    def _has_fermata(self, line: _Line, event: Written) -> bool:
        """Above the top voice of a staff; of a choir's two staves, above and below all."""
        if event.end_tick not in self.score.fermatas or not event.notes:
            return False
        is_outer = line.number == (self.number if self.staff.is_shared else 0)
        return is_outer and event.notes[0].end_tick == event.end_tick

    def _barline(self, measure: Element, index: int) -> None:
        """A double line where a section ends, the final one at the end."""
        bars, end = self.score.song.bars, self.score.song.bars[index].end_tick
        is_last = index + 1 == len(bars)
        closes = any(section.start_tick == end for section in self.score.song.sections)
        if is_last or closes:
            line = SubElement(measure, "barline", location="right")
            _text(line, "bar-style", "light-heavy" if is_last else "light-light")


def _forward(measure: Element, divisions: int) -> None:
    if divisions > 0:
        _text(SubElement(measure, "forward"), "duration", divisions)


def _bar_rest(measure: Element, divisions: int, line: _Line) -> None:
    note = SubElement(measure, "note")
    SubElement(note, "rest", measure="yes")
    _text(note, "duration", divisions)
    _text(note, "voice", line.number + 1)


def _ties(event: Written, head: Note) -> list[str]:
    stops, starts = event.tick > head.onset_tick, event.end_tick < head.end_tick
    return ["stop"] * stops + ["start"] * starts


def _value(
    note: Element,
    line: _Line,
    event: Written,
    *,
    ties: Iterable[str] = (),
    accidental: str | None = None,
) -> None:
    """All that is between a note's pitch and its beams, in MusicXML's order."""
    value = event.value
    _text(note, "duration", value.half_ticks)
    for tie in ties:
        SubElement(note, "tie", type=tie)
    _text(note, "voice", line.number + 1)
    _text(note, "type", value.kind)
    for _ in range(value.dots):
        SubElement(note, "dot")
    if accidental:
        _text(note, "accidental", accidental)
    if value.region.is_triplet:
        triplet = SubElement(note, "time-modification")
        _text(triplet, "actual-notes", 3)
        _text(triplet, "normal-notes", 2)
        length = value.region.end - value.region.start
        _text(triplet, "normal-type", TRIPLET_UNIT.get(length, "16th"))
    if event.notes and line.count > 1:
        _text(note, "stem", "down" if line.number % 2 else "up")
