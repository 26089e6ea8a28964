"""From human music to a model folder: split, fit, measure, and write it all down.

`train` is what ``python -m musegen train`` calls; `write_model` makes the folder that
`musegen.models` describes from weights that were fitted already.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from musegen import cards, corpora, genres, models
from musegen.corpora import PieceRef
from musegen.errors import CorpusError, MusegenError
from musegen.examples import Example, training_examples, whole_examples
from musegen.files import write_whole
from musegen.fitting import TrainingConfig, fit, likelihood
from musegen.genres import Genre, Voice
from musegen.habits import Habits
from musegen.models import ModelInfo
from musegen.network import NetworkConfig, read_weights, save_weights
from musegen.originality import TrainingRuns, human_figures
from musegen.splits import Split, make_split, write_split
from musegen.strokes import MOSTLY_KNOWN, Strokes

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    from musegen.song import Song

FEWEST_NOTES = 4000
FEWEST_PIECES = 10
SPLIT_SEED = 1

REACHES = (24, 0)
"""Networks that write together err less if they are unlike: every other one compares pitches by
interval, which learns sooner; the others generalise a little better in the end."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Material:
    """The music of a genre, split."""

    genre: Genre
    songs: Mapping[str, Song]
    split: Split

    def of(self, ids: Sequence[str]) -> list[Song]:
        return [self.songs[id_] for id_ in ids]


@dataclass(frozen=True)
class Fitted:
    """A trained network, its shape, and how it was trained, as plain values."""

    network: keras.Model
    shape: NetworkConfig
    record: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """What ``config.json`` tells of it."""
        return {
            "shape": self.shape.to_dict(),
            "weights": int(self.network.count_params()),
            "training": dict(self.record),
        }


def train(
    name: str,
    *,
    paths: Sequence[Path] = (),
    config: TrainingConfig | None = None,
    networks: int = 1,
    begin_with: str | None = None,
    work_dir: Path | None = None,
    say: Say = print,
    show_progress: bool = True,
) -> Path:
    """Train a model on files, or on the corpus of a genre, and return its folder.

    Parameters
    ----------
    name
        A genre, or a new name when ``paths`` are given.
    paths
        Scores or folders of scores (whatever `scores.read_score` reads).
    networks
        How many are trained, one after the other, to write together.
    begin_with
        A model whose networks, however many, are trained on, instead of from nothing: that of this
        name itself, or another's with as many parts, so that few pieces are enough.
    work_dir
        Checkpoints go here, and training resumes from them; beside the model by default.
    say
        Called with what is being done.

    Raises
    ------
    CorpusError
        When there is too little music to learn from, or the model to begin with has learned from
        music that is to be held out here, or writes another number of parts.
    UnknownGenreError, ModelError
        When there is no usable model to begin with.
    """
    config = config or TrainingConfig()
    material = material_of_files(name, paths, say=say) if paths else material_of_corpus(name)
    out = models.user_models_dir() / name
    work_dir = work_dir or folder_of_progress(name)
    say(describe(material))
    if begin_with is None:
        begun = [_new(material, number) for number in range(networks)]
    else:
        begun = begun_with_model(begin_with, name, material)
    told = begun[0].shape.relations  # networks that write together are told the same
    learned = training_examples(
        material.of(material.split.train), longest=config.sequence, relations=told
    )
    held_out = whole_examples(material.of(material.split.validation), relations=told)
    fitted = []
    for number, (shape, weights, before) in enumerate(begun):
        own = replace(config, seed=config.seed + number)
        start = time.monotonic()
        network = fit(
            learned,
            held_out,
            shape,
            own,
            begin=weights,
            work_dir=work_dir / f"{number + 1}{'-on' if begin_with else ''}",
            show_progress=show_progress,
        )
        minutes = round((time.monotonic() - start) / 60, 1)
        fitted.append(Fitted(network, shape, asdict(own) | {"minutes": minutes} | before))
    write_model(out, material, fitted, begun_with=begin_with)
    return out


