"""One more round for a critic: whole songs, composed as it has chosen so far.

The rounds of `musegen.critic_training` hear what the network writes on the plans of human pieces.
What the form, closes and choosing itself do to a song is heard here alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from musegen.composing import Composer, Request
from musegen.critic import Critic, heard, learn
from musegen.critic_features import figures
from musegen.critic_training import cross_validated, drawn, lesson_of, passages
from musegen.errors import ModelError
from musegen.examples import prepared
from musegen.keys import to_home_key
from musegen.song import Song, cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musegen.knowledge import Knowledge

SEEDS = 20_000
"""Songs are of the seeds from so many on, times that of the lesson: none that anybody asks for first."""


def taught_by_songs(
    knows: Knowledge,
    pieces: Sequence[Song],
    count: int,
    *,
    seed: int,
    progress: Callable[[float], None] | None = None,
) -> Critic:
    """The genre's critic with one more voice, that of whole songs beside human passages.

    Parameters
    ----------
    pieces
        Of the training split, in their written key.
    count
        How many songs are composed.

    Raises
    ------
    ModelError
        When there is no critic to go on from.
    """
    critic = knows.critic
    if critic is None:
        raise ModelError(
            f"The model “{knows.genre.name}” has no critic to go on from; teach it one first, "
            "without “--songs”."
        )
    rng = np.random.default_rng(seed)
    home = list(drawn([prepared(piece) for piece in pieces], rng).values())
    human = [list(passages(piece, knows.genre.bars)) for piece in home]
    made = _heard_songs(knows, range(seed * SEEDS, seed * SEEDS + count), progress)
    lesson = lesson_of([heard(own) for own in human if own], made)
    share = lesson.is_human.mean()
    voice = learn(
        lesson.ears,
        lesson.is_human,
        figures_count=len(figures(home[0])),
        seed=seed,
        measure=(critic.mean, critic.scale),
        weights=np.where(lesson.is_human, 0.5 / share, 0.5 / (1 - share)),
    )
    auc = cross_validated(lesson, len(critic.mean), seed)
    return replace(critic.joined(voice), auc=auc)


def _heard_songs(
    knows: Knowledge, seeds: Sequence[int], progress: Callable[[float], None] | None
) -> list[NDArray[np.float64]]:
    composer = Composer(knows)
    found = []
    for i, seed in enumerate(seeds):
        if progress is not None:
            progress(i / len(seeds))
        song = to_home_key(composer.compose(Request(knows.genre.name, seed=seed)).song)
        found.append(heard(list(_sections(song))))
    return found


def _sections(song: Song) -> Iterator[Song]:
    """Each section, and it after the one before it: what a critic is asked about last."""
    for i, section in enumerate(song.sections):
        yield cut(song, section.start_tick, section.end_tick)
        if i:
            yield cut(song, song.sections[i - 1].start_tick, section.end_tick)
