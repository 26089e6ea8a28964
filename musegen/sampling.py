"""Drawing events from a network, many candidates at once.

Each field is drawn from its own distribution, with a temperature and a nucleus (Holtzman et al.
2020): never the most likely value as such. What cannot be written down is left out beforehand: a
voice that still sings begins no note, events come in their order, no note crosses the end of its
section.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from musegen.barmap import BarMap
from musegen.context import Context
from musegen.correction import Correction
from musegen.counterpoint import Neighbours
from musegen.encoding import MAX_DURATION, MAX_SHIFT, TIED, Field, decode_notes, wait_part
from musegen.song import Note
from musegen.stepping import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float32]
    Mask = NDArray[np.bool_]
    Event = tuple[int, ...]

_TINY = 1e-9

MOST_AT_ONCE = 4
"""Notes of a chord in one part: as many as a violin has strings."""

DOUBLING = 0.3
"""A temperature lower by so much leaves out twice as much of the unlikely."""

FULL_ENOUGH = 0.9
"""Share of songs still being written, among those side by side, at which the others are left out.
To leave them out costs a tenth of an event of all."""

_STACKED = len(Field)
"""Column of `Draft.last` after an event's fields: notes of its part at its onset."""


@dataclass(frozen=True, slots=True)
class Nucleus:
    """How one field is drawn.

    Logits are divided by ``temperature``; the least likely values, which together have less than
    ``1 - top_p``, are left out.
    """

    temperature: float = 1.0
    top_p: float = 1.0

    def warmed(self, temperature: float) -> Nucleus:
        """The same, ``temperature`` times as warm; the warmer, the less is left out."""
        left_out = (1 - self.top_p) * 2.0 ** ((1 - temperature) / DOUBLING)
        return Nucleus(self.temperature * temperature, 1 - left_out)


@dataclass(frozen=True, slots=True)
class SamplingConfig:
    """How every field is drawn.

    ``parallels`` is what a pitch loses, in nats, if it moves in parallel fifths or octaves with
    another part: a rule of the style that likelihood alone learns too weakly.
    """

    shift: Nucleus = Nucleus(1.0, 0.98)
    part: Nucleus = Nucleus(1.0, 0.98)
    pitch: Nucleus = Nucleus(1.0, 0.97)
    duration: Nucleus = Nucleus(1.0, 0.97)
    parallels: float = 0.0

    def warmed(self, pitch: float, duration: float) -> SamplingConfig:
        """The same with both fields freer (above 1) or more careful (below 1)."""
        return replace(
            self, pitch=self.pitch.warmed(pitch), duration=self.duration.warmed(duration)
        )


@dataclass(frozen=True)
class Allowed:
    """What a genre ever does, learned from its training set.

    ``pitches`` (parts, 128) and ``durations`` (values,) are True for what occurs; ``chords``
    tells that a part may begin several notes together, ``overlaps`` that it may begin one while
    another still sounds.
    """

    pitches: Mask
    durations: Mask
    chords: bool
    overlaps: bool


