"""A third-order Markov chain over note events: the classic baseline.

The next event (shift, part, pitch and duration as one word, see `musegen.encoding`) depends on the
three before it, in pieces of the same mode. Contexts back off to shorter ones by Witten and Bell's
rule: a context seen c times, followed by t different events, is trusted with weight c / (c + t),
and the rest goes to the context without its oldest event; beneath all stand the four fields drawn
independently. The chain knows neither bars nor form. It composes by the same shares as it predicts,
so its songs and its held-out likelihood are of one model.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from musegen.encoding import MAX_SHIFT, TIED, Field, decode_notes, encode, end_part, wait_part
from musegen.errors import CorpusError
from musegen.keys import home_key
from musegen.song import Bar, Mode, Note, Part, Song

ORDER = 3
"""Events that the next one depends on."""

Event = tuple[int, int, int, int]
Context = tuple[object, ...]

_START: Event = (-1, -1, -1, -1)


class MarkovChain:
    """What events follow what, counted in pieces in their home key."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = [Part(part.name, part.program, (), part.is_drum) for part in parts]
        self._next: dict[Context, Counter[Event]] = defaultdict(Counter)
        end = end_part(len(parts))
        sizes = (MAX_SHIFT + 1, end + 1, 128, TIED + 1)
        self._fields = [np.ones(size) for size in sizes]  # one of each: nothing is impossible

    @classmethod
    def of(cls, songs: Iterable[Song]) -> MarkovChain:
        """Learn from ``songs``, which all have the same parts.

        Raises
        ------
        CorpusError
            When there are none.
        """
        every = list(songs)
        if not every:
            raise CorpusError(
                "A Markov chain needs at least one piece to learn from; there is none."
            )
        chain = cls(every[0].parts)
        for song in every:
            chain._learn(song)
        return chain

    def _learn(self, song: Song) -> None:
        for context, event in _events(song):
            for order in range(ORDER + 1):
                self._next[_shorter(context, order)][event] += 1
            for counts, value in zip(self._fields, event, strict=True):
                counts[value] += 1

    def nats_per_note(self, songs: Iterable[Song]) -> float:
        """How badly the chain predicts ``songs``; waits and the end count, as for networks.

        NaN when they have no notes.
        """
        nats, notes = 0.0, 0
        for song in songs:
            for context, event in _events(song):
                nats -= math.log(self.probability(context, event))
                notes += event[Field.PART] < len(self._parts)
        return nats / notes if notes else math.nan

    def probability(self, context: Context, event: Event) -> float:
        """Probability of ``event`` after ``context`` (a mode and three events), over 0."""
        found = math.prod(
            float(counts[value] / counts.sum())
            for counts, value in zip(self._fields, event, strict=True)
        )
        for order in range(ORDER + 1):
            seen = self._next.get(_shorter(context, order))
            if seen is not None:
                total = seen.total()
                found = (seen[event] + len(seen) * found) / (total + len(seen))
        return found

    def compose(self, *, seed: int, bars: Sequence[Bar], mode: Mode) -> Song:
        """A song of these bars, in C major or A minor; the same seed, the same song.

        A chain that ends before the bars do begins anew; notes are cut at the end.
        """
        rng = np.random.default_rng(seed)
        end = bars[-1].end_tick
        events: list[Event] = []
        recent = [_START] * ORDER
        now = 0
        while True:
            event = self._draw((mode, *recent), rng)
            if event[Field.PART] == end_part(len(self._parts)):
                recent = [_START] * ORDER
                continue
            now += event[Field.SHIFT] + (event[Field.PART] == wait_part(len(self._parts)))
            if now >= end:
                break
            events.append(event)
            recent = [*recent[1:], event]
        return self._song(events, bars, mode, seed)

    def _song(self, events: list[Event], bars: Sequence[Bar], mode: Mode, seed: int) -> Song:
        end = bars[-1].end_tick
        voices = decode_notes(events, len(self._parts))
        parts = [
            Part(part.name, part.program, tuple(_cut(notes, end)), part.is_drum)
            for part, notes in zip(self._parts, voices, strict=True)
        ]
        return Song(f"Markov no. {seed}", tuple(parts), tuple(bars), key=home_key(mode))

    def _draw(self, context: Context, rng: np.random.Generator) -> Event:
        for order in range(ORDER, -1, -1):
            seen = self._next.get(_shorter(context, order))
            if seen is None:
                continue
            total = seen.total()
            if rng.random() * (total + len(seen)) < total:
                return _pick(seen, rng)
        shift, part, pitch, duration = (
            int(rng.choice(len(counts), p=counts / counts.sum())) for counts in self._fields
        )
        return shift, part, pitch, max(1, duration)


def _pick(seen: Counter[Event], rng: np.random.Generator) -> Event:
    at = int(rng.integers(seen.total()))
    for event, count in seen.items():  # in the order of their first appearance: no chance in it
        at -= count
        if at < 0:
            return event
    raise ValueError("an empty context")


def _shorter(context: Context, order: int) -> Context:
    """The mode and the last ``order`` events."""
    return (context[0], *context[len(context) - order :])


def _events(song: Song) -> Iterator[tuple[Context, Event]]:
    """Each event of a song, after its context: the mode and the three events before it."""
    recent = [_START] * ORDER
    for row in encode(song).tolist():
        event = (row[0], row[1], row[2], row[3])
        yield (song.key.mode, *recent), event
        recent = [*recent[1:], event]


def _cut(notes: Iterable[Note], end_tick: int) -> Iterator[Note]:
    """Notes shortened to the end, each pitch once at an onset."""
    seen = set()
    for note in notes:
        if (note.onset_tick, note.pitch) not in seen and note.onset_tick < end_tick:
            seen.add((note.onset_tick, note.pitch))
            length = min(note.end_tick, end_tick) - note.onset_tick
            yield Note(note.onset_tick, note.pitch, length, note.velocity)
