"""Plans and votes on SQLite and on a real PostgreSQL: what is stored stays, and once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pandas as pd
import pytest
import sqlalchemy as sa

from musegen.errors import StoreError
from musegen.studies import schema
from musegen.studies.records import HeardBefore, Maker, Question, Role, Sureness, Vote
from musegen.studies.store import Store
from musegen.studies.votes import (
    COLUMNS,
    from_csv,
    from_parquet,
    read_votes,
    to_csv,
    to_parquet,
)
from tests.stores import CLIPS, STUDY, begun, clip, plan, someone, vote, with_study


def test_a_vote_is_there_for_the_next_process(
    store: Store, url: str, open_store: Callable[..., Store]
) -> None:
    participant = begun(store)
    before = datetime.now(UTC)
    given = Vote(Maker.MACHINE, Sureness.FAIRLY_SURE, HeardBefore.MAYBE, 12.34, plays=2)
    store.ballots.note_shown(participant, 3)
    assert store.ballots.add_vote(participant, 3, given)
    store.close()

    votes = read_votes(open_store(url))
    assert list(votes.columns) == list(COLUMNS)
    row = votes.iloc[0]
    assert (len(votes), row.participant, row.position) == (1, participant, 3)
    assert (row.answer, row.sureness, row.heard_before) == ("machine", 2, "maybe")
    assert (row.listened_s, row.plays) == (12.34, 2)
    assert (row.study, row.kind, row.question) == (STUDY, "clip", "human-or-machine")
    assert not row.is_synthetic
    assert 0 <= row.response_s < 60
    assert before <= row.created_at <= datetime.now(UTC)
    truths = {s.id: (s.truth.value, s.genre, s.piece) for s in store.clips.all(STUDY)}
    assert (row.truth, row.genre, row.piece) == truths[row.stimulus]


def test_a_double_click_is_one_vote(store: Store) -> None:
    participant = begun(store)
    assert store.ballots.add_vote(participant, 1, vote(Maker.HUMAN))
    assert not store.ballots.add_vote(participant, 1, vote(Maker.MACHINE))
    assert list(read_votes(store)["answer"]) == ["human"]


def test_many_clicks_at_once_are_one_vote(store: Store) -> None:
    participant = begun(store)
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _: store.ballots.add_vote(participant, 1, vote()), range(16)))
    assert stored.count(True) == 1
    assert len(read_votes(store)) == 1


def test_the_plan_and_the_place_in_it_are_kept(
    store: Store, url: str, open_store: Callable[..., Store]
) -> None:
    participant = begun(store)
    heard = [trial.stimulus_ids for trial in store.ballots.trials(participant)]
    store.ballots.add_vote(participant, 1, vote())
    store.ballots.add_vote(participant, 2, vote())
    trials = open_store(url).ballots.trials(participant)
    assert [trial.stimulus_ids for trial in trials] == heard
    assert [trial.position for trial in trials] == list(range(1, CLIPS + 1))
    assert [trial.is_answered for trial in trials] == [True, True] + [False] * (CLIPS - 2)


def test_the_truth_is_told_only_of_answered_clips(store: Store) -> None:
    participant = begun(store)
    assert store.ballots.verdicts(participant) == []
    store.ballots.add_vote(participant, 4, vote(Maker.HUMAN))
    (verdict,) = store.ballots.verdicts(participant)
    assert verdict.position == 4
    assert verdict.is_right == (verdict.stimulus.truth is Maker.HUMAN)
    assert not any(hasattr(trial, "truth") for trial in store.ballots.trials(participant))


def test_response_time_counts_from_the_first_showing(store: Store) -> None:
    participant = begun(store)
    store.ballots.note_shown(participant, 1)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with store.database.transaction() as connection:
        connection.execute(sa.update(schema.trials).values(shown_at=long_ago))
    store.ballots.note_shown(participant, 1)
    store.ballots.add_vote(participant, 1, vote())
    expected = (datetime.now(UTC) - long_ago).total_seconds()
    assert read_votes(store)["response_s"].iloc[0] == pytest.approx(expected, abs=60)


def test_a_vote_on_a_clip_outside_the_plan_is_refused(store: Store) -> None:
    participant = begun(store)
    with pytest.raises(StoreError, match="cannot be stored as it is"):
        store.ballots.add_vote(participant, CLIPS + 1, vote())
    assert read_votes(store).empty


def test_the_log_survives_csv_and_parquet(store: Store) -> None:
    participant = begun(store)
    for position in range(1, CLIPS + 1):
        store.ballots.note_shown(participant, position)
        store.ballots.add_vote(participant, position, vote(list(Maker)[position % 2]))
    votes = read_votes(store)
    assert len(votes) == CLIPS
    pd.testing.assert_frame_equal(from_csv(to_csv(votes)), votes)
    pd.testing.assert_frame_equal(from_parquet(to_parquet(votes)), votes)


def test_an_empty_log_survives_too(store: Store) -> None:
    votes = read_votes(store)
    assert votes.empty
    pd.testing.assert_frame_equal(from_csv(to_csv(votes)), votes)
    pd.testing.assert_frame_equal(from_parquet(to_parquet(votes)), votes)


OLD = [
    "participant", "position", "stimulus", "genre", "truth", "piece", "answer", "sureness",
    "heard_before", "listened_s", "response_s", "created_at",
]  # fmt: skip


def test_a_log_from_before_there_were_conditions_is_read(store: Store) -> None:
    participant = begun(store)
    store.ballots.add_vote(participant, 1, vote())
    votes = read_votes(store)
    old = from_csv(to_csv(votes[OLD]))
    assert list(old["condition"]) == [
        {"human": "human", "machine": "event"}[truth] for truth in votes["truth"]
    ]
    assert list(old["kind"]) == ["clip"]
    assert list(old["plays"]) == [1]
    assert list(old["other_plays"]) == [0]


def test_of_a_pair_the_first_clip_is_voted_on(store: Store) -> None:
    human, _, machine, _ = with_study(store)
    participant = someone(store).id
    row = {
        "participant_id": participant,
        "position": 1,
        "role": Role.CLIP.value,
        "stimulus_id": machine.id,
        "other_id": human.id,
    }
    with store.database.transaction() as connection:
        connection.execute(sa.insert(schema.trials), row)
    assert store.ballots.trials(participant)[0].stimulus_ids == (machine.id, human.id)
    assert store.ballots.add_vote(
        participant, 1, Vote(Maker.MACHINE, Sureness.CERTAIN, None, 3.0, 1, 4.567, 2)
    )
    found = read_votes(store).iloc[0]
    assert found.question == Question.WHICH_IS_HUMAN
    assert (found.truth, found.condition, found.other_condition) == ("machine", "event", "human")
    assert (found.other_stimulus, found.other_piece) == (human.id, human.piece)
    assert found.heard_before == ""
    assert (found.listened_s, found.plays) == (3.0, 1)
    assert (found.other_listened_s, found.other_plays) == (4.57, 2)
    (verdict,) = store.ballots.verdicts(participant)
    assert verdict.is_right
    assert verdict.stimuli == (machine, human)


def test_the_music_of_a_trained_model_is_a_machines(store: Store) -> None:
    with_study(store)
    mine = clip("song 1", condition="my-waltzes")
    assert store.clips.add(mine, b"sound")
    participant = someone(store).id
    plan(store, participant, [mine])
    store.ballots.add_vote(participant, 1, vote(Maker.MACHINE))
    found = read_votes(store).iloc[0]
    assert (found.condition, found.truth) == ("my-waltzes", "machine")
    assert store.ballots.verdicts(participant)[0].is_right


def test_votes_of_one_study_are_read_alone(store: Store) -> None:
    mine, other = begun(store), begun(store, study="another")
    store.ballots.add_vote(mine, 1, vote())
    store.ballots.add_vote(other, 1, vote())
    assert list(read_votes(store, STUDY)["participant"]) == [mine]
    assert list(read_votes(store)["study"]) == [STUDY, "another"]
