"""YAML as plain values that remember their lines.

Only what a settings file needs is read: mappings with text keys, lists, texts, numbers, true and
false, days and moments. Aliases, tags and doubled keys are refused, so that a small text cannot
grow into a large value. Lines count from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import yaml

from musegen.errors import RequestError

LONGEST = 64_000
"""Characters of a text that is read."""

DEEPEST = 8

Path = tuple[str | int, ...]
"""Keys and list indices (from 0) that lead to a value."""

_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str")}
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_KINDS = (_PLAIN | {_TIMESTAMP}, {"tag:yaml.org,2002:seq"}, {"tag:yaml.org,2002:map"})


@dataclass(frozen=True)
class Marked:
    """What a text says, as values that JSON knows, and where in it each value stands."""

    data: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """The line of what ``path`` leads to, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


class _Loader(yaml.SafeLoader):
    """Refuses what would be too deep, and what refers to something else."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refusal(
                "“&” and “*” at the beginning of a value refer to other values, which is "
                "not read here; put such a text in quotes",
                mark=event.start_mark,
            )
        if self.depth > DEEPEST:
            raise _refusal("too many values lie inside each other", mark=event.start_mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def read(text: str, *, where: str) -> Marked:
    """The values of a YAML text; dates come as ISO 8601 texts.

    Parameters
    ----------
    where
        What errors call the text: “study.yaml”.

    Raises
    ------
    RequestError
        When the text is too long, no YAML, or more than plain values; it names the line.
    """
    if len(text) > LONGEST:
        raise RequestError(
            f"{as_title(where)} is too long: at most {LONGEST:,} characters are read."
        )
    loader = _Loader(text) if not (bad := _unprintable(text)) else None
    if loader is None:
        raise RequestError(f"Line {bad} of {where} holds a character that is no text; take it out.")
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        return Marked(None if node is None else _value(loader, node, (), lines), lines)
    except yaml.MarkedYAMLError as error:
        raise RequestError(_sentence(error, where)) from error
    finally:
        loader.dispose()


def _unprintable(text: str) -> int | None:
    """The first line with a character that YAML knows not."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return None if found is None else text.count("\n", 0, found.start()) + 1


def _value(loader: _Loader, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    scalars, lists, mappings = _KINDS
    if isinstance(node, yaml.MappingNode) and node.tag in mappings:
        return {
            key.value: _value(loader, value, (*path, key.value), lines)
            for key, value in _entries(node, path, lines)
        }
    if isinstance(node, yaml.SequenceNode) and node.tag in lists:
        return [_value(loader, n, (*path, i), lines) for i, n in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and node.tag in scalars:
        return _scalar(loader, node)
    raise _refusal(
        f"“{node.tag.rpartition(':')[2]}” is a kind of value that is not read here; put "
        "texts in quotes",
        mark=node.start_mark,
    )


def _entries(
    node: yaml.MappingNode, path: Path, lines: dict[Path, int]
) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _refusal("a key must be a word", mark=key.start_mark)
        if (*path, key.value) in lines:
            first = lines[(*path, key.value)]
            raise _refusal(
                f"“{key.value}” was given in line {first} already; leave one of them",
                mark=key.start_mark,
            )
        lines[(*path, key.value)] = line
        yield key, value


def _scalar(loader: _Loader, node: yaml.ScalarNode) -> Any:
    try:
        value = loader.construct_object(node)
        if isinstance(value, str):
            value.encode()  # no halves of characters
            if "\0" in value:
                raise ValueError(value)
    except ValueError:
        raise _refusal(
            f"“{_short(node.value)}” is no value that can be read",
            mark=node.start_mark,
        ) from None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC).isoformat()
    return value


def _refusal(problem: str, *, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _sentence(error: yaml.MarkedYAMLError, where: str) -> str:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "it is not understood"
    problem = _PLAINER.get(problem, problem)
    if mark is None:
        return f"{as_title(where)} is no YAML: {problem}."
    return f"Line {mark.line + 1} of {where} cannot be read: {problem}."


_PLAINER = {
    "found character '\\t' that cannot start any token": "it begins with a tab; use spaces",
    "mapping values are not allowed here": "a colon stands where none may; put texts with a "
    "colon in quotes, and let keys of one kind begin in one column",
    "could not find expected ':'": "a key without a colon; write “key: value”",
    "but found another document": "“---” begins a second text; keep one",
}


def as_title(where: str) -> str:
    """What a text is called, at the beginning of a sentence."""
    return f"T{where[1:]}" if where.startswith("the ") else where


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
