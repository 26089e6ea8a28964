"""The critic hears what a person would, learns it, and keeps it in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musegen import corpora, critic, models
from musegen.critic_features import TURN_BUCKETS, figures, turns
from musegen.critic_training import passages
from musegen.errors import ModelError
from musegen.examples import prepared
from musegen.song import Song, cut, regular_bars


@pytest.fixture(scope="module")
def sections() -> list[Song]:
    ids = models.split("chorale").train[:40]
    pieces = corpora.load("chorale", ids).values()
    return [section for piece in pieces for section in passages(prepared(piece), 4)]


def spoiled(song: Song, rng: np.random.Generator) -> Song:
    """The same with every tenth note a semitone off, as a careless writer has it."""
    return replace(
        song,
        parts=tuple(
            replace(
                part,
                notes=tuple(
                    replace(note, pitch=note.pitch + int(rng.choice([-1, 1])))
                    if rng.random() < 0.1
                    else note
                    for note in part.notes
                ),
            )
            for part in song.parts
        ),
    )


def test_a_critic_prefers_sections_without_wrong_notes(sections: list[Song]) -> None:
    rng = np.random.default_rng(1)
    wrong = [spoiled(section, rng) for section in sections]
    ears = critic.heard([*sections, *wrong])
    is_human = np.arange(len(ears)) < len(sections)
    is_new = np.arange(len(ears)) % len(sections) > 0.8 * len(sections)
    size = len(figures(sections[0]))
    learned = critic.learn(ears[~is_new], is_human[~is_new], figures_count=size, seed=1)
    scores = learned.judge(ears[is_new])
    right, off = scores[is_human[is_new]], scores[~is_human[is_new]]
    assert np.mean(right > off) > 0.85  # pairwise: the same section, right and spoiled


def test_a_critic_comes_back_from_its_file(sections: list[Song], tmp_path: Path) -> None:
    ears = critic.heard(sections)
    rng = np.random.default_rng(2)
    size = len(figures(sections[0]))
    first = critic.learn(ears, rng.random(len(ears)) < 0.5, figures_count=size, seed=1)
    second = critic.learn(
        ears,
        rng.random(len(ears)) < 0.5,
        figures_count=size,
        seed=2,
        measure=(first.mean, first.scale),
    )
    both = first.joined(second)
    both.write(tmp_path / "critic.npz")
    again = critic.Critic.read(tmp_path / "critic.npz")
    np.testing.assert_allclose(again.judge(ears), both.judge(ears), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(
        both.judge(ears), (first.judge(ears) + second.judge(ears)) / 2, rtol=1e-6
    )


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_missing_or_damaged_critic_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "critic.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read; get the file again or train it anew"):
        critic.Critic.read(path)


def test_figures_and_turns_have_one_shape(sections: list[Song]) -> None:
    silent = replace(sections[0], parts=tuple(replace(p, notes=()) for p in sections[0].parts))
    one_bar = cut(sections[0], 0, 48)
    shapes = {figures(song).shape for song in (*sections[:5], silent, one_bar)}
    assert len(shapes) == 1
    assert all(np.isfinite(figures(song)).all() for song in (silent, one_bar))
    assert turns(silent).shape == (TURN_BUCKETS,)
    assert not turns(silent).any()


def test_passages_are_sections_their_first_halves_and_two_sections_on_end() -> None:
    song = Song("", (), regular_bars(20, 4, 4))
    lengths = [p.end_tick // 48 for p in passages(song, 8)]
    assert lengths == [8, 4, 8, 16, 4, 4, 12, 2]
