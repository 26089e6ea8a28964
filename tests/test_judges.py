"""Judges find a planted difference, see none where there is none, and never cheat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from sklearn.model_selection import StratifiedGroupKFold

from musegen.errors import RequestError
from musegen.evaluation import judges, tells
from musegen.evaluation.compare import Comparison, compare
from musegen.evaluation.excerpts import Excerpt, excerpts_of
from musegen.evaluation.judges import Judge
from musegen.song import Note, Part, Song, regular_bars

SCALE = (60, 62, 64, 65, 67, 69, 71, 72, 74, 76, 77, 79)


def tune(seed: int, steps: Sequence[int]) -> Song:
    """A walk over the scale of sixteen bars, in quarters and eighths."""
    rng = np.random.default_rng(seed)
    notes, tick, place = [], 0, 5
    while tick < 16 * 48:
        place = int(np.clip(place + rng.choice(steps), 0, len(SCALE) - 1))
        length = int(rng.choice([6, 12]))
        notes.append(Note(tick, SCALE[place], length))
        tick += length
    return Song("x", (Part("Fiddle", 40, tuple(notes)),), regular_bars(17, 4, 4))


def tunes(first: int, count: int, steps: Sequence[int] = (-2, -1, 1, 2)) -> dict[str, Song]:
    return {str(i): tune(i, steps) for i in range(first, first + count)}


@pytest.fixture(scope="module")
def planted() -> Comparison:
    """Human tunes that hardly ever repeat a note beside songs that often do."""
    return compare(tunes(0, 14), tunes(100, 14, (-2, -1, 0, 1, 2)), seed=1, repeats=1, splits=0)


def test_every_judge_finds_a_planted_difference(planted: Comparison) -> None:
    for verdict in planted.verdicts:
        assert verdict.auc > 0.8, verdict
        assert verdict.low <= verdict.auc <= verdict.high


def test_the_difference_is_told_in_words(planted: Comparison) -> None:
    first = planted.tells[0]
    assert first.words == "its lines repeat a note more often"
    assert first.auc > 0.9
    assert first.human < 0.5 * first.machine


def test_alike_music_cannot_be_told_apart() -> None:
    found = compare(tunes(0, 20), tunes(100, 20), seed=1, repeats=2, splits=2)
    for verdict in found.verdicts:
        assert 0.25 < verdict.auc < 0.75, verdict
        assert verdict.high - verdict.low > 0.1
    assert 0.3 < np.mean([auc for aucs in found.control.values() for auc in aucs]) < 0.7


def test_no_work_is_on_both_sides_of_a_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pieces of each work, labels being noise: one who has heard one would know the other."""
    works = {f"h{i}": f"tune {i // 2}" for i in range(10)}
    both, is_machine = judges.paired(some_excerpts("h", 0, works), some_excerpts("m", 100), seed=0)
    read = judges.material(both)
    assert len(np.unique(read.works)) == len(np.unique(read.pieces)) - 5
    seen = []
    split = StratifiedGroupKFold.split

    def watched(self: StratifiedGroupKFold, x: object, y: object, groups: object) -> object:
        for train, test in split(self, x, y, groups):
            seen.append((set(read.works[train]), set(read.works[test])))
            yield train, test

    monkeypatch.setattr(StratifiedGroupKFold, "split", watched)
    judges.out_of_fold(Judge.LINEAR, read, np.arange(len(read)), is_machine, seed=0, repeats=2)
    assert len(seen) == 2 * judges.FOLDS
    assert all(not train & test for train, test in seen)


def some_excerpts(name: str, first: int, works: Mapping[str, str] | None = None) -> list[Excerpt]:
    some = {f"{name}{i}": song for i, song in enumerate(tunes(first, 10).values())}
    return excerpts_of(some, works=works)


def settings(first: int, works: int) -> tuple[dict[str, Song], dict[str, str]]:
    """Three settings of each tune that are the same, and the tune of each."""
    some = tunes(first, works).items()
    pieces = {f"{name} {setting}": song for name, song in some for setting in range(3)}
    return pieces, {name: name.partition(" ")[0] for name in pieces}


def test_who_knows_a_tune_is_not_asked_about_its_other_settings() -> None:
    """Music that cannot be told apart, but by its tunes, of which the humans have few."""
    humans, works = settings(0, 8)
    songs = tunes(100, 24)
    found = compare(humans, songs, works=works, seed=1, repeats=1, splits=0, by_piece=True)
    assert max(verdict.auc for verdict in found.by_piece) > 0.9
    assert found.best.auc < 0.75, found.best
    assert found.to_dict()["best_auc_by_piece"] > 0.9


def test_too_few_works_are_refused() -> None:
    humans, works = settings(0, 3)
    with pytest.raises(RequestError, match="belong to 3 works"):
        compare(humans, tunes(50, 9), works=works, seed=0)


def test_auc_and_interval_of_known_scores() -> None:
    is_machine = np.array([False] * 20 + [True] * 20)
    pieces = np.repeat(np.arange(20), 2)
    rng = np.random.default_rng(0)
    perfect = judges.auc_with_interval(is_machine.astype(float), is_machine, pieces, rng)
    assert perfect == (1.0, 1.0, 1.0)
    assert judges.auc_with_interval(np.zeros(40), is_machine, pieces, rng) == (0.5, 0.5, 0.5)


def test_the_interval_is_over_pieces_not_excerpts() -> None:
    """Ten excerpts of each piece that all score the same say no more than one."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=24)
    is_machine = np.arange(24) % 2 == 0

    def width(copies: int) -> float:
        _, low, high = judges.auc_with_interval(
            np.repeat(scores, copies),
            np.repeat(is_machine, copies),
            np.repeat(np.arange(24), copies),
            np.random.default_rng(1),
        )
        return high - low

    assert width(10) == pytest.approx(width(1))


def test_the_same_seed_gives_the_same_verdicts() -> None:
    one, other = (compare(tunes(0, 8), tunes(50, 8), seed=3, repeats=1, splits=1) for _ in "ab")
    assert one.to_dict() == other.to_dict()


def test_too_few_songs_are_refused() -> None:
    with pytest.raises(RequestError, match="3 songs of 8 bars or more are too few to judge"):
        compare(tunes(0, 8), tunes(50, 3), seed=0)


def test_a_features_auc_ignores_where_it_does_not_apply() -> None:
    is_machine = np.array([True, True, True, False, False, False])
    column = np.array([2.0, 3.0, np.nan, 1.0, np.nan, 2.0])
    assert tells.feature_auc(column, is_machine) == pytest.approx(3.5 / 4)
    assert tells.feature_auc(np.full(6, np.nan), is_machine) == 0.5


def test_a_feature_that_applies_to_a_single_excerpt_is_no_obstacle() -> None:
    """So that in some fold it applies to none that is learned from."""
    both, is_machine = judges.paired(some_excerpts("h", 0), some_excerpts("m", 100), seed=0)
    read = judges.material(both)
    read.table.values[1:, 0] = np.nan
    for judge in (Judge.TREES, Judge.LINEAR):
        scores = judges.out_of_fold(
            judge, read, np.arange(len(read)), is_machine, seed=0, repeats=1
        )
        assert np.isfinite(scores).all()
    assert np.isfinite(tells.importance(read, is_machine, seed=0)).all()