class Beginning(NamedTuple):
    """What a network is trained from: its shape, its weights, and how it got them."""

    shape: NetworkConfig
    weights: dict[str, NDArray[np.float32]] | None
    record: dict[str, Any]


def folder_of_progress(name: str) -> Path:
    """Where it is kept how far a training has come."""
    return models.user_models_dir() / f".{name}-training"


def _new(material: Material, number: int) -> Beginning:
    """Nothing, for network ``number``."""
    reach = REACHES[number % len(REACHES)]
    return Beginning(NetworkConfig(parts=len(material.genre.voices), reach=reach), None, {})


def begun_with_model(model: str, name: str, material: Material) -> list[Beginning]:
    """The networks of ``model``, for a model called ``name`` of this music."""
    info = models.info(model)
    _check_beginning(info, name, material)
    other = {} if model == name else {"model": model}
    return [
        Beginning(
            NetworkConfig(**network["shape"]),
            read_weights(info.directory / models.weights_file(number)),
            {"before": other | network["training"]},
        )
        for number, network in enumerate(info.config["networks"], start=1)
    ]


def _check_beginning(info: ModelInfo, name: str, material: Material) -> None:
    """See that a model can go on with this music, and that what is held out stays unheard."""
    split = models.split(info.genre)
    if info.genre == name and split != material.split:
        raise CorpusError(
            f"“{name}” has learned from other music than this; leave --go-on out to train it anew."
        )
    if {*split.train} & {*material.split.held_out}:
        raise CorpusError(
            f"“{info.genre}” has learned from pieces that would be held out here; begin with "
            "another model, or with none."
        )
    parts, wanted = len(info.config["genre"]["voices"]), len(material.genre.voices)
    if parts != wanted:
        raise CorpusError(
            f"“{info.genre}” writes {parts} parts, and this music has {wanted}; begin with a model "
            "of as many, or with none."
        )


def material_of_corpus(genre: str) -> Material:
    """A genre's own corpus; a split that ships with the genre is kept, if all its pieces are here.

    Raises
    ------
    CorpusError
        When the genre's music is not at hand, or too little of it is.
    """
    songs = corpora.load(genre)
    _check_enough(songs)
    split = _shipped_split(genre)
    if split is None or not songs.keys() >= {*split.train, *split.held_out}:
        split = make_split(songs, corpora.catalogue(genre), seed=SPLIT_SEED)
    return Material(genres.find(genre), songs, split)


def _shipped_split(genre: str) -> Split | None:
    try:
        return models.split(genre)
    except MusegenError:
        return None


def material_of_files(name: str, paths: Sequence[Path], *, say: Say = print) -> Material:
    """Music from files: those that can be read and have the usual number of parts.

    Raises
    ------
    CorpusError
        When too little is left.
    """
    from musegen import scores

    songs: dict[str, Song] = {}
    for path in _score_files(paths):
        try:
            songs[str(path)] = scores.read_score(path)
        except MusegenError as error:
            say(str(error))
    usual = Counter(len(song.parts) for song in songs.values()).most_common(1)
    songs = {id_: s for id_, s in songs.items() if usual and len(s.parts) == usual[0][0]}
    _check_enough(songs)
    refs = [PieceRef(id_, name, id_, song.title) for id_, song in songs.items()]
    return Material(_genre_of(name, songs), songs, make_split(songs, refs, seed=SPLIT_SEED))


def _check_enough(songs: Mapping[str, Song]) -> None:
    """See that there is enough to learn from."""
    notes = sum(song.note_count() for song in songs.values())
    if len(songs) < FEWEST_PIECES or notes < FEWEST_NOTES:
        raise CorpusError(
            f"{len(songs)} pieces with {notes} notes are too little to learn from; at least "
            f"{FEWEST_PIECES} pieces of the same number of parts and {FEWEST_NOTES} notes are "
            "needed."
        )


