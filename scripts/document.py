"""Remake what the documentation takes from the models: examples, and the README's tables.

    python scripts/document.py

Composes one song a genre into docs/examples/, and a batch to compare its copying with that of
human pieces; then fills the marked parts of README.md. Run it whenever a model has changed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from json import loads
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from musegen import models  # noqa: E402 (the project need not be installed)
from musegen.evaluation import tables  # noqa: E402
from musegen.models import ModelInfo  # noqa: E402

EXAMPLES = ROOT / "docs" / "examples"
SEEDS = {"chorale": 7, "fiddle": 7, "quartet": 7}
BATCH = 20

LEARNED_FROM = {
    "chorale": "Bach's four-part chorales",
    "fiddle": "jigs, reels and hornpipes from Ryan's and O'Neill's books",
    "quartet": "string quartets by Haydn, Mozart and Beethoven",
}


def main() -> None:
    """Remake everything."""
    shipped = [info for info in models.available() if info.genre in SEEDS]
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    for info in shipped:
        for command in commands(info.genre):
            print(command, flush=True)
            subprocess.run(
                [sys.executable, *command.split()[1:]], cwd=ROOT, check=True, capture_output=True
            )
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    text = filled(text, "genres", genre_table(shipped))
    text = filled(text, "examples", example_list(shipped))
    text = filled(text, "evaluation", evaluation_table())
    readme.write_text(text, encoding="utf-8")


def commands(genre: str) -> tuple[str, str]:
    """How the example of a genre is made."""
    name = f"docs/examples/{genre}"
    return (
        f"python -m musegen compose {genre} --seed {SEEDS[genre]} --out {name}.mid",
        f"python -m musegen render {name}.mid {name}.mp3",
    )


def filled(text: str, name: str, content: str) -> str:
    """``text`` with ``content`` between the marks of that name."""
    pattern = re.compile(rf"(<!-- {name}:begin[^>]*-->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


def genre_table(shipped: list[ModelInfo]) -> str:
    """The README's table of genres."""
    rows = [
        (
            "| genre | learned from | pieces (notes) | held-out nats a note | "
            "copied 8-note runs: songs / human pieces |"
        ),
        "| --- | --- | --- | --- | --- |",
    ]
    rows += [
        f"| `{info.genre}` | {LEARNED_FROM[info.genre]} | {learned(info.config)} | "
        f"{info.config['nats_per_note']['test']['total']:.2f} | "
        f"{batch_copying(info.genre):.1%} / {info.config['copying']['human_share_median']:.1%} |"
        for info in shipped
    ]
    return "\n".join(rows)


def learned(config: dict[str, Any]) -> str:
    """How much music a model learned from."""
    train = config["data"]["train"]
    return f"{train['pieces']:,} ({train['notes']:,})"


def batch_copying(genre: str) -> float:
    """Median share of copied runs over a batch of songs."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "musegen", "compose", genre, "--seed", "1"]
        command += ["--count", str(BATCH), "--out", folder]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        songs = loads((Path(folder) / "songs.json").read_text(encoding="utf-8"))["songs"]
    return float(median(song["copying"]["share"] for song in songs))


def evaluation_table() -> str:
    """The README's table of how far each genre's songs are from human pieces, as last measured."""
    found = [models.evaluation(info) for info in models.available()]
    reports = [figures for figures in found if figures is not None]
    if not reports:
        return "Not measured yet: `python -m musegen evaluate GENRE --write-card`."
    return tables.to_markdown(tables.overview(reports))


def example_list(shipped: list[ModelInfo]) -> str:
    """The README's list of examples, with the commands that made them."""
    lines = []
    for info in shipped:
        title, name = info.config["genre"]["title"], f"docs/examples/{info.genre}"
        lines.append(f"- **{title}**: [MP3]({name}.mp3), [MIDI]({name}.mid), made by")
        lines += [f"  `{command}`" for command in commands(info.genre)]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
