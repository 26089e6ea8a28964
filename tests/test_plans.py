"""Plans are even, fair to the clips, and tell nothing by their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musegen.errors import StoreError
from musegen.studies.clip_orders import NONSENSE, orders
from musegen.studies.design import Design
from musegen.studies.orders import LONGEST_RUN, longest_run
from musegen.studies.plans import Candidate, Planned, choose, suffice
from musegen.studies.records import Maker, Question, Role
from tests.studies import design

GENRES = ("chorale", "fiddle", "quartet", "folk", "ragtime")
CONDITIONS = ("human", "event", "article", "trained")
PAIRS = Question.WHICH_IS_HUMAN.value


@st.composite
def designs(draw: st.DrawFn) -> Design:
    return design(
        question=draw(st.sampled_from([question.value for question in Question])),
        genres=list(GENRES[: draw(st.integers(1, len(GENRES)))]),
        conditions=list(CONDITIONS[: draw(st.integers(2, len(CONDITIONS)))]),
        clips=draw(st.integers(2, 20)),
        stimuli=draw(st.integers(20, 25)),
        practice=draw(st.integers(0, 4)),
        catch=draw(st.integers(0, 4)),
    )


def candidates(
    of: Design, *, number: int | None = None, role: Role = Role.CLIP, heard: int = 0
) -> list[Candidate]:
    """So many clips of each genre and condition, or as many as the design wants."""
    return [
        Candidate(piece, role, genre, condition, piece, heard)
        for genre in of.genres
        for condition in of.conditions
        for n in range(of.stimuli if number is None else number)
        for piece in [f"{role.value} {genre} {condition} {n}"]
    ]


def all_candidates(of: Design) -> list[Candidate]:
    """Just the clips that are made for the design."""
    return [
        Candidate(f"{order.role} {order}", order.role, order.genre, order.condition, str(order))
        for order in orders(of)
    ]


def choose_with(
    of: Design, clips: Iterable[Candidate] | None = None, *, seed: int = 1
) -> list[Planned]:
    there = all_candidates(of) if clips is None else clips
    return choose(of, there, rng=np.random.default_rng(seed))


def crowd(of: Design, people: int, clips: Sequence[Candidate], *, seed: int) -> Counter[str]:
    """How often each clip is heard, in trials of its role, when so many people come."""
    heard: Counter[str] = Counter()
    rng = np.random.default_rng(seed)
    for _ in range(people):
        now = [replace(clip, heard=heard[clip.id]) for clip in clips]
        for trial in choose(of, now, rng=rng):
            heard.update(clip.id for clip in trial.clips if clip.role is trial.role)
        assert_fair(clips, heard)
    return heard


def assert_fair(clips: Iterable[Candidate], heard: Counter[str]) -> None:
    """No clip was heard two times more than another of its genre, condition and role."""
    numbers: dict[object, list[int]] = {}
    for clip in clips:
        numbers.setdefault((clip.cell, clip.role), []).append(heard[clip.id])
    assert all(max(found) - min(found) <= 1 for found in numbers.values())


def spread(numbers: Iterable[int]) -> int:
    found = list(numbers)
    return max(found) - min(found)


def clips_of(plan: Iterable[Planned], role: Role = Role.CLIP) -> list[Candidate]:
    return [clip for trial in plan if trial.role is role for clip in trial.clips]


@given(of=designs(), seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=60)
def test_a_plan_is_even(of: Design, seed: int) -> None:
    plan = choose_with(of, seed=seed)
    clips = clips_of(plan)
    conditions = Counter(clip.condition for clip in clips)
    makers = Counter((clip.genre, clip.truth) for clip in clips)
    assert spread(conditions[machine] for machine in of.machines) <= 1
    assert abs(len(clips) - 2 * conditions["human"]) <= 1
    for genre in of.genres:
        assert abs(makers[genre, Maker.HUMAN] - makers[genre, Maker.MACHINE]) <= 1
    genres = Counter(trial.clips[0].genre for trial in plan if trial.role is Role.CLIP)
    assert spread(genres[genre] for genre in of.genres) <= 1


@given(of=designs(), seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=60)
def test_a_plan_has_its_parts_in_their_places(of: Design, seed: int) -> None:
    plan = choose_with(of, seed=seed)
    roles = [trial.role for trial in plan]
    assert roles[: of.practice] == [Role.PRACTICE] * of.practice
    rest = roles[of.practice :]
    assert Counter(rest) == Counter({Role.CLIP: of.clips, Role.CATCH: of.catch})
    assert rest[0] is rest[-1] is Role.CLIP
    if of.catch < of.clips:
        assert (Role.CATCH, Role.CATCH) not in set(pairwise(rest))
    clips = [clip for trial in plan for clip in trial.clips]
    assert len({clip.source for clip in clips}) == len(clips)
    if 4 * of.catch <= of.clips:
        firsts = [trial.clips[0].truth for trial in plan[of.practice :]]
        assert longest_run(firsts) <= LONGEST_RUN


@given(of=designs(), seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=60)
def test_pairs_are_a_human_clip_and_a_machine_s(of: Design, seed: int) -> None:
    of = of.model_copy(update={"question": Question.WHICH_IS_HUMAN})
    plan = choose_with(of, seed=seed)
    for trial in plan:
        first, second = trial.clips
        assert {first.truth, second.truth} == set(Maker)
        assert first.genre == second.genre
    for role in Role:
        firsts = Counter(trial.clips[0].truth for trial in plan if trial.role is role)
        assert abs(firsts[Maker.HUMAN] - firsts[Maker.MACHINE]) <= 1


@given(of=designs(), seed=st.integers(0, 2**32), people=st.integers(2, 25))
@settings(deadline=None, max_examples=25)
def test_clips_of_a_kind_are_heard_equally_often(of: Design, seed: int, people: int) -> None:
    heard = crowd(of, people, all_candidates(of), seed=seed)
    hearings = (1 + (of.question is Question.WHICH_IS_HUMAN)) * of.clips * people
    assert sum(n for id_, n in heard.items() if id_.startswith("clip")) == hearings


@pytest.mark.parametrize("question", [question.value for question in Question])
@pytest.mark.parametrize(
    ("genres", "machines", "clips", "stimuli"),
    [(2, 1, 10, 20), (3, 1, 10, 20), (3, 1, 11, 7), (1, 1, 7, 10), (2, 2, 10, 20), (3, 2, 10, 11)],
)
def test_all_clips_are_heard_equally_often(
    question: str, genres: int, machines: int, clips: int, stimuli: int
) -> None:
    """Those of the human's, and those of all machines, whatever their genre and condition."""
    of = design(
        question=question,
        genres=list(GENRES[:genres]),
        conditions=list(CONDITIONS[: machines + 1]),
        clips=clips,
        stimuli=stimuli,
    )
    there = candidates(of)
    for people in (1, 17, 50):
        heard = crowd(of, people, there, seed=people)
        for maker in Maker:
            assert spread(heard[clip.id] for clip in there if clip.truth is maker) <= 1


