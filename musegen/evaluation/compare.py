"""Two folders of MIDI files before the judges: ``python -m musegen.evaluation.compare``.

    python -m musegen.evaluation.compare HUMAN_DIR MACHINE_DIR [--genre GENRE] [--seed N] [--quick]

Prints each judge's AUC, the human control, and what gave the machine away. With ``--genre``,
surprise is measured by that genre's training pieces.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from musegen.errors import MusegenError, RequestError
from musegen.evaluation import judges, tells
from musegen.evaluation.excerpts import excerpts_of
from musegen.evaluation.features import Counts
from musegen.evaluation.judges import JUDGE_WORDS, Judge, Verdict
from musegen.evaluation.tells import Tell
from musegen.song import Song


@dataclass(frozen=True)
class Comparison:
    """What the judges make of songs beside human pieces."""

    excerpts: int
    verdicts: list[Verdict]
    control: dict[Judge, list[float]]
    tells: list[Tell]

    @property
    def best(self) -> Verdict:
        """The verdict of the judge that tells best."""
        return max(self.verdicts, key=lambda verdict: verdict.auc)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "excerpts_a_side": self.excerpts,
            "best_auc": self.best.auc,
            "judges": [asdict(verdict) for verdict in self.verdicts],
            "control": {judge.value: aucs for judge, aucs in self.control.items()},
            "tells": [asdict(tell) for tell in self.tells],
        }


def compare(
    humans: Mapping[str, Song],
    songs: Mapping[str, Song],
    *,
    counts: Counts | None = None,
    seed: int = 0,
    repeats: int = judges.REPEATS,
    splits: int = judges.CONTROLS,
) -> Comparison:
    """Put songs beside human pieces, all by name and in their home key, before the judges.

    Parameters
    ----------
    repeats
        How often the excerpts are divided into folds anew.
    splits
        How often the human pieces are split in two for the control; 0 leaves it out.
    """
    human = excerpts_of({f"human {name}": song for name, song in humans.items()})
    machine = excerpts_of({f"machine {name}": song for name, song in songs.items()})
    both, is_machine = judges.paired(human, machine, seed=seed)
    read = judges.material(both, counts)
    found, _ = judges.verdicts(read, is_machine, seed=seed, repeats=repeats)
    alone = judges.material(human, counts) if splits else None
    control = {} if alone is None else judges.controls(alone, seed=seed, splits=splits)
    told = tells.tells(read, is_machine, seed=seed)
    return Comparison(int(is_machine.sum()), found, control, told)


def main(
    human_dir: Annotated[Path, typer.Argument(help="Human pieces as MIDI.")],
    machine_dir: Annotated[Path, typer.Argument(help="Songs as MIDI.")],
    *,
    genre: Annotated[str | None, typer.Option(help="Whose training pieces tell surprise.")] = None,
    seed: int = 0,
    quick: Annotated[bool, typer.Option(help="Fewer repeats, no control.")] = False,
) -> None:
    """Judge songs against human pieces."""
    counts = None if genre is None else training_counts(genre)
    found = compare(
        read_folder(human_dir),
        read_folder(machine_dir),
        counts=counts,
        seed=seed,
        repeats=1 if quick else judges.REPEATS,
        splits=0 if quick else judges.CONTROLS,
    )
    typer.echo(f"{found.excerpts} excerpts a side")
    for verdict in found.verdicts:
        own = found.control.get(verdict.judge, [])
        beside = f"  humans alone {np.mean(own):.2f} ({min(own):.2f}-{max(own):.2f})" if own else ""
        typer.echo(
            f"{verdict.auc:.3f} ({verdict.low:.2f}-{verdict.high:.2f}) "
            f"{JUDGE_WORDS[verdict.judge]}{beside}"
        )
    for tell in found.tells:
        typer.echo(f"  {tell.auc:.2f} {tell.importance:+.3f} {tell}")


def training_counts(genre: str) -> Counts:
    """Simple counts of a genre's training pieces."""
    from musegen import corpora, keys, models

    pieces = corpora.load(genre, models.split(genre).train)
    return Counts.of(keys.to_home_key(piece) for piece in pieces.values())


def read_folder(folder: Path) -> dict[str, Song]:
    """The songs of a folder, by file name, in their home key."""
    from musegen import keys, midi

    files = sorted(folder.glob("*.mid"))
    if not files:
        raise RequestError(f"There are no MIDI files in “{folder}”; name a folder that has some.")
    return {path.name: keys.to_home_key(midi.read_midi(path)) for path in files}


if __name__ == "__main__":
    try:
        typer.run(main)
    except MusegenError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_status)
