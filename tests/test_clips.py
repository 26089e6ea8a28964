"""Clips in the database."""

from __future__ import annotations

import pytest

from musegen.errors import StoreError
from musegen.studies.records import Condition, Role
from musegen.studies.store import Store
from tests.stores import FILE, STUDY, clip


def test_a_piece_has_one_clip_in_a_study(store: Store) -> None:
    store.studies.add(FILE)
    first = clip(piece="bwv1.6")
    assert store.clips.add(first, b"abc")
    assert not store.clips.add(clip(piece="bwv1.6", role=Role.PRACTICE), b"def")
    assert store.clips.all(STUDY) == [first]
    assert store.clips.sound(first.id) == b"abc"
    assert store.clips.count(STUDY) == {(Role.CLIP, "chorale", Condition.HUMAN): 1}
    store.studies.add(FILE.replace(STUDY, "another"))
    assert store.clips.add(clip(piece="bwv1.6", study="another"), b"def")


def test_clips_are_found_by_what_they_are_for(store: Store) -> None:
    store.studies.add(FILE)
    clips = [clip(role.value, role=role) for role in Role]
    for one in clips:
        store.clips.add(one, b"abc")
    assert store.clips.all(STUDY) == clips
    assert [one.piece for one in store.clips.all(STUDY, role=Role.CATCH)] == ["catch"]


def test_a_clip_of_no_study_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no study “a-study”"):
        store.clips.add(clip(), b"abc")


def test_a_missing_sound_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="clip is missing"):
        store.clips.sound("nothing")
