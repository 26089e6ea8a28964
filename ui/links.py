"""A song's settings as an address, and back: the link that makes exactly this song again.

An address carries ``genre, seed, key, mode, metre, tempo, temperature, form, bars, model`` and, of a song
some sections of which were composed again, their ``takes``; what is missing is left to the genre
and the seed. The Compose page's own widgets are read the same way, so that a wrong
setting gives the same sentence wherever it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from musegen import genres, models
from musegen.article import composing as article
from musegen.composing import TEMPERATURE, TEMPO_BPM, Model, Request, checked
from musegen.errors import MusegenError, RequestError
from musegen.form import DEFAULT_FORM, check_bars, parse_form
from musegen.keys import parse_key
from musegen.metre import Metre, metre_text, parse_metre
from musegen.song import Key, Mode
from ui import texts

LONGEST_MINUTES = 12
MOST_DIGITS = 15
"""Of a seed: what every browser can still write down exactly."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is asked for; None is left to the genre, or to chance where it is the seed."""

    genre: str
    seed: int | None = None
    form: str = DEFAULT_FORM
    key: Key | None = None
    tempo_bpm: float | None = None
    temperature: float = 1.0
    bars: int | None = None
    model: Model = Model.EVENT
    mode: Mode | None = None
    metre: Metre | None = None
    takes: tuple[tuple[str, int], ...] = ()

    def request(self) -> Request:
        """What the composer is asked for; without a seed there is no certain song."""
        if self.seed is None:
            raise RequestError(texts.NUMBER_WANTED.format(text=""))
        return Request(
            genre=self.genre,
            seed=self.seed,
            form=self.form,
            key=self.key,
            tempo_bpm=self.tempo_bpm,
            temperature=self.temperature,
            bars=self.bars,
            model=self.model,
            mode=self.mode,
            metre=self.metre,
            takes=self.takes,
        )


def read(parameters: Mapping[str, str], *, genre: str) -> tuple[Settings, list[str]]:
    """The settings that an address asks for, and a sentence for each that makes no sense.

    What makes no sense or is missing is as in a fresh form, with ``genre`` chosen; parameters
    that mean nothing here are left aside.
    """
    problems: list[str] = []
    found: dict[str, Any] = {"genre": genre}
    for name, (field, reader) in _READERS.items():
        text = parameters.get(name, "").strip()
        if name not in parameters or (not text and name in _MAY_BE_EMPTY):
            continue
        try:
            found[field] = reader(text)
        except MusegenError as error:
            problems.append(str(error))
    settings = Settings(**found)
    if not problems:
        problems += _contradictions(settings)
    if not problems and (minutes := _minutes(settings)) > LONGEST_MINUTES:
        problems.append(texts.SHORTER_WANTED.format(minutes=minutes, most=LONGEST_MINUTES))
    return settings, problems


def _contradictions(settings: Settings) -> list[str]:
    """What does not go together, or is beyond the system of 2018."""
    request = replace(settings, seed=settings.seed or 0).request()
    try:
        if settings.model is Model.ARTICLE:
            models.article_folder(settings.genre)
            article.check(request)
        else:
            checked(request)
    except MusegenError as error:
        return [str(error)]
    return []


def _minutes(settings: Settings) -> float:
    """About how long the song will last, at the slowest that is usual."""
    if settings.model is Model.ARTICLE:
        return len(settings.form) * article.LONGEST_BEATS / (settings.tempo_bpm or article.TEMPO)
    genre = genres.find(settings.genre)
    metres = genre.metres if settings.metre is None else (settings.metre,)
    longest = max(numerator * 4 / denominator for numerator, denominator in metres)
    bars = sum(
        place.bars or settings.bars or genre.bars for place in parse_form(settings.form).places
    )
    return bars * longest / (settings.tempo_bpm or genre.tempo_bpm[0])


def write(request: Request) -> dict[str, str]:
    """The address's parameters for exactly this song."""
    parameters = {"genre": request.genre, "seed": str(request.seed)}
    if request.key is not None:
        parameters["key"] = key_text(request.key)
    if request.mode is not None:
        parameters["mode"] = request.mode.value
    if request.metre is not None:
        parameters["metre"] = metre_text(request.metre)
    if request.tempo_bpm is not None:
        parameters["tempo"] = number_text(request.tempo_bpm)
    parameters["temperature"] = number_text(request.temperature)
    parameters["form"] = request.form
    if request.bars is not None:
        parameters["bars"] = str(request.bars)
    if request.model is not Model.EVENT:
        parameters["model"] = request.model.value
    if request.takes:
        parameters["takes"] = takes_text(request.takes)
    return parameters


def takes_text(takes: tuple[tuple[str, int], ...]) -> str:
    """Takes as short as they can be written: ``A1.C8.C-A1``."""
    return ".".join(f"{name.replace(':', '-')}{take}" for name, take in takes)


def key_text(key: Key) -> str:
    """A key as short as it can be written: ``Bb``, ``F#m``."""
    return f"{key.name}m" if key.mode is Mode.MINOR else key.name


def key_words(key: Key) -> str:
    """A key as people write it: ``B♭ major``."""
    return f"{key.name.replace('b', '♭').replace('#', '♯')} {key.mode}"


def number_text(number: float) -> str:
    """A number as short as it can be written so that it is read back exactly."""
    return str(number).removesuffix(".0")


def _genre(text: str) -> str:
    return models.info(text).genre


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise RequestError(texts.NUMBER_WANTED.format(text=text))
    return int(text)


def _bars(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise RequestError(texts.BARS_WANTED.format(text=text))
    return check_bars(int(text))


def _form(text: str) -> str:
    return str(parse_form(text))


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError:
        raise RequestError(texts.MODE_WANTED.format(text=text)) from None


def _takes(text: str) -> tuple[tuple[str, int], ...]:
    found = [_TAKE.fullmatch(word) for word in text.split(".")]
    takes = tuple((m["name"].replace("-", ":"), int(m["take"])) for m in found if m is not None)
    if len(takes) < len(found):
        raise RequestError(texts.TAKES_WANTED.format(text=text))
    return takes


def _model(text: str) -> Model:
    try:
        return Model(text)
    except ValueError:
        raise RequestError(texts.MODEL_WANTED.format(text=text)) from None


def _number(limits: tuple[float, float], sentence: str) -> Callable[[str], float]:
    low, high = limits

    def read_number(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not isfinite(number) or not low <= number <= high:
            raise RequestError(sentence.format(text=text, low=f"{low:g}", high=f"{high:g}"))
        return number

    return read_number


PARAMETERS = (
    "genre", "seed", "key", "mode", "metre", "tempo", "temperature", "form", "bars", "model", "takes",
)  # fmt: skip
_MAY_BE_EMPTY = {"seed", "key", "mode", "metre", "tempo", "temperature", "bars", "takes"}
_TAKE = re.compile(rf"(?P<name>[A-Za-z]+(-[A-Z])?)(?P<take>[0-9]{{1,{MOST_DIGITS}}})")
_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "genre": ("genre", _genre),
    "seed": ("seed", _seed),
    "key": ("key", parse_key),
    "tempo": ("tempo_bpm", _number(TEMPO_BPM, texts.TEMPO_WANTED)),
    "temperature": ("temperature", _number(TEMPERATURE, texts.DARING_WANTED)),
    "form": ("form", _form),
    "bars": ("bars", _bars),
    "model": ("model", _model),
    "mode": ("mode", _mode),
    "metre": ("metre", parse_metre),
    "takes": ("takes", _takes),
}
