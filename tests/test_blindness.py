"""Nothing but the music tells human clips from a machine's: a classifier tries.

It sees what a browser gets apart from the music, of a hundred human clips and a hundred of the
machine's. They are made by the functions that make a study's, of a shorter length to save time:
four processor minutes when anything changed that they depend on, nothing otherwise, for their
measures are kept in the test cache. A song gives several machine clips here, each of another
excerpt; so folds and resampling keep a song's clips, and the human clips that they match, together.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from joblib import Parallel, delayed

from musegen import composers, corpora, genres
from musegen.composing import Request
from musegen.files import write_whole
from musegen.settings import data_dir
from musegen.song import Song
from musegen.soundfonts import find_soundfont
from musegen.studies import clip_checks
from musegen.studies.making import pieces_in_order
from musegen.studies.stimuli import Clip, Limits, Match, make_clip
from musegen.studies.versions import model_sum, sha256
from tests.conftest import ROOT

GENRES = ("chorale", "fiddle")
OF_EACH = 50
SONGS = 10
LIMITS = Limits(10.0, 18.0)
SEEDS = 8
FOLDS = 5
LEVEL = 0.99
"""Of the intervals: a fair coin should seldom fail this test."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

Row = dict[str, float | str]


@pytest.fixture(scope="module")
def clips() -> pd.DataFrame:
    """What a browser gets of each clip, apart from the music; one row a clip."""
    path = data_dir() / "cache" / f"blindness-{cache_key()}.json"
    if not path.is_file():
        write_whole(path, json.dumps([row for genre in GENRES for row in made(genre)]))
    return pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))


def cache_key() -> str:
    """Changes with the code, the models and the SoundFont that clips are made with."""
    studies = ROOT / "musegen" / "studies"
    files = [
        *sorted((ROOT / "musegen").glob("*.py")),
        studies / "stimuli.py",
        studies / "clip_checks.py",
        Path(__file__),
        find_soundfont(),
    ]
    sums = [sha256(path) for path in files] + [model_sum(genre, "event") for genre in GENRES]
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:16]


def made(genre: str) -> Iterator[Row]:
    """The measures of a genre's human clips and of the machine's that match them."""
    parallel = Parallel(n_jobs=2)
    pieces = pieces_in_order(genre, seed=1)[: OF_EACH + 20]
    found = parallel(delayed(human)(genre, i, piece) for i, piece in enumerate(pieces))
    humans = [clip for clip in found if clip is not None][:OF_EACH]
    songs = parallel(delayed(song)(genre, seed) for seed in range(SONGS))
    matches = parallel(
        delayed(machine)(genre, i, songs, clip.match) for i, (clip, _) in enumerate(humans)
    )
    for (_, row), (number, machine_row) in zip(humans, matches, strict=True):
        group = f"{genre} {number}"
        yield row | {"genre": genre, "group": group, "machine": 0}
        yield machine_row | {"genre": genre, "group": group, "machine": 1}


def human(genre: str, number: int, piece: str) -> tuple[Clip, Row] | None:
    read = corpora.load(genre, [piece], jobs=1).get(piece)
    for seed in range(SEEDS if read is not None else 0):
        clip = make_clip(read, genre=genres.find(genre), seed=SEEDS * number + seed, limits=LIMITS)
        if clip is not None and (row := measured(clip)):
            return clip, row
    return None


def song(genre: str, seed: int) -> Song:
    return composers.load(genre).compose(Request(genre=genre, seed=seed)).song


def machine(genre: str, number: int, songs: list[Song], match: Match) -> tuple[int, Row]:
    for seed in range(SONGS):
        which = (number + seed) % SONGS
        clip = make_clip(
            songs[which],
            genre=genres.find(genre),
            seed=10_000 + SONGS * number + seed,
            match=match,
            limits=LIMITS,
        )
        if clip is not None and (row := measured(clip)):
            return which, row
    pytest.fail(f"no song of {genre} matches human clip {number}")


