"""The database, SQLite's and a real PostgreSQL: what fails says why, and nothing is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import schema
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.stores import FILE, STUDY, begun, vote


def test_a_migration_that_fails_leaves_nothing_behind(
    store: Store, url: str, open_store: Callable[..., Store]
) -> None:
    with store.database.transaction() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
        for table in reversed(schema.metadata.sorted_tables):
            if table.name not in ("participants", "studies"):
                connection.execute(sa.text(f"DROP TABLE {table.name}"))
    with pytest.raises(StoreError, match="not one that musegen made"):  # participants is there
        open_store(url)
    with store.database.reading() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {
            "alembic_version",
            "participants",
            "studies",
        }


def test_two_processes_may_start_at_once(url: str, open_store: Callable[..., Store]) -> None:
    program = f"from musegen.studies.store import Store; Store.open({url!r}).studies.standing()"
    running = [
        subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert len(open_store(url).studies.all()) == 1


def test_many_threads_may_open_at_once(url: str, open_store: Callable[..., Store]) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: open_store(url), range(8)))
    assert all(store.studies.all() == [] for store in stores)


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
        store.ballots.add_vote(participant, 1, vote())
    other.execute("ROLLBACK")
    other.close()
    assert store.ballots.add_vote(participant, 1, vote())
    assert len(read_votes(store)) == 1


@pytest.mark.postgres
def test_a_locked_postgres_is_said(postgres_url: str, open_store: Callable[..., Store]) -> None:
    store = open_store(postgres_url, busy_timeout_s=0.1)
    participant = begun(store)
    with open_store(postgres_url).database.transaction() as other:
        other.execute(sa.text("LOCK TABLE votes"))
        with pytest.raises(StoreError, match="used by another program"):
            store.ballots.add_vote(participant, 1, vote())
    assert store.ballots.add_vote(participant, 1, vote())


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
        store.ballots.add_vote(participant, 1, vote())
    assert not path.exists()
    kept.rename(path)
    assert store.ballots.add_vote(participant, 1, vote())


def test_a_database_that_may_only_be_read_is_said(
    sqlite_url: str, open_store: Callable[..., Store]
) -> None:
    begun(open_store(sqlite_url))
    path = sqlite_url.removeprefix("sqlite:///")
    store = open_store(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert len(store.clips.all(STUDY)) == 4
    with pytest.raises(StoreError, match="may not be written"):
        store.studies.add(FILE.replace(STUDY, "another"))


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
    assert store.ballots.add_vote(participant, 1, vote())


@pytest.fixture
def free_port() -> int:
    from tests.conftest import free_port as find

    return find()
