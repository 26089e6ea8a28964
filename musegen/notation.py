"""Notation as pictures: MusicXML engraved to SVG by verovio.

The pictures have no colour of their own but take that of the text around them, so that they
can be read on light and dark pages. Notes keep the ids that `musegen.musicxml` gives them.
"""

from __future__ import annotations

import re
import threading
from typing import Any

from musegen.errors import FailureError

DEFAULT_SCALE = 40
"""Verovio's own scale, in percent; 40 gives staves of about 29 pixels, as in print."""

_LONGEST_PAGE = 60_000
_MARGIN = 40
_LOCK = threading.Lock()
_BLACK = re.compile(r' color="black"')
_ROOT = re.compile(r"<svg ")


def to_svg_pages(
    musicxml: str, *, width_px: int, scale: int = DEFAULT_SCALE, page_height_px: int | None = None
) -> list[str]:
    """The notation with lines broken for a width, as one SVG a page.

    Parameters
    ----------
    width_px
        The width of the place that will show it, in CSS pixels.
    scale
        Size of the notes in percent of verovio's.
    page_height_px
        Where to begin a new page; when None, all is on one page.

    Raises
    ------
    FailureError
        When the notation cannot be engraved.
    """
    with _LOCK:  # verovio keeps fonts and ids in one place for all threads
        toolkit = _engraved(musicxml, width_px, scale, page_height_px)
        count = toolkit.getPageCount()
        return [_colourless(toolkit.renderToSVG(page)) for page in range(1, count + 1)]


def note_beats(musicxml: str) -> dict[str, tuple[float, float]]:
    """When each note of the notation sounds: id to (start, end) in quarter beats.

    A tied note has an entry for every written head; multiply by 12 for ticks.
    """
    with _LOCK:
        timemap = _engraved(musicxml, 1000, DEFAULT_SCALE, None).renderToTimemap()
    starts: dict[str, float] = {}
    found: dict[str, tuple[float, float]] = {}
    for moment in timemap:
        beat = float(moment["qstamp"])
        for name in moment.get("off", ()):
            found[name] = (starts[name], beat)
        for name in moment.get("on", ()):
            starts[name] = beat
    return found


def _engraved(musicxml: str, width_px: int, scale: int, page_height_px: int | None) -> Any:
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    units = 100 / scale  # verovio's page is measured before scaling
    toolkit.setOptions(
        {
            "pageWidth": max(100, round(width_px * units)),
            "pageHeight": round(page_height_px * units) if page_height_px else _LONGEST_PAGE,
            "pageMarginLeft": _MARGIN,
            "pageMarginRight": _MARGIN,
            "pageMarginTop": _MARGIN,
            "pageMarginBottom": _MARGIN,
            "scale": scale,
            "adjustPageHeight": True,
            "breaks": "auto",
            "footer": "none",
            "header": "none",
            "svgViewBox": True,
            "svgRemoveXlink": True,
            "xmlIdSeed": 1,
        }
    )
    if not toolkit.loadData(musicxml):
        raise FailureError("The notation cannot be drawn; the song can still be heard and saved.")
    return toolkit


def _colourless(svg: str) -> str:
    return _ROOT.sub('<svg fill="currentColor" ', _BLACK.sub("", svg), count=1)
