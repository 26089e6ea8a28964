"""The clips as sound, each under its id, and the list of what each is.

The list tells the truth about every clip: it is for researchers, not for participants.
"""

from __future__ import annotations

from functools import partial

from musegen.studies.export import tables
from musegen.studies.export.archive import Entry, text
from musegen.studies.export.columns import STIMULI
from musegen.studies.export.data import StudyData

LIST_FILE = "stimuli.csv"


def entries(data: StudyData) -> list[Entry]:
    """``stimuli.csv`` and a WAV a clip."""
    return [text(LIST_FILE, tables.to_csv(data.stimuli, STIMULI)), *sounds(data, "wav")]


def sounds(data: StudyData, suffix: str) -> list[Entry]:
    """One sound file a clip; a clip's sound is read when its turn comes."""
    return [
        Entry(f"{stimulus}.{suffix}", partial(data.sound, stimulus, suffix))
        for stimulus in data.stimuli["stimulus"]
    ]
