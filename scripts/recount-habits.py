"""Count a model's habits anew from its training pieces; its network stays as it is.

python scripts/recount-habits.py GENRE…
"""

from __future__ import annotations

import json
import sys

from musegen import corpora, genres, models
from musegen.files import write_whole
from musegen.habits import Habits


def main() -> None:
    for genre in sys.argv[1:]:
        pieces = corpora.load(genre, models.split(genre).train)
        path = models.info(genre).directory / models.CONFIG_FILE
        config = json.loads(path.read_text(encoding="utf-8"))
        accompaniment = genres.find(genre).accompaniment
        config["habits"] = Habits.of(list(pieces.values()), accompaniment).to_dict()
        write_whole(path, json.dumps(config, indent=1) + "\n")


if __name__ == "__main__":
    main()
