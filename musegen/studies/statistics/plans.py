"""Plans of listening studies that exist in memory only: who would hear what, in which order.

A plan holds as many human as machine clips of every genre and machine, as
`musegen.studies.assignment` has it. Which pieces a person hears is left to chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from musegen.errors import RequestError
from musegen.studies.records import Condition
from musegen.studies.statistics import frames


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of a study.

    ``pieces`` is how many pieces there are of each genre and condition; ``trials`` and
    ``catches`` are counted per participant.
    """

    participants: int = 40
    trials: int = 20
    pieces: int = 20
    genres: tuple[str, ...] = ("chorale", "fiddle")
    machines: tuple[str, ...] = (Condition.EVENT.value,)
    catches: int = 0
    question: str = frames.SINGLE

    def __post_init__(self) -> None:
        if min(self.participants, self.trials, self.pieces) < 1 or self.catches < 0:
            raise RequestError("A study has at least one participant, one trial and one piece.")
        if self.question == frames.SINGLE and self.trials % 2:
            raise RequestError(
                f"{self.trials} trials cannot be half human and half machine; take an even number."
            )

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Genre and machine of every kind of clip (or pair) that is planned."""
        return [(genre, machine) for machine in self.machines for genre in self.genres]

    @property
    def votes(self) -> int:
        """How many votes there will be, catch trials not counted."""
        return self.participants * self.trials


def make_plan(design: Layout, rng: np.random.Generator) -> pd.DataFrame:
    """A plan for every participant, one row a trial; see `simulate.answer` for its columns.

    Raises
    ------
    RequestError
        When a participant would have to hear a piece twice.
    """
    drawn = [_of_one(design, rng) for _ in range(design.participants)]
    each = design.trials + design.catches
    # rows: (participants × trials each, 5): genre, machine, whether machine (first), pieces
    rows = np.concatenate(drawn)
    plan = _named(rows, design)
    number = np.repeat(np.arange(design.participants), each)
    plan.insert(
        0, "participant", np.array([f"p{i:04d}" for i in range(design.participants)])[number]
    )
    plan.insert(1, "position", np.tile(np.arange(1, each + 1), design.participants))
    plan.insert(2, "question", design.question)
    plan.insert(0, "study", "synthetic")
    return plan


def repeat(plan: pd.DataFrame, studies: int) -> pd.DataFrame:
    """The same plan for many studies, each with participants and pieces of its own.

    All in one frame, study after study, so that `simulate.answer` runs once for all of them;
    `split` takes the answers apart.
    """
    number = np.repeat(np.arange(studies).astype(str), len(plan))
    many = pd.concat([plan] * studies, ignore_index=True)
    marks = pd.Series(number, dtype="str")
    names = ("participant", "piece", "stimulus", "other_piece", "other_stimulus")
    own = {name: many[name] + "/" + marks for name in names if name in many}
    return many.assign(study=marks, **own)


def split(votes: pd.DataFrame, studies: int) -> list[pd.DataFrame]:
    """The votes of each of the ``studies`` that `repeat` planned."""
    each = len(votes) // studies
    return [votes.iloc[start : start + each] for start in range(0, len(votes), each)]


def _of_one(design: Layout, rng: np.random.Generator) -> np.ndarray:
    """Trials of one participant, shape (trials + catches, 6), int.

    Columns: cell, is machine (first), human piece, machine's piece, is catch.
    """
    is_pair = design.question == frames.PAIR
    wanted = design.trials if is_pair else design.trials // 2
    cells = np.resize(rng.permutation(len(design.cells)), wanted)
    human, made = _pieces(cells % len(design.genres), design, rng), _pieces(cells, design, rng)
    if is_pair:
        turned = rng.permutation(np.arange(wanted) % 2)
        rows = np.column_stack([cells, turned, human, made])
    else:
        rows = np.vstack(
            [
                np.column_stack([cells, np.zeros(wanted, int), human, made]),
                np.column_stack([cells, np.ones(wanted, int), human, made]),
            ]
        )
    rows = rows[rng.permutation(len(rows))]
    kind = np.zeros(len(rows) + design.catches, int)
    kind[rng.permutation(len(kind))[: design.catches]] = 1
    return np.column_stack([_spread(rows, kind, rng), kind])


def _spread(rows: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The trials, with a made-up catch trial wherever ``kind`` is 1."""
    spread = np.zeros((len(kind), rows.shape[1]), int)
    spread[kind == 0] = rows
    spread[kind == 1, 1] = rng.integers(0, 2, kind.sum())
    return spread


def _pieces(groups: np.ndarray, design: Layout, rng: np.random.Generator) -> np.ndarray:
    """A piece for each clip, none twice within a group."""
    most = np.bincount(groups).max()
    if most > design.pieces:
        raise RequestError(
            f"A participant would hear {most} clips of {design.pieces} pieces; "
            "take more pieces or fewer trials."
        )
    chosen = np.empty(len(groups), int)
    for group in np.unique(groups):
        there = groups == group
        chosen[there] = rng.permutation(design.pieces)[: there.sum()]
    return chosen


def _named(rows: np.ndarray, design: Layout) -> pd.DataFrame:
    """Names for the numbers of `_of_one`."""
    cell, is_made, human, made, is_catch = rows.T
    genres = np.array([genre for genre, _ in design.cells])[cell]
    machine = np.array([machine for _, machine in design.cells])[cell]
    number = np.char.add(" ", np.arange(design.pieces).astype(str))
    human_piece = np.char.add(np.char.add(genres, " human"), number[human])
    made_piece = np.char.add(np.char.add(np.char.add(genres, " "), machine), number[made])
    human_piece = np.where(is_catch, "catch human", human_piece)
    made_piece = np.where(is_catch, "catch machine", made_piece)
    first = is_made == 1
    own = np.where(first, made_piece, human_piece)
    plan = {
        "kind": np.where(is_catch, frames.CATCH, frames.CLIP),
        "stimulus": own,
        "genre": genres,
        "truth": np.where(first, frames.MACHINE, frames.HUMAN),
        "condition": np.where(first, machine, frames.HUMAN),
        "piece": own,
    }
    if design.question == frames.PAIR:
        other = np.where(first, human_piece, made_piece)
        plan |= {
            "other_stimulus": other,
            "other_condition": np.where(first, frames.HUMAN, machine),
            "other_piece": other,
        }
    return pd.DataFrame(plan)
