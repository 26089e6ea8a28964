"""Songs laid out for notation: staves, voices, bars, written values, beams, accidentals.

Between `musegen.song` and a notation file: nothing here knows MusicXML. Ticks are the
song's, 12 a quarter note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from musegen.midi import without_overlaps
from musegen.notevalues import Metre, Value, regions, values
from musegen.song import Bar, Note, Part, Song

MOST_VOICES = 4
SLIP_TICKS = 2
"""A note that outlasts the next by no more is a slip of rounding, not a second voice."""

CHOIR = ("soprano", "alto", "tenor", "bass")
BEAMS = {"eighth": 1, "16th": 2, "32nd": 3}


@dataclass(frozen=True, slots=True)
class Clef:
    """A clef: its sign, the line it sits on, and by how many octaves it moves."""

    sign: str
    line: int
    octave_change: int = 0


TREBLE, ALTO, BASS = Clef("G", 2), Clef("C", 3), Clef("F", 4)
TREBLE_DOWN, PERCUSSION = Clef("G", 2, -1), Clef("percussion", 2)


@dataclass(frozen=True, slots=True)
class Voice:
    """One line of a staff: chords that follow each other, from one part."""

    part: int
    chords: tuple[tuple[Note, ...], ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff with its name, clef and voices, the highest first.

    ``is_shared`` tells that its voices are parts, each of which shows its own rests.
    """

    name: str
    program: int
    clef: Clef
    voices: tuple[Voice, ...]
    is_shared: bool = False
    is_drum: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A written note, chord or rest of one voice.

    ``notes`` are the sounding notes it stands for, none for a rest; it is tied from or to its
    neighbours where they begin earlier or end later. ``beams`` says what each beam does here
    (``begin``, ``continue``, ``end``, ``forward hook``, ``backward hook``).
    """

    tick: int
    value: Value
    notes: tuple[Note, ...]
    triplet_starts: bool = False
    triplet_stops: bool = False
    beams: tuple[str, ...] = ()

    @property
    def end_tick(self) -> int:
        return self.tick + self.value.length


def staves(song: Song, *, condensed: bool) -> list[Staff]:
    """The song's staves, top to bottom; a choir's on two when ``condensed``."""
    lines = [_voices(part, index) for index, part in enumerate(song.parts)]
    names = tuple(part.name.casefold() for part in song.parts)
    if condensed and names == CHOIR and all(len(voices) == 1 for voices in lines):
        program = song.parts[0].program
        upper, lower = (lines[0][0], lines[1][0]), (lines[2][0], lines[3][0])
        return [
            Staff("Soprano\nAlto", program, TREBLE, upper, is_shared=True),
            Staff("Tenor\nBass", program, BASS, lower, is_shared=True),
        ]
    return [
        Staff(part.name, part.program, _clef(part), voices, is_drum=part.is_drum)
        for part, voices in zip(song.parts, lines, strict=True)
    ]


def _voices(part: Part, index: int) -> tuple[Voice, ...]:
    """A part's notes as lines without overlap; a part of single notes or chords is one line."""
    lines: list[list[tuple[Note, ...]]] = [[]]
    for chord in _chords(part.notes):
        onset = chord[0].onset_tick
        for line in lines:
            _cut_slip(line, onset)
        free = next((line for line in lines if not line or line[-1][0].end_tick <= onset), None)
        if free is None and len(lines) < MOST_VOICES:
            free = []
            lines.append(free)
        if free is not None:
            free.append(chord)
        else:
            _squeeze_in(lines, chord)
    lines.sort(key=lambda line: -max((note.pitch for chord in line for note in chord), default=0))
    return tuple(Voice(index, tuple(line)) for line in lines)


def _cut_slip(line: list[tuple[Note, ...]], onset: int) -> None:
    """End a line's last chord where the next begins, if it only slips a little beyond."""
    if line and line[-1][0].onset_tick < onset < line[-1][0].end_tick <= onset + SLIP_TICKS:
        line[-1] = tuple(replace(n, duration_ticks=onset - n.onset_tick) for n in line[-1])


def _squeeze_in(lines: list[list[tuple[Note, ...]]], chord: tuple[Note, ...]) -> None:
    """End the line that would be free first a little earlier, or join its chord."""
    line = min(lines, key=lambda line: line[-1][0].end_tick)
    last, onset = line[-1], chord[0].onset_tick
    if last[0].onset_tick == onset:
        length = last[0].duration_ticks
        line[-1] = (*last, *(replace(note, duration_ticks=length) for note in chord))
    else:
        line[-1] = tuple(replace(note, duration_ticks=onset - note.onset_tick) for note in last)
        line.append(chord)


def _chords(notes: Iterable[Note]) -> list[tuple[Note, ...]]:
    """Notes that begin and end together, as chords in order of time, high ones first."""
    found: dict[tuple[int, int], list[Note]] = {}
    for note in without_overlaps(notes):
        found.setdefault((note.onset_tick, note.end_tick), []).append(note)
    chords = [tuple(chord) for chord in found.values()]
    return sorted(chords, key=lambda chord: (chord[0].onset_tick, -chord[-1].pitch))


