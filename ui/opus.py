"""A composed song with all that a page shows and gives away of it.

Making it goes in steps that report their progress; what is needed only later (notation, the
uncompressed sound) is made when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from musegen import genres, midi, notation, performing, rendering
from musegen.composers import AnyComposer
from musegen.composing import Composition, Model, Request
from musegen.errors import SoundError
from musegen.musicxml import to_musicxml
from musegen.performing import Performance
from ui import texts

Progress = Callable[[float, str], None]
BEGUN, COMPOSED, PLAYED = 0.03, 0.35, 0.65
"""Shares of the whole work that are done after each step, as measured for a song of a minute."""

LAYOUTS = ((920, 40), (360, 34))
"""Widths in pixels that notation is laid out for, and how large its notes are, in percent: a
page on a desk, and a phone."""


@dataclass(frozen=True)
class Opus:
    """A composition, its performance and its sound.

    Where no sound can be made, ``mp3`` is empty and ``silence`` tells why: the song is not lost.
    """

    composition: Composition
    performance: Performance
    mp3: bytes
    silence: str = ""

    @property
    def file_name(self) -> str:
        """What its files are called, without an ending."""
        request = self.composition.request
        year = "-2018" if request.model is Model.ARTICLE else ""
        return f"musegen-{request.genre}{year}-seed{request.seed}"

    @cached_property
    def midi(self) -> bytes:
        return midi.to_midi(self.composition.song)

    @cached_property
    def musicxml(self) -> str:
        return to_musicxml(self.composition.song)

    @cached_property
    def layouts(self) -> list[tuple[int, str]]:
        """The notation as SVG, once for each width of `LAYOUTS`."""
        import verovio

        # It knows its fonts only in the thread that imported it; each page run has its own.
        verovio.setDefaultResourcePath(str(Path(verovio.__file__).parent / "data"))
        return [
            (width, notation.to_svg_pages(self.musicxml, width_px=width, scale=scale)[0])
            for width, scale in LAYOUTS
        ]

    def wav(self) -> bytes:
        """The sound as WAV: rendered once more, since it is too large to keep."""
        return rendering.to_wav(rendering.render(self.performance))


def make(composer: AnyComposer, request: Request, *, progress: Progress) -> Opus:
    """Compose, perform and record a song.

    Raises
    ------
    MusegenError
        As `Composer.compose`.
    """
    furthest = BEGUN

    def report(fraction: float, text: str) -> None:
        nonlocal furthest  # a song that is begun anew does not pull the bar back
        furthest = max(furthest, fraction * COMPOSED)
        progress(furthest, text)

    composition = composer.compose(request, progress=report)
    progress(COMPOSED, texts.PLAYING)
    performance = performing.perform(
        composition.song, genre=genres.find(request.genre), seed=request.seed
    )
    try:
        sound = rendering.render(performance)
        progress(PLAYED, texts.RECORDING)
        return Opus(composition, performance, rendering.to_mp3(sound))
    except SoundError as error:
        return Opus(composition, performance, b"", silence=str(error))
