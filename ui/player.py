"""The player and the score: a song heard, its sections, a piano roll, and its notation.

Two components in the page itself (no iframe) that speak with each other in the browser: what
sounds is lit up in the score, and a click on a note goes there. The sound goes to the browser
by Streamlit's media files, as `st.audio` does it, so that it can be sought and starts before it
is whole. Times are seconds of the sound.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime

from musegen.performing import Performance, PerformedNote
from musegen.song import Song

_NOTE_ID = re.compile(r'id="(n(\d+)-(\d+)-(\d+))"')
COMPONENTS = Path(__file__).resolve().parent / "components"


def player(song: Song, performance: Performance, mp3: bytes, *, title: str, key: str) -> None:
    """Draw the player of one song.

    Parameters
    ----------
    mp3
        The sound of ``performance``.
    key
        Streamlit's key: a player with the same key is the same place on the page.
    """
    url = media_url(mp3, "audio/mpeg", place=key)
    _mount("player")(key=key, data=player_data(song, performance, title=title, url=url))


def score(
    musicxml: str,
    layouts: Sequence[tuple[int, str]],
    performance: Performance,
    mp3: bytes,
    *,
    key: str,
) -> None:
    """Draw the notation of the song that a player on the same page plays.

    Parameters
    ----------
    layouts
        Widths in pixels and, for each, the notation as SVG with its lines broken for it.
    mp3
        The sound that the player was given.
    """
    data = {
        "song": media_url(mp3, "audio/mpeg", place=key),
        "layouts": [{"width": width, "svg": svg} for width, svg in layouts],
        "sounding": sounding(musicxml, performance),
    }
    _mount("score")(key=key, data=data)


def sounding(musicxml: str, performance: Performance) -> dict[str, tuple[float, float]]:
    """When each written note sounds: id to (start_s, end_s), a tied note as long as its whole."""
    found = {}
    played = _played(performance)
    for name, *numbers in _NOTE_ID.findall(musicxml):
        part, tick, pitch = map(int, numbers)
        notes = played.get((part, pitch), [])
        if index := bisect_right(notes, tick, key=lambda note: note.onset_tick):
            note = notes[index - 1]
            found[name] = (round(note.start_s, 3), round(note.end_s, 3))
    return found


def _played(performance: Performance) -> dict[tuple[int, int], list[PerformedNote]]:
    """The notes of each part and pitch in order."""
    played: dict[tuple[int, int], list[PerformedNote]] = {}
    for index, part in enumerate(performance.parts):
        for note in part.notes:
            played.setdefault((index, note.pitch), []).append(note)
    return {
        place: sorted(notes, key=lambda note: note.onset_tick) for place, notes in played.items()
    }


def player_data(song: Song, performance: Performance, *, title: str, url: str) -> dict[str, Any]:
    """What the player's JavaScript is given, as plain JSON values.

    ``notes`` are [start_s, end_s, pitch, part], ``sections`` [label, start_s, end_s], ``bars``
    the seconds at which bars begin, of which an upbeat is none.
    """
    notes = [
        [round(note.start_s, 3), round(note.end_s, 3), note.pitch, index]
        for index, part in enumerate(performance.parts)
        if not part.is_drum
        for note in part.notes
    ]
    sections = [
        [s.label, *(round(performance.time_of(t), 3) for t in (s.start_tick, s.end_tick))]
        for s in song.sections
    ]
    return {
        "song": url,
        "url": url,
        "title": title,
        "length_s": round(performance.length_s, 3),
        "parts": [part.name for part in performance.parts],
        "notes": notes,
        "sections": sections,
        "bars": [
            round(performance.time_of(bar.start_tick), 3) for bar in song.bars if not bar.is_upbeat
        ],
    }


def media_url(content: bytes, mimetype: str, *, place: str) -> str:
    """The address, below the app's own, at which this session's browser may fetch ``content``.

    It lasts until the page runs again without asking for it.
    """
    if not runtime.exists():
        return ""
    return runtime.get_instance().media_file_mgr.add(content, mimetype, f"musegen-{place}")


@cache
def _mount(name: str) -> Any:
    """The component in ``components/<name>/``."""
    html, css, js = (
        (COMPONENTS / name / f"{name}.{suffix}").read_text(encoding="utf-8")
        for suffix in ("html", "css", "js")
    )
    return st.components.v2.component(f"musegen_{name}", html=html, css=css, js=js)
