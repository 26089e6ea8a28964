"""A study of the store as `musegen.studies.export` takes it: its tables, its file, its sounds."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from musegen.errors import SoundError
from musegen.studies.export import StudyData
from musegen.studies.making import wav_of
from musegen.studies.records import Stimulus
from musegen.studies.registry import Study
from musegen.studies.respondents import read_participants, read_platform_ids
from musegen.studies.store import Store
from musegen.studies.votes import read_votes

_COLUMNS = ("stimulus", "genre", "truth", "condition", "piece", "title", "role", "length_s")
_MEASURED = ("seed", "loudness_lufs", "peak_db")
"""Details of a clip that have a column of their own."""


def study_data(store: Store, study: Study, *, with_platform_ids: bool = False) -> StudyData:
    """All that a study has, ready to be exported; sounds are read when their turn comes.

    Raises
    ------
    StoreError
        When the database cannot be read.
    """
    name = study.name
    clips = store.library.all(name)
    return StudyData(
        name=name,
        title=study.design.title,
        yaml=study.file,
        votes=read_votes(store, name),
        participants=read_participants(store, name),
        stimuli=stimuli_table(clips),
        versions=study.versions,
        wav=partial(_wav, store, {clip.id: clip for clip in clips}),
        mp3=store.library.sound,
        platform_ids=read_platform_ids(store, name) if with_platform_ids else None,
    )


def stimuli_table(stimuli: list[Stimulus]) -> pd.DataFrame:
    """The clips as `export.columns.STIMULI` has them, one row a clip."""
    rows = [_row(clip) for clip in stimuli]
    return pd.DataFrame(rows, columns=[*_COLUMNS, *_MEASURED, "details"])


def _row(clip: Stimulus) -> dict[str, Any]:
    rest = {name: value for name, value in clip.details.items() if name not in _MEASURED}
    return {
        "stimulus": clip.id,
        "genre": clip.genre,
        "truth": clip.truth.value,
        "condition": str(clip.condition),
        "piece": clip.piece,
        "title": clip.title,
        "role": clip.role.value,
        "length_s": clip.length_s,
        **{name: clip.details.get(name) for name in _MEASURED},
        "details": json.dumps(rest, sort_keys=True, ensure_ascii=False) if rest else "",
    }


def _wav(store: Store, clips: Mapping[str, Stimulus], stimulus_id: str) -> bytes:
    """A clip's sound as WAV: played again where that can be done, else the MP3's own samples.

    Raises
    ------
    StoreError
        When there is no MP3 either.
    SoundError
        When what is stored is no sound.
    """
    try:
        return wav_of(clips[stimulus_id])
    except SoundError:  # made by an older musegen, or with another SoundFont
        return _decoded(store.library.sound(stimulus_id), stimulus_id)


def _decoded(mp3: bytes, stimulus_id: str) -> bytes:
    import soundfile

    try:
        samples, rate = soundfile.read(io.BytesIO(mp3), dtype="int16")
    except soundfile.LibsndfileError as error:
        raise SoundError(
            f"The sound of clip “{stimulus_id}” is damaged; leave the clips out of the export."
        ) from error
    wav = io.BytesIO()
    soundfile.write(wav, samples, rate, format="WAV", subtype="PCM_16")
    return wav.getvalue()
