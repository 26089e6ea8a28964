"""What matters: musical training, known pieces, the place in the test, and all of it at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import streamlit as st

from musegen.studies.records import Question
from musegen.studies.registry import Study
from musegen.studies.statistics import frames, mixed
from musegen.studies.statistics.mixed import Mixed
from musegen.studies.statistics.scoring import score
from musegen.studies.statistics.shares import score_interval
from musegen.studies.store import sorted_genres
from ui import results_data, results_plots, results_section, results_words
from ui import results_texts as texts
from ui.results_data import Choice, kept
from ui.results_plots import Axis

if TYPE_CHECKING:
    import pandas as pd

ASKED = "results-model-asked"
"""Where the session remembers for which choices the model was asked for."""

AT_ONCE = 250
"""So many votes take a second or two: nobody needs to press a button for them."""

MOST_PEOPLE = 150
"""Of whom the model is made: with more, it takes minutes."""

TRAINING_ENDS = (3.0, 5.0)
GROUPS_OF_PLACES = 12
"""Dots at most in the plot of places."""


def show(study: Study, choice: Choice) -> None:
    """The tab about what makes answers right; the study's own question comes first."""
    _models(study, choice)
    for title, groups in ((texts.TRAINING_TITLE, by_training), (texts.HEARD_TITLE, by_hearing)):
        results_section.heading(title, is_synthetic=study.is_synthetic)
        _groups(groups(choice))
    _order(study, choice)


def _models(study: Study, choice: Choice) -> None:
    """The mixed models, at once or when somebody asks for them."""
    has_own = study.design.question is Question.HUMAN_OR_MACHINE
    first = (texts.CALLED_TITLE, texts.CALLED_WORDS) if has_own else _EFFECTS
    _introduce(study, *first)
    asked = st.session_state.setdefault(ASKED, set())
    if len(results_data.votes(choice)) > AT_ONCE and choice not in asked:
        if not st.button(texts.EFFECTS_GO, icon=":material/function:", key="model-go"):
            st.caption(texts.EFFECTS_WAIT)
            return
        asked.add(choice)
        st.rerun()
    everybody = results_data.votes(choice)["participant"].nunique()
    if everybody > MOST_PEOPLE:
        words = texts.EFFECTS_DRAWN.format(some=MOST_PEOPLE, all=everybody, study=study.name)
        st.info(words, icon=":material/casino:")
    if has_own:
        _called(choice)
        _introduce(study, *_EFFECTS)
    _model(study, choice)


_EFFECTS = (texts.EFFECTS_TITLE, texts.EFFECTS_WORDS)


def _introduce(study: Study, title: str, words: str) -> None:
    results_section.heading(title, is_synthetic=study.is_synthetic)
    st.markdown(words)


def _called(choice: Choice) -> None:
    with st.spinner(texts.EFFECTS_WORKING):
        found = _fitted_called(choice)
    results_section.said([results_words.called_human(found)], key="called")
    if found.terms:
        _spread(found)


def _spread(found: Mixed) -> None:
    spread = {"people": found.participants, "pieces": found.pieces}
    said = {name: results_words.number(of.value, 2) for name, of in spread.items()}
    st.caption(f"{texts.SPREAD.format(**said)} {texts.ODDS_HELP}")


def _model(study: Study, choice: Choice) -> None:
    with st.spinner(texts.EFFECTS_WORKING):
        found = _fitted(choice)
    if found.why is not None and not found.terms:
        st.info(results_words.not_yet(texts.EFFECTS_TITLE, found.why), icon=":material/info:")
        return
    _terms(study, found)


@kept
def _fitted_called(choice: Choice) -> Mixed:
    return mixed.fit_called_human(_drawn(choice))


@kept
def _fitted(choice: Choice) -> Mixed:
    return mixed.fit_right(_drawn(choice), results_data.people(choice.study, choice.mark))


def _drawn(choice: Choice) -> pd.DataFrame:
    """The votes of everybody, or of as many people, drawn by lot, as a page can wait for."""
    votes = results_data.votes(choice)
    everybody = votes["participant"].unique()
    if len(everybody) <= MOST_PEOPLE:
        return votes
    drawn = results_data.rng().choice(everybody, MOST_PEOPLE, replace=False)
    return votes[votes["participant"].isin(drawn)]


