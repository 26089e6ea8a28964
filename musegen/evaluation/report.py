"""The whole report on a genre: its songs beside human pieces and beside simpler systems.

    evaluate(genre) -> Evaluation(figures, histograms)

``figures`` are plain JSON values, as ``models/<genre>/evaluation.json`` keeps them:

    genre, seed, split, pieces, songs
    likelihood    nats a note by system: ``total`` and, where known, each field
    human         control (AUC of humans against humans), learned (`learned_figures`), structure,
                  endings, leading, copying
    systems       by name: songs, judges, overlaps, structure, endings, leading, copying; or
                  ``missing``, why not
    goals         name, words, value, limit, whether it is met

Unknown figures are null. The same models, pieces and seed give the same figures.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from musegen import corpora, keys, models
from musegen.errors import RequestError
from musegen.evaluation import distributions, faults, goals, judges, measures, systems
from musegen.evaluation.compare import compare, read_both
from musegen.evaluation.distributions import Histograms
from musegen.evaluation.excerpts import EXCERPT_BARS, bar_spans, excerpts_of
from musegen.evaluation.features import Counts
from musegen.evaluation.judges import FEWEST_PIECES, FEWEST_WORKS, Judge
from musegen.evaluation.markov import MarkovChain
from musegen.evaluation.systems import Output, System
from musegen.metre import Metre, usual_metre
from musegen.models import ModelInfo
from musegen.originality import TrainingRuns
from musegen.song import Mode, Song
from musegen.splits import works_of

MOST_OF_ARTICLE = 30
"""Songs of the article's system: it takes its time, and judges of more tell it no less surely."""

LEARNED_DRAWS = 3
"""How often pieces learned from are drawn to be held against the held-out ones."""

DIGITS = 5

Progress = Callable[[float, str], None]
SplitName = Literal["test", "heldout"]
Songs = Mapping[str, Song]


@dataclass(frozen=True)
class Evaluation:
    """Figures as plain values, and the histograms of the human pieces and each system."""

    figures: dict[str, Any]
    histograms: dict[str, Histograms]


@dataclass(frozen=True)
class _Humans:
    """Human pieces in their home key, and what they are the measure of."""

    pieces: Songs
    works: Mapping[str, str]
    counts: Counts | None
    runs: TrainingRuns
    limits: Mapping[str, Any]
    seed: int

    def like(self, songs: Sequence[Song]) -> _Humans:
        """The pieces' first parts, where ``songs`` have only such."""
        if len(songs[0].parts) >= len(next(iter(self.pieces.values())).parts):
            return self
        first = {name: systems.first_part(piece) for name, piece in self.pieces.items()}
        return replace(self, pieces=first, counts=None)


def evaluate(
    genre: str,
    *,
    songs: int | None = None,
    seed: int = 0,
    split: SplitName = "heldout",
    baselines: bool = True,
    progress: Progress | None = None,
) -> Evaluation:
    """Compose, compare, count.

    Parameters
    ----------
    songs
        How many to compose, beside at most as many human pieces; when None, as many as there are
        held-out pieces. The article's system composes `MOST_OF_ARTICLE` of them at most.
    seed
        Song i has the seed ``seed + i`` and mode and metre of piece i; it also decides which pieces,
        folds and bootstraps.
    baselines
        Whether the article's system and the Markov chain are judged too.
    progress
        Called with the share done and what is being done.

    Raises
    ------
    RequestError
        When there are too few songs or human pieces to judge.
    ModelError, CorpusError
        When the genre has no model, or its human pieces are not at hand.
    """
    say = progress or (lambda _share, _text: None)
    if songs is not None and songs < FEWEST_PIECES:
        raise RequestError(f"{songs} songs are too few to judge; ask for {FEWEST_PIECES} or more.")
    info = models.info(genre)
    say(0.0, "Reading human pieces")
    parts = models.split(genre)
    test = _load(genre, parts.test)
    held_out = test if split == "test" else test | _load(genre, parts.validation)
    train = _load(genre, parts.train)
    chosen = _choose(held_out, songs or len(held_out), np.random.default_rng(seed))
    runs = TrainingRuns.read(info.directory / models.RUNS_FILE)
    works = _works(genre, chosen)
    humans = _Humans(chosen, works, Counts.of(train.values()), runs, info.config["copying"], seed)
    seeds = [seed + i for i in range(songs or len(chosen))]
    chain = MarkovChain.of(train.values()) if baselines else None
    outputs = _outputs(genre, seeds, list(chosen.values()), chain, say)
    figures, histograms = _judged(humans, outputs, say)
    say(0.98, "Judging the pieces learned from")
    figures["human"]["learned"] = learned_figures(genre, chosen, train, works, seed=seed)
    head = {
        "genre": genre,
        "seed": seed,
        "split": split,
        "pieces": len(chosen),
        "songs": len(seeds),
    }
    found = goals.goals(genre, figures["systems"])
    figures |= {
        "likelihood": _likelihoods(info, chain, test),
        "goals": [asdict(goal) | {"is_met": goal.is_met} for goal in found],
    }
    return Evaluation(plain(head | figures), histograms)


