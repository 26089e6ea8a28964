"""The participants' texts: every language says everything, with the same blanks to fill in."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime

import pytest

from musegen import genres
from musegen.studies import questions
from musegen.studies.design import Language
from musegen.studies.records import HeardBefore, Maker, Question, Sureness
from ui import survey_texts
from ui.survey_texts import TEXTS, en


def leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a record, with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from leaves(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from leaves(one, f"{path}[{key}]")
    else:
        assert isinstance(value, tuple), path
        for index, one in enumerate(value):
            yield from leaves(one, f"{path}[{index}]")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_of_the_studies_has_its_texts() -> None:
    assert set(TEXTS) == set(Language)


@pytest.mark.parametrize("language", Language)
def test_every_text_is_there_with_the_same_blanks(language: Language) -> None:
    english, other = dict(leaves(en.TEXTS)), dict(leaves(TEXTS[language]))
    assert english.keys() == other.keys()
    for path, text in english.items():
        assert blanks(other[path]) == blanks(text), path
        assert other[path].strip(), path


@pytest.mark.parametrize("language", [Language.GERMAN, Language.SPANISH])
def test_nothing_long_was_left_in_english(language: Language) -> None:
    english, other = dict(leaves(en.TEXTS)), dict(leaves(TEXTS[language]))
    same = [path for path, text in english.items() if text == other[path] and len(text.split()) > 3]
    assert not same


@pytest.mark.parametrize("language", Language)
def test_every_choice_has_its_words(language: Language) -> None:
    texts = TEXTS[language]
    assert set(texts.titles) == set(Question)
    assert set(texts.trial.sureness) == set(Sureness)
    assert set(texts.trial.heard_before) == set(HeardBefore)
    assert all(set(sides) == set(Maker) for sides in texts.trial.sides.values())
    assert set(texts.questions.items) == set(questions.CHOICES)
    for name, item in texts.questions.items.items():
        assert tuple(item.choices) == questions.CHOICES[name]
        assert len(set(item.choices.values())) == len(item.choices)
    assert set(texts.genres) == set(genres.names())


def test_dates_and_numbers_are_written_as_one_does() -> None:
    moment = datetime(2031, 3, 4, tzinfo=UTC)
    assert survey_texts.date(TEXTS[Language.ENGLISH], moment) == "4 March 2031"
    assert survey_texts.date(TEXTS[Language.GERMAN], moment) == "4. März 2031"
    assert survey_texts.date(TEXTS[Language.SPANISH], moment) == "4 de marzo de 2031"
    assert survey_texts.moment(en.TEXTS, moment) == "4 March 2031 at 00:00 UTC"
    assert survey_texts.number(TEXTS[Language.GERMAN], 5.84) == "5,8"


def test_a_genre_without_a_translation_keeps_its_name() -> None:
    assert survey_texts.genre(TEXTS[Language.GERMAN], "chorale") == "Choral"
    assert survey_texts.genre(TEXTS[Language.GERMAN], "my-own") == "my-own"


@pytest.mark.parametrize("language", Language)
def test_agreement_is_asked_of_the_items_that_are_turned_round(language: Language) -> None:
    items = TEXTS[language].questions.items
    agreement = items[questions.REVERSED_ITEMS[0]].choices
    for name in questions.TRAINING_ITEMS:
        assert (items[name].choices == agreement) is (name in questions.REVERSED_ITEMS)
