"""Splits: no tune on two sides, in whatever key, metre, title or harmony it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musegen import corpora
from musegen.corpora import PieceRef
from musegen.errors import CorpusError, ModelError
from musegen.melodies import same_tunes, top_line
from musegen.settings import models_dir
from musegen.song import A_MINOR, Note, Song, transpose
from musegen.splits import Split, group_works, make_split, read_split, write_split
from tests.strategies import tune

SAME_IN_BOTH_BOOKS = [
    ("ryansMammoth/BalkanHornpipe", "oneills1850/1376-1475#1383"),  # Jerry Hayes
    ("ryansMammoth/BenLowrysReel", "oneills1850/1376-1475#1428"),  # The Harvest Field
    ("ryansMammoth/BottleOfBrandyJig", "oneills1850/0981-1000#984"),  # Daniel of the Sun, in D
    ("ryansMammoth/CaptainHolmesJig", "oneills1850/0811-0899#859"),  # Hide and Go Seek
    ("ryansMammoth/ClydeSideLassiesReel", "oneills1850/1476-1555#1522"),  # in F and in D
]
PASSION_CHORALE = ("bwv135.6", "bwv153.5", "bwv244.15", "bwv244.54", "bwv270", "bwv271")
OTHER_HYMNS = ("bwv253", "bwv269", "bwv227.7", "bwv347", "bwv438")
SEED = 2018


def ref(id_: str, *, work: str = "", title: str = "", genre: str = "quartet") -> PieceRef:
    return PieceRef(id_, genre, work or id_, title or id_)


def random_tunes(count: int, *, notes: int = 64) -> dict[str, Song]:
    rng = np.random.default_rng(0)
    return {f"tune{i}": tune(rng.integers(55, 80, notes).tolist()) for i in range(count)}


def sides(split: Split) -> dict[str, str]:
    return {id_: side for side in ("train", "validation", "test") for id_ in getattr(split, side)}


def test_one_tune_in_two_books_is_one_group_and_on_one_side() -> None:
    ids = [id_ for pair in SAME_IN_BOTH_BOOKS for id_ in pair]
    songs = corpora.load("fiddle", ids, jobs=1)
    refs = [entry for entry in corpora.catalogue("fiddle") if entry.id in songs]
    groups = {frozenset(group) for group in group_works(songs, refs)}
    assert groups == {frozenset(pair) for pair in SAME_IN_BOTH_BOOKS}
    shipped = sides(read_split(models_dir() / "fiddle" / "split.json"))
    for one, other in SAME_IN_BOTH_BOOKS:
        assert shipped[one] == shipped[other]


def test_one_hymn_in_many_harmonies_is_one_group() -> None:
    songs = corpora.load("chorale", PASSION_CHORALE + OTHER_HYMNS, jobs=1)
    groups = group_works(songs, [ref(id_) for id_ in songs])
    sizes = sorted(len(group) for group in groups)
    assert sizes[-1] >= len(PASSION_CHORALE) - 1
    assert all((id_,) in groups for id_ in OTHER_HYMNS)


SHIPPED = sorted(path.parent.name for path in models_dir().glob("*/split.json"))


@pytest.mark.parametrize("genre", SHIPPED)
def test_the_split_that_ships(genre: str) -> None:
    split = read_split(models_dir() / genre / "split.json")
    ids = [*split.train, *split.validation, *split.test]
    assert len(ids) == len(set(ids))
    assert split.held_out == split.validation + split.test
    assert min(len(split.validation), len(split.test)) >= 3
    if not corpora.at_hand(genre):
        return
    refs = {entry.id: entry for entry in corpora.catalogue(genre)}
    assert set(ids) <= refs.keys()
    assert len(ids) >= 0.97 * len(refs)
    side = sides(split)
    works: dict[str, set[str]] = {}
    for id_ in ids:
        works.setdefault(refs[id_].work, set()).add(side[id_])
    assert all(len(found) == 1 for found in works.values())


def moved(song: Song) -> Song:
    return transpose(song, 5, A_MINOR)


def slower(song: Song) -> Song:
    """The same tune in notes of twice the length."""
    line = [note.pitch for note in song.parts[0].notes]
    return tune(line, length=24)


def with_repeated_notes(song: Song) -> Song:
    """Every note bowed twice."""
    part = song.parts[0]
    halves = [
        replace(note, onset_tick=note.onset_tick + half, duration_ticks=6)
        for note in part.notes
        for half in (0, 6)
    ]
    return replace(song, parts=(replace(part, notes=tuple(halves)),))


def ornamented(song: Song) -> Song:
    """A passing note after every note, which stays on its beat."""
    part = song.parts[0]
    notes: list[Note] = []
    for i, note in enumerate(part.notes):
        step = 1 + i % 3
        notes.append(replace(note, duration_ticks=6))
        notes.append(Note(note.onset_tick + 6, note.pitch + step, 6))
    return replace(song, parts=(replace(part, notes=tuple(notes)),))


@pytest.mark.parametrize("change", [moved, slower, with_repeated_notes, ornamented])
def test_a_tune_is_known_again(change: object) -> None:
    assert callable(change)
    songs = random_tunes(6)
    songs["again"] = change(songs["tune3"])
    assert same_tunes(songs) == {("tune3", "again")}


def test_different_tunes_stay_apart() -> None:
    assert same_tunes(random_tunes(40)) == set()


def test_the_top_line_is_the_highest_note_of_each_onset() -> None:
    song = tune([60, 62])
    chord = replace(song.parts[0], notes=(Note(0, 60, 12), Note(0, 64, 12), Note(12, 62, 12)))
    assert [n.pitch for n in top_line(replace(song, parts=(chord,)))] == [64, 62]


def shares(split: Split, songs: dict[str, Song]) -> list[float]:
    total = sum(song.note_count() for song in songs.values())
    return [
        sum(songs[id_].note_count() for id_ in ids) / total
        for ids in (split.train, split.validation, split.test)
    ]


def test_shares_are_of_notes() -> None:
    rng = np.random.default_rng(1)
    songs = {f"tune{i}": tune(rng.integers(55, 80, 10 + i % 50).tolist()) for i in range(200)}
    split = make_split(songs, [ref(id_) for id_ in songs], seed=SEED)
    assert shares(split, songs) == pytest.approx([0.8, 0.1, 0.1], abs=0.01)


def test_the_same_seed_gives_the_same_split_and_another_another() -> None:
    songs = random_tunes(50)
    refs = [ref(id_) for id_ in songs]
    assert make_split(songs, refs, seed=1) == make_split(songs, refs, seed=1)
    assert make_split(songs, refs, seed=1).test != make_split(songs, refs, seed=2).test


def quartets() -> tuple[dict[str, Song], Sequence[PieceRef]]:
    """Fifteen works of four movements by three composers, one of them with two works only."""
    songs = random_tunes(60)
    composers = ["beethoven"] * 8 + ["mozart"] * 5 + ["haydn"] * 2
    named: dict[str, Song] = {}
    refs = []
    for i, song in enumerate(songs.values()):
        work = f"{composers[i // 4]}/opus{i // 4}"
        named[f"{work}/movement{i % 4 + 1}"] = song
        refs.append(ref(f"{work}/movement{i % 4 + 1}", work=work))
    return named, refs


@pytest.mark.parametrize("seed", range(5))
def test_movements_stay_together_and_every_composer_is_learned(seed: int) -> None:
    songs, refs = quartets()
    split = make_split(songs, refs, seed=seed)
    side = sides(split)
    for entry in refs:
        assert side[entry.id] == side[f"{entry.work}/movement1"]
    assert {id_.split("/")[0] for id_ in split.train} == {"beethoven", "mozart", "haydn"}
    assert min(len(split.validation), len(split.test)) >= 3


def test_one_title_with_or_without_article_is_one_group() -> None:
    songs = random_tunes(3)
    titles = ["The Boyne Hunt, Reel", "Boyne Hunt", "Drops of Brandy"]
    refs = [ref(i, title=t, genre="fiddle") for i, t in zip(songs, titles, strict=True)]
    assert group_works(songs, refs) == [("tune0", "tune1"), ("tune2",)]


def test_fewer_than_three_works_cannot_be_split() -> None:
    songs = random_tunes(3)
    refs = [ref("tune0", work="one"), ref("tune1", work="one"), ref("tune2")]
    with pytest.raises(CorpusError, match="2 different works are too few to learn from"):
        make_split(songs, refs, seed=SEED)


def test_a_split_is_read_as_it_was_written(tmp_path: Path) -> None:
    split = Split(("a", "bé"), ("c",), ("d",), seed=4, rule="as told")
    write_split(split, tmp_path / "new" / "split.json")
    assert read_split(tmp_path / "new" / "split.json") == split


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"train": []}', '{"train": 3}'])
def test_a_split_that_is_missing_or_damaged(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "split.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(ModelError, match=r"missing or damaged; get the model's folder again"):
        read_split(path)
