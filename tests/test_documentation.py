"""What the README and docs/examples say is what the models that ship do."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from musegen import models
from musegen.evaluation import tables
from musegen.exports import write_song

ROOT = Path(__file__).resolve().parent.parent


def document() -> ModuleType:
    spec = importlib.util.spec_from_file_location("document", ROOT / "scripts" / "document.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SHIPPED = sorted(path.parent.name for path in ROOT.glob("models/*/config.json"))


@pytest.mark.parametrize("genre", SHIPPED)
def test_the_readme_has_the_figures_of_the_card(genre: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{genre}` |"))
    config = models.info(genre).config
    assert f"| {config['nats_per_note']['test']['total']:.2f} |" in row
    assert document().learned(config) in row


@pytest.mark.parametrize("genre", SHIPPED)
def test_the_example_is_what_its_command_makes(genre: str, tmp_path: Path) -> None:
    from musegen.composing import Request

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = document().commands(genre)[0]
    assert command in readme
    seed = int(re.findall(r"--seed (\d+)", command)[0])
    write_song(Request(genre, seed=seed), tmp_path / "again.mid")
    example = ROOT / "docs" / "examples" / f"{genre}.mid"
    assert (tmp_path / "again.mid").read_bytes() == example.read_bytes()


def test_the_readme_has_the_last_measurements() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert document().evaluation_table() in readme


@pytest.mark.parametrize("genre", SHIPPED)
def test_the_card_has_the_last_measurements(genre: str) -> None:
    info = models.info(genre)
    card = (info.directory / models.CARD_FILE).read_text(encoding="utf-8")
    figures = models.evaluation(info)
    assert ("## Evaluation" in card) is (figures is not None)
    for table in [] if figures is None else tables.tables(figures):
        assert tables.to_markdown(table) in card, f"run evaluate {genre} --write-card again"


def test_every_file_that_the_readme_names_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", readme)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
