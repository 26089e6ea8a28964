"""Plans are balanced, blind in their order, fair to the clips, and safe in a crowd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import numpy as np
import pytest
import sqlalchemy as sa

from musegen.errors import RequestError, StoreError
from musegen.studies import conditions, schema
from musegen.studies.assignment import (
    CLIPS,
    LONGEST_RUN,
    PAIRS,
    Candidate,
    assign,
    choose,
    longest_run,
    ready_pairs,
)
from musegen.studies.records import Condition, Maker
from musegen.studies.store import Store
from tests.studies import USUAL, add_clips, clip, vote


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    opened = Store.open(request.getfixturevalue(f"{request.param}_url"))
    yield opened
    opened.close()


def candidates(
    *,
    genres: int = 3,
    of_each: int = 20,
    heard: int = 0,
    conditions: tuple[Condition, ...] = USUAL,
) -> list[Candidate]:
    return [
        Candidate(f"{genre}-{condition}-{number}", f"genre {genre}", condition, heard)
        for genre in range(genres)
        for condition in conditions
        for number in range(of_each)
    ]


def someone(store: Store, *, seed: int) -> str:
    participant = store.participant(store.new_participant())
    assert participant is not None
    assign(store, participant.id, rng=np.random.default_rng(seed))
    return participant.id


def heard_counts(store: Store) -> list[int]:
    """How often each clip is in a plan."""
    table = schema.trials.c
    wanted = sa.select(sa.func.count(table.position)).group_by(table.stimulus_id)
    with store.database.reading() as connection:
        found = [int(n) for n in connection.scalars(wanted)]
    return found + [0] * (len(store.stimuli()) - len(found))


@pytest.mark.parametrize("genres", [1, 2, 3, 5])
def test_half_is_human_in_every_genre(genres: int) -> None:
    for seed in range(50):
        plan = choose(candidates(genres=genres), rng=np.random.default_rng(seed))
        assert len({clip.id for clip in plan}) == len(plan) == CLIPS
        kinds = Counter((clip.genre, clip.truth) for clip in plan)
        by_genre = Counter(clip.genre for clip in plan if clip.truth is Maker.HUMAN)
        assert all(kinds[g, Maker.HUMAN] == kinds[g, Maker.MACHINE] for g in by_genre)
        assert sum(by_genre.values()) == PAIRS
        assert max(by_genre.values()) - min(by_genre[f"genre {g}"] for g in range(genres)) <= 1


def test_the_order_is_random_and_without_long_runs() -> None:
    orders = [
        tuple(clip.truth for clip in choose(candidates(), rng=np.random.default_rng(seed)))
        for seed in range(200)
    ]
    assert max(longest_run(list(order)) for order in orders) == LONGEST_RUN
    assert len(set(orders)) > 100
    human_at = np.mean([[truth is Maker.HUMAN for truth in order] for order in orders], axis=0)
    assert human_at == pytest.approx(0.5, abs=0.12)  # three standard errors, at each place


@pytest.mark.parametrize("genres", [1, 3, 5])
def test_several_machines_share_the_machines_half(genres: int) -> None:
    """Also where some genres have but one of them."""
    event, article = Condition.EVENT, Condition.ARTICLE
    both = candidates(genres=genres, conditions=tuple(Condition))
    both = [c for c in both if (c.genre, c.condition) != ("genre 2", article)]
    more: Counter[Condition] = Counter()
    for seed in range(60):
        plan = choose(both, rng=np.random.default_rng(seed))
        kinds = Counter(clip.condition for clip in plan)
        assert kinds[Condition.HUMAN] == PAIRS
        assert {kinds[event], kinds[article]} == {PAIRS // 2, PAIRS - PAIRS // 2}
        more[max(event, article, key=lambda c: kinds[c])] += 1
        by_genre = Counter((clip.genre, clip.truth) for clip in plan)
        assert all(by_genre[g, Maker.HUMAN] == by_genre[g, Maker.MACHINE] for g, _ in by_genre)
    assert min(more[event], more[article]) > 10  # neither always has one more


def test_a_machine_heard_less_is_heard_next() -> None:
    often = candidates(genres=1, of_each=9, heard=3, conditions=USUAL)
    seldom = candidates(genres=1, of_each=9, heard=2, conditions=(Condition.ARTICLE,))
    for seed in range(10):
        plan = choose(often + seldom, rng=np.random.default_rng(seed))
        assert Counter(clip.condition for clip in plan)[Condition.ARTICLE] == 3


def test_conditions_that_the_study_has_not_are_not_heard(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_clips(store, conditions=tuple(Condition), of_each=6)
    conditions = {stimulus.id: stimulus.condition for stimulus in store.stimuli()}

    def heard(seed: int) -> set[Condition]:
        return {conditions[t.stimulus_id] for t in store.trials(someone(store, seed=seed))}

    assert heard(1) == set(USUAL)
    monkeypatch.setenv("MUSEGEN_CONDITIONS", "human, event,article")
    assert heard(2) == set(Condition)
    monkeypatch.setenv("MUSEGEN_CONDITIONS", "human,article")
    assert heard(3) == {Condition.HUMAN, Condition.ARTICLE}


@pytest.mark.parametrize("text", ["human", "event,article", "human,jazz", "all"])
def test_conditions_that_make_no_study_are_said(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSEGEN_CONDITIONS", text)
    with pytest.raises(RequestError, match=f"is “{text}”; set it to “human” and one or both"):
        conditions.wanted()


def test_the_same_generator_gives_the_same_plan() -> None:
    plans = [choose(candidates(), rng=np.random.default_rng(seed)) for seed in (5, 5, 6)]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]


def test_clips_that_were_heard_least_come_first() -> None:
    often = candidates(genres=1, of_each=20, heard=3)
    seldom = [Candidate(f"new {c} {i}", "genre 0", c, 2) for c in USUAL for i in range(PAIRS)]
    plan = choose(often + seldom, rng=np.random.default_rng(1))
    assert {clip.id for clip in plan} == {clip.id for clip in seldom}


def test_genres_without_both_kinds_are_left_out() -> None:
    lonely = [Candidate(f"lonely {i}", "lonely", Condition.HUMAN, 0) for i in range(20)]
    plan = choose(candidates(genres=1) + lonely, rng=np.random.default_rng(1))
    assert {clip.genre for clip in plan} == {"genre 0"}


def test_a_genre_with_few_clips_gives_what_it_has() -> None:
    few = candidates(genres=1, of_each=1)
    many = [Candidate(f"m{i}{c}", "many", c, 0) for c in USUAL for i in range(9)]
    plan = choose(few + many, rng=np.random.default_rng(1))
    assert Counter(clip.genre for clip in plan) == {"genre 0": 2, "many": 8}


def test_too_few_clips_are_said() -> None:
    with pytest.raises(StoreError, match="not yet clips enough"):
        choose(candidates(genres=1, of_each=PAIRS - 1), rng=np.random.default_rng(1))


def test_ready_pairs_count_clips_of_both_kinds() -> None:
    human, machine = Condition.HUMAN, Condition.EVENT
    counts = Counter({("a", human): 4, ("a", machine): 2, ("b", human): 9, ("c", machine): 9})
    assert ready_pairs(counts) == 2


def test_a_plan_is_made_once(store: Store) -> None:
    add_clips(store)
    participant = someone(store, seed=1)
    plan = store.trials(participant)
    assign(store, participant, rng=np.random.default_rng(2))
    assert store.trials(participant) == plan
    assert [trial.position for trial in plan] == list(range(1, CLIPS + 1))


def test_without_clips_there_is_no_half_a_plan(store: Store) -> None:
    add_clips(store, genres=("chorale",), of_each=PAIRS - 1)
    participant = store.participant(store.new_participant())
    assert participant is not None
    with pytest.raises(StoreError, match="not yet clips enough"):
        assign(store, participant.id, rng=np.random.default_rng(1))
    assert store.trials(participant.id) == []
    store.add_stimulus(clip("chorale", Condition.HUMAN, "last"), b"")
    store.add_stimulus(clip("chorale", Condition.EVENT, "last"), b"")
    assign(store, participant.id, rng=np.random.default_rng(1))
    assert len(store.trials(participant.id)) == CLIPS


def test_a_crowd_hears_all_clips_equally_often(store: Store) -> None:
    add_clips(store, of_each=10)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda seed: someone(store, seed=seed), range(36)))
    counts = heard_counts(store)
    assert sum(counts) == 36 * CLIPS
    # Each listener hears as many clips of every genre as can be, so two apart may happen.
    assert max(counts) - min(counts) <= 2


def test_clips_left_unanswered_are_free_again_after_a_day(store: Store) -> None:
    add_clips(store, genres=("chorale",), of_each=2 * PAIRS)
    left = someone(store, seed=1)
    store.add_vote(left, 1, vote())
    plan = [trial.stimulus_id for trial in store.trials(left)]
    with store.database.transaction() as connection:
        old = datetime(2020, 1, 1, tzinfo=UTC)
        connection.execute(sa.update(schema.participants).values(consented_at=old))
    # Nineteen clips count as unheard, so the next listener needs none that was heard.
    later = {t.stimulus_id for t in store.trials(someone(store, seed=2))}
    assert plan[0] not in later
    assert later & set(plan[1:])
