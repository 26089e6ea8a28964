"""Scores in: what a song keeps of a score, and files that are no music."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from musegen import scores
from musegen.errors import ScoreError
from musegen.midi import to_midi
from musegen.song import Note, Part, Section, Song, regular_bars
from tests.strategies import tune

XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<score-partwise version="4.0">'
KERN = "**kern\t**kern\n*M4/4\t*M4/4\n=1\t=1\n1C\t4c\n.\t4d\n.\t4e\n.\t4c\n=2\t=2\n1C\t1g\n==\t==\n*-\t*-\n"


def abc(tmp_path: Path, music: str, *, metre: str = "4/4", unit: str = "1/4") -> Song:
    path = tmp_path / "tune.abc"
    path.write_text(f"X:1\nT:Test\nM:{metre}\nL:{unit}\nK:C\n{music}\n", encoding="utf-8")
    return scores.read_score(path)


def xml(measures: str, *, instrument: str = "", transpose: str = "") -> str:
    """One part; ``measures`` may begin with what stands in the first measure's attributes."""
    return (
        f'{XML_HEAD}<part-list><score-part id="P1"><part-name>{instrument or "Flute"}</part-name>'
        f'</score-part></part-list><part id="P1"><measure number="1"><attributes>'
        f"<divisions>4</divisions><time><beats>4</beats><beat-type>4</beat-type></time>{transpose}"
        f"</attributes>{measures}</measure></part></score-partwise>"
    )


def head(step: str, octave: int, quarters: int, extra: str = "") -> str:
    return (
        f"<note>{extra}<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
        f"<duration>{4 * quarters}</duration></note>"
    )


def note_tuples(song: Song, part: int = 0) -> list[tuple[int, int, int]]:
    return [(n.onset_tick, n.pitch, n.duration_ticks) for n in song.parts[part].notes]


def test_ties_are_one_note_across_bar_lines(tmp_path: Path) -> None:
    song = abc(tmp_path, "C D E2- | E3 F | G4 |]")
    assert note_tuples(song)[2] == (24, 64, 60)
    assert len(song.parts[0].notes) == 5


def test_a_tie_to_another_pitch_is_a_slur(tmp_path: Path) -> None:
    assert [n[1] for n in note_tuples(abc(tmp_path, "C-D-E-F | G4 |]"))] == [60, 62, 64, 65, 67]


def test_grace_notes_are_dropped_and_chords_kept(tmp_path: Path) -> None:
    song = abc(tmp_path, "{d}c2 [CEG]2 | {ef}g4 |]")
    assert note_tuples(song) == [
        (0, 72, 24),
        (24, 60, 24),
        (24, 64, 24),
        (24, 67, 24),
        (48, 79, 48),
    ]


def test_triplets_and_sixteenths_are_exact(tmp_path: Path) -> None:
    song = abc(tmp_path, "(3CDE F/G/A/B/ c4 | c8 |]", unit="1/8")
    assert [n[0] for n in note_tuples(song)] == [0, 4, 8, 12, 15, 18, 21, 24, 48]


def test_a_very_short_note_lasts_a_tick(tmp_path: Path) -> None:
    song = abc(tmp_path, "C/16D/16E/8 F/ G2 A | c4 |]")
    assert min(n[2] for n in note_tuples(song)) == 1


def test_fingerings_and_chord_names_do_not_swallow_notes(tmp_path: Path) -> None:
    song = abc(tmp_path, '"4"C "G7"D ">x"E "^segue"F | (G2 (A)B |')
    assert [n[1] for n in note_tuples(song)] == [60, 62, 64, 65, 67, 69, 71]


def test_an_upbeat_counts_from_the_end_of_its_bar(tmp_path: Path) -> None:
    first = abc(tmp_path, "G | c4 | d3 |]").bars[0]
    assert (first.length_ticks, first.is_upbeat, first.position(0)) == (12, True, 36)


def test_a_bar_broken_by_a_repeat_sign_is_one_bar_again(tmp_path: Path) -> None:
    part = "c4 | d4 | e3"
    song = abc(tmp_path, f"G | {part} :| A | {part} :|")
    assert [bar.length_ticks for bar in song.bars] == [12, 48, 48, 48, 48, 48, 36]
    assert [bar.start_tick for bar in song.bars[:4]] == [0, 12, 60, 108]
    assert song.sections == (Section("A", 0, 144), Section("B", 144, 144))


