"""Passwords: kept as hashes only, and slow to guess.

A hash is one line, ``scrypt$n$r$p$salt$key``; salt and key are URL-safe base64 without padding,
so that the line needs no quotes in a shell's or a service's settings but for its dollars.
"""

from __future__ import annotations

import binascii
import hmac
import secrets
import threading
import time
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from musegen.errors import AccessError, RequestError

SHORTEST = 10
LONGEST = 1000
"""Characters of a password."""

SALT_BYTES = 16
KEY_BYTES = 32
MOST_MEMORY = 2**28
"""Bytes that checking one password may take."""

LONGEST_WAIT_S = 60.0
FORGET_AFTER_S = 900.0
"""Failures are forgotten after so long a calm: fewer guesses than one each `LONGEST_WAIT_S`."""


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear scrypt makes each guess; ``128·n·r`` bytes of memory, time by ``n·r·p``."""

    n: int = 2**15
    r: int = 8
    p: int = 3
    # 32 MiB and a quarter of a second: one of the settings that OWASP's Password Storage
    # Cheat Sheet holds equal, and the one that a small server can bear.


def hash_password(password: str, *, cost: Cost | None = None) -> str:
    """The line to keep in place of ``password``; another one at each call.

    Raises
    ------
    RequestError
        When the password is shorter than `SHORTEST` or longer than `LONGEST`.
    """
    length = len(password)
    if not SHORTEST <= length <= LONGEST:
        raise RequestError(
            f"A password has {SHORTEST} to {LONGEST:,} characters, and this one {length:,}; "
            "choose another, such as four words that nobody would put together."
        )
    cost = cost or Cost()
    salt = secrets.token_bytes(SALT_BYTES)
    key = _scrypt(password, salt, cost)
    return f"scrypt${cost.n}${cost.r}${cost.p}${_to_text(salt)}${_to_text(key)}"


def is_right(password: str, hashed: str) -> bool:
    """Whether ``hashed`` was made from ``password``, in a time that tells nothing else.

    Raises
    ------
    AccessError
        When ``hashed`` is no line of `hash_password`.
    """
    cost, salt, key = _parse(hashed)
    return hmac.compare_digest(_scrypt(password[:LONGEST], salt, cost), key)


def check_hash(hashed: str) -> str:
    """``hashed`` itself, if it is a line of `hash_password`; else raises `AccessError`."""
    _parse(hashed)
    return hashed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a try: the password was right, or wrong, or not even looked at."""

    is_right: bool
    was_checked: bool


@dataclass(slots=True)
class Doorkeeper:
    """Lets passwords be tried one at a time, each wrong one followed by a longer wait.

    The waits are 1, 2, 4 … s up to `LONGEST_WAIT_S`, for everybody together: whoever guesses could
    else begin anew with each new browser. A try during the wait is not looked at and does not
    lengthen it.

    Parameters
    ----------
    clock
        Seconds that never go back.
    """

    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _free_at_s: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def attempt(self, password: str, hashed: str) -> Verdict:
        """Try ``password``; raises `AccessError` as `is_right` does."""
        with self._lock:  # also so that many tries at once do not fill the memory
            if self.clock() < self._free_at_s:
                return Verdict(is_right=False, was_checked=False)
            right = is_right(password, hashed)
            self._note(right=right)
            return Verdict(is_right=right, was_checked=True)

    def wait_s(self) -> float:
        """Seconds until the next try will be looked at, 0 when one may try now."""
        return max(0.0, self._free_at_s - self.clock())

    def _note(self, *, right: bool) -> None:
        now = self.clock()
        if right or now - self._free_at_s > FORGET_AFTER_S:
            self._failures = 0
        if not right:
            self._failures += 1
            self._free_at_s = now + min(LONGEST_WAIT_S, 2.0 ** min(self._failures - 1, 10))


@cache
def doorkeeper() -> Doorkeeper:
    """The one doorkeeper of this process."""
    return Doorkeeper()


def _scrypt(password: str, salt: bytes, cost: Cost) -> bytes:
    from hashlib import scrypt, sha256

    # Two keyboards may write one “ü” in two ways.
    text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    try:
        return scrypt(
            sha256(text).digest(),  # scrypt alone does not see a NUL at the end
            salt=salt,
            n=cost.n,
            r=cost.r,
            p=cost.p,
            maxmem=MOST_MEMORY,
            dklen=KEY_BYTES,
        )
    except (ValueError, MemoryError) as error:
        raise _malformed() from error


def _parse(hashed: str) -> tuple[Cost, bytes, bytes]:
    name, *fields = hashed.strip().split("$")
    if name != "scrypt" or len(fields) != 5:
        raise _malformed()
    try:
        cost = Cost(*(int(number) for number in fields[:3]))
        salt, key = (_from_text(text) for text in fields[3:])
    except ValueError as error:
        raise _malformed() from error
    if len(salt) < SALT_BYTES or len(key) != KEY_BYTES or not _bearable(cost):
        raise _malformed()
    return cost, salt, key


def _bearable(cost: Cost) -> bool:
    power_of_two = cost.n > 1 and cost.n & (cost.n - 1) == 0
    positive = 1 <= cost.r <= 64 and 1 <= cost.p <= 16
    return power_of_two and positive and 130 * cost.n * cost.r <= MOST_MEMORY


def _malformed() -> AccessError:
    return AccessError(
        "The researchers' password hash is damaged or incomplete; make a new one with "
        "“python -m musegen study password”."
    )


def _to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _from_text(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(text) from error
