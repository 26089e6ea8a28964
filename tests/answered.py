"""Studies that many have answered: clips, people, plans and votes, all at once in the database.

What people say is drawn by `musegen.studies.statistics.simulate`; the clips are silent.
"""

from __future__ import annotations

import io
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
import sqlalchemy as sa

from musegen.studies import schema
from musegen.studies.registry import Study
from musegen.studies.statistics import frames, plans, simulate
from musegen.studies.statistics.simulate import Listeners
from musegen.studies.store import Store

BEGAN_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WILLING = Listeners(
    dprime={"event": 0.8, "article": 2.0},
    criterion=0.1,
    dprime_sd=0.4,
    criterion_sd=0.3,
    piece_sd=0.4,
    training_effect=0.15,
)
GUESSING = Listeners(dprime={"event": 0.0, "article": 0.0})


def answered(
    store: Store,
    file: str,
    *,
    people: int = 12,
    listeners: Listeners = WILLING,
    is_synthetic: bool = False,
    seed: int = 1,
) -> Study:
    """A study that is open, with so many people who have answered everything."""
    study = store.studies.add(file, is_synthetic=is_synthetic)
    design, rng = study.design, np.random.default_rng(seed)
    plan = plans.make_plan(
        plans.Layout(
            participants=people,
            trials=design.clips,
            pieces=design.stimuli,
            genres=design.genres,
            machines=design.machines,
            catches=design.catch,
            question=design.question.value,
        ),
        rng,
    )
    plan = _without_repeats(plan)
    drawn = simulate.recruit(plan["participant"], listeners, rng)
    votes = simulate.answer(plan, listeners, rng, people=drawn)
    ids = _add_clips(store, design.name, votes)
    _add_people(store, design.name, drawn, is_synthetic=is_synthetic)
    _add_votes(store, design.name, votes, ids)
    store.studies.freeze(design.name, {"musegen": "test"})
    return store.studies.get(design.name)


def _without_repeats(plan: pd.DataFrame) -> pd.DataFrame:
    """Attention checks get a piece each, for nobody hears a piece twice."""
    is_catch = plan["kind"] == frames.CATCH
    number = plan.groupby("participant").cumcount().astype(str)
    piece = plan["piece"].mask(is_catch, plan["piece"] + " " + number)
    plan = plan.assign(piece=piece, stimulus=piece)
    if "other_piece" in plan:
        other = plan["other_piece"].mask(is_catch, plan["other_piece"] + " " + number)
        plan = plan.assign(other_piece=other, other_stimulus=other)
    return plan


def _add_clips(store: Store, study: str, votes: pd.DataFrame) -> dict[str, str]:
    """One clip a piece; gives their ids by piece."""
    of_first = votes[["piece", "genre", "condition", "kind"]]
    of_other = votes[["other_piece", "genre", "other_condition", "kind"]]
    clips = pd.concat([of_first, of_other.set_axis(of_first.columns, axis=1)])
    clips = clips[clips["piece"] != ""].drop_duplicates("piece")
    rows = [
        {
            "id": secrets.token_hex(16),
            "study_id": study,
            "role": clip.kind,
            "genre": clip.genre,
            "condition": clip.condition,
            "piece": clip.piece,
            "title": f"Title of {clip.piece}",
            "length_s": 24.5,
            "details": {"seed": 7, "tempo_bpm": 100.0},
            "created_at": BEGAN_AT,
        }
        for clip in clips.itertuples()
    ]
    sounds = [{"stimulus_id": row["id"], "mp3": _silence()} for row in rows]
    with store.database.transaction() as connection:
        connection.execute(sa.insert(schema.stimuli), rows)
        connection.execute(sa.insert(schema.sounds), sounds)
    return {row["piece"]: row["id"] for row in rows}


@cache
def _silence() -> bytes:
    import soundfile

    mp3 = io.BytesIO()
    soundfile.write(mp3, np.zeros(4410), 44_100, format="MP3")
    return mp3.getvalue()


def _add_people(store: Store, study: str, drawn: pd.DataFrame, *, is_synthetic: bool) -> None:
    people = [
        {
            "id": f"{study}-{person.participant}",
            "study_id": study,
            "token": secrets.token_urlsafe(32),
            "language": "en",
            "is_synthetic": is_synthetic,
            "consented_at": BEGAN_AT,
            "sound_checked_at": BEGAN_AT,
            "finished_at": BEGAN_AT + timedelta(minutes=8),
        }
        for person in drawn.itertuples()
    ]
    said = [
        {"participant_id": f"{study}-{p.participant}", "name": f"gold-msi-{item}", "value": value}
        for p in drawn.itertuples()
        for item in range(3, 8)
        for value in [str(round(p.musical_training))]
    ]
    with store.database.transaction() as connection:
        connection.execute(sa.insert(schema.participants), people)
        connection.execute(sa.insert(schema.answers), said)


def _add_votes(store: Store, study: str, votes: pd.DataFrame, ids: dict[str, str]) -> None:
    trials, given = [], []
    for vote in votes.to_dict("records"):
        trial = {
            "participant_id": f"{study}-{vote['participant']}",
            "position": vote["position"],
        }
        trials.append(
            trial
            | {
                "role": vote["kind"],
                "stimulus_id": ids[vote["piece"]],
                "other_id": ids.get(vote["other_piece"]),
                "shown_at": vote["created_at"].to_pydatetime(),
            }
        )
        names = ("answer", "sureness", "heard_before", "listened_s", "plays", "response_s")
        of_second = ("other_listened_s", "other_plays")
        said = {name: vote[name] for name in (*names, *of_second)}
        given.append(trial | said | {"created_at": vote["created_at"].to_pydatetime()})
    with store.database.transaction() as connection:
        connection.execute(sa.insert(schema.trials), trials)
        connection.execute(sa.insert(schema.votes), given)
