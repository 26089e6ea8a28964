"""Who hears which clips, in which order.

A plan holds as many human clips as machine clips of every genre in it, so that the genre
tells nothing; where a study has several machines, each has as many of the machine clips as the
others, or one more. Clips that were heard least come first; ties are broken at random, and so
is the order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import conditions, schema
from musegen.studies.database import Lock
from musegen.studies.records import Condition, Maker
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
    condition: Condition
    heard: int

    @property
    def truth(self) -> Maker:
        return self.condition.maker


Queues = dict[Condition, list[Candidate]]
"""The clips of a genre, by condition, least heard first."""

MACHINES = tuple(c for c in Condition if c.maker is Maker.MACHINE)


def ready_pairs(counts: Counter[tuple[str, Condition]]) -> int:
    """How many pairs of a human and a machine clip of one genre the counts allow."""
    genres = {genre for genre, _ in counts}
    return sum(
        min(counts[g, Condition.HUMAN], sum(counts[g, machine] for machine in MACHINES))
        for g in genres
    )


def assign(store: Store, participant_id: str, *, rng: np.random.Generator) -> None:
    """Give the participant a plan of `CLIPS` trials; one who has a plan keeps it.

    Raises
    ------
    RequestError
        When the study's conditions make no sense; see `conditions.wanted`.
    StoreError
        When there are not yet clips enough.
    """
    wanted = conditions.wanted()
    with store.database.transaction(lock=Lock.ASSIGNMENT) as connection:
        if _has_plan(connection, participant_id):
            return
        plan = choose(_candidates(connection, wanted), rng=rng)
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
    queues = _by_genre(shuffled)
    if ready_pairs(Counter((c.genre, c.condition) for c in candidates)) < PAIRS:
        raise StoreError("There are not yet clips enough for the test; try again in a minute.")
    chosen: list[Candidate] = []
    taken: Counter[Condition] = Counter()
    genres = [list(queues)[i] for i in rng.permutation(len(queues))]
    while len(chosen) < CLIPS:
        pairs = [pair for genre in genres if (pair := _next_pair(queues[genre], taken))]
        in_plan = Counter(clip.genre for clip in chosen)
        pair = min(pairs, key=lambda pair: (in_plan[pair[0].genre], _heard(pair)))
        for clip in pair:
            queues[clip.genre][clip.condition].remove(clip)
            taken[clip.condition] += 1
        chosen += pair
    return _ordered(chosen, rng)


def _by_genre(clips: list[Candidate]) -> dict[str, Queues]:
    queues: dict[str, Queues] = {}
    for clip in sorted(clips, key=lambda clip: clip.heard):  # stable: ties stay shuffled
        queues.setdefault(clip.genre, {}).setdefault(clip.condition, []).append(clip)
    return queues


def _next_pair(queues: Queues, taken: Counter[Condition]) -> tuple[Candidate, Candidate] | None:
    """The human clip heard least, and that of the machine which has fewest clips in the plan."""
    humans = queues.get(Condition.HUMAN)
    machines = [clips[0] for condition, clips in queues.items() if condition in MACHINES and clips]
    if not humans or not machines:
        return None
    return humans[0], min(machines, key=lambda clip: (taken[clip.condition], clip.heard))


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


def _candidates(connection: sa.Connection, wanted: tuple[Condition, ...]) -> list[Candidate]:
    """All clips of these conditions, with the number of votes they have or are about to get."""
    stimulus, trial = schema.stimuli.c, schema.trials.c
    since = datetime.now(UTC) - PLACE_HELD
    counted = (
        sa.select(trial.stimulus_id, sa.func.count().label("heard"))
        .select_from(schema.trials.join(schema.participants).outerjoin(schema.votes))
        .where(sa.or_(schema.votes.c.id.is_not(None), schema.participants.c.consented_at >= since))
        .group_by(trial.stimulus_id)
        .subquery()
    )
    clips = (
        sa.select(
            stimulus.id, stimulus.genre, stimulus.condition, sa.func.coalesce(counted.c.heard, 0)
        )
        .outerjoin_from(schema.stimuli, counted, counted.c.stimulus_id == stimulus.id)
        .where(stimulus.condition.in_([condition.value for condition in wanted]))
    )
    return [
        Candidate(id_, genre, Condition(condition), int(heard))
        for id_, genre, condition, heard in connection.execute(clips)
    ]