def _score_files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise CorpusError(f"There is no “{path}”; name a score or a folder of scores.")
        found += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return found


def _genre_of(name: str, songs: Mapping[str, Song]) -> Genre:
    first = next(iter(songs.values()))
    metres = Counter((b.numerator, b.denominator) for s in songs.values() for b in s.bars)
    tempi = [song.tempo_bpm for song in songs.values()]
    return Genre(
        name,
        name.replace("-", " ").title(),
        f"Trained on this machine from {len(songs)} pieces.",
        tuple(Voice(part.name, part.program) for part in first.parts),
        (round(float(np.percentile(tempi, 10))), round(float(np.percentile(tempi, 90)))),
        8,
        tuple(metre for metre, _ in metres.most_common(3)),
    )


def describe(material: Material) -> str:
    """What is learned from, and how much is held out, in a sentence."""
    split, songs = material.split, material.songs
    notes = sum(songs[id_].note_count() for id_ in split.train)
    return (
        f"Learning from {len(split.train)} pieces ({notes:,} notes); "
        f"{len(split.held_out)} are held out."
    )


def write_model(
    folder: Path, material: Material, fitted: Sequence[Fitted], *, begun_with: str | None = None
) -> None:
    """Measure fitted networks, which write together, and write their folder, card included.

    What they had learned before, from the model that they have ``begun_with``, they may copy, too.
    """
    split = material.split
    learned = material.of(split.train)
    runs = TrainingRuns.of(learned)
    if begun_with is not None:
        earlier = models.info(begun_with).directory / models.RUNS_FILE
        runs = runs.joined(TrainingRuns.read(earlier))
    told = fitted[0].shape.relations
    validation, test = (
        whole_examples(material.of(ids), relations=told) for ids in (split.validation, split.test)
    )
    networks = [one.network for one in fitted]
    config = {
        "genre": asdict(material.genre),
        "networks": [one.to_dict() for one in fitted],
        "habits": Habits.of(learned, material.genre.accompaniment).to_dict(),
        "typical": typical_nats(networks, validation),
        "copying": human_figures(runs, material.of(split.held_out)),
        "data": {
            part: {
                "pieces": len(ids),
                "notes": sum(song.note_count() for song in material.of(ids)),
            }
            for part, ids in _parts_of(split).items()
        },
        "nats_per_note": {
            "validation": likelihood(networks, validation),
            "test": likelihood(networks, test),
        },
    }
    for number, network in enumerate(networks, start=1):
        save_weights(network, folder / models.weights_file(number))
    runs.write(folder / models.RUNS_FILE)
    write_strokes(folder, material)
    write_split(split, folder / models.SPLIT_FILE)
    # What was taught and measured with the networks before says nothing of these.
    for name in models.TAUGHT_FILES:
        (folder / name).unlink(missing_ok=True)
    write_whole(folder / models.CARD_FILE, cards.model_card(material.genre.name, config))
    write_whole(folder / models.CONFIG_FILE, json.dumps(config, indent=1) + "\n")


def write_strokes(folder: Path, material: Material) -> None:
    """How accompaniments go on, where those of pieces not learned from go on so, too."""
    path, parts = folder / models.STROKES_FILE, material.genre.accompaniment
    strokes = Strokes.of(material.of(material.split.train), parts)
    if strokes.known_share(material.of(material.split.validation)) >= MOSTLY_KNOWN:
        strokes.write(path)
    else:
        path.unlink(missing_ok=True)


def _parts_of(split: Split) -> dict[str, tuple[str, ...]]:
    return {"train": split.train, "validation": split.validation, "test": split.test}


def typical_nats(networks: Sequence[keras.Model], pieces: Sequence[Example]) -> dict[str, float]:
    """Mean and standard deviation, over pieces, of the nats a note."""
    nats = [likelihood(networks, [piece])["total"] for piece in pieces]
    return {"nats_mean": float(np.mean(nats)), "nats_sd": float(np.std(nats))}
