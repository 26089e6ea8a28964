"""Clips of both kinds are alike in everything but the music; the pool stays clean."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from musegen import corpora, genres, keys, models, rendering
from musegen.composing import Composer, Request
from musegen.errors import CorpusError, ModelError, RequestError, StoreError
from musegen.song import C_MAJOR, TICKS_PER_BEAT, Note, Part, Section, Song, regular_bars
from musegen.studies import pool as pools
from musegen.studies.pool import Pool, clip_path, load_clip
from musegen.studies.records import Condition, Maker
from musegen.studies.soundcheck import sound_check
from musegen.studies.stimuli import (
    LONGEST_S,
    MOVE_SEMITONES,
    SHORTEST_S,
    VELOCITY,
    Clip,
    Target,
    choose_excerpt,
    make_clip,
    prepare,
)
from musegen.studies.store import Store
from tests import article

GENRE = genres.find("chorale")
HUMANS = 4
FRAME_SYNC = re.compile(rb"\xff[\xe0-\xff]")


@pytest.fixture(scope="module")
def human_pieces() -> dict[str, Song]:
    held_out = models.split("chorale").held_out
    return corpora.load("chorale", held_out[:HUMANS], jobs=1)


@pytest.fixture(scope="module")
def machine_song() -> Song:
    return Composer.load("chorale").compose(Request(genre="chorale", seed=11)).song


@pytest.fixture(scope="module")
def clips(human_pieces: dict[str, Song], machine_song: Song) -> dict[Maker, list[Clip]]:
    humans = [
        clip
        for seed, piece in enumerate(human_pieces.values())
        if (clip := make_clip(piece, genre=GENRE, seed=seed)) is not None
    ]
    machine = [
        clip
        for seed, human in enumerate(humans, start=100)
        if (clip := make_clip(machine_song, genre=GENRE, seed=seed, target=human.target))
        is not None
    ]
    return {Maker.HUMAN: humans, Maker.MACHINE: machine}


@pytest.fixture
def store(data_dir: Path) -> Iterator[Store]:
    opened = Store.open()
    assert data_dir.joinpath("musegen.db").exists()
    yield opened
    opened.close()


def all_clips(clips: dict[Maker, list[Clip]]) -> list[Clip]:
    assert min(len(kind) for kind in clips.values()) >= HUMANS - 1
    return [clip for kind in clips.values() for clip in kind]


def samples(mp3: bytes) -> np.ndarray:
    return soundfile.read(io.BytesIO(mp3), dtype="float32")[0]


def test_clips_have_one_format_and_no_tags(clips: dict[Maker, list[Clip]]) -> None:
    for clip in all_clips(clips):
        info = soundfile.info(io.BytesIO(clip.mp3))
        assert (info.format, info.subtype) == ("MP3", "MPEG_LAYER_III")
        assert (info.samplerate, info.channels) == (rendering.SAMPLE_RATE, 2)
        assert FRAME_SYNC.match(clip.mp3)  # no ID3v2 before the sound
        assert clip.mp3[-128:-125] != b"TAG"  # no ID3v1 after it
        assert b"APETAGEX" not in clip.mp3
        assert len(clip.mp3) / clip.length_s == pytest.approx(20_000, rel=0.02)  # 160 kbit/s


def test_clips_are_equally_loud(clips: dict[Maker, list[Clip]]) -> None:
    loudness = [rendering.loudness_lufs(samples(clip.mp3)) for clip in all_clips(clips)]
    assert max(loudness) - min(loudness) < 0.5
    assert all(rendering.true_peak_dbfs(samples(clip.mp3)) < 0 for clip in all_clips(clips))


def test_clips_are_20_to_30_seconds_of_sound(clips: dict[Maker, list[Clip]]) -> None:
    for clip in all_clips(clips):
        audio = samples(clip.mp3)
        assert SHORTEST_S <= len(audio) / rendering.SAMPLE_RATE <= LONGEST_S + 0.1
        assert clip.length_s == pytest.approx(len(audio) / rendering.SAMPLE_RATE, abs=0.1)


def test_silence_at_both_ends_tells_nothing(clips: dict[Maker, list[Clip]]) -> None:
    begins, ends = [], []
    for clip in all_clips(clips):
        level = np.abs(samples(clip.mp3)).max(axis=1)
        sounding = np.flatnonzero(level > 0.003)
        begins.append(sounding[0] / rendering.SAMPLE_RATE)
        ends.append((len(level) - sounding[-1]) / rendering.SAMPLE_RATE)
    assert max(begins) < 0.2
    assert max(ends) - min(ends) < 1.0


def test_machine_clips_are_as_long_as_human_ones(clips: dict[Maker, list[Clip]]) -> None:
    lengths = {kind: [clip.length_s for clip in found] for kind, found in clips.items()}
    assert np.mean(lengths[Maker.HUMAN]) == pytest.approx(np.mean(lengths[Maker.MACHINE]), abs=3)


def test_the_same_seed_makes_the_same_clip(machine_song: Song) -> None:
    one, same, other = (make_clip(machine_song, genre=GENRE, seed=seed) for seed in (5, 5, 6))
    assert one == same
    assert one is not None
    assert other is not None
    assert one.mp3 != other.mp3


def test_all_traces_of_the_source_are_taken_away(human_pieces: dict[str, Song]) -> None:
    piece = next(iter(human_pieces.values()))
    loud = replace(
        piece,
        parts=tuple(
            replace(part, notes=tuple(replace(note, velocity=127) for note in part.notes))
            for part in piece.parts
        ),
    )
    for seed in range(2):
        assert make_clip(loud, genre=GENRE, seed=seed) == make_clip(piece, genre=GENRE, seed=seed)
    plain = prepare(loud, semitones=2, tempo_bpm=70)
    assert (plain.title, plain.source, plain.tempo_bpm) == ("", "", 70)
    assert {note.velocity for part in plain.parts for note in part.notes} == {VELOCITY}


@pytest.mark.parametrize("semitones", [-MOVE_SEMITONES, 0, 3])
def test_both_kinds_are_moved_from_their_home_key(
    human_pieces: dict[str, Song], machine_song: Song, semitones: int
) -> None:
    for song in (*human_pieces.values(), machine_song):
        home = keys.to_home_key(song)
        moved = prepare(song, semitones=semitones, tempo_bpm=70)
        assert (moved.key.tonic - home.key.tonic - semitones) % 12 == 0
        assert moved.key.mode is home.key.mode
        first = [part.notes[0].pitch for part in home.parts]
        assert [part.notes[0].pitch - semitones for part in moved.parts] == first


def song_of(bars: int, *, sections: tuple[int, ...] = ()) -> Song:
    """A 4/4 song of quarter notes; ``sections`` are lengths in bars."""
    all_bars = regular_bars(bars, 4, 4)
    notes = tuple(Note(beat * TICKS_PER_BEAT, 60, TICKS_PER_BEAT) for beat in range(4 * bars))
    starts = np.cumsum((0, *sections)) * 4 * TICKS_PER_BEAT
    found = tuple(
        Section(chr(65 + i), int(start), length * 4 * TICKS_PER_BEAT)
        for i, (start, length) in enumerate(zip(starts, sections, strict=False))
    )
    return Song("x", (Part("P", 0, notes),), all_bars, found, key=C_MAJOR)


def test_excerpts_go_from_a_sections_start_to_a_sections_end() -> None:
    song = song_of(32, sections=(8, 8, 8, 8))
    bar = 4 * TICKS_PER_BEAT
    found = {
        choose_excerpt(song, tempo_bpm=90, target=Target(22), rng=np.random.default_rng(seed))
        for seed in range(60)
    }
    assert all(excerpt is not None for excerpt in found)
    spans = {(e.start_tick // bar, e.end_tick // bar) for e in found if e is not None}
    assert spans == {(0, 8), (8, 16), (16, 24), (24, 32)}  # 8 bars at 90 last 21.3 s


def test_excerpts_end_with_a_bar_where_no_section_ends_in_time() -> None:
    song = song_of(32, sections=(16, 16))
    excerpt = choose_excerpt(song, tempo_bpm=90, target=Target(20), rng=np.random.default_rng(1))
    assert excerpt is not None
    assert (excerpt.end_tick - excerpt.start_tick) % (4 * TICKS_PER_BEAT) == 0
    assert excerpt.length_s(90) == pytest.approx(20, abs=1.5)


def test_excerpts_end_in_the_open_where_that_is_wanted() -> None:
    song = song_of(32, sections=(8, 8, 8, 8))
    target = Target(21.3, closes=False)
    excerpt = choose_excerpt(song, tempo_bpm=90, target=target, rng=np.random.default_rng(1))
    assert excerpt is not None
    assert excerpt.end_tick not in {section.end_tick for section in song.sections}
    assert excerpt.length_s(90) == pytest.approx(21.3, abs=3)


def test_short_songs_give_no_excerpt() -> None:
    rng = np.random.default_rng(1)
    assert choose_excerpt(song_of(6), tempo_bpm=90, target=Target(20), rng=rng) is None
    assert make_clip(song_of(4), genre=GENRE, seed=1) is None


def test_rests_at_the_ends_are_passed_over() -> None:
    song = song_of(32, sections=(8, 8, 8, 8))
    bar = 4 * TICKS_PER_BEAT
    notes = tuple(n for n in song.parts[0].notes if n.onset_tick >= 9 * bar)
    silent = replace(song, parts=(replace(song.parts[0], notes=notes),))
    starts = {
        e.start_tick // bar
        for seed in range(40)
        if (
            e := choose_excerpt(
                silent, tempo_bpm=90, target=Target(22), rng=np.random.default_rng(seed)
            )
        )
    }
    assert starts == {16, 24}


def test_the_sound_check_is_as_loud_as_the_clips(clips: dict[Maker, list[Clip]]) -> None:
    tones = rendering.loudness_lufs(samples(sound_check()))
    clip = rendering.loudness_lufs(samples(clips[Maker.HUMAN][0].mp3))
    assert tones == pytest.approx(clip, abs=1.0)


def test_the_pool_fills_with_held_out_pieces_and_new_songs(store: Store, data_dir: Path) -> None:
    pool = Pool(store, of_each=2, names=["chorale"])
    pool.fill()
    stimuli = store.stimuli()
    assert store.count_stimuli() == {
        ("chorale", Condition.HUMAN): 2,
        ("chorale", Condition.EVENT): 2,
    }
    status = pool.status()
    assert (status.pairs, status.clips, status.clips_ready, status.is_ready) == (2, 4, 4, False)
    pieces = {s.piece for s in stimuli if s.truth is Maker.HUMAN}
    assert len(pieces) == 2
    assert pieces <= set(models.split("chorale").held_out)
    assert not pieces & set(models.split("chorale").train)
    files = {path.name for path in (data_dir / "stimuli").iterdir()}
    assert files == {f"{s.id}.mp3" for s in stimuli}
    assert all(re.fullmatch(r"[0-9a-f]{32}", s.id) for s in stimuli)
    assert all(load_clip(store, s.id) == store.sound(s.id) for s in stimuli)


def test_the_system_of_2018_is_a_condition_where_it_is_wanted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    article.install()
    monkeypatch.setenv("MUSEGEN_CONDITIONS", "human,article")
    pool = Pool(store, of_each=1, names=["chorale"])
    pool.fill()
    assert pool.status().pairs == 1
    found = {s.condition: s for s in store.stimuli()}
    assert set(found) == {Condition.HUMAN, Condition.ARTICLE}
    clip = found[Condition.ARTICLE]
    assert (clip.truth, clip.title) == (Maker.MACHINE, "")
    assert clip.details.keys() == found[Condition.HUMAN].details.keys()
    assert SHORTEST_S <= clip.length_s <= LONGEST_S
    monkeypatch.setenv("MUSEGEN_CONDITIONS", "human,event")
    assert pool.status().pairs == 0  # what it made before does not count now


def test_a_genre_without_the_system_of_2018_goes_without(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSEGEN_CONDITIONS", "human,event,article")
    monkeypatch.setattr(models, "has_article", lambda _: False)
    pool = Pool(store, of_each=1, names=["chorale"])
    pool.fill()
    assert set(store.count_stimuli()) == {
        ("chorale", Condition.HUMAN),
        ("chorale", Condition.EVENT),
    }
    assert not pool.status().problem


def test_two_processes_fill_one_pool(store: Store, data_dir: Path) -> None:
    """Both may choose the same piece: then one of the two clips is dropped, file and all."""
    filling = [Pool(store, of_each=1, names=["chorale"]) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(Pool.fill, filling))
    stimuli = store.stimuli()
    assert len({(s.truth, s.piece) for s in stimuli}) == len(stimuli)
    assert min(store.count_stimuli().values()) >= 1
    files = {path.stem for path in (data_dir / "stimuli").iterdir()}
    assert files == {s.id for s in stimuli}


def test_a_clip_whose_file_was_lost_comes_from_the_database(store: Store) -> None:
    Pool(store, of_each=1, names=["chorale"]).fill()
    stimulus = store.stimuli()[0]
    kept = clip_path(stimulus.id).read_bytes()
    clip_path(stimulus.id).unlink()
    assert load_clip(store, stimulus.id) == kept
    assert clip_path(stimulus.id).read_bytes() == kept
    with pytest.raises(StoreError, match="clip is missing"):
        load_clip(store, "0" * 32)


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
    assert "no trained model yet" in status.problem


def test_a_model_that_is_damaged_is_told_and_human_clips_are_made(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models" / "chorale"
    shutil.copytree(models.info("chorale").directory, folder)
    (folder / models.WEIGHTS_FILE).write_bytes(b"no weights")
    monkeypatch.setenv("MUSEGEN_MODELS", str(folder.parent))
    pool = Pool(store, of_each=1)
    pool.fill()
    assert store.count_stimuli() == {("chorale", Condition.HUMAN): 1}
    assert pool.status().problem


def test_genres_without_human_pieces_are_left_out(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models"
    shutil.copytree(models.info("chorale").directory, folder / "folk")
    monkeypatch.setenv("MUSEGEN_MODELS", str(folder))
    assert pools.without_pieces() == ("folk",)
    with pytest.raises(CorpusError, match=r"the test needs them; get some with .*fetch folk"):
        Pool(store).check()
    shutil.copytree(models.info("folk").directory, folder / "chorale")
    assert pools.without_pieces() == ("folk",)
    pool = Pool(store, of_each=1)
    pool.check()
    pool.fill()
    assert {genre for genre, _ in store.count_stimuli()} == {"chorale"}
    assert not pool.status().problem


def test_the_number_of_clips_can_be_set(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pools.CLIPS_VARIABLE, "0")
    Pool(store).fill()
    assert store.stimuli() == []
    monkeypatch.setenv(pools.CLIPS_VARIABLE, "many")
    with pytest.raises(RequestError, match="MUSEGEN_CLIPS is “many”; set it to a number"):
        Pool(store)
