"""What the votes of a listening study say; pure functions of tables of votes.

One task a module:

    shares        called human, right answers, with intervals
    detection     d′ and c
    roc           the curve of the six steps of sureness, and its area
    hypotheses    tests against chance, of equivalence, of single people
    mixed         mixed logistic models
    preferences   Bradley–Terry strengths from pairs
    agreement     Krippendorff's alpha
    flags         who did not listen; `comparison` has the figures with and without them
    conclusions   findings as data
    planner       how many answers a study needs
    simulate      synthetic listeners; `plans` are what they answer to

Below these lie `frames` (which votes count), `scoring`, `clustered`, `resampling`, `laplace` and
`estimates`. Results are frozen records or tables, and words are the page's business. Too few
votes, or votes that are all alike, give NaN and the reason (`Why`), never an error.
"""

from musegen.studies.statistics.conclusions import (
    Finding,
    Judgement,
    judge,
    judge_genres,
)
from musegen.studies.statistics.estimates import CONFIDENCE, Estimate, Method, Why
from musegen.studies.statistics.frames import ALL_GENRES
from musegen.studies.statistics.shares import (
    Share,
    called_human,
    share_called_human,
    wilson,
)

__all__ = [
    "ALL_GENRES",
    "CONFIDENCE",
    "Estimate",
    "Finding",
    "Judgement",
    "Method",
    "Share",
    "Why",
    "called_human",
    "judge",
    "judge_genres",
    "share_called_human",
    "wilson",
]