@dataclass
class Draft:
    """Songs in the middle of being written, side by side.

    ``log_likelihood`` is the network's own for what was written (in nats, before temperature
    and masks), ``notes`` how many notes that were; what was `told` counts for neither. ``last``
    (songs, 5) is each song's last event and how many notes its part has begun with it,
    ``(0, -1, 0, 0, 0)`` before the first.
    """

    context: Context
    state: Floats
    events: list[list[Event]]
    log_likelihood: NDArray[np.float64]
    notes: Ints
    unfinished_tie: Ints
    last: Ints

    @classmethod
    def blank(cls, network: Network, maps: Sequence[BarMap]) -> Draft:
        """Songs of which nothing is written yet, one a map."""
        count = len(maps)
        return cls(
            Context(maps, network.config.parts, relations=network.config.relations),
            network.start(count),
            [[] for _ in range(count)],
            np.zeros(count),
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
            np.tile(np.array([0, -1, 0, 0, 0]), (count, 1)),
        )

    def select(self, rows: Sequence[int]) -> Draft:
        """Copies of these songs, to go on from."""
        chosen = list(rows)
        return Draft(
            self.context.select(chosen),
            self.state[:, chosen],
            [list(self.events[row]) for row in chosen],
            self.log_likelihood[chosen],
            self.notes[chosen],
            self.unfinished_tie[chosen],
            self.last[chosen],
        )

    def put(self, rows: Ints, songs: Draft) -> None:
        """Let ``songs``, which were selected from these, stand for ``rows`` of them."""
        self.context.put(rows, songs.context)
        self.state[:, rows] = songs.state
        for row, events in zip(rows.tolist(), songs.events, strict=True):
            self.events[row] = events
        for name in ("log_likelihood", "notes", "unfinished_tie", "last"):
            getattr(self, name)[rows] = getattr(songs, name)

    def parts(self, row: int) -> list[list[Note]]:
        """The notes of one song so far, part by part."""
        return decode_notes(self.events[row], self.context.layout.parts)

    def nats(self, row: int) -> float:
        """Surprise a note of what was written in one song."""
        return float(-self.log_likelihood[row] / max(1, self.notes[row]))

    def told(self, network: Network, events: Ints) -> None:
        """Let every song go on with ``events`` (events, 4), which stand already."""
        count = len(self.events)
        for event in events:
            self.state = network.read(self.context.inputs(), self.state)
            self.take(np.tile(event, (count, 1)), np.ones(count, bool))

    def take(self, events: Ints, active: Mask) -> None:
        """Note down one event of each ``active`` song, (songs, 4)."""
        self.context.add(events, active=active)
        is_tied = events[:, Field.DURATION] == TIED
        carried = np.where(is_tied, self.unfinished_tie + MAX_DURATION, 0)
        self.unfinished_tie = np.where(active, carried, self.unfinished_tie)
        joins = (events[:, Field.SHIFT] == 0) & (events[:, Field.PART] == self.last[:, Field.PART])
        stacked = np.where(joins, self.last[:, _STACKED] + 1, 1)
        last = np.concatenate([events, stacked[:, None]], 1)
        self.last = np.where(active[:, None], last, self.last)
        for row, event in zip(np.flatnonzero(active), events[active].tolist(), strict=True):
            self.events[row].append(tuple(event))


@dataclass(frozen=True)
class _Span:
    """Where notes may begin; see `Sampler.write`."""

    start_tick: int
    quiet_ticks: int
    ends: Ints
    until: Ints

    def select(self, rows: Ints) -> _Span:
        """The same for these songs alone."""
        return replace(self, ends=self.ends[rows], until=self.until[rows])


