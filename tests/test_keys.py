"""Keys: names, analysis, and moving songs between them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musegen import corpora, keys
from musegen.errors import KeyNameError
from musegen.song import A_MINOR, C_MAJOR, Key, Mode, Note, Part, Song, regular_bars, transpose

KNOWN_KEYS = {
    "bwv253": "A major",
    "bwv255": "C major",
    "bwv256": "A minor",
    "bwv267": "G major",
    "bwv269": "G major",
    "bwv281": "F major",
    "bwv66.6": "F# minor",
    "bwv227.7": "E minor",
    "bwv270": "B minor",
    "bwv347": "A major",
}
KNOWN_TUNES = {
    "ryansMammoth/AcaciaReel": "G major",
    "ryansMammoth/DurangsHornpipe": "D major",
    "ryansMammoth/42dHighlandRegimentStrathspey": "A minor",
    "ryansMammoth/GreenSleevesJig": "A minor",
    "oneills1850/0001-0050#1": "G minor",
}
DRUMS = Part("Drums", 0, (Note(0, 36, 12), Note(12, 38, 12)), is_drum=True)


@pytest.mark.parametrize(
    ("text", "name", "tonic", "mode"),
    [
        ("G", "G", 7, Mode.MAJOR),
        ("Bb", "Bb", 10, Mode.MAJOR),
        ("B♭", "Bb", 10, Mode.MAJOR),
        ("F#m", "F#", 6, Mode.MINOR),
        ("a", "A", 9, Mode.MINOR),
        ("b", "B", 11, Mode.MINOR),
        ("bb", "Bb", 10, Mode.MINOR),
        ("E minor", "E", 4, Mode.MINOR),
        ("e major", "E", 4, Mode.MAJOR),
        ("c#", "C#", 1, Mode.MINOR),
        ("CM", "C", 0, Mode.MAJOR),
        ("Cm", "C", 0, Mode.MINOR),
        ("Cb", "Cb", 11, Mode.MAJOR),
        ("  D MAJOR ", "D", 2, Mode.MAJOR),
        ("E flat major", "Eb", 3, Mode.MAJOR),
        ("F-sharp min", "F#", 6, Mode.MINOR),
    ],
)
def test_key_names_as_people_write_them(text: str, name: str, tonic: int, mode: Mode) -> None:
    assert keys.parse_key(text) == Key(name, tonic, mode)


@pytest.mark.parametrize("text", ["", "H", "C##", "major", "G dorian", "Z minor", "7", "G\x00"])
def test_a_key_that_does_not_exist(text: str) -> None:
    with pytest.raises(KeyNameError, match=r"There is no key called .* write one such as G"):
        keys.parse_key(text)


def test_all_keys_are_24_and_can_be_read_back() -> None:
    found = keys.all_keys()
    assert len({(key.tonic, key.mode) for key in found}) == 24
    assert [keys.parse_key(str(key)) for key in found] == found


@pytest.fixture(scope="module")
def chorales() -> dict[str, Song]:
    return corpora.load("chorale", KNOWN_KEYS, jobs=1)


def test_keys_of_chorales_known_from_their_editions(chorales: dict[str, Song]) -> None:
    assert {id_: str(keys.find_key(song)) for id_, song in chorales.items()} == KNOWN_KEYS
    assert all(song.key == keys.find_key(song) for song in chorales.values())


def test_keys_of_tunes_modes_among_them() -> None:
    tunes = corpora.load("fiddle", KNOWN_TUNES, jobs=1)
    assert {id_: str(keys.find_key(song)) for id_, song in tunes.items()} == KNOWN_TUNES


def test_keys_on_the_degrees_of_a_scale_have_its_triads_mode() -> None:
    assert [str(keys.related_key(C_MAJOR, degree)) for degree in (0, 2, 5, 7, 9)] == [
        "C major", "D minor", "F major", "G major", "A minor",
    ]  # fmt: skip
    assert [str(keys.related_key(A_MINOR, degree)) for degree in (0, 3, 7, 10)] == [
        "A minor", "C major", "E minor", "G major",
    ]  # fmt: skip


def test_a_chorale_closes_on_its_tonic_in_the_bass(chorales: dict[str, Song]) -> None:
    for song in (song for id_, song in chorales.items() if id_ != "bwv270"):  # phrygian
        assert song.parts[-1].notes[-1].pitch % 12 == song.key.tonic


@pytest.mark.parametrize("steps", [-5, -2, 1, 4, 6])
def test_a_moved_piece_is_found_in_the_moved_key(chorales: dict[str, Song], steps: int) -> None:
    for song in chorales.values():
        found = keys.find_key(transpose(song, steps, C_MAJOR))
        assert (found.tonic, found.mode) == ((song.key.tonic + steps) % 12, song.key.mode)


def test_home_and_back_gives_the_same_notes(chorales: dict[str, Song]) -> None:
    for song in chorales.values():
        home = keys.to_home_key(song)
        assert home.key in (C_MAJOR, A_MINOR)
        assert keys.find_key(home) == home.key
        assert keys.to_key(home, song.key) == song


@given(st.sampled_from(keys.all_keys()), st.sampled_from(keys.all_keys()))
def test_every_move_is_short_and_drums_stay(start: Key, goal: Key) -> None:
    melody = Part("Fiddle", 40, (Note(0, 60 + start.tonic, 48),))
    song = Song("One note", (melody, DRUMS), regular_bars(1, 4, 4), key=start)
    if start.mode is not goal.mode:
        with pytest.raises(KeyNameError, match=f"choose a {start.mode} key"):
            keys.to_key(song, goal)
        return
    moved = keys.to_key(song, goal)
    assert moved.parts[0].notes[0].pitch % 12 == goal.tonic
    assert abs(moved.parts[0].notes[0].pitch - melody.notes[0].pitch) <= 6
    assert moved.parts[1] == DRUMS
    assert moved.key == goal


def test_drums_are_not_heard_in_the_key(chorales: dict[str, Song]) -> None:
    song = chorales["bwv269"]
    beat = tuple(Note(tick, 37, 12) for tick in range(0, song.end_tick, 12))
    drummed = replace(song, parts=(*song.parts, replace(DRUMS, notes=beat)))
    assert keys.find_key(drummed) == song.key


def test_a_piece_without_notes_is_in_c_major() -> None:
    assert keys.find_key(Song("Silence", (DRUMS,), regular_bars(1, 4, 4))) == C_MAJOR
