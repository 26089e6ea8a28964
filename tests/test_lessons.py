"""What listeners voted teaches the critic: excerpts, shares, and too few of either."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musegen.critic import heard
from musegen.critic_training import Lesson, with_votes
from musegen.errors import RequestError
from musegen.piece_cache import to_record
from musegen.song import Note, Part, Song, regular_bars
from musegen.studies.lessons import FEWEST_VOTES, voted_excerpts
from musegen.studies.records import Condition, Maker
from musegen.studies.store import Store
from tests.stores import FILE, STUDY, clip, plan, vote

Answers = dict[str, list[bool]]


def excerpt(pitch: int) -> Song:
    notes = tuple(Note(tick, pitch, 12) for tick in range(0, 8 * 48, 12))
    return Song("", (Part("Fiddle", 40, notes),), regular_bars(8, 4, 4))


def hold_a_study(store: Store, participants: int, *, is_synthetic: bool = False) -> Answers:
    """Everybody takes even-numbered songs for human and all else for a machine."""
    store.studies.add(FILE)
    songs = []
    for number in range(6):
        for condition in (Condition.HUMAN, Condition.EVENT):
            made = clip(f"{condition} {number}", condition=condition)
            made = replace(made, details={"score": to_record(excerpt(60 + number))})
            store.clips.add(made, b"sound")
            songs.append((made, condition is Condition.EVENT and number % 2 == 0))
    answers: Answers = {}
    for _ in range(participants):
        token = store.people.begin(STUDY, language="en", is_synthetic=is_synthetic)
        participant = store.people.find(token)
        assert participant is not None
        plan(store, participant.id, [one for one, _ in songs])
        for position, (one, is_human) in enumerate(songs, start=1):
            answer = Maker.HUMAN if is_human else Maker.MACHINE
            store.ballots.add_vote(participant.id, position, vote(answer))
            if one.condition == Condition.EVENT:
                answers.setdefault(one.id, []).append(is_human)
    return answers


def test_shares_are_those_of_the_votes_on_machine_clips(store: Store) -> None:
    answers = hold_a_study(store, FEWEST_VOTES // 6 + 1)
    found = voted_excerpts(store, "chorale")
    expected = sorted((sum(said) + 1) / (len(said) + 2) for said in answers.values())
    assert sorted(share for _, share in found) == pytest.approx(expected)
    for song, share in found:
        is_even = song.parts[0].notes[0].pitch % 2 == 0
        assert (share > 0.5) is is_even
        assert len(song.parts[0].notes) == 32


def test_too_few_votes_are_told(store: Store) -> None:
    hold_a_study(store, 1)
    with pytest.raises(RequestError, match=f"at least {FEWEST_VOTES} are needed before a critic"):
        voted_excerpts(store, "chorale")


def test_simulated_listeners_teach_nothing(store: Store) -> None:
    hold_a_study(store, FEWEST_VOTES, is_synthetic=True)
    with pytest.raises(RequestError, match="There are 0 votes"):
        voted_excerpts(store, "chorale")


def test_listeners_count_as_much_as_the_pieces_do() -> None:
    width = heard([excerpt(60)]).shape[1]
    lesson = Lesson(np.zeros((10, width)), np.arange(10) < 5, np.arange(10))
    shown, is_human, weights = with_votes(lesson, [(excerpt(60), 0.75), (excerpt(62), 0.25)])
    assert shown.shape == (14, width)
    assert is_human.tolist() == [True] * 5 + [False] * 5 + [True] * 2 + [False] * 2
    assert weights[10:].tolist() == [0.75 * 2.5, 0.25 * 2.5, 0.25 * 2.5, 0.75 * 2.5]
    assert weights[10:].sum() == pytest.approx(weights[:10].sum() / 2)
