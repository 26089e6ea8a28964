"""What recruiting platforms write into the address by which they send somebody.

Prolific gives ``PROLIFIC_PID``, ``STUDY_ID`` and ``SESSION_ID``; Amazon's Mechanical Turk
``workerId``, ``hitId`` and ``assignmentId``. Whatever does not look like an id is left out: an
address can be written by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from musegen.studies.records import PlatformIds

PARAMETERS: Mapping[str, tuple[str, str, str]] = {
    "prolific": ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID"),
    "mturk": ("workerId", "hitId", "assignmentId"),
}
"""Where each platform writes the person, its study and the session."""

NOT_ACCEPTED = "ASSIGNMENT_ID_NOT_AVAILABLE"
"""Mechanical Turk's word for somebody who only looks at a task."""

_ID = re.compile(r"[\w.:@+=~-]{1,200}", re.ASCII)


def platform_ids(address: Mapping[str, str]) -> PlatformIds | None:
    """Who a platform says that somebody is, from the address's parameters; None for nobody."""
    for platform, (person, study, session) in PARAMETERS.items():
        if found := _id(address, person):
            return PlatformIds(platform, found, _id(address, study), _id(address, session))
    return None


def is_preview(address: Mapping[str, str]) -> bool:
    """Whether somebody only looks at a task, and cannot begin it."""
    return address.get("assignmentId", "").strip() == NOT_ACCEPTED


def _id(address: Mapping[str, str], name: str) -> str:
    value = address.get(name, "").strip()
    return value if _ID.fullmatch(value) else ""
