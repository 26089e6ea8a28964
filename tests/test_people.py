"""Participants on SQLite and PostgreSQL: found by their token, sent back by their platform."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from musegen.errors import RequestError, StoreError
from musegen.studies import schema
from musegen.studies.records import Participant, PlatformIds
from musegen.studies.respondents import read_participants, read_platform_ids
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.stores import FILE, STUDY, begun, someone, vote, with_study

SENT = PlatformIds("prolific", "5f1e0c", study="6a2b", session="77aa")


def again(store: Store, participant: Participant) -> Participant:
    """The same participant as the store has them now."""
    with store.database.reading() as connection:
        people = schema.participants.c
        token = connection.scalar(sa.select(people.token).where(people.id == participant.id))
    found = store.people.find(str(token))
    assert found is not None
    return found


def test_tokens_are_long_and_lead_to_one_participant_only(store: Store) -> None:
    with_study(store)
    tokens = {store.people.begin(STUDY, language="en") for _ in range(20)}
    found = {store.people.find(token) for token in tokens}
    assert len(found) == len(tokens) == 20
    assert all(len(token) == schema.TOKEN_LENGTH for token in tokens)
    for foreign in ("", "1", "x" * schema.TOKEN_LENGTH, next(iter(tokens))[:-1], "' OR 1=1 --"):
        assert store.people.find(foreign) is None


def test_every_step_is_kept_and_counts_once(store: Store) -> None:
    with_study(store)
    fresh = someone(store)
    store.people.note_sound_check(fresh.id)
    store.people.note_headphone_check(fresh.id, 5 / 6)
    store.people.answer(fresh.id, {"age-band": "30-44"}, when="before")
    store.people.answer(fresh.id, {}, when="after")
    store.people.finish(fresh.id)
    after = again(store, fresh)
    moments = (
        after.consented_at,
        after.sound_checked_at,
        after.asked_before_at,
        after.asked_after_at,
        after.finished_at,
    )
    assert None not in moments
    assert list(moments) == sorted(moments, key=str)
    assert after.headphone_check == pytest.approx(5 / 6)
    store.people.note_sound_check(fresh.id)
    store.people.note_headphone_check(fresh.id, 0)
    store.people.finish(fresh.id)
    store.people.answer(fresh.id, {"age-band": "60+", "device": "phone"}, when="before")
    assert again(store, fresh) == after
    assert store.people.answers(fresh.id) == {"age-band": "30-44", "device": "phone"}


def test_a_headphone_check_is_a_share(store: Store) -> None:
    with_study(store)
    fresh = someone(store)
    with pytest.raises(RequestError, match="0 to 1"):
        store.people.note_headphone_check(fresh.id, 1.5)
    assert again(store, fresh) == fresh


def test_whom_a_platform_sends_again_goes_on(store: Store) -> None:
    with_study(store)
    token = store.people.begin(STUDY, language="en", platform=SENT)
    assert store.people.begin(STUDY, language="de", platform=replace(SENT, session="8")) == token
    other = store.people.begin(STUDY, language="en", platform=replace(SENT, person="other"))
    elsewhere = store.people.begin(STUDY, language="en", platform=replace(SENT, platform="mturk"))
    assert len({token, other, elsewhere}) == 3


def test_whom_a_platform_sends_twice_at_once_begins_once(store: Store) -> None:
    with_study(store)
    with ThreadPoolExecutor(8) as pool:
        begin = lambda _: store.people.begin(STUDY, language="en", platform=SENT)  # noqa: E731 - one line
        assert len(set(pool.map(begin, range(16)))) == 1
    assert len(read_participants(store, STUDY)) == 1


def test_a_study_that_is_gone_cannot_be_begun(store: Store) -> None:
    with pytest.raises(StoreError, match="no study “a-study” any more"):
        store.people.begin(STUDY, language="en")


def test_no_person_begins_a_study_of_simulated_people(store: Store) -> None:
    store.studies.add(FILE, is_synthetic=True)
    with pytest.raises(RequestError, match="rehearsal with simulated people"):
        store.people.begin(STUDY, language="en")
    assert store.people.find(store.people.begin(STUDY, language="en", is_synthetic=True))


def test_what_no_database_can_hold_is_nobody_and_nothing(store: Store) -> None:
    with_study(store)
    assert store.people.find("\0" * schema.TOKEN_LENGTH) is None
    with pytest.raises(RequestError, match="no study"):
        store.studies.get("a\0study")
    fresh = someone(store)
    store.people.answer(fresh.id, {"comment": "a\0b"}, when="after")
    assert store.people.answers(fresh.id) == {"comment": "ab"}


def test_platform_ids_stand_apart(store: Store) -> None:
    with_study(store)
    participant = store.people.find(store.people.begin(STUDY, language="en", platform=SENT))
    assert participant is not None
    people = read_participants(store, STUDY)
    assert list(people["participant"]) == [participant.id]
    assert SENT.person not in people.to_csv() + read_votes(store).to_csv()
    (row,) = read_platform_ids(store, STUDY).to_dict("records")
    assert row == {
        "participant": participant.id,
        "platform": "prolific",
        "person": "5f1e0c",
        "study": "6a2b",
        "session": "77aa",
    }


def test_training_is_the_mean_of_the_items_with_two_turned_round(store: Store) -> None:
    with_study(store)
    trained, untold = someone(store), someone(store)
    steps = {1: "1", 2: "2", 3: "7", 4: "6", 5: "5", 6: "7", 7: "3"}
    said = {f"gold-msi-{number}": step for number, step in steps.items()}
    store.people.answer(trained.id, said | {"headphones": "yes"}, when="before")
    store.people.answer(untold.id, {"gold-msi-3": "7", "comment": "¡Qué bonito!"}, when="after")
    table = read_participants(store, STUDY).set_index("participant")
    assert table.loc[trained.id, "musical_training"] == pytest.approx(
        (7 + 6 + 7 + 6 + 5 + 7 + 3) / 7
    )
    assert table.loc[trained.id, "headphones"] == "yes"
    assert table["musical_training"].isna()[untold.id]
    items = [f"gold_msi_{number}" for number in steps]
    assert [str(table.loc[trained.id, item]) for item in items] == list(steps.values())
    assert table.loc[untold.id, items].isna().tolist() == [True, True, False, *[True] * 4]
    assert table.loc[untold.id, "comment"] == "¡Qué bonito!"


def test_people_who_voted_and_who_finished_are_counted(store: Store) -> None:
    participant = begun(store)
    someone(store)
    assert store.people.count(STUDY) == (0, 0)
    store.ballots.add_vote(participant, 1, vote())
    store.ballots.add_vote(participant, 2, vote())
    assert store.people.count(STUDY) == (1, 0)
    store.people.finish(participant)
    assert store.people.count(STUDY) == (1, 1)


def test_a_deleted_participant_leaves_nothing_behind(store: Store) -> None:
    participant, other = begun(store), someone(store)
    store.people.answer(participant, {"device": "phone"}, when="before")
    store.ballots.add_vote(participant, 1, vote())
    with store.database.transaction() as connection:
        row = {"participant_id": participant, "study_id": STUDY, "platform": "prolific"}
        row |= {"person": "P", "platform_study": "", "session": ""}
        connection.execute(sa.insert(schema.platform_ids), row)
    store.people.delete(participant)
    with store.database.reading() as connection:
        for table in schema.metadata.sorted_tables:
            rows = connection.execute(sa.select(table)).all()
            assert participant not in str(rows), table.name
    assert list(read_participants(store, STUDY)["participant"]) == [other.id]
    with pytest.raises(RequestError, match="no participant"):
        store.people.delete(participant)


def test_an_answer_that_arrives_while_deleting_is_one_sentence(store: Store) -> None:
    participant = begun(store)

    def late(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM platform_ids"):
            row = {"participant_id": participant, "name": "device", "value": "phone"}
            connection.execute(sa.insert(schema.answers), row)

    engine = store.database._writer
    sa.event.listen(engine, "after_cursor_execute", late)
    try:
        with pytest.raises(StoreError, match="An answer arrived while this was being deleted"):
            store.people.delete(participant)
    finally:
        sa.event.remove(engine, "after_cursor_execute", late)
    assert store.ballots.trials(participant)
    store.people.delete(participant)
    assert not store.ballots.trials(participant)


def test_no_column_could_hold_the_address_of_a_computer() -> None:
    names = {column.name for table in schema.metadata.tables.values() for column in table.c}
    assert not [name for name in names if "ip" in name.split("_") or "address" in name]
