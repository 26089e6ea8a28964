"""Human music: the catalogue, pieces as they are cleaned, and what is kept on disk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from musegen import corpora, genres, piece_cache
from musegen.errors import CorpusError, FailureError, UnknownGenreError
from musegen.piece_sources import is_usable, read_piece, sources
from musegen.song import Note, Part, Section, Song, cut, regular_bars
from tests.strategies import tune

CHORALES = ("bwv253", "bwv269", "bwv4.8")
TUNES = ("ryansMammoth/AcaciaReel", "oneills1850/0001-0050#17", "oneills1850/0001-0050#2")
MOVEMENT = "haydn/opus1no1/movement4"
KYRIE = "palestrina/Kyrie_104"


@pytest.fixture
def empty_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which no piece has been kept yet."""
    monkeypatch.setenv("MUSEGEN_DATA", str(tmp_path))
    return tmp_path


def covers(song: Song, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether spans stand end to end from 0 to the song's end."""
    tick = 0
    for start, end in spans:
        if start != tick or end <= start:
            return False
        tick = end
    return tick == song.end_tick


@pytest.mark.parametrize(
    ("genre", "count"), [("chorale", 364), ("fiddle", 3068), ("quartet", 62), ("renaissance", 498)]
)
def test_the_catalogue_of_a_genre(genre: str, count: int) -> None:
    refs = corpora.catalogue(genre)
    assert len(refs) == len({ref.id for ref in refs}) == count
    assert all(ref.genre == genre and ref.title and ref.work for ref in refs)


def test_the_catalogue_parses_no_music() -> None:
    program = (
        "import sys; from musegen import corpora, genres\n"
        "for name in genres.names():\n"
        "    if corpora.at_hand(name): corpora.catalogue(name)\n"
        "sys.exit('music21' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_ids_and_works() -> None:
    here = ("chorale", "fiddle", "quartet", "renaissance")
    works = {ref.id: ref.work for genre in here for ref in corpora.catalogue(genre)}
    assert works["beethoven/opus18no1/movement2"] == "beethoven/opus18no1"
    assert works["beethoven/opus18no3/movement4"] == "beethoven/opus18no3"
    assert {*CHORALES, *TUNES, MOVEMENT} <= works.keys()
    assert works["bwv269"] == "bwv269"
    assert works[KYRIE] == works["palestrina/Gloria_99"] == "Missa Pater noster"


def test_a_chorale_as_it_is_written() -> None:
    song = corpora.load("chorale", ["bwv253"])["bwv253"]
    assert [part.name for part in song.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert str(song.key) == "A major"
    assert [bar.length_ticks for bar in song.bars] == [12] + 9 * [48] + [36]
    assert song.bars[0].is_upbeat
    assert not any(bar.is_upbeat for bar in song.bars[1:])
    assert song.phrase_ends == (96, 240, 336, 480)
    assert [len(part.notes) for part in song.parts] == [39, 39, 40, 46]
    assert song.source == "bwv253"


def test_a_reel_as_it_is_written() -> None:
    song = corpora.load("fiddle", ["ryansMammoth/AcaciaReel"])["ryansMammoth/AcaciaReel"]
    assert song.title == "Acacia, Reel"
    assert song.sections == (Section("A", 0, 192), Section("B", 192, 192))
    assert {(bar.numerator, bar.denominator) for bar in song.bars} == {(2, 4)}
    assert [bar.length_ticks for bar in song.bars] == [6] + 15 * [24] + [18]
    opening = [(n.onset_tick, n.pitch, n.duration_ticks) for n in song.parts[0].notes[:5]]
    assert opening == [(0, 62, 2), (2, 64, 2), (4, 66, 2), (6, 67, 6), (12, 67, 3)]


@pytest.mark.parametrize(
    ("genre", "ids"),
    [("chorale", CHORALES), ("fiddle", TUNES), ("quartet", (MOVEMENT,)), ("renaissance", (KYRIE,))],
)
def test_every_piece_is_sound(genre: str, ids: tuple[str, ...]) -> None:
    songs = corpora.load(genre, ids, jobs=1)
    assert tuple(songs) == ids
    for song in songs.values():
        assert covers(song, ((bar.start_tick, bar.end_tick) for bar in song.bars))
        assert covers(song, ((part.start_tick, part.end_tick) for part in song.sections))
        assert [p.name for p in song.parts] == [v.name for v in genres.find(genre).voices]
        for part in song.parts:
            assert list(part.notes) == sorted(part.notes)
            assert max(note.end_tick for note in part.notes) <= song.end_tick
            assert min(note.duration_ticks for note in part.notes) >= 1


def test_a_movement_out_of_a_whole_quartet() -> None:
    id_ = "beethoven/opus18no5/movement3"
    song = corpora.load("quartet", [id_], jobs=1)[id_]
    assert song.title == "Beethoven, op. 18 no. 5, movement 3"
    assert str(song.key) == "D major"
    assert {(bar.numerator, bar.denominator) for bar in song.bars} == {(2, 4)}
    assert song.bars[0].is_upbeat
    assert song.parts[0].notes[0].onset_tick == 0


def test_only_the_pieces_asked_for_are_parsed_and_then_kept(empty_data: Path) -> None:
    seen: list[tuple[int, int]] = []
    first = corpora.load("fiddle", TUNES, jobs=1, progress=lambda *told: seen.append(told))
    assert seen[-1] == (3, 3)
    assert sorted(seen) == seen
    kept = list(empty_data.rglob("*.json.gz"))
    assert len(kept) == len(TUNES)
    times = [path.stat().st_mtime_ns for path in kept]
    assert corpora.load("fiddle", reversed(TUNES)) == first
    assert [path.stat().st_mtime_ns for path in kept] == times


@pytest.mark.usefixtures("empty_data")
def test_pieces_are_parsed_in_parallel_to_the_same_songs() -> None:
    ids = [ref.id for ref in corpora.catalogue("fiddle")[:10]]
    seen: list[tuple[int, int]] = []
    songs = corpora.load("fiddle", ids, jobs=2, progress=lambda *told: seen.append(told))
    assert list(songs) == ids
    assert seen[-1] == (10, 10)
    assert songs[ids[9]] == read_piece(sources("fiddle")[ids[9]])


def test_a_damaged_file_in_the_cache_is_parsed_again(empty_data: Path) -> None:
    song = corpora.load("fiddle", TUNES[:1])
    (kept,) = empty_data.rglob("*.json.gz")
    for content in (b"", b"nonsense", kept.read_bytes()[:50]):
        kept.write_bytes(content)
        assert corpora.load("fiddle", TUNES[:1]) == song


def test_two_processes_may_load_at_once(empty_data: Path) -> None:
    program = f"from musegen import corpora; print(len(corpora.load('fiddle', {TUNES!r}, jobs=1)))"
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate()[0] for process in running] == ["3\n", "3\n"]
    files = [path.name for path in empty_data.rglob("*") if path.is_file()]
    assert len(files) == len(TUNES)


@pytest.mark.usefixtures("empty_data")
def test_every_kind_of_song_comes_back_from_the_cache() -> None:
    drums = Part("Drums", 0, (Note(0, 36, 12, 100),), is_drum=True)
    song = Song("Título", (*tune([60, 62]).parts, drums), regular_bars(1, 6, 8), phrase_ends=(24,))
    piece_cache.write("fiddle", "a/b#1", song)
    piece_cache.write("fiddle", "a/b#2", None)
    assert piece_cache.read("fiddle", "a/b#1") == song
    assert piece_cache.read("fiddle", "a/b#2") is None
    assert not piece_cache.has("fiddle", "a/b#3")


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file in the folder's place", "utf-8")
    monkeypatch.setenv("MUSEGEN_DATA", str(tmp_path))
    with pytest.raises(FailureError, match="cannot be written"):
        corpora.load("fiddle", TUNES[:1])


def test_a_fragment_is_no_piece() -> None:
    genre = genres.find("fiddle")
    whole = tune([60, 62, 64, 65] * 4)
    assert is_usable(whole, genre)
    assert not is_usable(cut(whole, 0, 3 * 48), genre)
    assert not is_usable(tune([60] * 4, length=48), genre)
    assert not is_usable(whole, genres.find("quartet"))


def test_pieces_that_are_not_there() -> None:
    with pytest.raises(UnknownGenreError, match="choose one of: chorale"):
        corpora.catalogue("polka")
    with pytest.raises(CorpusError, match="no chorale piece called “bwv9999”"):
        corpora.load("chorale", ["bwv253", "bwv9999"])


def test_a_movement_of_a_mass() -> None:
    song = corpora.load("renaissance", [KYRIE], jobs=1)[KYRIE]
    assert song.title == "Missa Pater noster, Kyrie"
    assert str(song.key) == "D minor"
    assert {(bar.numerator, bar.denominator, bar.length_ticks) for bar in song.bars} == {(4, 2, 96)}
    assert [len(part.notes) for part in song.parts] == [168, 177, 181, 151]
    assert {part.notes[-1].end_tick for part in song.parts} == {song.end_tick}
