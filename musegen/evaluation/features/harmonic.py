"""What sounds together: chords, clashes, texture, the bass and its harmony.

Shares are of onsets at which more than one note sounds, unless the words say otherwise.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np

from musegen.evaluation.views import SILENT, View, entropy, mean, share

CONSONANT = frozenset({0, 3, 4, 5, 7, 8, 9})
ABOVE_BASS = {
    "octaves": (0,),
    "seconds": (1, 2),
    "thirds": (3, 4),
    "fourths": (5,),
    "tritones": (6,),
    "fifths": (7,),
    "sixths": (8, 9),
    "sevenths": (10, 11),
}
TRIADS: dict[tuple[int, ...], int] = {
    (4, 7): 0,
    (3, 7): 0,
    (3, 8): 1,
    (4, 9): 1,
    (5, 9): 2,
    (5, 8): 2,
}
"""Intervals above the bass of major and minor triads, and their inversion."""

SEVENTHS = frozenset(
    tuple(sorted((p - chord[i]) % 12 for p in chord if p != chord[i]))
    for chord in ((0, 4, 7, 10), (0, 4, 7, 11), (0, 3, 7, 10), (0, 3, 6, 10), (0, 3, 6, 9))
    for i in range(4)
)

WORDS = {
    **{
        f"above_bass_{name}": f"notes stand at {name} above the bass {{often}}"
        for name in ABOVE_BASS
    },
    "clashes": "its notes clash in minor seconds and major sevenths {often}",
    "strong_clashes": "its notes clash on the beat {often}",
    "major_seconds": "major seconds and minor sevenths sound {often}",
    "tritones": "tritones sound {often}",
    "consonant": "its sonorities are free of dissonance {often}",
    "triads": "its sonorities are full triads {often}",
    "root_position": "its triads stand on their root {often}",
    "second_inversion": "its triads stand on their fifth {often}",
    "sevenths": "its sonorities are seventh chords {often}",
    "bare": "its sonorities are bare octaves and fifths {often}",
    "odd_chords": "its sonorities are chords without a name {often}",
    "downbeat_triads": "full triads stand on its bar lines {often}",
    "chord_entropy": "its chords are {varied}",
    "chord_changes": "the harmony changes from onset to onset {often}",
    "bar_line_changes": "the bass changes at the bar line {often}",
    "bass_tonic": "the bass sounds the tonic {often}",
    "bass_dominant": "the bass sounds the dominant {often}",
    "bass_falling_fifths": "the bass falls a fifth or rises a fourth {often}",
    "dominant_to_tonic": "the dominant in the bass goes to the tonic {often}",
    "together": "all parts begin together {often}",
    "alone": "one part moves alone {often}",
    "sounding": "{many} notes sound at once",
    "spacing": "its upper parts lie {far} apart",
    "spacing_bass": "its lowest two parts lie {far} apart",
    "wide_spacing": "its upper parts lie more than an octave apart {often}",
    "span": "its sound spans a {wide} range from bass to top",
    "crossings": "its parts cross {often}",
    "unisons": "two parts meet on one note {often}",
    "doubled_leading_note": "it doubles the leading note {often}",
}


def measure(view: View) -> dict[str, float]:
    """The features of `WORDS`; none where nothing sounds together."""
    if not view.is_polyphonic:
        return {}
    chords = [(i, chord) for i, chord in enumerate(view.chords) if len(chord) > 1]
    if not chords:
        return {}
    found = _above_bass(chords) | _clashes(view, chords) | _chords(view, chords) | _bass(view)
    return found | (_texture(view) if len(view.lines) > 1 else {})


Sonorities = list[tuple[int, tuple[int, ...]]]


def _above_bass(chords: Sonorities) -> dict[str, float]:
    above = np.array([(p - chord[0]) % 12 for _, chord in chords for p in chord[1:]])
    return {f"above_bass_{name}": mean(np.isin(above, sizes)) for name, sizes in ABOVE_BASS.items()}


def clash_share(chords: list[tuple[int, ...]]) -> float:
    """Share of minor seconds and major sevenths (and ninths) among all intervals that sound."""
    pairs = np.array([(b - a) % 12 for chord in chords for a, b in combinations(chord, 2)])
    return mean(np.isin(pairs, (1, 11)))


def _clashes(view: View, chords: Sonorities) -> dict[str, float]:
    pairs = np.array([(b - a) % 12 for _, chord in chords for a, b in combinations(chord, 2)])
    strong = [chord for i, chord in chords if view.strengths[i] >= 2]
    return {
        "clashes": clash_share([chord for _, chord in chords]),
        "strong_clashes": clash_share(strong),
        "major_seconds": mean(np.isin(pairs, (2, 10))),
        "tritones": mean(pairs == 6),
    }


def _chords(view: View, chords: Sonorities) -> dict[str, float]:
    shapes = [tuple(sorted({(p - c[0]) % 12 for p in c} - {0})) for _, c in chords]
    inversions = [TRIADS.get(shape) for shape in shapes]
    triads = [i for i in inversions if i is not None]
    is_seventh = [shape in SEVENTHS for shape in shapes]
    is_bare = [set(shape) <= {7} for shape in shapes]
    is_plain = [set(shape) <= CONSONANT and _inner_consonant(shape) for shape in shapes]
    has_name = [
        t is not None or s or b or len(shape) == 1
        for t, s, b, shape in zip(inversions, is_seventh, is_bare, shapes, strict=True)
    ]
    full = [len(shape) > 0 and t is not None for shape, t in zip(shapes, inversions, strict=True)]
    on_line = [f for f, (i, _) in zip(full, chords, strict=True) if view.strengths[i] == 3]
    roots = [((c[0] - view.tonic) % 12, s) for (_, c), s in zip(chords, shapes, strict=True)]
    counts = np.unique([str(root) for root in roots], return_counts=True)[1]
    leading = [[p for p in c if (p - view.tonic) % 12 == 11] for _, c in chords]
    return {
        "sounding": mean([len(chord) for chord in view.chords]),
        "consonant": mean(np.array(is_plain)),
        "triads": share(len(triads), len(chords)),
        "root_position": share(triads.count(0), len(triads)),
        "second_inversion": share(triads.count(2), len(triads)),
        "sevenths": mean(np.array(is_seventh)),
        "bare": mean(np.array(is_bare)),
        "odd_chords": 1 - mean(np.array(has_name)),
        "downbeat_triads": mean(np.array(on_line, float)),
        "chord_entropy": entropy(counts),
        "chord_changes": mean([float(a != b) for a, b in pairwise(roots)]),
        "doubled_leading_note": mean([float(len(found) > 1) for found in leading]),
    }


def _inner_consonant(shape: tuple[int, ...]) -> bool:
    return all((b - a) % 12 in CONSONANT for a, b in combinations(shape, 2))


def _bass(view: View) -> dict[str, float]:
    low = np.array([chord[0] if chord else SILENT for chord in view.chords])
    sounds = low >= 0
    degree = (low - view.tonic) % 12
    moved = np.flatnonzero(sounds[1:] & sounds[:-1] & (low[1:] != low[:-1]))
    steps = (low[moved + 1] - low[moved]) % 12
    from_dominant = degree[moved] == 7
    on_line = np.flatnonzero((view.strengths[1:] == 3) & sounds[1:] & sounds[:-1])
    return {
        "bass_tonic": mean(degree[sounds] == 0),
        "bass_dominant": mean(degree[sounds] == 7),
        "bass_falling_fifths": mean(steps == 5),
        "dominant_to_tonic": mean(degree[moved + 1][from_dominant] == 0),
        "bar_line_changes": mean(low[on_line + 1] != low[on_line]),
    }


def _texture(view: View) -> dict[str, float]:
    grid, begins = view.grid, view.begins
    full = (grid >= 0).all(axis=0)
    gaps = -np.diff(np.sort(grid[:, full], axis=0)[::-1], axis=0)  # (lines - 1, onsets)
    upper = gaps[:-1] if len(gaps) > 1 else gaps
    order = np.argsort([-np.median(line.pitch) for line in view.lines])
    ranked = grid[order][:, full]
    return {
        "together": mean(begins.all(axis=0)),
        "alone": mean(begins.sum(axis=0) == 1),
        "spacing": mean(upper.ravel()),
        "spacing_bass": mean(gaps[-1]),
        "wide_spacing": mean(upper.ravel() > 12),
        "span": mean(gaps.sum(axis=0)),
        "crossings": mean((np.diff(ranked, axis=0) > 0).any(axis=0)),
        "unisons": mean((gaps == 0).any(axis=0)),
    }
