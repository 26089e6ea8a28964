"""Simulated participants, in a study of their own: to try out a design and its statistics.

A study *name* is simulated as *name-synthetic*, which is marked synthetic as a whole and in every
vote; simulated and real votes are never in one study. Its clips are the study's own where they
are made, or else made-up ones without music; its plans come from the assignment that real
participants get. Of themselves they say what the study asks, but for comments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from musegen.errors import RequestError
from musegen.studies import questions, schema, study_files
from musegen.studies.assignment import assign
from musegen.studies.clip_files import load_clip
from musegen.studies.clip_orders import number_from, orders
from musegen.studies.design import Ask, Design
from musegen.studies.records import Stimulus
from musegen.studies.registry import Study
from musegen.studies.statistics.simulate import Listeners, answer, recruit, to_participants
from musegen.studies.store import Store

SUFFIX = "-synthetic"
_OF_A_PERSON = {Ask.AGE: "age_band", Ask.DEVICE: "device", Ask.HEADPHONES: "headphones"}
"""Columns of the simulated persons that answer a question as they stand."""

_OF_THE_SECOND = ("other_listened_s", "other_plays")
LENGTH_S = 25.0
"""Of a made-up clip, which is silent."""

Progress = Callable[[int, int], None]


def simulate_study(
    store: Store,
    name: str,
    *,
    participants: int,
    listeners: Listeners,
    seed: int,
    progress: Progress | None = None,
) -> Study:
    """Let simulated people take part in a copy of a study; returns the copy.

    Parameters
    ----------
    listeners
        How well they tell machines from humans, and how they differ.
    progress
        Called with the number of participants that have a plan, and with all of them.

    Raises
    ------
    RequestError
        When there is no such study, it is synthetic itself, or was simulated already.
    """
    study = store.studies.get(name)
    if study.is_synthetic:
        raise RequestError(f"“{name}” is simulated already; name the study that it is a copy of.")
    rng = np.random.default_rng(number_from(name, seed))
    copied = _copy_design(store, study)
    try:
        _copy_clips(store, study, copied, rng)
        for done in range(participants):
            token = store.people.begin(copied.name, language="en", is_synthetic=True)
            person = store.people.find(token)
            if person is not None:
                assign(store, person.id, rng=rng)
            if progress is not None:
                progress(done + 1, participants)
        _vote(store, copied, listeners, rng)
    except BaseException:  # half of a simulation is none
        store.studies.delete(copied.name)
        raise
    return store.studies.get(copied.name)


def _copy_design(store: Store, study: Study) -> Study:
    name = _name(study.name)
    if name in store.studies.names():
        raise RequestError(
            f"There is a study “{name}” already; delete it with "
            f"“python -m musegen study delete {name}”."
        )
    design = study.design.model_copy(update={"name": name})
    return store.studies.add(study_files.write(design), is_synthetic=True)


def _copy_clips(store: Store, study: Study, copied: Study, rng: np.random.Generator) -> None:
    """Clips with ids that are drawn, so that plans are as the seed says."""
    clips = store.clips.all(study.name) if study.frozen_at else []
    for clip in clips:
        twin = replace(clip, id=_id(rng), study=copied.name)
        store.clips.add(twin, load_clip(store, clip.id))
    if not clips:
        _make_up(store, copied.design, rng)
    store.studies.freeze(copied.name, study.versions)


def _name(name: str) -> str:
    return name[: schema.NAME_LENGTH - len(SUFFIX)].rstrip("-") + SUFFIX


def _make_up(store: Store, design: Design, rng: np.random.Generator) -> None:
    """Clips without music, one for each that the study will have."""
    from musegen import rendering

    silence = rendering.to_mp3(np.zeros((rendering.SAMPLE_RATE, 2), dtype=np.float32))
    for order in orders(design):
        clip = Stimulus(
            id=_id(rng),
            study=design.name,
            genre=order.genre,
            condition=order.condition,
            piece=f"made-up {order.genre} {order.condition} {order.role} {order.number}",
            title="",
            length_s=LENGTH_S,
            role=order.role,
        )
        store.clips.add(clip, silence)


def _id(rng: np.random.Generator) -> str:
    return rng.bytes(16).hex()


def _vote(store: Store, study: Study, listeners: Listeners, rng: np.random.Generator) -> None:
    """Fill in what the participants of a study say, all at once."""
    plan = _plan(store, study)
    if plan.empty:
        return
    people = recruit(plan["participant"], listeners, rng)
    votes = answer(plan, listeners, rng, people=people)
    persons = to_participants(people, votes, rng)
    rows: list[dict[str, Any]] = [
        {
            **{name: vote[name] for name in ("participant", "position", "answer", "sureness")},
            "heard_before": vote["heard_before"] if study.design.ask_heard_before else None,
            **{name: vote[name] for name in ("listened_s", "plays", "response_s")},
            **{name: vote[name] if vote["other_stimulus"] else None for name in _OF_THE_SECOND},
            "created_at": vote["created_at"].to_pydatetime(),
        }
        for vote in votes.to_dict("records")
    ]
    for row in rows:
        row["participant_id"] = row.pop("participant")
    table, said = schema.participants, _answers(study.design, persons, rng)
    with store.database.transaction() as connection:
        connection.execute(sa.insert(schema.votes), rows)
        if said:
            connection.execute(sa.insert(schema.answers), said)
        for person in persons.to_dict("records"):
            connection.execute(
                sa.update(table)
                .where(table.c.id == person["participant"])
                .values(
                    consented_at=person["consented_at"].to_pydatetime(),
                    finished_at=person["finished_at"].to_pydatetime(),
                )
            )


def _answers(
    design: Design, persons: pd.DataFrame, rng: np.random.Generator
) -> list[dict[str, str]]:
    """What persons say of themselves where the design asks, as rows of the table of answers."""
    asked = {*design.before, *design.after}
    rows = []
    for person in persons.to_dict("records"):
        said = {
            name: str(person[column])
            for ask, column in _OF_A_PERSON.items()
            if ask in asked
            for name in questions.NAMES[ask]
        }
        if Ask.MUSICAL_TRAINING in asked:
            said |= training_answers(person["musical_training"], rng)
        rows += [
            {"participant_id": person["participant"], "name": name, "value": value}
            for name, value in said.items()
        ]
    return rows


def training_answers(training: float, rng: np.random.Generator) -> dict[str, str]:
    """Answers to the training items that differ, and whose mean is ``training``, 1 to 7.

    The mean of seven whole numbers comes in sevenths: it is the nearest one. The inverse of
    `musegen.studies.questions.musical_training`.
    """
    items = questions.TRAINING_ITEMS
    least, more = divmod(round(len(items) * training), len(items))
    steps = rng.permutation([least + (i < more) for i in range(len(items))])
    for lower, higher in rng.integers(len(items), size=(len(items), 2)):
        if lower != higher and steps[lower] > 1 and steps[higher] < len(questions.STEPS):
            steps[lower] -= 1
            steps[higher] += 1
    return {
        name: str(8 - step if name in questions.REVERSED_ITEMS else step)
        for name, step in zip(items, steps.tolist(), strict=True)
    }


def _plan(store: Store, study: Study) -> pd.DataFrame:
    """What each participant of a study is to hear, as `answer` takes it, in a fixed order."""
    trial, person = schema.trials.c, schema.participants.c
    wanted = (
        sa.select(
            trial.participant_id, trial.position, trial.role, trial.stimulus_id, trial.other_id
        )
        .select_from(schema.trials.join(schema.participants))
        .where(person.study_id == study.name)
        .order_by(person.consented_at, person.id, trial.position)
    )
    clips = {clip.id: clip for clip in store.clips.all(study.name)}
    with store.database.reading() as connection:
        rows = connection.execute(wanted).all()
    return pd.DataFrame([_trial(study, row, clips) for row in rows])


def _trial(study: Study, row: Any, clips: dict[str, Stimulus]) -> dict[str, Any]:
    first, other = clips[row.stimulus_id], clips.get(row.other_id)
    return {
        "study": study.name,
        "participant": row.participant_id,
        "position": row.position,
        "kind": row.role,
        "question": study.design.question.value,
        "stimulus": first.id,
        "genre": first.genre,
        "truth": first.truth.value,
        "condition": first.condition,
        "piece": first.piece,
        "other_stimulus": "" if other is None else other.id,
        "other_condition": "" if other is None else other.condition,
        "other_piece": "" if other is None else other.piece,
    }
