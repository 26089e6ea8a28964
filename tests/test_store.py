"""The store on SQLite and on a real PostgreSQL: what is stored stays, what fails says why."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import schema
from musegen.studies.assignment import CLIPS, assign
from musegen.studies.records import Condition, HeardBefore, Maker, Sureness, Vote
from musegen.studies.store import Store
from musegen.studies.votes import (
    COLUMNS,
    from_csv,
    from_parquet,
    read_votes,
    to_csv,
    to_parquet,
)
from tests.studies import add_clips, clip, vote


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def open_store() -> Iterator[Callable[..., Store]]:
    """`Store.open`, with everything closed at the end."""
    opened: list[Store] = []

    def open_one(url: str, **options: float) -> Store:
        opened.append(Store.open(url, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def store(url: str, open_store: Callable[..., Store]) -> Store:
    return open_store(url, busy_timeout_s=2)


def begun(store: Store) -> str:
    """The id of a participant with a plan."""
    add_clips(store)
    participant = store.participant(store.new_participant())
    assert participant is not None
    assign(store, participant.id, rng=np.random.default_rng(1))
    return participant.id


def test_a_vote_is_there_for_the_next_process(
    store: Store, url: str, open_store: Callable[..., Store]
) -> None:
    participant = begun(store)
    before = datetime.now(UTC)
    given = Vote(Maker.MACHINE, Sureness.FAIRLY_SURE, HeardBefore.MAYBE, 12.34)
    store.note_shown(participant, 3)
    assert store.add_vote(participant, 3, given)
    store.close()

    votes = read_votes(open_store(url))
    assert list(votes.columns) == list(COLUMNS)
    row = votes.iloc[0]
    assert (len(votes), row.participant, row.position) == (1, participant, 3)
    assert (row.answer, row.sureness, row.heard_before) == ("machine", 2, "maybe")
    assert row.listened_s == 12.34
    assert 0 <= row.response_s < 60
    assert before <= row.created_at <= datetime.now(UTC)
    truths = {s.id: (s.truth.value, s.genre, s.piece) for s in store.stimuli()}
    assert (row.truth, row.genre, row.piece) == truths[row.stimulus]


def test_a_double_click_is_one_vote(store: Store) -> None:
    participant = begun(store)
    assert store.add_vote(participant, 1, vote(Maker.HUMAN))
    assert not store.add_vote(participant, 1, vote(Maker.MACHINE))
    assert list(read_votes(store)["answer"]) == ["human"]


def test_many_clicks_at_once_are_one_vote(store: Store) -> None:
    participant = begun(store)
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _: store.add_vote(participant, 1, vote()), range(16)))
    assert stored.count(True) == 1
    assert len(read_votes(store)) == 1


def test_the_plan_and_the_place_in_it_are_kept(
    store: Store, url: str, open_store: Callable[..., Store]
) -> None:
    participant = begun(store)
    plan = [trial.stimulus_id for trial in store.trials(participant)]
    store.add_vote(participant, 1, vote())
    store.add_vote(participant, 2, vote())
    trials = open_store(url).trials(participant)
    assert [trial.stimulus_id for trial in trials] == plan
    assert [trial.position for trial in trials] == list(range(1, CLIPS + 1))
    assert [trial.is_answered for trial in trials] == [True, True] + [False] * (CLIPS - 2)


def test_the_truth_is_told_only_of_answered_clips(store: Store) -> None:
    participant = begun(store)
    assert store.verdicts(participant) == []
    store.add_vote(participant, 4, vote(Maker.HUMAN))
    (verdict,) = store.verdicts(participant)
    assert verdict.position == 4
    assert verdict.is_right == (verdict.stimulus.truth is Maker.HUMAN)
    assert not any(hasattr(trial, "truth") for trial in store.trials(participant))


def test_response_time_counts_from_the_first_showing(store: Store) -> None:
    participant = begun(store)
    store.note_shown(participant, 1)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with store.database.transaction() as connection:
        connection.execute(sa.update(schema.trials).values(shown_at=long_ago))
    store.note_shown(participant, 1)
    store.add_vote(participant, 1, vote())
    expected = (datetime.now(UTC) - long_ago).total_seconds()
    assert read_votes(store)["response_s"].iloc[0] == pytest.approx(expected, abs=60)


def test_tokens_are_long_and_lead_to_one_participant_only(store: Store) -> None:
    tokens = {store.new_participant() for _ in range(20)}
    found = {store.participant(token) for token in tokens}
    assert len(found) == len(tokens) == 20
    assert all(len(token) == schema.TOKEN_LENGTH for token in tokens)
    for foreign in ("", "1", "x" * schema.TOKEN_LENGTH, next(iter(tokens))[:-1], "' OR 1=1 --"):
        assert store.participant(foreign) is None


def test_the_sound_check_is_kept(store: Store) -> None:
    token = store.new_participant()
    before = store.participant(token)
    assert before is not None
    assert before.sound_checked_at is None
    store.note_sound_check(before.id)
    after = store.participant(token)
    assert after is not None
    assert after.sound_checked_at is not None
    assert after.sound_checked_at >= after.consented_at


def test_only_people_who_voted_are_counted(store: Store) -> None:
    participant = begun(store)
    store.new_participant()
    assert store.count_participants() == 0
    store.add_vote(participant, 1, vote())
    store.add_vote(participant, 2, vote())
    assert store.count_participants() == 1


def test_a_piece_has_one_clip_only(store: Store) -> None:
    first = clip(piece="bwv1.6")
    assert store.add_stimulus(first, b"abc")
    assert not store.add_stimulus(clip(piece="bwv1.6"), b"def")
    assert store.stimuli() == [first]
    assert store.sound(first.id) == b"abc"
    assert store.count_stimuli() == {("chorale", Condition.HUMAN): 1}


def test_a_missing_sound_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="clip is missing"):
        store.sound("nothing")


def test_a_vote_on_a_clip_outside_the_plan_is_refused(store: Store) -> None:
    participant = begun(store)
    with pytest.raises(StoreError, match="cannot be stored as it is"):
        store.add_vote(participant, CLIPS + 1, vote())
    assert read_votes(store).empty


def test_the_log_survives_csv_and_parquet(store: Store) -> None:
    participant = begun(store)
    for position in range(1, CLIPS + 1):
        store.note_shown(participant, position)
        store.add_vote(participant, position, vote(list(Maker)[position % 2]))
    votes = read_votes(store)
    assert len(votes) == CLIPS
    pd.testing.assert_frame_equal(from_csv(to_csv(votes)), votes)
    pd.testing.assert_frame_equal(from_parquet(to_parquet(votes)), votes)


def test_an_empty_log_survives_too(store: Store) -> None:
    votes = read_votes(store)
    assert votes.empty
    pd.testing.assert_frame_equal(from_csv(to_csv(votes)), votes)
    pd.testing.assert_frame_equal(from_parquet(to_parquet(votes)), votes)


def test_migrations_make_what_the_code_expects(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_clips_made_before_there_were_conditions_get_theirs(
    store: Store, url: str, open_store: Callable[..., Store]
) -> None:
    add_clips(store, genres=("chorale",), of_each=1)
    with store.database.transaction() as connection:
        connection.execute(sa.text("ALTER TABLE stimuli DROP COLUMN condition"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    reopened = open_store(url)
    assert reopened.count_stimuli() == {
        ("chorale", Condition.HUMAN): 1,
        ("chorale", Condition.EVENT): 1,
    }
    with pytest.raises(sa.exc.IntegrityError), reopened.database.transaction() as connection:
        connection.execute(sa.text("UPDATE stimuli SET condition = 'nobody'"))


def test_a_log_from_before_there_were_conditions_is_read(store: Store) -> None:
    participant = begun(store)
    store.add_vote(participant, 1, vote())
    votes = read_votes(store)
    old = from_csv(to_csv(votes.drop(columns="condition")))
    assert list(old["condition"]) == [
        {"human": "human", "machine": "event"}[truth] for truth in votes["truth"]
    ]


def test_a_migration_that_fails_leaves_nothing_behind(
    store: Store, url: str, open_store: Callable[..., Store]
) -> None:
    with store.database.transaction() as connection:
        connection.execute(sa.text("DROP TABLE votes"))
        connection.execute(sa.text("DELETE FROM alembic_version"))
        connection.execute(sa.text("DROP TABLE trials"))
        connection.execute(sa.text("DROP TABLE sounds"))
        connection.execute(sa.text("DROP TABLE stimuli"))
    with pytest.raises(StoreError, match="not one that musegen made"):  # participants is there
        open_store(url)
    with store.database.reading() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {"alembic_version", "participants"}


def test_two_processes_may_start_at_once(url: str, open_store: Callable[..., Store]) -> None:
    program = f"from musegen.studies.store import Store; Store.open({url!r}).new_participant()"
    running = [
        subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with open_store(url).database.reading() as connection:
        count = sa.select(sa.func.count()).select_from(schema.participants)
        assert connection.scalar(count) == 4


def test_many_threads_may_open_at_once(url: str, open_store: Callable[..., Store]) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: open_store(url), range(8)))
    assert all(store.stimuli() == [] for store in stores)


def test_a_database_of_a_newer_musegen_is_left_alone(
    store: Store, url: str, open_store: Callable[..., Store]
) -> None:
    with store.database.transaction() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer musegen; update musegen"):
        open_store(url)


def test_a_locked_sqlite_is_said_and_the_vote_can_be_given_again(
    sqlite_url: str, open_store: Callable[..., Store]
) -> None:
    store = open_store(sqlite_url, busy_timeout_s=0.1)
    participant = begun(store)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="used by another program; wait a moment and try again"):
        store.add_vote(participant, 1, vote())
    other.execute("ROLLBACK")
    other.close()
    assert store.add_vote(participant, 1, vote())
    assert len(read_votes(store)) == 1


@pytest.mark.postgres
def test_a_locked_postgres_is_said(postgres_url: str, open_store: Callable[..., Store]) -> None:
    store = open_store(postgres_url, busy_timeout_s=0.1)
    participant = begun(store)
    with open_store(postgres_url).database.transaction() as other:
        other.execute(sa.text("LOCK TABLE votes"))
        with pytest.raises(StoreError, match="used by another program"):
            store.add_vote(participant, 1, vote())
    assert store.add_vote(participant, 1, vote())


def test_sqlite_writes_ahead(sqlite_url: str, open_store: Callable[..., Store]) -> None:
    with open_store(sqlite_url).database.reading() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_a_database_that_went_away_is_said_and_not_made_anew(
    sqlite_url: str, open_store: Callable[..., Store]
) -> None:
    store = open_store(sqlite_url)
    participant = begun(store)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    kept = path.rename(path.with_name("kept.db"))
    with pytest.raises(StoreError, match=r"votes\.db” is gone or cannot be opened; put it back"):
        store.add_vote(participant, 1, vote())
    assert not path.exists()
    kept.rename(path)
    assert store.add_vote(participant, 1, vote())


def test_a_database_that_may_only_be_read_is_said(
    sqlite_url: str, open_store: Callable[..., Store]
) -> None:
    begun(open_store(sqlite_url))
    path = sqlite_url.removeprefix("sqlite:///")
    store = open_store(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert len(store.stimuli()) == 20
    with pytest.raises(StoreError, match="may not be written"):
        store.new_participant()


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, open_store: Callable[..., Store]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="set MUSEGEN_DATA to a folder that may be written"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'votes.db'}")


def test_a_file_that_is_no_database_is_said(
    tmp_path: Path, open_store: Callable[..., Store]
) -> None:
    path = tmp_path / "votes.db"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreError, match="damaged or no database; put back a copy"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"this is a letter")


@pytest.mark.parametrize(
    "url", ["not an address", "sqlite://", "mysql://host/name", "nonsense://host/name"]
)
def test_an_address_that_cannot_be_used_is_said(url: str, open_store: Callable[..., Store]) -> None:
    with pytest.raises(StoreError, match="address cannot be used; set MUSEGEN_DATABASE_URL"):
        open_store(url)


def test_a_postgres_that_is_not_there_is_said_without_its_password(
    free_port: int, open_store: Callable[..., Store]
) -> None:
    with pytest.raises(StoreError, match=r"does not answer; see that it runs") as caught:
        open_store(f"postgresql+psycopg://me:secret@127.0.0.1:{free_port}/votes")
    assert "secret" not in str(caught.value)


@pytest.mark.postgres
def test_a_postgres_that_comes_back_is_used_again(
    postgres_url: str, open_store: Callable[..., Store]
) -> None:
    store = open_store(postgres_url)
    participant = begun(store)
    with store.database.transaction() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> {}"
        own = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        connection.execute(sa.text(others.format(own) + " AND datname = current_database()"))
    assert store.add_vote(participant, 1, vote())


@pytest.fixture
def free_port() -> int:
    from tests.conftest import free_port as find

    return find()
