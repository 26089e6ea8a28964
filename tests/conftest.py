"""What all tests share: a data directory of their own, fresh databases, no network.

Human music is parsed once and kept under ``build/test-cache`` (``MUSEGEN_TEST_CACHE`` may
name another folder); everything else starts empty in every run.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from musegen.studies.store import Store

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.", "::1", "localhost")
UNSET = (
    "MUSEGEN_DATABASE_URL",
    "MUSEGEN_CORPORA",
    "MUSEGEN_MODELS",
    "MUSEGEN_DEBUG",
    "MUSEGEN_PASSWORD_HASH",
)


def pytest_configure(config: pytest.Config) -> None:
    """Point every process of this run, and the ones they start, at one fresh data directory."""
    if hasattr(config, "workerinput"):  # a worker of xdist: its parent has done all this
        return
    data = Path(tempfile.mkdtemp(prefix="musegen-tests-"))
    link_cache(data)
    config.stash[_DATA] = data
    os.environ["MUSEGEN_DATA"] = str(data)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(ROOT / ".hypothesis")
    for name in UNSET:
        os.environ.pop(name, None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the data directory away again."""
    if (data := config.stash.get(_DATA, None)) is not None:
        shutil.rmtree(data, ignore_errors=True)


_DATA = pytest.StashKey[Path]()


def link_cache(data: Path) -> None:
    """Let a fresh data directory share the parsed human music with all others."""
    cache = Path(os.environ.get("MUSEGEN_TEST_CACHE", ROOT / "build" / "test-cache")).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    (data / "cache").symlink_to(cache, target_is_directory=True)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may reach another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and not str(host).startswith(LOOPBACK):
            pytest.fail(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]  # as strange as what was asked for

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _nobody_works_on() -> Iterator[None]:
    """No test leaves a thread behind that makes clips: it would work in the next test's folders."""
    before = set(threading.enumerate())
    yield
    left = [one.name for one in threading.enumerate() if one not in before]
    assert not [name for name in left if name.startswith("clips")]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory for one test, with the parsed human music at hand."""
    data = tmp_path / "data"
    data.mkdir()
    link_cache(data)
    monkeypatch.setenv("MUSEGEN_DATA", str(data))
    return data


@pytest.fixture
def own_caches(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty data directory and nothing that pages keep, before a test and after it."""
    import streamlit as st

    from musegen.studies.pool import Pool

    assert data_dir.is_dir()
    started: list[Pool] = []
    start = Pool.start

    def noted(self: Pool) -> None:
        started.append(self)
        start(self)

    monkeypatch.setattr(Pool, "start", noted)
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    for pool in started:
        pool.stop()
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def page_store(own_caches: None) -> Iterator[Store]:  # noqa: ARG001 - it comes first
    """The database of the pages in this test's data directory."""
    from musegen.studies.store import Store

    opened = Store.open()
    yield opened
    opened.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'votes.db'}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this run's own; gives its address without a database's name."""
    binaries = _postgres_binaries()
    home = Path(tempfile.mkdtemp(prefix="musegen-pg-"))  # short: it holds a socket
    as_user = _postgres_user(home)
    port = free_port()
    cluster, log = home / "cluster", home / "server.log"

    def pg(program: str, *arguments: str) -> None:
        command = [*as_user, str(binaries / program), *arguments]
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=120)
        if done.returncode:
            pytest.fail(f"{program} failed: {done.stdout}{done.stderr}")

    pg("initdb", "-D", str(cluster), "-U", "musegen", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
    try:
        pg("pg_ctl", "-D", str(cluster), "-l", str(log), "-w", "-o", options, "start")
        yield f"postgresql+psycopg://musegen@127.0.0.1:{port}"
    finally:
        pg("pg_ctl", "-D", str(cluster), "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database for one test."""
    import psycopg

    name = f"test_{uuid.uuid4().hex}"
    admin = postgres_server.replace("+psycopg", "") + "/postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # a name of our own making
    yield f"{postgres_server}/{name}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if (path := shutil.which("initdb")) is not None:
        return Path(path).resolve().parent
    pytest.skip("no PostgreSQL server here: install the Debian package postgresql")


def _postgres_user(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root: as root, be the user that Debian made for it."""
    if os.geteuid() != 0:
        return []
    shutil.chown(home, "postgres", "postgres")
    return ["runuser", "-u", "postgres", "--"]


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Stores


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: SQLite's, then PostgreSQL's."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def open_store() -> Iterator[Callable[..., Store]]:
    """`Store.open`, with everything closed at the end."""
    opened: list[Store] = []

    def open_one(url: str, **options: float) -> Store:
        from musegen.studies.store import Store

        opened.append(Store.open(url, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def store(url: str, open_store: Callable[..., Store]) -> Store:
    """An empty store, on SQLite and on PostgreSQL."""
    return open_store(url, busy_timeout_s=2)
