"""How pitches relate: intervals between them, and degrees of the scale.

A network that is told notes alone has to learn for each two pitches anew how they sound together. Told their
intervals, it learns from all keys at once. As everywhere in `musegen.context`, a pitch is a MIDI
number plus one, answers are whole numbers from 1 on, and 0 is *nothing there*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

WIDEST = 24
"""Semitones up and down that are told apart; beyond, only which way."""

INTERVALS = 2 * WIDEST + 4
"""Values of an interval, *nothing there* included."""

DEGREES = 13
"""Values of a degree, *nothing there* included."""


def intervals(below: Ints, above: Ints) -> Ints:
    """From each pitch to the other, upwards; arrays of any shapes that go together."""
    semitones = np.clip(above - below, -WIDEST - 1, WIDEST + 1)
    return np.where((below > 0) & (above > 0), semitones + WIDEST + 2, 0)


def between(pitches: Ints) -> Ints:
    """From the lower to the upper part of each two, (B, parts) to (B, pairs)."""
    upper, lower = np.triu_indices(pitches.shape[1], 1)
    return intervals(pitches[:, lower], pitches[:, upper])


def pairs(parts: int) -> int:
    """How many intervals `between` finds."""
    return parts * (parts - 1) // 2


def degrees(pitches: Ints, tonic: Ints) -> Ints:
    """Semitones above the ``tonic`` (B,), whatever the octave, of pitches (B, N)."""
    return np.where(pitches > 0, (pitches - 1 - tonic[:, None]) % 12 + 1, 0)


def moved(degrees: NDArray[np.int16], semitones: int) -> NDArray[np.int16]:
    """Degrees of the same notes ``semitones`` higher above a tonic that stays."""
    return np.where(degrees > 0, (degrees - 1 + semitones) % 12 + 1, 0)
