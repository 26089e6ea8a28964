"""A study before it is made: what the form's widgets say, as a `Design`, or what is wrong with it.

The draft speaks in the words of the study file; a field that stands at its usual value is left
out, so that the file made from it is short.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from musegen.studies.clip_orders import orders
from musegen.studies.design import NAME, Design, Language, Wording
from musegen.studies.records import Condition, Question
from ui import studies_texts as texts

_ALSO_WRITTEN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o"})
LONGEST_NAME = 60

_FIELDS = {
    "name": texts.NAME_FIELD,
    "title": texts.TITLE_FIELD,
    "completion": texts.ADDRESS_FIELD,
    "clip_length_s": texts.LENGTH_FIELD,
    "opens": texts.OPENS_FIELD,
    "closes": texts.CLOSES_FIELD,
    "conditions": texts.MACHINES_FIELD,
    "clips": texts.CLIPS_FIELD[Question.HUMAN_OR_MACHINE],
    "stimuli": texts.STIMULI_FIELD,
}


def name_of(title: str) -> str:
    """A name made from a title: “Was it Bach?” is ``was-it-bach``; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_ALSO_WRITTEN))
    plain = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-")


def problems(draft: Mapping[str, Any], *, taken: frozenset[str] = frozenset()) -> list[str]:
    """What stands in the way of making the study, a sentence each; empty when nothing does."""
    wanted = [
        (not draft["title"], texts.TITLE_WANTED),
        (not draft["genres"], texts.GENRE_WANTED),
        (len(draft["conditions"]) < 2, texts.MACHINE_WANTED),
        (not draft["languages"], texts.LANGUAGE_WANTED),
    ]
    found = [sentence for is_missing, sentence in wanted if is_missing]
    name = draft["name"]
    if draft["title"] and not re.fullmatch(NAME, name):
        found.append(texts.NAME_WANTED.format(name=name))
    if name in taken:
        found.append(texts.NAME_TAKEN.format(name=name))
    opens, closes = draft.get("opens"), draft.get("closes")
    if opens and closes and opens >= closes:
        found.append(texts.DATES_WANTED)
    return found or _refused(draft)


def _refused(draft: Mapping[str, Any]) -> list[str]:
    """What the study file's own rules have against it."""
    try:
        design(draft)
    except ValidationError as error:
        return [_sentence(one["loc"], one["msg"]) for one in error.errors()]
    return []


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    name = str(place[0]) if place else ""
    field = _FIELDS.get(name, name or texts.STUDY_FILE)
    said = message.removeprefix("Value error, ").rstrip(".")
    return texts.FIELD_PROBLEM.format(field=field, problem=said[:1].lower() + said[1:])


def design(draft: Mapping[str, Any]) -> Design:
    """The draft as a design.

    Raises
    ------
    pydantic.ValidationError
        When `problems` would name any.
    """
    return Design.model_validate(dict(draft))


def wordings(words: Mapping[tuple[Language, str], str]) -> dict[Language, Wording]:
    """The researcher's own texts by language; languages without any are left out."""
    by_language: dict[Language, dict[str, str]] = {}
    for (language, name), text in words.items():
        if text.strip():
            by_language.setdefault(language, {})[name] = text.strip()
    return {language: Wording(**given) for language, given in by_language.items()}


def completion(code: str, address: str) -> dict[str, str] | None:
    """Code and address as the study file has them; None for neither."""
    given = {"code": code.strip(), "address": address.strip()}
    return {name: value for name, value in given.items() if value} or None


def clips_to_make(wanted: Design) -> int:
    """All clips that the study needs, practice and attention checks included."""
    return len(orders(wanted))


def conditions(machines: list[str]) -> list[str]:
    """What is compared: people first, then the machines chosen."""
    return [Condition.HUMAN.value, *machines]
