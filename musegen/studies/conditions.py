"""Which conditions a listening test has: people's music, and whose machine's."""

from __future__ import annotations

from musegen import settings
from musegen.errors import RequestError
from musegen.studies.records import Condition, Maker


def wanted() -> tuple[Condition, ...]:
    """The conditions of this study, in their usual order; see `musegen.settings.conditions`.

    Raises
    ------
    RequestError
        When there is no such condition, or not both human and machine music.
    """
    names = settings.conditions()
    known = [condition.value for condition in Condition]
    found = tuple(condition for condition in Condition if condition.value in names)
    has_both = {condition.maker for condition in found} == set(Maker)
    if not has_both or not set(names) <= set(known):
        raise RequestError(
            f"{settings.CONDITIONS_VARIABLE} is “{','.join(names)}”; set it to “human” and one or "
            "both of “event” and “article”, with commas between."
        )
    return found
