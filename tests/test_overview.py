"""How far studies are, and a mark that no change escapes."""

from __future__ import annotations

from collections.abc import Callable

from musegen.studies.overview import Counts, count_all, mark
from musegen.studies.store import Store
from tests.answered import answered

FILE = "name: {name}\ntitle: A study\ngenres: [chorale]\nclips: 4\ncatch: 1\n"


def test_people_votes_and_clips_are_counted_by_study(store: Store) -> None:
    answered(store, FILE.format(name="one"), people=3)
    store.people.begin("one", language="en")
    store.studies.add(FILE.format(name="two"))
    counts = count_all(store.database)
    assert counts["one"] == Counts(
        begun=4, finished=3, votes=12, clips=len(store.library.all("one"))
    )
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
