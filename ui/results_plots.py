"""The plots of the results page: dots with their intervals, and a few curves.

Tables come ready made; colours and shapes tell conditions apart, for the colour-blind too, on
light and on dark. No text is smaller than 13 pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from musegen.studies.records import Condition
from ui import results_texts as texts

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    AnyChart: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart

COLOURS = {
    Condition.HUMAN.value: "#c9822b",
    Condition.EVENT.value: "#3f8a90",
    Condition.ARTICLE.value: "#7a6fb0",
}
SHAPES = {
    Condition.HUMAN.value: "circle",
    Condition.EVENT.value: "diamond",
    Condition.ARTICLE.value: "triangle-up",
}
OTHER_COLOURS = ("#b5566b", "#5f7f3a", "#8a6d4f", "#4f6fb0")
OTHER_SHAPES = ("square", "triangle-down", "cross", "triangle-right")
"""Of models that somebody trained, in turn."""

PEOPLE_COLOURS = (COLOURS["event"], "#b9b3a6", "#b5566b")
"""More than luck, within luck, flagged."""

QUIET = "#8a8a8a"
SMALL, PLAIN = 13, 14
LINE_PX = 26
"""A condition's line, and a line of the legend."""

BETWEEN_PX = 22
AXIS_PX = 96


@dataclass(frozen=True)
class Axis:
    """The axis of a plot: its title, its ends (None: as the data have it), its format."""

    title: str
    ends: tuple[float, float] | None = None
    format: str = ".2f"
    at: float | None = None
    """Where a quiet line stands: what chance or no effect would be."""

    is_of_odds: bool = False
    """Odds stand on a logarithmic scale: twice and half are equally far from 1."""


PERCENT = ".0%"
ODDS = [0.01, 0.05, 0.2, 0.5, 1, 2, 5, 20, 100]
"""Where a scale of odds has its marks."""


def colours_of(conditions: Sequence[str]) -> list[str]:
    """A colour for each condition; a house condition always has the same."""
    return _in_turn(conditions, COLOURS, OTHER_COLOURS)


def shapes_of(conditions: Sequence[str]) -> list[str]:
    """A shape for each condition."""
    return _in_turn(conditions, SHAPES, OTHER_SHAPES)


def _in_turn(conditions: Sequence[str], known: dict[str, str], others: Sequence[str]) -> list[str]:
    unknown = [name for name in conditions if name not in known]
    turns = {name: others[index % len(others)] for index, name in enumerate(unknown)}
    return [known.get(name) or turns[name] for name in conditions]


def intervals(
    table: pd.DataFrame, conditions: Sequence[str], axis: Axis, *, of: str = texts.WRITTEN_BY
) -> AnyChart:
    """Dots with their intervals, a row a genre, one condition below the other.

    ``table`` has the columns genre (its title), condition, value, low, high, votes; rows of
    ``conditions`` only are drawn, in their order.
    """
    import altair as alt

    names = [texts.condition_name(condition) for condition in conditions]
    shown = table.assign(condition=[texts.condition_name(name) for name in table["condition"]])
    shown = shown[shown["condition"].isin(names)]
    base = alt.Chart(shown).encode(
        y=alt.Y(
            "genre:N",
            title=None,
            sort=None,
            axis=_words_axis(),
            scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15),
        ),
        yOffset=alt.YOffset("condition:N", sort=names),
        color=alt.Color(
            "condition:N",
            title=of,
            scale=alt.Scale(domain=names, range=colours_of(conditions)),
            legend=_legend(),
        ),
    )
    scale = _scale(axis)
    lines = base.mark_rule(strokeWidth=3, opacity=0.65, clip=True).encode(
        x=alt.X("low:Q", title=axis.title, scale=scale, axis=_numbers_axis(axis)), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=170, opacity=1).encode(
        x=alt.X("value:Q", scale=scale),
        shape=alt.Shape(
            "condition:N", title=of, scale=alt.Scale(domain=names, range=shapes_of(conditions))
        ),
        tooltip=_tooltip(axis, of),
    )
    layers = [*_quiet_line(axis), lines, dots]
    rows = shown["genre"].nunique()
    height = AXIS_PX + LINE_PX * len(names) + (LINE_PX * len(names) + BETWEEN_PX) * rows
    return alt.layer(*layers).properties(height=height)


def _tooltip(axis: Axis, of: str) -> list[Any]:
    import altair as alt

    wanted = [("genre:N", texts.GENRE, ""), ("condition:N", of, ""), ("votes:Q", texts.VOTES, ",")]
    numbers = [("value:Q", axis.title), ("low:Q", texts.FROM), ("high:Q", texts.TO)]
    wanted += [(field, title, axis.format) for field, title in numbers]
    return [alt.Tooltip(field, title=title, format=form) for field, title, form in wanted]


def effects(table: pd.DataFrame, axis: Axis) -> AnyChart:
    """Dots with their intervals, a row each; the columns are label, value, low, high."""
    import altair as alt

    base = alt.Chart(table).encode(y=alt.Y("label:N", title=None, sort=None, axis=_words_axis()))
    scale = _scale(axis)
    lines = base.mark_rule(strokeWidth=3, opacity=0.65, color=COLOURS["event"], clip=True).encode(
        x=alt.X("low:Q", title=axis.title, scale=scale, axis=_numbers_axis(axis)), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=170, opacity=1, color=COLOURS["event"]).encode(
        x=alt.X("value:Q", scale=scale),
        tooltip=[
            alt.Tooltip("label:N", title=" "),
            alt.Tooltip("value:Q", title=axis.title, format=axis.format),
            alt.Tooltip("low:Q", title=texts.FROM, format=axis.format),
            alt.Tooltip("high:Q", title=texts.TO, format=axis.format),
        ],
    )
    return alt.layer(*_quiet_line(axis), lines, dots).properties(height=70 + 42 * len(table))


