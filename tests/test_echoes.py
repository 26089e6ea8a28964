"""How much music says again is counted as a listener hears it."""

from __future__ import annotations

import pytest

from musegen.echoes import echo_share
from musegen.song import Note

BAR = 48


def line(*bars: str, part_ticks: int = 12) -> list[Note]:
    """Quarters, one bar of four letters after the other; a dot is a rest."""
    letters = "".join(bars)
    return [
        Note(i * part_ticks, 60 + ord(c) - ord("a"), part_ticks)
        for i, c in enumerate(letters)
        if c != "."
    ]


@pytest.mark.parametrize(
    ("bars", "share"),
    [
        (("abcd", "efgh", "ijkl", "mnop"), 0.0),
        (("abcd", "efgh", "abcd", "mnop"), 0.5),  # two bars ago
        (("abcd", "efgh", "ijkl", "ijkl"), 0.5),  # one bar ago
        (("abcd", "efgh", "ijkl", "mnop", "abcd", "qrst"), 0.25),  # four bars ago
        (("abcd", "efgh", "ijkl", "abcd"), 0.0),  # three bars ago is none
        (("abcd", "efgh", "abcx", "mnop"), 0.0),  # three notes are too few
        (("abcd", "efgh", "xbcd", "epqr"), 0.5),  # four notes, over a bar line
        (("abcd", "efgh", ".abc", "dxyz"), 0.0),  # the same notes in another place
    ],
)
def test_echoes_are_long_stretches_that_come_again(bars: tuple[str, ...], share: float) -> None:
    assert echo_share([line(*bars)], BAR) == share


def test_each_part_echoes_itself() -> None:
    again, other = line("abcd", "efgh", "abcd"), line("mnop", "abcd", "mnox")
    assert echo_share([again, other], BAR) == 0.5


def test_where_nothing_can_be_an_echo_yet_there_is_no_share() -> None:
    assert echo_share([line("abcd", "abcd")], BAR) is None
    assert echo_share([[]], BAR) is None
