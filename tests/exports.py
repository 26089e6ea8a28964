"""Small studies to export, made by hand and by hypothesis."""

from __future__ import annotations

import io
import wave
from dataclasses import replace
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from musegen.studies.export import StudyData
from musegen.studies.export.columns import PARTICIPANTS, VOTES, Column, Columns, Kind, names

TITLE = 'Zwölf Choräle – “Ach, wie flüchtig”, Nr. 4; 🎻 "très doux"\nzweite Zeile'
FORMULA = '=cmd|"/c calc"!A1'
COMMENT = "@all: schön!\tIch, Ada"
SECRETS = ("60f1a9b7c3d2e4prolific", "5e9sessionofperson", "203.0.113.77", "tok_bRzq0f9XyW")
"""A platform's ids, an address and a token: what must not get out."""

PERSON, SESSION, ADDRESS, TOKEN = SECRETS
CONSENT = pd.Timestamp("2026-03-01T12:00:00Z")
YAML = "name: bach-2026\ntitle: Bach or machine?\ngenres: [chorale]\n"
VERSIONS = {"soundfont": "TimGM6mb 1.3", "musegen": "1.4.0", "models": {"chorale": "sha256:ab"}}


def wav(stimulus: str) -> bytes:
    """A hundredth of a second of silence that is this clip's alone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", ""))
        writer.writeframes(bytes(160) + stimulus.encode().ljust(40))
    return file.getvalue()


def mp3(stimulus: str) -> bytes:
    return b"ID3" + stimulus.encode()


def vote(participant: str, position: int, **changes: Any) -> dict[str, Any]:
    return {
        "study": "bach-2026",
        "participant": participant,
        "position": position,
        "kind": "clip",
        "question": "human-or-machine",
        "stimulus": "c1",
        "genre": "chorale",
        "truth": "human",
        "condition": "human",
        "piece": "bwv 66.6",
        "other_stimulus": "",
        "other_condition": "",
        "other_piece": "",
        "answer": "machine",
        "sureness": 2,
        "heard_before": "no",
        "plays": 1,
        "listened_s": 12.34,
        "other_plays": 0,
        "other_listened_s": 0.0,
        "response_s": 0.1 + 0.2,
        "created_at": CONSENT + pd.Timedelta(minutes=position, microseconds=7),
        "is_synthetic": False,
        "token": TOKEN,
    } | changes


def person(participant: str, **changes: Any) -> dict[str, Any]:
    return {
        "study": "bach-2026",
        "participant": participant,
        "language": "de",
        "consented_at": CONSENT,
        "finished_at": pd.NaT,
        "musical_training": 3.5,
        **{f"gold_msi_{item}": item if item < 7 else None for item in range(1, 8)},
        "age_band": "18-29",
        "device": "",
        "headphones": "yes",
        "headphone_check": float("nan"),
        "comment": COMMENT,
        "is_synthetic": False,
        "token": TOKEN,
        "ip": ADDRESS,
    } | changes


def clip(stimulus: str, **changes: Any) -> dict[str, Any]:
    return {
        "stimulus": stimulus,
        "genre": "chorale",
        "truth": "human",
        "condition": "human",
        "piece": "bwv 66.6",
        "title": TITLE,
        "role": "trial",
        "length_s": 24.5,
        "seed": 7,
        "loudness_lufs": -23.0,
        "peak_db": float("nan"),
        "wav_source": "rendered",
        "details": '{"tempo_bpm": 72.5, "closes": true}',
    } | changes


def study(**changes: Any) -> StudyData:
    """Two people who voted, one of them simulated, one who did not, three clips, a pair."""
    machine = {"stimulus": "c2", "truth": "machine", "condition": "event", "piece": FORMULA}
    pair = {
        "question": "which-is-human",
        "other_stimulus": "c3",
        "other_condition": "article",
        "other_piece": "article 4",
    }
    return StudyData(
        **{
            "name": "bach-2026",
            "title": "Bach or machine?",
            "yaml": YAML,
            "votes": pd.DataFrame(
                [
                    vote("ab12", 2, **machine, heard_before=""),
                    vote("ab12", 1, kind="practice"),
                    vote("cd34", 1, **pair, is_synthetic=True),
                ]
            ),
            "participants": pd.DataFrame(
                [
                    person("cd34", is_synthetic=True, language="es"),
                    person("ab12", finished_at=CONSENT + pd.Timedelta(hours=1)),
                    person("ef56", age_band=""),
                ]
            ),
            "stimuli": pd.DataFrame(
                [
                    clip("c1"),
                    clip("c2", **{k: v for k, v in machine.items() if k != "stimulus"}, seed=None),
                    clip("c3", truth="machine", condition="article", role="practice"),
                ]
            ),
            "versions": VERSIONS,
            "wav": wav,
            "platform_ids": pd.DataFrame(
                [
                    {
                        "participant": "ab12",
                        "platform": "prolific",
                        "person": PERSON,
                        "study": "",
                        "session": SESSION,
                        "ip": ADDRESS,
                    }
                ]
            ),
        }
        | changes
    )


def without_votes() -> StudyData:
    """A study that nobody has been to."""
    whole = study()
    return replace(
        whole, votes=whole.votes[:0], participants=whole.participants[:0], platform_ids=None
    )


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
    st.sampled_from(
        ["", "NA", "null", "true", "1e3", "'", "'=1", "''-", "=1+1", "-", "@x", "\r\n"]
    ),
    st.sampled_from([TITLE, FORMULA, '"', ',";', "\t", "\r", "a\nb", " x ", "＝1"]),
)
"""What may stand in a cell of text: anything but what UTF-8 and databases do not carry."""

MOMENTS = st.integers(0, 2**52).map(lambda us: pd.Timestamp(us, unit="us", tz="UTC"))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def cells(column: Column) -> st.SearchStrategy[Any]:
    """What a column may hold, missing values among it where there may be some."""
    some: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.TEXT: TEXTS,
        Kind.INTEGER: st.integers(-(2**31), 2**53),
        Kind.NUMBER: NUMBERS,
        Kind.BOOLEAN: st.booleans(),
        Kind.MOMENT: MOMENTS,
    }
    found = some[column.kind]
    return found | st.none() if column.missing and column.kind is not Kind.TEXT else found


def frames(columns: Columns) -> st.SearchStrategy[pd.DataFrame]:
    """Tables of up to five rows."""
    rows = st.lists(st.fixed_dictionaries({c.name: cells(c) for c in columns}), max_size=5)
    return rows.map(lambda found: pd.DataFrame(found, columns=names(columns)))


@st.composite
def tables(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Votes of one study and those who gave them: each voter listed once, or not at all."""
    people = draw(frames(PARTICIPANTS)).drop_duplicates("participant").assign(study="s")
    votes = draw(frames(VOTES)).assign(study="s")
    who = st.sampled_from([*people["participant"], "nobody"])
    return votes.assign(participant=[draw(who) for _ in range(len(votes))]), people
