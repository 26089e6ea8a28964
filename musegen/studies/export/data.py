"""What is exported: one study's frames, its file and its sounds.

Frames keep the columns of `columns` and no other: a token or an address in a frame goes no
further than the making of the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from musegen.errors import FailureError, RequestError
from musegen.studies.export import tables
from musegen.studies.export.columns import (
    PARTICIPANTS,
    PLATFORM_IDS,
    STIMULI,
    VOTES,
    Columns,
    names,
)

_SLUG = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StudyData:
    """One study, as it is to be exported.

    Parameters
    ----------
    name
        The study's name, as it stands in addresses: letters, digits, dots and hyphens.
    yaml
        The study file, word for word.
    votes, participants, stimuli, platform_ids
        Frames with the columns of `columns.VOTES`, `PARTICIPANTS`, `STIMULI` and
        `PLATFORM_IDS`; others are dropped. Rows are put in order.
    versions
        What the study was made with: ``musegen``, ``models``, ``soundfont`` and the like.
    wav, mp3
        The sound of the clip with this id; ``mp3`` is None where there is none.
    description, authors, licence
        What the datasets say of themselves; left out where empty.

    Raises
    ------
    RequestError
        When a name cannot be a file's, or a frame lacks columns.
    """

    name: str
    title: str
    yaml: str
    votes: pd.DataFrame
    participants: pd.DataFrame
    stimuli: pd.DataFrame
    versions: Mapping[str, Any]
    wav: Callable[[str], bytes]
    mp3: Callable[[str], bytes] | None = None
    platform_ids: pd.DataFrame | None = field(default=None, repr=False)
    description: str = ""
    authors: tuple[str, ...] = ()
    licence: str = ""

    def __post_init__(self) -> None:
        self._keep("votes", self.votes, VOTES, ["participant", "position"])
        self._keep("participants", self.participants, PARTICIPANTS, ["participant"])
        self._keep("stimuli", self.stimuli, STIMULI, ["stimulus"])
        if self.platform_ids is not None:
            self._keep("platform_ids", self.platform_ids, PLATFORM_IDS, ["participant"])
        for name in (self.name, *self.stimuli["stimulus"]):
            _check(name)
        _refuse_twins(self.stimuli["stimulus"], "clip")
        _refuse_twins(self.participants["participant"], "participant")

    def _keep(self, name: str, frame: pd.DataFrame, columns: Columns, order: list[str]) -> None:
        kept = tables.typed(frame, columns).sort_values(order, kind="stable", ignore_index=True)
        object.__setattr__(self, name, kept)

    @property
    def label(self) -> str:
        """The study's name with letters and digits alone, for file names that allow no more."""
        return re.sub(r"[^a-zA-Z0-9]", "", self.name)

    @property
    def table(self) -> pd.DataFrame:
        """The tidy table; see `tables.join`."""
        return tables.join(self.votes, self.participants)

    @property
    def platform_table(self) -> pd.DataFrame:
        """The platform ids, or an empty table where there are none."""
        if self.platform_ids is None:
            return tables.typed(pd.DataFrame(columns=names(PLATFORM_IDS)), PLATFORM_IDS)
        return self.platform_ids

    @property
    def last_day(self) -> str:
        """The day of the newest vote or consent, such as 2026-03-01; empty where there is none."""
        moments = pd.concat([self.votes["created_at"], self.participants["consented_at"]])
        newest = moments.max()
        return "" if pd.isna(newest) else f"{newest:%Y-%m-%d}"

    def sound(self, stimulus: str, suffix: str) -> bytes:
        """The clip's sound as ``wav`` or ``mp3``.

        Raises
        ------
        FailureError
            When the sound cannot be read.
        """
        read = self.mp3 if suffix == "mp3" and self.mp3 is not None else self.wav
        try:
            return read(stimulus)
        except OSError as error:
            raise FailureError(
                f"The sound of clip “{stimulus}” cannot be read; make the study's clips again."
            ) from error


def _check(name: str) -> None:
    if not _SLUG.fullmatch(name):
        raise RequestError(
            f"“{name}” cannot be a file's name; use letters, digits, dots and hyphens alone."
        )


def _refuse_twins(ids: pd.Series[Any], what: str) -> None:
    twins = ids[ids.duplicated()]
    if len(twins):
        raise RequestError(f"There are two rows of {what} “{twins.iloc[0]}”; keep one of them.")
