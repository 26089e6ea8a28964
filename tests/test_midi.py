"""Songs as MIDI files and back."""

from __future__ import annotations

import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import mido
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from musegen import midi, scores
from musegen.errors import FailureError, ScoreError
from musegen.song import A_MINOR, Bar, Key, Mode, Note, Part, Section, Song, regular_bars
from tests.strategies import songs, tune

AB_SONG = Song(
    "Ó mo ghrá – a song",
    (
        Part("Violin I", 40, (Note(0, 76, 12), Note(12, 76, 12), Note(24, 77, 36))),
        Part("Cello", 42, (Note(12, 48, 24), Note(12, 55, 24))),
    ),
    (Bar(0, 12, 4, 4, is_upbeat=True), Bar(12, 48, 4, 4), Bar(60, 36, 3, 4)),
    (Section("A", 0, 60), Section("B", 60, 36)),
    (60,),
    Key("Eb", 3, Mode.MAJOR),
    97.3,
)


def file_of(*tracks: list[mido.Message | mido.MetaMessage], **options: int) -> bytes:
    """A MIDI file by mido's own hand."""
    file = mido.MidiFile(**({"ticks_per_beat": 480, "type": 1} | options))
    file.tracks.extend(mido.MidiTrack(track) for track in tracks)
    written = BytesIO()
    file.save(file=written)
    return written.getvalue()


def note(pitch: int, length: int, *, wait: int = 0, channel: int = 0) -> list[mido.Message]:
    on = mido.Message("note_on", channel=channel, note=pitch, velocity=70, time=wait)
    return [on, mido.Message("note_off", channel=channel, note=pitch, time=length)]


def messages(song: Song, kind: str) -> list[tuple[int, mido.MetaMessage]]:
    """(tick in the file, message) of one kind in the first track."""
    now, found = 0, []
    for message in mido.MidiFile(file=BytesIO(midi.to_midi(song))).tracks[0]:
        now += message.time
        if message.type == kind:
            found.append((now, message))
    return found


def chorale(number: str) -> Song:
    from music21 import corpus

    return scores.from_music21(corpus.parse(number), title=number, source="music21")


# --- writing


def test_a_file_has_tempo_metres_key_markers_and_named_tracks() -> None:
    file = mido.MidiFile(file=BytesIO(midi.to_midi(AB_SONG)))
    assert (file.type, file.ticks_per_beat) == (1, 480)
    assert [track.name for track in file.tracks[1:]] == ["Violin I", "Cello"]
    metres = [(t, m.numerator, m.denominator) for t, m in messages(AB_SONG, "time_signature")]
    assert metres == [(0, 1, 4), (480, 4, 4), (2400, 3, 4)]
    assert [(t, m.text) for t, m in messages(AB_SONG, "marker")] == [(0, "A"), (2400, "B")]
    assert [m.key for _, m in messages(AB_SONG, "key_signature")] == ["Eb"]
    assert 60e6 / messages(AB_SONG, "set_tempo")[0][1].tempo == pytest.approx(97.3, abs=1e-3)


def test_channels_and_programs() -> None:
    drums = Part("Kit", 0, (Note(0, 36, 3),), is_drum=True)
    many = tuple(Part(f"P{i}", i, (Note(0, 60, 12),)) for i in range(15))
    song = Song("Band", (*many[:9], drums, *many[9:]), regular_bars(1, 4, 4))
    file = mido.MidiFile(file=BytesIO(midi.to_midi(song)))
    found = [next(m for m in track if m.type == "program_change") for track in file.tracks[1:]]
    assert found[9].channel == 9
    pitched = [m.channel for i, m in enumerate(found) if i != 9]
    assert sorted(pitched) == [c for c in range(16) if c != 9]
    assert [m.program for i, m in enumerate(found) if i != 9] == list(range(15))


def test_more_parts_than_channels_come_back_with_their_programs() -> None:
    many = tuple(Part(f"P{i}", i, (Note(0, 60 + i, 12),)) for i in range(20))
    song = Song("Crowd", many, regular_bars(1, 4, 4))
    assert midi.read_midi(midi.to_midi(song)).parts == many


def test_the_same_song_gives_the_same_bytes() -> None:
    assert midi.to_midi(AB_SONG) == midi.to_midi(replace(AB_SONG))


def test_repeated_notes_do_not_swallow_each_other() -> None:
    track = mido.MidiFile(file=BytesIO(midi.to_midi(tune([60, 60, 60])))).tracks[1]
    kinds = [m.type for m in track if m.type.startswith("note")]
    assert kinds == ["note_on", "note_off"] * 3


