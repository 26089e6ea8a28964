"""Who may see the researchers' pages: what is set up, who is vouched for, who sits here."""

from __future__ import annotations

from typing import Any

import pytest

from musegen.access import (
    HASH_VARIABLE,
    LASTS_S,
    Connection,
    Rules,
    Standing,
    Visit,
    Way,
    is_local,
    read_rules,
    standing,
)
from musegen.errors import AccessError
from tests.researcher import HASH

NOW_S = 1_800_000_000.0
PROVIDER = {"client_id": "a", "client_secret": "b", "server_metadata_url": "https://c"}
EMAILS = {"emails": ["Ada@Example.org ", "grace@example.org"]}


# ---- what is set up


def test_nothing_set_up_means_this_machine_alone() -> None:
    assert read_rules({}, {}) == Rules(Way.LOCAL)
    assert read_rules({"researchers": {}, "other": 1}, {HASH_VARIABLE: "  "}) == Rules(Way.LOCAL)


def test_a_password_comes_from_the_secrets_or_the_environment() -> None:
    wanted = Rules(Way.PASSWORD, password_hash=HASH)
    assert read_rules({"researchers": {"password_hash": HASH}}, {}) == wanted
    assert read_rules({}, {HASH_VARIABLE: f"{HASH}\n"}) == wanted
    other = HASH.replace("$16$", "$32$")
    assert read_rules({"researchers": {"password_hash": HASH}}, {HASH_VARIABLE: other}) == wanted


@pytest.mark.parametrize("damaged", ["", "password", 7, ["scrypt"], HASH[:-2]])
def test_a_damaged_password_lets_nobody_in(damaged: object) -> None:
    with pytest.raises(AccessError, match="study password"):
        read_rules({"researchers": {"password_hash": damaged}}, {HASH_VARIABLE: HASH})
    with pytest.raises(AccessError, match="study password"):
        read_rules({}, {HASH_VARIABLE: "hunter2"})


def test_openid_comes_before_a_password() -> None:
    rules = read_rules({"auth": PROVIDER, "researchers": EMAILS | {"password_hash": HASH}}, {})
    assert rules.way is Way.OPENID
    assert rules.providers == ("",)
    assert rules.emails == {"ada@example.org", "grace@example.org"}


def test_providers_may_have_names() -> None:
    auth = {"redirect_uri": "https://x", "cookie_secret": "y", "google": PROVIDER, "okta": PROVIDER}
    assert read_rules({"auth": auth}, {}).providers == ("google", "okta")
    assert read_rules({"auth": auth | PROVIDER}, {}).providers == ("", "google", "okta")


@pytest.mark.parametrize(
    ("secrets", "says"),
    [
        ({"auth": {}}, "names no provider"),
        ({"auth": {"redirect_uri": "https://x", "google": {}}}, "names no provider"),
        ({"auth": "google"}, "no section"),
        ({"researchers": "ada@example.org"}, "no section"),
        ({"auth": PROVIDER, "researchers": {"emails": "ada@example.org"}}, "no list"),
        ({"auth": PROVIDER, "researchers": {"emails": 7}}, "no list"),
        (
            {"auth": PROVIDER, "researchers": EMAILS | {"trust_unverified_email": "yes"}},
            "must be true or false",
        ),
    ],
)
def test_half_a_setup_lets_nobody_in(secrets: dict[str, Any], says: str) -> None:
    with pytest.raises(AccessError, match=says):
        read_rules(secrets, {HASH_VARIABLE: HASH})


# ---- whom a provider vouches for


def user(**claims: object) -> dict[str, object]:
    usual = {"is_logged_in": True, "email": "ada@example.org", "iat": NOW_S - 60}
    return usual | {"email_verified": True} | claims


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({}, Standing.RESEARCHER),
        ({"email": " ADA@example.ORG"}, Standing.RESEARCHER),
        ({"email_verified": True}, Standing.RESEARCHER),
        ({"email_verified": "true"}, Standing.RESEARCHER),
        ({"email_verified": False}, Standing.STRANGER),
        ({"email_verified": "false"}, Standing.STRANGER),
        ({"email_verified": None}, Standing.STRANGER),
        ({"email_verified": 1.5}, Standing.STRANGER),
        ({"email": "eve@example.org"}, Standing.STRANGER),
        ({"email": None}, Standing.STRANGER),
        ({"email": ""}, Standing.STRANGER),
        ({"email": ["ada@example.org"]}, Standing.STRANGER),
        ({"is_logged_in": False}, Standing.UNKNOWN),
        ({"is_logged_in": "yes"}, Standing.UNKNOWN),
        ({"iat": NOW_S - LASTS_S + 1}, Standing.RESEARCHER),
        ({"iat": NOW_S - LASTS_S}, Standing.UNKNOWN),
        ({"iat": None}, Standing.UNKNOWN),
        ({"iat": "now"}, Standing.UNKNOWN),
    ],
    ids=str,
)
def test_claims_are_worth(claims: dict[str, object], expected: Standing) -> None:
    rules = read_rules({"auth": PROVIDER, "researchers": EMAILS}, {})
    assert standing(user(**claims), rules, now_s=NOW_S) is expected


