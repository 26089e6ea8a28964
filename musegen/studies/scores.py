"""How many each participant of a study got right: what people are told at the end.

Practice does not count, nor do people who have not come to the end, nor those
who are simulated.
"""

from __future__ import annotations

import sqlalchemy as sa

from musegen.studies import schema
from musegen.studies.records import Condition, Maker, Role
from musegen.studies.store import Store


def scores(store: Store, study: str) -> dict[str, int]:
    """The number of right answers of everybody who has come to the end, by participant."""
    people, plan = schema.participants.c, schema.trials.c
    votes, clips = schema.votes.c, schema.stimuli.c
    said_human = votes.answer == Maker.HUMAN.value
    is_human = clips.condition == Condition.HUMAN.value
    is_right = sa.case((said_human == is_human, 1), else_=0)
    wanted = (
        sa.select(people.id, sa.func.sum(is_right))
        .select_from(
            schema.participants.join(schema.trials)
            .join(schema.votes)
            .join(schema.stimuli, clips.id == plan.stimulus_id)
        )
        .where(
            people.study_id == study,
            people.finished_at.is_not(None),
            people.is_synthetic.is_(sa.false()),
            plan.role != Role.PRACTICE.value,
        )
        .group_by(people.id)
    )
    with store.database.reading() as connection:
        return {id_: int(right) for id_, right in connection.execute(wanted)}
