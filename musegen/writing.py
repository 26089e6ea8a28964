"""Writing one section: many drafts side by side, phrase after phrase, the best go on.

At the end of each phrase the drafts are compared (`musegen.choosing`); the best few are all
continued, several times each, and of the finished ones one is kept. Where the model has a guide
(`musegen.guide`), it has a say after every beat; where it has a discriminator
(`musegen.discriminator`), drafts are drawn by its odds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from musegen.barmap import BarMap
from musegen.cadences import Close, close_faults, closed_on, ends_on, last_notes
from musegen.choosing import WEIGHTS, Weights, Wishes, faults, is_same, relation_faults, within
from musegen.critic import Critic
from musegen.encoding import encode
from musegen.guide import write_on
from musegen.keys import to_home_key
from musegen.knowledge import Knowledge
from musegen.sampling import Draft, Sampler
from musegen.song import TICKS_PER_BEAT, Key, Note, Part, Song, cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAFTS = 32
"""Drafts side by side. More are slower and better: with 48 for 24 the chorales' judges fell by
0.05. With 32 twenty chorales took less than a minute on two cores."""

GUIDED_DRAFTS = 24
"""Drafts side by side where a guide picks among them, which takes longer for each of them: with 24
twenty chorales take less than a minute on two cores."""

KEPT = 4
"""Drafts that go on after each phrase."""

DRAWN = 8
"""As many where a discriminator draws them, so that less is decided early. That 8 are better than 4 was
not told from chance (docs/experiments.md)."""

GUIDED_CRITIC = 8.0
"""What a critic's word weighs where a guide has picked already. Of 2, 4.5, 8 and 14 such songs were
told from people's worst with this one (docs/experiments.md)."""

HEARD = 32
"""Drafts, the best ones, that critic and discriminator hear after each phrase: they take their time."""

COOLING = 0.88
"""Pitches are composed a little cooler than the network was taught, and so are lengths where they
are corrected: over a whole section that is nearer to human pieces. Corrections and critics hear the
network uncooled, as they were taught."""

LESS_COOLED = {"fiddle": 0.95}
"""Genres whose guide makes regular enough what comes from a warmer network."""

HOWEVER_SURPRISING = ("quartet",)
"""Genres in which a draft's surprise costs nothing, though a critic is listened to."""

CLOSING = {"renaissance": 0.3, "folk": 0.5}
"""Genres whose sections close as planned though a discriminator is asked, and what a wrong close within
one costs: left to it, 52 % of the phrases of masses closed on tonic or dominant, for 81 % without one,
and 72 % of those of folk songs, for people's 81 % (docs/experiments.md)."""

SURE = 6.0
"""A critic surer than that, in logits, is taken to be no surer."""

MELODY_HOME = 0.75
"""Where so large a share of the pieces end with the tonic on top, sections close so, too."""

ROUNDS = 4
"""How often a phrase is written at most: the last of a song when no draft ends on the tonic, the
last of a section when every draft makes it all but one that it is to differ from."""

WARMING = 1.2
"""So much warmer is a network that can only repeat itself, from round to round."""

Voices = Sequence[Sequence[Note]]

Listener = Callable[[list[Song]], None]


@dataclass(frozen=True)
class Sheet:
    """A section that is to be written.

    Parameters
    ----------
    blank
        A song with bars and sections and no notes, the section among them.
    start_tick
        Where the section begins in it.
    stops
        Where drafts are compared, in ticks of the section; the last is its end.
    told
        The notes that stand already, in ticks of ``blank``: what came before, and the section's
        own beginning until ``wishes.free_tick``.
    turn
        The key that the network is told from some tick of the section on.
    final_ticks
        How long a song's last note is at least.
    """

    blank: Song
    start_tick: int
    stops: tuple[int, ...]
    wishes: Wishes
    told: Voices = ()
    turn: tuple[int, Key] | None = None
    final_ticks: int = TICKS_PER_BEAT

    @property
    def end_tick(self) -> int:
        return self.start_tick + self.stops[-1]

    @property
    def is_end(self) -> bool:
        """Whether the song ends with it."""
        return self.end_tick == self.blank.end_tick


