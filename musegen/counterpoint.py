"""A note among its neighbours: what its part had before, what the other parts are sounding.

Arrays hold one row a song of a batch (`musegen.context.Context`). Pitches of neighbours are MIDI
numbers plus one, so that 0 is *nothing there*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from musegen.song import TICKS_PER_BEAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musegen.context import Context

    Ints = NDArray[np.int64]

IS_PERFECT = np.isin(np.arange(12), (0, 7))
"""Of an interval, in semitones above the octave, whether it is an octave or a fifth."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands around the note that each of B songs is to begin.

    ``part`` (B,) begins it; ``last`` and ``before`` (B,) are its own last two notes; ``sounding``
    (B, parts) what each part sounds (of a chord the last note), and ``sounding_before`` what it did
    just before; ``chord`` (B,) are the pitch classes of all that sounds, as bits, ``chord_before``
    of all that did just before, and ``lowest`` (B,) is the lowest pitch of all; ``is_stacked`` (B,)
    is 1 if the part has begun a note at this onset already, so that this one makes a chord, and
    ``top_before`` (B,) is then the highest note of the part's onset before this one; ``parallel``
    (B, 128) is 1.0 for pitches that would move in parallel fifths or octaves; ``is_minor`` and
    ``is_on_beat`` (B,) are 0 or 1. ``echoes`` (B, look-backs) are what the part sounded at the same
    place 1, 2, 4 and 8 bars ago, ``echoes_before`` what it did there when its last note began, and
    ``matched`` how many notes on end have been the same as then; ``low`` and ``high`` (B,) are the
    part's lowest and highest pitch in the last two bars.
    """

    part: Ints
    last: Ints
    before: Ints
    sounding: Ints
    sounding_before: Ints
    chord: Ints
    chord_before: Ints
    lowest: Ints
    is_stacked: Ints
    top_before: Ints
    parallel: NDArray[np.float32]
    is_minor: Ints
    is_on_beat: Ints
    echoes: Ints
    echoes_before: Ints
    low: Ints
    high: Ints
    matched: Ints

    @classmethod
    def of(cls, context: Context, onset: Ints, part: Ints) -> Neighbours:
        """Around a note of ``part`` (B,) at tick ``onset`` (B,)."""
        own = np.minimum(part, context.layout.parts - 1)
        rows = np.arange(len(own))
        low, high = context.range_before(onset, own)
        chord, lowest = context.chord_at(onset)
        return cls(
            own,
            context.last_pitch[rows, own],
            context.pitch_before[rows, own],
            context.sounding_at(onset),
            context.sounded_before(onset),
            chord,
            context.chord_at(onset - 1)[0],
            lowest,
            (context.last_onset[rows, own] == onset).astype(np.int64),
            context.top_before[rows, own],
            parallels(context, onset, own),
            context.is_minor(),
            (context.position(onset) % TICKS_PER_BEAT == 0).astype(np.int64),
            context.echoes(onset, own),
            context.echoes(context.last_onset[rows, own], own),
            low,
            high,
            context.match,
        )


def parallels(context: Context, onset: Ints, part: Ints) -> NDArray[np.float32]:
    """1 for every pitch with which ``part`` would move in parallel fifths or octaves.

    That is together with a part that has just begun a note at ``onset``, (songs, 128).
    """
    part = np.minimum(part, context.layout.parts - 1)
    own = context.last_pitch[np.arange(len(part)), part][:, None, None]  # (songs, 1, 1), pitch + 1
    then, now = context.pitch_before[:, :, None], context.last_pitch[:, :, None]
    pitches = np.arange(1, 129)[None, None]
    interval = (own - then) % 12  # (songs, parts, 1)
    same = (pitches - now) % 12 == interval  # (songs, parts, 128)
    perfect = np.where(pitches >= now, IS_PERFECT[interval], IS_PERFECT[-interval % 12])
    moves = (now != then) & (np.sign(pitches - own) == np.sign(now - then))
    began = (context.last_onset == onset[:, None])[:, :, None] & (own > 0) & (then > 0)
    faulty: NDArray[np.bool_] = (same & perfect & moves & began).any(1)
    return faulty.astype(np.float32)
