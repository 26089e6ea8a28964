"""Metres as people write them: ``4/4``, ``6/8``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from musegen.errors import FormError
from musegen.song import Bar

Metre = tuple[int, int]

_WRITTEN = re.compile(r"\s*([1-9][0-9]?)\s*/\s*(1|2|4|8|16)\s*")


def parse_metre(text: str) -> Metre:
    """The metre that ``text`` names.

    Raises
    ------
    FormError
        When it names none.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise FormError(f"“{text}” is no metre; write one such as 3/4.")
    return int(found[1]), int(found[2])


def metre_text(metre: Metre) -> str:
    """As people write it: ``3/4``."""
    return f"{metre[0]}/{metre[1]}"


def usual_metre(bars: Sequence[Bar]) -> Metre:
    """The metre that most of ``bars`` have, of several the first."""
    return Counter((bar.numerator, bar.denominator) for bar in bars).most_common(1)[0][0]