def test_overlapping_notes_of_one_pitch_are_disentangled() -> None:
    notes = (Note(0, 60, 48, 70), Note(12, 60, 6, 90), Note(60, 60, 6), Note(60, 60, 12))
    assert midi.without_overlaps(notes) == (
        Note(0, 60, 12, 70),
        Note(12, 60, 36, 90),
        Note(60, 60, 12),
    )


def test_writing_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    midi.write_midi(AB_SONG, path)
    assert [p.name for p in tmp_path.iterdir()] == ["song.mid"]
    assert path.read_bytes() == midi.to_midi(AB_SONG)
    with pytest.raises(FailureError, match=r"song\.mid” cannot be written .* choose another place"):
        midi.write_midi(AB_SONG, path / "x.mid")


# --- round trips


def test_a_song_comes_back_as_it_was() -> None:
    assert midi.read_midi(midi.to_midi(AB_SONG)) == AB_SONG


@given(songs())
@example(replace(AB_SONG, sections=(), phrase_ends=(), key=A_MINOR))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_song_comes_back_as_it_was(song: Song) -> None:
    assert midi.read_midi(midi.to_midi(song)) == song


@pytest.mark.parametrize("number", ["bwv269", "bwv253", "bwv40.8"])
def test_chorales_come_back_as_they_were(number: str) -> None:
    piece = chorale(number)
    assert midi.read_midi(midi.to_midi(piece)) == replace(piece, source="")


def test_a_rare_key_comes_back_by_its_usual_name() -> None:
    song = replace(AB_SONG, key=Key("G#", 8, Mode.MAJOR))
    assert midi.read_midi(midi.to_midi(song)).key == Key("Ab", 8, Mode.MAJOR)


# --- other people's files


def test_a_format_0_file_gives_a_part_for_each_channel() -> None:
    track = [
        mido.MetaMessage("track_name", name="Duo"),
        mido.Message("program_change", channel=0, program=73),
        mido.Message("program_change", channel=1, program=42),
        *note(72, 480, channel=0),
        *note(48, 240, channel=1, wait=240),
        *note(36, 120, channel=9),
    ]
    song = midi.read_midi(file_of(track, type=0), title="Duet")
    assert [(p.program, p.is_drum) for p in song.parts] == [(73, False), (42, False), (0, True)]
    assert len({p.name for p in song.parts}) == 3
    assert song.parts[1].notes == (Note(18, 48, 6, 70),)
    assert song.title == "Duet"


def test_velocity_0_ends_a_note_and_running_status_is_read() -> None:
    events = bytes([0, 0x90, 60, 64, 96, 60, 0, 0, 62, 64, 96, 62, 0, 0, 0xFF, 0x2F, 0])
    data = b"MThd" + struct.pack(">LHHH", 6, 0, 1, 96) + b"MTrk" + struct.pack(">L", len(events))
    song = midi.read_midi(data + events)
    assert song.parts[0].notes == (Note(0, 60, 12, 64), Note(12, 62, 12, 64))


def test_overlapping_notes_end_in_the_order_they_began() -> None:
    on = mido.Message("note_on", note=60, velocity=70)
    off = mido.Message("note_off", note=60)
    track = [on, on.copy(time=240), off.copy(time=120), off.copy(time=120)]
    assert midi.read_midi(file_of(track)).parts[0].notes == (Note(0, 60, 6, 70), Note(6, 60, 6, 70))


def test_a_note_that_nobody_ends_lasts_until_the_track_does() -> None:
    track = [
        mido.Message("note_on", note=60, velocity=70),
        mido.MetaMessage("end_of_track", time=960),
    ]
    assert midi.read_midi(file_of(track)).parts[0].notes == (Note(0, 60, 24, 70),)


@pytest.mark.parametrize(
    ("resolution", "onset", "tick"), [(96, 31, 4), (480, 163, 4), (480, 119, 3), (1024, 999, 12)]
)
def test_times_go_to_the_nearest_tick(resolution: int, onset: int, tick: int) -> None:
    data = file_of(note(60, resolution, wait=onset), ticks_per_beat=resolution)
    assert midi.read_midi(data).parts[0].notes[0].onset_tick == tick


def test_bars_follow_the_time_signatures() -> None:
    track = [
        mido.MetaMessage("time_signature", numerator=1, denominator=8),
        mido.MetaMessage("time_signature", numerator=6, denominator=8, time=240),
        mido.MetaMessage("time_signature", numerator=2, denominator=4, time=2880),
        *note(60, 480),
    ]
    assert midi.read_midi(file_of(track)).bars == (
        Bar(0, 6, 6, 8, is_upbeat=True),
        Bar(6, 36, 6, 8),
        Bar(42, 36, 6, 8),
        Bar(78, 24, 2, 4),
    )


