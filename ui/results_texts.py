"""Every word that readers of the results page see."""

from __future__ import annotations

from musegen.studies.records import Condition

RESULTS_TITLE = "Results"
RESULTS_EMPTY = """
Nobody has voted yet. Results appear here with the first answer: take the test yourself, or pass on
its address.
"""
TAKE_THE_TEST = "Take the test"
LEFT_OUT = (
    "**{title}** is left out of the test until its human pieces are on this machine: get them here, "
    "or with `python -m musegen {command}`."
)
GET_PIECES = "Get the pieces"
GETTING_PIECES = "Getting the pieces from their public source"
VOTES, PARTICIPANTS, PIECES = "Votes", "Listeners", "Clips heard"
SHARE_TITLE = "How often music was called human"
SHARE_AXIS = "called human"
WRITTEN_BY = "written by"
ALL_GENRES = "All genres"
WITHOUT_KNOWN = "Leave out pieces that the listener may have heard before"
NOTHING_LEFT = "No votes are left without those."
PLOT_HELP = """
Dots are shares of all answers, lines their 95 % intervals (Wilson). If listeners could not tell,
both dots of a genre would stand one above the other, wherever that is: calling everything human
moves both to the right.
"""
TABLE_COLUMNS = {
    "genre": "Genre",
    "condition": "Written by",
    "votes": "Votes",
    "called_human": "Called human",
    "share": "Share",
    "low": "95 % from",
    "high": "to",
}
CONDITION_NAMES = {
    Condition.HUMAN: "a human",
    Condition.EVENT: "a machine",
    Condition.ARTICLE: "a machine of 2018",
}

CONCLUSION_TITLE = "What this means"
CONCLUSION_ARTICLE = "For the machine of 2018: {sentence}"
NOTHING_YET = (
    "**Too few votes to conclude anything.** With fewer than {few} answers of each kind, a share "
    "may be off by twenty points either way."
)
TOLD_APART = (
    "**Listeners hear a difference.** Human music was called human {gap} points more often than "
    "the machine’s; anything between {low} and {high} points would fit these votes."
)
MISTAKEN = (
    "**Listeners take the machine for the human.** The machine’s music was called human {gap} "
    "points more often than people’s; anything between {low} and {high} points would fit these "
    "votes."
)
NEARLY_ALIKE = (
    "**Listeners hardly tell the two apart.** The shares differ by less than {small} points either "
    "way (between {low} and {high})."
)
UNDECIDED = (
    "**These votes do not decide it.** The difference between the two shares lies somewhere "
    "between {low} and {high} points. That is no proof that listeners cannot tell: it needs more "
    "votes."
)
CAUTION = (
    "The intervals treat every answer as a person of its own. One person gives ten, and some "
    "clips are easier than others, so the truth is a little less certain than they say."
)
DOWNLOAD_TITLE = "All votes"
DOWNLOAD_CSV, DOWNLOAD_PARQUET = "Download CSV", "Download Parquet"
