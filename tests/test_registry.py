"""Studies in the database: taken up, found, opened, closed, deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from musegen.errors import RequestError, StoreError
from musegen.studies import schema
from musegen.studies.registry import STUDY_VARIABLE, Status
from musegen.studies.store import Store
from tests.stores import FILE, STUDY, begun, spoil, vote

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)


def test_a_study_is_as_its_file_says(store: Store) -> None:
    study = store.studies.add(FILE)
    assert (study.name, study.design.clips, study.design.genres) == (STUDY, 4, ("chorale",))
    assert study.file == FILE
    assert store.studies.all() == [study]


def test_a_name_is_given_once(store: Store) -> None:
    store.studies.add(FILE)
    with pytest.raises(RequestError, match="“a-study” already; give the new one another name"):
        store.studies.add(FILE)


def test_an_unknown_study_is_said_with_those_there_are(store: Store) -> None:
    with pytest.raises(RequestError, match="no study “nothing”; there is none yet"):
        store.studies.get("nothing")
    store.studies.add(FILE)
    with pytest.raises(RequestError, match="there is “a-study”"):
        store.studies.get("nothing")


def test_one_study_stands_from_the_beginning(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.studies.standing().name == "was-this-human"
    assert store.studies.standing() == store.studies.standing()
    store.studies.add(FILE)
    monkeypatch.setenv(STUDY_VARIABLE, STUDY)
    assert store.studies.standing().name == STUDY
    monkeypatch.setenv(STUDY_VARIABLE, "nothing")
    with pytest.raises(RequestError, match="no study “nothing”"):
        store.studies.standing()


def test_a_study_is_made_then_open_then_closed(store: Store) -> None:
    store.studies.add(FILE)
    assert store.studies.get(STUDY).status(NOW) is Status.MAKING
    store.studies.freeze(STUDY, {"musegen": "1.0"})
    frozen = store.studies.get(STUDY)
    assert frozen.status(NOW) is Status.OPEN
    store.studies.freeze(STUDY, {"musegen": "2.0"})
    assert store.studies.get(STUDY) == frozen
    store.studies.close(STUDY)
    assert store.studies.get(STUDY).status(NOW) is Status.CLOSED
    store.studies.reopen(STUDY)
    assert store.studies.get(STUDY) == frozen
    assert frozen.versions == {"musegen": "1.0"}


def test_dates_open_and_close(store: Store) -> None:
    store.studies.add(FILE + "opens: 2030-05-01 14:00:00+02:00\ncloses: 2030-06-01\n")
    store.studies.freeze(STUDY, {})
    study = store.studies.get(STUDY)
    assert study.status(NOW - timedelta(seconds=1)) is Status.COMING
    assert study.status(NOW) is Status.OPEN
    june = datetime(2030, 6, 1, tzinfo=UTC)
    assert study.status(june - timedelta(seconds=1)) is Status.OPEN
    assert study.status(june) is Status.CLOSED


def test_a_deleted_study_leaves_nothing_and_others_alone(store: Store) -> None:
    begun(store, study="another")
    store.ballots.add_vote(begun(store), 1, vote())
    store.studies.delete(STUDY)
    assert [study.name for study in store.studies.all()] == ["another"]
    with store.database.reading() as connection:
        counts = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in schema.metadata.sorted_tables
        }
    assert counts == {
        "studies": 1, "stimuli": 4, "sounds": 4, "participants": 1, "trials": 4, "votes": 0,
        "answers": 0, "platform_ids": 0,
    }  # fmt: skip


def test_a_study_that_cannot_be_read_harms_no_other_and_can_be_deleted(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    begun(store, study="another")
    store.ballots.add_vote(begun(store), 1, vote())
    spoil(store)
    assert [study.name for study in store.studies.all()] == ["another"]
    assert "“a-study” was written for another musegen" in caplog.text
    assert store.studies.unreadable() == [STUDY]
    assert store.studies.names() == ["another", STUDY]
    with pytest.raises(StoreError, match="update musegen, or delete the study"):
        store.studies.get(STUDY)
    with pytest.raises(RequestError, match="there is “another”, “a-study”"):
        store.studies.get("nothing")
    store.studies.close(STUDY)
    store.studies.delete(STUDY)
    assert store.studies.names() == ["another"]
    assert store.studies.unreadable() == []
    with pytest.raises(RequestError, match="no study “a-study”"):
        store.studies.delete(STUDY)
