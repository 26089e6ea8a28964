"""A parsed music21 score as a `Song`.

Ties are merged, grace notes and unpitched percussion dropped, repeats kept as written (not
played out), chords become several notes of their part. Notes lie on the grid of 12 ticks a
beat; a note lasts at least one tick.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from musegen.barlines import Measure, bars_of, sections_of
from musegen.errors import ScoreError
from musegen.genres import Voice
from musegen.song import Part, Song
from musegen.sounds import Sound, clean_sounds, notes_of, ticks_of

USUAL_TEMPO_BPM = 96.0
ALL_MEASURES = slice(None)
TEMPO_LIMITS_BPM = (20.0, 400.0)
"""A metronome mark outside of these is a slip of the encoder."""

_SECTION_BARLINES = frozenset(
    {"double", "final", "light-light", "light-heavy", "heavy-light", "heavy-heavy"}
)


def from_music21(
    score: Any,
    *,
    title: str,
    source: str,
    voices: Sequence[Voice] | None = None,
    tempo_bpm: float = USUAL_TEMPO_BPM,
    measures: slice = ALL_MEASURES,
) -> Song:
    """A music21 score as a song.

    Parameters
    ----------
    score
        A ``music21.stream.Score`` (or a single ``Part``).
    voices
        Names and programs for the parts, top to bottom; when None, those of the score.
    tempo_bpm
        The tempo in quarter notes a minute when the score has no metronome mark.
    measures
        Which of the written measures to read, counted from 0: a movement of a longer score.

    Raises
    ------
    ScoreError
        When no part holds a pitched note.
    """
    staves = [_staff(part, measures) for part in _written_parts(score)]
    sounds = [[] if _is_percussion(staff.part) else _notes_of(staff) for staff in staves]
    voiced = [(staff, own) for staff, own in zip(staves, sounds, strict=True) if own]
    if not voiced:
        raise ScoreError(f"“{title}” holds no notes; choose a score with pitched notes in it.")
    top_sounds = voiced[0][1]
    end = max(sound.end_tick for _, own in voiced for sound in own)
    written = _measures_of([staff for staff, _ in voiced], end)
    return Song(
        title=title,
        parts=_parts(voiced, voices),
        bars=bars_of(written),
        sections=sections_of(written),
        phrase_ends=tuple(sorted({s.end_tick for s in top_sounds if s.has_fermata})),
        tempo_bpm=_tempo(score, staves) or tempo_bpm,
        source=source,
    )


@dataclass(frozen=True, slots=True)
class _Staff:
    """A part of a music21 score, those of its measures that are read, and where they begin."""

    part: Any
    measures: list[Any]
    start_beat: float

    def beat_of(self, measure: Any) -> float:
        return float(self.part.elementOffset(measure)) - self.start_beat


def _written_parts(score: Any) -> list[Any]:
    from music21 import stream

    parts = [score] if isinstance(score, stream.Part) else list(getattr(score, "parts", ()))
    return parts or [score]


def _staff(part: Any, measures: slice) -> _Staff:
    from music21 import stream

    player = part.getInstrument(returnDefault=False)
    if player is not None and player.transposition is not None:
        part = part.toSoundingPitch()
    if not part.getElementsByClass(stream.Measure):
        part = part.makeMeasures()
    chosen = list(part.getElementsByClass(stream.Measure))[measures]
    return _Staff(part, chosen, float(part.elementOffset(chosen[0])) if chosen else 0.0)


def _is_percussion(part: Any) -> bool:
    from music21 import clef, instrument

    player = part.getInstrument(returnDefault=False)
    return isinstance(player, instrument.UnpitchedPercussion) or (
        part[clef.PercussionClef].first() is not None
    )


def _notes_of(staff: _Staff) -> list[Sound]:
    return clean_sounds(_sounds(staff))


def _sounds(staff: _Staff) -> Iterator[Sound]:
    from music21 import chord, expressions, harmony, note

    for offset, element in _timed_elements(staff):
        if isinstance(element, harmony.Harmony) or element.duration.isGrace:
            continue
        if isinstance(element, chord.Chord):
            heads: Sequence[Any] = element.notes
        elif isinstance(element, note.Note):
            heads = (element,)
        else:
            continue
        length = float(element.quarterLength)
        if length <= 0:
            continue
        fermata = any(isinstance(e, expressions.Fermata) for e in element.expressions)
        onset = ticks_of(offset)
        end = max(onset + 1, ticks_of(offset + length))
        for head in heads:
            tie = head.tie or element.tie
            tied_on = tie is not None and tie.type in ("start", "continue")
            yield Sound(onset, end, int(head.pitch.midi), tied_on, fermata)


def _timed_elements(staff: _Staff) -> Iterator[tuple[float, Any]]:
    """Notes and rests with their offset in quarter notes, voices within measures included."""
    from music21 import note, stream

    for measure in staff.measures:
        start = staff.beat_of(measure)
        for element in measure:
            beat = start + float(measure.elementOffset(element))
            if isinstance(element, stream.Voice):
                for inner in element.notesAndRests:
                    yield beat + float(element.elementOffset(inner)), inner
            elif isinstance(element, note.GeneralNote):
                yield beat, element


def _parts(
    voiced: list[tuple[_Staff, list[Sound]]], voices: Sequence[Voice] | None
) -> tuple[Part, ...]:
    if voices is None or len(voices) != len(voiced):
        voices = [_voice(staff.part, i) for i, (staff, _) in enumerate(voiced)]
    return tuple(
        Part(
            voice.name,
            voice.program,
            notes_of(sounds),
        )
        for voice, (_, sounds) in zip(voices, voiced, strict=True)
    )


def _voice(part: Any, index: int) -> Voice:
    player = part.getInstrument(returnDefault=False)
    name = part.partName or (player and player.instrumentName) or f"Part {index + 1}"
    program = player.midiProgram if player is not None else None
    return Voice(str(name).strip(), program if program is not None else 0)


def _measures_of(staves: Sequence[_Staff], end_tick: int) -> list[Measure]:
    """The first staff's measures, to the end of the longest staff or of the last note."""
    top = staves[0]
    starts = [ticks_of(top.beat_of(measure)) for measure in top.measures]
    end_tick = max(end_tick, *(_end_tick(staff) for staff in staves))
    later_endings = _later_endings(top.part)
    metre = _metre_before(top)
    found: list[Measure] = []
    for measure, (start, end) in zip(top.measures, pairwise([*starts, end_tick]), strict=True):
        if measure.timeSignature is not None:
            metre = (measure.timeSignature.numerator, measure.timeSignature.denominator)
        if end > start:
            found.append(
                Measure(
                    start,
                    end - start,
                    *metre,
                    opens_section=_is_boundary(measure.leftBarline),
                    closes_section=_is_boundary(measure.rightBarline),
                    is_later_ending=id(measure) in later_endings,
                )
            )
    return found


