"""A hundred human clips and a hundred of the machine's, and what a browser gets of each.

They are made by the functions that make a study's, of a shorter length to save time: up to four
minutes of two cores when anything changed that they depend on, nothing otherwise, for what is
measured of them is kept in the test cache.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from joblib import Parallel, delayed

from musegen import composers, corpora, genres
from musegen.composing import Request
from musegen.files import write_whole
from musegen.settings import data_dir
from musegen.song import Song
from musegen.soundfonts import find_soundfont
from musegen.studies import clip_checks, making
from musegen.studies.clip_orders import Order
from musegen.studies.records import Condition, Role
from musegen.studies.stimuli import Clip, Limits, Match, make_clip
from musegen.studies.versions import model_sum, sha256
from tests.conftest import ROOT
from ui import listening
from ui.survey_texts import en

GENRES = ("chorale", "fiddle")
OF_EACH = 50
SONGS = 20
"""Clips of one song are alike. Trees told those of ten a genre with 0.65, once fiddle tunes were others;
of twenty with 0.53, and of fifty, a clip each, with 0.54."""
LIMITS = Limits(10.0, 18.0)
SEEDS = 8

Row = dict[str, float | str]


def measures() -> pd.DataFrame:
    """What a browser gets of each clip, apart from the music; one row a clip."""
    path = data_dir() / "cache" / f"blindness-{cache_key()}.json"
    if not path.is_file():
        write_whole(path, json.dumps([row for genre in GENRES for row in made(genre)]))
    return pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))


def cache_key() -> str:
    """Changes with the code, the models and the SoundFont that clips are made with."""
    studies = ROOT / "musegen" / "studies"
    files = [
        *sorted((ROOT / "musegen").glob("*.py")),
        studies / "stimuli.py",
        studies / "clip_checks.py",
        studies / "making.py",
        ROOT / "ui" / "listening.py",
        Path(__file__),
        find_soundfont(),
    ]
    sums = [sha256(path) for path in files] + [model_sum(genre, "event") for genre in GENRES]
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:16]


def made(genre: str) -> Iterator[Row]:
    """The measures of a genre's human clips and of the machine's that match them."""
    parallel = Parallel(n_jobs=2)
    pieces = making.pieces_in_order(genre, seed=1)[: OF_EACH + 20]
    found = parallel(delayed(human)(genre, i, piece) for i, piece in enumerate(pieces))
    humans = [clip for clip in found if clip is not None][:OF_EACH]
    songs = parallel(delayed(song)(genre, seed) for seed in range(SONGS))
    matches = parallel(
        delayed(machine)(genre, i, songs, clip.match) for i, (clip, _) in enumerate(humans)
    )
    for (_, row), (number, machine_row) in zip(humans, matches, strict=True):
        group = f"{genre} {number}"
        yield row | {"genre": genre, "group": group, "machine": 0}
        yield machine_row | {"genre": genre, "group": group, "machine": 1}


def human(genre: str, number: int, piece: str) -> tuple[Clip, Row] | None:
    read = corpora.load(genre, [piece], jobs=1).get(piece)
    order = Order(Role.CLIP, genre, Condition.HUMAN.value, number)
    for seed in range(SEEDS if read is not None else 0):
        clip = make_clip(read, genre=genres.find(genre), seed=SEEDS * number + seed, limits=LIMITS)
        if clip is not None and (row := measured(making.Made(order, piece, read.title, clip))):
            return clip, row
    return None


def song(genre: str, seed: int) -> Song:
    return composers.load(genre).compose(Request(genre=genre, seed=seed)).song


def machine(genre: str, number: int, songs: list[Song], match: Match) -> tuple[int, Row]:
    order = Order(Role.CLIP, genre, Condition.EVENT.value, number)
    for seed in range(SONGS):
        which = (number + seed) % SONGS
        clip = make_clip(
            songs[which],
            genre=genres.find(genre),
            seed=10_000 + SONGS * number + seed,
            match=match,
            limits=LIMITS,
        )
        if clip is not None and (row := measured(making.Made(order, f"seed {which}", "", clip))):
            return which, row
    pytest.fail(f"no song of {genre} matches human clip {number}")


def measured(made: making.Made) -> Row | None:
    """What a browser gets beside the music; None for a clip that no study would take."""
    clip = made.clip
    measures = clip_checks.measure(clip)
    if measures.faults(LIMITS):
        return None
    audio = soundfile.read(io.BytesIO(clip.mp3), dtype="float32")[0]
    level = np.abs(audio).max(axis=1)
    heard = np.flatnonzero(level > 0.01)
    return {
        **measures.as_details(),
        **sent(made),
        "bytes": len(clip.mp3),
        "peak": float(level.max()),
        "soft_beginning_s": float(heard[0]) / 44_100,
        "soft_end_s": float(len(level) - heard[-1]) / 44_100,
        "header": clip.mp3[:4].hex()[:6],
        "tag": clip.mp3[clip.mp3.find(b"LAME") :][:9].hex(),
    }


def sent(made: making.Made) -> Row:
    """What the study and the survey add to a clip: its id, and the message that it travels in.

    The id stays on the server, in the name of a file there; it is as blind all the same. Of the
    head, the JSON before the sounds, all that may differ is the sound's size: it is left out.
    """
    stimulus = making._stimulus("a-study", made, mark="")
    sounds = [listening.Sound(made.clip.mp3, en.TEXTS.player.clip)]
    head = {**listening._head(sounds, en.TEXTS.player), "groups": []}
    message = listening._packed(head, sounds)
    length = int.from_bytes(message[:4], "big")
    text = message[4 : 4 + length].decode()
    return {
        "address": int(stimulus.id[:8], 16) / 2**32,
        "address_length": len(stimulus.id),
        "message_bytes": len(message),
        "head_bytes": length,
        "head": text.replace(f'"size": {len(made.clip.mp3)}', '"size": 0'),
    }
