"""The form of a song, as people write it: ``ABCBDB``, ``intro A8 B8 C8 B8 D4:Am B8 outro``.

``A`` is the verse, ``B`` the chorus, ``C`` the second verse, which answers the first, ``D`` the
bridge; any other letter is a section of its own. A letter that comes again is the same section,
come back. The grammar, in which spaces and small letters do not matter:

    form     [intro] section … [outro]
    section  letter [bars] [:key]      B, B8, D4:G, D:Am
    intro    intro [bars]              outro likewise; each is a word of its own

A key is as it would be if the song stood in C major or A minor, and moves with the song. A word
ends after a key. Length and key count for a letter wherever it comes, written once or each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from musegen.errors import FormError, KeyNameError
from musegen.keys import parse_key
from musegen.song import Key, Mode

DEFAULT_FORM = "ABCBDB"
INTRO, OUTRO = "intro", "outro"
MOST_SECTIONS = 16
"""Letters of a form; an intro and an outro come on top."""

BARS = (2, 32)
"""Fewest and most bars of a section."""

FARTHEST = 6
"""Semitones from home to a key in which no network learned to write: a tritone."""

_WORD = re.compile(r"(?P<label>[a-z])(?P<bars>\d*)(?::(?P<key>.*))?", re.IGNORECASE)
_ENDS = re.compile(rf"(?P<label>{INTRO}|{OUTRO})(?P<bars>\d*)(?P<key>:.*)?", re.IGNORECASE)
_LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Place:
    """One section of a form; ``bars`` and ``key`` None are left to the composer."""

    label: str
    bars: int | None = None
    key: Key | None = None

    def __str__(self) -> str:
        bars = "" if self.bars is None else str(self.bars)
        key = "" if self.key is None else f":{_short(self.key)}"
        return f"{self.label}{bars}{key}"


@dataclass(frozen=True, slots=True)
class Form:
    """The sections in their order; all places of one label have the same length and key."""

    places: tuple[Place, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What each section is called, such as ``("intro", "A", "B", "outro")``."""
        return tuple(place.label for place in self.places)

    @property
    def letters(self) -> tuple[str, ...]:
        """The same without intro and outro."""
        return tuple(label for label in self.labels if label not in {INTRO, OUTRO})

    def place(self, label: str) -> Place:
        """The first section called ``label``."""
        return next(place for place in self.places if place.label == label)

    def __str__(self) -> str:
        """As short as it can be written: ``parse_form(str(form)) == form``."""
        words = [[]] if not self.places else [[str(self.places[0])]]
        for before, place in zip(self.places, self.places[1:], strict=False):
            is_plain = before.key is None and not {before.label, place.label} & {INTRO, OUTRO}
            if is_plain:
                words[-1].append(str(place))
            else:
                words.append([str(place)])
        return " ".join("".join(word) for word in words)


def parse_form(text: str) -> Form:
    """The form that ``text`` describes; see the head of this module.

    Raises
    ------
    FormError
        When it has no letters, too many, other signs, or lengths and keys that make no sense.
    """
    places = [place for word in text.split() for place in _places(word, text)]
    letters = [place for place in places if place.label not in {INTRO, OUTRO}]
    if not letters:
        raise FormError(
            f"“{text}” is not a form; write one letter a section, such as {DEFAULT_FORM}."
        )
    if len(letters) > MOST_SECTIONS:
        raise FormError(
            f"A form of {len(letters)} sections is too long; {MOST_SECTIONS} are the most."
        )
    if any(place.label == INTRO for place in places[1:]):
        raise FormError(f"The intro in “{text}” is not at the beginning; put it there, once.")
    if any(place.label == OUTRO for place in places[:-1]):
        raise FormError(f"The outro in “{text}” is not at the end; put it there, once.")
    return Form(tuple(_agreed(place, places) for place in places))


def check_bars(bars: int) -> int:
    """``bars``, if a section may have so many.

    Raises
    ------
    FormError
        When it may not.
    """
    fewest, most = BARS
    if not fewest <= bars <= most:
        raise FormError(
            f"A section of {bars} bars cannot be composed; choose {fewest} to {most} bars."
        )
    return bars


def _places(word: str, text: str) -> Iterator[Place]:
    """The sections that one word of a form stands for."""
    match = _ENDS.fullmatch(word)
    if match is not None:
        if match["key"]:
            raise FormError(f"“{word}” cannot have a key of its own; leave out “{match['key']}”.")
        yield Place(match["label"].lower(), _bars(match["bars"]))
        return
    at = 0
    while at < len(word):
        match = _WORD.match(word, at)
        if match is None:
            raise FormError(
                f"“{text}” is not a form; write one letter a section, such as {DEFAULT_FORM}."
            )
        yield Place(match["label"].upper(), _bars(match["bars"]), _key(match["key"], word))
        at = match.end()


def _bars(digits: str) -> int | None:
    if not digits:
        return None
    return check_bars(int(digits[:_LONGEST_NUMBER]))


def _key(text: str | None, word: str) -> Key | None:
    """The key after a colon.

    Raises
    ------
    FormError
        When there is no such key, or it lies too far from home.
    """
    if text is None:
        return None
    try:
        key = parse_key(text)
    except KeyNameError as error:
        raise FormError(
            f"“{text}” in “{word}” is not a key; write one such as D:G or D:Am."
        ) from error
    if steps_from_home(key) == FARTHEST:
        raise FormError(f"A section in {key} lies too far from home; choose another key.")
    return key


def steps_from_home(key: Key) -> int:
    """Semitones from C major or A minor up to ``key``, -5 to 6."""
    steps = (key.tonic - (9 if key.mode is Mode.MINOR else 0)) % 12
    return steps if steps <= FARTHEST else steps - 12


def _agreed(place: Place, places: list[Place]) -> Place:
    """The place with the length and key that its letter has anywhere in the form."""
    same = [other for other in places if other.label == place.label]
    bars = sorted({other.bars for other in same if other.bars is not None})
    keys = sorted({_short(other.key) for other in same if other.key is not None})
    if len(bars) > 1:
        raise FormError(
            f"{place.label} has {bars[0]} bars in one place and {bars[1]} in another; "
            "give it one length."
        )
    if len(keys) > 1:
        raise FormError(
            f"{place.label} is in {keys[0]} in one place and in {keys[1]} in another; "
            "give it one key."
        )
    return Place(place.label, bars[0] if bars else None, parse_key(keys[0]) if keys else None)


def _short(key: Key) -> str:
    return f"{key.name}m" if key.mode is Mode.MINOR else key.name
