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
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from musegen.corpora import PieceRef
from musegen.errors import MusegenError, RequestError
from musegen.evaluation import judges, tells
from musegen.evaluation.excerpts import excerpts_of
from musegen.evaluation.features import Counts
from musegen.evaluation.judges import JUDGE_WORDS, Judge, Material, Verdict
from musegen.evaluation.tells import Tell
from musegen.song import Song
from musegen.splits import works_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Comparison:
    """What the judges make of songs beside human pieces.

    ``by_piece`` is what they would make of them if only pieces were kept whole, not works: who has
    heard one setting of a tune then knows the others. It is empty if that was not asked.
    """

    excerpts: int
    verdicts: list[Verdict]
    by_piece: list[Verdict]
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
            "best_auc_by_piece": max((verdict.auc for verdict in self.by_piece), default=None),
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
    works: Mapping[str, str] | None = None,
    by_piece: bool = False,
) -> Comparison:
    """Put songs beside human pieces, all by name and in their home key, before the judges.

    Parameters
    ----------
    repeats
        How often the excerpts are divided into folds anew.
    splits
        How often the human pieces are split in two for the control; 0 leaves it out.
    works
        The work that each human piece, by its name, belongs to (`musegen.splits.works_of`); a piece
        that is not named, and a song, is a work of its own.
    by_piece
        Whether to judge once more with pieces kept whole alone.
    """
    read, is_machine = read_both(humans, songs, counts=counts, seed=seed, works=works)
    found, _ = judges.verdicts(read, is_machine, seed=seed, repeats=repeats)
    known: list[Verdict] = []
    if by_piece:
        known, _ = judges.verdicts(read.by_piece(), is_machine, seed=seed, repeats=repeats)
    control = {}
    if splits:
        alone = judges.material(excerpts_of(humans, works=works), counts)
        control = judges.controls(alone, seed=seed, splits=splits)
    told = tells.tells(read, is_machine, seed=seed)
    return Comparison(int(is_machine.sum()), found, known, control, told)


def read_both(
    humans: Mapping[str, Song],
    songs: Mapping[str, Song],
    *,
    counts: Counts | None,
    seed: int,
    works: Mapping[str, str] | None = None,
    song_works: Mapping[str, str] | None = None,
) -> tuple[Material, NDArray[np.bool_]]:
    """Excerpts of both sides as judges read them, as many of each, and which are of ``songs``."""
    human = excerpts_of(humans, works=works)
    other = excerpts_of(
        {f"machine {name}": song for name, song in songs.items()},
        works={f"machine {name}": work for name, work in (song_works or {}).items()},
    )
    both, is_other = judges.paired(human, other, seed=seed)
    return judges.material(both, counts), is_other


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
    humans = read_folder(human_dir)
    found = compare(
        humans,
        read_folder(machine_dir),
        counts=counts,
        seed=seed,
        repeats=1 if quick else judges.REPEATS,
        splits=0 if quick else judges.CONTROLS,
        works=works_of(humans, [PieceRef(name, "", name, name) for name in humans]),
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