def _end_tick(staff: _Staff) -> int:
    if not staff.measures:
        return 0
    last = staff.measures[-1]
    return ticks_of(staff.beat_of(last) + float(last.highestTime))


def _metre_before(staff: _Staff) -> tuple[int, int]:
    """The metre in force where the first measure begins, 4/4 when the score never says."""
    from music21 import meter

    signatures = staff.part[meter.TimeSignature]
    signature = staff.measures[0].getContextByClass(meter.TimeSignature) or signatures.first()
    return (4, 4) if signature is None else (signature.numerator, signature.denominator)


def _later_endings(part: Any) -> set[int]:
    from music21 import spanner

    return {
        id(bracket.getFirst())
        for bracket in part[spanner.RepeatBracket]
        if bracket.numberRange and min(bracket.numberRange) > 1
    }


def _is_boundary(barline: Any) -> bool:
    from music21 import bar

    if barline is None:
        return False
    return isinstance(barline, bar.Repeat) or barline.type in _SECTION_BARLINES


def _tempo(score: Any, staves: Iterable[_Staff]) -> float | None:
    """The first metronome mark with a written number, in quarter notes a minute."""
    from music21 import tempo

    low, high = TEMPO_LIMITS_BPM
    measures = [measure for staff in staves for measure in staff.measures]
    for place in (score, *(staff.part for staff in staves), *measures):
        for mark in place.getElementsByClass(tempo.MetronomeMark):
            is_written = mark.number is not None and not mark.numberImplicit
            bpm = mark.getQuarterBPM() if is_written else None
            if bpm is not None and low <= bpm <= high:
                return float(bpm)
    return None
