"""The SoundFonts of this machine: the sampled instruments that FluidSynth plays.

A SoundFont dropped into the project's ``soundfonts/`` comes first, then those installed on
the system, the best-sounding first, then the small one that pretty_midi brings along.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from musegen.errors import SoundError

OWN_FOLDER = Path(__file__).resolve().parent.parent / "soundfonts"
SYSTEM_FOLDERS = (
    Path("/usr/share/sounds/sf3"),
    Path("/usr/share/sounds/sf2"),
    Path("/usr/share/soundfonts"),
    Path("/usr/local/share/soundfonts"),
    Path("/usr/local/share/fluid-synth"),
    Path("/opt/homebrew/share/soundfonts"),
    Path("/opt/homebrew/share/fluid-synth"),
)
SUFFIXES = (".sf2", ".sf3")

GOOD_NAMES = (
    "musescore_general",
    "fluidr3_gm",
    "fluidr3mono",
    "fluidr3",
    "generaluser",
    "timgm6mb",
)
"""How the names of good General MIDI SoundFonts begin, the best first."""

_INSTALL = (
    "install one (Debian: “apt install musescore-general-soundfont-small”) or put a .sf2 or "
    ".sf3 file into the folder soundfonts/"
)


def find_soundfont() -> Path:
    """The best SoundFont at hand.

    Raises
    ------
    SoundError
        When there is none.
    """
    for folders in ([OWN_FOLDER], _system_folders(), _bundled_folders()):
        found = sorted({path.resolve() for path in _fonts(folders)}, key=_rank)
        if found:
            return found[0]
    raise SoundError(f"There is no SoundFont, which holds the instruments: {_INSTALL}.")


def _fonts(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from (p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())


def _rank(path: Path) -> tuple[int, str, str]:
    """Known good names first, in their order, then the others by name."""
    name = path.name.lower().replace(" ", "_").replace("-", "_")
    place = next((i for i, good in enumerate(GOOD_NAMES) if name.startswith(good)), len(GOOD_NAMES))
    return place, name, str(path)


def _system_folders() -> list[Path]:
    folders = list(SYSTEM_FOLDERS)
    if prefix := os.environ.get("HOMEBREW_PREFIX"):
        folders += [Path(prefix, "share", name) for name in ("soundfonts", "fluid-synth")]
    return folders


def _bundled_folders() -> list[Path]:
    """Where pretty_midi is installed, without importing it."""
    spec = find_spec("pretty_midi")
    places = spec.submodule_search_locations if spec is not None else None
    return [Path(place) for place in places or ()]