def _load(genre: str, ids: Sequence[str]) -> dict[str, Song]:
    pieces = corpora.load(genre, ids)
    return {id_: keys.to_home_key(piece) for id_, piece in pieces.items()}


def _choose(pieces: Songs, most: int, rng: np.random.Generator) -> dict[str, Song]:
    """At most so many pieces, at random, of those that are long enough for an excerpt."""
    long = [id_ for id_, piece in pieces.items() if len(bar_spans(piece)) >= EXCERPT_BARS]
    if len(long) < FEWEST_PIECES:
        raise RequestError(
            f"Only {len(long)} held-out pieces have {EXCERPT_BARS} bars or more; at least "
            f"{FEWEST_PIECES} are needed to judge by."
        )
    return {long[i]: pieces[long[i]] for i in sorted(rng.permutation(len(long))[:most])}


def _works(genre: str, pieces: Songs) -> dict[str, str]:
    return works_of(pieces, [ref for ref in corpora.catalogue(genre) if ref.id in pieces])


def learned_figures(
    genre: str, pieces: Songs, train: Songs, works: Mapping[str, str], *, seed: int
) -> dict[str, Any] | None:
    """What the judges make of pieces that the network has learned from, in place of songs.

    That is what songs would have that are as like those pieces as they are like each other. Each is
    in mode and metre of one of the held-out ``pieces``; where another is in neither, it is left out.
    The surprise of chords is told by the other pieces learned from, so at most half of them are
    taken.

    Returns
    -------
    dict or None
        ``auc`` by judge, ``best_auc``, ``best_auc_by_piece``: means of `LEARNED_DRAWS` draws. None
        where there are too few.
    """
    found = []
    for draw in range(LEARNED_DRAWS):
        like = _like(pieces, train, np.random.default_rng((seed, draw)))
        song_works = _works(genre, like)
        if len(like) < FEWEST_PIECES or len({*song_works.values()}) < FEWEST_WORKS:
            return None
        counts = Counts.of(piece for id_, piece in train.items() if id_ not in like)
        read, is_other = read_both(
            pieces, like, counts=counts, seed=seed, works=works, song_works=song_works
        )
        kinds = (read, read.by_piece())
        verdicts = [judges.verdicts(kind, is_other, seed=seed, repeats=1)[0] for kind in kinds]
        found.append([[verdict.auc for verdict in own] for own in verdicts])
    by_work, by_piece = np.array(found).transpose(1, 0, 2)
    return {
        "auc": dict(zip((judge.value for judge in Judge), by_work.mean(0).tolist(), strict=True)),
        "best_auc": float(by_work.max(1).mean()),
        "best_auc_by_piece": float(by_piece.max(1).mean()),
    }


