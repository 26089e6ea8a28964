"""All that a genre's model knows, read from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musegen import genres, models
from musegen.choosing import Typical
from musegen.correction import Correction
from musegen.critic import Critic
from musegen.discriminator import Discriminator
from musegen.errors import ModelError
from musegen.genres import Genre
from musegen.guide import Guide
from musegen.habits import Habits
from musegen.models import ModelInfo
from musegen.network import NetworkConfig, read_weights
from musegen.originality import TrainingRuns
from musegen.sampling import Sampler, SamplingConfig
from musegen.stepping import Network, SteppingEnsemble, SteppingNetwork
from musegen.strokes import Strokes

RARE_PARALLELS = 0.05
AVOIDED = 3.0
"""Nats that a pitch loses for parallel fifths or octaves, where those are rarer than that."""

LENGTHS_STEERED = ("chorale", "fiddle", "folk")
"""Genres whose lengths are corrected, and composed cooler than drawn. Elsewhere what was learned from
passages goes too far in whole songs: 12 notes in 100 of composed mazurkas were dotted eighths, of
Chopin's 2 (docs/experiments.md)."""


@dataclass(frozen=True)
class Knowledge:
    """A genre's network and what belongs to it.

    ``human`` holds the copying figures of held-out human pieces (see
    `musegen.originality.CopyReport`); ``strokes``, ``critic``, ``correction``, ``guide``
    and ``discriminator`` are None for a model that has none.
    """

    genre: Genre
    network: Network
    habits: Habits
    typical: Typical
    runs: TrainingRuns
    human: dict[str, Any]
    strokes: Strokes | None = None
    critic: Critic | None = None
    correction: Correction | None = None
    guide: Guide | None = None
    discriminator: Discriminator | None = None

    @property
    def steers_lengths(self) -> bool:
        """Whether lengths are better not left to the network alone."""
        return self.genre.name in LENGTHS_STEERED

    def sampler(self, pitch: float = 1.0, duration: float = 1.0) -> Sampler:
        """Writes with the network, at these temperatures.

        Parallels cost much in a style that hardly has them.
        """
        rare = self.habits.parallels < RARE_PARALLELS
        config = SamplingConfig(parallels=AVOIDED if rare else 0.0).warmed(pitch, duration)
        return Sampler(self.network, self.habits.allowed(), config, self.correction)

    @classmethod
    def of(cls, info: ModelInfo, *, guided: bool = True) -> Knowledge:
        """What the model knows; not ``guided``, it writes without all that picks and corrects.

        Raises
        ------
        ModelError
            When its files are damaged or of another version.
        """
        strokes = info.directory / models.STROKES_FILE
        critic = info.directory / models.CRITIC_FILE
        correction = info.directory / models.CORRECTION_FILE
        guide = info.directory / models.GUIDE_FILE
        discriminator = info.directory / models.DISCRIMINATOR_FILE
        try:
            config = info.config
            shapes = [NetworkConfig(**network["shape"]) for network in config["networks"]]
            habits = Habits.from_dict(config["habits"])
            usual = {"parallels": habits.parallels, "hammered": habits.hammered}
            typical, human = Typical(**config["typical"], **usual), config["copying"]
        except (KeyError, TypeError) as error:
            raise ModelError(
                f"The model in “{info.directory}” is of another version; train it anew."
            ) from error
        genre = genres.find(info.genre)
        return cls(
            genre,
            _networks(info, shapes),
            habits,
            typical,
            TrainingRuns.read(info.directory / models.RUNS_FILE),
            human,
            Strokes.read(strokes, genre.accompaniment) if strokes.exists() else None,
            Critic.read(critic) if guided and critic.exists() else None,
            _correction(correction, info.genre, shapes[0].parts)
            if guided and correction.exists()
            else None,
            Guide.read(guide) if guided and guide.exists() else None,
            Discriminator.read(discriminator) if guided and discriminator.exists() else None,
        )


def _correction(path: Path, genre: str, parts: int) -> Correction:
    correction = Correction.read(path, parts=parts)
    return correction if genre in LENGTHS_STEERED else correction.without_lengths()


def _networks(info: ModelInfo, shapes: list[NetworkConfig]) -> Network:
    networks = [
        SteppingNetwork(shape, read_weights(info.directory / models.weights_file(number)))
        for number, shape in enumerate(shapes, start=1)
    ]
    return networks[0] if len(networks) == 1 else SteppingEnsemble(networks)
