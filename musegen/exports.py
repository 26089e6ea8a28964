"""What leaves musegen as files: many composed songs, human pieces, a score as sound.

Songs and pieces are numbered from 1 (``0001.mid``); beside them lies a list of what they are
(``songs.json``, ``pieces.json``). Song i of a batch has the seed ``seed + i - 1``, and is the
very song that this seed gives alone.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from musegen import genres
from musegen.errors import RequestError
from musegen.files import make_folder, write_whole
from musegen.genres import Genre, Voice
from musegen.processes import mapped

if TYPE_CHECKING:
    from musegen.composers import AnyComposer
    from musegen.composing import Composition, Model, Request
    from musegen.song import Song

Progress = Callable[[int, int], None]
SONG_SUFFIXES = (".mid", ".midi")
SOUND_SUFFIXES = (".mp3", ".wav")


def write_song(
    request: Request,
    path: Path,
    *,
    keep: Sequence[str] = (),
    new_seed: int | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Compose one song into a MIDI file, and return what `describe` tells of it.

    With a ``new_seed`` every section but those to ``keep`` is composed again.
    """
    if path.suffix.lower() not in SONG_SUFFIXES:
        raise RequestError(f"A song is written as MIDI: let “{path.name}” end in .mid.")
    if new_seed is not None:
        request = _again(request, keep, new_seed)
    content, record = _composed(request, progress)
    write_whole(path, content)
    return {"file": path.name} | record


def write_songs(
    request: Request, count: int, folder: Path, *, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Compose ``count`` songs into ``folder``, and return what ``songs.json`` lists.

    Songs are composed in parallel, one processor core each.
    """
    requests = [replace(request, seed=request.seed + i) for i in range(count)]
    records: list[dict[str, Any]] = []
    for content, record in mapped(_composed, requests):
        file = f"{len(records) + 1:04d}.mid"
        write_whole(folder / file, content)
        records.append({"file": file} | record)
        if progress is not None:
            progress(len(records), count)
    _write_list(folder / "songs.json", {"songs": records})
    return records


def describe(composition: Composition) -> dict[str, Any]:
    """A song's settings, its form in bars and its copying figures, as plain JSON values."""
    song, request = composition.song, composition.request
    return {
        "seed": request.seed,
        "genre": request.genre,
        "model": request.model.value,
        "form": request.form,
        "key": str(song.key),
        "tempo_bpm": song.tempo_bpm,
        "temperature": request.temperature,
        "bars_per_section": request.bars,
        "takes": dict(composition.takes),
        "bars": sum(not bar.is_upbeat for bar in song.bars),
        "sections": _sections(song),
        "copying": asdict(composition.copying),
        "attempts": composition.attempts,
    }


def write_pieces(
    genre: str,
    folder: Path,
    *,
    count: int | None = None,
    split: Literal["test", "heldout"] = "heldout",
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Write held-out human pieces, moved home like a model's songs; return ``pieces.json``'s list.

    Parameters
    ----------
    count
        At most so many, the test split's first; all when None.
    split
        ``heldout`` is the test and the validation split together.

    Raises
    ------
    CorpusError
        When the genre's human pieces are not at hand; it says how to get them.
    """
    from musegen import corpora, keys, midi, models

    corpora.catalogue(genre)
    parts = models.split(genre)
    ids = parts.test + (parts.validation if split == "heldout" else ())
    make_folder(folder)
    # Pieces that turn out unusable are left out: ask for all, so that count can be met.
    pieces = corpora.load(genre, ids, progress=progress)
    records = []
    for number, (id_, piece) in enumerate(list(pieces.items())[:count], start=1):
        file = f"{number:04d}.mid"
        write_whole(folder / file, midi.to_midi(keys.to_home_key(piece)))
        records.append(
            {
                "file": file,
                "id": id_,
                "title": piece.title,
                "source": piece.source,
                "moved_from": str(piece.key),
                "bars": len(piece.bars),
            }
        )
    _write_list(folder / "pieces.json", {"pieces": records})
    return records


def render_score(score: Path, sound: Path, *, seed: int = 0) -> dict[str, Any]:
    """Perform a score and write it as MP3 or WAV; return the genre and length it got."""
    from musegen import performing, rendering, scores

    suffix = sound.suffix.lower()
    if suffix not in SOUND_SUFFIXES:
        raise RequestError(f"Sound is written as MP3 or WAV: let “{sound.name}” end in .mp3.")
    song = scores.read_score(score)
    make_folder(sound.parent)
    genre = guess_genre(song)
    audio = rendering.render(performing.perform(song, genre=genre, seed=seed))
    encode = rendering.to_mp3 if suffix == ".mp3" else rendering.to_wav
    write_whole(sound, encode(audio))
    length_s = round(len(audio) / rendering.SAMPLE_RATE, 2)
    return {"file": sound.name, "genre": genre.name, "length_s": length_s}


def guess_genre(song: Song) -> Genre:
    """The genre whose parts are the song's, by name and instrument, by name, or by instrument.

    A song like none of them gets a genre of its own parts, called ``score``.
    """
    names = [part.name.casefold() for part in song.parts]
    programs = [part.program for part in song.parts]
    known = [genres.find(name) for name in genres.names()]
    named = [g for g in known if names == [voice.name.casefold() for voice in g.voices]]
    played = [g for g in known if programs == [voice.program for voice in g.voices]]
    likely = [genre for genre in named if genre in played] or named or played
    if likely:
        return likely[0]
    voices = tuple(Voice(part.name, part.program) for part in song.parts)
    metres = tuple(dict.fromkeys((bar.numerator, bar.denominator) for bar in song.bars))
    tempo = round(song.tempo_bpm)
    return Genre("score", "Score", "A score of its own kind.", voices, (tempo, tempo), 8, metres)


def _composed(
    request: Request, progress: Callable[[float, str], None] | None = None
) -> tuple[bytes, dict[str, Any]]:
    """A song as MIDI and in words."""
    from musegen import midi

    composer = _composer(request.genre, request.model)
    composition = composer.compose(request, progress=progress)
    return midi.to_midi(composition.song), describe(composition)


def _again(request: Request, keep: Sequence[str], new_seed: int) -> Request:
    """The request for the song of ``request`` with all but ``keep`` composed again."""
    from musegen.composing import again

    first = _composer(request.genre, request.model).compose(request)
    return again(first, keep=keep, seed=new_seed)


@lru_cache(maxsize=4)
def _composer(genre: str, model: Model) -> AnyComposer:
    from musegen import composers

    return composers.load(genre, model)


def _sections(song: Song) -> list[dict[str, Any]]:
    """Where each section begins, and its length, in full bars: an upbeat is no bar."""
    starts = [bar.start_tick for bar in song.bars if not bar.is_upbeat]
    return [
        {
            "label": section.label,
            "first_bar": bisect_left(starts, section.start_tick) + 1,
            "bars": sum(section.start_tick <= start < section.end_tick for start in starts),
        }
        for section in song.sections
    ]


def _write_list(path: Path, content: dict[str, Any]) -> None:
    write_whole(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
