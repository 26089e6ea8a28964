"""Any MIDI file as a song on the grid of 12 ticks a beat.

Format 0 and 1; every (track, channel) with notes becomes a part. What `musegen.midi` wrote
comes back as it was; in other files bars follow the time signatures, a shorter first bar is
an upbeat, the tempo is the mean one, and the key is that of the key signature (C major
without one).
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from musegen.errors import ScoreError
from musegen.song import C_MAJOR, TICKS_PER_BEAT, Bar, Key, Mode, Note, Part, Section, Song

LARGEST_FILE_BYTES = 2_000_000
MOST_NOTES = 100_000
MOST_BEATS = 40_000
"""Well above any piece: a long opera act has 20,000 beats."""

SHORTEST_BAR_TICKS = 3
DENOMINATORS = (1, 2, 4, 8, 16, 32)
DRUM_CHANNEL = 9
USUAL_MICROSECONDS = 500_000
SIGNATURE = "written by musegen"
"""Text event that tells our own files, whose last bar and silent parts are meant."""

PHRASE_END = "phrase end"
LONGEST_LABEL = 40

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ODD_BAR = re.compile(r"(?P<kind>upbeat to|bar of) (?P<numerator>\d+)/(?P<denominator>\d+)")
_BAD_KEY_SIGNATURE = re.compile(
    rb"\xff\x59\x02(?:[\x08-\xf8].|[\x00-\x07\xf9-\xff][^\x00\x01])", re.DOTALL
)


def read_midi(source: Path | str | bytes, *, title: str | None = None) -> Song:
    """A MIDI file, or its bytes, as a song.

    Parameters
    ----------
    title
        The song's title, and what errors call bytes; when None, that in the file, or the
        file's name.

    Raises
    ------
    ScoreError
        When there is no such file, or it is empty, cut off, too large or not MIDI, or holds
        no notes.
    """
    if isinstance(source, bytes):
        name, data = title or "the MIDI data", source
    else:
        name, data = Path(source).name, _content(Path(source))
    gathered = _gather(_parsed(data, name), name)
    return _song(gathered, name, title or gathered.title or Path(name).stem)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise _too_large(path.name)
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ScoreError(f"“{path}” cannot be read ({reason}); choose another file.") from error


def _too_large(name: str) -> ScoreError:
    return ScoreError(
        f"“{name}” is too large to be one piece of music; choose a MIDI file of at most "
        f"{LARGEST_FILE_BYTES // 1_000_000} MB and {MOST_BEATS:,} beats."
    )


def _parsed(data: bytes, name: str) -> Any:
    import mido
    from mido.midifiles.meta import KeySignatureError

    if not data:
        raise ScoreError(f"“{name}” is empty; choose a MIDI file with music in it.")
    if len(data) > LARGEST_FILE_BYTES:
        raise _too_large(name)
    start = data.find(b"MThd")
    if start != 0 and not data.startswith(b"RIFF"):
        raise ScoreError(f"“{name}” is not a MIDI file; choose one that ends in .mid.")
    try:
        try:
            file = mido.MidiFile(file=BytesIO(data[start:]), clip=True)
        except KeySignatureError:
            mended = _BAD_KEY_SIGNATURE.sub(b"\xff\x59\x02\x00\x00", data[start:])
            file = mido.MidiFile(file=BytesIO(mended), clip=True)
    except EOFError as error:
        raise ScoreError(f"“{name}” is cut off; get the whole MIDI file again.") from error
    except (
        ArithmeticError,
        KeySignatureError,
        LookupError,
        OSError,
        TypeError,
        ValueError,
        struct.error,
    ) as error:
        raise ScoreError(f"“{name}” is damaged; get or export the MIDI file again.") from error
    if file.type > 1:
        raise ScoreError(f"“{name}” holds loose patterns; export it as MIDI format 0 or 1.")
    return file


@dataclass
class _Voice:
    """What one (track, channel) plays, in ticks of the grid."""

    track_name: str
    program: int = 0
    has_program: bool = False
    notes: list[Note] = field(default_factory=list)
    open_notes: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class _Gathered:
    """All that matters in a file, in ticks of the grid."""

    voices: dict[tuple[int, int], _Voice] = field(default_factory=dict)
    programs: dict[int, int] = field(default_factory=dict)
    tempi: list[tuple[int, int]] = field(default_factory=list)
    metres: dict[int, tuple[int, int]] = field(default_factory=dict)
    odd_bars: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    markers: dict[int, str] = field(default_factory=dict)
    phrase_ends: set[int] = field(default_factory=set)
    key: Key | None = None
    title: str = ""
    is_ours: bool = False
    end_tick: int = 0


def _gather(file: Any, name: str) -> _Gathered:
    resolution = _ticks_per_beat(file.ticks_per_beat)
    found = _Gathered()
    count = 0
    for index, track in enumerate(file.tracks):
        track_name = ""
        now = 0
        for message in track:
            now += message.time
            tick = (2 * now * TICKS_PER_BEAT + resolution) // (2 * resolution)
            if tick > MOST_BEATS * TICKS_PER_BEAT:
                raise _too_large(name)
            if message.type == "track_name":
                track_name = track_name or _text(message.name)
            elif message.is_meta:
                _take_meta(found, message, tick)
            elif message.type in ("note_on", "note_off", "program_change"):
                place = (index, message.channel)
                voice = found.voices.setdefault(place, _Voice(track_name))
                voice.track_name = track_name
                _take_message(found, voice, message, tick)
                count += message.type == "note_on"
        if count > MOST_NOTES:
            raise _too_large(name)
        many = len(file.tracks) > 1
        _finish_track(found, index, track_name, tick if track else 0, is_one_of_many=many)
    return found


def _finish_track(
    found: _Gathered, index: int, track_name: str, end_tick: int, *, is_one_of_many: bool
) -> None:
    """Close what still sounds; a first track without notes is named after the whole."""
    for (track, _), voice in found.voices.items():
        if track == index:
            for pitch, started in voice.open_notes.items():
                for onset, velocity in started:
                    voice.notes.append(Note(onset, pitch, max(1, end_tick - onset), velocity))
            voice.open_notes.clear()
    if index == 0:
        plays = any(voice.notes for voice in found.voices.values())
        found.title = "" if plays and is_one_of_many else track_name
        found.end_tick = end_tick


def _ticks_per_beat(division: int) -> int:
    """Ticks a beat; a division in film frames is taken at 120 beats a minute."""
    if division > 0:
        return division
    frames, per_frame = -(division >> 8), division & 0xFF
    return max(1, round(frames * per_frame / 2))


def _text(text: str) -> str:
    """Text as its writer meant it: UTF-8 where it is that, else Latin-1, as mido reads it."""
    data = text.encode("latin-1", errors="replace")
    try:
        found = data.decode("utf-8")
    except UnicodeDecodeError:
        found = text
    return "".join(c if c.isprintable() else " " for c in found).strip()


def _take_meta(found: _Gathered, message: Any, tick: int) -> None:
    if message.type == "set_tempo" and message.tempo > 0:
        found.tempi.append((tick, message.tempo))
    elif message.type == "time_signature":
        ticks = message.numerator * 4 * TICKS_PER_BEAT / message.denominator
        if message.denominator in DENOMINATORS and ticks >= SHORTEST_BAR_TICKS:
            found.metres[tick] = (message.numerator, message.denominator)
    elif message.type == "key_signature":
        found.key = found.key or _key(message.key)
    elif message.type == "marker":
        if label := _text(message.text)[:LONGEST_LABEL]:
            found.markers.setdefault(tick, label)
    elif message.type == "text":
        _take_text(found, _text(message.text), tick)


def _take_text(found: _Gathered, text: str, tick: int) -> None:
    if text == SIGNATURE:
        found.is_ours = True
    elif text == PHRASE_END:
        found.phrase_ends.add(tick)
    elif match := _ODD_BAR.fullmatch(text):
        numerator, denominator = int(match["numerator"]), int(match["denominator"])
        if numerator > 0 and denominator in DENOMINATORS:
            found.odd_bars[tick] = (numerator, denominator, match["kind"] == "upbeat to")


def _key(signature: str) -> Key:
    name = signature.removesuffix("m")
    tonic = (_LETTERS[name[0]] + name.count("#") - name[1:].count("b")) % 12
    return Key(name, tonic, Mode.MINOR if signature.endswith("m") else Mode.MAJOR)


def _take_message(found: _Gathered, voice: _Voice, message: Any, tick: int) -> None:
    if message.type == "program_change":
        found.programs.setdefault(message.channel, message.program)
        if not voice.notes and not any(voice.open_notes.values()):
            voice.program, voice.has_program = message.program, True
    elif message.type == "note_on" and message.velocity > 0:
        voice.open_notes[message.note].append((tick, message.velocity))
    elif started := voice.open_notes[message.note]:
        onset, velocity = started.pop(0)
        voice.notes.append(Note(onset, message.note, max(1, tick - onset), velocity))


def _song(found: _Gathered, name: str, title: str) -> Song:
    parts = _parts(found)
    notes_end = max((n.end_tick for part in parts for n in part.notes), default=0)
    if not notes_end:
        raise ScoreError(f"“{name}” holds no notes; choose a MIDI file with music in it.")
    end = max(found.end_tick, notes_end) if found.is_ours else notes_end
    if end > MOST_BEATS * TICKS_PER_BEAT:
        raise _too_large(name)
    bars = tuple(_bars(found, end))
    end = bars[-1].end_tick
    return Song(
        title=title,
        parts=parts,
        bars=bars,
        sections=tuple(_sections(found.markers, end)),
        phrase_ends=tuple(sorted(tick for tick in found.phrase_ends if tick <= end)),
        key=found.key or C_MAJOR,
        tempo_bpm=_mean_tempo(found.tempi, end),
    )


def _parts(found: _Gathered) -> tuple[Part, ...]:
    kept = [
        (channel, voice)
        for (_, channel), voice in found.voices.items()
        if voice.notes or (found.is_ours and voice.has_program)
    ]
    named = [voice.track_name for _, voice in kept]
    parts = []
    for number, (channel, voice) in enumerate(kept, start=1):
        alone = voice.track_name and named.count(voice.track_name) == 1
        name = voice.track_name if alone or found.is_ours else ""
        program = voice.program if voice.has_program else found.programs.get(channel, 0)
        parts.append(
            Part(
                name or f"{voice.track_name or 'Part'} {number}",
                program,
                without_overlaps(voice.notes),
                is_drum=channel == DRUM_CHANNEL,
            )
        )
    return tuple(parts)


def _bars(found: _Gathered, end_tick: int) -> Iterator[Bar]:
    """Bars by the time signatures, each of which starts a bar of its own."""
    changes = sorted({0, *found.metres, *found.odd_bars})
    changes = [tick for tick in changes if tick < end_tick]
    metre = (4, 4)
    for index, start in enumerate(changes):
        metre = found.metres.get(start, metre)
        is_last = index + 1 == len(changes)
        stop = end_tick if is_last else changes[index + 1]
        if odd := found.odd_bars.get(start):
            yield Bar(start, stop - start, *odd)
            continue
        bars = list(_full_bars(start, stop, metre, fill_up=is_last and not found.is_ours))
        if not found.is_ours and len(changes) > 1 and index == 0 and len(bars) == 1:
            bars = [_as_upbeat(bars[0], found.metres.get(changes[1]))]
        yield from bars


def _full_bars(start: int, stop: int, metre: tuple[int, int], *, fill_up: bool) -> Iterator[Bar]:
    """Bars from ``start`` to ``stop``; the last may be short, or is filled up."""
    full = max(1, metre[0] * 4 * TICKS_PER_BEAT // metre[1])
    for tick in range(start, stop, full):
        length = full if fill_up else min(full, stop - tick)
        yield Bar(tick, length, *metre)


def _as_upbeat(bar: Bar, following: tuple[int, int] | None) -> Bar:
    """A first bar of its own, shorter metre is an upbeat to the metre that follows."""
    if following is None:
        return bar
    upbeat = Bar(bar.start_tick, bar.length_ticks, *following, is_upbeat=True)
    return upbeat if upbeat.length_ticks < upbeat.metre_ticks else bar


def _sections(markers: dict[int, str], end_tick: int) -> Iterator[Section]:
    """From each marker to the next; music before the first one is an intro."""
    starts = sorted(tick for tick in markers if tick < end_tick)
    if not starts:
        return
    if starts[0] > 0:
        yield Section("intro", 0, starts[0])
    for start, stop in zip(starts, [*starts[1:], end_tick], strict=True):
        yield Section(markers[start], start, stop - start)


def _mean_tempo(tempi: Iterable[tuple[int, int]], end_tick: int) -> float:
    """Beats a minute over the whole song, to two decimals."""
    by_tick = {0: USUAL_MICROSECONDS} | dict(sorted(tempi))
    ticks = sorted(tick for tick in by_tick if tick < end_tick)
    spans = zip(ticks, [*ticks[1:], end_tick], strict=True)
    microseconds = sum(by_tick[start] * (stop - start) for start, stop in spans)
    return round(60_000_000 * end_tick / microseconds, 2)


def without_overlaps(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes in order, each pitch sounding once at a time.

    A note that starts while its pitch still sounds ends the one before and lasts at least as
    long as that would have; of several that start together the longest stays.
    """
    clean: list[Note] = []
    last: dict[int, int] = {}
    for written in sorted(notes, key=lambda n: (n.onset_tick, n.pitch)):
        note = replace(written, duration_ticks=max(1, written.duration_ticks))
        place = last.get(note.pitch)
        if place is not None and clean[place].end_tick > note.onset_tick:
            before = clean[place]
            end = max(before.end_tick, note.end_tick)
            if before.onset_tick == note.onset_tick:
                loudest = max(before.velocity, note.velocity)
                clean[place] = replace(
                    before, duration_ticks=end - before.onset_tick, velocity=loudest
                )
                continue
            clean[place] = replace(before, duration_ticks=note.onset_tick - before.onset_tick)
            note = replace(note, duration_ticks=end - note.onset_tick)
        last[note.pitch] = len(clean)
        clean.append(note)
    return tuple(clean)
