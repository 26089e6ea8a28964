"""How many people got right: only of those at the end, and without practice."""

from __future__ import annotations

from musegen.studies.records import Maker, Role, Stimulus
from musegen.studies.scores import scores
from musegen.studies.store import Store
from tests.stores import STUDY, clip, plan, someone, vote, with_study


def test_right_answers_of_those_at_the_end_are_counted(store: Store) -> None:
    clips = with_study(store)
    practice = clip("for practice", role=Role.PRACTICE)
    assert store.clips.add(practice, b"sound")
    best = _through(store, [practice, *clips], wrong=0)
    worse = _through(store, [practice, *clips], wrong=3)
    _through(store, [practice, *clips], wrong=0, finishes=False)
    assert scores(store, STUDY) == {best: len(clips), worse: len(clips) - 3}


def test_who_is_simulated_does_not_count(store: Store) -> None:
    clips = with_study(store)
    _through(store, clips, wrong=0, is_synthetic=True)
    assert scores(store, STUDY) == {}


def test_studies_are_kept_apart(store: Store) -> None:
    clips = with_study(store)
    with_study(store, study="another")
    _through(store, clips, wrong=1)
    assert scores(store, "another") == {}


def _through(
    store: Store,
    clips: list[Stimulus],
    *,
    wrong: int,
    finishes: bool = True,
    is_synthetic: bool = False,
) -> str:
    """Somebody who hears all of them and errs on the last ``wrong``."""
    if is_synthetic:
        token = store.people.begin(STUDY, language="en", is_synthetic=True)
        participant = store.people.find(token)
        assert participant is not None
    else:
        participant = someone(store)
    plan(store, participant.id, clips)
    for position, one in enumerate(clips, start=1):
        other = Maker.MACHINE if one.truth is Maker.HUMAN else Maker.HUMAN
        is_wrong = position > len(clips) - wrong
        answer = other if is_wrong else one.truth
        assert store.ballots.add_vote(participant.id, position, vote(answer))
    if finishes:
        store.people.finish(participant.id)
    return participant.id
