"""Which sections of a form depend on which: what grows out of what, and what is written after what."""

from __future__ import annotations

from musegen.form import INTRO, OUTRO

CHORUS, BRIDGE = "B", "D"

GROWS_FROM = {"C": "A"}
"""A second verse is as long as the first."""


def source_of(label: str, labels: tuple[str, ...]) -> str | None:
    """The label of the section that ``label`` grows out of in a form of ``labels``, if any."""
    if label in {INTRO, OUTRO}:
        return next(
            name
            for name in (CHORUS, *_letters(labels))
            if name in labels and source_of(name, labels) is None
        )
    source = GROWS_FROM.get(label, CHORUS if label == BRIDGE else "")
    return source if source in labels else None


def goes_before(label: str, labels: tuple[str, ...]) -> str | None:
    """The label of the section after which ``label`` is written, if any.

    It stands before ``label`` when that first comes, and grows out of no other itself.
    """
    letters = _letters(labels)
    if label not in letters or label == letters[0]:
        return None
    before = letters[letters.index(label) - 1]
    return before if source_of(before, labels) is None else None


def sources_of(label: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """All sections that ``label`` depends on, each once, those it depends on itself first."""
    found: list[str] = []
    for near in (source_of(label, labels), goes_before(label, labels)):
        if near is not None:
            found += [near, *sources_of(near, labels)]
    return tuple(dict.fromkeys(found))


def _letters(labels: tuple[str, ...]) -> list[str]:
    return [name for name in labels if name not in {INTRO, OUTRO}]
