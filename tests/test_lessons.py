"""What listeners voted teaches the critic: excerpts, shares, and too few of either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from musegen.critic import heard
from musegen.critic_training import Lesson, with_votes
from musegen.errors import RequestError
from musegen.piece_cache import to_record
from musegen.song import Note, Part, Song, regular_bars
from musegen.studies.assignment import CLIPS, assign
from musegen.studies.lessons import FEWEST_VOTES, voted_excerpts
from musegen.studies.records import Condition, Maker
from musegen.studies.store import Store
from tests.studies import clip, vote


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = Store.open(sqlite_url)
    yield opened
    opened.close()


def excerpt(pitch: int) -> Song:
    notes = tuple(Note(tick, pitch, 12) for tick in range(0, 8 * 48, 12))
    return Song("", (Part("Fiddle", 40, notes),), regular_bars(8, 4, 4))


def hold_a_study(store: Store, participants: int) -> dict[str, list[bool]]:
    """Everybody takes even-numbered songs for human and all else for a machine."""
    songs = {}
    for number in range(6):
        for condition in (Condition.HUMAN, Condition.EVENT):
            made = clip("fiddle", condition, f"{condition} {number}")
            made = replace(made, details={"score": to_record(excerpt(60 + number))})
            store.add_stimulus(made, b"sound")
            songs[made.id] = (condition, number)
    answers: dict[str, list[bool]] = {}
    rng = np.random.default_rng(1)
    for _ in range(participants):
        participant = store.participant(store.new_participant())
        assert participant is not None
        assign(store, participant.id, rng=rng)
        for trial in store.trials(participant.id):
            condition, number = songs[trial.stimulus_id]
            is_human = condition is Condition.EVENT and number % 2 == 0
            answer = Maker.HUMAN if is_human else Maker.MACHINE
            store.add_vote(participant.id, trial.position, vote(answer))
            if condition is Condition.EVENT:
                answers.setdefault(trial.stimulus_id, []).append(is_human)
    return answers


def test_shares_are_those_of_the_votes_on_machine_clips(store: Store) -> None:
    answers = hold_a_study(store, 2 * FEWEST_VOTES // CLIPS + 2)
    found = voted_excerpts(store, "fiddle")
    expected = sorted((sum(said) + 1) / (len(said) + 2) for said in answers.values())
    assert sorted(share for _, share in found) == pytest.approx(expected)
    for song, share in found:
        is_even = song.parts[0].notes[0].pitch % 2 == 0
        assert (share > 0.5) is is_even
        assert len(song.parts[0].notes) == 32


def test_too_few_votes_are_told(store: Store) -> None:
    hold_a_study(store, 1)
    with pytest.raises(RequestError, match=f"at least {FEWEST_VOTES} are needed before a critic"):
        voted_excerpts(store, "fiddle")


def test_listeners_count_as_much_as_the_pieces_do() -> None:
    width = heard([excerpt(60)]).shape[1]
    lesson = Lesson(np.zeros((10, width)), np.arange(10) < 5, np.arange(10))
    shown, is_human, weights = with_votes(lesson, [(excerpt(60), 0.75), (excerpt(62), 0.25)])
    assert shown.shape == (14, width)
    assert is_human.tolist() == [True] * 5 + [False] * 5 + [True] * 2 + [False] * 2
    assert weights[10:].tolist() == [0.75 * 2.5, 0.25 * 2.5, 0.25 * 2.5, 0.75 * 2.5]
    assert weights[10:].sum() == pytest.approx(weights[:10].sum() / 2)
