"""Human music: what there is of each genre, and the pieces themselves.

Some comes inside the music21 package; the rest is fetched once (`musegen.downloads`) or lies in
``MUSEGEN_CORPORA``. A piece is parsed once, in parallel with others, cleaned (see
`musegen.score_reading`), labelled with its key, and kept under ``data_dir()/cache``; it stays in
its written key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from musegen import piece_cache
from musegen.errors import CorpusError
from musegen.piece_sources import PieceSource, read_piece, sources
from musegen.processes import mapped
from musegen.song import Song

PIECES_PER_JOB = 8
BYTES_PER_JOB = 500_000
"""Few enough that progress shows, many enough that handing out work costs nothing."""

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PieceRef:
    """A piece in the catalogue; pieces of one ``work`` (a quartet's movements) belong together."""

    id: str
    genre: str
    work: str
    title: str


def catalogue(genre: str) -> tuple[PieceRef, ...]:
    """All pieces of a genre, in a fixed order; no music is parsed for it.

    Raises
    ------
    UnknownGenreError
        When there is no such genre.
    CorpusError
        When its human music is not at hand.
    """
    return tuple(PieceRef(s.id, s.genre, s.work, s.title) for s in sources(genre).values())


def at_hand(genre: str) -> bool:
    """Whether a genre's human pieces are on this machine; genres trained here have none."""
    try:
        return bool(sources(genre))
    except CorpusError:
        return False


def load(
    genre: str,
    ids: Iterable[str] | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Song]:
    """Pieces by id, in the order asked for, cleaned and in their written key.

    Parameters
    ----------
    ids
        The pieces wanted; all of the genre when None. Only these are parsed.
    jobs
        Processes to parse with; as many as there are processor cores when None.
    progress
        Called with the number of pieces ready and the number wanted, while parsing.

    Pieces that cannot be read or are mere fragments are left out.

    Raises
    ------
    CorpusError
        When an id is not in the catalogue.
    """
    known = sources(genre)
    wanted = list(known) if ids is None else list(dict.fromkeys(ids))
    strangers = [id_ for id_ in wanted if id_ not in known]
    if strangers:
        raise CorpusError(
            f"There is no {genre} piece called “{strangers[0]}”; "
            "the catalogue lists those there are."
        )
    missing = [known[id_] for id_ in wanted if not piece_cache.has(genre, id_)]
    _parse(missing, jobs=jobs, ready=len(wanted) - len(missing), progress=progress)
    songs = {id_: song for id_ in wanted if (song := _kept(known[id_])) is not None}
    if len(songs) < len(wanted):
        _log.info("%d of %d %s pieces left out", len(wanted) - len(songs), len(wanted), genre)
    return songs


def _parse(
    missing: Sequence[PieceSource], *, jobs: int | None, ready: int, progress: Progress | None
) -> None:
    """Parse pieces into the cache; a few are done right here, without starting processes."""
    total = ready + len(missing)
    for count in mapped(_parse_batch, _batches(missing), jobs=jobs, in_order=False):
        ready += count
        if progress is not None:
            progress(ready, total)


def _batches(missing: Sequence[PieceSource]) -> list[list[PieceSource]]:
    """Pieces in lots for one process each; those of one large file stay together."""
    batches: list[list[PieceSource]] = []
    size = 0
    for source in missing:
        same_file = bool(batches) and batches[-1][-1].path == source.path
        if same_file and source.path.suffix != ".abc" and batches:
            batches[-1].append(source)
            continue
        size += source.path.stat().st_size
        if not batches or len(batches[-1]) >= PIECES_PER_JOB or size > BYTES_PER_JOB:
            batches.append([])
            size = source.path.stat().st_size
        batches[-1].append(source)
    return batches


def _parse_batch(batch: Sequence[PieceSource]) -> int:
    for source in batch:
        piece_cache.write(source.genre, source.id, read_piece(source))
    return len(batch)


def _kept(source: PieceSource) -> Song | None:
    try:
        return piece_cache.read(source.genre, source.id)
    except (OSError, ValueError):  # damaged, or cleared meanwhile: parse it again
        song = read_piece(source)
        piece_cache.write(source.genre, source.id, song)
        return song