def roc(table: pd.DataFrame, machines: Sequence[str]) -> AnyChart:
    """Curves of hits over false alarms; the columns are machine, false_alarm, hit."""
    import altair as alt
    import pandas as pd

    names = [texts.condition_name(machine) for machine in machines]
    shown = table.assign(
        condition=[texts.condition_name(name) for name in table["machine"]], step=range(len(table))
    )
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(shown).encode(
        x=alt.X("false_alarm:Q", title=texts.ROC_X, scale=scale, axis=_numbers_axis(_SHARE)),
        y=alt.Y("hit:Q", title=texts.ROC_Y, scale=scale, axis=_numbers_axis(_SHARE)),
        color=alt.Color(
            "condition:N",
            title=texts.MACHINE,
            scale=alt.Scale(domain=names, range=colours_of(machines)),
            legend=_legend(),
        ),
        order="step:Q",
    )
    guessing = (
        alt.Chart(pd.DataFrame({"x": [0, 1], "y": [0, 1]}))
        .mark_line(color=QUIET, strokeDash=[5, 4])
        .encode(x="x:Q", y="y:Q")
    )
    curves = base.mark_line(strokeWidth=2.5)
    dots = base.mark_point(filled=True, size=90, opacity=1)
    return alt.layer(guessing, curves, dots).properties(height=420)


def people(table: pd.DataFrame) -> AnyChart:
    """How many people got which share right; the columns are share (0..1), kind, people.

    ``kind`` is one of `texts.PEOPLE_KINDS`, stacked in that order.
    """
    import altair as alt

    there = set(table["kind"])
    kinds = [name for name in texts.PEOPLE_KINDS.values() if name in there]
    colours = dict(zip(texts.PEOPLE_KINDS.values(), PEOPLE_COLOURS, strict=True))
    chart: AnyChart = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X(
                "share:Q",
                title=texts.PEOPLE_X,
                bin=alt.Bin(step=0.1, extent=[0, 1]),
                axis=_numbers_axis(_SHARE),
            ),
            y=alt.Y(
                "sum(people):Q",
                title=texts.PARTICIPANTS,
                axis=alt.Axis(tickMinStep=1, labelFontSize=SMALL, titleFontSize=SMALL),
            ),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[colours[kind] for kind in kinds]),
                legend=_legend(),
            ),
        )
        .properties(height=300 + LINE_PX * len(kinds))
    )
    return chart


def order(table: pd.DataFrame) -> AnyChart:
    """Shares right by place in the test; the columns are position, value, low, high, votes."""
    import altair as alt

    base = alt.Chart(table).encode(
        x=alt.X(
            "position:Q",
            title=texts.ORDER_X,
            # The first place is 1, and no dot stands on the frame.
            scale=alt.Scale(zero=False, nice=False, padding=12),
            axis=alt.Axis(tickMinStep=1, labelFontSize=SMALL, titleFontSize=SMALL, format="d"),
        )
    )
    axis = Axis(texts.RIGHT_AXIS, (0, 1), PERCENT, 0.5)
    scale = alt.Scale(domain=[0, 1])
    lines = base.mark_rule(strokeWidth=3, opacity=0.5, color=COLOURS["event"]).encode(
        y=alt.Y("low:Q", title=axis.title, scale=scale, axis=_numbers_axis(axis)), y2="high:Q"
    )
    dots = base.mark_point(filled=True, size=110, opacity=1, color=COLOURS["event"]).encode(
        y=alt.Y("value:Q", scale=scale),
        tooltip=[
            alt.Tooltip("position:Q", title=texts.ORDER_X),
            alt.Tooltip("value:Q", title=axis.title, format=PERCENT),
            alt.Tooltip("votes:Q", title=texts.VOTES, format=","),
        ],
    )
    return alt.layer(*_quiet_line(axis, upright=False), lines, dots).properties(height=260)


def _scale(axis: Axis) -> alt.Scale:
    import altair as alt

    if axis.is_of_odds:
        return alt.Scale(type="log", nice=True)
    return alt.Scale(domain=list(axis.ends)) if axis.ends else alt.Scale(zero=False, nice=True)


def _quiet_line(axis: Axis, *, upright: bool = True) -> list[alt.Chart]:
    import altair as alt
    import pandas as pd

    if axis.at is None:
        return []
    line = alt.Chart(pd.DataFrame({"at": [axis.at]})).mark_rule(color=QUIET, strokeDash=[5, 4])
    return [line.encode(x="at:Q") if upright else line.encode(y="at:Q")]


def _numbers_axis(axis: Axis) -> alt.Axis:
    import altair as alt

    if axis.is_of_odds:
        return alt.Axis(values=ODDS, format="~g", labelFontSize=SMALL, titleFontSize=SMALL)
    form = "%" if axis.format == PERCENT else axis.format
    return alt.Axis(format=form, tickCount=5, labelFontSize=SMALL, titleFontSize=SMALL)


def _words_axis() -> alt.Axis:
    import altair as alt

    return alt.Axis(labelLimit=150, labelFontSize=PLAIN, labelFlush=False)


def _legend() -> alt.Legend:
    import altair as alt

    return alt.Legend(
        orient="top", columns=1, labelFontSize=SMALL, titleFontSize=SMALL, labelLimit=260
    )


_SHARE = Axis("", (0, 1), PERCENT)