def test_an_address_of_which_nothing_is_said_counts_only_where_that_is_allowed() -> None:
    silent = user()
    del silent["email_verified"]
    for setting, expected in (
        ({}, Standing.STRANGER),
        ({"trust_unverified_email": False}, Standing.STRANGER),
        ({"trust_unverified_email": True}, Standing.RESEARCHER),
    ):
        rules = read_rules({"auth": PROVIDER, "researchers": EMAILS | setting}, {})
        assert standing(silent, rules, now_s=NOW_S) is expected
        stranger = silent | {"email": "eve@example.org"}
        assert standing(stranger, rules, now_s=NOW_S) is Standing.STRANGER


def test_without_a_list_everybody_is_a_stranger() -> None:
    for researchers in ({}, {"emails": []}, {"emails": [""]}):
        rules = read_rules({"auth": PROVIDER, "researchers": researchers}, {})
        for email in ("ada@example.org", "", None):
            assert standing(user(email=email), rules, now_s=NOW_S) is Standing.STRANGER


def test_a_visit_ends_after_twelve_hours_or_with_its_password() -> None:
    rules = Rules(Way.PASSWORD, password_hash=HASH)
    visit = Visit.begun(HASH, now_s=NOW_S)
    assert visit.holds(rules, now_s=NOW_S + 12 * 3600 - 1)
    assert not visit.holds(rules, now_s=NOW_S + 12 * 3600)
    changed = Rules(Way.PASSWORD, password_hash=HASH.replace("$16$", "$32$"))
    assert not visit.holds(changed, now_s=NOW_S)


# ---- who sits at this machine


def seen(address: str | None = "127.0.0.1", **headers: str) -> Connection:
    sent = {"host": "localhost:8501"} | headers
    named = tuple((name.replace("_", "-"), value) for name, value in sent.items())
    return Connection(address, named)


@pytest.mark.parametrize(
    "connection",
    [
        seen(),
        seen("::1"),
        seen("127.0.0.2"),
        seen("::ffff:127.0.0.1"),
        seen(host="127.0.0.1:8501"),
        seen(host="[::1]:8501"),
        seen(host="LOCALHOST"),
        seen(origin="http://localhost:8501"),
        seen(user_agent="x", accept_language="de", sec_websocket_key="k"),
    ],
)
def test_people_at_the_machine(connection: Connection) -> None:
    assert is_local(connection)


@pytest.mark.parametrize(
    "connection",
    [
        None,
        Connection("127.0.0.1", ()),
        seen(None),
        seen(""),
        seen("testclient"),
        seen("192.168.0.7"),
        seen("172.17.0.1"),
        seen("203.0.113.7"),
        seen("2001:db8::7"),
        seen("::ffff:192.168.0.7"),
        seen("127.0.0.1.example.org"),
        seen(host=""),
        seen(host="music.example.org"),
        seen(host="localhost.example.org"),
        seen(host="127.0.0.1.example.org:8501"),
        seen(host="localhost@example.org"),
        seen(host="0.0.0.0:8501"),
        seen(host="[::1"),
        seen(origin="https://example.org"),
        seen(origin="null"),
        seen(origin="file://"),
        seen(forwarded="for=127.0.0.1"),
        seen(via="1.1 squid"),
        seen(x_real_ip="127.0.0.1"),
        seen(X_Forwarded_For="127.0.0.1"),
        seen(x_forwarded_proto="https"),
        seen(x_forwarded_host="localhost"),
        seen(cf_connecting_ip="127.0.0.1"),
        Connection("127.0.0.1", (("host", "localhost"), ("Host", "example.org"))),
        Connection("127.0.0.1", (("host", "localhost"), ("Host", "localhost"))),
    ],
)
def test_people_elsewhere_or_who_may_be(connection: Connection | None) -> None:
    assert not is_local(connection)
