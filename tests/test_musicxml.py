"""Notation: what is written, how it is spelled, and what it looks like."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import HealthCheck, given, settings

from musegen import keys, notation, scores
from musegen.errors import FailureError
from musegen.midi import without_overlaps
from musegen.musicxml import to_musicxml
from musegen.song import Bar, Note, Part, Section, Song, regular_bars, transpose
from musegen.spelling import fifths, signature_alter, spell
from tests.strategies import songs, tune

SIGNS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "x"}


def line(
    *values: tuple[int | None, int], name: str = "Violin I", metre: tuple[int, int] = (4, 4)
) -> Song:
    """(pitch or rest, ticks) after one another."""
    tick, notes = 0, []
    for pitch, length in values:
        if pitch is not None:
            notes.append(Note(tick, pitch, length))
        tick += length
    full = regular_bars(1, *metre)[0].length_ticks
    return Song("A line", (Part(name, 40, tuple(notes)),), regular_bars(-(-tick // full), *metre))


def written(song: Song, **options: bool) -> Element:
    return fromstring(to_musicxml(song, **options))


def values_of(root: Element) -> list[str]:
    """Types with their dots, rests in brackets, tied notes joined by a tilde."""
    found = []
    for note in root.iter("note"):
        kind = (note.findtext("type") or "bar") + "." * len(note.findall("dot"))
        kind = f"({kind})" if note.find("rest") is not None else kind
        tied = any(tie.get("type") == "start" for tie in note.findall("tie"))
        found.append(kind + "~" * tied)
    return found


def choir() -> Song:
    parts = [
        Part(name, 52, (Note(0, pitch, 12), Note(12, pitch, 24), Note(36, pitch + 1, 24)))
        for name, pitch in (("Soprano", 72), ("Alto", 67), ("Tenor", 60), ("Bass", 48))
    ]
    bars = (Bar(0, 12, 4, 4, is_upbeat=True), Bar(12, 48, 4, 4))
    sections = (Section("A", 0, 12), Section("B", 12, 48))
    return Song("Choir", tuple(parts), bars, sections, (60,), keys.parse_key("Eb"))


@pytest.fixture(scope="module")
def bwv269() -> Song:
    from music21 import corpus

    piece = scores.from_music21(corpus.parse("bwv269"), title="BWV 269", source="music21")
    return keys.with_found_key(piece)


# --- the same music


@pytest.mark.parametrize("number", ["bwv269", "bwv66.6", "bwv1.6"])
def test_another_program_reads_the_same_music(number: str) -> None:
    from music21 import converter, corpus

    piece = scores.from_music21(corpus.parse(number), title=number, source="")
    text = to_musicxml(piece, condensed=False)
    read = scores.from_music21(
        converter.parseData(text, format="musicxml"), title=number, source=""
    )
    assert [part.notes for part in read.parts] == [part.notes for part in piece.parts]
    assert [part.name for part in read.parts] == [part.name for part in piece.parts]
    assert read.bars == piece.bars


@given(songs())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_every_bar_of_any_song_adds_up(song: Song) -> None:
    root = written(song)
    for part in root.iter("part"):
        for measure, bar in zip(part.iter("measure"), song.bars, strict=True):
            place, furthest = 0, 0
            for element in measure:
                duration = int(element.findtext("duration") or 0)
                if element.tag == "backup":
                    assert place == 2 * bar.length_ticks
                    place -= duration
                elif element.find("chord") is None:
                    place += duration
                furthest = max(furthest, place)
            assert place == furthest == 2 * bar.length_ticks
    names = [note.get("id") for note in root.iter("note") if note.get("id")]
    assert len(names) == len(set(names))


@given(songs())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_every_note_begins_where_the_song_has_it(song: Song) -> None:
    heads = {
        note.get("id")
        for note in written(song).iter("note")
        if not any(tie.get("type") == "stop" for tie in note.findall("tie"))
    }
    for number, part in enumerate(song.parts):
        for note in without_overlaps(part.notes):
            assert f"n{number}-{note.onset_tick}-{note.pitch}" in heads


def test_the_same_song_gives_the_same_text_without_a_date(bwv269: Song) -> None:
    text = to_musicxml(bwv269)
    assert text == to_musicxml(replace(bwv269))
    assert "date" not in text
    assert "composer" not in text
    assert "usic21" not in text.replace(bwv269.title, "")


# --- the frame


def test_title_key_metre_clefs_and_sections() -> None:
    root = written(choir(), condensed=False)
    assert root.findtext("work/work-title") == "Choir"
    assert {e.text for e in root.iter("fifths")} == {"-3"}
    assert [e.text for e in root.iter("rehearsal")] == ["A", "B"]
    clefs = [
        (c.findtext("sign"), c.findtext("line"), c.findtext("clef-octave-change"))
        for c in root.iter("clef")
    ]
    assert clefs == [("G", "2", None), ("G", "2", None), ("G", "2", "-1"), ("F", "4", None)]
    numbers = [(m.get("number"), m.get("implicit")) for m in root.findall("part[1]/measure")]
    assert numbers == [("0", "yes"), ("1", None)]
    bars = [e.text for e in root.findall("part[1]/measure/barline/bar-style")]
    assert bars == ["light-light", "light-heavy"]


@pytest.mark.parametrize(
    ("name", "clef"),
    [("Viola", "C"), ("Cello", "F"), ("Bassoon", "F"), ("Violin II", "G"), ("Fiddle", "G")],
)
def test_players_get_their_clef(name: str, clef: str) -> None:
    assert written(line((60, 48), name=name)).findtext(".//clef/sign") == clef


def test_a_part_unknown_gets_the_clef_that_fits() -> None:
    assert written(line((40, 48), name="Part 2")).findtext(".//clef/sign") == "F"
    assert written(line((72, 48), name="Part 2")).findtext(".//clef/sign") == "G"


def test_drums_have_no_pitch() -> None:
    song = line((38, 12), (42, 36))
    root = written(replace(song, parts=(replace(song.parts[0], is_drum=True),)))
    assert root.findtext(".//clef/sign") == "percussion"
    assert not list(root.iter("pitch"))
    assert len(list(root.iter("unpitched"))) == 2


def test_a_choir_shares_two_staves_with_stems_apart() -> None:
    root = written(choir())
    assert [e.text for e in root.iter("part-name")] == ["Soprano\nAlto", "Tenor\nBass"]
    stems = {(n.findtext("voice"), n.findtext("stem")) for n in root.iter("note")}
    assert stems == {("1", "up"), ("2", "down")}
    fermatas = [
        (n.findtext("voice"), f.get("type")) for n in root.iter("note") for f in n.iter("fermata")
    ]
    assert fermatas == [("1", "upright"), ("2", "inverted")]


def test_the_tempo_counts_the_beats_one_feels() -> None:
    jig = replace(line((74, 36), metre=(6, 8)), tempo_bpm=120.0)
    mark = written(jig).find(".//metronome")
    assert mark is not None
    assert mark.find("beat-unit-dot") is not None
    assert mark.findtext("per-minute") == "80"


# --- values


@pytest.mark.parametrize(
    ("song", "expected"),
    [
        (line((60, 48)), ["whole"]),
        (line((None, 48), (60, 48)), ["(bar)", "whole"]),
        (line((60, 60), (61, 36)), ["whole~", "quarter", "half."]),
        (line((60, 6), (62, 12), (64, 12), (65, 18)), ["eighth", "quarter", "eighth~", "eighth", "quarter."]),
        (line((60, 12), (62, 24), (64, 12)), ["quarter", "half", "quarter"]),
        (line((60, 12), (62, 18), (64, 18)), ["quarter", "quarter~", "eighth", "quarter."]),
        (line((60, 9), (62, 3), (64, 3), (65, 9), (None, 24)), ["eighth.", "16th", "16th", "eighth.", "(half)"]),
        (line((60, 12), (None, 24), (62, 12)), ["quarter", "(quarter)", "(quarter)", "quarter"]),
        (line((60, 18), (62, 12), (64, 6), metre=(6, 8)), ["quarter.", "quarter", "eighth"]),
        (line((60, 12), (62, 12), (64, 12), metre=(6, 8)), ["quarter", "eighth~", "eighth", "quarter"]),
        (line((60, 36), metre=(6, 8)), ["half."]),
        (line((60, 24), metre=(2, 4)), ["half"]),
        (line((60, 36), metre=(3, 4)), ["half."]),
    ],
)  # fmt: skip
def test_values_show_the_beats(song: Song, expected: list[str]) -> None:
    assert values_of(written(song)) == expected


def test_triplets_have_brackets_and_beams() -> None:
    root = written(line((60, 4), (62, 4), (64, 4), (65, 8), (67, 8), (69, 8), (None, 12)))
    assert values_of(root) == ["eighth"] * 3 + ["quarter"] * 3 + ["(quarter)"]
    notes = list(root.iter("note"))
    tuplets = [[t.get("type") for t in note.iter("tuplet")] for note in notes]
    assert tuplets == [["start"], [], ["stop"], ["start"], [], ["stop"], []]
    assert [n.findtext("time-modification/normal-type") for n in notes[:4:3]] == [
        "eighth",
        "quarter",
    ]
    assert [n.findtext("beam") for n in notes[:4]] == ["begin", "continue", "end", None]


def test_thirty_seconds_are_written_as_such() -> None:
    root = written(line((60, 2), (62, 1), (64, 3), (65, 6), (None, 36)))
    assert values_of(root)[:4] == ["32nd", "32nd", "16th", "eighth"]
    assert not list(root.iter("time-modification"))


def test_eighths_are_beamed_by_beats() -> None:
    def beams(song: Song) -> list[str]:
        return [n.findtext("beam") or "-" for n in written(song).iter("note")]

    assert beams(line(*[(60, 6)] * 8)) == ["begin", "continue", "continue", "end"] * 2
    assert beams(line(*[(60, 6)] * 6, metre=(6, 8))) == ["begin", "continue", "end"] * 2
    assert beams(line(*[(60, 6)] * 6, metre=(3, 4))) == ["begin", "end"] * 3
    assert beams(line((60, 9), (60, 3), (60, 12), (60, 24))) == ["begin", "end", "-", "-"]


def test_two_voices_in_a_part_have_stems_apart() -> None:
    song = Song(
        "Double stops",
        (Part("Viola", 41, (Note(0, 67, 48), Note(0, 55, 24), Note(24, 57, 24))),),
        regular_bars(1, 4, 4),
    )
    root = written(song)
    stems = [
        (n.findtext("voice"), n.findtext("stem"), n.findtext("type")) for n in root.iter("note")
    ]
    assert stems == [("1", "up", "whole"), ("2", "down", "half"), ("2", "down", "half")]


def test_chords_share_a_stem() -> None:
    song = replace(line((60, 48)), parts=(Part("Piano", 0, (Note(0, 60, 48), Note(0, 64, 48))),))
    notes = list(written(song).iter("note"))
    assert [n.find("chord") is not None for n in notes] == [False, True]


# --- spelling


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("C", "C C# D Eb E F F# G G# A Bb B"),
        ("Eb", "C Db D Eb E F Gb G Ab A Bb B"),
        ("E", "B# C# D D# E E# F# G G# A A# B"),
        ("Am", "C C# D D# E F F# G G# A Bb B"),
        ("Cm", "C Db D Eb E F F# G Ab A Bb B"),
        ("G#m", "B# C# Cx D# E E# F# Fx G# A A# B"),
    ],
)
def test_pitches_are_spelled_for_the_key(key: str, names: str) -> None:
    found = [spell(pitch, keys.parse_key(key)) for pitch in range(60, 72)]
    assert " ".join(name.step + SIGNS[name.alter] for name in found) == names


def test_a_pitch_is_spelled_by_where_it_leads() -> None:
    c = keys.parse_key("C")
    assert spell(68, c, leads_to=69).step == "G"
    assert spell(68, c, leads_to=67).step == "A"
    assert spell(63, c, leads_to=64).step == "D"
    assert spell(63, c, leads_to=62).step == "E"


def test_names_that_cross_the_octave() -> None:
    b_sharp = spell(60, keys.parse_key("C#"))
    assert (b_sharp.step, b_sharp.alter, b_sharp.octave) == ("B", 1, 3)
    c_flat = spell(71, keys.parse_key("Gb"))
    assert (c_flat.step, c_flat.alter, c_flat.octave) == ("C", -1, 5)


@pytest.mark.parametrize("key", keys.all_keys(), ids=str)
def test_a_scale_needs_no_accidentals(key: keys.Key) -> None:
    steps = (0, 2, 4, 5, 7, 9, 11) if key.mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    for step in steps:
        name = spell(60 + key.tonic + step, key)
        assert name.alter == signature_alter(name.step, fifths(key))
    song = replace(tune([60 + key.tonic + step for step in steps]), key=key)
    assert not list(written(song).iter("accidental"))


def test_accidentals_are_written_once_a_bar_and_taken_back() -> None:
    song = line((66, 12), (66, 12), (65, 12), (66, 60))
    signs = [n.findtext("accidental") for n in written(song).iter("note")]
    assert signs == ["sharp", None, "natural", "sharp", None]  # the last is tied on


def test_accidentals_count_for_both_voices_of_a_staff() -> None:
    song = choir()
    parts = tuple(replace(p, notes=(Note(12, 66, 24), Note(36, 66, 24))) for p in song.parts)
    signs = [
        n.findtext("accidental")
        for n in written(replace(song, parts=parts)).findall("part[1]/measure[2]/note")
    ]
    assert signs.count("natural") + signs.count("sharp") + signs.count("flat") == 1


# --- pictures


def test_lines_break_for_the_width(bwv269: Song) -> None:
    text = to_musicxml(bwv269)
    (wide,) = notation.to_svg_pages(text, width_px=1000)
    (narrow,) = notation.to_svg_pages(text, width_px=360)
    assert narrow.count('class="system"') > wide.count('class="system"') >= 2
    assert 'viewBox="0 0 360 ' in narrow
    pages = notation.to_svg_pages(text, width_px=360, page_height_px=600)
    assert len(pages) > 1


def test_pictures_take_the_colour_of_the_page(bwv269: Song) -> None:
    (svg,) = notation.to_svg_pages(to_musicxml(bwv269), width_px=800)
    assert "black" not in svg
    assert 'fill="currentColor"' in svg
    assert (svg,) == tuple(notation.to_svg_pages(to_musicxml(bwv269), width_px=800))
    fromstring(svg)


def test_notes_can_be_found_by_their_time(bwv269: Song) -> None:
    text = to_musicxml(bwv269)
    (svg,) = notation.to_svg_pages(text, width_px=800)
    times = notation.note_beats(text)
    for number, part in enumerate(bwv269.parts):
        for note in part.notes:
            name = f"n{number}-{note.onset_tick}-{note.pitch}"
            assert f'id="{name}"' in svg
            assert times[name][0] == pytest.approx(note.onset_tick / 12)


def test_every_key_can_be_drawn() -> None:
    for key in keys.all_keys():
        song = transpose(tune([60, 61, 62, 63, 64, 65, 66, 67]), key.tonic, key)
        assert notation.to_svg_pages(to_musicxml(song), width_px=400)


@given(songs())
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_any_song_can_be_drawn(song: Song) -> None:
    assert notation.to_svg_pages(to_musicxml(song), width_px=600)


def test_what_is_no_notation_cannot_be_drawn(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FailureError, match="cannot be drawn"):
        notation.to_svg_pages("no notation", width_px=600)
    assert capfd.readouterr() == ("", "")
