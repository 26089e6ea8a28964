"""Which letter and accidental a pitch is written with in a key.

Names are places on the line of fifths: C is 0, G 1, F -1, B flat -2, F sharp 6. Each of the
twelve pitches has one name in a key, as chorale harmony uses it: in C major E flat, B flat,
F sharp, C sharp and G sharp. Three of them are named by where they lead instead, when they
lead on by a semitone: up as a sharp, down as a flat.
"""

from __future__ import annotations

from dataclasses import dataclass

from musegen.song import Key, Mode

_LETTERS = "FCGDAEB"
_STEPS_TO_RELATIVE = 3
_MOST_SIGNS = 7

_FIRST_OF_TWELVE = {Mode.MAJOR: -3, Mode.MINOR: -2}
_BY_DIRECTION = {Mode.MAJOR: (8, 9, 10), Mode.MINOR: (9, 10)}
"""Sharp names, counted from the key signature, whose flat twin lies twelve fifths below."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A written pitch; middle C is octave 4, ``alter`` is in semitones."""

    step: str
    alter: int
    octave: int


def fifths(key: Key) -> int:
    """The key signature: sharps, or flats as a negative number, at most seven of either."""
    letter, signs = key.name[0].upper(), key.name[1:]
    place = _LETTERS.index(letter) - 1 + 7 * (signs.count("#") - signs.count("b"))
    place -= _STEPS_TO_RELATIVE if key.mode is Mode.MINOR else 0
    while place > _MOST_SIGNS:
        place -= 12
    while place < -_MOST_SIGNS:
        place += 12
    return place


def signature_alter(step: str, signature: int) -> int:
    """What a key signature of ``signature`` fifths does to a letter, in semitones."""
    place = _LETTERS.index(step)
    return (signature - place + 6) // 7


def spell(pitch: int, key: Key, *, leads_to: int | None = None) -> Spelled:
    """The pitch as written in the key.

    Parameters
    ----------
    leads_to
        The pitch that follows in the same part, if any.
    """
    signature = fifths(key)
    lowest = signature + _FIRST_OF_TWELVE[key.mode]
    place = lowest + (pitch * 7 - lowest) % 12
    for sharp in (signature + steps for steps in _BY_DIRECTION[key.mode]):
        if (sharp - place) % 12 == 0 and leads_to is not None:
            if leads_to == pitch + 1:
                place = sharp
            elif leads_to == pitch - 1:
                place = sharp - 12
    alter = (place + 1) // 7
    return Spelled(_LETTERS[(place + 1) % 7], alter, (pitch - alter) // 12 - 1)
