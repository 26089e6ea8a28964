"""How the sections of a song are related, as in real songs.

    A, B …   written from nothing but the plan and, after A, from what goes before
    C        answers A: begins with A's opening gesture and goes elsewhere
    D        contrasts with B in register and density, and is unlike A; in the relative key or the
             dominant, it leads home to a half close
    again    a section that comes back keeps all but its end; the last time it is fuller
    intro    begins as B does and waits on the dominant; if the genre has an accompaniment,
             it is the accompaniment of B's opening alone
    outro    takes up B's last phrase and closes the song

In some genres (`LEADING_OVER`) a section's end leads to the next one's beginning, where that stands.

Random numbers come from the seed, the label, the take and how often the label has come, so one
section can be composed again while the others stay as they are. What grows out of a section, or
is written after it, follows it, unless the takes tie it to an older one: the take ``"C:A"`` is
that of the A which C answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from musegen.cadences import Close
from musegen.choosing import Wishes, is_same
from musegen.dependencies import BRIDGE, GROWS_FROM, goes_before, source_of, sources_of
from musegen.form import INTRO, OUTRO
from musegen.keys import home_key, related_key
from musegen.planning import Plan
from musegen.song import C_MAJOR, Key, Mode, Note, Part, Section, Song
from musegen.writing import Sheet, Voices, Writer, shifted, since, until

GESTURE = 0.3
"""Share of a section that is its opening gesture."""

ANSWERED = 0.6
"""An answer that is so like its source after the gesture is heard as the source itself."""

ENDING = 1 / 4
FULLER_ENDING = 0.3
"""Share of a section that is new when it comes back, and when it does so for the last time."""

LEADING_OVER = ("chorale", "renaissance")
"""Genres whose sections lead over into each other, and whose bridge goes on from the chorus that is
heard before it, not from the first. Singers need it most; it was not tried in others."""

RELATIVE_SHARE = 0.6
"""How often a bridge stands in the relative key; else it stands in the dominant."""

Takes = Mapping[str, int]


@dataclass
class Arranger:
    """Writes the sections of one song.

    ``takes`` is as in `musegen.composing.Request`; what is written stays in ``written``, by
    label, how often it has come, and the takes that it depends on.
    """

    writer: Writer
    plan: Plan
    seed: int
    takes: Takes
    written: dict[tuple[object, ...], list[list[Note]]] = field(default_factory=dict)

    def section(self, index: int) -> list[list[Note]]:
        """The notes of each part of the form's section ``index``, from its own tick 0."""
        labels = self.plan.form.labels
        label = labels[index]
        ties = {source: self.tied(label, source) for source in sources_of(label, labels)}
        return self._written(label, labels[:index].count(label), self.takes.get(label, 1), ties)

    def tied(self, label: str, source: str) -> int:
        """The take of ``source`` that ``label`` depends on."""
        return self.takes.get(f"{label}:{source}", self.takes.get(source, 1))

    def _written(self, label: str, again: int, own: int, ties: Takes) -> list[list[Note]]:
        key = (label, again, own, *sorted(ties.items()))
        if key not in self.written:
            rng = np.random.default_rng((self.seed, int.from_bytes(label.encode()), own, again))
            if again:
                self.written[key] = self._come_back(label, again, own, ties, rng)
            elif label == INTRO:
                self.written[key] = self._intro(ties, rng)
            elif label == OUTRO:
                self.written[key] = self._outro(ties, rng)
            elif label == BRIDGE:
                self.written[key] = self._bridge(own, ties, rng)
            elif source_of(label, self.plan.form.labels):
                self.written[key] = self._answer(label, own, ties, rng)
            else:
                self.written[key] = self._new(label, own, ties, rng)
        return self.written[key]

    def _source(self, label: str, ties: Takes, *, again: int = 0) -> list[list[Note]]:
        """The section ``label``, of the take in ``ties``, as those that depend on it know it."""
        own = {name: ties[name] for name in sources_of(label, self.plan.form.labels)}
        return self._written(label, again, ties[label], own)

    def _new(self, label: str, own: int, ties: Takes, rng: np.random.Generator) -> list[list[Note]]:
        key = self._key(label, own)
        labels = self.plan.form.labels
        opening = self.plan.opening if label == labels[0] else None
        wishes = Wishes(
            self._closes(label, key, again=0),
            opening=None if opening is None else (key.tonic + opening) % 12,
        )
        before = self._before(label, ties)
        return self._write(label, key, wishes, rng, ties, before=before)

    def _before(self, label: str, ties: Takes) -> list[tuple[str, Voices]]:
        """What ``label`` is written after, if anything."""
        labels = self.plan.form.labels
        before = goes_before(label, labels)
        if before is None:
            return []
        again = labels[: labels.index(label)].count(before) - 1 if self._leads_over else 0
        return [(before, self._source(before, ties, again=again))]

    def _after(self, label: str, again: int, ties: Takes) -> Voices | None:
        """What comes after ``label``, as far as it depends on that how it begins."""
        labels = self.plan.form.labels
        here = [i for i, name in enumerate(labels) if name == label][again]
        if not self._leads_over or here + 1 == len(labels):
            return None
        after = labels[here + 1]
        known = [name for name in (after, GROWS_FROM.get(after, after)) if name in ties]
        return self._source(known[0], ties) if known else None

    def _answer(
        self, label: str, own: int, ties: Takes, rng: np.random.Generator
    ) -> list[list[Note]]:
        """A section that begins as its source does."""
        source = GROWS_FROM[label]
        first = self._source(source, ties)
        free = self._gesture_ticks(min(self.plan.ticks(source), self.plan.ticks(label)))
        key = self._key(label, own)
        wishes = Wishes(
            self._closes(label, key, again=0), free_tick=free, unlike=first, same=ANSWERED
        )
        told, between = until(first, free), self._before(label, ties)
        between = [one for one in between if one[0] != source]
        before = [(source, first), *between]
        answer = self._write(label, key, wishes, rng, ties, told=told, before=before)
        if is_same(answer, wishes, self.plan.ticks(label)):
            # A network that has its pieces by heart can only go on as it did before. Without what
            # it is to answer it has but the opening gesture to go by.
            answer = self._write(label, key, wishes, rng, ties, told=told, before=between)
        return answer

    def _bridge(self, own: int, ties: Takes, rng: np.random.Generator) -> list[list[Note]]:
        key = self._key(BRIDGE, own)
        source = source_of(BRIDGE, self.plan.form.labels)
        other = None if source is None else self._source(source, ties)
        verse = None if source is None else self._before(source, ties)
        wishes = Wishes(
            self._closes(BRIDGE, key, again=0),
            contrast=other,
            unlike=verse[0][1] if verse else None,
        )
        before = self._before(BRIDGE, ties)
        return self._write(BRIDGE, key, wishes, rng, ties, before=before)

    def _come_back(
        self, label: str, again: int, own: int, ties: Takes, rng: np.random.Generator
    ) -> list[list[Note]]:
        """The section as it was, but for its end."""
        first = self._written(label, 0, own, ties)
        is_final = again == self.plan.form.labels.count(label) - 1
        bars, bar_ticks = self.plan.bars[label], self.plan.grid.bar_ticks
        fresh = max(1, round((FULLER_ENDING if is_final else ENDING) * bars))
        if self._is_last(label, again):  # room for what leads to the last note, and for that
            fresh = max(fresh, min(bars - 1, -(-2 * self.plan.final_ticks // bar_ticks)))
        key = self._key(label, own)
        voices: list[list[Note]] = []
        for free in self._beginnings(label, again, (bars - fresh) * bar_ticks):
            wishes = Wishes(
                self._closes(label, key, again=again),
                free_tick=free,
                unlike=first,
                fuller=first if is_final else None,
            )
            told = until(first, free)
            voices = self._write(label, key, wishes, rng, ties, again=again, told=told)
            if self.writer.melody_is_home(voices, self.plan.home.tonic):
                break
        return voices

    def _beginnings(self, label: str, again: int, free: int) -> tuple[int, ...]:
        """From where a section is new that comes back, and if its melody does not find home, then.

        It hardly does so within what another phrase has begun: then the whole last phrase is new.
        """
        if label not in self.plan.phrases or not self._is_last(label, again):
            return (free,)
        *_, before, _ = (0, *self.plan.stops(label))
        return (free, before) if 0 < before < free else (free,)

    def _intro(self, ties: Takes, rng: np.random.Generator) -> list[list[Note]]:
        source = source_of(INTRO, self.plan.form.labels) or ""
        first = self._source(source, ties)
        length = self.plan.ticks(INTRO)
        accompaniment = self.writer.knows.genre.accompaniment
        if accompaniment and length <= self.plan.ticks(source):
            opening = _cut_off(first, length)
            return [notes if i in accompaniment else [] for i, notes in enumerate(opening)]
        key = self._key(source, ties[source])
        free = min(self._whole_beats(length / 2), self._gesture_ticks(self.plan.ticks(source)))
        closes = {length: (Close.HALF, self.plan.home)}
        wishes = Wishes(closes, free_tick=free)
        return self._write(INTRO, key, wishes, rng, ties, told=until(first, free))

    def _outro(self, ties: Takes, rng: np.random.Generator) -> list[list[Note]]:
        """The last phrase of what came last, taken up again and brought to an end."""
        source = source_of(OUTRO, self.plan.form.labels) or ""
        again = self.plan.form.labels.count(source) - 1
        last = self._source(source, ties, again=again)
        length = self.plan.ticks(OUTRO)
        start = max(0, self.plan.ticks(source) - length)
        phrase = shifted(since(last, start), -start)
        free = self._whole_beats(min(length, self.plan.ticks(source)) / 2)
        wishes = Wishes({length: (Close.FINAL, self.plan.home)}, free_tick=free)
        told, before = until(phrase, free), [(source, last)]
        return self._write(OUTRO, self.plan.home, wishes, rng, ties, told=told, before=before)

    def _write(
        self,
        label: str,
        key: Key,
        wishes: Wishes,
        rng: np.random.Generator,
        ties: Takes,
        *,
        again: int = 0,
        told: Voices = (),
        before: Sequence[tuple[str, Voices]] = (),
    ) -> list[list[Note]]:
        """A section of which ``told`` stands already, and that goes on from those ``before``."""
        bars, is_last = self.plan.bars[label], self._is_last(label, again)
        leads_home = key != self.plan.home and (is_last or label == BRIDGE)
        stops = self.plan.stops(label)
        if leads_home and len(stops) == 1:  # half of it in its own key, half leading home
            stops = (max(1, bars // 2) * self.plan.grid.bar_ticks, *stops)
        start = 0
        standing: list[list[Note]] = [[] for _ in self.writer.knows.genre.voices]
        for name, voices in before:
            standing = _joined(standing, shifted(voices, start))
            start += self.plan.ticks(name)
        sections = [*((name, self.plan.bars[name]) for name, _ in before), (label, bars)]
        share = self.plan.echoes.get(label)
        echo = None if share is None else (share, self.plan.grid.bar_ticks)
        sheet = Sheet(
            blank=self.plan.grid.blank(sections, key, is_last=is_last, ends=self.plan.phrases),
            start_tick=start,
            stops=stops,
            wishes=replace(
                wishes,
                silence=self.plan.silence,
                echo=echo,
                follows=self._after(label, again, ties),
            ),
            told=_joined(standing, shifted(told, start)) if told else standing,
            turn=((0, *stops)[-2], self.plan.home) if leads_home else None,
            final_ticks=self.plan.final_ticks,
        )
        return self.writer.write(sheet, rng)

    def _closes(self, label: str, key: Key, *, again: int) -> dict[int, tuple[Close, Key]]:
        """Half closes inside, a full one at the end; a bridge leads home."""
        *inner, end = self.plan.stops(label)
        closes = dict.fromkeys(inner, (Close.HALF, key))
        if self._is_last(label, again):
            closes[end] = Close.FINAL, self.plan.home
        elif label == BRIDGE:
            closes[end] = Close.HALF, self.plan.home
        else:
            closes[end] = Close.FULL, self._end_key(label, key, again)
        return closes

    def _end_key(self, label: str, key: Key, again: int) -> Key:
        """The key in which a section closes that is not the last: as often home, or away, as people's.

        So a chorus is left open, and closes at home when it comes for the last time.
        """
        shares = self.writer.knows.habits.section_ends.get(key.mode.value)
        if not shares or key != self.plan.home or self.plan.form.place(label).key is not None:
            return key
        rng = np.random.default_rng((self.seed, int.from_bytes(label.encode()), again))
        p = np.array(list(shares.values()))
        return related_key(key, int(list(shares)[rng.choice(len(shares), p=p / p.sum())]))

    @property
    def _leads_over(self) -> bool:
        return self.writer.knows.genre.name in LEADING_OVER

    def _is_last(self, label: str, again: int) -> bool:
        labels = self.plan.form.labels
        return labels[-1] == label and labels.count(label) - 1 == again

    def _key(self, label: str, take: int) -> Key:
        """What the form says; without a word, home, or a contrasting key for a bridge."""
        if (key := self.plan.form.place(label).key) is not None:
            return key
        home = self.plan.home
        if label != BRIDGE:
            return home
        if np.random.default_rng((self.seed, take)).random() < RELATIVE_SHARE:
            return home_key(Mode.MAJOR if home.mode is Mode.MINOR else Mode.MINOR)
        return Key("G", 7, Mode.MAJOR) if home == C_MAJOR else Key("E", 4, Mode.MINOR)

    def _gesture_ticks(self, ticks: int) -> int:
        """How long the opening gesture of a section is: an upbeat and whole beats."""
        upbeat = self.plan.grid.upbeat_ticks
        return upbeat + self._whole_beats(GESTURE * ticks)

    def _whole_beats(self, ticks: float) -> int:
        beat = self.plan.grid.beat_ticks
        return max(1, round(ticks / beat)) * beat


def assemble(
    plan: Plan, sections: list[list[list[Note]]], *, parts: list[Part], title: str
) -> Song:
    """The song whose sections are ``sections``, each from its own tick 0.

    Parameters
    ----------
    parts
        Names and programs; their notes are not looked at.
    """
    starts = [0]
    for label in plan.form.labels:
        starts.append(starts[-1] + plan.ticks(label))
    placed = [shifted(voices, start) for voices, start in zip(sections, starts, strict=False)]
    return Song(
        title=title,
        parts=tuple(
            Part(part.name, part.program, tuple(n for voices in placed for n in voices[i]))
            for i, part in enumerate(parts)
        ),
        bars=plan.grid.bars(sum(plan.bars[label] for label in plan.form.labels)),
        sections=tuple(
            Section(label, start, plan.ticks(label))
            for label, start in zip(plan.form.labels, starts, strict=False)
        ),
        key=plan.home,
        tempo_bpm=plan.tempo_bpm,
        source="composed by musegen",
    )


def _cut_off(voices: Voices, tick: int) -> list[list[Note]]:
    """The notes until ``tick``, none of which sounds longer."""
    return [
        [
            Note(n.onset_tick, n.pitch, min(n.duration_ticks, tick - n.onset_tick), n.velocity)
            for n in notes
        ]
        for notes in until(voices, tick)
    ]


def _joined(first: Voices, second: Voices) -> list[list[Note]]:
    return [[*a, *b] for a, b in zip(first, second, strict=True)]