def measured(clip: Clip) -> Row | None:
    """What a browser gets beside the music; None for a clip that no study would take."""
    measures = clip_checks.measure(clip)
    if measures.faults(LIMITS):
        return None
    audio = soundfile.read(io.BytesIO(clip.mp3), dtype="float32")[0]
    level = np.abs(audio).max(axis=1)
    heard = np.flatnonzero(level > 0.01)
    return {
        **measures.as_details(),
        "address": int(secrets.token_hex(16)[:8], 16) / 2**32,
        "bytes": len(clip.mp3),
        "peak": float(level.max()),
        "soft_beginning_s": float(heard[0]) / 44_100,
        "soft_end_s": float(len(level) - heard[-1]) / 44_100,
        "header": clip.mp3[:4].hex()[:6],
        "tag": clip.mp3[clip.mp3.find(b"LAME") :][:9].hex(),
    }


NUMBERS = (
    "length_s",
    "loudness_lufs",
    "true_peak_dbfs",
    "leading_silence_s",
    "trailing_silence_s",
    "address",
    "bytes",
    "peak",
    "soft_beginning_s",
    "soft_end_s",
)


def judged(clips: pd.DataFrame, kind: str) -> np.ndarray:
    """How machine-like each clip is to a classifier that has not seen its song or its match."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def classifier() -> object:
        if kind == "trees":
            return RandomForestClassifier(300, min_samples_leaf=3, random_state=1)
        return make_pipeline(StandardScaler(), LogisticRegression())

    inputs = np.column_stack([clips[list(NUMBERS)], clips["genre"] == GENRES[0]]).astype(float)
    scores = np.zeros(len(clips))
    for train, test in GroupKFold(FOLDS).split(inputs, groups=clips["group"]):
        fitted = classifier().fit(inputs[train], clips["machine"].to_numpy()[train])
        scores[test] = fitted.predict_proba(inputs[test])[:, 1]
    return scores


def auc_interval(clips: pd.DataFrame, scores: np.ndarray) -> tuple[float, float, float]:
    """Area under the curve, and its percentile bootstrap interval over songs."""
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(1)
    truth = clips["machine"].to_numpy()
    places = list(clips.groupby("group").indices.values())
    drawn = []
    for _ in range(1000):
        taken = np.concatenate([places[i] for i in rng.integers(len(places), size=len(places))])
        drawn.append(roc_auc_score(truth[taken], scores[taken]))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(roc_auc_score(truth, scores)), float(low), float(high)


def test_there_are_two_hundred_clips(clips: pd.DataFrame) -> None:
    assert list(clips.groupby(["genre", "machine"]).size()) == [OF_EACH] * 4
    assert clips["group"].nunique() >= SONGS


@pytest.mark.parametrize("kind", ["logistic", "trees"])
def test_a_classifier_cannot_tell_them_apart(clips: pd.DataFrame, kind: str) -> None:
    auc, low, high = auc_interval(clips, judged(clips, kind))
    print(f"{kind}: AUC {auc:.2f} ({low:.2f} to {high:.2f})")  # noqa: T201 - shown with -s
    assert low <= 0.5 <= high


@pytest.mark.parametrize("name", NUMBERS)
def test_no_single_number_tells_them_apart(clips: pd.DataFrame, name: str) -> None:
    _, low, high = auc_interval(clips, clips[name].to_numpy())
    assert low <= 0.5 <= high


@pytest.mark.parametrize("tell", [("length_s", 1.0), ("loudness_lufs", 0.05), ("soft_end_s", 0.2)])
def test_the_classifiers_would_find_what_there_is_to_find(
    clips: pd.DataFrame, tell: tuple[str, float]
) -> None:
    name, more = tell
    told = clips.assign(**{name: clips[name] + more * clips["machine"]})
    _, low, _ = auc_interval(told, judged(told, "trees"))
    assert low > 0.5


def test_files_are_alike(clips: pd.DataFrame) -> None:
    assert clips["header"].nunique() == 1
    assert clips["tag"].nunique() == 1
    human, machine = (clips[clips["machine"] == made]["bytes"].to_numpy() for made in (0, 1))
    assert np.abs(human - machine).max() <= 1000  # two frames of MP3
    assert np.mean(human == machine) > 0.8
