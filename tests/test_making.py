"""The clips of a study: which there are, that they are made once, and the same each time."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from musegen import models
from musegen.errors import CorpusError, ModelError, SoundError, StoreError
from musegen.song import C_MAJOR, Note, Part, Song, regular_bars
from musegen.soundfonts import find_soundfont
from musegen.studies import making, study_files
from musegen.studies.assignment import is_ready
from musegen.studies.clip_files import clip_path, load_clip
from musegen.studies.clip_orders import NONSENSE, Order, human_pieces, orders
from musegen.studies.design import Design
from musegen.studies.making import make_all, order_of, pieces_in_order
from musegen.studies.nonsense import COMPASS, nonsense
from musegen.studies.pool import Pool
from musegen.studies.records import Maker, Role, Stimulus
from musegen.studies.registry import Status
from musegen.studies.stimuli import Clip
from musegen.studies.store import Store
from musegen.studies.study_data import to_table
from musegen.studies.versions import MADE_WITH, fingerprint, fluidsynth_version, sha256
from musegen.studies.wavs import check_playable, wav_of

FILE = """\
name: small
title: Small
genres: [fiddle]
clips: 2
stimuli: 1
practice: 1
catch: 1
"""


def design(**changes: object) -> Design:
    return study_files.parse(FILE).model_copy(update=changes)


@pytest.fixture
def store(data_dir: Path) -> Iterator[Store]:
    opened = Store.open()
    assert data_dir.joinpath("musegen.db").exists()
    yield opened
    opened.close()


def test_orders_are_what_the_design_asks_for() -> None:
    wanted = orders(design(genres=("chorale", "fiddle"), stimuli=3, practice=3, catch=3))
    counts = Counter((order.role, order.is_human) for order in wanted)
    assert counts == {
        (Role.CLIP, True): 6,
        (Role.CLIP, False): 6,
        (Role.PRACTICE, True): 2,
        (Role.PRACTICE, False): 2,
        (Role.CATCH, False): 3,
    }
    assert len(set(wanted)) == len(wanted)
    assert human_pieces(design(stimuli=3, practice=3)) == {"fiddle": 5}


def test_human_clips_come_before_those_that_match_them() -> None:
    from musegen.studies.records import Question

    for question in Question:
        wanted = orders(
            design(
                genres=("chorale", "fiddle"),
                conditions=("human", "event", "article"),
                stimuli=4,
                practice=5,
                catch=5,
                question=question,
            )
        )
        for place, order in enumerate(wanted):
            if not order.is_human:
                assert wanted.index(order.model) < place


def test_pieces_are_held_out_and_of_different_tunes() -> None:
    pieces = pieces_in_order("fiddle", seed=1)
    split = models.split("fiddle")
    assert set(pieces) < set(split.held_out)
    assert not set(pieces) & set(split.train)
    assert pieces != pieces_in_order("fiddle", seed=2)
    assert pieces == pieces_in_order("fiddle", seed=1)
    assert set(pieces_in_order("quartet", seed=1)) == set(models.split("quartet").held_out)


def test_nonsense_keeps_nothing_but_the_number_of_notes() -> None:
    notes = tuple(Note(12 * i, 60 + i % 5, 12) for i in range(200))
    song = Song("x", (Part("P", 40, notes),), regular_bars(50, 4, 4), (), key=C_MAJOR)
    made = nonsense(song, rng=np.random.default_rng(1)).parts[0].notes
    assert len(made) == 200
    assert (made[0].onset_tick, made[-1].end_tick) == (0, notes[-1].end_tick)
    assert len({note.pitch % 12 for note in made}) == 12
    assert min(n.pitch for n in made) >= COMPASS[0]
    assert max(n.pitch for n in made) <= COMPASS[1]
    assert np.mean([note.onset_tick % 12 == 0 for note in made]) < 0.3


def summary(clips: list[Stimulus]) -> dict[Order | None, tuple[str, object, object]]:
    return {order_of(c): (c.piece, c.details["seed"], c.details["tempo_bpm"]) for c in clips}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_study_is_made_once_whoever_makes_it(store: Store, data_dir: Path) -> None:
    """Broken off after the first clip, then by two at once, then again: always the same clips.

    Ctrl-C comes while the first is being stored, which is done all the same.
    """
    study = store.studies.add(FILE)

    def ctrl_c(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    engine = store.database._engine
    sa.event.listen(engine, "commit", ctrl_c)
    # Whoever runs the tests in the background has them begin with Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            make_all(store, study, jobs=1)
    finally:
        signal.signal(signal.SIGINT, before)
    sa.event.remove(engine, "commit", ctrl_c)
    (only,) = store.clips.all("small")
    assert [path.stem for path in (data_dir / "stimuli").iterdir()] == [only.id]
    assert store.studies.get("small").frozen_at is None
    assert not is_ready(store, "small")

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda jobs: make_all(store, study, jobs=jobs), (1, 1)))
    clips = store.clips.all("small")
    assert len(clips) == len(orders(study.design)) == 5
    assert set(summary(clips)) == set(orders(study.design))
    frozen = store.studies.get("small")
    assert frozen.status(datetime.now(UTC)) is Status.OPEN
    assert frozen.versions["soundfont"]["sha256"]
    assert set(frozen.versions["models"]) == {"fiddle"}
    assert is_ready(store, "small")
    files = {path.stem for path in (data_dir / "stimuli").iterdir()}
    assert files == {clip.id for clip in clips}

    make_all(store, frozen, jobs=1)
    assert {clip.id for clip in store.clips.all("small")} == files

    _check_clips(store, clips)
    _check_again(store, clips)


def _check_clips(store: Store, clips: list[Stimulus]) -> None:
    pieces = [clip.piece for clip in clips if clip.truth is Maker.HUMAN]
    assert len(set(pieces)) == len(pieces) == 2
    assert set(pieces) <= set(models.split("fiddle").held_out)
    catch = next(clip for clip in clips if clip.role is Role.CATCH)
    assert (catch.condition, catch.truth) == (NONSENSE, Maker.MACHINE)
    for clip in clips:
        assert clip.details["loudness_lufs"] == pytest.approx(-18, abs=0.5)
        assert clip.details["true_peak_dbfs"] < 0
        assert clip.details["leading_silence_s"] <= 0.1
        assert 20 <= clip.length_s <= 30
        assert load_clip(store, clip.id) == store.clips.sound(clip.id)
    by_order = {order_of(clip): clip for clip in clips}
    for order, clip in by_order.items():
        assert order is not None
        if not order.is_human:
            human = by_order[order.model]
            assert clip.length_s == pytest.approx(human.length_s, abs=0.03)
    clip_path(catch.id).unlink()
    assert load_clip(store, catch.id) == store.clips.sound(catch.id)
    assert clip_path(catch.id).is_file()


def _check_again(store: Store, clips: list[Stimulus]) -> None:
    """Another study of the same seed, by other processes, and each clip as WAV."""
    from musegen.rendering import to_wav

    again = store.studies.add(FILE.replace("small", "again"))
    make_all(store, again, jobs=2)
    twins = store.clips.all("again")
    assert summary(twins) == summary(clips)
    sounds = {order_of(clip): store.clips.sound(clip.id) for clip in clips}
    assert {order_of(twin): store.clips.sound(twin.id) for twin in twins} == sounds
    assert not {twin.id for twin in twins} & {clip.id for clip in clips}
    made_with = store.studies.get("small").versions
    wav = wav_of(clips[0], made_with)
    assert wav == wav_of(clips[0], made_with)
    assert len(wav) == pytest.approx(clips[0].length_s * 44_100 * 4, rel=0.01)
    assert to_wav(np.zeros((4, 2), np.float32))[:4] == wav[:4]


def with_soundfont(name: str) -> Stimulus:
    return Stimulus("a", "s", "fiddle", "human", "p", "", 24.0, details={"soundfont": name})


def test_a_clip_whose_soundfont_is_gone_says_so() -> None:
    with pytest.raises(SoundError, match=r"played with the SoundFont “Other.sf2”, and here is"):
        wav_of(with_soundfont("Other.sf2"), {})
    with pytest.raises(SoundError, match="made by an older musegen"):
        wav_of(Stimulus("a", "s", "fiddle", "human", "p", "", 24.0), {})


def test_the_wav_is_what_was_heard_or_says_that_it_is_the_mp3() -> None:
    font = find_soundfont()
    clip = with_soundfont(font.name)
    here = {
        "soundfont": {"name": font.name, "sha256": sha256(font)},
        "fluidsynth": fluidsynth_version(),
    }
    check_playable(clip, here)
    check_playable(replace(clip, details=clip.details | {MADE_WITH: fingerprint(here)}), here)
    with pytest.raises(SoundError, match="before an update"):
        check_playable(replace(clip, details=clip.details | {MADE_WITH: "0"}), here)
    with pytest.raises(SoundError, match="another version of the SoundFont"):
        check_playable(clip, here | {"soundfont": {"name": font.name, "sha256": "0" * 64}})
    with pytest.raises(SoundError, match=r"by FluidSynth 1\.0\.0, and here is"):
        check_playable(clip, here | {"fluidsynth": "1.0.0"})
    for made_with, source in ((here, "rendered"), ({}, "decoded")):
        assert list(to_table([clip], made_with)["wav_source"]) == [source]


def test_a_clip_that_is_nowhere_is_told(store: Store) -> None:
    with pytest.raises(StoreError, match="clip is missing"):
        load_clip(store, "0" * 32)


def test_pieces_that_give_no_clip_give_way_to_spare_ones(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = ("bad", "good", "spare", "worse")
    monkeypatch.setattr(making, "pieces_in_order", lambda *_, **__: pieces)
    study = store.studies.add(FILE.replace("stimuli: 1", "stimuli: 2").replace("practice: 1\n", ""))
    workshop = making.Workshop(store, study)
    first, second = (o for o in workshop.wanted if o.is_human)
    task = workshop.task(first)
    assert task is not None
    assert task.piece == "bad"
    workshop.take(task)
    for piece in ("spare", "worse"):
        task = workshop.task(first)
        assert task is not None
        assert task.piece == piece
        workshop.take(task)
    other = workshop.task(second)
    assert other is not None
    assert other.piece == "good"
    with pytest.raises(CorpusError, match="too few human pieces of “fiddle”: 2 clips are wanted"):
        workshop.task(first)


@pytest.mark.parametrize("is_updated", [False, True])
def test_an_update_between_two_runs_is_noted(
    store: Store, monkeypatch: pytest.MonkeyPatch, is_updated: bool
) -> None:
    """The second half of the clips is made by another run, after an update or not."""
    study = store.studies.add(FILE.replace("practice: 1\ncatch: 1\n", ""))
    first = making.Workshop(store, study)
    clip = Clip(b"mp3", 24.0, {"seed": 1})

    def made(order: Order) -> making.Made:
        numbered = replace(clip, details=clip.details | {"number": order.number})
        return making.Made(order, f"piece of {order.condition}", "", numbered)

    human, machine = first.wanted
    first.take(made(human))
    first.freeze()
    assert store.studies.get("small").frozen_at is None
    if is_updated:
        monkeypatch.setattr("musegen.studies.versions.__version__", "99.0")
    second = making.Workshop(store, study)
    second.take(made(machine))
    second.freeze()
    assert store.studies.get("small").versions["changed while making"] is is_updated
    marks = {clip.details[MADE_WITH] for clip in store.clips.all("small")}
    assert len(marks) == 1 + is_updated


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_pool_makes_a_study_that_can_begin(store: Store) -> None:
    store.studies.add(FILE.replace("practice: 1\n", "").replace("catch: 1\n", ""))
    pool = Pool(store, name="small")
    pool.check()
    status = pool.status()
    assert (status.clips, status.wanted, status.is_ready, status.is_filling) == (0, 2, False, False)
    pool.start()
    pool.start()  # the second call changes nothing
    assert pool.status().is_filling
    thread = pool._thread
    assert thread is not None
    thread.join(timeout=280)
    status = pool.status()
    assert (status.clips, status.is_ready, status.problem) == (2, True, "")
    assert store.studies.get("small").frozen_at is not None


def test_a_pool_without_models_says_what_to_do(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path / "none"))
    pool = Pool(store)
    with pytest.raises(ModelError, match="no trained model yet; train one"):
        pool.check()
    pool.start()
    pool.stop()
    status = pool.status()
    assert (status.clips, status.is_filling, status.is_ready) == (0, False, False)
    assert "no trained model" in status.problem


def test_a_pool_without_pieces_says_how_to_get_them(store: Store) -> None:
    store.studies.add(FILE.replace("fiddle", "folk"))
    with pytest.raises(CorpusError, match=r"get some with .*fetch folk"):
        Pool(store, name="small").check()
