"""Remake what the documentation takes from the models: examples, and the README's tables.

    python scripts/document.py

Composes one song a genre into docs/examples/, then fills the marked parts of README.md. Run it
whenever a model has changed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from musegen import models  # noqa: E402 (the project need not be installed)
from musegen.evaluation import tables  # noqa: E402 (as above)
from musegen.models import ModelInfo  # noqa: E402 (as above)

EXAMPLES = ROOT / "docs" / "examples"
SEED = 7

LEARNED_FROM = {
    "chorale": "Bach's four-part chorales",
    "fiddle": "jigs, reels and hornpipes from Ryan's and O'Neill's books",
    "quartet": "string quartets by Haydn, Mozart and Beethoven",
    "folk": "Nottingham's dance tunes with their chords",
    "mazurka": "Chopin's mazurkas and waltzes",
    "ragtime": "Scott Joplin's rags",
    "renaissance": "Palestrina's masses in four parts",
    "song": "German Romantic songs for voice and piano",
}


def main() -> None:
    """Remake everything."""
    shipped = [info for info in models.available() if info.genre in LEARNED_FROM]
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
        f"python -m musegen compose {genre} --seed {SEED} --out {name}.mid",
        f"python -m musegen render {name}.mid {name}.mp3",
    )


def filled(text: str, name: str, content: str) -> str:
    """``text`` with ``content`` between the marks of that name."""
    pattern = re.compile(rf"(<!-- {name}:begin[^>]*-->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


def genre_table(shipped: list[ModelInfo]) -> str:
    """The README's table of genres."""
    rows = [
        "| genre | learned from | pieces (notes) | held-out nats a note |",
        "| --- | --- | --- | --- |",
    ]
    rows += [
        f"| `{info.genre}` | {LEARNED_FROM[info.genre]} | {learned(info.config)} | "
        f"{info.config['nats_per_note']['test']['total']:.2f} |"
        for info in shipped
    ]
    return "\n".join(rows)


def learned(config: dict[str, Any]) -> str:
    """How much music a model learned from."""
    train = config["data"]["train"]
    return f"{train['pieces']:,} ({train['notes']:,})"


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
