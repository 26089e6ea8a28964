"""Who hears which clips, in which order.

A plan holds as many human clips as machine clips of every genre in it, so that the genre
tells nothing. Clips that were heard least come first; ties are broken at random, and so is
the order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import schema
from musegen.studies.database import Lock
from musegen.studies.records import Maker
from musegen.studies.store import Store

PAIRS = 5
"""Human clips in a plan, and machine clips."""

CLIPS = 2 * PAIRS
LONGEST_RUN = 3
"""At most so many clips of one maker in a row: longer runs make people count."""

PLACE_HELD = timedelta(hours=24)
"""After this long, clips that a participant left unanswered count as not heard."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clip that may be assigned, and how often it was."""

    id: str
    genre: str
    truth: Maker
    heard: int


def ready_pairs(counts: Counter[tuple[str, Maker]]) -> int:
    """How many pairs of a human and a machine clip of one genre the counts allow."""
    genres = {genre for genre, _ in counts}
    return sum(min(counts[g, Maker.HUMAN], counts[g, Maker.MACHINE]) for g in genres)


def assign(store: Store, participant_id: str, *, rng: np.random.Generator) -> None:
    """Give the participant a plan of `CLIPS` trials; one who has a plan keeps it.

    Raises
    ------
    StoreError
        When there are not yet clips enough.
    """
    with store.database.transaction(lock=Lock.ASSIGNMENT) as connection:
        if _has_plan(connection, participant_id):
            return
        plan = choose(_candidates(connection), rng=rng)
        rows = [
            {"participant_id": participant_id, "position": position, "stimulus_id": clip.id}
            for position, clip in enumerate(plan, start=1)
        ]
        connection.execute(sa.insert(schema.trials), rows)


def choose(candidates: list[Candidate], *, rng: np.random.Generator) -> list[Candidate]:
    """`CLIPS` of the candidates in the order in which to play them.

    Raises
    ------
    StoreError
        When the candidates do not allow `PAIRS` pairs.
    """
    shuffled = [candidates[i] for i in rng.permutation(len(candidates))]
    queues = _pairs_by_genre(shuffled)
    if sum(len(pairs) for pairs in queues.values()) < PAIRS:
        raise StoreError("There are not yet clips enough for the test; try again in a minute.")
    chosen: list[Candidate] = []
    taken: Counter[str] = Counter()
    genres = [list(queues)[i] for i in rng.permutation(len(queues))]
    while len(chosen) < CLIPS:
        open_genres = [genre for genre in genres if queues[genre]]
        genre = min(open_genres, key=lambda g: (taken[g], _heard(queues[g][0])))
        chosen += queues[genre].pop(0)
        taken[genre] += 1
    return _ordered(chosen, rng)


def _pairs_by_genre(clips: list[Candidate]) -> dict[str, list[tuple[Candidate, Candidate]]]:
    """Least-heard human clips beside least-heard machine clips, for each genre that has both."""
    kinds: dict[tuple[str, Maker], list[Candidate]] = {}
    for clip in sorted(clips, key=lambda clip: clip.heard):  # stable: ties stay shuffled
        kinds.setdefault((clip.genre, clip.truth), []).append(clip)
    pairs = {
        genre: list(zip(humans, kinds.get((genre, Maker.MACHINE), []), strict=False))
        for (genre, truth), humans in kinds.items()
        if truth is Maker.HUMAN
    }
    return {genre: found for genre, found in pairs.items() if found}


def _heard(pair: tuple[Candidate, Candidate]) -> int:
    return pair[0].heard + pair[1].heard


def _ordered(clips: list[Candidate], rng: np.random.Generator) -> list[Candidate]:
    while True:
        order = [clips[i] for i in rng.permutation(len(clips))]
        if longest_run([clip.truth for clip in order]) <= LONGEST_RUN:
            return order


def longest_run(truths: list[Maker]) -> int:
    """Length of the longest stretch of one maker."""
    longest = run = 0
    for index, truth in enumerate(truths):
        run = run + 1 if index and truths[index - 1] is truth else 1
        longest = max(longest, run)
    return longest


def _has_plan(connection: sa.Connection, participant_id: str) -> bool:
    table = schema.trials.c
    wanted = sa.select(sa.func.count()).where(table.participant_id == participant_id)
    return bool(connection.scalar(wanted))


def _candidates(connection: sa.Connection) -> list[Candidate]:
    """All clips, with the number of votes they have or are about to get."""
    stimulus, trial = schema.stimuli.c, schema.trials.c
    since = datetime.now(UTC) - PLACE_HELD
    counted = (
        sa.select(trial.stimulus_id, sa.func.count().label("heard"))
        .select_from(schema.trials.join(schema.participants).outerjoin(schema.votes))
        .where(sa.or_(schema.votes.c.id.is_not(None), schema.participants.c.consented_at >= since))
        .group_by(trial.stimulus_id)
        .subquery()
    )
    wanted = sa.select(
        stimulus.id, stimulus.genre, stimulus.truth, sa.func.coalesce(counted.c.heard, 0)
    ).outerjoin_from(schema.stimuli, counted, counted.c.stimulus_id == stimulus.id)
    return [
        Candidate(id_, genre, Maker(truth), int(heard))
        for id_, genre, truth, heard in connection.execute(wanted)
    ]
