"""Studies of every kind of maker, with real clips: people, the networks, a model of one's own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from musegen import corpora, models, training
from musegen.fitting import TrainingConfig
from musegen.midi import write_midi
from musegen.network import NetworkConfig
from musegen.studies.making import make_all
from musegen.studies.records import Condition, Maker
from musegen.studies.store import Store
from musegen.studies.versions import CHANGED, MADE_WITH, fingerprint, model_sum

FILE = """\
name: makers
title: Makers
genres: [fiddle]
clips: 2
stimuli: 1
clip_length_s: [8, 14]
conditions: [human, event, article, my-tunes]
"""
OWN = "my-tunes"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def own_model(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of a few fiddle tunes that has learned next to nothing."""
    ids = [ref.id for ref in corpora.catalogue("fiddle") if ref.id.startswith("ryansMammoth")]
    tunes = tmp_path / "tunes"
    tunes.mkdir()
    for number, tune in enumerate(corpora.load("fiddle", ids[:48]).values()):
        write_midi(tune, tunes / f"{number:02d}.mid")
    tiny = NetworkConfig(parts=1, units=24, head_units=24)
    monkeypatch.setattr(training, "NetworkConfig", lambda **_: tiny)
    config = TrainingConfig(epochs=3, batch=8, sequence=64, seed=3)
    training.train(OWN, paths=[tunes], config=config, say=lambda _: None, show_progress=False)
    return data_dir / "models" / OWN


def test_a_study_of_all_kinds_of_makers_is_made_and_frozen(own_model: Path) -> None:
    store = Store.open()
    try:
        study = store.studies.add(FILE)
        make_all(store, study, jobs=1)
        frozen, clips = store.studies.get("makers"), store.clips.all("makers")
    finally:
        store.close()
    assert frozen.frozen_at is not None
    conditions = ("human", "event", "article", OWN)
    assert Counter(clip.condition for clip in clips) == dict.fromkeys(conditions, 1)
    of = {clip.condition: clip for clip in clips}
    assert [of[one].truth for one in conditions] == [Maker.HUMAN] + [Maker.MACHINE] * 3
    assert len({clip.piece for clip in clips if clip.truth is Maker.HUMAN}) == 1
    assert of["human"].piece in models.split("fiddle").held_out
    for clip in clips:
        assert 8 <= clip.length_s <= 14.1
        assert clip.length_s == pytest.approx(of["human"].length_s, abs=0.03)
        assert clip.details[MADE_WITH] == fingerprint(frozen.versions)
    told = frozen.versions["models"]["fiddle"]
    machines = (Condition.EVENT, Condition.ARTICLE, OWN)
    assert told == {str(one): model_sum("fiddle", one) for one in machines}
    assert len(set(told.values())) == 3
    assert frozen.versions[CHANGED] is False
    for name in ("weights.npz", "guide.npz", "strokes.npy"):
        before = model_sum("fiddle", OWN)
        with (own_model / name).open("ab") as file:
            file.write(b"\0")
        assert model_sum("fiddle", OWN) != before, name
