"""Study files: what a researcher writes, read into a `Design` and written again.

A study file is YAML; docs/study-file.md explains its keys. Every mistake in it becomes one
sentence that names the line, the key and what may stand there. Reading a file says nothing about
this machine: whether its genres, models and pieces are here is asked by `check_here`.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from musegen.errors import RequestError
from musegen.studies import marked_yaml, study_faults
from musegen.studies.design import Design
from musegen.studies.records import Condition

USUAL_NAME = "the study file"
SHIPPED = Path(__file__).with_name("shipped") / "was-this-human.yaml"
_WIDTH = 88
_LINE_ENDS = frozenset("\r\x85\u2028\u2029")


def parse(text: str, *, where: str = USUAL_NAME) -> Design:
    """The design that a study file describes.

    Parameters
    ----------
    where
        What errors call the file.

    Raises
    ------
    RequestError
        When it is no study file: the sentence names the line, the key and what is allowed.
    """
    marked = marked_yaml.read(text, where=where)
    if not isinstance(marked.data, dict):
        raise RequestError(
            f"{marked_yaml.as_title(where)} holds no “key: value” lines; begin it with "
            f"“{study_faults.EXAMPLES['name']}”."
        )
    try:
        return Design.model_validate_json(json.dumps(marked.data), strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise RequestError(study_faults.sentence(faults, marked, where)) from error


def read(path: Path) -> tuple[Design, str]:
    """The design in a file, and the file's text.

    Raises
    ------
    RequestError
        When there is no such file, or it is no study file.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(marked_yaml.LONGEST + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise RequestError(f"The study file “{path}” cannot be read ({reason}).") from error
    except UnicodeDecodeError as error:
        raise RequestError(f"“{path}” is not text in UTF-8; save it as that.") from error
    return parse(text, where=path.name), text


def shipped() -> str:
    """The file of the study that comes with musegen, *was-this-human*."""
    return SHIPPED.read_text(encoding="utf-8")


def write(design: Design) -> str:
    """A study file that `parse` reads as ``design``; each key has its comment."""
    lines = ["# A study of musegen; docs/study-file.md explains every key."]
    for key, info in Design.model_fields.items():
        lines += ["", *_comment(info.description or "")]
        value = getattr(design, key)
        is_left_out = value is None or value == {}
        lines.append(f"# {study_faults.EXAMPLES[key]}" if is_left_out else _entry(key, value))
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")


def _entry(key: str, value: object) -> str:
    return yaml.dump(
        {key: _plain(value)},
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
    ).rstrip("\n")


def _plain(value: Any) -> Any:
    """A field's value as YAML's own kinds."""
    if isinstance(value, BaseModel):
        return _plain({k: v for k, v in value if v is not None})
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value if isinstance(value, (bool, int, float)) else str(value)


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they are, lists in one line, nothing told by “&” and “*”."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    other_ends = not _LINE_ENDS.isdisjoint(value)  # which YAML reads as “\n”
    style = '"' if other_ends else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(dumper: yaml.SafeDumper, value: list[object]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def check_here(design: Design, *, now: datetime) -> None:
    """See that the study can be made on this machine and begun at ``now``.

    Raises
    ------
    RequestError
        When it has closed already, or asks for genres, models or pieces that are not here; the
        sentence says which there are.
    """
    if design.closes is not None and design.closes <= now:
        raise RequestError(
            f"“closes” is {design.closes:%Y-%m-%d %H:%M} UTC, which is over; "
            "let the study end later, or leave the key out."
        )
    for genre in design.genres:
        _check_genre(genre)
        for condition in design.machines:
            _check_machine(genre, condition)
    _check_pieces(design)


def _check_genre(genre: str) -> None:
    from musegen import corpora, genres, models

    trained = [info.genre for info in models.available()]
    if genre not in genres.names() or genre not in trained:
        raise RequestError(
            f"“genres” names “{genre}”, of which there is no model here; "
            f"{_there_are(name for name in trained if corpora.at_hand(name))}."
        )
    if not corpora.at_hand(genre):
        raise RequestError(
            f"The human pieces of “{genre}” are not on this machine; "
            f"get them with “python -m musegen fetch {genre}”."
        )


def _check_machine(genre: str, condition: str) -> None:
    from musegen import genres, models

    trained = [info.genre for info in models.available()]
    if condition == Condition.EVENT:
        return
    if condition == Condition.ARTICLE:
        if not models.has_article(genre):
            raise RequestError(
                f"“conditions” names “article”, but the system of 2018 was not trained for "
                f"“{genre}”; train it with “python -m musegen train {genre} --model article”."
            )
        return
    if condition not in trained:
        raise RequestError(
            f"“conditions” names “{condition}”, which is no model on this machine; "
            f"{_there_are(['human', 'event', 'article', *trained])}."
        )
    own, played = len(genres.find(condition).voices), len(genres.find(genre).voices)
    if own != played:
        raise RequestError(
            f"The model “{condition}” writes {own} parts and cannot be heard among “{genre}”, "
            f"which has {played}; take a genre with as many parts."
        )


def _check_pieces(design: Design) -> None:
    from musegen import models
    from musegen.studies.clip_orders import human_pieces

    there = {genre: len(models.split(genre).held_out) for genre in design.genres}
    wanted = human_pieces(design)
    lacking = [genre for genre in design.genres if wanted[genre] > there[genre]]
    if lacking:
        told = ", ".join(f"{wanted[g]} of “{g}”, which has {there[g]}" for g in lacking)
        most = min(there[g] - (wanted[g] - design.stimuli) for g in lacking)
        raise RequestError(
            f"The study wants more human clips than there are pieces that no model has learned "
            f"from: {told}; set “stimuli” to {most} at most."
        )


def _there_are(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    return f"there are {', '.join(found)}" if found else "there is none at all"
