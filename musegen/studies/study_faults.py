"""What is wrong in a study file, in one sentence for the person who wrote it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from musegen.studies.design import Completion, Design, Wording
from musegen.studies.marked_yaml import Marked, Path, as_title

EXAMPLES = {
    "name": "name: my-study",
    "title": "title: Was this human?",
    "genres": "genres: [chorale, fiddle]",
    "texts": "texts: {en: {thanks: You helped us much.}}",
    "completion": "completion: {code: C1A2B3}",
    "opens": "opens: 2026-03-01",
    "closes": "closes: 2026-04-01T18:00:00+02:00",
}
"""A line for each key that has no value of its own."""

_LONGEST_SHOWN = 60

_KINDS = {
    "string_type": "it must be text; put it in quotes",
    "string_too_short": "it must not be empty",
    "bool_type": "it must be true or false",
    "tuple_type": "it must be a list, such as [a, b]",
    "dict_type": "it must hold keys of its own, indented below it",
    "model_type": "it must hold keys of its own, indented below it",
    "model_attributes_type": "it must hold keys of its own, indented below it",
    "finite_number": "it must be a number",
}
_MOMENT = "it must be a day such as 2026-03-01, or a moment such as 2026-03-01T09:00:00+01:00"
_ADDRESS = "it must be an address that begins with https://"


def sentence(faults: Sequence[ErrorDetails], marked: Marked, where: str) -> str:
    """What to say of the first fault, by the lines."""
    first = min(faults, key=lambda fault: (_line(fault, marked) or 0, -len(fault["loc"])))
    line = _line(first, marked)
    text = _fault(first, where if line is None else "")
    return text if line is None else f"Line {line} of {where}: {text}"


def _line(fault: ErrorDetails, marked: Marked) -> int | None:
    if fault["type"] == "missing" and len(fault["loc"]) == 1:
        return None
    if not (path := _path(fault)):  # of several keys together: the first that is named
        named = re.findall(r"“(\w+)”", _reason(fault))
        path = next(((key,) for key in named if (key,) in marked.lines), ())
    return marked.line(path)


def _path(fault: ErrorDetails) -> Path:
    return tuple(step for step in fault["loc"] if step != "[key]")


def _fault(fault: ErrorDetails, where: str) -> str:
    path = _path(fault)
    if not path:
        return f"{_reason(fault)}."
    if fault["type"] == "missing" and len(path) == 1:
        key = str(path[0])
        return f"{as_title(where)} says nothing of “{key}”; add a line such as “{EXAMPLES[key]}”."
    if fault["type"] == "extra_forbidden":
        return _unknown_key(path)
    return f"{_subject(fault, path)}; {_allowed(fault, path)}."


def _subject(fault: ErrorDetails, path: Path) -> str:
    value = fault["input"]
    name = _name(path)
    if "[key]" in fault["loc"]:
        return f"“{_name(path[:-1])}” has “{value}”"
    if isinstance(path[-1], int) and fault["type"] != "missing":
        return f"“{name}” names {_shown(value)}"
    if value is None:
        return f"“{name}” is empty"
    if isinstance(value, (list, dict)):
        return f"“{name}” is not right"
    return f"“{name}” is {_shown(value)}"


def _name(path: Path) -> str:
    return ".".join(step for step in path if isinstance(step, str))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        value = " ".join(value.split())
        short = value if len(value) <= _LONGEST_SHOWN else value[: _LONGEST_SHOWN - 1] + "…"
        return f"“{short}”"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unknown_key(path: Path) -> str:
    known = list(_model(path[:-1]).model_fields)
    near = difflib.get_close_matches(str(path[-1]).lower().replace("-", "_"), known, n=3)
    listed = ", ".join(near or known)
    question = f"did you mean {' or '.join(f'“{n}”' for n in near)}?" if near else ""
    inside = f" in “{_name(path[:-1])}”" if len(path) > 1 else ""
    told = question or f"there are: {listed}."
    return f"there is no key “{path[-1]}”{inside}; {told}"


def _model(path: Path) -> type[BaseModel]:
    if path[:1] == ("texts",):
        return Wording
    return Completion if path[:1] == ("completion",) else Design


def _allowed(fault: ErrorDetails, path: Path) -> str:
    """What may stand there."""
    kind = fault["type"]
    if kind == "value_error":
        return _reason(fault)
    if kind == "enum":
        return f"it must be {_choices(fault)}"
    if kind in _KINDS:
        return _KINDS[kind]
    if kind == "string_too_long":
        return f"it must be at most {fault['ctx']['max_length']:,} characters long"
    if kind == "string_pattern_mismatch":
        return "it must be small letters, digits and hyphens, such as “my-study”"
    if kind == "too_short":
        return "it must name one at least"
    if kind in {"missing", "too_long"}:
        return "it must be two numbers, such as [20, 30]"
    if kind.startswith("datetime"):
        return _MOMENT
    if kind.startswith("url"):
        return _ADDRESS
    return _number(path)


def _choices(fault: ErrorDetails) -> str:
    names = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    quoted = [f"“{name}”" for name in names]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _number(path: Path) -> str:
    """“it must be a whole number from 2 to 100”, by the field's own limits."""
    info = Design.model_fields[str(path[0])]
    parts = [info, *_annotated(info)]
    limits = [limit for part in parts for limit in getattr(part, "metadata", [part])]
    found = {
        name: getattr(limit, name)
        for limit in limits
        for name in ("ge", "gt", "le", "lt")
        if getattr(limit, name, None) is not None
    }
    whole = "a whole number " if info.annotation is int else "a number "
    low = f"from {found['ge']:g}" if "ge" in found else f"above {found.get('gt', 0):g}"
    if "le" in found:
        return f"it must be {whole}{low} to {found['le']:g}"
    below = found.get("lt", 0)
    if info.annotation is int:
        return f"it must be {whole}{low} to {int(below) - 1}"
    return f"it must be {whole}{low} and below {below:g}"


def _annotated(info: FieldInfo) -> list[Any]:
    """The limits of a list's items."""
    first = next(iter(get_args(info.annotation)), None)
    found: list[Any] = []
    for part in getattr(first, "__metadata__", ()):
        found += getattr(part, "metadata", [part])
    return found


def _reason(fault: ErrorDetails) -> str:
    return str(fault["ctx"]["error"])