def test_repeats_are_not_played_out_and_a_second_ending_opens_no_section(tmp_path: Path) -> None:
    song = abc(tmp_path, "c4|d4|e4|1 f4 :|2 g4 | a4 || c4|d4|e4|c4|]")
    assert [n[1] for n in note_tuples(song)] == [72, 74, 76, 77, 79, 81, 72, 74, 76, 72]
    assert [(s.label, s.start_tick) for s in song.sections] == [("A", 0), ("B", 288)]


def test_a_section_of_one_bar_joins_its_neighbour(tmp_path: Path) -> None:
    song = abc(tmp_path, "c4|d4 || e4 || f4|g4|]")
    assert [(s.start_tick, s.length_ticks) for s in song.sections] == [(0, 144), (144, 96)]


def test_a_piece_without_double_bars_is_one_section(tmp_path: Path) -> None:
    assert abc(tmp_path, "c4|d4|e4|f4").sections == (Section("A", 0, 192),)


def test_fermatas_end_phrases(tmp_path: Path) -> None:
    path = tmp_path / "a.musicxml"
    hold = "<notations><fermata/></notations></note>"
    path.write_text(xml(head("C", 5, 2).replace("</note>", hold) + head("D", 5, 2)), "utf-8")
    assert scores.read_score(path).phrase_ends == (24,)


def test_a_transposing_instrument_is_read_as_it_sounds(tmp_path: Path) -> None:
    path = tmp_path / "a.musicxml"
    down = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"
    path.write_text(xml(head("D", 5, 4), instrument="Clarinet in Bb", transpose=down), "utf-8")
    assert note_tuples(scores.read_score(path)) == [(0, 72, 48)]


def test_unpitched_drums_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    hit = (
        "<note><unpitched><display-step>C</display-step><display-octave>5</display-octave>"
        "</unpitched><duration>8</duration></note>"
    )
    path.write_text(xml(hit + head("C", 5, 2)), "utf-8")
    assert note_tuples(scores.read_score(path)) == [(24, 72, 24)]