class Sampler:
    """Writes drafts on with a network, within what a genre allows."""

    def __init__(
        self,
        network: Network,
        allowed: Allowed,
        config: SamplingConfig,
        correction: Correction | None = None,
    ) -> None:
        self._network = network
        self._correction = correction
        self._pitches = _listed(allowed.pitches)
        self._durations = np.flatnonzero(allowed.durations)
        self._allowed = allowed
        self._config = config
        self._parts = network.config.parts
        has = np.concatenate([allowed.pitches, np.zeros((2, 128), bool)])  # wait and end: none
        self._highest = np.where(has.any(1), 127 - has[:, ::-1].argmax(1), -1)

    def write(
        self,
        draft: Draft,
        ends: Ints,
        rng: np.random.Generator,
        *,
        start_tick: int = 0,
        quiet_ticks: int = 0,
        until: Ints | None = None,
    ) -> None:
        """Write every song of ``draft`` on to its end tick, ``ends`` (songs,), in place.

        Nothing begins before ``start_tick``, in the last ``quiet_ticks`` before the end, or after
        it; each song keeps the state from which it may go on. With ``until`` (songs,) nothing
        begins from there on, but notes may last until the end.
        """
        span = _Span(start_tick, quiet_ticks, ends, ends if until is None else until)
        rows, going, active = np.arange(len(ends)), draft, np.ones(len(ends), bool)
        while len(rows):  # every event moves on in time, in part or in pitch
            self._step(going, span, active, rng)
            if active.mean() <= FULL_ENOUGH:  # those that are done are stepped through no more
                draft.put(rows, going)
                still = np.flatnonzero(active)
                rows, going, span = rows[still], going.select(still.tolist()), span.select(still)
                active = active[still]

    def _step(self, draft: Draft, span: _Span, active: Mask, rng: np.random.Generator) -> None:
        context, ends = draft.context, span.ends
        state = self._network.read(context.inputs(), draft.state)
        tied = draft.unfinished_tie > 0
        previous = draft.last

        logits = self._network.shift(state)
        can = self._shift_mask(context, previous, span)
        shift, nats = _draw(logits, can, self._config.shift, rng)
        shift = np.where(tied, 0, shift)
        onset = context.onset_after(shift)
        active &= tied | (onset < span.until)
        if not active.any():
            return

        at_onset = context.at_onset(onset)
        logits, part_hidden = self._network.part(state, shift, at_onset)
        can = self._part_mask(context, previous, shift, onset)
        part, more = _draw(logits, can, self._config.part, rng)
        part = np.where(tied, previous[:, Field.PART], part)
        nats = nats + more

        of_part = context.of_part(onset, part)
        logits, pitch_hidden = self._network.pitch(state, part_hidden, part, at_onset, of_part)
        can = self._pitch_mask(previous, shift, part)
        bias = self._bias(context, onset, part)
        pitch, pitch_nats = _draw(logits, can, self._config.pitch, rng, bias=bias)
        pitch = np.where(tied, previous[:, Field.PITCH], pitch)

        logits = self._network.duration(part_hidden, pitch_hidden, pitch)
        can = self._duration_mask(ends - onset - draft.unfinished_tie)
        bias = self._length_bias(context, onset, part, tied)
        duration, duration_nats = _draw(logits, can, self._config.duration, rng, bias=bias)

        is_note = part < self._parts
        events = np.stack([shift, part, pitch * is_note, duration * is_note], 1)
        active &= context.onset_after(shift, part) < span.until
        draft.log_likelihood -= np.where(active, nats + is_note * (pitch_nats + duration_nats), 0)
        draft.notes += active & is_note & ~tied
        draft.state = np.where(active[None, :, None], state, draft.state)
        draft.take(events, active)

    def _bias(self, context: Context, onset: Ints, part: Ints) -> Floats:
        """What is added to each pitch's log probability, (songs, 128)."""
        own = np.minimum(part, self._parts - 1)
        near = Neighbours.of(context, onset, own)
        bias = np.float32(-self._config.parallels) * near.parallel
        if self._correction is not None:
            pitches = self._pitches[own]  # (songs, most of a part)
            found = self._correction.logits(near, pitches)
            found += np.take_along_axis(bias, pitches, 1)
            np.put_along_axis(bias, pitches, found, 1)
        return bias

    def _length_bias(self, context: Context, onset: Ints, part: Ints, tied: Mask) -> Floats:
        """What is added to each length's log probability, (songs, `TIED` + 1).

        What prolongs a note is left alone: a correction hears whole notes.
        """
        bias = np.zeros((len(part), TIED + 1), np.float32)
        if self._correction is not None:
            found = self._correction.rhythm.logits(context, onset, part, self._durations)
            bias[:, self._durations] = np.where(tied[:, None], 0, found)
        return bias

    def _shift_mask(self, context: Context, previous: Ints, span: _Span) -> Mask:
        """Shifts after which some part can begin a note, or which lead past the end."""
        shifts = np.arange(MAX_SHIFT + 1)[None]
        busy_ticks = context.part_end - context.now[:, None]  # (songs, parts)
        can = np.ones((len(previous), MAX_SHIFT + 1), bool)
        if not self._allowed.overlaps:
            can = shifts >= busy_ticks.min(1, keepdims=True)
        can[:, 0] = self._can_join(busy_ticks > 0, previous).any(1)
        onsets, ends = context.now[:, None] + shifts, span.ends[:, None]
        can &= (onsets <= ends - span.quiet_ticks) | (onsets >= ends)
        can &= shifts >= np.minimum(span.start_tick - context.now, MAX_SHIFT)[:, None]
        can[~can.any(1), MAX_SHIFT] = True
        return can

    def _part_mask(self, context: Context, previous: Ints, shift: Ints, onset: Ints) -> Mask:
        can = np.zeros((len(shift), self._parts + 2), bool)
        busy = context.part_end > onset[:, None]
        joins = self._can_join(busy, previous)
        begins = np.ones_like(busy) if self._allowed.overlaps else ~busy
        can[:, : self._parts] = np.where((shift == 0)[:, None], joins, begins)
        can[:, wait_part(self._parts)] = (shift == MAX_SHIFT) | ~can.any(1)
        return can

    def _can_join(self, busy: Mask, previous: Ints) -> Mask:
        """Parts that may begin a note together with the event before, (songs, parts)."""
        numbers, last = np.arange(self._parts)[None], previous[:, Field.PART][:, None]
        can = numbers > last
        if not self._allowed.overlaps:
            can &= ~busy
        if self._allowed.chords:
            higher = (
                previous[:, Field.PITCH] < self._highest[np.maximum(previous[:, Field.PART], 0)]
            )
            can |= (numbers == last) & (higher & (previous[:, _STACKED] < MOST_AT_ONCE))[:, None]
        return can

    def _pitch_mask(self, previous: Ints, shift: Ints, part: Ints) -> Mask:
        can = self._allowed.pitches[np.minimum(part, self._parts - 1)].copy()
        stacked = (shift == 0) & (part == previous[:, Field.PART]) & (part < self._parts)
        higher = np.arange(128)[None] > previous[:, Field.PITCH][:, None]
        can &= ~stacked[:, None] | higher
        can[~can.any(1)] = True
        return can

    def _duration_mask(self, ticks_left: Ints) -> Mask:
        values = np.arange(TIED + 1)[None]
        fits = (values >= 1) & (values <= np.maximum(1, ticks_left)[:, None])
        can = fits & self._allowed.durations[None]
        can[~can.any(1)] = fits[~can.any(1)]
        return can


