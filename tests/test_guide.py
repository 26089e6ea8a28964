"""The guide hears what ends in a beat, prefers no busy beats, and lets the better drafts go on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from musegen import corpora, guide_training, models
from musegen.barmap import BarMap
from musegen.choosing import Wishes
from musegen.cli import app
from musegen.composing import Composer, Request
from musegen.context import Context
from musegen.critic_training import write_alike
from musegen.density import replayed
from musegen.discriminator import Discriminator
from musegen.errors import CorpusError, ModelError
from musegen.examples import prepared
from musegen.guide import POWER, TOGETHER, Beats, Guide, learned, write_on
from musegen.guide_training import teach_guide
from musegen.guide_turns import BUCKETS, SLOTS, busy, turns
from musegen.keys import to_key
from musegen.knowledge import Knowledge
from musegen.sampling import Draft
from musegen.song import Key, Mode, Note, Part, Section, Song, regular_bars
from musegen.writing import Sheet, Writer

NO_BUSY = np.zeros((SLOTS + 1, 4 * SLOTS + 1), np.float32)


def song(*voices: Sequence[int], length: int = 12, bars: int = 2) -> Song:
    """Voices of notes of one length, from the first bar on."""
    parts = tuple(
        Part(
            f"Part {i}",
            0,
            tuple(Note(at * length, pitch, length) for at, pitch in enumerate(pitches)),
        )
        for i, pitches in enumerate(voices)
    )
    return Song("x", parts, regular_bars(bars, 4, 4))


def heard(piece: Song, beat: int) -> set[int]:
    (context,) = replayed([piece])
    return set(turns(context, np.array([12 * beat]))[0].tolist())


UPPER, LOWER = (60, 62, 64, 65, 67, 65, 64, 62), (48, 47, 45, 50, 43, 45, 48, 43)


def test_a_beat_is_heard_with_the_two_before_it_and_no_others() -> None:
    piece = song(UPPER, LOWER)
    early = song((74, *UPPER[1:]), (38, *LOWER[1:]))
    late = song((*UPPER[:-1], 74), LOWER)
    assert heard(early, 4) == heard(piece, 4)
    assert heard(early, 3) != heard(piece, 3)
    assert heard(late, 7) == heard(piece, 7)
    assert heard(late, 8) != heard(piece, 8)


def test_another_note_in_any_part_is_heard() -> None:
    whole = heard(song(UPPER, LOWER), 4)
    for upper, lower in (((60, 62, 64, 67), LOWER), (UPPER, (48, 47, 45, 52))):
        other = heard(song(upper, lower), 4)
        assert 0.2 < len(whole & other) / len(whole) < 0.9


def test_what_is_heard_is_the_same_in_every_key() -> None:
    piece = song(UPPER, LOWER)
    moved = to_key(piece, Key("D", 2, Mode.MAJOR))
    assert moved.key.tonic == 2
    assert heard(moved, 4) == heard(piece, 4)


def test_notes_that_begin_are_counted_in_the_top_part_and_in_all() -> None:
    (context,) = replayed([song(UPPER * 2, UPPER * 2, length=6)])
    assert busy(context, np.array([12])).tolist() == [[2, 4]]


def test_a_guide_knows_human_beats_from_others() -> None:
    rng = np.random.default_rng(0)

    def walks(steps: Sequence[int]) -> Beats:
        own = [60 + np.cumsum(rng.choice(steps, 32)).clip(-12, 12) for _ in range(40)]
        return Beats.of([song(line.tolist(), LOWER * 4, bars=8) for line in own])

    human, machine, asked, others = (walks(s) for s in ((-2, 2), (-7, 7), (-2, 2), (-7, 7)))
    assert (len(human), human.song.max()) == (40 * 32, 39)
    guide = learned(human, machine)
    told = [guide.plain(beats.turns) for beats in (asked, others)]
    assert (told[0][:, None] > told[1][None]).mean() > 0.95


def test_a_guide_prefers_neither_busy_nor_calm_beats() -> None:
    """Human beats are calm here, yet of the machine's the busy ones go on as often as others."""
    rng = np.random.default_rng(0)

    def mixed(share: float) -> Beats:
        quick = [rng.random() < share for _ in range(60)]
        return Beats.of(
            [
                song(rng.integers(60, 70, 64 if q else 32).tolist(), length=6 if q else 12, bars=8)
                for q in quick
            ]
        )

    machine = mixed(0.5)
    guide = learned(mixed(0.1), machine)
    weights = np.exp(POWER * guide.plain(machine.turns))
    usual = np.exp(POWER * guide.usual[machine.busy[:, 0], machine.busy[:, 1]])
    is_quick = machine.busy[:, 1] == 2
    assert weights[is_quick].mean() < 0.7 * weights[~is_quick].mean()
    even = weights / usual
    assert even[is_quick].mean() == pytest.approx(even[~is_quick].mean(), rel=0.01)


