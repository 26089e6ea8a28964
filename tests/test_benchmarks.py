"""The figures that anyone can take again: networks of the public split, and speed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from musegen import benchmarks, jsb
from musegen.cli import app
from musegen.errors import ModelError

CELLS = [[72, 67, 64, 48]] * 8 + [[74, 67, 62, 47]] * 8 + [[72, 67, 64, 48]] * 16
"""A grid of thirty-two sixteenths, such as a chorale may begin with."""


def test_the_networks_that_ship_expect_harmony() -> None:
    networks = benchmarks.jsb_networks()
    assert len(networks) == len(benchmarks.JSB_NETWORKS)
    plain = jsb.song_of(CELLS)
    odd = jsb.song_of([[s, a, t + 1 if i in range(8, 16) else t, b]
                       for i, (s, a, t, b) in enumerate(CELLS)])  # fmt: skip
    alone = jsb.likelihood(networks[:1], [plain]).nats_per_cell
    assert jsb.likelihood(networks, [plain]).nats_per_cell < 1.0
    assert alone < jsb.likelihood(networks[:1], [odd]).nats_per_cell


def test_without_networks_it_says_how_to_train_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="cannot be read; train them with “python -m musegen"):
        benchmarks.jsb_networks()


def test_speed_is_told_in_seconds() -> None:
    found = benchmarks.speed(["fiddle"], runs=1)["fiddle"]
    assert found["compose_s"] > 0
    assert found["render_s"] > 0
    assert 20 < found["music_s"] < 300


def test_training_needs_the_public_split() -> None:
    done = CliRunner().invoke(app, ["bench", "--train", "--no-speed"])
    assert done.exit_code == 1
    assert "let MUSEGEN_CORPORA name the folder that holds" in done.stderr


def test_without_the_split_it_says_so_and_goes_on() -> None:
    done = CliRunner().invoke(app, ["bench", "--no-speed"])
    assert done.exit_code == 0
    assert "not at hand" in done.stdout
