"""A participant's plan, chosen among a study's clips: pure, and quick.

Practice trials come first, then those that count, with the catch trials among them. Numbers
of clips of each genre and condition are even (`musegen.studies.balance`); of each, those come
first that were heard least so far, and chance decides between equals, so that no clip of a
genre and condition gets two hearings ahead of another. No two clips of a plan are of one
piece. Where the question is *which is human*, a trial is a human clip and a machine's of the
same genre, and the human one is first half of the time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from musegen.errors import StoreError
from musegen.studies import orders
from musegen.studies.balance import Cell, share_out
from musegen.studies.design import Design
from musegen.studies.records import Maker, Question, Role, maker_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clip that may be assigned.

    ``heard`` is how often it was, or is about to be, in trials of its own role.
    """

    id: str
    role: Role
    genre: str
    condition: str
    piece: str
    heard: int = 0

    @property
    def truth(self) -> Maker:
        return maker_of(self.condition)

    @property
    def cell(self) -> Cell:
        return self.genre, self.condition

    @property
    def source(self) -> tuple[str, ...]:
        """What it is a clip of: pieces are named within a genre, songs within their machine's."""
        return *self.cell, self.piece


@dataclass(frozen=True, slots=True)
class Planned:
    """A trial to be: one clip, or two in the order in which they are heard."""

    role: Role
    clips: tuple[Candidate, ...]

    @property
    def kind(self) -> orders.Kind:
        """What the order of trials must not give away."""
        return self.clips[0].truth, self.role is Role.CATCH


def choose(
    design: Design, candidates: Iterable[Candidate], *, rng: np.random.Generator
) -> list[Planned]:
    """A plan for one participant, in the order in which to present it.

    Raises
    ------
    StoreError
        When the candidates do not suffice for a plan as the design wants it.
    """
    pile = _Pile([clip for clip in candidates if _belongs(clip, design)], rng)
    draw = _pairs if design.question is Question.WHICH_IS_HUMAN else _singles
    clips = draw(pile, Role.CLIP, design.clips, rng)
    _check_evenness(design, clips)
    practice = draw(pile, Role.PRACTICE, design.practice, rng)
    return practice + _mixed(clips + draw(pile, Role.CATCH, design.catch, rng), rng)


def suffice(design: Design, candidates: Iterable[Candidate]) -> bool:
    """Whether `choose` finds a plan among the candidates."""
    try:
        choose(design, candidates, rng=np.random.default_rng(0))
    except StoreError:
        return False
    return True


def _belongs(clip: Candidate, design: Design) -> bool:
    is_wanted = clip.role is not Role.CLIP or clip.condition in design.conditions
    return is_wanted and clip.genre in design.genres


class _Pile:
    """The clips that one participant may still get: least heard first, then as chance has it."""

    def __init__(self, clips: list[Candidate], rng: np.random.Generator) -> None:
        shuffled = [clips[i] for i in rng.permutation(len(clips))]
        self._clips = sorted(shuffled, key=lambda clip: clip.heard)
        self._taken: set[tuple[str, ...]] = set()
        self._rng = rng

    def left(self, role: Role, maker: Maker | None = None) -> list[Candidate]:
        """What is left of a role, and of a maker if one is named; one clip of a piece."""
        first_of: dict[tuple[str, ...], Candidate] = {}
        for clip in self._clips:
            if clip.role is role and maker in (None, clip.truth):
                first_of.setdefault(clip.source, clip)
        return [clip for source, clip in first_of.items() if source not in self._taken]

    def draw(
        self, clips: list[Candidate], number: int, *, room: Mapping[str, int] | None = None
    ) -> list[Candidate]:
        """Take so many of the clips, evenly, in a random order; see `balance.share_out`."""
        heard: Counter[Cell] = Counter()
        for clip in clips:
            heard[clip.cell] += clip.heard
        available = Counter(clip.cell for clip in clips)
        wanted = share_out(available, heard, number, room=room, rng=self._rng)
        drawn = []
        for clip in clips:
            if wanted[clip.cell]:
                wanted[clip.cell] -= 1
                drawn.append(self.take(clip))
        if len(drawn) < number:
            raise StoreError(_TOO_FEW)
        return [drawn[i] for i in self._rng.permutation(number)]

    def take(self, clip: Candidate) -> Candidate:
        """Take the clip, and with it all others of its piece."""
        self._taken.add(clip.source)
        return clip


def _singles(pile: _Pile, role: Role, number: int, _rng: np.random.Generator) -> list[Planned]:
    clips = pile.left(role)
    room = _pairs_of(clips) if role is Role.CLIP else None
    return [Planned(role, (clip,)) for clip in pile.draw(clips, number, room=room)]


def _pairs(pile: _Pile, role: Role, number: int, rng: np.random.Generator) -> list[Planned]:
    humans = Counter(clip.genre for clip in _humans_beside(role, pile))
    machines = pile.draw(pile.left(role, Maker.MACHINE), number, room=humans)
    pairs = [(_human_beside(clip, pile), clip) for clip in machines]
    return [Planned(role, pair) for pair in _turned(pairs, rng)]


def _pairs_of(clips: list[Candidate]) -> dict[str, int]:
    """How many pairs of both makers each genre has: more of one would tell something."""
    makers = Counter((clip.genre, clip.truth) for clip in clips)
    return {genre: min(makers[genre, maker] for maker in Maker) for genre, _ in makers}


def _humans_beside(role: Role, pile: _Pile) -> list[Candidate]:
    """The human clips that may stand beside a machine's: first those of its own role."""
    own = pile.left(role, Maker.HUMAN)
    return own if role is Role.CLIP else own + pile.left(Role.CLIP, Maker.HUMAN)


def _human_beside(machine: Candidate, pile: _Pile) -> Candidate:
    humans = _humans_beside(machine.role, pile)
    human = next((clip for clip in humans if clip.genre == machine.genre), None)
    if human is None:
        raise StoreError(_TOO_FEW)
    return pile.take(human)


def _turned(
    pairs: list[tuple[Candidate, Candidate]], rng: np.random.Generator
) -> list[tuple[Candidate, Candidate]]:
    """Every second pair the other way round; chance decides where to begin."""
    turns = int(rng.integers(2))
    return [(b, a) if (i + turns) % 2 else (a, b) for i, (a, b) in enumerate(pairs)]


def _check_evenness(design: Design, trials: list[Planned]) -> None:
    """See that the clips allowed even numbers of makers and machines."""
    clips = [clip for trial in trials for clip in trial.clips]
    makers = Counter(clip.truth for clip in clips)
    conditions = Counter(clip.condition for clip in clips)
    for numbers in (
        [makers[maker] for maker in Maker],
        [conditions[machine] for machine in design.machines],
    ):
        if max(numbers) - min(numbers) > 1:
            raise StoreError(_TOO_FEW)


def _mixed(trials: list[Planned], rng: np.random.Generator) -> list[Planned]:
    stacks: dict[orders.Kind, list[Planned]] = {}
    for index in rng.permutation(len(trials)):
        stacks.setdefault(trials[index].kind, []).append(trials[index])
    order = orders.shuffle([trial.kind for trial in trials], rng=rng)
    return [stacks[kind].pop() for kind in order]


_TOO_FEW = "There are not yet clips enough for the test; please try again in a minute."
