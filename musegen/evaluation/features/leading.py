"""Voice leading: how pairs of lines move, and what becomes of dissonances.

Rates are per onset. Two notes an octave apart count as a unison.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from musegen.evaluation.views import Ints, View, mean, share

WORDS = {
    "parallels": "it has {many} parallel fifths and octaves",
    "parallel_fifths": "it has {many} parallel fifths",
    "parallel_octaves": "it has {many} parallel octaves",
    "hidden": "its outer parts leap together into a fifth or octave {often}",
    "contrary": "its outer parts move against each other {often}",
    "similar": "its outer parts move the same way {often}",
    "oblique": "one outer part moves while the other stays {often}",
    "parallel_thirds": "two of its parts go in thirds or sixths {often}",
    "joint_leaps": "several parts leap at once {often}",
    "all_one_way": "all parts move the same way {often}",
    "leading_note_rises": "its leading notes rise to the tonic {often}",
    "dissonance_by_step": "its dissonant notes are reached and left by step {often}",
    "dissonance_leapt": "its dissonant notes are reached by leap {often}",
    "cross_relations": "a note and its chromatic neighbour follow in different parts {often}",
    "standing": "nothing but the rhythm moves from onset to onset {often}",
}


def measure(view: View) -> dict[str, float]:
    """The features of `WORDS`; none for a single line."""
    if len(view.lines) < 2 or len(view.onsets) < 2:
        return {}
    found = _parallels(view) | _outer_motion(view) | _joint_motion(view)
    return found | _dissonances(view) | _chromatic(view)


def parallel_rates(view: View) -> tuple[float, float]:
    """Parallel fifths, and parallel octaves, between any two lines, per onset."""
    if len(view.lines) < 2 or len(view.onsets) < 2:
        return 0.0, 0.0
    counts = {0: 0, 7: 0}
    for one, other in combinations(view.grid, 2):
        same_way = _moving(one, other) & (np.sign(np.diff(one)) == np.sign(np.diff(other)))
        interval = np.abs(one - other) % 12
        for size in counts:
            counts[size] += int((same_way & (interval[1:] == size) & (interval[:-1] == size)).sum())
    steps = len(view.onsets) - 1
    return counts[7] / steps, counts[0] / steps


def _moving(one: Ints, other: Ints) -> NDArray[np.bool_]:
    """Whether both lines sound and move from each onset to the next."""
    sounds = (one >= 0) & (other >= 0)
    return np.asarray((np.diff(one) != 0) & (np.diff(other) != 0) & sounds[1:] & sounds[:-1])


def _parallels(view: View) -> dict[str, float]:
    fifths, octaves = parallel_rates(view)
    thirds = 0
    for one, other in combinations(view.grid, 2):
        interval = np.abs(one - other) % 12
        is_third = np.isin(interval, (3, 4, 8, 9))
        same_way = _moving(one, other) & (np.sign(np.diff(one)) == np.sign(np.diff(other)))
        thirds += int((same_way & is_third[1:] & is_third[:-1]).sum())
    return {
        "parallels": fifths + octaves,
        "parallel_fifths": fifths,
        "parallel_octaves": octaves,
        "parallel_thirds": thirds / (len(view.onsets) - 1),
    }


def _outer_motion(view: View) -> dict[str, float]:
    median = [float(np.median(line.pitch)) for line in view.lines]
    top, bass = view.grid[int(np.argmax(median))], view.grid[int(np.argmin(median))]
    sounds = (top >= 0) & (bass >= 0)
    both = sounds[1:] & sounds[:-1]
    up, down = np.diff(top)[both], np.diff(bass)[both]
    moved = (up != 0) | (down != 0)
    interval = ((top - bass) % 12)[1:][both]
    same_way = up * down > 0
    arrives = same_way & np.isin(interval, (0, 7)) & (np.abs(up) > 2)
    count = int(moved.sum())
    return {
        "hidden": share(int(arrives.sum()), count),
        "contrary": share(int((up * down < 0).sum()), count),
        "similar": share(int(same_way.sum()), count),
        "oblique": share(int((moved & (up * down == 0)).sum()), count),
    }


def _joint_motion(view: View) -> dict[str, float]:
    grid = view.grid
    sounds = (grid[:, 1:] >= 0) & (grid[:, :-1] >= 0)
    steps = np.where(sounds, np.diff(grid, axis=1), 0)  # (lines, onsets - 1)
    leaps = (np.abs(steps) > 2).sum(axis=0)
    directions = np.sign(steps)
    one_way = (directions == directions[0]).all(axis=0) & (directions[0] != 0)
    return {
        "joint_leaps": mean(leaps >= 2),
        "all_one_way": mean(one_way),
        "standing": mean((steps == 0).all(axis=0)),
    }


def _dissonances(view: View) -> dict[str, float]:
    """Notes that are a second, seventh or tritone from the bass, by how they come and go."""
    bass = np.array([min(chord, default=-1) for chord in view.chords])
    dissonant = by_step = leapt = leading = rises = 0
    for line in view.lines:
        at = np.searchsorted(view.onsets, line.onset)
        interval = (line.pitch - bass[at]) % 12
        inside = slice(1, -1)
        clash = np.isin(interval, (1, 2, 6, 10, 11))[inside]
        before, after = np.abs(line.steps[:-1]), np.abs(line.steps[1:])
        dissonant += int(clash.sum())
        by_step += int((clash & (before <= 2) & (after <= 2)).sum())
        leapt += int((clash & (before > 2)).sum())
        is_leading = ((line.pitch - view.tonic) % 12 == 11)[:-1] & (line.steps != 0)
        leading += int(is_leading.sum())
        rises += int((is_leading & (line.steps == 1)).sum())
    return {
        "dissonance_by_step": share(by_step, dissonant),
        "dissonance_leapt": share(leapt, dissonant),
        "leading_note_rises": share(rises, leading),
    }


def _chromatic(view: View) -> dict[str, float]:
    """Cross relations: a pitch class and its raised or lowered form, one onset later elsewhere."""
    grid = view.grid
    found = 0
    for one in range(len(grid)):
        for other in range(len(grid)):
            if one == other:
                continue
            before, after, own = grid[one, :-1], grid[other, 1:], grid[one, 1:]
            sounds = (before >= 0) & (after >= 0) & (own >= 0)
            near = np.isin((after - before) % 12, (1, 11))
            prepared = (grid[other, :-1] - after) % 12 == 0
            stays = np.isin((own - before) % 12, (0,))
            altered = near & ~prepared & ~stays & (np.abs(np.diff(grid[other])) > 2)
            found += int((sounds & altered).sum())
    return {"cross_relations": found / (len(view.onsets) - 1)}
