"""Songs as MIDI files, exactly on the grid, and back.

A file has 480 ticks a quarter-note beat, so 40 to a tick of ours. Track 0 holds what all
parts share: title, tempo, metres, key, and a marker at the start of each section; then each
part has a named track with its program on its own channel, the tenth only for drums.

A bar that is shorter or longer than its metre has a time signature of its own length. Text
events beside it (``upbeat to 4/4``, ``bar of 4/4``) and at written phrase ends (``phrase
end``) let `read_midi` restore what a time signature cannot say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from musegen.files import write_whole
from musegen.midi_reading import (
    DENOMINATORS,
    DRUM_CHANNEL,
    PHRASE_END,
    SIGNATURE,
    read_midi,
    without_overlaps,
)
from musegen.song import TICKS_PER_BEAT, Bar, Key, Mode, Part, Song

__all__ = ["FILE_TICKS_PER_BEAT", "read_midi", "to_midi", "without_overlaps", "write_midi"]

FILE_TICKS_PER_BEAT = 480
_SCALE = FILE_TICKS_PER_BEAT // TICKS_PER_BEAT

_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)

_MICROSECONDS_PER_MINUTE = 60_000_000
_LONGEST_TEMPO = 0xFFFFFF
_MAJOR_SIGNATURES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_SIGNATURES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_SPELLED = {
    Mode.MAJOR: frozenset((*_MAJOR_SIGNATURES, "Cb", "Gb", "C#")),
    Mode.MINOR: frozenset((*_MINOR_SIGNATURES, "Ab", "D#", "A#")),
}


def to_midi(song: Song) -> bytes:
    """The song as a MIDI file of format 1; the same song gives the same bytes.

    Where notes of one pitch overlap within a part, which MIDI cannot say, the later one
    takes over the sound of the earlier (see `without_overlaps`).
    """
    import mido

    tracks = [_conductor_track(song)]
    channels = _channels(song.parts)
    tracks += [
        _part_track(part, channel) for part, channel in zip(song.parts, channels, strict=True)
    ]
    file = mido.MidiFile(type=1, ticks_per_beat=FILE_TICKS_PER_BEAT)
    file.tracks.extend(tracks)
    written = BytesIO()
    file.save(file=written)
    return written.getvalue()


def write_midi(song: Song, path: Path | str) -> None:
    """Write the song to ``path``, whole or not at all.

    Raises
    ------
    FailureError
        When the place cannot be written.
    """
    write_whole(Path(path), to_midi(song))


@dataclass(frozen=True, slots=True)
class _Event:
    """A message at a tick of the grid; of those at one tick the lowest rank comes first."""

    tick: int
    rank: int
    message: Any


def _track(name: str, events: Iterable[_Event], end_tick: int) -> Any:
    import mido

    track = mido.MidiTrack([mido.MetaMessage("track_name", name=_text(name), time=0)])
    now = 0
    for event in sorted(events, key=lambda e: (e.tick, e.rank)):
        track.append(event.message.copy(time=(event.tick - now) * _SCALE))
        now = event.tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, end_tick - now) * _SCALE))
    return track


def _text(text: str) -> str:
    """Text that mido, which writes Latin-1, will store as UTF-8."""
    return text.encode("utf-8", errors="replace").decode("latin-1")


def _conductor_track(song: Song) -> Any:
    import mido

    def meta(tick: int, rank: int, kind: str, **fields: Any) -> _Event:
        return _Event(tick, rank, mido.MetaMessage(kind, **fields))

    tempo = round(_MICROSECONDS_PER_MINUTE / song.tempo_bpm)
    events = [
        meta(0, 0, "text", text=SIGNATURE),
        meta(0, 1, "set_tempo", tempo=min(max(tempo, 1), _LONGEST_TEMPO)),
        meta(0, 2, "key_signature", key=_signature_name(song.key)),
    ]
    for tick, numerator, denominator in _time_signatures(song.bars):
        events.append(meta(tick, 3, "time_signature", numerator=numerator, denominator=denominator))
    events += [
        meta(bar.start_tick, 4, "text", text=_described(bar)) for bar in song.bars if _is_odd(bar)
    ]
    events += [
        meta(section.start_tick, 5, "marker", text=_text(section.label))
        for section in song.sections
    ]
    events += [meta(end, 6, "text", text=PHRASE_END) for end in song.phrase_ends]
    return _track(song.title, events, song.end_tick)


def _signature_name(key: Key) -> str:
    """The key as a MIDI key signature names it, enharmonically where there is none."""
    minor = "m" if key.mode is Mode.MINOR else ""
    usual = _MINOR_SIGNATURES if minor else _MAJOR_SIGNATURES
    name = key.name if key.name in _SPELLED[key.mode] else usual[key.tonic % 12]
    return name + minor


def _is_odd(bar: Bar) -> bool:
    whole = bar.length_ticks == bar.metre_ticks and bar.denominator in DENOMINATORS
    return bar.is_upbeat or not whole


def _described(bar: Bar) -> str:
    return f"{'upbeat to' if bar.is_upbeat else 'bar of'} {bar.numerator}/{bar.denominator}"


def _time_signatures(bars: Sequence[Bar]) -> Iterator[tuple[int, int, int]]:
    """Where a signature stands, and what it says: at each change and around odd bars."""
    valid: tuple[int, int] | None = None
    for bar in bars:
        own = _own_metre(bar) if _is_odd(bar) else (bar.numerator, bar.denominator)
        if own != valid:
            yield bar.start_tick, *own
        valid = None if _is_odd(bar) else own


def _own_metre(bar: Bar) -> tuple[int, int]:
    """A metre as long as the bar, in the metre's own beats where they fit."""
    whole = 4 * TICKS_PER_BEAT
    known = [d for d in (bar.denominator, 4, 8, 16) if d in DENOMINATORS]
    for denominator in known:
        numerator, rest = divmod(bar.length_ticks * denominator, whole)
        if rest == 0 and 0 < numerator <= 255:
            return numerator, denominator
    # A sliver that is left where a measure was written too long: no metre is so short.
    return (bar.numerator, bar.denominator) if bar.denominator in DENOMINATORS else (1, 16)


def _channels(parts: Sequence[Part]) -> list[int]:
    """A channel a part; when they run out, parts of one program share theirs."""
    channels: list[int] = []
    owner: dict[int, int] = {}
    for part in parts:
        if part.is_drum:
            channels.append(DRUM_CHANNEL)
            continue
        free = next((channel for channel in _CHANNELS if channel not in owner), None)
        if free is None:
            same = (channel for channel in _CHANNELS if owner[channel] == part.program)
            free = next(same, _CHANNELS[len(channels) % len(_CHANNELS)])
        owner.setdefault(free, part.program)
        channels.append(free)
    return channels


def _part_track(part: Part, channel: int) -> Any:
    import mido

    events = [_Event(0, 0, mido.Message("program_change", channel=channel, program=part.program))]
    for note in without_overlaps(part.notes):
        velocity = min(max(note.velocity, 1), 127)
        on = mido.Message("note_on", channel=channel, note=note.pitch, velocity=velocity)
        off = mido.Message("note_off", channel=channel, note=note.pitch, velocity=0)
        events.append(_Event(note.end_tick, 1, off))
        events.append(_Event(note.onset_tick, 2, on))
    return _track(part.name, events, 0)
