"""How many clips of each genre and condition one participant hears.

A *cell* is a genre and a condition, such as “fiddle” by “event”. The numbers are as even as
whole numbers can be, at once over makers, machines, genres, makers within a genre, and cells.
That can always be done: every cell lies on one path from its genre to its maker, so that
numbers of clips are a flow in a network, and a flow of fractions can be rounded to whole
numbers, each up or down to the next (Bacharach 1966, “Matrix rounding problems”). What is odd
goes where the study so far has had least; after that, chance decides.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from musegen.studies.records import maker_of

Cell = tuple[str, str]
"""Genre and condition."""

Node = tuple[str, ...]

_SOURCE: Node = ("source",)
_SINK: Node = ("sink",)

_LEVEL_BITS = 64
"""Costs of one level add up to less than this holds, so that none outweighs the level above."""


class _Kind(Enum):
    """What the clips that pass an edge have in common.

    The values are the levels of two costs: of what is uneven within the person, and of what is
    uneven over the study so far. How many clips makers and conditions have is settled first,
    over the study too, for what comes below would always decide alike. Over the study, cells
    come before genres; of two ways that are as good for cells, the one that leaves genres even
    leaves more ways to the next participant.
    """

    MAKER = (10, 9)
    CONDITION = (8, 7)
    MAKER_IN_GENRE = (6, 2)
    GENRE = (5, 1)
    CELL = (4, 3)


@dataclass(slots=True)
class _Edge:
    """A set of cells, as a way that all its clips must take.

    ``ahead`` is by how much the study so far has had more of the set than its share. It is
    measured in parts of a clip, of which a whole one has ``parts``.
    """

    kind: _Kind
    start: Node
    end: Node
    parts: int
    chance: int
    capacity: int = 0
    ahead: int = 0
    clips: int = 0

    def cost(self, clips: int) -> int:
        """What one more costs after so many: ever more, so that even numbers cost least."""
        in_person, in_study = self.kind.value
        uneven_in_person = 2 * clips + 1
        uneven_in_study = 2 * (self.ahead + self.parts * clips) + self.parts
        return (
            (uneven_in_person << _LEVEL_BITS * in_person)
            + (uneven_in_study << _LEVEL_BITS * in_study)
            + self.chance
        )


def share_out(
    available: Mapping[Cell, int],
    heard: Mapping[Cell, int],
    total: int,
    *,
    room: Mapping[str, int] | None = None,
    rng: np.random.Generator,
) -> Counter[Cell]:
    """Share ``total`` clips out among cells.

    Parameters
    ----------
    available
        How many clips there are in each cell.
    heard
        How often the clips of each cell were heard so far, by all participants together.
    total
        How many clips to share out.
    room
        How many clips of each genre one maker may have at most; without it, any number.

    Returns
    -------
    Counter
        Clips of each cell: ``total`` together, or as many as there are.
    """
    edges = _network(available, heard, rng)
    for edge in edges:
        if room is not None and edge.kind is _Kind.MAKER_IN_GENRE:
            edge.capacity = min(edge.capacity, room.get(edge.end[0], 0))
    for _ in range(min(total, sum(available.values()))):
        for edge, step in _cheapest_path(edges):
            edge.clips += step
    cells = (edge for edge in edges if edge.kind is _Kind.CELL)
    return Counter({(edge.start[0], edge.end[0]): edge.clips for edge in cells if edge.clips})


def _network(
    available: Mapping[Cell, int], heard: Mapping[Cell, int], rng: np.random.Generator
) -> list[_Edge]:
    shares = _shares([cell for cell, clips in available.items() if clips])
    parts = math.lcm(*shares.values())
    heard_by_all = sum(heard.get(cell, 0) for cell in shares)
    edges: dict[tuple[Node, Node], _Edge] = {}
    for cell, share in shares.items():
        for kind, start, end in _way(cell):
            if (start, end) not in edges:
                chance = int(rng.integers(2**32))
                edges[start, end] = _Edge(kind, start, end, parts, chance)
            edges[start, end].capacity += available[cell]
            edges[start, end].ahead += parts * heard.get(cell, 0) - parts // share * heard_by_all
    return list(edges.values())


def _way(cell: Cell) -> Iterator[tuple[_Kind, Node, Node]]:
    """The path of a cell's clips through the network."""
    genre, condition = cell
    maker = maker_of(condition).value
    yield _Kind.GENRE, _SOURCE, ("genre", genre)
    yield _Kind.MAKER_IN_GENRE, ("genre", genre), (genre, maker)
    yield _Kind.CELL, (genre, maker), (condition,)
    yield _Kind.CONDITION, (condition,), ("maker", maker)
    yield _Kind.MAKER, ("maker", maker), _SINK


def _shares(cells: list[Cell]) -> dict[Cell, int]:
    """Which part of all clips each cell should have: 6 is a sixth."""
    makers = {maker_of(condition) for _, condition in cells}
    genres = Counter((maker_of(condition), genre) for genre, condition in cells)
    of_maker = Counter(maker for maker, _ in genres)
    return {
        (genre, condition): len(makers)
        * of_maker[maker_of(condition)]
        * genres[maker_of(condition), genre]
        for genre, condition in cells
    }


def _cheapest_path(edges: list[_Edge]) -> list[tuple[_Edge, int]]:
    """How to let one clip more through: the edges that get one, and those that give one back.

    Taking the cheapest path each time gives the cheapest flow (Bellman and Ford's search, since
    giving back costs less than nothing).
    """
    costs: dict[Node, int] = {_SOURCE: 0}
    arrivals: dict[Node, tuple[_Edge, int]] = {}
    is_settled = False
    steps = [
        (edge.start, edge.end, edge.cost(edge.clips), edge, 1)
        for edge in edges
        if edge.clips < edge.capacity
    ]
    steps += [
        (edge.end, edge.start, -edge.cost(edge.clips - 1), edge, -1) for edge in edges if edge.clips
    ]
    while not is_settled:
        is_settled = True
        for start, end, cost, edge, step in steps:
            if start in costs and (end not in costs or costs[start] + cost < costs[end]):
                costs[end] = costs[start] + cost
                arrivals[end] = (edge, step)
                is_settled = False
    return list(_back(arrivals))


def _back(arrivals: Mapping[Node, tuple[_Edge, int]]) -> Iterator[tuple[_Edge, int]]:
    """The path to the sink, from its end; nothing when the sink was not reached."""
    node = _SINK
    while node in arrivals:
        edge, step = arrivals[node]
        yield edge, step
        node = edge.start if step > 0 else edge.end
