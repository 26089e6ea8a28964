"""The discriminator tells drafts from people's sections, and drafts are drawn by its odds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from musegen import discriminator_training, genres, models
from musegen.barmap import BarMap
from musegen.cadences import Close
from musegen.choosing import Wishes
from musegen.cli import app
from musegen.commands.train_critic import _works
from musegen.composing import Composer, Request
from musegen.corpora import PieceRef
from musegen.critic_features import figures
from musegen.discriminator import SURE, Discriminator, Opinion
from musegen.discriminator_training import FOLDS, Sections, learned, lengths_of, teach_discriminator
from musegen.errors import CorpusError, ModelError
from musegen.form import parse_form
from musegen.knowledge import Knowledge
from musegen.sampling import Draft
from musegen.section_words import BUCKETS, words
from musegen.song import C_MAJOR, Mode, Note, Part, Section, Song, cut, regular_bars
from musegen.writing import Sheet, Writer

FIGURES = 103
"""What a critic counts of one part."""


def tune(pitches: Sequence[int], bars: int = 8) -> Song:
    """Quarter notes from the first bar on."""
    notes = tuple(Note(12 * at, pitch, 12) for at, pitch in enumerate(pitches[: 4 * bars]))
    return Song("x", (Part("Fiddle", 40, notes),), regular_bars(bars, 4, 4))


def walks(steps: Sequence[int], count: int, seed: int) -> list[Song]:
    """Tunes that go by ``steps``."""
    rng = np.random.default_rng(seed)
    moves = rng.choice(steps, (count, 32)).cumsum(1).clip(-14, 14)
    return [tune((67 + own).tolist()) for own in moves]


def sections(songs: Sequence[Song]) -> Sections:
    return Sections(songs, np.arange(len(songs)) % FOLDS)


def opinion(worth: float, bias: float = 0.0, bar: int = 0) -> Opinion:
    """One that gives ``worth`` for the words of the first bars of a rising tune."""
    of_words = np.zeros(BUCKETS, np.float32)
    of_words[words(cut(RISING, 48 * bar, 48 * (bar + 1)))] = worth
    none = np.zeros(FIGURES, np.float32)
    return Opinion(none, none + 1, none, of_words, bias)


RISING = tune(range(48, 80))


@pytest.fixture(scope="module")
def taught() -> Discriminator:
    human, machine = (sections(walks(steps, 100, 1)) for steps in ((-2, -1, 1, 2), (-5, 1, 2, 3)))
    return learned(human, machine, [4, 8])[0]


def test_it_knows_human_sections_from_drafts(taught: Discriminator) -> None:
    human, machine = (
        np.array([taught.logit(song) for song in walks(steps, 60, 2)])
        for steps in ((-2, -1, 1, 2), (-5, 1, 2, 3))
    )
    assert (human[:, None] > machine[None]).mean() > 0.9
    begun = [
        np.mean([taught.logit(cut(song, 0, 4 * 48)) for song in walks(steps, 60, 2)])
        for steps in ((-2, -1, 1, 2), (-5, 1, 2, 3))
    ]
    assert begun[0] > begun[1] + 1


def test_what_it_says_are_odds_that_hold_for_sections_it_has_not_heard() -> None:
    """Of sections that a person wrote as often as not, neither more nor less is said."""
    same = [sections(walks((-3, -1, 1, 2), 150, seed)) for seed in (1, 2)]
    discriminator, auc = learned(*same, [8])
    assert 0.35 < auc[8] < 0.65
    unheard = [discriminator.logit(song) for song in walks((-3, -1, 1, 2), 100, 3)]
    assert np.abs(unheard).mean() < 0.5


def test_it_is_tried_on_works_that_it_has_not_heard() -> None:
    """Forty tunes, five times each, tell nothing of others; who has heard them knows them again."""
    human = [song for song in walks((-3, -1, 1, 2), 40, 1) for _ in range(5)]
    machine = sections(walks((-3, -1, 1, 2), 200, 2))
    of_works = Sections(human, np.repeat(np.arange(40) % FOLDS, 5))
    assert learned(of_works, machine, [8])[1][8] < 0.7
    assert learned(sections(human), machine, [8])[1][8] > 0.95


def test_a_phrase_gains_what_it_adds() -> None:
    """Each beside its own beginning, whether others have that, too, or not."""
    heard = Discriminator({4: opinion(0.01), 8: opinion(0.02, 0.5)})
    other = tune([76, *range(49, 80)])
    gains = heard.gains([RISING, other, RISING], 4 * 48)
    alone = [heard.logit(song) - heard.logit(cut(song, 0, 4 * 48)) for song in (RISING, other)]
    assert gains.tolist() == [alone[0], alone[1], alone[0]]
    assert alone[0] > alone[1] > 0


def test_of_a_longer_section_it_hears_the_last_bars_and_of_a_shorter_one_nothing() -> None:
    heard = Discriminator({4: opinion(0.01, bar=7)})
    assert heard.logit(RISING) == heard.logit(cut(RISING, 4 * 48, 8 * 48)) > 0
    assert heard.logit(cut(RISING, 0, 4 * 48)) < heard.logit(RISING)
    assert heard.logit(cut(RISING, 0, 3 * 48)) == 0.0


def test_it_is_never_too_sure() -> None:
    heard = Discriminator({8: opinion(5.0), 4: opinion(-5.0)})
    assert heard.logit(RISING) == SURE
    assert heard.logit(cut(RISING, 0, 4 * 48)) == -SURE


def test_sections_of_every_usual_length_are_asked_about_phrase_by_phrase() -> None:
    assert [lengths_of(bars) for bars in (8, 4, 1)] == [[2, 4, 6, 8], [1, 2, 3, 4], [1]]


def test_it_is_read_as_it_was_written(taught: Discriminator, tmp_path: Path) -> None:
    path = tmp_path / "discriminator.npz"
    taught.write(path)
    again = Discriminator.read(path)
    assert list(again.opinions) == [4, 8]
    for song in walks((-2, -1, 1, 2), 5, 4):
        assert again.logit(song) == pytest.approx(taught.logit(song), abs=0.05)
    again.write(path)
    assert Discriminator.read(path).logit(song) == again.logit(song)


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_damaged_one_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "discriminator.npz"
    if content is None:
        np.savez(path, **{"8/words": np.zeros(3)})
    else:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="train-critic GENRE --drafts"):
        Discriminator.read(path)


def test_drafts_are_drawn_by_its_odds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is worth two nats more than the others comes first as often as that says, not always."""
    monkeypatch.setattr(Writer, "_faults", lambda *_: 0.0)
    knows = replace(Knowledge.of(models.info("fiddle")), critic=None)
    blank = replace(tune(()), sections=(Section("A", 0, 8 * 48),))
    draft = Draft.blank(knows.network, [BarMap.of(blank)] * 8)
    knows.sampler().write(draft, np.full(8, 8 * 48), np.random.default_rng(1))
    liked = [note.pitch for note in draft.parts(5)[0]]

    class LikesOne(Discriminator):
        def logit(self, song: Song) -> float:
            return 2.0 * ([note.pitch for note in song.parts[0].notes] == liked)

    writer = Writer(replace(knows, discriminator=LikesOne({})))
    sheet = Sheet(blank=blank, start_tick=0, stops=(8 * 48,), wishes=Wishes({}))
    first = [
        writer._ranked(draft, sheet, (0, 8 * 48), np.random.default_rng(seed))[0][1]
        for seed in range(300)
    ]
    share = [first.count(row) / 300 for row in range(8)]
    assert share[5] == pytest.approx(np.exp(2) / (np.exp(2) + 7), abs=0.08)
    assert min(share) > 0.02


