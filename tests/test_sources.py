"""Collections that lie in a folder: a few bars of each format, written for these tests."""

from __future__ import annotations

import zipfile
from pathlib import Path

import mido
import pytest

from musegen import corpora, genres
from musegen.corpora import PieceRef
from musegen.errors import CorpusError
from musegen.song import Note, Section, Song
from musegen.sources.lieder import UNPACKED_BYTES
from musegen.splits import group_works

JIGS = """\
X:1
T:THE TESTER'S JIG
% written for a test
M:6/8
K:G
D|"G"GAB "D7/f+"ABc|"Em"B3 "C"edc|"G"BAG "D7"FGA| [1"G"G3 G2:| [2"G"G3- G3||
"(Am)"ABc "Ad"cBA|"G/b"BdB "played slowly"GBd|"D7"FGA cBA|"G"G3-G2|]

X:2
T:Hardly Any Chords
M:4/4
L:1/4
K:D
DEFG|ABAG|FGAB|ABAG|"A7"FEDE|"D"D4|]

X:3
T:Testers Jig
M:6/8
K:A
E|"A"ABc "E7/g+"Bcd|"F#m"c3 "D"fed|"A"cBA "E7"GAB| [1"A"A3 A2:| [2"A"A3- A3||
"(Bm)"Bcd "Bd"dcB|"A/c+"cec "A"Ace|"E7"GAB dcB|"A"A3-A2|]
"""