@dataclass(frozen=True)
class Writer:
    """Writes a genre's sections, as careful or adventurous as ``temperature`` says.

    A critic that is not sure enough is not heard, and surprise costs nothing without one. A
    ``listener`` is told the drafts of each section of which nothing stood before, the best first.
    """

    knows: Knowledge
    temperature: float = 1.0
    listener: Listener | None = None
    _sampler: Sampler = field(init=False, repr=False)
    _critic: Critic | None = field(init=False, repr=False)
    _weights: Weights = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sampler", self._warmed(self.temperature))
        critic = self.knows.critic
        heard = critic if critic is not None and critic.trust else None
        object.__setattr__(self, "_critic", heard)
        # Of many drafts the one whose surprise is nearest to the mean is never bold and never plain:
        # phrases then answer each other less often than people's do. But a critic likes plain drafts
        # too well, and there the price on surprise keeps the balance.
        is_priced = heard is not None and self.knows.genre.name not in HOWEVER_SURPRISING
        weights = WEIGHTS if is_priced else replace(WEIGHTS, surprise=0.0)
        if self.knows.guide is not None:
            weights = weights.with_critic(GUIDED_CRITIC)
        if self.knows.discriminator is not None:
            weights = weights.with_discriminator(inner_close=CLOSING.get(self.knows.genre.name))
        object.__setattr__(self, "_weights", weights)

    def _warmed(self, temperature: float) -> Sampler:
        pitch = LESS_COOLED.get(self.knows.genre.name, COOLING) * temperature
        return self.knows.sampler(pitch, pitch if self.knows.steers_lengths else temperature)

    def write(self, sheet: Sheet, rng: np.random.Generator) -> list[list[Note]]:
        """The notes of each part of the section, from its own tick 0."""
        drafts = self._begun(sheet)
        now = sheet.wishes.free_tick
        for stop in (stop for stop in sheet.stops if stop > sheet.wishes.free_tick):
            if sheet.turn is not None and stop > sheet.turn[0]:
                drafts.context.retuned(sheet.turn[1])
            drafts = self._phrase(drafts, sheet, now, stop, rng)
            now = stop
        voices = _section(drafts, 0, sheet.start_tick)
        close = sheet.wishes.closes.get(sheet.stops[-1])
        if close is not None and close[0] is Close.FINAL:
            return closed_on(
                voices,
                close[1],
                end_tick=sheet.stops[-1],
                final_ticks=sheet.final_ticks,
                held=self.knows.habits.held,
            )
        return voices

    def melody_is_home(self, voices: Voices, tonic: int) -> bool:
        """Whether the highest part ends on the tonic, where the genre's pieces do so."""
        top = max((note.pitch for note in last_notes(voices)), default=tonic)
        return not self._ends_home or top % 12 == tonic

    @property
    def _ends_home(self) -> bool:
        return self.knows.habits.melody_home >= MELODY_HOME

    def _begun(self, sheet: Sheet) -> Draft:
        draft = Draft.blank(self.knows.network, [BarMap.of(sheet.blank)])
        if any(sheet.told):
            free = sheet.start_tick + sheet.wishes.free_tick
            told = replace(sheet.blank, bars=(), parts=self._parts(until(sheet.told, free)))
            draft.told(self.knows.network, encode(told)[:-1].astype(np.int64))
        return draft

    def _phrase(
        self, before: Draft, sheet: Sheet, now: int, stop: int, rng: np.random.Generator
    ) -> Draft:
        """The best of many drafts that go on from those ``before`` until ``stop``."""
        is_end = stop == sheet.stops[-1]
        final = sheet.wishes.closes[stop][1] if is_end and sheet.is_end else None
        most = KEPT if self.knows.discriminator is None else DRAWN
        kept: list[tuple[float, Draft]] = []
        sampler = self._sampler
        for round_ in range(1, ROUNDS + 1):
            drafts = self._drafts(before, sheet, (now, stop), sampler, rng)
            ranked = self._ranked(drafts, sheet, (now, stop), rng)
            best = drafts.select([row for _, row in ranked[: 1 if is_end else most]])
            kept.append((ranked[0][0], best))
            if is_same(_section(best, 0, sheet.start_tick), sheet.wishes, stop):
                sampler = self._warmed(self.temperature * WARMING**round_)
            elif final is None or ends_on(best.parts(0), final.tonic):
                break
        return min(kept, key=lambda one: one[0])[1]

    def _drafts(
        self,
        before: Draft,
        sheet: Sheet,
        span: tuple[int, int],
        sampler: Sampler,
        rng: np.random.Generator,
    ) -> Draft:
        """Many drafts that go on from those ``before`` over ``span``, from tick to tick."""
        now, stop = span
        is_last = stop == sheet.stops[-1] and sheet.is_end
        guide = self.knows.guide
        count = DRAFTS if guide is None else GUIDED_DRAFTS
        drafts = before.select((np.arange(count) % len(before.events)).tolist())
        write = sampler.write if guide is None else partial(write_on, guide, sampler)
        write(
            drafts,
            np.full(count, sheet.end_tick),
            rng,
            start_tick=sheet.start_tick + now,
            # the song's last note is long, if the phrase has room for it
            quiet_ticks=min(sheet.final_ticks, (stop - now) // 2) if is_last else 0,
            until=np.full(count, sheet.start_tick + stop),
        )
        return drafts

    def _ranked(
        self, drafts: Draft, sheet: Sheet, span: tuple[int, int], rng: np.random.Generator
    ) -> list[tuple[float, int]]:
        """Faults and number of each draft, the best first.

        Where a discriminator is asked they are drawn in that order, as much sooner as their odds say.
        """
        now, stop = span
        guided = self.knows.guide is not None  # without one, copies come by chance, and may stay
        rows = _distinct(drafts) if guided else range(len(drafts.events))
        sections = {row: _section(drafts, row, sheet.start_tick) for row in rows}
        ranked = sorted(
            (self._faults(voices, drafts.nats(row), sheet, stop), row)
            for row, voices in sections.items()
        )
        is_new = stop == sheet.stops[-1] and not sheet.wishes.free_tick
        listener = self.listener if is_new else None
        if self._critic is None and self.knows.discriminator is None and listener is None:
            return ranked
        ranked = ranked[:HEARD]
        heard = {row: self._heard(sheet, sections[row], stop) for _, row in ranked}
        if self._critic is not None:
            scores = self._critic.scores([heard[row] for _, row in ranked])
            weight = self._weights.critic * self._critic.trust
            ranked = _less(ranked, weight * np.clip(scores, -SURE, SURE))
        if self.knows.discriminator is None and listener is None:
            return ranked
        alone = {row: self._alone(heard[row], sheet, sections[row], stop) for _, row in ranked}
        if self.knows.discriminator is not None:
            gains = self.knows.discriminator.gains([alone[row] for _, row in ranked], now)
            ranked = _less(ranked, gains + rng.gumbel(size=len(ranked)))
        if listener is not None:
            listener([alone[row] for _, row in ranked])
        return ranked

    def _faults(self, voices: Voices, nats: float, sheet: Sheet, stop: int) -> float:
        typical = self.knows.typical
        total = faults(voices, nats=nats, typical=typical, weights=self._weights)
        total += relation_faults(voices, sheet.wishes, stop, self._weights)
        if self.knows.strokes is not None:
            total += self._weights.strokes * self.knows.strokes.unknown(voices)
        if stop in sheet.wishes.closes:
            close, key = sheet.wishes.closes[stop]
            weight = self._weights.close(close, is_end=stop == sheet.stops[-1])
            total += weight * close_faults(
                voices,
                stop,
                close,
                key,
                final_ticks=sheet.final_ticks,
                melody_home=self._ends_home,
                held=self.knows.habits.held,
            )
        return total + self._weights.copied * self._copies(voices)

    def _copies(self, voices: Voices) -> bool:
        """Whether a section copies more than human pieces do."""
        song = Song("", self._parts(voices), ())
        share, longest = self.knows.runs.copying(song)
        human = self.knows.human
        return bool(share > human["human_share_p95"] or longest > human["human_longest_max"])

    def _heard(self, sheet: Sheet, voices: Voices, stop: int) -> Song:
        """The section until ``stop``, after the one before it, in C major or A minor."""
        end = sheet.start_tick + stop
        before = [s.start_tick for s in sheet.blank.sections if s.end_tick == sheet.start_tick]
        start = min(before, default=sheet.start_tick)
        bars = cut(sheet.blank, start, end)
        heard = shifted(within(sheet.told, start, sheet.start_tick), -start)
        own = shifted(voices, sheet.start_tick - start)
        both = [[*one, *other] for one, other in zip(heard, own, strict=True)] if before else own
        return cut(to_home_key(replace(bars, parts=self._parts(both))), 0, end - start)

    def _alone(self, heard: Song, sheet: Sheet, voices: Voices, stop: int) -> Song:
        """The section until ``stop``, without what was ``heard`` before it, in the song's key.

        So people's sections are heard, too. But some discriminators were taught by sections moved to
        C or a from whatever key they were in.
        """
        discriminator = self.knows.discriminator
        if discriminator is not None and not discriminator.together:
            return cut(heard, heard.end_tick - stop, heard.end_tick)
        bars = cut(sheet.blank, sheet.start_tick, sheet.start_tick + stop)
        return cut(replace(bars, parts=self._parts(voices)), 0, stop)

    def _parts(self, voices: Voices) -> tuple[Part, ...]:
        return tuple(
            Part(voice.name, voice.program, tuple(notes))
            for voice, notes in zip(self.knows.genre.voices, voices, strict=True)
        )


def shifted(voices: Voices, ticks: int) -> list[list[Note]]:
    """The same notes ``ticks`` later."""
    if not ticks:
        return [list(notes) for notes in voices]
    return [
        [Note(n.onset_tick + ticks, n.pitch, n.duration_ticks, n.velocity) for n in notes]
        for notes in voices
    ]


def until(voices: Voices, tick: int) -> list[list[Note]]:
    """The notes of each part that begin before ``tick``."""
    return [[note for note in notes if note.onset_tick < tick] for notes in voices]


def since(voices: Voices, tick: int) -> list[list[Note]]:
    """The notes of each part that begin at ``tick`` or later."""
    return [[note for note in notes if note.onset_tick >= tick] for notes in voices]


def _distinct(drafts: Draft) -> list[int]:
    """Each draft once, the first that is so: a guide lets the better ones go on several times."""
    first: dict[tuple[object, ...], int] = {}
    for row, events in enumerate(drafts.events):
        first.setdefault((drafts.log_likelihood[row], *events), row)
    return list(first.values())


def _less(
    ranked: Sequence[tuple[float, int]], liked: NDArray[np.float64]
) -> list[tuple[float, int]]:
    """The same drafts with so many faults less each, the best first."""
    return sorted((n - own, row) for (n, row), own in zip(ranked, liked.tolist(), strict=True))


def _section(drafts: Draft, row: int, start_tick: int) -> list[list[Note]]:
    """A draft's notes from ``start_tick`` on, counted from there."""
    return shifted(since(drafts.parts(row), start_tick), -start_tick)