def test_a_listener_hears_drafts_of_new_sections_alone_and_changes_nothing() -> None:
    knows = Knowledge.of(models.info("fiddle"))
    request = Request("fiddle", seed=3, form="ABCB", bars=4)
    heard: list[list[Song]] = []
    song = Composer(knows, heard.append).compose(request).song
    assert song == Composer(knows).compose(request).song
    new = {label for label in parse_form(request.form).labels if label in "AB"}
    assert len(heard) == len(new)
    for section, drafts in zip(song.sections, heard, strict=False):
        assert len(drafts) > 5
        assert len({own.parts[0].notes for own in drafts}) > 5
        chosen = cut(song, section.start_tick, section.end_tick).parts[0].notes
        kept = drafts[0].parts[0].notes
        assert [n.pitch for n in kept[:-1]] == [n.pitch for n in chosen[: len(kept) - 1]]


@pytest.mark.parametrize("hears", [None, Discriminator({}), Discriminator({}, together=False)])
def test_a_bridge_is_heard_in_the_key_of_its_song(hears: Discriminator | None) -> None:
    """As people's sections are; but those that were taught by moved ones hear G moved to C."""
    knows = replace(Knowledge.of(models.info("fiddle")), discriminator=hears)
    request = Request("fiddle", seed=2, form="A D:G A", bars=4, mode=Mode.MAJOR)
    heard: list[list[Song]] = []
    song = Composer(knows, heard.append).compose(request).song
    bridge = song.sections[1]
    chosen = cut(song, bridge.start_tick, bridge.end_tick).parts[0].notes
    moved = 0 if hears is None or hears.together else 5
    drafted = [note.pitch - moved for note in heard[1][0].parts[0].notes]
    assert drafted[:-1] == [note.pitch for note in chosen[:-1]]


def test_words_of_several_parts_are_heard_by_those_that_were_taught_them(tmp_path: Path) -> None:
    (upper,) = RISING.parts
    both = replace(RISING, parts=(upper, replace(upper, notes=upper.notes[1::2])))
    alone = words(both, together=False)
    of_words = np.zeros(BUCKETS, np.float32)
    of_words[np.setdiff1d(words(both), alone)] = 0.01
    none = np.zeros(len(figures(both)), np.float32)
    taught = Discriminator({8: Opinion(none, none + 1, none, of_words, 0.0)})
    assert taught.logit(both) > 1
    assert replace(taught, together=False).logit(both) == 0
    for own in (taught, replace(taught, together=False)):
        own.write(tmp_path / "discriminator.npz")
        assert Discriminator.read(tmp_path / "discriminator.npz").together == own.together


