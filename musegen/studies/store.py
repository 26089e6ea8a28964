"""The memory of listening studies, in one place: studies, clips, people, votes.

store = Store.open()
study = store.studies.standing()
token = store.people.begin(study.name, language="en")
"""

from __future__ import annotations

from collections.abc import Iterable

from musegen.studies.ballots import Ballots
from musegen.studies.clips import Clips
from musegen.studies.database import BUSY_TIMEOUT_S, Database
from musegen.studies.people import People
from musegen.studies.registry import Registry


class Store:
    """Reads and writes the studies' database; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.studies = Registry(database)
        self.clips = Clips(database)
        self.people = People(database)
        self.ballots = Ballots(database)

    @classmethod
    def open(cls, url: str | None = None, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Store:
        """The store at ``url`` (default: `musegen.settings.database_url`).

        Raises
        ------
        StoreError
            See `Database.open`.
        """
        return cls(Database.open(url, busy_timeout_s=busy_timeout_s))

    def close(self) -> None:
        """Let go of all connections."""
        self.database.close()


def sorted_genres(genres: Iterable[str]) -> list[str]:
    """Genre names in the catalogue's order, unknown ones last."""
    from musegen.genres import names

    order = {name: index for index, name in enumerate(names())}
    return sorted(set(genres), key=lambda name: (order.get(name, len(order)), name))
