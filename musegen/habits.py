"""What a genre does, counted in its training set: metres, modes, ranges, note lengths.

Composing keeps within these habits: it draws a song's metre and mode as often as they occur, and
no part leaves the pitches and lengths that it ever had.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from musegen.cadences import last_notes
from musegen.choosing import hammered_share, parallel_share, silent_beats
from musegen.echoes import echo_share
from musegen.encoding import TIED, Field, encode
from musegen.examples import prepared
from musegen.metre import metre_text, usual_metre
from musegen.sampling import Allowed
from musegen.song import TICKS_PER_BEAT, Bar, Mode, Part, Section, Song, cut

RARE = 0.001
"""A length that fewer than one note in a thousand has is not composed."""

USUAL = 0.1
"""Upbeats and lengths that fewer pieces in ten than one have are not composed."""

COVERED = 0.5
"""Where the usual numbers are fewer than that share of all, nothing is usual."""

SECTION_BARS = (3, 16)
PHRASE_BARS = (1, 8)
"""Longer ones are no sections or phrases but whole movements without a mark."""

GROUPS = 20
"""Groups of pieces, or of stretches, of which one tells how silent they are, or how they echo."""

STRETCH_BARS = 8

FEWEST_ENDS = 8
"""In a metre of fewer pieces, last notes are as long as in all."""

USUAL_ENDS = 0.03
"""Lengths of last notes that fewer pieces in a hundred of a metre have are not composed."""

SHORTEST_ENDS = 5.0
"""Nor are last notes that are shorter than all but so many percent of the pieces' are."""

FEWEST_ALIKE = 3
"""A section's phrases that fewer sections have are not composed."""

SHORTEST_PHRASE = 4
"""In beats; what is shorter is a call rather than a phrase."""

MOST_CHORDS = 0.002
MOST_OVERLAPS = 0.05
"""Up to this share of notes, chords or overlaps in a part count as accidents of the notation."""