def test_silence_after_the_last_note_is_dropped() -> None:
    track = [*note(60, 480), mido.MetaMessage("end_of_track", time=48000)]
    assert midi.read_midi(file_of(track)).bars == regular_bars(1, 4, 4)


def test_the_tempo_is_the_mean_one() -> None:
    track = [
        mido.MetaMessage("set_tempo", tempo=500_000),
        mido.MetaMessage("set_tempo", tempo=1_000_000, time=960),
        *note(60, 960),
    ]
    assert midi.read_midi(file_of(track)).tempo_bpm == 80.0


def test_a_senseless_key_signature_does_no_harm() -> None:
    track = [mido.MetaMessage("key_signature", key="F#m"), *note(60, 480)]
    data = file_of(track).replace(b"\xff\x59\x02\x03\x01", b"\xff\x59\x02\x03\x09")
    assert midi.read_midi(data).key.name == "C"


def test_title_and_names_in_latin_1() -> None:
    track = [mido.MetaMessage("track_name", name="Señor Übermut"), *note(60, 480)]
    assert midi.read_midi(file_of(track)).parts[0].name == "Señor Übermut"


# --- bad input


def test_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ScoreError, match=r"none\.mid.*no such file.*choose another file"):
        midi.read_midi(tmp_path / "none.mid")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", r"“x\.mid” is empty; choose a MIDI file"),
        (b"\x89PNG\r\n\x1a\n" * 10, r"“x\.mid” is not a MIDI file; choose one"),
        (b"RIFF\x00\x00\x00\x00RMIDdata", r"“x\.mid” is cut off"),
        (midi.to_midi(AB_SONG)[:-30], r"“x\.mid” is cut off; get the whole MIDI file"),
        (midi.to_midi(AB_SONG)[:20], r"“x\.mid” is cut off"),
        (file_of([]), r"“x\.mid” holds no notes; choose a MIDI file"),
        (file_of(note(60, 480), type=2), r"“x\.mid” holds loose patterns; export it"),
        (midi.to_midi(AB_SONG).replace(b"MTrk", b"Junk"), r"“x\.mid” is damaged"),
        (file_of(note(60, 480, wait=0xFFFFFFF)), r"“x\.mid” is too large .* at most 2 MB"),
        (file_of(note(60, 480)) + bytes(2_000_001), r"“x\.mid” is too large"),
    ],
)
def test_a_bad_file_gives_one_clear_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(data)
    with pytest.raises(ScoreError, match=sentence) as caught:
        midi.read_midi(path)
    assert "\n" not in str(caught.value)


def test_too_many_notes_are_refused() -> None:
    with pytest.raises(ScoreError, match="too large"):
        midi.read_midi(file_of(note(60, 1) * 100_001), title="Black page")


GOOD = midi.to_midi(AB_SONG)


def read_or_refused(data: bytes) -> Song | None:
    """What is read; an error other than one clear sentence fails the test."""
    try:
        return midi.read_midi(data)
    except ScoreError as error:
        sentence = str(error)
    assert sentence.startswith("“the MIDI data” ")
    assert "\n" not in sentence
    return None


def test_a_file_cut_off_anywhere_is_refused() -> None:
    assert not any(read_or_refused(GOOD[:length]) for length in range(len(GOOD)))


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=6), st.integers(0, len(GOOD)))
@settings(deadline=None, max_examples=400)
def test_a_damaged_file_is_read_or_refused(place: int, junk: bytes, end: int) -> None:
    damaged = GOOD[:place] + junk + GOOD[place + len(junk) :]
    song = read_or_refused(damaged[: max(end, place)])
    if song is not None:
        assert song.note_count() > 0
        assert midi.read_midi(midi.to_midi(song)).parts == song.parts


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=200)
def test_junk_behind_a_header_is_read_or_refused(junk: bytes) -> None:
    head = b"MThd" + struct.pack(">LHHH", 6, 1, 1, 96) + b"MTrk" + struct.pack(">L", len(junk))
    read_or_refused(head + junk)


def test_a_sliver_of_a_bar_in_a_metre_that_midi_cannot_say_is_written(tmp_path: Path) -> None:
    """As O'Neill's no. 317 has one: a measure a third of an eighth too long."""
    bars = (Bar(0, 36, 3, 4), Bar(36, 2, 1, 6), Bar(38, 36, 3, 4), Bar(74, 36, 3, 4))
    notes = tuple(Note(tick, 60 + tick % 5, 6) for tick in range(0, 108, 6))
    song = Song("x", (Part("Fiddle", 40, notes),), bars)
    midi.write_midi(song, tmp_path / "x.mid")
    again = midi.read_midi(tmp_path / "x.mid")
    assert again.parts[0].notes == notes
    assert [(bar.start_tick, bar.length_ticks) for bar in again.bars[2:4]] == [(38, 36), (74, 36)]
