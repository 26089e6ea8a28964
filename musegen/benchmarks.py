"""Figures that anyone can take again: the public chorale split, and how fast songs are made.

Networks for the public split (`musegen.jsb`) are trained on its training pieces alone and stand in
``models/benchmarks/``: ``jsb.json`` tells their shapes and training, ``jsb-1.npz`` … their weights.
Times are seconds of wall clock, each the median of several runs.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musegen import jsb, settings
from musegen.errors import ModelError
from musegen.files import write_whole
from musegen.fitting import TrainingConfig, fit
from musegen.network import NetworkConfig, build, read_weights, save_weights, set_weights

if TYPE_CHECKING:
    import keras

    from musegen.song import Song

JSB_FILE = "jsb.json"
JSB_MOVES = (0, -2, -1, 1, 2)
"""Semitones by which a piece is also moved when it is judged; see `musegen.jsb.likelihood`."""

JSB_NETWORKS = (
    NetworkConfig(parts=4, reach=14, relations=True, dropout=0.3),
    NetworkConfig(parts=4, reach=14, relations=True, dropout=0.4),
    NetworkConfig(parts=4, reach=14, relations=True, dropout=0.45),
)
"""They are not quite alike, so that they err less together."""

JSB_TRAINING = TrainingConfig(
    epochs=16, batch=5, sequence=128, learning_rate=2e-3, transpose=6, share_transposed=0.9
)
RUNS = 3

Say = Callable[[str], None]


def jsb_dir() -> Path:
    """Where the benchmark's networks stand."""
    return settings.models_dir() / "benchmarks"


def train_jsb(corpora: Path, *, work_dir: Path, say: Say) -> Path:
    """Train the networks on the public training split and return their folder.

    Raises
    ------
    CorpusError
        When the split is not in ``corpora``.
    """
    splits = jsb.read_split(corpora)
    learned, held_out = jsb.examples(splits["train"]), jsb.examples(splits["valid"])
    records = []
    for number, shape in enumerate(JSB_NETWORKS, start=1):
        say(f"Network {number} of {len(JSB_NETWORKS)}")
        config = replace(JSB_TRAINING, seed=number)
        start = time.monotonic()
        folder = work_dir / f"jsb-{number}"
        network = fit(learned, held_out, shape, config, work_dir=folder, show_progress=False)
        save_weights(network, jsb_dir() / f"jsb-{number}.npz")
        minutes = round((time.monotonic() - start) / 60, 1)
        training = asdict(config) | {"minutes": minutes}
        records.append({"shape": shape.to_dict(), "training": training})
    write_whole(jsb_dir() / JSB_FILE, json.dumps({"networks": records}, indent=1) + "\n")
    return jsb_dir()


def jsb_networks() -> list[keras.Model]:
    """The benchmark's networks.

    Raises
    ------
    ModelError
        When they are not there, or damaged.
    """
    path = jsb_dir() / JSB_FILE
    try:
        record = json.loads(path.read_text("utf-8"))
        shapes = [NetworkConfig(**network["shape"]) for network in record["networks"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The benchmark's networks in “{path.parent}” cannot be read; train them with "
            "“python -m musegen bench --train”."
        ) from error
    networks = []
    for number, shape in enumerate(shapes, start=1):
        network = build(shape)
        set_weights(network, read_weights(path.parent / f"jsb-{number}.npz"))
        networks.append(network)
    return networks


def jsb_figures(corpora: Path) -> dict[str, Any]:
    """Nats a cell on the public validation and test splits.

    ``one`` network on the pieces as written, and ``all`` networks and moves together.
    """
    splits, networks = jsb.read_split(corpora), jsb_networks()
    return {
        split: {
            "one": asdict(jsb.likelihood(networks[:1], splits[split])),
            "all": asdict(jsb.likelihood(networks, splits[split], moves=JSB_MOVES)),
        }
        for split in ("valid", "test")
    }


def speed(names: Sequence[str], *, runs: int = RUNS) -> dict[str, dict[str, float]]:
    """How fast songs of each genre are composed and played.

    Returns
    -------
    dict
        By genre: ``compose_s`` and ``render_s``, the median over ``runs`` songs, and
        ``music_s``, how long the median song sounds.
    """
    return {name: _speed_of(name, runs) for name in names}


def _speed_of(name: str, runs: int) -> dict[str, float]:
    from musegen import rendering
    from musegen.composing import Composer, Request

    composer = Composer.load(name)
    composer.compose(Request(name, seed=0))  # whatever is done once is done here
    composed, rendered, sounding = [], [], []
    for seed in range(1, runs + 1):
        made, took = _timed(partial(composer.compose, Request(name, seed=seed)))
        composed.append(took)
        audio, took = _timed(partial(_played, made.song, name))
        rendered.append(took)
        sounding.append(len(audio) / rendering.SAMPLE_RATE)
    return {
        "compose_s": round(statistics.median(composed), 3),
        "render_s": round(statistics.median(rendered), 3),
        "music_s": round(statistics.median(sounding), 1),
    }


def _played(song: Song, name: str) -> Any:
    from musegen import genres, performing, rendering

    return rendering.render(performing.perform(song, genre=genres.find(name), seed=0))


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def cores() -> int:
    """Processor cores of this machine."""
    return os.cpu_count() or 1
