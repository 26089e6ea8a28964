"""What a critic may learn from a study: machine clips, and how many took each for human."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from musegen.errors import RequestError
from musegen.piece_cache import from_record
from musegen.studies.records import Condition, Maker, Question, Role
from musegen.studies.votes import read_votes

if TYPE_CHECKING:
    from musegen.song import Song
    from musegen.studies.store import Store

FEWEST_VOTES = 30


def voted_excerpts(store: Store, genre: str) -> list[tuple[Song, float]]:
    """Machine excerpts of a genre in C major or A minor, and the share who called them human.

    The share of n votes with k *human* is (k + 1) / (n + 2), so that few votes say little.

    Raises
    ------
    RequestError
        When there are too few votes.
    """
    votes = read_votes(store)
    own = votes[
        (votes["genre"] == genre)
        & (votes["condition"] == Condition.EVENT.value)
        & (votes["kind"] == Role.CLIP.value)
        & (votes["question"] == Question.HUMAN_OR_MACHINE.value)
        & ~votes["is_synthetic"]
    ]
    scores = {
        clip.id: clip.details["score"]
        for study in own["study"].unique()
        for clip in store.clips.all(study)
        if "score" in clip.details
    }
    answers: dict[str, list[bool]] = defaultdict(list)
    for stimulus, answer in zip(own["stimulus"], own["answer"], strict=True):
        if stimulus in scores:
            answers[stimulus].append(answer == Maker.HUMAN.value)
    count = sum(map(len, answers.values()))
    if count < FEWEST_VOTES:
        raise RequestError(
            f"There are {count} votes on {genre} songs; at least {FEWEST_VOTES} are needed before "
            "a critic can learn from them."
        )
    return [
        (from_record(scores[stimulus]), (sum(said) + 1) / (len(said) + 2))
        for stimulus, said in answers.items()
    ]
