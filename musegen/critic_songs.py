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
from musegen.critic_training import cross_validated, drawn, lesson_of, passages
from musegen.errors import ModelError
from musegen.examples import prepared
from musegen.keys import to_home_key
from musegen.song import Song, cut

if TYPE_CHECKING:
    from musegen.knowledge import Knowledge

SEEDS = 20_000
"""Songs are of the seeds from so many on, times that of the lesson: none that anybody asks for first."""


def taught_by_songs(
    knows: Knowledge, pieces: Sequence[Song], songs: Sequence[Song], *, seed: int
) -> Critic:
    """The genre's critic with one more voice, that of whole songs beside human passages.

    Parameters
    ----------
    pieces
        Of the training split, in their written key.
    songs
        Composed with the critic so far, in any key; see `composed`.

    Raises
    ------
    ModelError
        When there is no critic to go on from.
    """
    critic = with_critic(knows)
    rng = np.random.default_rng(seed)
    home = list(drawn([prepared(piece) for piece in pieces], rng).values())
    human = [list(passages(piece, knows.genre.bars)) for piece in home]
    made = [heard(list(_sections(to_home_key(song)))) for song in songs]
    lesson = lesson_of([heard(own) for own in human if own], made)
    share = lesson.is_human.mean()
    voice = learn(
        lesson.ears,
        lesson.is_human,
        figures_count=len(critic.mean),
        seed=seed,
        measure=(critic.mean, critic.scale),
        weights=np.where(lesson.is_human, 0.5 / share, 0.5 / (1 - share)),
    )
    return replace(critic.joined(voice), auc=cross_validated(lesson, len(critic.mean), seed))


def with_critic(knows: Knowledge) -> Critic:
    """The genre's critic.

    Raises
    ------
    ModelError
        When it has none.
    """
    if knows.critic is None:
        raise ModelError(
            f"The model “{knows.genre.name}” has no critic to go on from; teach it one first, "
            "without “--songs”."
        )
    return knows.critic


def composed(
    knows: Knowledge,
    count: int,
    *,
    seed: int,
    progress: Callable[[float], None] | None = None,
) -> list[Song]:
    """So many songs as they are composed now; ``progress`` is told the share that is done."""
    composer, songs = Composer(knows), []
    for i in range(count):
        if progress is not None:
            progress(i / count)
        songs.append(composer.compose(Request(knows.genre.name, seed=seed * SEEDS + i)).song)
    return songs


def _sections(song: Song) -> Iterator[Song]:
    """Each section, and it after the one before it: what a critic is asked about last."""
    for i, section in enumerate(song.sections):
        yield cut(song, section.start_tick, section.end_tick)
        if i:
            yield cut(song, song.sections[i - 1].start_tick, section.end_tick)
