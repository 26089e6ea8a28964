"""Clips as WAV, played again from what is noted of them, where that gives what was heard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from musegen import genres
from musegen.errors import SoundError
from musegen.genres import Genre
from musegen.studies.records import Stimulus
from musegen.studies.stimuli import sound_of


def wav_of(stimulus: Stimulus, versions: Mapping[str, Any]) -> bytes:
    """The clip as WAV, played again from its details; the same bytes each time.

    Parameters
    ----------
    versions
        What the study's clips were made with, as `musegen.studies.versions` notes it.

    Raises
    ------
    SoundError
        When the clip's SoundFont is not here, or the clip is of an older musegen.
    """
    from musegen import rendering

    check_playable(stimulus, versions)
    genre: Genre = genres.find(stimulus.genre)
    return rendering.to_wav(sound_of(stimulus.details, genre=genre))


def check_playable(stimulus: Stimulus, versions: Mapping[str, Any]) -> None:
    """Make sure that what would be played from the clip's details is what was heard.

    Raises
    ------
    SoundError
        When the SoundFont here has another name or other bytes, or FluidSynth is another one.
    """
    from musegen.soundfonts import find_soundfont
    from musegen.studies.versions import MADE_WITH, fingerprint, fluidsynth_version

    name = stimulus.details.get("soundfont")
    if name is None:
        raise SoundError(
            "This clip was made by an older musegen, which did not note how; only its MP3 is left."
        )
    font = find_soundfont()
    if font.name != name:
        raise SoundError(
            f"This clip was played with the SoundFont “{name}”, and here is “{font.name}”; "
            "put that file into the folder soundfonts/."
        )
    if versions.get("soundfont", {}).get("sha256") != _sum_of(font):
        raise SoundError(
            f"This clip was played with another version of the SoundFont “{name}”; "
            "put that file into the folder soundfonts/."
        )
    if stimulus.details.get(MADE_WITH, "") not in {"", fingerprint(versions)}:
        raise SoundError(
            "This clip was made before an update that came while the study was being made; "
            "only its MP3 is sure to be what was heard."
        )
    if versions.get("fluidsynth") != fluidsynth_version():
        raise SoundError(
            f"This clip was played by FluidSynth {versions.get('fluidsynth', 'of no known version')}"
            f", and here is {fluidsynth_version()}; install that one."
        )


def _sum_of(font: Path) -> str:
    return _sum(font, font.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _sum(font: Path, _changed_ns: int) -> str:
    from musegen.studies.versions import sha256

    return sha256(font)
