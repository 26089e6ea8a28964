"""Deleting a study in the midst of people: nothing of it is left, and nobody sees a stack trace."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, Event

import numpy as np
import pytest
import sqlalchemy as sa

from musegen.errors import MusegenError, StoreError
from musegen.studies import schema
from musegen.studies.assignment import assign
from musegen.studies.records import PlatformIds
from musegen.studies.store import Store
from tests.stores import STUDY, begun, someone, vote
from tests.studies import add_study

OTHER = "another"
VOTERS = COMERS = 3


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All that is in the database, by table."""
    with store.database.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=str)
            for table in schema.metadata.sorted_tables
        }


def delete(store: Store) -> None:
    """Delete the study, again where the database was busy for too long."""
    for _ in range(20):
        with suppress(StoreError):
            store.studies.delete(STUDY)
            return
    pytest.fail("the study could not be deleted")


def come(store: Store, number: int, seed: int) -> str:
    """Somebody new begins, gets a plan, and says something of themselves."""
    platform = PlatformIds("prolific", f"person-{number}-{seed}") if seed % 2 else None
    participant = store.people.find(store.people.begin(STUDY, language="en", platform=platform))
    if participant is None:  # deleted since
        raise StoreError("gone")
    assign(store, participant.id, rng=np.random.default_rng(seed))
    store.people.answer(participant.id, {"device": "phone"}, when="before")
    return participant.id


def tried(act: Callable[[int], object], together: Barrier, is_gone: Event) -> list[Exception]:
    """What went wrong, trying until the study is gone and once more."""
    found: list[Exception] = []
    together.wait()
    for step in range(100_000):
        was_gone = is_gone.is_set()
        try:
            act(step)
        except Exception as error:  # noqa: BLE001 - looked at by the test
            found.append(error)
        if was_gone:
            break
    return found


def give(store: Store, participant: str, step: int) -> None:
    """A participant votes on the next clip."""
    store.ballots.note_shown(participant, step % 20 + 1)
    store.ballots.add_vote(participant, step % 20 + 1, vote())


def test_whoever_votes_or_begins_while_a_study_is_deleted_is_told(store: Store) -> None:
    begun(store, study=OTHER)
    untouched = rows(store)
    add_study(store, clips=20, stimuli=20)
    acts: list[Callable[[int], object]] = [
        *(partial(give, store, come(store, 99, seed)) for seed in range(VOTERS)),
        *(partial(come, store, number) for number in range(COMERS)),
    ]
    together, is_gone = Barrier(len(acts) + 1), Event()
    with ThreadPoolExecutor(len(acts)) as pool:
        told = [pool.submit(tried, act, together, is_gone) for act in acts]
        together.wait()
        try:
            delete(store)
        finally:
            is_gone.set()
    for one in told:
        errors = one.result()
        assert errors, "the last try, with the study gone, must fail"
        assert [error for error in errors if not isinstance(error, MusegenError)] == []
    assert rows(store) == untouched


@pytest.mark.postgres
def test_a_study_that_goes_while_somebody_gets_a_plan(
    postgres_url: str, open_store: Callable[..., Store]
) -> None:
    """SQLite has one writer at a time; here the study goes between two steps of a transaction."""
    store, other = open_store(postgres_url), open_store(postgres_url)
    add_study(store, clips=4)
    participant = someone(store).id

    def late(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO trials") and other.studies.names():
            other.studies.delete(STUDY)

    engine = store.database._writer
    sa.event.listen(engine, "before_cursor_execute", late)
    try:
        with pytest.raises(StoreError, match="not known any more; please begin the test afresh"):
            assign(store, participant, rng=np.random.default_rng(1))
    finally:
        sa.event.remove(engine, "before_cursor_execute", late)
    assert not any(rows(store).values())


@pytest.mark.postgres
def test_who_comes_while_a_study_is_deleted_does_not_keep_it(
    postgres_url: str, open_store: Callable[..., Store]
) -> None:
    store, other = open_store(postgres_url), open_store(postgres_url, busy_timeout_s=0.3)
    voter = begun(store)
    told: list[MusegenError] = []

    def late(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM votes"):
            for act in (
                lambda: other.people.begin(STUDY, language="en"),
                lambda: other.ballots.add_vote(voter, 1, vote()),
            ):
                try:
                    act()
                except MusegenError as error:
                    told.append(error)

    engine = store.database._writer
    sa.event.listen(engine, "after_cursor_execute", late)
    try:
        store.studies.delete(STUDY)
    finally:
        sa.event.remove(engine, "after_cursor_execute", late)
    assert len(told) == 2
    assert not any(rows(store).values())
