"""Writing the sections of one song: several drafts side by side, the best kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from musegen import form, genres, models
from musegen.choosing import Typical, ends_on, faults
from musegen.context import BarMap
from musegen.errors import ModelError
from musegen.form import Stretch
from musegen.genres import Genre
from musegen.habits import Habits
from musegen.models import ModelInfo
from musegen.network import NetworkConfig, read_weights
from musegen.originality import TrainingRuns
from musegen.sampling import Draft, Sampler, SamplingConfig
from musegen.song import TICKS_PER_BEAT, Key, Note, Part, cut
from musegen.stepping import SteppingNetwork

DRAFTS = 8
"""Drafts of each section: more are slower, and beyond this hardly better."""

ENDING_DRAFTS = 12
"""Drafts of a section that ends the song: it has to close as well."""

RARE_PARALLELS = 0.05
AVOIDED = 3.0
"""Nats that a pitch loses for parallel fifths or octaves, where those are rarer than that."""

ENDING_ROUNDS = 4
"""How often the last section is written again when no draft ends on the tonic."""


@dataclass(frozen=True)
class Knowledge:
    """All that a genre's model knows, read from its folder.

    ``human`` holds the copying figures of held-out human pieces (see
    `musegen.originality.CopyReport`).
    """

    genre: Genre
    network: SteppingNetwork
    habits: Habits
    typical: Typical
    runs: TrainingRuns
    human: dict[str, Any]

    def sampling(self) -> SamplingConfig:
        """How this genre is drawn: parallels cost much in a style that hardly has them."""
        rare = self.habits.parallels < RARE_PARALLELS
        return replace(SamplingConfig(), parallels=AVOIDED if rare else 0.0)

    @classmethod
    def of(cls, info: ModelInfo) -> Knowledge:
        """What the model knows.

        Raises
        ------
        ModelError
            When its files are damaged or of another version.
        """
        try:
            config = info.config
            network = NetworkConfig(**config["network"])
            habits = Habits.from_dict(config["habits"])
            typical, human = Typical(**config["typical"]), config["copying"]
        except (KeyError, TypeError) as error:
            raise ModelError(
                f"The model in “{info.directory}” is of another version; train it anew."
            ) from error
        return cls(
            genres.find(info.genre),
            SteppingNetwork(network, read_weights(info.directory / models.WEIGHTS_FILE)),
            habits,
            typical,
            TrainingRuns.read(info.directory / models.RUNS_FILE),
            human,
        )


@dataclass(frozen=True)
class Writing:
    """One song's settings while its stretches are written; ``bars`` are those of a section."""

    knows: Knowledge
    metre: tuple[int, int]
    key: Key
    bars: int
    temperature: float
    rng: np.random.Generator

    def stretch(self, stretch: Stretch) -> dict[str, tuple[Part, ...]]:
        """The parts of each section of the stretch, from tick 0 each."""
        blank = form.blank(
            stretch,
            bars=self.bars,
            metre=self.metre,
            key=self.key,
            phrase_beats=self.knows.habits.phrase_beats,
        )
        length = form.section_ticks(self.bars, self.metre)
        best = Draft.blank(self.knows.network, [BarMap.of(blank)])
        for number in range(len(stretch.labels)):
            is_end = stretch.is_last and number == len(stretch.labels) - 1
            best = self._best(best, number * length, (number + 1) * length, is_end=is_end)
        voices = best.parts(0)
        if stretch.is_last:
            voices = _closed_on(voices, self.key.tonic)
        song = replace(blank, parts=self._parts(voices))
        return {
            label: cut(song, i * length, (i + 1) * length).parts
            for i, label in enumerate(stretch.labels)
        }

    def _best(self, before: Draft, start: int, end: int, *, is_end: bool) -> Draft:
        """The best of several drafts that go on from ``before`` until ``end``."""
        sampler = Sampler(
            self.knows.network,
            self.knows.habits.allowed(),
            self.knows.sampling().warmed(self.temperature),
        )
        tonic = self.key.tonic if is_end else None
        count = DRAFTS if tonic is None else ENDING_DRAFTS
        kept: list[tuple[float, Draft]] = []
        while not kept or (tonic is not None and len(kept) < ENDING_ROUNDS):
            drafts = before.select([0] * count)
            sampler.write(
                drafts,
                np.full(count, end),
                self.rng,
                start_tick=start,
                quiet_ticks=0 if tonic is None else TICKS_PER_BEAT,  # the last note is a long one
            )
            ranked = [self._faults(drafts, row, start, end, tonic) for row in range(count)]
            row = int(np.argmin(ranked))
            kept.append((ranked[row], drafts.select([row])))
            if tonic is not None and ends_on(kept[-1][1].parts(0), tonic):
                break
        return min(kept, key=lambda one: one[0])[1]

    def _faults(self, drafts: Draft, row: int, start: int, end: int, tonic: int | None) -> float:
        voices = [[n for n in notes if n.onset_tick >= start] for notes in drafts.parts(row)]
        nats = -drafts.log_likelihood[row] / max(1, drafts.notes[row])
        return faults(
            voices,
            start_tick=start,
            end_tick=end,
            nats=nats,
            typical=self.knows.typical,
            tonic=tonic,
        )

    def _parts(self, voices: Sequence[Sequence[Note]]) -> tuple[Part, ...]:
        return tuple(
            Part(voice.name, voice.program, tuple(notes))
            for voice, notes in zip(self.knows.genre.voices, voices, strict=True)
        )


def _closed_on(voices: list[list[Note]], tonic: int) -> list[list[Note]]:
    """The same, with its lowest last note moved to the nearest tonic if it is another note.

    Hardly ever needed: the last section is written again first, `ENDING_ROUNDS` times.
    """
    if ends_on(voices, tonic) or not any(voices):
        return voices
    latest = max(note.end_tick for notes in voices for note in notes)
    last = min(
        (note.pitch, part, i)
        for part, notes in enumerate(voices)
        for i, note in enumerate(notes)
        if note.end_tick == latest
    )
    _, part, i = last
    note = voices[part][i]
    up = (tonic - note.pitch) % 12
    voices[part][i] = replace(note, pitch=note.pitch + (up if up <= 6 else up - 12))
    return voices
