"""A study's votes, people, clips and sounds, gathered for an export."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from musegen.errors import SoundError
from musegen.studies.clip_files import load_clip
from musegen.studies.export import StudyData
from musegen.studies.export.columns import DECODED, RENDERED, STIMULI, names
from musegen.studies.records import Role, Stimulus
from musegen.studies.respondents import read_participants, read_platform_ids
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from musegen.studies.wavs import check_playable, wav_of

_ROLES = {Role.CLIP: "trial", Role.PRACTICE: "practice", Role.CATCH: "catch"}
_OWN_COLUMNS = ("seed", "loudness_lufs", "true_peak_dbfs")


def study_data(store: Store, name: str, *, with_platform_ids: bool = False) -> StudyData:
    """All of a study, as `musegen.studies.export` takes it.

    Platform ids are read only where they are asked for. A clip's WAV is played again from its
    details; where that would not give here what was heard, it is the MP3, decoded, as the column
    ``wav_source`` says.

    Raises
    ------
    RequestError
        When there is no such study.
    StoreError
        When the database cannot be read.
    """
    study = store.studies.get(name)
    clips = {stimulus.id: stimulus for stimulus in store.clips.all(name)}
    return StudyData(
        name=name,
        title=study.design.title,
        yaml=study.file,
        votes=read_votes(store, name),
        participants=read_participants(store, name),
        stimuli=to_table(list(clips.values()), study.versions),
        versions=study.versions,
        wav=lambda id_: _wav(store, clips[id_], study.versions),
        mp3=lambda id_: load_clip(store, id_),
        platform_ids=read_platform_ids(store, name) if with_platform_ids else None,
    )


def to_table(stimuli: Sequence[Stimulus], versions: Mapping[str, Any]) -> pd.DataFrame:
    """One row a clip, with the columns of `musegen.studies.export.columns.STIMULI`."""
    records = [
        {
            "stimulus": clip.id,
            "genre": clip.genre,
            "truth": clip.truth.value,
            "condition": str(clip.condition),
            "piece": clip.piece,
            "title": clip.title,
            "role": _ROLES[clip.role],
            "length_s": clip.length_s,
            "seed": clip.details.get("seed"),
            "loudness_lufs": clip.details.get("loudness_lufs"),
            "peak_db": clip.details.get("true_peak_dbfs"),
            "wav_source": RENDERED if _is_playable(clip, versions) else DECODED,
            "details": _rest(clip),
        }
        for clip in stimuli
    ]
    return pd.DataFrame(records, columns=names(STIMULI))


def _rest(clip: Stimulus) -> str:
    """The details that have no column of their own, as JSON."""
    rest = {key: value for key, value in clip.details.items() if key not in _OWN_COLUMNS}
    return json.dumps(rest, ensure_ascii=False, separators=(",", ":"))


def _is_playable(clip: Stimulus, versions: Mapping[str, Any]) -> bool:
    try:
        check_playable(clip, versions)
    except SoundError:
        return False
    return True


def _wav(store: Store, clip: Stimulus, versions: Mapping[str, Any]) -> bytes:
    import soundfile

    from musegen.rendering import to_wav

    if _is_playable(clip, versions):
        return wav_of(clip, versions)
    audio, _ = soundfile.read(io.BytesIO(load_clip(store, clip.id)), dtype="float32")
    return to_wav(audio)