@dataclass(frozen=True)
class Habits:
    """A genre's habits, in C major / A minor.

    ``metres`` maps ``"4/4"`` to its share of the bars, ``minor`` is the share of pieces in minor;
    ``pitches`` lists the pitches of each part, ``durations`` the lengths in ticks (see
    `musegen.encoding`); ``parallels`` is the median of parallel fifths and octaves an onset,
    ``hammered`` that of the share of notes that repeat one pitch on and on;
    ``phrase_beats`` is the median length of a written phrase, 0 if the sources mark none.

    By metre, each with its share: ``upbeats`` (ticks, 0 for none), ``section_bars`` and
    ``phrase_bars``. ``phrases`` has, by metre and then by upbeat, how a section is divided: the beats
    of its phrases, such as ``"8 12"``, with their share; empty where no phrases are marked.
    ``section_ends`` has, by mode, on which degree, in semitones above the tonic, the lowest part ends a
    section that is not the last, each with its share.
    ``final_ticks`` is how long a last note is as a rule, ``finals`` how long by metre, each with its
    share; ``held`` lists the parts that do not count for that, since they accompany, and hold a chord
    beneath the last steps of the tune; ``openings`` the share
    of pieces whose lowest part begins so many semitones above the tonic, ``melody_home`` of those
    whose highest last note is the tonic. ``silences`` are shares of the time in which a part rests,
    each that of as many pieces, the least silent first; ``echoes`` are shares of notes that are
    echoes (`musegen.echoes`), each that of as many stretches of `STRETCH_BARS` bars. A model made
    before these were counted has none of them.
    """

    metres: dict[str, float]
    minor: float
    pitches: list[list[int]]
    durations: list[int]
    chords: bool
    overlaps: bool
    parallels: float
    phrase_beats: int
    upbeats: dict[str, dict[str, float]] = field(default_factory=dict)
    section_bars: dict[str, dict[str, float]] = field(default_factory=dict)
    phrase_bars: dict[str, dict[str, float]] = field(default_factory=dict)
    final_ticks: int = TICKS_PER_BEAT
    openings: dict[str, float] = field(default_factory=dict)
    melody_home: float = 0.0
    silences: list[float] = field(default_factory=list)
    hammered: float = 0.0
    echoes: list[float] = field(default_factory=list)
    phrases: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    section_ends: dict[str, dict[str, float]] = field(default_factory=dict)
    finals: dict[str, dict[str, float]] = field(default_factory=dict)
    held: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, songs: Sequence[Song], held: Sequence[int] = ()) -> Habits:
        """Count them in ``songs``, which all have the same parts; those ``held`` accompany."""
        home = [prepared(song) for song in songs]
        bars = Counter(
            metre_text((bar.numerator, bar.denominator)) for song in home for bar in song.bars
        )
        parts = [[song.parts[i] for song in home] for i in range(len(home[0].parts))]
        every = [part for voice in parts for part in voice]
        return cls(
            metres={name: n / bars.total() for name, n in bars.most_common()},
            minor=float(np.mean([song.key.mode is Mode.MINOR for song in home])),
            pitches=[_pitches(voice) for voice in parts],
            durations=_durations(home),
            chords=_share(every, chords=True) > MOST_CHORDS,
            overlaps=_share(every, chords=False) > MOST_OVERLAPS,
            parallels=float(np.median([parallel_share(s.voices) for s in home])),
            phrase_beats=_phrase_beats(home),
            upbeats=_usual([(_metre(s), _upbeat(s)) for s in home]),
            section_bars=_usual(_lengths(home, SECTION_BARS, _section_ticks), leave_out=0),
            phrase_bars=_usual(_lengths(home, PHRASE_BARS, _phrase_ticks), leave_out=0),
            final_ticks=_final_ticks(home, held),
            openings=_openings(home),
            melody_home=_melody_home(home),
            silences=_silences(home),
            hammered=round(float(np.median([hammered_share(s.voices) for s in home])), 4),
            echoes=_echoes(home),
            phrases=_phrases(home),
            section_ends=_section_ends(home),
            finals=_finals(home, held),
            held=list(held),
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Habits:
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def allowed(self) -> Allowed:
        """The same as masks for drawing."""
        pitches = np.zeros((len(self.pitches), 128), bool)
        for part, own in enumerate(self.pitches):
            pitches[part, own] = True
        durations = np.zeros(TIED + 1, bool)
        durations[self.durations] = True
        return Allowed(pitches, durations, self.chords, self.overlaps)


def _pitches(voice: Sequence[Part]) -> list[int]:
    return sorted({note.pitch for part in voice for note in part.notes})


def _durations(songs: Sequence[Song]) -> list[int]:
    counts: Counter[int] = Counter()
    for song in songs:
        events = encode(song)
        is_note = events[:, Field.PART] < len(song.parts)
        counts.update(events[is_note, Field.DURATION].tolist())
    return sorted(d for d, n in counts.items() if n >= RARE * counts.total())


def _share(parts: Sequence[Part], *, chords: bool) -> float:
    """Share of notes that begin with another of their part, or while an earlier one sounds."""
    found = total = 0
    for part in parts:
        last_onset, last_end = -1, 0
        for note in part.notes:
            together = note.onset_tick == last_onset
            found += together if chords else (not together and note.onset_tick < last_end)
            last_onset, last_end = note.onset_tick, max(last_end, note.end_tick)
        total += len(part.notes)
    return found / max(1, total)


def _phrase_beats(songs: Sequence[Song]) -> int:
    lengths = [ticks / TICKS_PER_BEAT for song in songs for ticks in _phrase_ticks(song)]
    return round(float(np.median(lengths))) if lengths else 0


def _phrase_ticks(song: Song) -> list[int]:
    return [b - a for a, b in itertools.pairwise((0, *song.phrase_ends))]


def _section_ticks(song: Song) -> list[int]:
    return [section.length_ticks for section in song.sections]


def _metre(song: Song) -> Bar:
    """The first full bar of the song's most usual metre."""
    usual = usual_metre(song.bars)
    return next(bar for bar in song.bars if (bar.numerator, bar.denominator) == usual)


def _upbeat(song: Song) -> int:
    return song.bars[0].length_ticks if song.bars[0].is_upbeat else 0


def _lengths(
    songs: Sequence[Song], limits: tuple[int, int], ticks_of: Callable[[Song], list[int]]
) -> list[tuple[Bar, int]]:
    """Lengths in bars; 0 for those that are not within ``limits`` or not whole bars."""
    found = []
    for song in songs:
        metre = _metre(song)
        for ticks in ticks_of(song):
            bars, rest = divmod(ticks, metre.metre_ticks)
            fits = not rest and limits[0] <= bars <= limits[1]
            found.append((metre, bars if fits else 0))
    return found


def _usual(
    found: Sequence[tuple[Bar, int]], *, leave_out: int | None = None, least: float = USUAL
) -> dict[str, dict[str, float]]:
    """By metre, the share of each number that at least so many have, ``leave_out`` excepted."""
    counts: dict[str, Counter[int]] = {}
    for bar, number in found:
        counts.setdefault(metre_text((bar.numerator, bar.denominator)), Counter())[number] += 1
    usual = {
        metre: Counter(
            {k: n for k, n in own.items() if n >= least * own.total() and k != leave_out}
        )
        for metre, own in counts.items()
    }
    return {
        metre: {str(number): round(n / own.total(), 4) for number, n in own.most_common()}
        for metre, own in usual.items()
        if own.total() >= COVERED * counts[metre].total()
    }


def _phrases(songs: Sequence[Song]) -> dict[str, dict[str, dict[str, float]]]:
    """How sections that begin as their song does are divided, by metre and upbeat."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for song in songs:
        metre, upbeat = _metre(song), _upbeat(song)
        own = counts.setdefault(
            (metre_text((metre.numerator, metre.denominator)), str(upbeat)), Counter()
        )
        for section in song.sections:
            place = song.bar_at(section.start_tick).position(section.start_tick)
            if place == -upbeat % metre.metre_ticks:
                own[_divided(song, section, metre.metre_ticks)] += 1
    found: dict[str, dict[str, dict[str, float]]] = {}
    for (metre_name, upbeat_name), own in counts.items():
        usual = {k: n for k, n in own.most_common() if k and n >= FEWEST_ALIKE}
        if usual:
            total = sum(usual.values())
            shares = {k: round(n / total, 4) for k, n in usual.items()}
            found.setdefault(metre_name, {})[upbeat_name] = shares
    return found


def _section_ends(songs: Sequence[Song]) -> dict[str, dict[str, float]]:
    """By mode, the usual degrees on which sections other than the last end in the lowest part."""
    counts: dict[str, Counter[int]] = {}
    for song in songs:
        own = counts.setdefault(song.key.mode.value, Counter())
        for section in song.sections[:-1]:
            until = cut(song, section.start_tick, section.end_tick).voices
            if last := last_notes(until):
                own[(min(note.pitch for note in last) - song.key.tonic) % 12] += 1
    found = {}
    for mode, own in counts.items():
        usual = {degree: n for degree, n in own.most_common() if n >= USUAL * own.total()}
        if usual:
            total = sum(usual.values())
            found[mode] = {str(degree): round(n / total, 4) for degree, n in usual.items()}
    return found


def _divided(song: Song, section: Section, bar_ticks: int) -> str:
    """The beats of a section's phrases, the last one such that the section has whole bars.

    Songs repeat their sections, so each has to end where it began in the bar. Empty for a section
    that is not divided, or too short or too long to be one.
    """
    inner = [e for e in song.phrase_ends if section.start_tick < e < section.end_tick]
    bars = round(section.length_ticks / bar_ticks)
    end = section.start_tick + bars * bar_ticks
    lengths = [b - a for a, b in itertools.pairwise((section.start_tick, *inner, end))]
    beats = [ticks // TICKS_PER_BEAT for ticks in lengths]
    fits = inner and SECTION_BARS[0] <= bars <= SECTION_BARS[1]
    if not fits or min(beats) < SHORTEST_PHRASE or any(t % TICKS_PER_BEAT for t in lengths):
        return ""
    return " ".join(map(str, beats))


def _openings(songs: Sequence[Song]) -> dict[str, float]:
    """The share of each usual degree on which the lowest first note stands."""
    counts: Counter[int] = Counter()
    for song in songs:
        every = [note for notes in song.voices for note in notes]
        first = min(note.onset_tick for note in every)
        lowest = min(note.pitch for note in every if note.onset_tick == first)
        counts[(lowest - song.key.tonic) % 12] += 1
    usual = {degree: n for degree, n in counts.items() if n >= USUAL * counts.total()}
    return {str(degree): round(n / sum(usual.values()), 4) for degree, n in usual.items()}


def _melody_home(songs: Sequence[Song]) -> float:
    """The share of pieces whose last chord has the tonic on top."""
    tops = [
        (max(note.pitch for note in last), song.key.tonic)
        for song in songs
        if (last := last_notes(song.voices))
    ]
    return round(float(np.mean([pitch % 12 == tonic for pitch, tonic in tops])), 4) if tops else 0.0


def _silences(songs: Sequence[Song]) -> list[float]:
    """Of pieces, each group more silent than the last."""
    shares = [
        silent_beats(song.voices, 0, song.end_tick)
        * TICKS_PER_BEAT
        / (song.end_tick * len(song.parts))
        for song in songs
        if song.note_count()
    ]
    return _middles(shares)


def _echoes(songs: Sequence[Song]) -> list[float]:
    """Of stretches, each group with more echoes than the last."""
    shares = []
    for song in songs:
        full = [bar for bar in song.bars if not bar.is_upbeat]
        for i in range(0, len(full) - STRETCH_BARS + 1, STRETCH_BARS):
            stretch = cut(song, full[i].start_tick, full[i + STRETCH_BARS - 1].end_tick)
            share = echo_share(stretch.voices, full[i].metre_ticks)
            shares += [] if share is None else [share]
    return _middles(shares)


def _middles(shares: Sequence[float]) -> list[float]:
    """The share in the middle of each of `GROUPS` groups."""
    middles = (np.arange(GROUPS) + 0.5) / GROUPS
    return np.quantile(shares, middles).round(4).tolist() if len(shares) else []


def _final_ticks(songs: Sequence[Song], held: Sequence[int]) -> int:
    """Half of all pieces have a shorter last note than that."""
    finals = [_final(song, held) for song in songs if song.note_count()]
    return max(TICKS_PER_BEAT, int(np.median(finals))) if finals else TICKS_PER_BEAT


def _finals(songs: Sequence[Song], held: Sequence[int]) -> dict[str, dict[str, float]]:
    """How long last notes are, in metres of which there are pieces enough."""
    with_notes = [song for song in songs if song.note_count()]
    if not with_notes:
        return {}
    lengths = [_final(song, held) for song in with_notes]
    shortest = np.percentile(lengths, SHORTEST_ENDS)
    pieces = Counter(usual_metre(song.bars) for song in with_notes)
    return _usual(
        [
            (_metre(song), ticks)
            for song, ticks in zip(with_notes, lengths, strict=True)
            if pieces[usual_metre(song.bars)] >= FEWEST_ENDS and ticks >= shortest
        ],
        least=USUAL_ENDS,
    )


def _final(song: Song, held: Sequence[int]) -> int:
    """Length of the longest note that ends with the song, or with all of it that is not ``held``."""
    free = [note for i, notes in enumerate(song.voices) if i not in held for note in notes]
    every = free or [note for notes in song.voices for note in notes]
    end = max(note.end_tick for note in every)
    return max(note.duration_ticks for note in every if note.end_tick == end)
