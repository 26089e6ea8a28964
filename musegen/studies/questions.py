"""What participants may be asked about themselves, and what their answers mean.

Musical training is asked by the seven items of the *Musical Training* scale of the Goldsmiths
Musical Sophistication Index (Müllensiefen, Gingras, Musil & Stewart 2014, PLoS ONE 9(2)), each
answered from 1 to 7; two are worded the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from musegen.studies.design import Ask

AGE_BAND = "age-band"
DEVICE = "device"
HEADPHONES = "headphones"
COMMENT = "comment"

TRAINING_ITEMS = tuple(f"gold-msi-{number}" for number in range(1, 8))
"""In the order of the questionnaire: never complimented, no musician, years of practice, hours at
the peak, years of theory, years of training, instruments."""

REVERSED_ITEMS = TRAINING_ITEMS[:2]
"""*I have never been complimented …* and *I would not consider myself a musician*."""

FEWEST_ITEMS = 4
"""Of the training items, for their mean to say something."""

STEPS = tuple(str(step) for step in range(1, 8))

CHOICES: Mapping[str, tuple[str, ...]] = {
    AGE_BAND: ("under 18", "18-29", "30-44", "45-59", "60+"),
    DEVICE: ("phone", "tablet", "computer"),
    HEADPHONES: ("yes", "no"),
    **dict.fromkeys(TRAINING_ITEMS, STEPS),
}
"""What may be answered to each question but the free comment."""

LONGEST_COMMENT = 2000

NAMES: Mapping[Ask, tuple[str, ...]] = {
    Ask.MUSICAL_TRAINING: TRAINING_ITEMS,
    Ask.AGE: (AGE_BAND,),
    Ask.DEVICE: (DEVICE,),
    Ask.HEADPHONES: (HEADPHONES,),
    Ask.COMMENT: (COMMENT,),
}
"""Under which names the answers to what is asked are kept."""


def musical_training(answers: Mapping[str, str]) -> float:
    """The mean of the training items, 1 to 7, reversed ones turned round; NaN for too few."""
    steps = [
        8 - int(answers[name]) if name in REVERSED_ITEMS else int(answers[name])
        for name in TRAINING_ITEMS
        if answers.get(name) in STEPS
    ]
    return sum(steps) / len(steps) if len(steps) >= FEWEST_ITEMS else math.nan
