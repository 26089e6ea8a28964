"""How far studies are, and a mark that no change escapes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from musegen.studies import schema
from musegen.studies.overview import Counts, count_all, mark
from musegen.studies.store import Store
from tests.answered import answered

FILE = "name: {name}\ntitle: A study\ngenres: [chorale]\nclips: 4\ncatch: 1\n"


def test_people_votes_and_clips_are_counted_by_study(store: Store) -> None:
    answered(store, FILE.format(name="one"), people=3)
    store.people.begin("one", language="en")
    store.studies.add(FILE.format(name="two"))
    counts = count_all(store.database)
    assert counts["one"] == Counts(begun=4, finished=3, votes=12, clips=len(store.clips.all("one")))
    assert counts["two"] == Counts()


def test_a_mark_changes_with_whatever_a_study_s_people_do(store: Store) -> None:
    answered(store, FILE.format(name="one"), people=3)
    changes: list[Callable[[], object]] = [
        lambda: store.people.begin("one", language="en"),
        lambda: store.people.answer("one-p0000", {"age-band": "60+"}, when="after"),
        lambda: store.people.delete("one-p0001"),
    ]
    seen = {mark(store.database, "one")}
    for number, change in enumerate(changes, start=2):
        change()
        seen.add(mark(store.database, "one"))
        assert len(seen) == number
    answered(store, FILE.format(name="two"), people=2)
    assert mark(store.database, "one") in seen


def test_a_mark_does_not_come_again_when_a_number_does(store: Store) -> None:
    answered(store, FILE.format(name="one"), people=3)
    before = mark(store.database, "one")
    table = schema.votes
    with store.database.transaction() as connection:
        last = connection.execute(sa.select(table).order_by(table.c.id.desc())).first()
        assert last is not None
        connection.execute(sa.delete(table).where(table.c.id == last.id))
        given = {name: value for name, value in last._asdict().items() if name != "id"}
        given["created_at"] += timedelta(minutes=1)
        given["answer"] = "human" if last.answer == "machine" else "machine"
        connection.execute(sa.insert(table), [given])
    assert mark(store.database, "one") != before