def test_a_guide_makes_the_melody_as_busy_as_peoples() -> None:
    """In its songs one beat in four has two notes on top, people's have two: so those gain log 3."""
    quick, calm = (song(UPPER * n, LOWER, length=12 // n) for n in (2, 1))
    human, written = Beats.of([quick, calm]), Beats.of([quick, calm, calm, calm])
    guide = Guide(np.zeros(BUCKETS, np.float32), NO_BUSY).as_busy(human, written)
    second_beat = np.array([24])
    of_quick, of_calm = (
        guide.logits(context, second_beat)[0]
        for own in (quick, calm)
        for context in replayed([own])
    )
    assert POWER * (of_quick - of_calm) == pytest.approx(np.log(3), abs=0.1)


def test_the_better_drafts_go_on() -> None:
    """A guide that likes one top note makes it far more frequent, within each group alone."""
    knows = replace(Knowledge.of(models.info("chorale")), guide=None)
    blank = song((60,), (55,), (50,), (48,), bars=2)
    ends = np.full(2 * TOGETHER, blank.end_tick)

    def written(guide: Guide) -> list[list[Note]]:
        draft = Draft.blank(knows.network, [BarMap.of(blank)] * len(ends))
        write_on(guide, knows.sampler(), draft, ends, np.random.default_rng(1))
        parts = [draft.parts(row) for row in range(len(ends))]
        assert all(blank.end_tick - 24 < max(n.end_tick for n in own[0]) for own in parts)
        assert all(n.onset_tick < blank.end_tick for own in parts for line in own for n in line)
        return [own[0] for own in parts]

    class LikesHigh(Guide):
        def logits(self, context: Context, end: np.ndarray) -> np.ndarray:
            return (context.sounding_at(end - 1)[:, 0] > 70) * np.float32(20)

    nothing = np.zeros(BUCKETS, np.float32)
    share = [
        np.mean([note.pitch >= 70 for notes in written(guide) for note in notes])
        for guide in (Guide(nothing, NO_BUSY), LikesHigh(nothing, NO_BUSY))
    ]
    assert share[1] > share[0] + 0.2


def test_a_draft_that_went_on_twice_takes_one_place() -> None:
    knows = Knowledge.of(models.info("chorale"))
    blank = replace(song((60,), (55,), (50,), (48,)), sections=(Section("A", 0, 96),))
    draft = Draft.blank(knows.network, [BarMap.of(blank)] * 2)
    knows.sampler().write(draft, np.array([96, 96]), np.random.default_rng(1))
    sheet = Sheet(blank=blank, start_tick=0, stops=(96,), wishes=Wishes({}))
    rng = np.random.default_rng(1)
    ranked = Writer(knows)._ranked(draft.select([0, 0, 1, 1, 0]), sheet, (0, 96), rng)
    assert {row for _, row in ranked} == {0, 2}


def test_a_guide_is_read_as_it_was_written(tmp_path: Path) -> None:
    worth = np.zeros(BUCKETS, np.float32)
    worth[[3, 70_000]] = 0.5, -0.25
    path = tmp_path / "guide.npz"
    Guide(worth, NO_BUSY + 0.5).write(path)
    again = Guide.read(path)
    assert (again.worth == worth).all()
    assert (again.usual == 0.5).all()


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_damaged_guide_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "guide.npz"
    if content is None:
        np.savez(path, worth=np.zeros(3), usual=NO_BUSY)
    else:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="train-critic GENRE --guide"):
        Guide.read(path)


@pytest.mark.parametrize("genre", ["chorale", "fiddle"])
def test_songs_are_composed_with_the_guide_that_ships(genre: str) -> None:
    knows = Knowledge.of(models.info(genre))
    assert knows.guide is not None
    assert Knowledge.of(models.info(genre), guided=False).guide is None
    request = Request(genre, seed=5, form="A", bars=4)
    one, again, without = (
        Composer(own).compose(request).song for own in (knows, knows, replace(knows, guide=None))
    )
    assert one == again
    assert one != without


def test_too_few_beats_are_one_sentence() -> None:
    knows = Knowledge.of(models.info("chorale"))
    with pytest.raises(CorpusError, match="8 beats are too few to teach a guide"):
        teach_guide(knows, [song(*[UPPER] * 4)], seed=1)


@pytest.mark.slow
def test_train_critic_teaches_a_guide_that_composing_reads(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a few pieces, one version, and a copy of the model; it holds for pieces it never heard."""
    monkeypatch.setattr(guide_training, "VERSIONS", 1)
    folder = data_dir / "models" / "chorale"
    shutil.copytree(models.info("chorale").directory, folder)
    (folder / models.GUIDE_FILE).unlink()
    Discriminator({}).write(folder / models.DISCRIMINATOR_FILE)
    split = models.split("chorale")
    few = json.loads((folder / models.SPLIT_FILE).read_text("utf-8")) | {"train": split.train[:42]}
    (folder / models.SPLIT_FILE).write_text(json.dumps(few), "utf-8")
    done = CliRunner().invoke(app, ["train-critic", "chorale", "--guide", "--json"])
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["out"] == str(folder / models.GUIDE_FILE)
    assert not (folder / models.DISCRIMINATOR_FILE).exists()  # it heard drafts of another guide
    assert 0.55 < said["auc"] < 0.95
    knows = Knowledge.of(models.info("chorale"))
    assert knows.guide is not None
    assert np.ptp(knows.guide.usual) > 0.1  # busy beats are not judged as calm ones
    unheard = [prepared(p) for p in corpora.load("chorale", split.validation[:12]).values()]
    written = write_alike(replace(knows, guide=None), unheard, np.random.default_rng(1))
    human, machine = (knows.guide.plain(Beats.of(own).turns).mean() for own in (unheard, written))
    assert human > machine + 0.1


def test_a_guide_is_not_taught_by_votes_or_songs() -> None:
    done = CliRunner().invoke(app, ["train-critic", "chorale", "--guide", "--study"])
    assert done.exit_code != 0
    assert "leave out “--songs” and “--study”" in done.output