def _listed(has: Mask) -> Ints:
    """The numbers of what is True in each row, (rows, most of a row); shorter rows end in repeats.

    A part has some twenty pitches of the 128: what is asked of each of them is asked of no others.
    """
    rows = [np.flatnonzero(row) if row.any() else np.zeros(1, np.int64) for row in has]
    most = max(map(len, rows))
    return np.stack([np.pad(row, (0, most - len(row)), mode="edge") for row in rows])


def _draw(
    logits: Floats,
    can: Mask,
    nucleus: Nucleus,
    rng: np.random.Generator,
    *,
    bias: Floats | float = 0.0,
) -> tuple[Ints, NDArray[np.float64]]:
    """One value a row, and its surprise in nats under the network's own distribution."""
    plain = logits.astype(np.float64)
    plain -= plain.max(1, keepdims=True)
    log_p = plain - np.log(np.exp(plain).sum(1, keepdims=True))
    bent = np.where(can, log_p / nucleus.temperature + bias, -np.inf)
    values = np.flatnonzero(can.any(0))  # to rank the others too would take most of the time
    bent = bent[:, values]
    p = np.exp(bent - bent.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    order = np.argsort(-p, 1, kind="stable")
    ranked = np.take_along_axis(p, order, 1)
    before = np.cumsum(ranked, 1) - ranked
    ranked = np.where(before < nucleus.top_p, ranked, 0)
    ranked = np.cumsum(ranked, 1)
    at = (ranked < rng.random(len(p))[:, None] * ranked[:, -1:] - _TINY).sum(1)
    rows = np.arange(len(p))
    chosen = values[order[rows, at]]
    return chosen, -log_p[rows, chosen]