def test_each_clip_and_turn_has_its_chance() -> None:
    of = design(question=PAIRS, clips=3, stimuli=10, genres=["chorale"])
    plans = [choose_with(of, seed=seed) for seed in range(300)]
    heard = Counter(clip.id for plan in plans for clip in clips_of(plan))
    assert len(heard) == 20
    assert min(heard.values()) > 60  # 90 on the average, with a standard error of 8
    human_first = [sum(t.clips[0].truth is Maker.HUMAN for t in plan) for plan in plans]
    assert set(human_first) == {1, 2}
    assert np.mean(human_first) == pytest.approx(1.5, abs=0.09)  # three standard errors
    first_turns = [plan[0].clips[0].truth is Maker.HUMAN for plan in plans]
    assert np.mean(first_turns) == pytest.approx(0.5, abs=0.09)


def test_the_same_generator_gives_the_same_plan() -> None:
    plans = [choose_with(design(catch=1, practice=2), seed=seed) for seed in (5, 5, 6)]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]


@pytest.mark.parametrize("question", [question.value for question in Question])
def test_clips_that_were_heard_least_come_first(question: str) -> None:
    of = design(question=question, clips=4, stimuli=10, genres=["chorale"])
    often = candidates(of, heard=3)
    seldom = [
        replace(clip, id=f"new {clip.id}", piece=f"new {clip.piece}", heard=2)
        for clip in candidates(of, number=4 if question == PAIRS else 2)
    ]
    plan = choose_with(of, often + seldom)
    assert {clip.id for clip in clips_of(plan)} == {clip.id for clip in seldom}


@pytest.mark.parametrize("question", [question.value for question in Question])
def test_a_piece_is_heard_once_whatever_the_clip_and_role(question: str) -> None:
    of = design(question=question, clips=4, practice=2, stimuli=12)
    there = [
        replace(clip, piece=f"piece {i // 2 % 6}")  # two clips of each, and practice clips too
        for role in (Role.CLIP, Role.PRACTICE)
        for i, clip in enumerate(candidates(of, role=role))
    ]
    for seed in range(50):
        plan = choose_with(of, there, seed=seed)
        sources = [clip.source for trial in plan for clip in trial.clips]
        assert len(set(sources)) == len(sources)