def test_metronome_mark_and_part_name(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    mark = (
        '<direction placement="above"><direction-type><metronome><beat-unit>half</beat-unit>'
        "<per-minute>40</per-minute></metronome></direction-type></direction>"
    )
    path.write_text(xml(mark + head("C", 5, 4)), "utf-8")
    song = scores.read_score(path)
    assert (song.tempo_bpm, song.parts[0].name) == (80.0, "Flute")


def test_a_packed_score_reads_like_the_plain_one(tmp_path: Path) -> None:
    text = xml(head("C", 5, 2) + head("E", 5, 2))
    (tmp_path / "a.musicxml").write_text(text, "utf-8")
    with zipfile.ZipFile(tmp_path / "a.mxl", "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("a.musicxml", text)
    plain = scores.read_score(tmp_path / "a.musicxml")
    packed = scores.read_score(tmp_path / "a.mxl")
    assert (plain.parts, plain.bars, plain.key) == (packed.parts, packed.bars, packed.key)


CONTAINER = (
    '<?xml version="1.0"?><container><rootfiles><rootfile full-path="a.musicxml"/>'
    "</rootfiles></container>"
)


def test_humdrum_parts_stand_top_to_bottom(tmp_path: Path) -> None:
    path = tmp_path / "a.krn"
    path.write_text(KERN, "utf-8")
    song = scores.read_score(str(path))
    assert note_tuples(song, 0)[0] == (0, 60, 12)
    assert note_tuples(song, 1) == [(0, 48, 48), (48, 48, 48)]


def test_midi_comes_through_the_same_door_and_gets_its_key(tmp_path: Path) -> None:
    path = tmp_path / "tune.MID"
    path.write_bytes(to_midi(tune([67, 69, 71, 72, 74, 76, 78, 79] * 2 + [74, 71, 67, 67])))
    song = scores.read_score(path)
    assert str(song.key) == "G major"
    assert song.note_count() == 20


def test_the_first_tune_of_a_collection_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.abc"
    path.write_text("X:7\nT:One\nK:C\nc4|d4|\n\nX:8\nT:Two\nK:D\nf4|\n", "utf-8")
    assert scores.read_score(path).title == "One"


WHOLE_XML = xml(head("C", 5, 4))
BAD_FILES = [
    ("a.mid", b"", "“a.mid” is empty"),
    ("a.mid", to_midi(tune([60, 62, 64]))[:60], "cut off"),
    ("a.mid", b"no music at all", "not a MIDI file"),
    ("a.musicxml", b"", "“a.musicxml” is empty"),
    ("a.musicxml", WHOLE_XML[:400].encode(), "cut off or damaged"),
    ("a.xml", b"<html><body>Hello</body></html>", "holds no MusicXML music"),
    ("a.xml", WHOLE_XML.replace("<measure", "<!ENTITY", 1).encode(), "holds no MusicXML music"),
    ("a.xml", WHOLE_XML.replace("</pitch>", "", 1).encode(), "cut off or damaged"),
    ("a.xml", xml("").encode(), "holds no notes"),
    ("a.mxl", b"", "is empty"),
    ("a.mxl", b"PK\x03\x04 and then nothing", "cut off or damaged"),
    ("a.mxl", b"hello", "cut off or damaged"),
    ("a.abc", b"", "is empty"),
    ("a.abc", b"Dear diary,\nnothing happened.\n", "holds no ABC music"),
    ("a.abc", b"X:1\nT:Rest\nM:4/4\nL:1/4\nK:C\nz4|z4|\n", "holds no notes"),
    ("a.krn", b"", "is empty"),
    ("a.krn", b"!!! a comment\n", "holds no Humdrum music"),
    ("a.krn", KERN[:60].encode(), "cut off or damaged"),
    ("a.mp3", b"ID3", "choose one that ends in .mid"),
    ("notes", b"x", "choose one that ends in .mid"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BAD_FILES)
def test_a_bad_file_gives_one_sentence(
    tmp_path: Path,
    name: str,
    content: bytes,
    sentence: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ScoreError, match=sentence) as raised:
        scores.read_score(tmp_path / name)
    told = str(raised.value)
    assert name in told
    assert told.endswith(".")
    assert "\n" not in told
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", scores.SCORE_SUFFIXES)
def test_random_bytes_are_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"noise{suffix}"
    path.write_bytes(bytes(range(256)) * 8)
    with pytest.raises(ScoreError, match="noise"):
        scores.read_score(path)


@pytest.mark.parametrize("suffix", scores.SCORE_SUFFIXES)
def test_a_missing_file_a_folder_and_a_huge_file(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ScoreError, match=r"cannot be read \(no such file.*choose another file"):
        scores.read_score(tmp_path / f"gone{suffix}")
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(ScoreError, match=r"cannot be read \(is a directory"):
        scores.read_score(tmp_path / f"folder{suffix}")
    huge = tmp_path / f"huge{suffix}"
    with huge.open("wb") as file:
        file.truncate(scores.LARGEST_FILE_BYTES + 1)
    with pytest.raises(ScoreError, match="too large to be one piece"):
        scores.read_score(huge)


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path) -> None:
    path = tmp_path / "bomb.mxl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.musicxml", b" " * (scores.LARGEST_UNPACKED_BYTES + 1))
    assert path.stat().st_size < 100_000
    with pytest.raises(ScoreError, match=r"bomb.mxl.* too large"):
        scores.read_score(path)


@pytest.mark.parametrize("name", ["many.abc", "many.xml"])
def test_more_notes_than_a_piece_has(tmp_path: Path, name: str) -> None:
    count = scores.MOST_NOTES + 1
    music = "X:1\nK:C\n" + "c" * count if name.endswith("abc") else xml("<note></note>" * count)
    (tmp_path / name).write_text(music, "utf-8")
    with pytest.raises(ScoreError, match="more than 100,000 notes; choose a single piece"):
        scores.read_score(tmp_path / name)


def test_a_score_of_several_parts_keeps_names_given_to_it() -> None:
    from music21 import converter

    from musegen.genres import Voice

    score = converter.parseData(KERN, format="humdrum")
    voices = (Voice("High", 40), Voice("Low", 42))
    song = scores.from_music21(score, title="Two", source="test", voices=voices, tempo_bpm=70)
    assert [(part.name, part.program) for part in song.parts] == [("High", 40), ("Low", 42)]
    assert (song.tempo_bpm, song.bars) == (70, regular_bars(2, 4, 4))


def test_two_voices_in_unison_sound_once() -> None:
    from music21 import note, stream

    measure = stream.Measure(number=1)
    for length in (4, 2):
        voice = stream.Voice()
        voice.append(note.Note("C5", quarterLength=length))
        measure.insert(0, voice)
    part = stream.Part([measure])
    song = scores.from_music21(part, title="Unison", source="")
    assert song.parts == (Part("Part 1", 0, (Note(0, 72, 48),)),)
