"""Small pictures for a model card: what the judges say, and how the histograms lie.

SVG without date or random names, so that the same figures give the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from typing import Any

import numpy as np

from musegen.evaluation.distributions import LONGEST_TICKS, WIDEST, Histograms
from musegen.evaluation.judges import Judge
from musegen.evaluation.systems import TITLES, System
from musegen.song import TICKS_PER_BEAT

COLOURS = {"human": "#4d4d4d", "event": "#0072b2", "article": "#d55e00", "markov": "#999933"}
"""Told apart by colour-blind readers too (after Okabe and Ito)."""

DEGREES = ("1", "", "2", "", "3", "4", "", "5", "", "6", "", "7")
_OFFSET, _SPREAD = -0.24, 0.16
"""Where the first of a judge's dots is, and how far the next."""

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "musegen",
    "svg.fonttype": "none",
    "font.size": 9,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def judge_plot(figures: Mapping[str, Any]) -> str:
    """AUC of each judge on each system, with intervals, and humans against humans, as SVG."""
    present = {n: s for n, s in figures["systems"].items() if "missing" not in s}
    with _axes(1, (6.4, 2.4)) as (axes, written):
        plot = axes[0]
        for row, judge in enumerate(Judge):
            control = figures["human"]["control"][judge.value]
            spread = (min(control), max(control))
            _dot(plot, row + _OFFSET, float(np.mean(control)), spread, "human")
            for place, (name, system) in enumerate(present.items(), start=1):
                own = next(v for v in system["judges"]["judges"] if v["judge"] == judge.value)
                y = row + _OFFSET + _SPREAD * place
                _dot(plot, y, own["auc"], (own["low"], own["high"]), name)
        plot.axvline(0.5, color="#bbbbbb", linewidth=0.8, zorder=0)
        plot.set_yticks(range(len(Judge)), [judge.value for judge in Judge])
        plot.invert_yaxis()
        plot.set_xlim(0.3, 1.02)
        plot.set_xlabel("AUC on 8 bars: 0.5 is guessing, 1 certainty")
        _legend(plot, ["human", *present])
    return written.getvalue()


def _dot(plot: Any, y: float, value: float, spread: tuple[float, float], name: str) -> None:
    plot.plot(spread, (y, y), color=COLOURS[name], linewidth=1.2)
    plot.plot(value, y, "o", color=COLOURS[name], markersize=5)


def _legend(plot: Any, names: list[str]) -> None:
    for name in names:
        plot.plot([], [], "o", color=COLOURS[name], label=_title(name))
    plot.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def _title(name: str) -> str:
    return "humans against humans" if name == "human" else TITLES[System(name)]


def distribution_plot(histograms: Mapping[str, Histograms]) -> str:
    """Mean histograms of the human pieces and of the model's songs, as SVG."""
    with _axes(4, (9.6, 2.3)) as (axes, written):
        for plot, (name, ticks) in zip(axes, _TICKS.items(), strict=True):
            for side in ("human", "event"):
                mean = _coarse(histograms[side][name].mean(axis=0))
                label = "humans" if side == "human" else TITLES[System.EVENT]
                x = np.arange(len(mean))
                plot.step(x, mean, where="mid", color=COLOURS[side], label=label, linewidth=1.2)
            plot.set_title(name, fontsize=9)
            plot.set_xticks(list(ticks), list(ticks.values()))
            plot.set_yticks([])
        axes[-1].legend(frameon=False)
    return written.getvalue()


_BIN_TICKS = 3
_SHOWN_BEATS = 4
_TICKS: dict[str, dict[int, str]] = {
    "pitch class": {i: degree for i, degree in enumerate(DEGREES) if degree},
    "interval": {WIDEST + step: f"{step:+}" for step in (-12, -7, 0, 7, 12)},
    "onset in the bar": {beat * TICKS_PER_BEAT // _BIN_TICKS: str(beat + 1) for beat in range(4)},
    "duration": {beats * TICKS_PER_BEAT // _BIN_TICKS: str(beats) for beats in (1, 2, 3, 4)},
}


def _coarse(histogram: np.ndarray) -> np.ndarray:
    """Ticks gathered into sixteenths, the first four beats; others as they are."""
    if len(histogram) != LONGEST_TICKS + 1:
        return histogram
    bins = np.add.reduceat(histogram, np.arange(0, len(histogram), _BIN_TICKS))
    return bins[: _SHOWN_BEATS * TICKS_PER_BEAT // _BIN_TICKS + 1]


@contextmanager
def _axes(count: int, size: tuple[float, float]) -> Iterator[tuple[Any, StringIO]]:
    """Axes side by side; what is drawn is in the text after the block."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    written = StringIO()
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        yield list(figure.subplots(1, count, squeeze=False)[0]), written
        figure.savefig(written, format="svg", metadata={"Date": None})
