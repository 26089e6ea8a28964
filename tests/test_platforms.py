"""What recruiting platforms write into addresses, and what anybody may write there."""

from __future__ import annotations

import pytest

from musegen.studies.platforms import NOT_ACCEPTED, is_preview, platform_ids
from musegen.studies.records import PlatformIds


def test_prolific_and_mechanical_turk_are_understood() -> None:
    prolific = {"PROLIFIC_PID": "5f1e0c", "STUDY_ID": "6a2b", "SESSION_ID": "77aa"}
    assert platform_ids(prolific) == PlatformIds("prolific", "5f1e0c", "6a2b", "77aa")
    turk = {"workerId": "A1B2", "hitId": "3XY", "assignmentId": "9ZZ", "turkSubmitTo": "https://x"}
    assert platform_ids(turk) == PlatformIds("mturk", "A1B2", "3XY", "9ZZ")


@pytest.mark.parametrize(
    "person",
    ["", "  ", "{{%PROLIFIC_PID%}}", "a b", "<b>", "x" * 201, "é", "a\nb", "'; --", "a\x00"],
)
def test_what_is_no_id_is_nobody(person: str) -> None:
    assert platform_ids({"PROLIFIC_PID": person, "STUDY_ID": "6a2b"}) is None


def test_a_person_without_study_is_one_all_the_same() -> None:
    ids = platform_ids({"PROLIFIC_PID": " 5f1e0c ", "STUDY_ID": "<x>"})
    assert ids == PlatformIds("prolific", "5f1e0c")


def test_a_preview_is_told_from_an_accepted_task() -> None:
    assert is_preview({"assignmentId": NOT_ACCEPTED})
    assert not is_preview({"assignmentId": "9ZZ"})
    assert not is_preview({})
