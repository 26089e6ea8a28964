"""Plans in the database: made once, fair to the clips, and safe in a crowd."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from musegen.errors import RequestError, StoreError
from musegen.studies import assignment, schema
from musegen.studies.assignment import PLACE_HELD, assign, is_ready
from musegen.studies.records import Condition, Maker, Question, Role, Trial
from musegen.studies.store import Store
from tests.studies import STUDY, add_clips, add_study, clip, study_file, vote

PAIRS = Question.WHICH_IS_HUMAN.value


def people(store: Store, number: int, *, study: str = STUDY) -> list[str]:
    """The ids of so many participants who have just consented."""
    rows = [
        {
            "id": secrets.token_hex(8),
            "study_id": study,
            "token": secrets.token_urlsafe(32),
            "language": "en",
            "consented_at": datetime.now(UTC),
        }
        for _ in range(number)
    ]
    with store.database.transaction() as connection:
        connection.execute(sa.insert(schema.participants), rows)
    return [str(row["id"]) for row in rows]


def someone(store: Store, *, seed: int = 1, study: str = STUDY) -> str:
    """The id of a participant with a plan."""
    (participant,) = people(store, 1, study=study)
    assign(store, participant, rng=np.random.default_rng(seed))
    return participant


def clips_of(trials: list[Trial], role: Role = Role.CLIP) -> list[str]:
    return [id_ for trial in trials if trial.role is role for id_ in trial.stimulus_ids]


def crowd(store: Store, number: int, *, threads: int = 20) -> None:
    """Let so many participants arrive, this many at once."""

    def arrive(participant: str, seed: int) -> None:
        assign(store, participant, rng=np.random.default_rng(seed))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(arrive, people(store, number), range(number)))


def hearings(store: Store, *, study: str = STUDY) -> dict[str, dict[str, int]]:
    """How often each clip is in a plan, by maker, then by its id."""
    table = schema.trials.c
    wanted = sa.select(table.stimulus_id, table.other_id).where(table.role == Role.CLIP.value)
    with store.database.reading() as connection:
        counts = Counter(id_ for row in connection.execute(wanted) for id_ in row if id_)
    found: dict[str, dict[str, int]] = {maker: {} for maker in Maker}
    for one in store.clips.all(study, role=Role.CLIP):
        found[one.truth][one.id] = counts[one.id]
    return found


def set_back(store: Store, time: timedelta) -> None:
    """Let everybody have consented so much earlier."""
    with store.database.transaction() as connection:
        earlier = datetime.now(UTC) - time
        connection.execute(sa.update(schema.participants).values(consented_at=earlier))


def spread(counts: dict[str, int]) -> int:
    return max(counts.values()) - min(counts.values())


def test_a_thousand_arrivals_leave_all_clips_heard_equally_often(store: Store) -> None:
    of = add_study(store, genres=["chorale", "fiddle", "quartet"], clips=10)
    crowd(store, 1000)
    counts = hearings(store)
    together = counts[Maker.HUMAN] | counts[Maker.MACHINE]
    assert len(together) == 6 * of.stimuli
    assert sum(together.values()) == 1000 * of.clips
    assert spread(together) <= 1


def test_pairs_leave_all_clips_heard_equally_often(store: Store) -> None:
    of = add_study(store, question=PAIRS, conditions=["human", "event", "article"], clips=10)
    crowd(store, 100)
    for counts in hearings(store).values():
        assert sum(counts.values()) == 100 * of.clips
        assert spread(counts) <= 1


def test_several_processes_wait_for_each_other(
    url: str, open_store: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They do not share the threads' queue, so the database alone must keep them apart."""
    monkeypatch.setattr(assignment, "_one_at_a_time", nullcontext())
    store = open_store(url)
    add_study(store, clips=4, stimuli=10)
    crowd(store, 60, threads=12)
    counts = hearings(store)
    assert set((counts[Maker.HUMAN] | counts[Maker.MACHINE]).values()) == {6}


def test_a_plan_is_made_once_and_its_order_kept(store: Store) -> None:
    of = add_study(store, clips=10, practice=2, catch=1)
    participant = someone(store)
    plan = store.ballots.trials(participant)
    assert [trial.position for trial in plan] == list(range(1, of.trials + 1))
    assert [trial.role for trial in plan[:2]] == [Role.PRACTICE] * 2
    assert Counter(trial.role for trial in plan[2:]) == {Role.CLIP: 10, Role.CATCH: 1}
    assert {len(trial.stimulus_ids) for trial in plan} == {1}
    assert len({id_ for trial in plan for id_ in trial.stimulus_ids}) == of.trials
    assign(store, participant, rng=np.random.default_rng(2))
    assert store.ballots.trials(participant) == plan


