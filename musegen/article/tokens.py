"""The article's tokens: one word for a note or a chord with its length, ``NULL`` for a step.

A note is ``A4$0.5``: its name, as music21 spells a MIDI number, and its length in quarter notes,
a fraction where a binary one cannot say it (``A4$1/3``). A chord is ``0.4.7$1.0``: its normal
order, pitch classes alone, so that octave and voicing are lost. Only the first part is read.

Time is told by ``NULL``, an empty step of a sixteenth, and here are the oddities:

- The steps since the element before come *after* the token of a note, not before it.
- A rest is an element too: behind a rest, only its own steps are counted, and what the note
  before it lasted is forgotten.
- Read back, every token takes one step whatever its length, and ``NULL`` takes two. So neither
  rhythm nor bar survives: notes of a quarter come back seven steps apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from musegen.errors import ModelError
from musegen.song import TICKS_PER_BEAT, Note, Song

NULL = "NULL"
STEP_TICKS = TICKS_PER_BEAT // 4
"""The article's TIMESTEP, 0.25 quarter notes."""

_NAMES = ("C", "C#", "D", "E-", "E", "F", "F#", "G", "G#", "A", "B-", "B")
_PITCH_CLASSES = {name: number for number, name in enumerate(_NAMES)}
_CHORD_OCTAVE = 60
"""music21 gives a pitch class without octave its fourth, from middle C."""


def to_tokens(song: Song) -> list[str]:
    """The tokens of a song's first part, in its own key; a part without notes gives none."""
    found: list[str] = []
    before = sounding = 0
    for onset, notes in _chords(song.parts[0].notes):
        if onset > sounding:  # a rest stands between
            before = sounding
        length = max(note.duration_ticks for note in notes)
        found.append(f"{_name([note.pitch for note in notes])}${_length(length)}")
        found += [NULL] * int((onset - before) / STEP_TICKS - 1)
        before, sounding = onset, max(sounding, onset + length)
    return found


def from_tokens(tokens: Iterable[str]) -> tuple[list[Note], int]:
    """What the tokens play, from tick 0, and the tick at which the next one would begin.

    Notes may sound on beyond that tick, and into one another.

    Raises
    ------
    ModelError
        When a token is none of the article's.
    """
    notes: list[Note] = []
    tick = 0
    for token in tokens:
        if token == NULL:
            tick += STEP_TICKS
        else:
            pitches, length = _read(token)
            notes += [Note(tick, pitch, length) for pitch in pitches]
        tick += STEP_TICKS
    return notes, tick


def _chords(notes: Sequence[Note]) -> Iterable[tuple[int, list[Note]]]:
    """Notes that begin together, by onset."""
    at: dict[int, list[Note]] = {}
    for note in notes:
        at.setdefault(note.onset_tick, []).append(note)
    return sorted(at.items())


def _name(pitches: Sequence[int]) -> str:
    if len(pitches) == 1:
        return f"{_NAMES[pitches[0] % 12]}{pitches[0] // 12 - 1}"
    return ".".join(map(str, normal_order(pitches)))


def normal_order(pitches: Iterable[int]) -> tuple[int, ...]:
    """The pitch classes in their most compact order (Forte's, leftmost packed), low to high."""
    classes = sorted({pitch % 12 for pitch in pitches})
    turned = [tuple(classes[i:] + classes[:i]) for i in range(len(classes))]

    def spans(order: tuple[int, ...]) -> tuple[int, ...]:
        steps = [(b - order[0]) % 12 for b in order]
        return (steps[-1], *steps[1:-1])

    return min(turned, key=spans)


def _length(ticks: int) -> str:
    """Quarter notes as Python writes music21's ``quarterLength``: ``0.5``, ``1/3``."""
    exact = Fraction(ticks, TICKS_PER_BEAT)
    is_binary = exact.denominator & (exact.denominator - 1) == 0
    return str(float(exact)) if is_binary else str(exact)


def _read(token: str) -> tuple[list[int], int]:
    """Pitches and length in ticks."""
    name, _, length = token.partition("$")
    try:
        ticks = Fraction(length) * TICKS_PER_BEAT
        return _pitches(name), max(1, round(ticks))
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise ModelError(
            f"“{token}” is none of the article's tokens; get the model's files again."
        ) from error


def _pitches(name: str) -> list[int]:
    if name[:1].isdigit():
        return [_CHORD_OCTAVE + int(number) for number in name.split(".")]
    letters = name.rstrip("0123456789")
    octave = int(name[len(letters) :])
    return [_PITCH_CLASSES[letters] + 12 * (octave + 1)]


def vocabulary(tokens: Iterable[str]) -> tuple[str, ...]:
    """The tokens by id, `NULL` first: the others are sorted as text, which scatters pitches."""
    return (NULL, *sorted(set(tokens) - {NULL}))


def joined(songs: Iterable[Song]) -> list[str]:
    """The tokens of all songs in one row, as the article has them: windows run across songs."""
    return [token for song in songs for token in to_tokens(song)]
