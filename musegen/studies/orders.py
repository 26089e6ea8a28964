"""In which order a participant meets the trials: random, but telling nothing.

Long runs of one maker make people count instead of listen. Catch trials stand among the
others: never first or last, and never two in a row where there are others enough to part them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from musegen.studies.records import Maker

LONGEST_RUN = 3
"""At most so many of one maker in a row, where that is possible."""

Kind = tuple[Maker, bool]
"""The maker of a clip (of a pair: of the first), and whether the trial is a catch trial."""


def shuffle(kinds: Sequence[Kind], *, rng: np.random.Generator) -> list[Kind]:
    """The kinds of trials, two or more of which are no catch trials, in a random order."""
    catches = sum(is_catch for _, is_catch in kinds)
    is_apart = 2 * catches < len(kinds)
    for longest in range(LONGEST_RUN, len(kinds) + 1):
        order = _Order(longest, is_apart, rng)
        if order.complete(Counter(kinds)):
            return order.kinds
    return list(kinds)


def longest_run(makers: Sequence[Maker]) -> int:
    """Length of the longest stretch of one maker; 0 where there is none."""
    longest = run = 0
    for index, maker in enumerate(makers):
        run = run + 1 if index and makers[index - 1] is maker else 1
        longest = max(longest, run)
    return longest


@dataclass(slots=True)
class _Order:
    """An order that grows trial by trial, and goes back where there is no way on."""

    longest: int
    is_apart: bool
    rng: np.random.Generator
    kinds: list[Kind] = field(default_factory=list)
    dead_ends: set[tuple[object, ...]] = field(default_factory=set)

    def complete(self, left: Counter[Kind]) -> bool:
        """Put what is left after what there is; False, and nothing done, where that cannot be."""
        if not left.total():
            return True
        place = (frozenset(left.items()), *self._run())
        if place in self.dead_ends:
            return False
        for kind in self._drawn(left):
            if self._may_follow(kind, is_last=left.total() == 1):
                self.kinds.append(kind)
                if self.complete(left - Counter([kind])):
                    return True
                self.kinds.pop()
        self.dead_ends.add(place)
        return False

    def _drawn(self, left: Counter[Kind]) -> list[Kind]:
        """The kinds in a random order, that of which most is left most likely first.

        Drawn without replacement by weight (Efraimidis and Spirakis 2006).
        """
        lots = {kind: self.rng.random() ** (1 / number) for kind, number in left.items()}
        return sorted(lots, key=lambda kind: -lots[kind])

    def _may_follow(self, kind: Kind, *, is_last: bool) -> bool:
        maker, is_catch = kind
        if is_catch and (is_last or not self.kinds):
            return False
        last_maker, last_is_catch, run = self._run()
        if is_catch and last_is_catch and self.is_apart:
            return False
        return maker is not last_maker or run < self.longest

    def _run(self) -> tuple[Maker | None, bool, int]:
        """The last trial's kind, and how many of its maker end the order so far."""
        if not self.kinds:
            return None, False, 0
        last, is_catch = self.kinds[-1]
        run = 1
        while run < len(self.kinds) and self.kinds[-run - 1][0] is last:
            run += 1
        return last, is_catch, run
