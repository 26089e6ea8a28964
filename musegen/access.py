"""Who may see the researchers' pages, by what the app's secrets and environment say.

    [auth] among the secrets         Streamlit's OpenID Connect, for the listed addresses
    a password's hash                one password for all researchers
    neither                          people who sit at the machine itself

A log-in lasts for `LASTS_S`. Nothing here knows Streamlit: secrets, claims about a person and
headers come in as mappings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from musegen.errors import AccessError
from musegen.passwords import check_hash

HASH_VARIABLE = "MUSEGEN_PASSWORD_HASH"
LASTS_S = 12 * 3600.0

_FORWARDED_PREFIXES = ("x-forwarded", "x-envoy-", "cf-", "x-original-")
_FORWARDED = {
    "fastly-client-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-amzn-trace-id",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-real-ip",
}
"""Headers, in lower case, that only a proxy adds: the person sits somewhere else."""


class Way(Enum):
    """How researchers prove who they are."""

    OPENID = auto()
    PASSWORD = auto()
    LOCAL = auto()


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is let in, and how.

    Parameters
    ----------
    way
        What is asked for.
    providers
        For OPENID: the names that Streamlit knows them by, "" the one without a name.
    emails
        For OPENID: who is let in, in lower case.
    trusts_unverified
        For OPENID: whether an address counts that the provider does not call verified.
    password_hash
        For PASSWORD: see `musegen.passwords`.
    """

    way: Way
    providers: tuple[str, ...] = ()
    emails: frozenset[str] = frozenset()
    trusts_unverified: bool = False
    password_hash: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A log-in by password: until when (seconds of the epoch), and by which hash."""

    until_s: float
    password_hash: str

    @classmethod
    def begun(cls, password_hash: str, *, now_s: float) -> Visit:
        """A log-in of just now."""
        return cls(now_s + LASTS_S, password_hash)

    def holds(self, rules: Rules, *, now_s: float) -> bool:
        """Whether it still counts: a new password ends all visits by the old one."""
        return now_s < self.until_s and self.password_hash == rules.password_hash


class Standing(Enum):
    """What an OpenID provider's claims are worth here."""

    UNKNOWN = auto()
    """Not logged in, or too long ago."""
    STRANGER = auto()
    """Logged in, but not listed, or of an address that nobody has verified."""
    RESEARCHER = auto()


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a browser's connection comes from: the peer's address, and what headers it sent."""

    address: str | None
    headers: tuple[tuple[str, str], ...]


def read_rules(secrets: Mapping[str, Any], environment: Mapping[str, str]) -> Rules:
    """The rules that ``secrets`` and, for a password, ``environment`` set up.

    Raises
    ------
    AccessError
        When something is set up, but not so that it can work; nobody may be let in then.
    """
    researchers = _section(secrets, "researchers")
    if "auth" in secrets:
        providers = tuple(_providers(_section(secrets, "auth")))
        return Rules(
            Way.OPENID,
            providers=providers,
            emails=_emails(researchers),
            trusts_unverified=_trusts_unverified(researchers),
        )
    hashed = researchers.get("password_hash") if "password_hash" in researchers else None
    if hashed is None:
        hashed = environment.get(HASH_VARIABLE, "").strip() or None
    if hashed is None:
        return Rules(Way.LOCAL)
    return Rules(Way.PASSWORD, password_hash=check_hash(str(hashed)))


def standing(user: Mapping[str, Any], rules: Rules, *, now_s: float) -> Standing:
    """What the claims about ``user`` are worth: logged in, lately, verified and listed.

    ``iat``, when the provider vouched for the person (seconds of the epoch), is a claim that every
    ID token has (OpenID Connect Core 1.0, section 2). ``email_verified`` is none (section 5.1), so
    an address without it counts as unverified, too.
    """
    vouched_s = user.get("iat")
    if user.get("is_logged_in") is not True or not isinstance(vouched_s, int | float):
        return Standing.UNKNOWN
    if now_s - vouched_s >= LASTS_S:
        return Standing.UNKNOWN
    email = str(user.get("email") or "").strip().casefold()
    verified = rules.trusts_unverified or user.get("email_verified") in (True, "true")
    return Standing.RESEARCHER if verified and email in rules.emails else Standing.STRANGER


def is_local(connection: Connection | None) -> bool:
    """Whether a person sits at the machine that the app runs on.

    The peer must be a loopback address, and the page's own address too: another site may let its
    name point to 127.0.0.1 (DNS rebinding). Any header that a proxy adds speaks against it. A
    connection of which nothing is known is not local.
    """
    if connection is None or not connection.address:
        return False
    values: dict[str, list[str]] = {}
    for name, value in connection.headers:
        values.setdefault(name.lower(), []).append(value)
    if any(name in _FORWARDED or name.startswith(_FORWARDED_PREFIXES) for name in values):
        return False
    hosts = [_host(f"//{value}") for value in values.get("host", [])]
    origins = [_host(value) for value in values.get("origin", [])]
    names = [connection.address, *hosts, *origins]
    return len(hosts) == 1 and all(_is_loopback(name) for name in names)


def _section(secrets: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = secrets.get(name, {})
    if not isinstance(section, Mapping):
        raise AccessError(f"“{name}” among the secrets is no section; write [{name}] above it.")
    return section


def _providers(auth: Mapping[str, Any]) -> Iterable[str]:
    named = [name for name, value in auth.items() if isinstance(value, Mapping)]
    found = [""] if "client_id" in auth else []
    found += [name for name in named if "client_id" in auth[name]]
    if not found:
        raise AccessError(
            "[auth] among the secrets names no provider; add client_id, client_secret and "
            "server_metadata_url, as Streamlit's documentation of st.login tells."
        )
    return found


def _emails(researchers: Mapping[str, Any]) -> frozenset[str]:
    listed = researchers.get("emails", [])
    if isinstance(listed, str) or not isinstance(listed, Iterable):
        raise AccessError(
            '“emails” under [researchers] is no list; write it like emails = ["you@example.org"].'
        )
    return frozenset(str(email).strip().casefold() for email in listed) - {""}


def _trusts_unverified(researchers: Mapping[str, Any]) -> bool:
    trusts = researchers.get("trust_unverified_email", False)
    if not isinstance(trusts, bool):
        raise AccessError(
            "“trust_unverified_email” under [researchers] must be true or false, without quotes."
        )
    return trusts


def _host(address: str) -> str:
    """The host of an address without its port; empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:127.0.0.1
    return bool((mapped or address).is_loopback)
