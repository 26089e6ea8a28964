"""Clips as files on this machine, so that pages need not ask the database for sound."""

from __future__ import annotations

from pathlib import Path

from musegen import settings
from musegen.files import write_whole
from musegen.studies.store import Store


def clip_path(stimulus_id: str) -> Path:
    """Where a clip lies on this machine."""
    return settings.data_dir() / "stimuli" / f"{stimulus_id}.mp3"


def delete_study(store: Store, name: str) -> None:
    """Take away a study with its people, votes and clips, those on this machine too.

    Raises
    ------
    RequestError
        When there is no such study.
    """
    clips = store.clips.all(name)
    store.studies.delete(name)
    for clip in clips:
        clip_path(clip.id).unlink(missing_ok=True)


def load_clip(store: Store, stimulus_id: str) -> bytes:
    """A clip's MP3, from this machine or else from the database.

    Raises
    ------
    StoreError
        When it is in neither.
    """
    path = clip_path(stimulus_id)
    try:
        return path.read_bytes()
    except OSError:
        mp3 = store.clips.sound(stimulus_id)
    write_whole(path, mp3)
    return mp3
