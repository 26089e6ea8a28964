"""Nothing but the music tells human clips from a machine's: a classifier tries.

It sees what a browser gets apart from the music, of the two hundred clips of
`tests/blind_clips.py`. A song gives several machine clips there, each of another excerpt; so
folds and resampling keep a song's clips, and the human clips that they match, together.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, delayed

from tests.blind_clips import GENRES, OF_EACH, SONGS, measures

FOLDS = 5
REPEATS = 3
SHUFFLES = 60
KINDS = ("logistic", "trees")
BYTES_A_SECOND = 20_000
"""Of MP3 at 160 kbit/s."""

DRAWS = 2000
LEVEL = 0.99
"""Of the intervals: a fair coin should seldom fail this test."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def clips() -> pd.DataFrame:
    """What a browser gets of each clip, apart from the music; one row a clip."""
    return measures()


NUMBERS = (
    "length_s",
    "loudness_lufs",
    "true_peak_dbfs",
    "leading_silence_s",
    "trailing_silence_s",
    "address",
    "message_bytes",
    "peak",
    "soft_beginning_s",
    "soft_end_s",
)


@pytest.fixture(scope="module")
def by_chance(clips: pd.DataFrame) -> dict[str, float]:
    """How far from 0.5 each classifier's area under the curve lies where there is no difference.

    That is its standard deviation when in half of the songs, drawn at random, the human and the
    machine clips change sides. Folds share most of what their classifiers learn from, and agree by
    chance, too: a bootstrap of their scores knows nothing of that, and calls noise a leak ten times
    as often as it says.
    """
    rng = np.random.default_rng(1)
    songs = np.unique(clips["group"])
    swapped = [
        clips["machine"].to_numpy() ^ np.isin(clips["group"], songs[rng.random(len(songs)) < 0.5])
        for _ in range(SHUFFLES)
    ]
    found = {}
    for kind in KINDS:
        tries = (delayed(judged)(clips.assign(machine=truth), kind) for truth in swapped)
        found[kind] = float(np.sqrt(np.mean((np.array(Parallel(n_jobs=2)(tries)) - 0.5) ** 2)))
    return found


def judged(clips: pd.DataFrame, kind: str) -> float:
    """Area under the curve of classifiers that have seen neither a clip's song nor its match.

    Clips are ranked within their fold alone, and that over several divisions into folds. Scores
    of different folds do not compare: clips that are by chance high in one fold are low in all
    that its classifier has learned from, so that pooled they lie, on noise, below 0.5.
    """
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold
    from threadpoolctl import threadpool_limits

    columns = [clips[list(NUMBERS)], extra(clips), clips["genre"] == GENRES[0]]
    inputs, truth = np.column_stack(columns).astype(float), clips["machine"].to_numpy()
    found = []
    for repeat in range(REPEATS):
        folds = GroupKFold(FOLDS, shuffle=True, random_state=repeat)
        for train, test in folds.split(inputs, groups=clips["group"]):
            with threadpool_limits(1):
                fitted = classifier(kind, repeat).fit(inputs[train], truth[train])
            scores = fitted.predict_proba(inputs[test])[:, 1]
            found.append(roc_auc_score(truth[test], scores))
    return float(np.mean(found))


def around(auc: float, by_chance: float) -> tuple[float, float]:
    """The interval of an area under the curve."""
    margin = NormalDist().inv_cdf((1 + LEVEL) / 2) * by_chance
    return auc - margin, auc + margin


def extra(clips: pd.DataFrame) -> pd.Series:
    """Bytes beyond those that a sound of its length takes."""
    return clips["message_bytes"] - BYTES_A_SECOND * clips["length_s"]


def classifier(kind: str, seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if kind == "trees":
        return RandomForestClassifier(100, min_samples_leaf=3, random_state=seed)
    return make_pipeline(StandardScaler(), LogisticRegression())


def auc_interval(clips: pd.DataFrame, scores: np.ndarray) -> tuple[float, float, float]:
    """Area under the curve, and its percentile bootstrap interval over songs.

    Ten numbers are tried, an address among them that is drawn from the sound itself: that all of them
    together may fail a fair coin as seldom as one, each has a tenth of what `LEVEL` leaves (Bonferroni).
    """
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(1)
    truth = clips["machine"].to_numpy()
    places = list(clips.groupby("group").indices.values())
    drawn = []
    for _ in range(DRAWS):
        taken = np.concatenate([places[i] for i in rng.integers(len(places), size=len(places))])
        drawn.append(roc_auc_score(truth[taken], scores[taken]))
    outside = (1 - LEVEL) / len(NUMBERS)
    low, high = np.quantile(drawn, [outside / 2, 1 - outside / 2])
    return float(roc_auc_score(truth, scores)), float(low), float(high)


def test_there_are_two_hundred_clips(clips: pd.DataFrame) -> None:
    assert list(clips.groupby(["genre", "machine"]).size()) == [OF_EACH] * 4
    assert clips["group"].nunique() >= SONGS


@pytest.mark.parametrize("kind", KINDS)
def test_a_classifier_cannot_tell_them_apart(
    clips: pd.DataFrame, by_chance: dict[str, float], kind: str
) -> None:
    auc = judged(clips, kind)
    low, high = around(auc, by_chance[kind])
    print(f"{kind}: AUC {auc:.2f} ({low:.2f} to {high:.2f})")  # noqa: T201 - shown with -s
    assert low <= 0.5 <= high


@pytest.mark.parametrize("name", NUMBERS)
def test_no_single_number_tells_them_apart(clips: pd.DataFrame, name: str) -> None:
    _, low, high = auc_interval(clips, clips[name].to_numpy())
    assert low <= 0.5 <= high


@pytest.mark.parametrize(
    "tell",
    [("length_s", 1.0), ("loudness_lufs", 0.05), ("soft_end_s", 0.2), ("message_bytes", 400)],
)
def test_the_classifiers_would_find_what_there_is_to_find(
    clips: pd.DataFrame, by_chance: dict[str, float], tell: tuple[str, float]
) -> None:
    name, more = tell
    told = clips.assign(**{name: clips[name] + more * clips["machine"]})
    low, _ = around(judged(told, "trees"), by_chance["trees"])
    assert low > 0.5


def test_files_are_alike(clips: pd.DataFrame) -> None:
    assert clips["header"].nunique() == 1
    assert clips["tag"].nunique() == 1
    assert clips["address_length"].nunique() == 1
    human, machine = (clips[clips["machine"] == made]["bytes"].to_numpy() for made in (0, 1))
    assert np.abs(human - machine).max() <= 1000  # two frames of MP3
    assert np.mean(human == machine) > 0.8


def test_messages_differ_in_nothing_but_the_sound(clips: pd.DataFrame) -> None:
    assert clips["head"].nunique() == 1
    assert clips["head_bytes"].nunique() == 1
    around = clips["message_bytes"] - clips["bytes"]
    assert around.nunique() == 1
