"""The public benchmark: its grid as songs and back, and what a cell costs."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from musegen import jsb
from musegen.errors import CorpusError
from musegen.network import NetworkConfig, build

NAN = math.nan
CELLS = [[72, 67, 64, 48]] * 4 + [[72, 67, 65, NAN]] * 2 + [[74, 67, 65, 50]] * 14
"""Twenty sixteenths: the soprano changes once, the alto never, tenor once, the bass rests."""


def test_cells_come_back_from_a_song() -> None:
    song = jsb.song_of(CELLS)
    np.testing.assert_array_equal(jsb.cells_of(song), np.array(CELLS))
    assert [len(part.notes) for part in song.parts] == [2, 1, 2, 2]
    assert song.end_tick == 20 * 3
    assert [bar.length_ticks for bar in song.bars] == [48, 12]


def test_the_network_is_told_nothing_but_the_notes() -> None:
    from musegen.layout import Kind, Layout

    example = jsb.examples([jsb.song_of(CELLS)])[0]
    layout = Layout(4, relations=True)
    for kind in (Kind.BARS_LEFT, Kind.BEATS_LEFT, Kind.MODE, Kind.TONIC):
        column = example.inputs[:, layout.inputs.index(kind)]
        assert not column.any(), kind
    assert not example.at_onset[:, layout.at_onset.index(Kind.BARS_LEFT)].any()


def test_nats_a_cell_are_those_of_all_events() -> None:
    network = build(NetworkConfig(parts=4, units=8, head_units=8, relations=True))
    for variable in network.trainable_variables:
        variable.assign(np.zeros(variable.shape))
    found = jsb.likelihood([network], [jsb.song_of(CELLS)])
    notes, ends = 7, 1
    each = math.log(97) + math.log(6)  # shift and part of every event, as likely as any other
    expected = notes * (each + math.log(128) + math.log(98)) + ends * each
    assert (found.cells, found.changed_cells, found.pieces) == (80, 8, 1)
    assert found.nats_per_cell == pytest.approx(expected / 80, rel=1e-5)
    assert found.nats_per_changed_cell == pytest.approx(expected / 8, rel=1e-5)


def test_several_networks_are_at_least_as_good_as_their_mean() -> None:
    shape = NetworkConfig(parts=4, units=8, head_units=8, reach=4, relations=True)
    networks = [build(shape) for _ in range(2)]
    songs = [jsb.song_of(CELLS)]
    alone = [jsb.likelihood([network], songs).nats_per_cell for network in networks]
    together = jsb.likelihood(networks, songs).nats_per_cell
    assert together <= np.mean(alone) + 1e-6
    assert jsb.likelihood(networks[:1], songs, moves=(0, 1)).nats_per_cell != alone[0]


def test_the_split_is_read(tmp_path: Path) -> None:
    path = tmp_path / jsb.FILE
    path.parent.mkdir()
    path.write_text(json.dumps({"train": [CELLS], "test": [CELLS, CELLS]}), "utf-8")
    found = jsb.read_split(tmp_path)
    assert {name: len(songs) for name, songs in found.items()} == {"train": 1, "test": 2}


@pytest.mark.parametrize("text", [None, "", "[1, 2]", "{"])
def test_a_missing_or_damaged_benchmark_is_told(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / jsb.FILE).parent.mkdir()
        (tmp_path / jsb.FILE).write_text(text)
    with pytest.raises(CorpusError, match=r"cannot be read; get Jsb16thSeparated\.json"):
        jsb.read_split(tmp_path)
