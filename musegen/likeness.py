"""How alike two sections are, in whatever keys they stand.

Two notes match if they are of the same part, at the same place of their sections, of the same
length, and as far apart in pitch as all matching notes are: a section moved to another key is the
same section. Likeness is the share of notes that match, 2·matches / (notes of both): 1 for the
same section, some 0.1 for two that have nothing to do with each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from musegen.song import Note, Song, cut

Voices = Sequence[Sequence[Note]]


def likeness(one: Voices, other: Voices) -> float:
    """Likeness of two sections, each given as the notes of its parts from its own tick 0.

    Returns
    -------
    float
        0 to 1; 0 if either has no notes.
    """
    total = sum(map(len, one)) + sum(map(len, other))
    intervals: Counter[int] = Counter()
    for mine, theirs in zip(one, other, strict=True):
        found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for note in theirs:
            found[note.onset_tick, note.duration_ticks].append(note.pitch)
        for note in mine:
            there = found[note.onset_tick, note.duration_ticks]
            intervals.update({pitch - note.pitch for pitch in there})
    return 2 * max(intervals.values(), default=0) / total if total else 0.0


def sections_alike(song: Song) -> dict[tuple[str, str], float]:
    """The mean likeness of each two sections' labels, in the order of first appearance.

    ``("B", "B")`` compares the returns of one label with each other.
    """
    voices = [
        (section.label, cut(song, section.start_tick, section.end_tick).voices)
        for section in song.sections
    ]
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for i, (label, notes) in enumerate(voices):
        for other, theirs in voices[i + 1 :]:
            pair = (label, other) if (other, label) not in found else (other, label)
            found[pair].append(likeness(notes, theirs))
    return {pair: sum(values) / len(values) for pair, values in found.items()}
