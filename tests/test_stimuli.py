"""Clips of both kinds are alike in everything but the music."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from musegen import corpora, genres, keys, models, rendering
from musegen.composing import Composer, Request
from musegen.song import C_MAJOR, TICKS_PER_BEAT, Note, Part, Section, Song, regular_bars
from musegen.studies.clip_checks import measure
from musegen.studies.records import Maker
from musegen.studies.soundcheck import sound_check
from musegen.studies.stimuli import (
    MOVE_SEMITONES,
    VELOCITY,
    Clip,
    Excerpt,
    Limits,
    Match,
    choose_excerpt,
    choose_match,
    make_clip,
    prepare,
    sound_of,
)

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
        if (clip := make_clip(machine_song, genre=GENRE, seed=seed, match=human.match)) is not None
    ]
    return {Maker.HUMAN: humans, Maker.MACHINE: machine}


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
        assert Limits().shortest_s <= len(audio) / rendering.SAMPLE_RATE <= Limits().longest_s + 0.1
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


def song_of(bars: int, *, phrase_bars: int = 4) -> Song:
    """A 4/4 song of quarter notes; a phrase ends in a long note."""
    all_bars = regular_bars(bars, 4, 4)
    bar = 4 * TICKS_PER_BEAT
    notes = []
    for number in range(bars):
        start = number * bar
        if number % phrase_bars == phrase_bars - 1:
            notes.append(Note(start, 60, bar))
        else:
            notes += [Note(start + beat * TICKS_PER_BEAT, 60, TICKS_PER_BEAT) for beat in range(4)]
    return Song("x", (Part("P", 0, tuple(notes)),), all_bars, (), key=C_MAJOR)


def excerpt_of(song: Song, target_s: float, seed: int, tempo_bpm: float = 90) -> Excerpt | None:
    return choose_excerpt(
        song,
        tempo_bpm=tempo_bpm,
        target_s=target_s,
        rng=np.random.default_rng(seed),
        limits=Limits(),
    )


def test_excerpts_go_from_a_phrases_beginning_to_a_phrases_end() -> None:
    bar = 4 * TICKS_PER_BEAT
    found = {excerpt_of(song_of(32), 22, seed) for seed in range(60)}
    spans = {(e.start_tick // bar, e.end_tick // bar) for e in found if e is not None}
    assert spans == {(start, start + 8) for start in range(0, 25, 4)}  # 8 bars last 21.3 s
    assert None not in found


def test_what_sources_say_of_fermatas_and_sections_is_not_looked_at() -> None:
    song = song_of(32)
    bar = 4 * TICKS_PER_BEAT
    labelled = replace(song, phrase_ends=(3 * bar, 11 * bar), sections=(Section("A", 0, 5 * bar),))
    for seed in range(10):
        assert excerpt_of(labelled, 22, seed) == excerpt_of(song, 22, seed)


def test_short_songs_give_no_excerpt() -> None:
    assert excerpt_of(song_of(4), 20, 1) is None
    assert make_clip(song_of(4), genre=GENRE, seed=1) is None


def test_a_match_lasts_as_long_at_a_usual_tempo() -> None:
    fiddle = genres.find("fiddle")
    for length_s, tempo in ((18.5, 101.0), (16.5, 112.0), (24.9, 125.0)):
        match = Match(length_s, tempo, length_s + 1)
        excerpt = choose_match(song_of(40), match=match, genre=fiddle, rng=np.random.default_rng(1))
        assert excerpt is not None
        assert 97 <= excerpt.beats * 60 / length_s <= 129.8
    too_long = Match(200.0, 110.0, 201.0)
    assert (
        choose_match(song_of(40), match=too_long, genre=fiddle, rng=np.random.default_rng(1))
        is None
    )


def test_machine_clips_are_as_long_as_those_they_match(clips: dict[Maker, list[Clip]]) -> None:
    lengths = {len(clip.mp3) for clip in clips[Maker.HUMAN]}
    assert len(lengths) > 1
    for clip in clips[Maker.MACHINE]:
        assert min(abs(len(clip.mp3) - length) for length in lengths) <= 1000  # two MP3 frames
        slow, fast = GENRE.tempo_bpm
        assert 0.96 * slow <= clip.details["tempo_bpm"] <= 1.04 * fast


def test_a_clip_is_played_again_from_its_details(clips: dict[Maker, list[Clip]]) -> None:
    for clip in (clips[Maker.HUMAN][0], clips[Maker.MACHINE][0]):
        kept = json.loads(json.dumps(clip.details))
        again = sound_of(kept, genre=GENRE)
        assert rendering.to_mp3(again) == clip.mp3
        heard = samples(clip.mp3)
        assert abs(len(heard) - len(again)) <= 1152
        least = min(len(heard), len(again))
        off = heard[:least] - again[:least]
        assert np.sqrt(np.mean(off**2)) < 0.05 * np.sqrt(np.mean(again**2))


def test_what_is_wrong_with_a_clip_is_found(clips: dict[Maker, list[Clip]]) -> None:
    clip = clips[Maker.HUMAN][0]
    measures = measure(clip)
    assert measures.faults(Limits()) == ()
    assert measures.loudness_lufs == pytest.approx(-18, abs=0.05)
    audio = sound_of(clip.details, genre=GENRE)
    late = np.concatenate([np.zeros((9000, 2), np.float32), audio])
    for spoilt, fault in (
        (audio * np.float32(0.5), "loudness"),
        (audio[: 15 * rendering.SAMPLE_RATE], "length"),
        (late, "leading silence"),
        (np.clip(audio * 20, -1, 1).astype(np.float32), "peak"),
        (np.zeros_like(audio), "loudness"),
    ):
        faults = measure(replace(clip, mp3=rendering.to_mp3(spoilt))).faults(Limits())
        assert fault in faults


def test_the_sound_check_is_as_loud_as_the_clips(clips: dict[Maker, list[Clip]]) -> None:
    tones = rendering.loudness_lufs(samples(sound_check()))
    clip = rendering.loudness_lufs(samples(clips[Maker.HUMAN][0].mp3))
    assert tones == pytest.approx(clip, abs=1.0)
