"""Setting a genre's network against a judge of its songs, from its corpus to its model folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from musegen import imitation, models
from musegen.critic_training import shortened, write_alike
from musegen.errors import ModelError
from musegen.examples import prepared
from musegen.knowledge import Knowledge
from musegen.training import (
    Fitted,
    Say,
    begun_with_model,
    describe,
    folder_of_progress,
    material_of_corpus,
    write_model,
)

if TYPE_CHECKING:
    from pathlib import Path

    from musegen.imitation import ImitationConfig


def imitate(
    name: str,
    config: ImitationConfig,
    *,
    say: Say = print,
    progress: Callable[[float, str], None] | None = None,
) -> Path:
    """Set a genre's network against a judge of its songs (`musegen.imitation`); its folder.

    What was taught beside the network (critic, correction, guide) is removed: it has heard another.

    Raises
    ------
    CorpusError
        When the genre's music is not at hand.
    ModelError
        When its songs are written by several networks.
    UnknownGenreError
        When there is no such model.
    """
    info = models.info(name)
    knows = Knowledge.of(info, guided=False)
    if len(info.config["networks"]) > 1:
        raise ModelError(
            f"“{name}” is written by several networks; only one can learn from its own songs."
        )
    material = material_of_corpus(name)
    (begun,) = begun_with_model(name, name, material)
    say(describe(material))
    pieces = [shortened(prepared(piece)) for piece in material.of(material.split.train)]

    def on_round(number: int, auc: float) -> None:
        if progress is not None:
            progress(number / config.rounds, f"Its songs are told with {auc:.2f}")

    kept = folder_of_progress(name) / "imitation.npz"
    start = time.monotonic()
    network = imitation.imitate(
        begun.shape,
        begun.weights or {},
        pieces,
        material.of(material.split.train),
        lambda stepping, some, rng: write_alike(replace(knows, network=stepping), some, rng),
        config=config,
        kept=kept,
        on_round=on_round,
    )
    minutes = round((time.monotonic() - start) / 60, 1)
    record = {"imitation": asdict(config), "minutes": minutes, **begun.record}
    out = models.user_models_dir() / name
    write_model(out, material, [Fitted(network, begun.shape, record)])
    kept.unlink(missing_ok=True)
    return out