DANCE = """\
!!!COM: Tester
!!!OPS: Op. 6
!!!AGN: {kind}
**kern	**kern
*staff2	*staff1
*k[b-e-]	*k[b-e-]
*M3/4	*M3/4
=1	=1
4BB-	4ff
4F 4d	4dd
4F 4d	4bb-
=2	=2
4BB-	4ff
4F 4d	4dd
4F 4d	4bb-
=3	=3
4FF	4ff
4E- 4c	4ee-
4E- 4c	4cc
=4	=4
4BB-	2.bb-
4F 4d	.
4FF	.
==	==
*-	*-
!!!rism-key: {key}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of corpora, and a data folder in which no piece has been kept yet."""
    monkeypatch.setenv("MUSEGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path / "corpora"))
    return tmp_path / "corpora"


def put(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return path


def one(genre: str, id_: str) -> Song:
    return corpora.load(genre, [id_], jobs=1)[id_]


def pitches_at(notes: tuple[Note, ...], tick: int) -> list[int]:
    return [note.pitch for note in notes if note.onset_tick == tick]


@pytest.mark.parametrize("genre", ["folk", "mazurka", "song"])
def test_a_genre_whose_pieces_are_not_here_says_how_to_get_them(genre: str, folder: Path) -> None:
    assert not corpora.at_hand(genre)
    with pytest.raises(CorpusError, match=f"python -m musegen fetch {genre}"):
        corpora.catalogue(genre)
    folder.mkdir()
    assert genres.find(genre).voices, "it can still be composed in"


def test_a_fetched_collection_is_found_without_a_variable(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUSEGEN_CORPORA")
    assert not corpora.at_hand("folk")
    put(tmp_path / "data" / "corpora" / "nottingham" / "ABC_cleaned" / "jigs.abc", JIGS)
    assert corpora.at_hand("folk")
    put(folder / "nottingham" / "ABC_cleaned" / "other.abc", JIGS.replace("X:1\n", "X:7\n"))
    monkeypatch.setenv("MUSEGEN_CORPORA", str(folder))
    assert "nottingham/other#7" in {ref.id for ref in corpora.catalogue("folk")}


def test_a_folk_tune_with_its_chords(folder: Path) -> None:
    put(folder / "nottingham" / "ABC_cleaned" / "jigs.abc", JIGS)
    song = one("folk", "nottingham/jigs#1")
    assert song.title == "The Tester's Jig"
    assert str(song.key) == "G major"
    assert song.bars[0].is_upbeat
    assert {(bar.numerator, bar.denominator) for bar in song.bars} == {(6, 8)}
    melody, chords = song.parts
    assert [part.name for part in song.parts] == ["Melody", "Chords"]
    assert [note.pitch for note in melody.notes[:5]] == [62, 67, 69, 71, 69]
    assert pitches_at(chords.notes, 0) == [], "nothing under the upbeat"
    assert pitches_at(chords.notes, 6) == [43]
    assert pitches_at(chords.notes, 18) == [47, 50, 55]
    assert pitches_at(chords.notes, 24) == [42], "the bass after the stroke of D7/f+"
    assert pitches_at(chords.notes, 36) == [48, 50, 54], "D7 without its fifth"
    assert song.sections[0] == Section("A", 0, song.sections[1].start_tick)
    last = [note for note in chords.notes if note.end_tick == song.end_tick]
    assert {note.pitch % 12 for note in last} == {7, 11, 2}
    assert max(note.end_tick for note in melody.notes) == song.end_tick


def test_a_tune_without_chords_is_left_out(folder: Path) -> None:
    put(folder / "nottingham" / "ABC_cleaned" / "jigs.abc", JIGS)
    assert corpora.load("folk", ["nottingham/jigs#2"], jobs=1) == {}


def test_a_tune_printed_twice_counts_once_and_settings_stay_together(folder: Path) -> None:
    books = folder / "nottingham" / "ABC_cleaned"
    put(books / "jigs.abc", JIGS)
    put(books / "reels.abc", JIGS.replace("THE TESTER'S JIG", "Same Notes").replace('"Em"', '"G"'))
    refs = corpora.catalogue("folk")
    assert [ref.id for ref in refs] == [f"nottingham/jigs#{n}" for n in (1, 2, 3)]
    songs = corpora.load("folk", jobs=1)
    known = [ref for ref in refs if ref.id in songs]
    assert group_works(songs, known) == [("nottingham/jigs#1", "nottingham/jigs#3")]


def test_settings_of_one_title_stay_together() -> None:
    titles = ("The Boar's Head", "Boars Head", "Boar Hunt")
    refs = [PieceRef(f"nottingham/x#{i}", "folk", str(i), t) for i, t in enumerate(titles)]
    grouped = group_works({ref.id: Song("", (), ()) for ref in refs}, refs)
    assert grouped == [("nottingham/x#0", "nottingham/x#1"), ("nottingham/x#2",)]


def put_dance(folder: Path, name: str, *, kind: str = "Mazurka", key: str = "B-flat major") -> None:
    put(folder / "chopin" / "kern" / f"{name}.krn", DANCE.format(kind=kind, key=key))


def test_of_an_opus_one_edition_counts(folder: Path) -> None:
    for name in ("006-1-KI-001", "006-1-KI-002", "006-1b-Sm-001", "006-1b-Sm-003", "MEG-1a-BB"):
        put_dance(folder, name)
    for name in ("034_1-1-BH", "034_2-1-BH-002", "034_1-1a-Sm", "018-1-BH"):
        put_dance(folder, name, kind="Waltz")
    put_dance(folder, "009-1-KI-001", kind="Nocturne")
    assert {ref.id.removeprefix("chopin/"): ref.title for ref in corpora.catalogue("mazurka")} == {
        "006-1-KI-001": "Mazurka, op. 6 no. 1",
        "006-1-KI-002": "Mazurka, op. 6 no. 2",
        "018-1-BH": "Waltz, op. 18",
        "034_1-1-BH": "Waltz, op. 34 no. 1",
        "034_2-1-BH-002": "Waltz, op. 34 no. 2",
        "MEG-1a-BB": "Mazurka in B-flat major",
    }


@pytest.mark.parametrize(
    ("named", "key"),
    [("B-flat major", "Bb major"), ("G minor", "G minor"), ("C minor", "Bb major")],
)
def test_a_mazurka_is_in_the_key_it_names_if_its_signature_agrees(
    folder: Path, named: str, key: str
) -> None:
    put_dance(folder, "006-1-KI-001", key=named)
    song = one("mazurka", "chopin/006-1-KI-001")
    assert str(song.key) == key
    assert [part.name for part in song.parts] == ["Right hand", "Left hand"]
    assert [len(part.notes) for part in song.parts] == [10, 19]
    assert song.end_tick == 4 * 36


def put_rag(path: Path, *hands: list[tuple[int, int, int]]) -> None:
    """A MIDI file as LilyPond writes them: each hand's notes as onset, pitch and length in ticks.

    Its beat has 384 ticks, ours 12.
    """
    file = mido.MidiFile(ticks_per_beat=384)
    control = mido.MidiTrack()
    control.append(mido.MetaMessage("time_signature", numerator=2, denominator=4))
    control.append(mido.MetaMessage("key_signature", key="F"))
    control.append(mido.MetaMessage("set_tempo", tempo=1_000_000))
    control.append(mido.MetaMessage("marker", text="scripts.ufermata", time=384))
    file.tracks.append(control)
    for channel, notes in enumerate(hands):
        track = mido.MidiTrack()
        events = sorted(
            [(32 * on, 1, pitch) for on, pitch, _ in notes]
            + [(32 * (on + length), 0, pitch) for on, pitch, length in notes]
        )
        now = 0
        for tick, velocity, pitch in events:
            track.append(
                mido.Message(
                    "note_on", channel=channel, note=pitch, velocity=90 * velocity, time=tick - now
                )
            )
            now = tick
        file.tracks.append(track)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(path)


STRIDE = [(12 * i, 41 if i % 2 == 0 else 60, 5) for i in range(8)]


def test_a_rag_is_mended(folder: Path) -> None:
    right = [(0, 65, 5), (5, 68, 1), (6, 69, 3), (9, 72, 8), (24, 77, 23)]
    put_rag(folder / "ragtime" / "eugenia.midi", right, STRIDE)
    song = one("ragtime", "ragtime/eugenia")
    assert (song.title, str(song.key)) == ("Eugenia", "F major")
    assert [part.name for part in song.parts] == ["Right hand", "Left hand"]
    assert [(n.onset_tick, n.pitch, n.duration_ticks) for n in song.parts[0].notes] == [
        (0, 77, 6), (6, 81, 3), (9, 84, 9), (24, 89, 24),
    ]  # fmt: skip
    assert {note.duration_ticks for note in song.parts[1].notes} == {6}
    assert [(bar.start_tick, bar.length_ticks) for bar in song.bars] == [
        (24 * i, 24) for i in range(4)
    ]
    assert song.sections == (Section("A", 0, 96),), "LilyPond's markers are no sections"
    assert song.tempo_bpm == 75.0


def test_a_rag_with_an_upbeat_and_one_of_three_hands(folder: Path) -> None:
    moved = [(onset + 6, pitch, length) for onset, pitch, length in STRIDE]
    put_rag(folder / "ragtime" / "SomethingDoing.midi", [(0, 65, 6), (6, 69, 6)], moved)
    put_rag(folder / "ragtime" / "duet.mid", [(0, 65, 6)], STRIDE, STRIDE)
    songs = corpora.load("ragtime", jobs=1)
    assert list(songs) == ["ragtime/SomethingDoing"]
    first, second = songs["ragtime/SomethingDoing"].bars[:2]
    assert (first.length_ticks, first.is_upbeat) == (6, True)
    assert (second.start_tick, second.length_ticks) == (6, 24)


def test_rags_cannot_be_fetched_and_say_how_to_get_them(folder: Path) -> None:
    with pytest.raises(CorpusError, match="engrave ftp/JoplinS of the Mutopia Project"):
        corpora.catalogue("ragtime")
    assert not folder.exists()


def note(pitch: str, quarters: int, staff: int = 1, *, in_chord: bool = False) -> str:
    """A note of MusicXML; quarters have two divisions."""
    chord = "<chord/>" if in_chord else ""
    step, octave = pitch[0], pitch[1]
    return (
        f"<note>{chord}<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
        f"<duration>{2 * quarters}</duration><voice>{staff}</voice><staff>{staff}</staff></note>"
    )


def song_xml(*, piano: int = 1, staves: int = 2, size: int = UNPACKED_BYTES.start) -> str:
    """Four bars of voice and piano; the voice rests in the first; filled up to a size in bytes."""
    attributes = (
        "<attributes><divisions>2</divisions>{}<time><beats>3</beats><beat-type>4</beat-type>"
        "</time></attributes>"
    )
    rest = "<note><rest/><duration>6</duration><voice>1</voice></note>"
    sung = [rest, note("G4", 2) + note("E4", 1), note("D4", 3), note("C4", 3)]
    below = [note(p, 3, 2) if staves == 2 else "" for p in ("C3", "C3", "G2", "C3")]
    back = "<backup><duration>6</duration></backup>" if staves == 2 else ""
    played = [
        note("E4", 3) + note("G4", 3, in_chord=True) + back + low for low in below
    ]  # fmt: skip
    parts = "".join(
        f'<part id="P{i}">'
        + "".join(
            f'<measure number="{n}">{attributes.format(extra) if n == 1 else ""}{bar}</measure>'
            for n, bar in enumerate(bars, start=1)
        )
        + "</part>"
        for i, (bars, extra) in enumerate(
            [(sung, ""), (played, f"<staves>{staves}</staves>")], start=1
        )
    )
    listed = "".join(
        f'<score-part id="P{i}"><part-name>x</part-name><score-instrument id="I{i}">'
        f'<instrument-name>x</instrument-name></score-instrument><midi-instrument id="I{i}">'
        f"<midi-program>{program}</midi-program></midi-instrument></score-part>"
        for i, program in enumerate([69, piano], start=1)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><score-partwise version="4.0">'
        f"<part-list>{listed}</part-list>{parts}</score-partwise>"
    )
    return text + f"<!--{'x' * max(0, size - len(text) - 7)}-->"


def put_song(folder: Path, name: str, xml: str) -> None:
    path = folder / "lieder" / "scores" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>',
        )
        archive.writestr("score.xml", xml)


def test_a_song_for_voice_and_piano(folder: Path) -> None:
    put_song(folder, "Schubert,_Franz/Winterreise,_D.911/16_Letzte_Hoffnung/lc1.mxl", song_xml())
    song = one("song", "Schubert,_Franz/lc1")
    assert song.title == "Franz Schubert, Winterreise, D.911: Letzte Hoffnung"
    assert str(song.key) == "C major"
    assert [part.name for part in song.parts] == ["Voice", "Piano right", "Piano left"]
    assert song.parts[0].notes[0] == Note(36, 67, 24), "the voice rests for a bar"
    assert [len(part.notes) for part in song.parts] == [4, 8, 4]
    assert [bar.length_ticks for bar in song.bars] == [36] * 4


def test_which_songs_are_taken(folder: Path) -> None:
    cycle = "Schubert,_Franz/2_Lieder,_Op.1"
    put_song(folder, f"{cycle}/1_Eins/lc1.mxl", song_xml())
    put_song(folder, f"{cycle}/2_Zwei/lc2.mxl", song_xml())
    put_song(folder, "Schubert,_Franz/_/Drei/lc3.mxl", song_xml())
    put_song(folder, f"{cycle}/3_Guitar/lc4.mxl", song_xml(piano=25))
    put_song(folder, f"{cycle}/4_Short/lc5.mxl", song_xml(size=0))
    put_song(folder, f"{cycle}/5_One_staff/lc6.mxl", song_xml(staves=1))
    put_song(folder, "Satie,_Erik/_/Une/lc7.mxl", song_xml())
    put(folder / "lieder" / "scores" / cycle / "6_Broken" / "lc8.mxl", "no archive")
    works = {ref.id.partition("/")[2]: ref.work for ref in corpora.catalogue("song")}
    assert sorted(works) == ["lc1", "lc2", "lc3", "lc6"]
    assert works["lc1"] == works["lc2"] == cycle != works["lc3"]
    assert "Schubert,_Franz/lc6" not in corpora.load("song", jobs=1)


def test_many_songs_of_one_composer(folder: Path) -> None:
    for number in range(35):
        put_song(folder, f"Wolf,_Hugo/_/{number}_Lied/lc{number}.mxl", song_xml())
    assert [ref.id for ref in corpora.catalogue("song")] == [f"Wolf,_Hugo/lc{n}" for n in range(30)]