def test_pairs_are_stored_in_their_order(store: Store) -> None:
    add_study(store, clips=10, practice=1, catch=1, question=PAIRS)
    makers = {one.id: one.truth for one in store.clips.all(STUDY)}
    plan = store.ballots.trials(someone(store))
    pairs = [tuple(makers[id_] for id_ in trial.stimulus_ids) for trial in plan]
    assert {frozenset(pair) for pair in pairs} == {frozenset(Maker)}
    firsts = Counter(
        pair[0] for pair, trial in zip(pairs, plan, strict=True) if trial.role is Role.CLIP
    )
    assert firsts == {Maker.HUMAN: 5, Maker.MACHINE: 5}


def test_the_same_person_twice_at_once_gets_one_plan(store: Store) -> None:
    of = add_study(store, clips=4)
    (participant,) = people(store, 1)
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda seed: assign(store, participant, rng=np.random.default_rng(seed)), range(16)
            )
        )
    assert len(store.ballots.trials(participant)) == of.trials


def test_only_the_study_s_own_clips_are_heard(store: Store) -> None:
    add_study(store, name="other", clips=4, stimuli=4)
    add_study(store, clips=4, stimuli=4)
    for seed in range(3):
        someone(store, study="other", seed=seed)
    mine = {one.id for one in store.clips.all(STUDY)}
    for seed in range(4):
        assert set(clips_of(store.ballots.trials(someone(store, seed=seed)))) <= mine
    counts = hearings(store)
    assert set((counts[Maker.HUMAN] | counts[Maker.MACHINE]).values()) == {1}


@pytest.mark.parametrize(("question", "stimuli"), [("human-or-machine", 4), (PAIRS, 8)])
def test_abandoned_places_are_freed(store: Store, question: str, stimuli: int) -> None:
    """Two people hear all clips there are, but the first gives one answer and goes away."""
    add_study(store, genres=["chorale"], clips=4, stimuli=stimuli, question=question)
    first = someone(store, seed=1)
    plan = store.ballots.trials(first)
    store.ballots.add_vote(first, 1, vote())
    second = someone(store, seed=2)
    others = store.ballots.trials(second)
    assert not set(clips_of(plan)) & set(clips_of(others))  # the first one's places are held
    for trial in others:
        store.ballots.add_vote(second, trial.position, vote())
    set_back(store, PLACE_HELD + timedelta(minutes=1))
    third = clips_of(store.ballots.trials(someone(store, seed=3)))
    assert set(third) > set(clips_of(plan[1:]))


def test_clips_that_come_later_are_heard_first(store: Store) -> None:
    """Somebody may take a study that is still being made."""
    store.studies.add(study_file(clips=4, genres=["chorale"], stimuli=4))
    add_clips(store, genres=["chorale"], of_each=2)
    early = set(clips_of(store.ballots.trials(someone(store))))
    for number in range(2):
        for condition in (Condition.HUMAN, Condition.EVENT):
            assert store.clips.add(clip(f"later {number}", condition=condition), b"sound")
    assert not early & set(clips_of(store.ballots.trials(someone(store))))


def test_without_clips_there_is_no_half_a_plan(store: Store) -> None:
    store.studies.add(study_file(clips=4, genres=["chorale"]))
    add_clips(store, genres=["chorale"], of_each=1)
    assert store.clips.add(clip("second"), b"sound")
    (participant,) = people(store, 1)
    assert not is_ready(store, STUDY)
    with pytest.raises(StoreError, match="not yet clips enough for the test; please try again"):
        assign(store, participant, rng=np.random.default_rng(1))
    assert store.ballots.trials(participant) == []
    assert store.clips.add(clip("second", condition=Condition.EVENT), b"sound")
    assert is_ready(store, STUDY)
    assign(store, participant, rng=np.random.default_rng(1))
    assert len(store.ballots.trials(participant)) == 4


def test_strangers_are_told_to_begin_afresh(store: Store) -> None:
    with pytest.raises(StoreError, match="not known any more; please begin the test afresh"):
        assign(store, "nobody", rng=np.random.default_rng(1))
    with pytest.raises(RequestError, match="no study “nothing”"):
        is_ready(store, "nothing")
