"""Teaching a guide: beats of training pieces against beats of the network's own songs.

For each piece the corrected network writes songs of the same bars, sections, phrases and mode, and
chooses nothing: what form and choosing do to a song is none of the guide's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from musegen.critic_training import shortened, write_alike
from musegen.errors import CorpusError
from musegen.examples import prepared
from musegen.guide import Beats, Guide, learned
from musegen.writing import COOLING

if TYPE_CHECKING:
    from musegen.knowledge import Knowledge
    from musegen.song import Song

VERSIONS = 2
"""Songs for each piece."""

FEWEST_BEATS = 2000
FOLD = 5
"""One piece in so many is kept apart to see how well a guide tells."""

Progress = Callable[[float, str], None]


def teach_guide(
    knows: Knowledge,
    pieces: Sequence[Song],
    *,
    seed: int,
    progress: Progress | None = None,
) -> tuple[Guide, float]:
    """A guide for a genre, and how well one that has not heard a fifth of the pieces tells those.

    Parameters
    ----------
    knows
        With the correction that songs are composed with.
    pieces
        Of the training split, in their written key.

    Returns
    -------
    Guide, float
        The AUC of single beats: 0.5 is guessing.

    Raises
    ------
    CorpusError
        When there is too little to learn from.
    """
    rng = np.random.default_rng(seed)
    knows = replace(knows, guide=None)
    home = [shortened(prepared(piece)) for piece in pieces]
    human = Beats.of(home)
    if len(human) < FEWEST_BEATS:
        raise CorpusError(
            f"{len(human)} beats are too few to teach a guide; at least {FEWEST_BEATS} are needed."
        )
    versions = []
    for version in range(VERSIONS):
        if progress is not None:
            progress(version / (VERSIONS + 1), "The network writes songs for the guide to hear")
        versions.append(Beats.of(write_alike(knows, home, rng)))
    machine = reduce(Beats.joined, versions)
    guide = learned(human, machine)
    if progress is not None:
        progress(VERSIONS / (VERSIONS + 1), "The guide writes songs to hear how busy they are")
    # as coolly as most songs are composed, which makes music slower by itself
    guided = write_alike(replace(knows, guide=guide), home, rng, temperature=COOLING)
    return guide.as_busy(human, Beats.of(guided)), _auc(human, machine)


def _auc(human: Beats, machine: Beats) -> float:
    from sklearn.metrics import roc_auc_score

    sides = (human, machine)
    guide = learned(*(side.select(side.song % FOLD > 0) for side in sides))
    asked = [guide.plain(side.turns[side.song % FOLD == 0]) for side in sides]
    return float(roc_auc_score([1] * len(asked[0]) + [0] * len(asked[1]), np.concatenate(asked)))
