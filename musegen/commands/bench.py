"""``python -m musegen bench``: likelihood on the public split, and how fast songs are made."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer


def bench(
    *,
    train: Annotated[
        bool, typer.Option("--train", help="Train the public split's networks anew first.")
    ] = False,
    speed: Annotated[bool, typer.Option(help="Time composing and playing, too.")] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Take the figures that compare musegen with published systems, and its speed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from musegen import benchmarks, models, settings

    corpora = settings.corpora_dir()
    if train:
        benchmarks.train_jsb(
            _needed(corpora),
            work_dir=settings.data_dir() / "models" / ".jsb-training",
            say=lambda text: typer.echo(text, err=True),
        )
    record: dict[str, Any] = {"cores": benchmarks.cores()}
    if corpora is not None:
        record["jsb"] = benchmarks.jsb_figures(corpora)
    if speed:
        record["speed"] = benchmarks.speed([info.genre for info in models.available()])
    typer.echo(json.dumps(record) if as_json else "\n".join(_lines(record)))


def _needed(corpora: Path | None) -> Path:
    from musegen.errors import CorpusError
    from musegen.settings import CORPORA_VARIABLE

    if corpora is None:
        raise CorpusError(
            f"The public split is not at hand; let {CORPORA_VARIABLE} name the folder that holds "
            "jsb-chorales/."
        )
    return corpora


def _lines(record: dict[str, Any]) -> list[str]:
    lines = []
    for split, figures in record.get("jsb", {}).items():
        for who, found in figures.items():
            lines.append(
                f"JSB chorales, {split}, {who}: {found['nats_per_cell']:.3f} nats a cell, "
                f"{found['nats_per_changed_cell']:.3f} a changed cell"
            )
    if "jsb" not in record:
        lines.append("JSB chorales: not at hand (MUSEGEN_CORPORA names no folder)")
    lines += [
        f"{genre}: composed in {s['compose_s']:.1f} s, played in {s['render_s']:.1f} s "
        f"({s['music_s']:.0f} s of music), {record['cores']} cores"
        for genre, s in record.get("speed", {}).items()
    ]
    return lines
