"""How a song, and each of its phrases, comes to an end."""

from __future__ import annotations

from dataclasses import dataclass

from musegen.song import Note, Song, beats

TONIC, DOMINANT = 0, 7


@dataclass(frozen=True, slots=True)
class Close:
    """The last notes before a point.

    ``bass_degree`` and ``top_degree`` are of the lowest and highest, in semitones over the tonic,
    0 to 11; ``length_beats`` is that of the longest, in quarter notes.
    """

    bass_degree: int
    top_degree: int
    length_beats: float

    @property
    def is_full(self) -> bool:
        """Whether the lowest note is the tonic."""
        return self.bass_degree == TONIC

    @property
    def is_cadence(self) -> bool:
        """Whether the lowest note is the tonic or the dominant."""
        return self.bass_degree in {TONIC, DOMINANT}


def close(song: Song, tick: int | None = None) -> Close | None:
    """How the song closes at ``tick``, or at its end; None where nothing sounds before."""
    notes = [n for part in song.parts if not part.is_drum for n in part.notes]
    before = [n for n in notes if tick is None or n.onset_tick < tick]
    if not before:
        return None
    last = _last(before)
    tonic = song.key.tonic
    return Close(
        (min(n.pitch for n in last) - tonic) % 12,
        (max(n.pitch for n in last) - tonic) % 12,
        beats(max(n.duration_ticks for n in last)),
    )


def _last(notes: list[Note]) -> list[Note]:
    """The notes that still sound when the last of them begins."""
    onset = max(note.onset_tick for note in notes)
    return [note for note in notes if note.end_tick > onset]


def phrase_ends(song: Song) -> list[int]:
    """Where phrases end: as written, or else the ends of the sections, and the song's end."""
    ends = {*song.phrase_ends} or {section.end_tick for section in song.sections}
    return sorted({end for end in ends if 0 < end < song.end_tick} | {song.end_tick})


def cadence_share(song: Song) -> float:
    """Share of phrases that close on the tonic or dominant in the lowest part."""
    found = [close(song, end) for end in phrase_ends(song)]
    return sum(one is not None and one.is_cadence for one in found) / len(found)
