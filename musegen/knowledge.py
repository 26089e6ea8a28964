"""All that a genre's model knows, read from its folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from musegen import genres, models
from musegen.choosing import Typical
from musegen.errors import ModelError
from musegen.genres import Genre
from musegen.habits import Habits
from musegen.models import ModelInfo
from musegen.network import NetworkConfig, read_weights
from musegen.originality import TrainingRuns
from musegen.song import Song
from musegen.stepping import SteppingNetwork

Critic = Callable[[Song], float]
"""How human a section sounds, in logits; it stands in C major or A minor, from tick 0."""


@dataclass(frozen=True)
class Knowledge:
    """A genre's network and what belongs to it.

    ``human`` holds the copying figures of held-out human pieces (see
    `musegen.originality.CopyReport`); ``critic`` is None for a model that has none.
    """

    genre: Genre
    network: SteppingNetwork
    habits: Habits
    typical: Typical
    runs: TrainingRuns
    human: dict[str, Any]
    critic: Critic | None = None

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
