"""Every word that participants of the listening test see, in each language."""

from __future__ import annotations

from datetime import UTC, datetime

from musegen import genres
from musegen.studies.design import Language
from ui.survey_texts import de, en, es
from ui.survey_texts.words import Texts

TEXTS = {Language.ENGLISH: en.TEXTS, Language.GERMAN: de.TEXTS, Language.SPANISH: es.TEXTS}


def date(texts: Texts, moment: datetime) -> str:
    """The day of a moment in UTC, as one writes it in the language."""
    moment = moment.astimezone(UTC)
    return texts.date.format(day=moment.day, month=texts.months[moment.month - 1], year=moment.year)


def moment(texts: Texts, when: datetime) -> str:
    """The day and the time in UTC."""
    time = f"{when.astimezone(UTC):%H:%M}"
    return texts.moment.format(date=date(texts, when), time=time)


def number(texts: Texts, value: float) -> str:
    """A number with one decimal place."""
    return f"{value:.1f}".replace(".", texts.decimal)


def genre(texts: Texts, name: str) -> str:
    """What a genre is called; one trained on this machine keeps its own name."""
    if name in texts.genres:
        return texts.genres[name]
    return genres.find(name).title.lower() if name in genres.names() else name
