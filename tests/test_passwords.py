"""Passwords: hashes that keep them, and a doorkeeper who makes guessing slow."""

from __future__ import annotations

import os
import pty
import re
import sys
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from musegen.cli import app
from musegen.errors import AccessError, RequestError
from musegen.passwords import (
    FORGET_AFTER_S,
    SHORTEST,
    Cost,
    Doorkeeper,
    doorkeeper,
    hash_password,
    is_right,
)
from tests.conftest import ROOT
from tests.researcher import CHEAP, HASH, PASSWORD, Clock
from tests.test_cli import read_json, shell


@given(st.text(min_size=SHORTEST, max_size=60), st.text(max_size=60))
def test_only_the_password_opens_its_hash(password: str, other: str) -> None:
    hashed = hash_password(password, cost=CHEAP)
    assert is_right(password, hashed)
    assert not is_right(password + "!", hashed)
    assert not is_right(password[:-1], hashed)
    assert password == other or not is_right(other, hashed)


def test_a_nul_at_the_end_counts() -> None:
    assert not is_right(PASSWORD, hash_password(PASSWORD + "\0", cost=CHEAP))


def test_a_hash_tells_nothing_and_costs_what_it_should() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first != second, "each has a salt of its own"
    assert re.fullmatch(r"scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}", first)
    assert PASSWORD not in first
    assert is_right(PASSWORD, first)


def test_one_letter_written_in_two_ways_is_one() -> None:
    assert is_right("gru\u0308n wie Gras", hash_password("gr\u00fcn wie Gras", cost=CHEAP))


@pytest.mark.parametrize("password", ["", "short", "x" * 1001])
def test_a_password_of_an_odd_length_is_refused(password: str) -> None:
    with pytest.raises(
        RequestError, match=f"10 to 1,000 characters, and this one {len(password):,}"
    ):
        hash_password(password, cost=CHEAP)


@pytest.mark.parametrize(
    "hashed",
    [
        "",
        "violets-under-grey-elms",
        HASH.rpartition("$")[0],
        HASH[:-1],
        HASH + "$",
        HASH.replace("scrypt", "bcrypt"),
        HASH.replace("$16$", "$17$"),
        HASH.replace("$16$", "$0$"),
        HASH.replace("$16$", "$sixteen$"),
        HASH.replace("$16$1$1$", "$1073741824$8$1$"),  # a terabyte
        HASH.replace("$16$1$1$", "$16$1$1000000000$"),
        HASH[:-4] + "ü" * 4,
    ],
)
def test_a_damaged_hash_is_said_so(hashed: str) -> None:
    with pytest.raises(AccessError, match="make a new one with"):
        is_right(PASSWORD, hashed)


def test_each_failure_doubles_the_wait() -> None:
    clock = Clock()
    keeper = Doorkeeper(clock)
    waits = []
    for _ in range(8):
        assert keeper.attempt("wrong", HASH).was_checked
        waits.append(keeper.wait_s())
        clock.now += keeper.wait_s()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_nothing_is_looked_at_during_the_wait() -> None:
    clock = Clock()
    keeper = Doorkeeper(clock)
    keeper.attempt("wrong", HASH)
    clock.now += 0.9
    early = keeper.attempt(PASSWORD, HASH)
    assert not early.is_right
    assert not early.was_checked
    assert keeper.wait_s() == pytest.approx(0.1), "a try too soon does not lengthen the wait"
    clock.now += 0.11
    assert keeper.attempt(PASSWORD, HASH).is_right


def test_the_right_password_ends_the_slowness() -> None:
    clock = Clock()
    keeper = Doorkeeper(clock)
    for _ in range(5):
        keeper.attempt("wrong", HASH)
        clock.now += keeper.wait_s()
    assert keeper.attempt(PASSWORD, HASH).is_right
    assert keeper.wait_s() == 0
    keeper.attempt("wrong", HASH)
    assert keeper.wait_s() == 1


def test_a_long_calm_ends_it_too() -> None:
    clock = Clock()
    keeper = Doorkeeper(clock)
    for _ in range(7):
        keeper.attempt("wrong", HASH)
        clock.now += keeper.wait_s()
    clock.now += FORGET_AFTER_S + 1
    keeper.attempt("wrong", HASH)
    assert keeper.wait_s() == 1


def test_a_damaged_hash_is_no_failure_of_the_visitor() -> None:
    keeper = Doorkeeper(Clock())
    with pytest.raises(AccessError):
        keeper.attempt(PASSWORD, "damaged")
    assert keeper.wait_s() == 0


def test_fifty_who_guess_at_once_get_one_guess() -> None:
    clock = Clock()
    keeper = Doorkeeper(clock)
    hashed = hash_password(PASSWORD, cost=Cost(n=2**10, r=8, p=1))
    together = threading.Barrier(50)

    def guess(number: int) -> bool:
        together.wait(timeout=60)
        return keeper.attempt(f"guess {number}", hashed).was_checked

    with ThreadPoolExecutor(50) as pool:
        for expected_s in (1, 2, 4):
            assert sum(pool.map(guess, range(50))) == 1
            assert keeper.wait_s() == expected_s
            clock.now += expected_s


def test_a_process_has_one_doorkeeper() -> None:
    assert doorkeeper() is doorkeeper()


# ---- python -m musegen study password


def make_password(*lines: str, options: tuple[str, ...] = ()) -> Result:
    """Type ``lines`` at the command's questions."""
    text = "".join(f"{line}\n" for line in lines)
    return CliRunner().invoke(app, ["study", "password", *options], input=text)


def test_the_command_prints_what_the_secrets_need() -> None:
    done = make_password(PASSWORD, PASSWORD)
    assert done.exit_code == 0, done.output
    secrets = tomllib.loads(done.stdout)
    assert is_right(PASSWORD, secrets["researchers"]["password_hash"])
    assert PASSWORD not in done.output
    assert "MUSEGEN_PASSWORD_HASH" in done.stderr


def test_the_command_speaks_json() -> None:
    done = make_password(PASSWORD, PASSWORD, options=("--json",))
    assert is_right(PASSWORD, read_json(done.stdout)["password_hash"])


@pytest.mark.parametrize(
    ("lines", "says"),
    [((PASSWORD, PASSWORD + "!"), "differ"), (("short", "short"), "10 to 1,000 characters")],
)
def test_the_command_takes_no_unsure_password(lines: tuple[str, str], says: str) -> None:
    done = make_password(*lines)
    assert done.exit_code == 2
    assert "scrypt" not in done.output
    assert says in done.stderr


def test_without_a_terminal_the_command_says_so() -> None:
    done = shell("study", "password")
    assert done.returncode == 2
    assert "run this command in a terminal" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.timeout(60)
def test_on_a_terminal_nothing_that_is_typed_is_shown() -> None:
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "musegen", "study", "password"])
    shown = b""
    for prompt in (b"New password: ", b"The same once more: "):
        shown = read_until(terminal, prompt, shown)
        os.write(terminal, f"{PASSWORD}\n".encode())
    shown = read_until(terminal, b'"\r\n', shown)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"scrypt$" in shown
    assert PASSWORD.encode() not in shown


def read_until(terminal: int, end: bytes, shown: bytes) -> bytes:
    """What a terminal shows, up to ``end``."""
    start = len(shown)
    while end not in shown[start:]:
        shown += os.read(terminal, 1024)
    return shown