def _like(pieces: Songs, train: Songs, rng: np.random.Generator) -> dict[str, Song]:
    """A piece of ``train`` for each of ``pieces`` of its mode and metre, at most half of all."""
    ids, wanted = list(train), list(pieces.values())
    left = defaultdict(list)
    for id_ in (ids[i] for i in rng.permutation(len(ids))):
        if len(bar_spans(train[id_])) >= EXCERPT_BARS:
            left[_kind(train[id_])].append(id_)
    order = [wanted[i] for i in rng.permutation(len(wanted))]
    chosen = [left[_kind(piece)].pop() for piece in order if left[_kind(piece)]]
    return {id_: train[id_] for id_ in chosen[: len(train) // 2]}


def _kind(piece: Song) -> tuple[Mode, Metre]:
    return piece.key.mode, usual_metre(piece.bars)


def _outputs(
    genre: str,
    seeds: Sequence[int],
    like: Sequence[Song],
    chain: MarkovChain | None,
    say: Progress,
) -> dict[System, Output]:
    def counted(share: float) -> Callable[[int, int], None]:
        return lambda done, total: say(share + 0.3 * done / total, f"Composing, {done} of {total}")

    today = System.EVENT
    found = {today: systems.composed(today, genre, seeds, like=like, progress=counted(0.1))}
    if chain is not None:
        found[System.ARTICLE] = systems.composed(
            System.ARTICLE, genre, seeds[:MOST_OF_ARTICLE], progress=counted(0.4)
        )
        found[System.MARKOV] = systems.chained(chain, found[today].songs, seeds)
    return found


def _likelihoods(info: ModelInfo, chain: MarkovChain | None, test: Songs) -> dict[str, Any]:
    """Nats a note on the test split, by system; the network's own are from its training."""
    found: dict[str, Any] = {System.EVENT: dict(info.config["nats_per_note"]["test"])}
    if chain is not None:
        found[System.MARKOV] = {"total": chain.nats_per_note(test.values())}
    return found


def _judged(
    humans: _Humans, outputs: Mapping[System, Output], say: Progress
) -> tuple[dict[str, Any], dict[str, Histograms]]:
    say(0.7, "Judging humans against humans")
    human, own = _human_figures(humans)
    histograms = {"human": own}
    by_system: dict[str, Any] = {}
    for number, (system, output) in enumerate(outputs.items()):
        say(0.75 + 0.08 * number, f"Judging {systems.TITLES[system]}")
        by_system[system.value] = {"title": systems.TITLES[system]}
        if output.songs:
            histograms[system.value] = distributions.histograms(list(output.songs.values()))
            by_system[system.value]["songs"] = len(output.songs)
            by_system[system.value] |= _system_figures(
                humans.like(list(output.songs.values())),
                output.songs,
                histograms[system.value],
                by_piece=system is System.EVENT,
            )
        else:
            by_system[system.value]["missing"] = output.missing
    return {"human": human, "systems": by_system}, histograms


def _human_figures(humans: _Humans) -> tuple[dict[str, Any], Histograms]:
    pieces = list(humans.pieces.values())
    read = judges.material(excerpts_of(humans.pieces, works=humans.works), humans.counts)
    control = judges.controls(read, seed=humans.seed)
    order = np.random.default_rng(humans.seed).permutation(len(pieces))
    own = distributions.histograms(pieces)
    one, other = ({n: h[rows] for n, h in own.items()} for rows in np.array_split(order, 2))
    return {
        "control": {judge.value: aucs for judge, aucs in control.items()},
        "control_mean": {judge.value: float(np.mean(aucs)) for judge, aucs in control.items()},
        "overlaps": [asdict(overlap) for overlap in distributions.overlaps(one, other)],
        "long_enough_beats": measures.long_enough_beats(pieces),
        "usual": faults.usual([faults.measure(piece) for piece in pieces]),
        "limits": dict(humans.limits),
        **_figures(pieces, humans),
    }, own


def _system_figures(
    humans: _Humans, songs: Songs, own: Histograms, *, by_piece: bool
) -> dict[str, Any]:
    comparison = compare(
        humans.pieces,
        songs,
        counts=humans.counts,
        seed=humans.seed,
        splits=0,
        works=humans.works,
        by_piece=by_piece,
    )
    of_humans = distributions.histograms(list(humans.pieces.values()))
    return {
        "against_first_part": humans.counts is None,
        "judges": comparison.to_dict(),
        "overlaps": [asdict(overlap) for overlap in distributions.overlaps(of_humans, own)],
        **_figures(list(songs.values()), humans),
    }


def _figures(songs: Sequence[Song], humans: _Humans) -> dict[str, Any]:
    """What is measured of any set of songs, by the measure of the human pieces."""
    pieces = list(humans.pieces.values())
    ranges = faults.usual([faults.measure(piece) for piece in pieces])
    long_enough = measures.long_enough_beats(pieces)
    return {
        "structure": measures.structures(songs),
        "endings": measures.endings(songs, long_enough=long_enough),
        "leading": measures.leading(songs, ranges),
        "copying": measures.copying(songs, humans.runs, humans.limits),
    }


def plain(value: Any) -> Any:
    """``value`` as JSON can carry it: rounded, and null for what is not known."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS) if math.isfinite(value) else None
    return value


def best_judge(system: Mapping[str, Any]) -> dict[str, Any]:
    """The judge that tells a system's songs best, as `musegen.evaluation.judges.Verdict`."""
    verdicts: list[dict[str, Any]] = system["judges"]["judges"]
    return max(verdicts, key=lambda verdict: float(verdict["auc"]))


def control_mean(figures: Mapping[str, Any]) -> float:
    """Mean AUC of all judges on humans against humans."""
    means = figures["human"]["control_mean"]
    return float(np.mean([means[judge.value] for judge in Judge]))