def _terms(study: Study, found: Mixed) -> None:
    import pandas as pd

    shown = pd.DataFrame(
        [
            (results_words.term_name(t), t.odds_ratio.value, t.odds_ratio.low, t.odds_ratio.high)
            for t in found.terms
        ],
        columns=["label", "value", "low", "high"],
    )
    axis = Axis(texts.EFFECTS_AXIS, None, ".2~f", 1.0, is_of_odds=True)
    if not shown.empty:
        results_section.plot(results_plots.effects(shown, axis))
    first = sorted_genres(study.design.genres)[0]
    st.caption(texts.EFFECTS_HELP.format(first=results_words.genre_title(first)))
    sentences = [results_words.term(term) for term in found.terms]
    if found.why is not None:
        sentences.append(results_words.not_yet(texts.EFFECTS_TITLE, found.why))
    results_section.said(sentences, key="effects")
    if rest := results_words.left_out(found):
        st.caption(rest)
    _spread(found)


def _groups(table: pd.DataFrame) -> None:
    if table.empty:
        st.caption(texts.GROUPS_NONE)
        return
    axis = Axis(texts.RIGHT_AXIS, (0, 1), results_plots.PERCENT, 0.5)
    results_section.plot(results_plots.effects(table, axis))
    st.caption(texts.GROUPS_HELP)


@kept
def by_training(choice: Choice) -> pd.DataFrame:
    """Right answers by bands of musical training; empty where nobody has told it."""
    votes = frames.clips(results_data.votes(choice))
    people = results_data.people(choice.study, choice.mark).set_index("participant")
    training = votes["participant"].map(people["musical_training"])
    bands = training.map(_band)
    if (bands == "unknown").all():
        return _right_by(votes[:0], bands[:0], texts.TRAINING_BANDS)
    return _right_by(votes, bands, texts.TRAINING_BANDS)


def _band(training: float) -> str:
    if math.isnan(training):
        return "unknown"
    low, high = TRAINING_ENDS
    return "low" if training < low else "middle" if training < high else "high"


@kept
def by_hearing(choice: Choice) -> pd.DataFrame:
    """Right answers by whether the piece was heard before; empty where that is not asked."""
    votes = frames.clips(results_data.votes(choice))
    return _right_by(votes, votes["heard_before"], texts.HEARD_NAMES)


def _right_by(votes: pd.DataFrame, groups: pd.Series[str], names: dict[str, str]) -> pd.DataFrame:
    """Right answers of each group that ``names`` names: label, value, low, high, votes."""
    import pandas as pd

    rows = []
    for group, name in names.items():
        of = votes[groups == group]
        estimate = score_interval(score(of))
        if len(of) and not math.isnan(estimate.value):
            label = f"{name} · {len(of):,}"
            rows.append((label, estimate.value, estimate.low, estimate.high, len(of)))
    return pd.DataFrame(rows, columns=["label", "value", "low", "high", "votes"])


def _order(study: Study, choice: Choice) -> None:
    results_section.heading(texts.ORDER_TITLE, is_synthetic=study.is_synthetic)
    table, step = by_place(choice)
    if table.empty:
        st.caption(results_words.not_yet(texts.RIGHT_TITLE, None))
        return
    results_section.plot(results_plots.order(table))
    st.caption(texts.ORDER_HELP)
    if step > 1:
        st.caption(texts.ORDER_STEP_HELP.format(step=step))


@kept
def by_place(choice: Choice) -> tuple[pd.DataFrame, int]:
    """Right answers by place in the test, and how many places are taken together.

    Columns: position (the middle of its group), value, low, high, votes. Intervals know that
    votes of one person, or on one piece, resemble each other; see `score_interval`. A group
    without one has no row.
    """
    import pandas as pd

    votes = frames.clips(results_data.votes(choice))
    step = math.ceil(int(votes["position"].max()) / GROUPS_OF_PLACES)
    groups = (votes["position"] - 1) // step
    rows = []
    for group, of in votes.groupby(groups):
        found = score_interval(score(of))
        middle = int(str(group)) * step + (step + 1) / 2
        if not math.isnan(found.value):
            rows.append((middle, found.value, found.low, found.high, len(of)))
    return pd.DataFrame(rows, columns=["position", "value", "low", "high", "votes"]), step
