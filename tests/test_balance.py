"""Numbers of clips are as even as whole numbers can be, within a person and over people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musegen.studies.balance import Cell, share_out
from musegen.studies.records import Maker, maker_of

MACHINES = ("event", "article", "trained-1", "trained-2")


def cells(genres: int, machines: int, *, humans: bool = True) -> list[Cell]:
    conditions = (["human"] if humans else []) + list(MACHINES[:machines])
    return [(f"genre {genre}", condition) for genre in range(genres) for condition in conditions]


def spread(numbers: Iterable[int]) -> int:
    found = list(numbers)
    return max(found) - min(found)


def by(what: Callable[[Cell], object], numbers: Counter[Cell], among: list[Cell]) -> list[int]:
    """The numbers of all cells that have something in common, added up."""
    sums: Counter[object] = Counter()
    for cell in among:
        sums[what(cell)] += numbers[cell]
    return list(sums.values())


@given(
    genres=st.integers(1, 8),
    machines=st.integers(1, 4),
    total=st.integers(1, 60),
    humans=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_everything_is_even_at_once(
    genres: int, machines: int, total: int, humans: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    all_cells = cells(genres, machines, humans=humans)
    heard = {cell: int(rng.integers(50)) for cell in all_cells}
    numbers = share_out(dict.fromkeys(all_cells, total), heard, total, rng=rng)
    assert numbers.total() == total
    assert spread(by(lambda cell: cell[0], numbers, all_cells)) <= 1
    assert spread(by(lambda cell: maker_of(cell[1]), numbers, all_cells)) <= 1
    for maker in {maker_of(condition) for _, condition in all_cells}:
        of_maker = [cell for cell in all_cells if maker_of(cell[1]) is maker]
        assert spread(by(lambda cell: cell[1], numbers, of_maker)) <= 1
        assert spread(by(lambda cell: cell[0], numbers, of_maker)) <= 1
        assert spread(numbers[cell] for cell in of_maker) <= 1
    if humans:
        for genre in {genre for genre, _ in all_cells}:
            inside = [cell for cell in all_cells if cell[0] == genre]
            assert spread(by(lambda cell: maker_of(cell[1]), numbers, inside)) <= 1


@pytest.mark.parametrize(
    ("genres", "machines", "total"),
    [(1, 1, 3), (2, 1, 10), (3, 1, 10), (3, 1, 7), (3, 2, 10), (2, 2, 9), (5, 1, 12), (4, 3, 20)],
)
@pytest.mark.parametrize("humans", [True, False])
def test_what_is_odd_evens_out_over_people(
    genres: int, machines: int, total: int, humans: bool
) -> None:
    """At every moment, not only in the end."""
    rng = np.random.default_rng(1)
    all_cells = cells(genres, machines, humans=humans)
    heard: Counter[Cell] = Counter()
    for _ in range(60):
        heard.update(share_out(dict.fromkeys(all_cells, 99), heard, total, rng=rng))
        for maker in Maker:
            of_maker = [heard[cell] for cell in all_cells if maker_of(cell[1]) is maker]
            assert spread(of_maker or [0]) <= 1
        assert spread(by(lambda cell: cell[0], heard, all_cells)) <= 1
        if humans:
            assert spread(by(lambda cell: maker_of(cell[1]), heard, all_cells)) <= 1


def test_chance_decides_what_is_odd_at_first() -> None:
    """Three clips of one genre: two are human, or one is."""
    available = dict.fromkeys(cells(1, 1), 9)
    humans = [
        share_out(available, {}, 3, rng=np.random.default_rng(seed))["genre 0", "human"]
        for seed in range(200)
    ]
    assert set(humans) == {1, 2}
    assert np.mean(humans) == pytest.approx(1.5, abs=0.11)  # three standard errors


def test_what_fell_short_comes_next() -> None:
    available = dict.fromkeys(cells(1, 2), 9)
    heard = {("genre 0", "human"): 10, ("genre 0", "event"): 6, ("genre 0", "article"): 4}
    for seed in range(20):
        numbers = share_out(available, heard, 6, rng=np.random.default_rng(seed))
        assert numbers["genre 0", "article"] == 2
        assert numbers["genre 0", "human"] == 3


def test_no_cell_gives_more_than_it_has() -> None:
    available = {("a", "human"): 1, ("a", "event"): 4, ("b", "human"): 5, ("b", "event"): 0}
    numbers = share_out(available, {}, 8, rng=np.random.default_rng(1))
    assert numbers == {("a", "human"): 1, ("a", "event"): 4, ("b", "human"): 3}
    assert (
        share_out(available, {}, 50, rng=np.random.default_rng(1)) == Counter(available) - Counter()
    )


def test_a_maker_has_no_more_of_a_genre_than_there_is_room() -> None:
    available = dict.fromkeys(cells(2, 2), 9)
    numbers = share_out(
        available, {}, 12, room={"genre 0": 1, "genre 1": 9}, rng=np.random.default_rng(1)
    )
    assert numbers["genre 0", "human"] == 1
    assert numbers["genre 0", "event"] + numbers["genre 0", "article"] == 1
    assert numbers.total() == 12
