"""Write the lists of files that `python -m musegen fetch` gets: run it with MUSEGEN_CORPORA set.

Each collection must lie in that folder just as the commit below has it. Only the files that
the genre's catalogue uses are listed, and the licence.
"""

from __future__ import annotations

from musegen import manifests, settings
from musegen.files import write_whole
from musegen.piece_sources import collection_of, sources

PUBLIC = {
    "folk": ("jukedeck/nottingham-dataset", "0992bb6cd864f6d4b90d6663e08c0ef53ffaa08f"),
    "mazurka": (
        "pl-wnifc/humdrum-chopin-first-editions",
        "95dfb105c1669c72d10b04088566154f12d3dc1c",
    ),
    "song": ("OpenScore/Lieder", "bca1224"),
}
"""A genre's public source on GitHub: repository and commit."""


def main() -> None:
    corpora = settings.corpora_dir()
    if corpora is None:
        raise SystemExit("Set MUSEGEN_CORPORA to the folder that holds the collections.")
    for genre, (repository, commit) in PUBLIC.items():
        collection = str(collection_of(genre))
        folder = corpora / collection
        paths = [source.path for source in sources(genre).values()] + [*folder.glob("LICENSE*")]
        manifest = manifests.manifest_of(folder, paths, repository=repository, commit=commit)
        out = manifests.FOLDER / f"{collection}.json.gz"
        write_whole(out, manifests.manifest_bytes(manifest))
        print(f"{out}: {len(manifest.files)} files, {manifest.size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
