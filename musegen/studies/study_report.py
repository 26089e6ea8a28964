"""What a study's votes say, as plain tables: the figures behind ``study report``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from musegen.studies.design import Design
from musegen.studies.records import Question
from musegen.studies.respondents import read_participants
from musegen.studies.statistics import ALL_GENRES, Estimate, frames
from musegen.studies.statistics.detection import detect_pairs, detections
from musegen.studies.statistics.flags import Limits, flags
from musegen.studies.statistics.hypotheses import against_chance, equivalence
from musegen.studies.statistics.mixed import fit_called_human
from musegen.studies.statistics.roc import rocs
from musegen.studies.statistics.shares import accuracies, called_human
from musegen.studies.store import Store
from musegen.studies.votes import read_votes

Row = dict[str, Any]

_BOOTSTRAP_SEED = 0
"""The same votes give the same report."""


@dataclass(frozen=True)
class Report:
    """The figures of a study, as JSON values: tables are lists of rows with the same keys."""

    study: str
    title: str
    is_synthetic: bool
    people: Row
    tables: dict[str, list[Row]]

    def as_record(self) -> Row:
        """All of it in one object; what is not known is None."""
        return {
            "study": self.study,
            "title": self.title,
            "is_synthetic": self.is_synthetic,
            "people": self.people,
            **self.tables,
        }


def report(store: Store, name: str) -> Report:
    """The figures of a study so far.

    Raises
    ------
    RequestError
        When there is no such study.
    """
    study = store.studies.get(name)
    votes = read_votes(store, name)
    people = read_participants(store, name)
    if study.design.question is Question.WHICH_IS_HUMAN:
        tables = _of_pairs(votes, study.design)
    else:
        tables = _of_clips(votes, study.design)
    return Report(
        study=name,
        title=study.design.title,
        is_synthetic=study.is_synthetic,
        people=_people(people, votes, study.design),
        tables=tables,
    )


def _people(people: pd.DataFrame, votes: pd.DataFrame, design: Design) -> Row:
    flagged = flags(votes, Limits.asking(design.minimum_listening_s))
    return {
        "participants": len(people),
        "finished": int(people["finished_at"].notna().sum()),
        "votes": len(frames.clips(votes)),
        "flagged": int(flagged["is_flagged"].sum()),
    }


def _of_clips(votes: pd.DataFrame, design: Design) -> dict[str, list[Row]]:
    counted = called_human(votes)
    return {
        "model": [_model(votes)],
        "called_human": [
            {str(key): _plain(value) for key, value in row.items()}
            for row in counted.to_dict("records")
        ],
        "right": _right(votes),
        "detection": [
            {
                "machine": found.machine,
                "genre": found.genre,
                **_estimate("d_prime", found.dprime),
                **_estimate("criterion", found.criterion),
            }
            for found in detections(votes)
        ],
        "roc": [
            {"machine": curve.machine, "genre": curve.genre, **_estimate("area", curve.area)}
            for curve in rocs(votes)
        ],
        "tests": _tests(votes, design),
    }


def _model(votes: pd.DataFrame) -> Row:
    """Does the answer go with the truth? Of all votes, people and pieces crossed; see `mixed`."""
    found = fit_called_human(votes)
    odds = found.terms[0].odds_ratio if found.terms else Estimate()
    return {
        "votes": found.votes,
        **_estimate("odds_ratio", odds),
        "people_sd": _plain(found.participants.value),
        "pieces_sd": _plain(found.pieces.value),
        "why": _why(found.why),
    }


def _of_pairs(votes: pd.DataFrame, design: Design) -> dict[str, list[Row]]:
    paired = frames.pairs(frames.clips(votes))
    found = [
        detect_pairs(votes, machine, genre=genre)
        for machine in frames.machines(paired)
        for genre, _ in frames.by_genre(paired)
    ]
    return {
        "right": _right(votes),
        "detection": [
            {
                "machine": one.machine,
                "genre": one.genre,
                "right": one.right,
                "pairs": one.total,
                **_estimate("d_prime", one.dprime),
            }
            for one in found
        ],
        "tests": _tests(votes, design),
    }


def _right(votes: pd.DataFrame) -> list[Row]:
    rng = np.random.default_rng(_BOOTSTRAP_SEED)
    return [
        {
            "genre": found.genre,
            "right": found.share.count,
            "votes": found.share.total,
            "share": _plain(found.share.share),
            "low": _plain(found.crossed.low),
            "high": _plain(found.crossed.high),
        }
        for found in accuracies(votes, rng)
    ]


def _tests(votes: pd.DataFrame, design: Design) -> list[Row]:
    """Against guessing, and for being as good as guessing, in all genres together."""
    counted = frames.clips(votes)
    chance, equal = against_chance(counted), equivalence(counted, margin=design.margin)
    return [
        {
            "test": "other than guessing",
            "genre": ALL_GENRES,
            "p": _plain(chance.p),
            "margin": None,
            "why": _why(chance.why),
        },
        {
            "test": "as good as guessing",
            "genre": ALL_GENRES,
            "p": _plain(equal.p),
            "margin": design.margin,
            "why": _why(equal.why),
        },
    ]


def _estimate(name: str, found: Estimate) -> Row:
    return {
        name: _plain(found.value),
        f"{name}_low": _plain(found.low),
        f"{name}_high": _plain(found.high),
    }


def _why(reason: object) -> str | None:
    return None if reason is None else str(reason)


def _plain(value: Any) -> Any:
    """A value for JSON, in which there is no NaN."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def to_lines(rows: Iterable[Row]) -> list[list[str]]:
    """A table's header and rows as texts, numbers to three places, “–” for what is not known."""
    listed = list(rows)
    if not listed:
        return []
    return [
        [key.replace("_", " ") for key in listed[0]],
        *([_shown(value) for value in row.values()] for row in listed),
    ]


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
