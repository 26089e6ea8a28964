"""ABC files: their text, their single tunes, and the tune as music21 reads it best."""

from __future__ import annotations

import re
from pathlib import Path
from string import capwords

_CHORD = re.compile(
    r"(?P<root>[A-G][#b]?)(?P<kind>m7|m6|m|d|a7|a|7b9|7|6|)(?:/(?P<bass>[A-Ga-g][+#b]?))?"
)
_KINDS = {"d": "dim", "a": "+", "a7": "+7"}
_SIGNS = {"+": "#", "b": "-"}


def abc_text(path: Path) -> str:
    """An ABC file's text; old files are in Latin-1."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def abc_tunes(text: str) -> dict[int, str]:
    """The tunes of a collected ABC file by their number; the first of a number counts."""
    tunes: dict[int, str] = {}
    for block in re.split(r"(?m)^(?=X:)", text)[1:]:
        number = re.match(r"X:\s*(\d+)", block)
        if number is not None:
            tunes.setdefault(int(number[1]), block)
    return tunes


def abc_title(text: str) -> str:
    """The first title; empty when the tune has none."""
    match = re.search(r"(?m)^T:[ \t]*(\S.*?)\s*$", text)
    title = match[1].replace(" -- ", ", ").rstrip(".") if match else ""
    return capwords(title) if title.isupper() else title


def plain_abc(text: str, *, keep_chords: bool = False) -> str:
    """The tune without chord names, fingerings and slurs.

    They are not read into a `Song`; slurs that an encoder never closed slow music21 down
    a hundredfold, and a fingering may make it lose the note. A tune that tells neither its
    metre nor its unit is in eighths, as the standard has it. Chord names that are kept are
    spelled as music21 reads them.
    """
    if not re.search(r"(?m)^[ML]:", text):
        text = re.sub(r"(?m)^K:", "L:1/8\nK:", text, count=1)

    def plain(match: re.Match[str]) -> str:
        name = _chord_name(match[0].strip('" ()')) if keep_chords else ""
        return f'"{name}"' if name else ""

    lines = []
    for line in text.splitlines():
        is_field = re.match(r"[A-Za-z]:", line)
        lines.append(line if is_field else re.sub(r'"[^"]*"|\((?!\d)|\)', plain, line))
    return "\n".join(lines) + "\n"


def _chord_name(written: str) -> str:
    """``Gd`` (diminished) and ``D/f+`` as music21 spells them; empty when it is no chord."""
    match = _CHORD.fullmatch(written.replace(" ", ""))
    if match is None:
        return ""
    name = match["root"].replace("b", "-") + _KINDS.get(match["kind"], match["kind"])
    bass = match["bass"]
    return name + (f"/{bass[0].upper()}{_SIGNS.get(bass[1:], bass[1:])}" if bass else "")
