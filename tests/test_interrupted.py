"""Making a study that is stopped half-way by a real signal, and gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from musegen.studies import schema
from musegen.studies.clip_files import clip_path
from musegen.studies.clip_orders import orders
from musegen.studies.making import order_of
from musegen.studies.store import Store
from tests.conftest import ROOT

FILE = """\
name: stopped
title: Stopped
genres: [fiddle]
clips: 2
stimuli: 2
clip_length_s: [8, 14]
"""
PATIENCE_S = 120
"""However busy the machine is."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

Making = subprocess.Popen[str]


@contextmanager
def making(file: Path) -> Iterator[Making]:
    """``study create`` by two processes, which are a group of their own as on a terminal."""
    command = [sys.executable, "-m", "musegen", "study", "create", str(file), "--jobs", "2"]
    # Tests that were started in the background are deaf to Ctrl-C, and what they start is, too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        started = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with started as process:
        try:
            yield process
        finally:
            if is_there(process.pid):
                os.killpg(process.pid, signal.SIGKILL)


def is_there(group: int) -> bool:
    """Whether any process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def made(store: Store) -> dict[str, datetime]:
    """When each clip that is there was made, by its id."""
    table = schema.stimuli.c
    with store.database.reading() as connection:
        found = connection.execute(sa.select(table.id, table.created_at))
        return {row.id: row.created_at for row in found}


@pytest.mark.parametrize(
    ("send", "number", "status"),
    [(os.killpg, signal.SIGINT, 130), (os.kill, signal.SIGTERM, 143)],
    ids=["ctrl-c", "terminate"],
)
def test_a_study_stopped_while_it_is_made_goes_on(
    data_dir: Path, tmp_path: Path, send: Callable[[int, int], None], number: int, status: int
) -> None:
    """A terminal sends Ctrl-C to all processes of the command; `kill` tells the first alone."""
    assert data_dir.is_dir()
    file = tmp_path / "stopped.yaml"
    file.write_text(FILE, encoding="utf-8")
    store = Store.open()
    try:
        with making(file) as process:
            wait_until(lambda: bool(made(store)) or process.poll() is not None)
            send(process.pid, number)
            out, err = process.communicate(timeout=PATIENCE_S)
            wait_until(lambda: not is_there(process.pid))
        assert (process.returncode, out) == (status, "")
        assert err == "Stopped; the clips made so far are kept. The same command goes on.\n"
        kept = made(store)
        wanted = orders(store.studies.get("stopped").design)
        assert 0 < len(kept) < len(wanted) == 4
        assert all(clip_path(id_).is_file() for id_ in kept)
        assert store.studies.get("stopped").frozen_at is None

        with making(file) as process:
            out, err = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, err) == (0, "")
        assert "“stopped” has its 4 clips and is open" in out
        assert kept.items() <= made(store).items()
        clips = store.clips.all("stopped")
        assert {order_of(clip) for clip in clips} == set(wanted)
        assert len(clips) == len(wanted)
        assert store.studies.get("stopped").frozen_at is not None
    finally:
        store.close()
