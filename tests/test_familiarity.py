"""A note is as familiar as the training pieces often had the like."""

from __future__ import annotations

import numpy as np
import pytest

from musegen import corpora, models
from musegen.correction import Heard, lookups
from musegen.examples import prepared
from musegen.familiarity import LEVELS, Familiarity, kinds, levels_among
from musegen.song import Song, cut


@pytest.fixture(scope="module")
def pieces() -> list[Song]:
    ids = models.split("chorale").train[:30]
    return [prepared(piece) for piece in corpora.load("chorale", ids).values()]


def test_each_note_is_looked_up_by_melody_harmony_and_every_other_part(pieces: list[Song]) -> None:
    heard = Heard.of(pieces[:4])
    assert heard.keys.shape == (sum(piece.note_count() for piece in pieces[:4]), kinds(4))
    by_pair = heard.keys[:, 2:]  # no part is compared with itself
    assert (by_pair[np.arange(len(by_pair)), heard.part] == -1).all()
    first_of_part = np.unique(heard.piece * 4 + heard.part, return_index=True)[1]
    assert (heard.keys[first_of_part, 0] == -1).all()


def test_a_pieces_own_notes_do_not_make_it_familiar(pieces: list[Song]) -> None:
    alone = lookups(pieces[:1])
    assert levels_among(alone, alone).max() == 0
    twice = lookups([pieces[0], pieces[0]])
    levels = levels_among(twice, twice)
    assert (levels[twice.keys >= 0] >= 1).all()


def test_all_known_pieces_make_a_note_familiar_not_only_those_that_are_heard(
    pieces: list[Song],
) -> None:
    few, every = lookups(pieces[:3]), lookups(pieces)
    by_few, by_all = levels_among(few, few), levels_among(few, every)
    assert (by_all >= by_few).all()
    assert by_all.mean() > by_few.mean() + 1
    beginning = lookups([cut(pieces[0], 0, pieces[0].bars[2].end_tick)])
    assert levels_among(beginning, lookups(pieces[:1])).max() == 0, (
        "its own whole piece is left out"
    )


def test_what_other_pieces_have_is_more_familiar_than_what_none_has(pieces: list[Song]) -> None:
    known, new = Heard.of(pieces[:-6]), Heard.of(pieces[-6:])
    familiarity = Familiarity.of(known.keys)
    shuffled = np.random.default_rng(1).permuted(new.keys[:, 1])
    strange = (shuffled * 31 + 7) % len(familiarity.counts)
    levels = familiarity.levels(new.keys[:, 1])
    assert levels.max() < LEVELS
    assert levels[levels >= 0].mean() > familiarity.levels(strange).mean() + 1


def test_counts_end_at_what_a_byte_holds() -> None:
    familiarity = Familiarity.of(np.full((1000, 1), 5))
    assert familiarity.levels(np.array([5, 6, -1])).tolist() == [LEVELS - 1, 0, -1]
