"""The listeners: each against luck, who may not have listened, and whether they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from musegen.studies.records import Question
from musegen.studies.registry import Study
from musegen.studies.statistics import agreement, frames, hypotheses
from musegen.studies.statistics.agreement import Agreement
from musegen.studies.statistics.flags import FLAG_COLUMNS
from musegen.studies.statistics.hypotheses import ALPHA
from ui import results_data, results_plots, results_section, results_words
from ui import results_texts as texts
from ui.results_data import Choice, kept

if TYPE_CHECKING:
    import pandas as pd


def show(study: Study, choice: Choice) -> None:
    """The tab about people."""
    _against_luck(study, choice)
    _flags(study, choice)
    _agreement(study, choice)


@kept
def against_luck(choice: Choice) -> pd.DataFrame:
    """Each listener against chance, and whether they are flagged."""
    found = hypotheses.people(results_data.votes(choice))
    flagged = results_data.flagged(choice).set_index("participant")["is_flagged"]
    return found.assign(is_flagged=found["participant"].map(flagged).fillna(value=False))


def _against_luck(study: Study, choice: Choice) -> None:
    results_section.heading(texts.PEOPLE_TITLE, is_synthetic=study.is_synthetic)
    found = against_luck(choice)
    results_section.plot(results_plots.people(_bars(found)))
    sentence = results_words.lucky(
        int(found["is_beyond"].sum()),
        len(found),
        by_luck=_by_luck(found),
        beyond_holm=int((found["p_holm"] <= ALPHA).sum()),
    )
    results_section.said([sentence], key="luck")
    st.caption(texts.PEOPLE_HELP)


def _by_luck(found: pd.DataFrame) -> float:
    """How many listeners would be beyond the cut-off on average, if all of them guessed."""
    from scipy.stats import binom

    return float(binom.sf(found["cutoff"] - 1, found["total"], hypotheses.CHANCE).sum())


def _bars(found: pd.DataFrame) -> pd.DataFrame:
    """How many listeners of each kind got which share right: share, kind, people."""
    import numpy as np

    kinds = texts.PEOPLE_KINDS
    kind = np.where(found["is_beyond"], kinds["beyond"], kinds["within"])
    shown = found.assign(
        share=(found["right"] / found["total"]).clip(upper=0.9999),
        kind=np.where(found["is_flagged"], kinds["flagged"], kind),
    )
    return shown.groupby(["share", "kind"]).size().reset_index(name="people")


def _flags(study: Study, choice: Choice) -> None:
    results_section.heading(texts.FLAGS_TITLE, is_synthetic=study.is_synthetic)
    found = results_data.flagged(choice)
    shown = flag_table(found)
    if shown.empty:
        st.markdown(texts.FLAGS_NONE)
    else:
        st.dataframe(shown, hide_index=True, width="stretch")
    limits = choice.limits
    st.caption(texts.FLAGS_HELP.format(response=limits.response_s, listened=limits.listened_s))


def flag_table(found: pd.DataFrame) -> pd.DataFrame:
    """Those who are flagged and why, ready to be read."""
    flagged = found[found["is_flagged"]]
    reasons = [
        ", ".join(texts.FLAG_NAMES[flag] for flag, column in FLAG_COLUMNS.items() if row[column])
        for row in flagged.to_dict("records")
    ]
    shown = flagged[["participant", "votes"]].assign(reasons=reasons)
    return shown.rename(columns=texts.FLAG_COLUMNS)


@kept
def _agreed(choice: Choice) -> Agreement:
    return agreement.agreement(frames.clips(results_data.votes(choice)), results_data.rng())


def _agreement(study: Study, choice: Choice) -> None:
    results_section.heading(texts.AGREEMENT_TITLE, is_synthetic=study.is_synthetic)
    if study.design.question is Question.WHICH_IS_HUMAN:
        st.caption(texts.AGREEMENT_OF_PAIRS)
        return
    results_section.said([results_words.agreed(_agreed(choice))], key="agreement")
    st.caption(texts.AGREEMENT_HELP)