def test_names_may_be_the_same_elsewhere() -> None:
    """Songs are named by their seeds, which tell nothing of their genre and machine."""
    of = design(conditions=["human", "event", "article"], clips=12, stimuli=3)
    named = [replace(clip, piece=f"seed {clip.piece[-1]}") for clip in candidates(of)]
    plan = choose_with(of, named)
    assert Counter(clip.condition for clip in clips_of(plan)) == {
        "human": 6, "event": 3, "article": 3
    }  # fmt: skip


def test_what_the_study_has_not_is_not_heard() -> None:
    of = design(clips=10)
    strange = of.model_copy(update={"conditions": CONDITIONS, "genres": GENRES})
    plan = choose_with(of, candidates(of, heard=9) + candidates(strange)[: -of.stimuli])
    assert {clip.condition for clip in clips_of(plan)} == set(of.conditions)
    assert {clip.genre for clip in clips_of(plan)} == set(of.genres)


@pytest.mark.parametrize("question", [question.value for question in Question])
def test_genres_without_both_kinds_are_left_out(question: str) -> None:
    of = design(question=question, clips=6)
    there = [
        clip for clip in candidates(of) if clip.genre == "chorale" or clip.truth is Maker.HUMAN
    ]
    assert {clip.genre for clip in clips_of(choose_with(of, there))} == {"chorale"}


def test_a_genre_with_few_clips_gives_what_it_has() -> None:
    of = design(clips=10)
    there = [clip for clip in candidates(of) if clip.genre == "chorale" or clip.id.endswith(" 0")]
    genres = Counter(clip.genre for clip in clips_of(choose_with(of, there)))
    assert genres == {"chorale": 8, "fiddle": 2}


def test_a_genre_may_lack_a_machine() -> None:
    """Few genres have the system of 2018; the others' clips make up for it."""
    of = design(conditions=["human", "event", "article"], clips=8)
    there = [clip for clip in candidates(of) if clip.cell != ("fiddle", "article")]
    clips = clips_of(choose_with(of, there))
    assert Counter(clip.condition for clip in clips) == {"human": 4, "event": 2, "article": 2}
    assert Counter((clip.genre, clip.truth) for clip in clips) == dict.fromkeys(
        [(genre, maker) for genre in of.genres for maker in Maker], 2
    )


@pytest.mark.parametrize(
    ("keys", "lacking"),
    [
        ({"clips": 10}, {(Role.CLIP, "human"): 4}),
        ({"clips": 10}, {(Role.CLIP, "event"): 4}),
        ({"clips": 10, "question": PAIRS}, {(Role.CLIP, "human"): 9}),
        ({"clips": 8, "conditions": ["human", "event", "article"]}, {(Role.CLIP, "article"): 0}),
        ({"clips": 4, "catch": 1}, {(Role.CATCH, NONSENSE): 0}),
        ({"clips": 4, "practice": 2}, {(Role.PRACTICE, "human"): 0}),
    ],
)
def test_too_few_clips_are_said(
    keys: dict[str, object], lacking: dict[tuple[Role, str], int]
) -> None:
    of = design(genres=["chorale"], stimuli=20, **keys)
    left: Counter[tuple[Role, str]] = Counter(lacking)
    few = []
    for clip in all_candidates(of):
        kind = (clip.role, clip.condition)
        if kind not in lacking or left[kind]:
            left[kind] -= 1
            few.append(clip)
    assert suffice(of, all_candidates(of))
    assert not suffice(of, few)
    with pytest.raises(StoreError, match="not yet clips enough for the test; please try"):
        choose_with(of, few)


def test_as_many_as_one_person_needs_are_enough() -> None:
    of = design(clips=10, genres=["chorale", "fiddle"])
    assert suffice(of, candidates(of, number=3))
    assert suffice(of.model_copy(update={"genres": ("chorale",)}), candidates(of, number=5))
    paired = of.model_copy(update={"question": Question.WHICH_IS_HUMAN})
    assert suffice(paired, candidates(of, number=5))
    assert not suffice(paired, candidates(of, number=4))


def test_beside_a_catch_clip_stands_a_human_clip_that_is_left() -> None:
    of = design(question=PAIRS, clips=4, stimuli=3, catch=1, practice=1)
    machines = [
        *candidates(of, number=1, role=Role.CATCH),
        *candidates(of, number=1, role=Role.PRACTICE),
    ]
    there = candidates(of) + [clip for clip in machines if clip.truth is Maker.MACHINE]
    for seed in range(20):
        plan = choose_with(of, there, seed=seed)
        for trial in plan:
            human = next(clip for clip in trial.clips if clip.truth is Maker.HUMAN)
            machine = next(clip for clip in trial.clips if clip.truth is Maker.MACHINE)
            assert machine.role is trial.role
            assert human.role is Role.CLIP