@pytest.mark.parametrize("genre", ["fiddle", "folk", "renaissance"])
def test_songs_are_composed_with_the_one_that_ships(genre: str) -> None:
    knows = Knowledge.of(models.info(genre))
    assert knows.discriminator is not None
    assert Knowledge.of(models.info(genre), guided=False).discriminator is None
    request = Request(genre, seed=5, form="A", bars=8)
    one, again, without = (
        Composer(own).compose(request).song
        for own in (knows, knows, replace(knows, discriminator=None))
    )
    assert one == again
    assert one != without


@pytest.mark.parametrize(("genre", "is_priced"), [("fiddle", False), ("folk", True)])
def test_closes_that_a_discriminator_does_not_bring_about_have_a_price(
    genre: str, *, is_priced: bool
) -> None:
    """Left to it, fewer phrases of folk songs came to rest than people's do; fiddle tunes' are left to it."""
    writer = Writer(Knowledge.of(models.info(genre)))
    blank = replace(tune(()), sections=(Section("A", 0, 8 * 48),))
    close = {4 * 48: (Close.HALF, C_MAJOR)}
    sheet = Sheet(blank=blank, start_tick=0, stops=(4 * 48, 8 * 48), wishes=Wishes(close))
    low = [Note(144, 48, 48)]
    home, half = ([[Note(144, 72, 48)], low], [[Note(144, 74, 48)], [Note(144, 55, 48)]])
    if genre == "fiddle":
        home, half = [home[0]], [half[0]]
    free = replace(sheet, wishes=Wishes({}))
    costs = [
        writer._faults(voices, 1.0, sheet, 4 * 48) - writer._faults(voices, 1.0, free, 4 * 48)
        for voices in (home, half)
    ]
    assert (costs[0] > costs[1]) == is_priced


def test_its_figures_are_those_of_a_critic() -> None:
    assert figures(RISING).shape == (FIGURES,)


def test_too_few_sections_are_one_sentence() -> None:
    pieces = {"one": RISING}
    with pytest.raises(CorpusError, match="1 sections of 8 bars are too few for a discriminator"):
        teach_discriminator(genres.find("fiddle"), pieces, {"one": "one"}, songs=5, seed=1)


def test_sections_of_too_few_works_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has heard all of them could be tried on none."""
    monkeypatch.setattr(discriminator_training, "FEWEST_SECTIONS", 2)
    pieces = {str(i): song for i, song in enumerate(walks((-2, -1, 1, 2), 9, 1))}
    works = {name: str(int(name) % 3) for name in pieces}
    with pytest.raises(CorpusError, match="8 bars from at least 5 works"):
        teach_discriminator(genres.find("fiddle"), pieces, works, songs=5, seed=1)


def test_works_that_all_have_a_tune_in_common_are_told_apart_by_their_names() -> None:
    """As masses have; otherwise pieces of one tune are of one work, whatever they are called."""
    one, other = walks((-3, -1, 1, 2), 2, 1)
    refs = [PieceRef(f"m/{i}", "renaissance", f"Missa {i // 2}", f"Kyrie {i}") for i in range(6)]
    masses = {ref.id: one for ref in refs}
    assert _works(masses, refs) == {ref.id: ref.work for ref in refs}
    several = masses | {"m/5": other, "m/4": other}
    assert len(set(_works(several, refs).values())) == 2


@pytest.mark.slow
def test_train_critic_teaches_one_that_composing_reads(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the drafts of a few songs, beside a few pieces, for a copy of the model."""
    monkeypatch.setattr(discriminator_training, "FEWEST_SECTIONS", 50)
    folder = data_dir / "models" / "fiddle"
    shutil.copytree(models.info("fiddle").directory, folder)
    (folder / models.DISCRIMINATOR_FILE).unlink()
    split = models.split("fiddle")
    few = json.loads((folder / models.SPLIT_FILE).read_text("utf-8")) | {"train": split.train[:60]}
    (folder / models.SPLIT_FILE).write_text(json.dumps(few), "utf-8")
    done = CliRunner().invoke(app, ["train-critic", "fiddle", "--drafts", "6", "--json"])
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["out"] == str(folder / models.DISCRIMINATOR_FILE)
    assert list(said["auc"]) == ["2", "4", "6", "8"]
    assert 0.5 < said["auc"]["8"] < 1
    knows = Knowledge.of(models.info("fiddle"))
    assert knows.discriminator is not None


def test_it_is_not_taught_by_votes_or_songs() -> None:
    done = CliRunner().invoke(app, ["train-critic", "fiddle", "--drafts", "5", "--study"])
    assert done.exit_code != 0
    assert "A discriminator is taught by itself" in done.stderr
