"""What the players' component is given, and what is believed of what a browser sends."""

from __future__ import annotations

import json
import math

import pytest

from ui import listening
from ui.listening import Choice, Group, Reply, Side, Sound, read_reply

GROUPS = (
    Group("rating", "Who?", sides=(Side("A", (Choice("a-1", "Guess"),)), Side("B", ()))),
    Group("heard", "Heard?", options=(Choice("no", "No"), Choice("yes", "Yes"))),
)
GOOD = {"answers": {"rating": "a-1", "heard": "no"}, "heard": [5.5, 2], "plays": [1, 3]}


def test_a_reply_that_makes_sense_is_read() -> None:
    reply = read_reply(GOOD, sounds=2, groups=GROUPS)
    assert reply == Reply({"rating": "a-1", "heard": "no"}, (5.5, 2.0), (1, 3))


@pytest.mark.parametrize(
    "value",
    [
        None,
        "rating",
        [],
        {},
        GOOD | {"answers": {"rating": "a-1"}},
        GOOD | {"answers": {"rating": "a-9", "heard": "no"}},
        GOOD | {"answers": {"rating": ["a-1"], "heard": "no"}},
        GOOD | {"answers": "no"},
        GOOD | {"heard": [5.5]},
        GOOD | {"heard": 5.5},
        GOOD | {"plays": [1, 2, 3]},
        GOOD | {"plays": None},
    ],
)
def test_a_reply_that_makes_none_is_none(value: object) -> None:
    assert read_reply(value, sounds=2, groups=GROUPS) is None


@pytest.mark.parametrize("number", [-1, 1e9, math.nan, math.inf, "5", None, True, [5]])
def test_impossible_numbers_are_nothing(number: object) -> None:
    sent = GOOD | {"heard": [number, 2], "plays": [number, 3]}
    reply = read_reply(sent, sounds=2, groups=GROUPS)
    assert reply is not None
    assert reply.heard_s == (0.0, 2.0)
    assert reply.plays == (0, 3)


def test_head_and_sounds_are_packed_so_that_they_come_apart_again() -> None:
    sounds = [Sound(b"first", "Das erste"), Sound(b"other one", "Größe")]
    packed = listening._packed({"players": [1, 2], "word": "Größe"}, sounds)
    length = int.from_bytes(packed[:4], "big")
    assert json.loads(packed[4 : 4 + length])["word"] == "Größe"
    assert packed[4 + length :] == b"firstother one"
