"""The gate before the researchers' pages.

A page calls `researchers_only` right after ``frame.page(…)``; the rest of it runs for researchers
alone. Who they are is told in `musegen.access`. A log-in lives in the session's state, on the
server: whoever opens another window logs in again.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from musegen import access, passwords
from musegen.access import Connection, Rules, Standing, Visit, Way
from musegen.errors import AccessError
from ui import frame
from ui import gate_texts as texts

_VISIT = "researcher-visit"

logger = logging.getLogger(__name__)


def researchers_only() -> None:
    """Let researchers pass; for all others show what they can do, and stop the page here."""
    let_in = False  # also when something unexpected happens
    with frame.friendly_errors():
        let_in = _let_in()
    if not let_in:
        st.stop()


def _let_in() -> bool:
    try:
        rules = access.read_rules(_secrets(), os.environ)
    except AccessError as error:
        logger.error("The researchers' pages stay closed. %s", error)
        return _refuse(texts.NOT_SET_UP)
    match rules.way:
        case Way.OPENID:
            return _by_openid(rules)
        case Way.PASSWORD:
            return _by_password(rules)
        case Way.LOCAL:
            return access.is_local(_connection()) or _refuse(texts.ELSEWHERE)


def _refuse(sentence: str) -> bool:
    st.title(texts.TITLE)
    st.info(frame.plain(sentence), icon=":material/lock:")
    return False


def _by_password(rules: Rules) -> bool:
    visit = st.session_state.get(_VISIT)
    if isinstance(visit, Visit) and visit.holds(rules, now_s=time.time()):
        if _log_out_button():
            del st.session_state[_VISIT]
            st.rerun()
        return True
    st.session_state.pop(_VISIT, None)
    _ask_for_password(rules)
    return False


def _ask_for_password(rules: Rules) -> None:
    st.title(texts.TITLE)
    st.write(texts.PASSWORD_LEAD)
    with st.form("researcher-log-in", width=420):
        password = st.text_input(texts.PASSWORD, type="password", autocomplete="current-password")
        tried = st.form_submit_button(texts.LOG_IN, type="primary")
    if tried and password:
        _try(password, rules)
    if passwords.doorkeeper().wait_s():
        st.fragment(_count_down, run_every=1.0)()


def _try(password: str, rules: Rules) -> None:
    verdict = passwords.doorkeeper().attempt(password, rules.password_hash)
    if verdict.is_right:
        st.session_state[_VISIT] = Visit.begun(rules.password_hash, now_s=time.time())
        st.rerun()
    frame.show_error(texts.WRONG if verdict.was_checked else texts.NOT_LOOKED_AT)


def _count_down() -> None:
    seconds = math.ceil(passwords.doorkeeper().wait_s())
    match seconds:
        case 0:
            st.caption(texts.TRY_NOW)
        case 1:
            st.caption(texts.WAIT_ONE)
        case _:
            st.caption(texts.WAIT.format(seconds=seconds))


def _by_openid(rules: Rules) -> bool:
    if not rules.emails:
        return _refuse(texts.NOBODY_LISTED)
    user = st.user.to_dict()
    standing = access.standing(user, rules, now_s=time.time())
    if standing is Standing.UNKNOWN:
        _offer_providers(rules)
    elif standing is Standing.STRANGER:
        email = user.get("email") or texts.NO_ADDRESS
        _refuse(texts.STRANGER.format(email=email))
    if standing is not Standing.UNKNOWN and _log_out_button():
        st.logout()
        st.stop()
    return standing is Standing.RESEARCHER


def _offer_providers(rules: Rules) -> None:
    st.title(texts.TITLE)
    st.write(texts.OPENID_LEAD)
    for name in rules.providers:
        label = texts.LOG_IN_WITH.format(provider=name.capitalize()) if name else texts.LOG_IN
        if st.button(label, key=f"log-in-{name}", type="primary"):
            st.login(name or None)


def _log_out_button() -> bool:
    with st.container(key="log-out", horizontal=True, horizontal_alignment="right"):
        return st.button(texts.LOG_OUT, key="researcher-log-out", type="tertiary")


def _secrets() -> Mapping[str, Any]:
    """All secrets, empty where there is no file of them; raises `AccessError` for a broken one."""
    if st.secrets.load_if_toml_exists():
        return st.secrets.to_dict()
    for path in st.get_option("secrets.files"):
        if Path(path).exists():
            raise AccessError(texts.SECRETS_UNREADABLE.format(path=path))
    return {}


def _connection() -> Connection | None:
    """Where this session's browser connects from, None while it does not.

    `st.context` would give None for an address both of this machine and of a browser that has
    just hung up; who did so at the right moment could come back for the page.
    """
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return None
    client = runtime.get_instance().get_client(context.session_id)
    if client is None or client.client_context is None:
        return None
    seen = client.client_context
    return Connection(seen.remote_ip, tuple(seen.headers))