def _clef(part: Part) -> Clef:
    """The clef that players of the part read, or else the one its notes fit on."""
    name = part.name.casefold()
    if part.is_drum:
        return PERCUSSION
    if "viola" in name and "gamba" not in name:
        return ALTO
    if name.startswith("tenor"):
        return TREBLE_DOWN
    if any(word in name for word in ("violin", "fiddle", "soprano", "alto", "flute", "oboe")):
        return TREBLE if "violone" not in name else BASS
    if any(word in name for word in ("cello", "bass", "bassoon", "trombone", "tuba")):
        return BASS
    middle = median(note.pitch for note in part.notes) if part.notes else 60
    return TREBLE if middle >= 57 else BASS


def written_bar(voice: Voice, bar: Bar, *, fills: bool) -> list[Written]:
    """One voice of one bar, beamed; empty when it is silent through a whole bar.

    Parameters
    ----------
    fills
        Whether rests are written where the voice is silent; gaps are left otherwise.
    """
    metre = Metre.of(bar.numerator, bar.denominator)
    spans = list(_spans(voice, bar))
    bounds = {bar.position(tick) for start, end, _ in spans for tick in (start, end)}
    first, last = bar.position(bar.start_tick), bar.position(bar.end_tick)
    divided = regions(first, last, bounds, metre)
    written = []
    for start, end, notes in spans:
        if not notes and not fills:
            continue
        tick = start
        here = (bar.position(start), bar.position(end))
        for value in values(*here, divided, metre, is_rest=not notes):
            written.append(Written(tick, value, notes))
            tick += value.length
    return _beamed(_bracketed(written), bar, metre)


def _spans(voice: Voice, bar: Bar) -> Iterator[tuple[int, int, tuple[Note, ...]]]:
    """(start, end, notes) of all that sounds in the bar, and of the silences between."""
    here = bar.start_tick
    for chord in voice.chords:
        start, end = max(chord[0].onset_tick, here), min(chord[0].end_tick, bar.end_tick)
        if end <= start:
            continue
        if start > here:
            yield here, start, ()
        yield start, end, chord
        here = end
    is_whole = here == bar.start_tick and bar.length_ticks == bar.metre_ticks
    if here < bar.end_tick and not is_whole:
        yield here, bar.end_tick, ()


def _bracketed(written: Sequence[Written]) -> list[Written]:
    """Triplets get their bracket's ends."""
    found = list(written)
    for i, event in enumerate(found):
        region = event.value.region
        if region.is_triplet:
            starts = i == 0 or found[i - 1].value.region != region
            stops = i + 1 == len(found) or found[i + 1].value.region != region
            found[i] = replace(event, triplet_starts=starts, triplet_stops=stops)
    return found


def _beamed(written: Sequence[Written], bar: Bar, metre: Metre) -> list[Written]:
    found = list(written)
    for group in _beam_groups(found, bar, metre):
        levels = [BEAMS[found[i].value.kind] for i in group]
        for place, i in enumerate(group):
            found[i] = replace(found[i], beams=tuple(_beams(levels, place)))
    return found


def _beam_groups(written: Sequence[Written], bar: Bar, metre: Metre) -> Iterator[list[int]]:
    """Indices of neighbours under one beam, at least two."""
    group: list[int] = []
    window = -1
    for i, event in enumerate(written):
        beamable = bool(event.notes) and event.value.kind in BEAMS
        mine = _beam_window(written, event, bar, metre)
        follows = bool(group) and written[group[-1]].end_tick == event.tick
        if not beamable or not follows or mine != window:
            if len(group) > 1:
                yield group
            group = []
        if beamable:
            group.append(i)
            window = mine
    if len(group) > 1:
        yield group


def _beam_window(written: Sequence[Written], event: Written, bar: Bar, metre: Metre) -> int:
    """A number for the stretch in which notes share a beam: a beat, or two of plain eighths."""
    beat = min(metre.beat, 12) if not metre.is_compound else metre.beat
    place = bar.position(event.tick)
    if not metre.is_compound and metre.length % (2 * beat) == 0:
        wide = place // (2 * beat)
        ticks = (2 * beat * wide, 2 * beat * (wide + 1))
        inside = [e for e in written if ticks[0] <= bar.position(e.tick) < ticks[1]]
        if all(_is_plain_eighth(e) for e in inside):
            return -2 - wide
    return place // beat


def _is_plain_eighth(event: Written) -> bool:
    value = event.value
    is_plain = value.kind == "eighth" and not value.dots and not value.region.is_triplet
    return is_plain and bool(event.notes)


def _beams(levels: Sequence[int], place: int) -> Iterator[str]:
    """What each beam does at a note of a group whose notes have so many beams."""
    for level in range(1, levels[place] + 1):
        before = place > 0 and levels[place - 1] >= level
        after = place + 1 < len(levels) and levels[place + 1] >= level
        if before:
            yield "continue" if after else "end"
        elif after:
            yield "begin"
        else:
            yield "backward hook" if place else "forward hook"


def following_pitches(part: Part) -> dict[tuple[int, int], int]:
    """What each note, by onset and pitch, leads to: the nearest pitch of the next onset."""
    by_onset: dict[int, list[int]] = {}
    for note in part.notes:
        by_onset.setdefault(note.onset_tick, []).append(note.pitch)
    return {
        (onset, pitch): min(by_onset[after], key=lambda other: abs(other - pitch))
        for onset, after in pairwise(sorted(by_onset))
        for pitch in by_onset[onset]
    }
