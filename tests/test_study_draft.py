"""A study as the form has it: its name, what is wrong with it, its file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from musegen.studies import study_files
from musegen.studies.design import Language
from ui import studies_texts as texts
from ui import study_draft

GOOD: dict[str, Any] = {
    "name": "bach",
    "title": "Was this Bach?",
    "genres": ["chorale"],
    "conditions": ["human", "event"],
    "languages": ["en"],
    "clips": 10,
}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Was this chorale by Bach?", "was-this-chorale-by-bach"),
        ("Hören Sie, ob Bäche fließen", "hoeren-sie-ob-baeche-fliessen"),
        ("¿Qué canción?", "que-cancion"),
        ("  2026: the  second -- try ", "2026-the-second-try"),
        ("什么", ""),
        ("x" * 59 + " y", "x" * 59),
    ],
)
def test_a_name_is_made_from_the_title(title: str, name: str) -> None:
    assert study_draft.name_of(title) == name


def test_a_good_draft_has_no_problems_and_makes_a_file() -> None:
    assert study_draft.problems(GOOD) == []
    design = study_draft.design(GOOD)
    assert study_files.parse(study_files.write(design)) == design


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, texts.TITLE_WANTED),
        ({"genres": []}, texts.GENRE_WANTED),
        ({"conditions": ["human"]}, texts.MACHINE_WANTED),
        ({"languages": []}, texts.LANGUAGE_WANTED),
        ({"name": "Große Studie"}, "“Große Studie” cannot be a name"),
        ({"name": "taken"}, "There is a study called “taken” already"),
        (
            {
                "opens": datetime(2026, 4, 1, tzinfo=UTC),
                "closes": datetime(2026, 3, 1, tzinfo=UTC),
            },
            texts.DATES_WANTED,
        ),
        ({"completion": {"address": "no address"}}, f"{texts.ADDRESS_FIELD}: "),
        ({"stimuli": 2, "clips": 40}, "each person hears 20 human clips"),
    ],
)
def test_each_problem_is_a_sentence(change: dict[str, Any], said: str) -> None:
    found = study_draft.problems(GOOD | change, taken=frozenset({"taken"}))
    assert len(found) == 1
    assert said in found[0]
    assert found[0].endswith(".")


def test_own_words_are_kept_by_language_and_blanks_are_left_out() -> None:
    words = {
        (Language.ENGLISH, "thanks"): " Thank you! ",
        (Language.ENGLISH, "consent"): "  ",
        (Language.GERMAN, "thanks"): "",
    }
    found = study_draft.wordings(words)
    assert list(found) == [Language.ENGLISH]
    assert (found[Language.ENGLISH].thanks, found[Language.ENGLISH].consent) == ("Thank you!", None)


def test_completion_is_left_out_when_it_is_empty() -> None:
    assert study_draft.completion(" ", "") is None
    assert study_draft.completion("C1", "") == {"code": "C1"}


def test_what_a_study_comes_to() -> None:
    one = study_draft.design(GOOD | {"clips": 10, "stimuli": 6})
    assert study_draft.clips_to_make(one) == 12
    assert one.minutes == 6  # 10 × (25 + 10) s and half a minute
    pairs = study_draft.design(GOOD | {"question": "which-is-human", "clips": 10})
    assert pairs.minutes == 10  # 10 × (2 × 25 + 10) s and half a minute
