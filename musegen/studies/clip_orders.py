"""Which clips a study has: a list that its design alone decides.

An `Order` is one clip to be made. Orders come round by round, so that a study whose clips are
still being made has as many of each kind, and human clips come before the machine's that match
them. Numbers count from 0 within a role, genre and condition.

Practice clips are pieces and songs of their own. Catch clips are nonsense
(`musegen.studies.nonsense`); where two clips are compared, each has a human clip beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from musegen.studies.design import Design
from musegen.studies.records import Condition, Maker, Question, Role, maker_of

NONSENSE = "nonsense"
"""The condition of catch clips."""


@dataclass(frozen=True, slots=True)
class Order:
    """One clip to be made."""

    role: Role
    genre: str
    condition: str
    number: int

    @property
    def is_human(self) -> bool:
        return maker_of(self.condition) is Maker.HUMAN

    @property
    def model(self) -> Order:
        """The human clip that a machine's is to be like."""
        if self.condition == NONSENSE:
            return Order(Role.CLIP, self.genre, Condition.HUMAN.value, 0)
        return Order(self.role, self.genre, Condition.HUMAN.value, self.number)


def orders(design: Design) -> tuple[Order, ...]:
    """All clips of a study, in the order in which to make them."""
    first, *others = (_round(design, number) for number in range(design.stimuli))
    return (
        *first,
        *_practice(design),
        *_catch(design),
        *(order for clips in others for order in clips),
    )


def _round(design: Design, number: int) -> list[Order]:
    conditions = (Condition.HUMAN.value, *design.machines)
    return [
        Order(Role.CLIP, genre, condition, number)
        for genre in design.genres
        for condition in conditions
    ]


def _practice(design: Design) -> Iterator[Order]:
    """As many human clips as machine clips, enough for whatever a participant is given."""
    is_paired = design.question is Question.WHICH_IS_HUMAN
    count = design.practice if is_paired else -(-design.practice // 2)
    for i in range(count):
        number, genre = divmod(i, len(design.genres))
        yield Order(Role.PRACTICE, design.genres[genre], Condition.HUMAN.value, number)
        machine = design.machines[i % len(design.machines)]
        yield Order(Role.PRACTICE, design.genres[genre], machine, number)


def _catch(design: Design) -> Iterator[Order]:
    for i in range(design.catch):
        number, genre = divmod(i, len(design.genres))
        if design.question is Question.WHICH_IS_HUMAN:
            yield Order(Role.CATCH, design.genres[genre], Condition.HUMAN.value, number)
        yield Order(Role.CATCH, design.genres[genre], NONSENSE, number)


def human_pieces(design: Design) -> dict[str, int]:
    """How many human pieces a study takes of each genre."""
    human = [order.genre for order in orders(design) if order.is_human]
    return {genre: human.count(genre) for genre in design.genres}


def number_from(*words: object) -> int:
    """A number from 0 to 2³¹ − 1 that the words decide; other words, another number.

    It is the same on every machine and with every version of Python.
    """
    text = "\x1f".join(str(word) for word in words)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
