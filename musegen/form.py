"""The form of a song: its letters, what each letter is, how long sections are.

``A`` is the verse, ``B`` the chorus, ``C`` the second verse, ``D`` the bridge. A letter that
comes again is the same section again. The second verse grows out of the first: where a form has
both, ``A`` and ``C`` are one stretch of twice the length, written in one go. Every other letter
is a stretch of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from musegen.errors import FormError
from musegen.song import TICKS_PER_BEAT, Key, Note, Part, Section, Song, regular_bars

DEFAULT_FORM = "ABCBDB"
GROWS_FROM = {"C": "A"}
MOST_SECTIONS = 16
BARS = (2, 32)
"""Fewest and most bars of a section."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sections that are written in one go, in their order; ``is_last`` if the song ends so."""

    labels: tuple[str, ...]
    is_last: bool


def parse_form(text: str) -> tuple[str, ...]:
    """The letters of a form such as ``"ABCBDB"``; spaces and case do not matter.

    Raises
    ------
    FormError
        When there are no letters, other signs, or too many.
    """
    letters = "".join(text.split()).upper()
    if not letters or not letters.isascii() or not letters.isalpha():
        raise FormError(
            f"“{text}” is not a form; write one letter a section, such as {DEFAULT_FORM}."
        )
    if len(letters) > MOST_SECTIONS:
        raise FormError(
            f"A form of {len(letters)} sections is too long; {MOST_SECTIONS} are the most."
        )
    return tuple(letters)


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


def stretches(form: tuple[str, ...]) -> tuple[Stretch, ...]:
    """What has to be written for ``form``, in the order of first appearance."""
    labels = list(dict.fromkeys(form))
    grown = {later: first for later, first in GROWS_FROM.items() if {later, first} <= set(labels)}
    return tuple(
        Stretch(
            (label, *(later for later, first in grown.items() if first == label)),
            is_last=form[-1] == label or grown.get(form[-1]) == label,
        )
        for label in labels
        if label not in grown
    )


def blank(
    stretch: Stretch, *, bars: int, metre: tuple[int, int], key: Key, phrase_beats: int
) -> Song:
    """A song without notes, with the bars, sections and phrases that ``stretch`` is to have.

    A stretch in mid-song is followed by one more section, so that it does not close like an end.
    """
    labels = stretch.labels if stretch.is_last else (*stretch.labels, "")
    length = section_ticks(bars, metre)
    return Song(
        title="",
        parts=(),
        bars=regular_bars(bars * len(labels), *metre),
        sections=tuple(Section(label, i * length, length) for i, label in enumerate(labels)),
        phrase_ends=_phrase_ends(len(labels), length, metre, phrase_beats),
        key=key,
    )


def section_ticks(bars: int, metre: tuple[int, int]) -> int:
    """Length of a section."""
    return bars * metre[0] * 4 * TICKS_PER_BEAT // metre[1]


def _phrase_ends(
    sections: int, length: int, metre: tuple[int, int], phrase_beats: int
) -> tuple[int, ...]:
    if not phrase_beats:
        return ()
    bar = section_ticks(1, metre)
    phrase_bars = max(1, round(phrase_beats * TICKS_PER_BEAT / bar))
    within = [*range(phrase_bars * bar, length - phrase_bars * bar + 1, phrase_bars * bar)]
    ends = [end for end in within if end < length] + [length]
    return tuple(i * length + end for i in range(sections) for end in ends)


def assemble(
    form: tuple[str, ...],
    written: dict[str, tuple[Part, ...]],
    *,
    bars: int,
    metre: tuple[int, int],
    key: Key,
    tempo_bpm: float,
    title: str,
) -> Song:
    """The song in which each letter of ``form`` sounds as ``written`` (from tick 0 each)."""
    length = section_ticks(bars, metre)
    first = written[form[0]]
    parts = tuple(
        Part(
            voice.name,
            voice.program,
            tuple(
                _shifted(note, i * length)
                for i, label in enumerate(form)
                for note in written[label][number].notes
            ),
        )
        for number, voice in enumerate(first)
    )
    return Song(
        title=title,
        parts=parts,
        bars=regular_bars(bars * len(form), *metre),
        sections=tuple(Section(label, i * length, length) for i, label in enumerate(form)),
        key=key,
        tempo_bpm=tempo_bpm,
        source="composed by musegen",
    )


def _shifted(note: Note, ticks: int) -> Note:
    return replace(note, onset_tick=note.onset_tick + ticks)
