"""The public benchmark split of Bach's chorales, on a sixteenth grid.

Boulanger-Lewandowski's split (2012) as spread by Huang's JSB-Chorales-dataset: 229, 76 and 77
pieces of four voices, a pitch per voice and sixteenth. A *cell* is one voice at one sixteenth.
A held note and a repeated one look alike, so equal cells in a row are one note here.

Figures are in nats a cell and hold for the grid itself: notes and grid tell the same, so a
network's nats for all events of a piece, its end included, are a code length of its cells. Nothing
but the cells is told: no key, no metre, no phrase ends, no length of the piece.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musegen.barmap import BarMap
from musegen.encoding import FIELD_NAMES
from musegen.errors import CorpusError
from musegen.examples import Example, followed, transposed
from musegen.fitting import batch_of, cross_entropy, evaluation_batches, mean_logits
from musegen.song import TICKS_PER_BEAT, Bar, Note, Part, Song

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

FILE = "jsb-chorales/Jsb16thSeparated.json"
CELL_TICKS = TICKS_PER_BEAT // 4
VOICES = ("Soprano", "Alto", "Tenor", "Bass")
_BAR_TICKS = 4 * TICKS_PER_BEAT
_CHOIR = 52

Cells = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class CellLikelihood:
    """Likelihood of a split.

    ``nats_per_cell`` counts all cells; ``nats_per_changed_cell`` divides the same nats by the
    cells that differ from the one before in their voice, the first of each voice included: what
    is left when nothing is earned by saying that a note goes on.
    """

    nats_per_cell: float
    nats_per_changed_cell: float
    cells: int
    changed_cells: int
    pieces: int


def read_split(corpora: Path) -> dict[str, list[Song]]:
    """The pieces by split: ``train``, ``valid``, ``test``.

    Raises
    ------
    CorpusError
        When the file is missing or no such benchmark.
    """
    path = corpora / FILE
    try:
        record = json.loads(path.read_text("utf-8"))
        return {
            split: [song_of(cells, title=f"{split} {i + 1}") for i, cells in enumerate(pieces)]
            for split, pieces in record.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"The benchmark “{path}” cannot be read; get Jsb16thSeparated.json from "
            "czhuang/JSB-Chorales-dataset and put it there."
        ) from error


def song_of(cells: Cells, *, title: str = "") -> Song:
    """A grid (sixteenths, 4) of pitches, NaN for silence, as a song in bars of 4/4 from its start.

    The true bars are not told by the grid; the last one may be short.
    """
    grid = np.array(cells, np.float64)  # (sixteenths, voices)
    end = len(grid) * CELL_TICKS
    bars = tuple(
        Bar(start, min(_BAR_TICKS, end - start), 4, 4) for start in range(0, end, _BAR_TICKS)
    )
    parts = tuple(
        Part(name, _CHOIR, tuple(_notes(grid[:, voice]))) for voice, name in enumerate(VOICES)
    )
    return Song(title=title, parts=parts, bars=bars, source="JSB chorales")


def cells_of(song: Song) -> NDArray[np.float64]:
    """The grid that `song_of` made a song of, (sixteenths, 4)."""
    grid = np.full((song.end_tick // CELL_TICKS, len(song.parts)), math.nan)
    for voice, part in enumerate(song.parts):
        for note in part.notes:
            grid[note.onset_tick // CELL_TICKS : note.end_tick // CELL_TICKS, voice] = note.pitch
    return grid


def _notes(column: NDArray[np.float64]) -> list[Note]:
    bounds = [*_changes(column), len(column)]
    return [
        Note(start * CELL_TICKS, int(column[start]), (end - start) * CELL_TICKS)
        for start, end in pairwise(bounds)
        if not math.isnan(column[start])
    ]


def _changes(column: NDArray[np.float64]) -> list[int]:
    """Where a cell differs from the one before; the first always does."""
    sounds = np.nan_to_num(column, nan=-1.0)
    return [0, *(np.flatnonzero(np.diff(sounds)) + 1).tolist()] if len(column) else []


def examples(songs: Sequence[Song]) -> list[Example]:
    """What a network learns from: the notes alone, without key, phrases or the end in sight."""
    found = followed(songs, map_of=_bare_map, relations=True)
    return [replace(example, knows_key=False) for example in found]


def _bare_map(song: Song) -> BarMap:
    map_ = BarMap.of(song)
    nothing = np.zeros_like(map_.bars_left)
    return replace(map_, bars_left=nothing, beats_left=nothing, mode=0, tonic=0)


def likelihood(
    networks: Sequence[keras.Model], songs: Sequence[Song], *, moves: Sequence[int] = (0,)
) -> CellLikelihood:
    """Nats a cell of ``songs``.

    Parameters
    ----------
    networks
        One or several that write together (see `musegen.fitting.mean_logits`).
    moves
        Semitones by which each piece is moved, 0 for as written; the probability of each field is
        the mean over them, which is again a distribution.
    """
    nats = 0.0
    for batch, length in evaluation_batches(examples(songs)):
        surprise = [_log_likelihood(networks, batch, length, semitones) for semitones in moves]
        nats -= float((np.logaddexp.reduce(surprise, 0) - math.log(len(surprise))).sum())
    grids = [cells_of(song) for song in songs]
    cells = sum(grid.size for grid in grids)
    changed = sum(len(_changes(column)) for grid in grids for column in grid.T)
    return CellLikelihood(nats / cells, nats / changed, cells, changed, len(songs))


def _log_likelihood(
    networks: Sequence[keras.Model], batch: Sequence[Example], length: int, semitones: int
) -> NDArray[np.float64]:
    """Log probability of every field of every event, 0 for padding, (fields, B, T)."""
    x, y, weights = batch_of([transposed(example, semitones) for example in batch], length)
    logits = mean_logits(networks, x)
    return np.stack(
        [
            np.where(weights[name] > 0, -cross_entropy(logits[name], y[name]), 0.0)
            for name in FIELD_NAMES
        ]
    )
