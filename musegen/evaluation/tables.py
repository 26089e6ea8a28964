"""The report's figures as tables in words, for a terminal, a model card and the README."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from musegen.evaluation.faults import MEASURES
from musegen.evaluation.judges import JUDGE_WORDS, Judge

Figures = Mapping[str, Any]

UNKNOWN = "–"
MOST_TELLS = 8


@dataclass(frozen=True)
class Table:
    """A table with words around it; the first column is text, the others are figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def tables(figures: Figures) -> list[Table]:
    """All tables of a report."""
    found = [goal_table(figures), judge_table(figures), tell_table(figures)]
    found += [likelihood_table(figures), overlap_table(figures), structure_table(figures)]
    return [*found, ending_table(figures), leading_table(figures), copying_table(figures)]


def number(value: float | None, digits: int = 2) -> str:
    """A figure with so many digits, a dash for one that is not known."""
    return UNKNOWN if value is None else f"{value:.{digits}f}"


def percent(value: float | None) -> str:
    """A share in percent, a dash for one that is not known."""
    return UNKNOWN if value is None else f"{100 * value:.0f} %"


def _present(figures: Figures) -> dict[str, Figures]:
    return {n: s for n, s in figures["systems"].items() if "missing" not in s}


def _header(figures: Figures, first: str, human: str = "humans") -> tuple[str, ...]:
    return (first, human, *(system["title"] for system in _present(figures).values()))


def _row(
    figures: Figures, words: str, of: Callable[[Figures], str], human: str | None = None
) -> tuple[str, ...]:
    own = of(figures["human"]) if human is None else human
    return (words, own, *(of(system) for system in _present(figures).values()))


def goal_table(figures: Figures) -> Table:
    """What is to be reached, and what is."""
    rows = []
    for goal in figures["goals"]:
        as_text = number if "auc" in goal["name"] or "below" in goal["name"] else percent
        bound = "at most" if goal["is_most"] else "at least"
        met = "yes" if goal["is_met"] else "no"
        rows.append(
            (goal["words"], as_text(goal["value"]), f"{bound} {as_text(goal['limit'])}", met)
        )
    return Table("Goals", ("", "reached", "goal", "met"), tuple(rows))


def judge_table(figures: Figures) -> Table:
    """AUC of each judge with its interval; humans against humans, and learned pieces, beside it."""

    def cell(judge: Judge) -> Callable[[Figures], str]:
        def of(system: Figures) -> str:
            own = next(v for v in system["judges"]["judges"] if v["judge"] == judge.value)
            return f"{own['auc']:.2f} ({own['low']:.2f}–{own['high']:.2f})"

        return of

    human = figures["human"]
    learned = (human.get("learned") or {}).get("auc", {})

    def row(judge: Judge) -> tuple[str, ...]:
        alone = number(human["control_mean"][judge.value])
        words, own, *systems = _row(figures, JUDGE_WORDS[judge], cell(judge), alone)
        return (words, own, number(learned.get(judge.value)), *systems)

    rows = tuple(map(row, Judge))
    first, alone, *titles = _header(figures, "judge", "humans against humans")
    counts = [s["judges"]["excerpts_a_side"] for s in _present(figures).values()]
    note = (
        f"AUC on {min(counts)} or more excerpts of 8 bars a side, with 95 % intervals by a bootstrap "
        "over works; 0.50 is guessing. Judges are tried on works that they have not learned from: "
        "settings of one tune, or movements of one work, are kept together. Under “learned pieces”: "
        "pieces that the network has learned from, in place of songs. Composing knows neither these "
        f"judges nor their features.{_by_piece(figures)}{_notes(figures)}"
    )
    return Table("Judges", (first, alone, "learned pieces", *titles), rows, note)


def _by_piece(figures: Figures) -> str:
    """What a judge would find that may know a tune from its other settings."""
    songs = figures["systems"]["event"]["judges"].get("best_auc_by_piece")
    if songs is None:
        return ""
    learned = (figures["human"].get("learned") or {}).get("best_auc_by_piece")
    of_learned = "" if learned is None else f", and learned pieces with {number(learned)}"
    return (
        " If only pieces were kept whole, not works, the best judge would tell the songs with "
        f"{number(songs)}{of_learned}."
    )


def _notes(figures: Figures) -> str:
    """What is to be said of systems that are missing, or held against something else."""
    said = ""
    for system in figures["systems"].values():
        if "missing" in system:
            said += f" There are no songs “{system['title']}”: {system['missing']}"
        elif system["against_first_part"]:
            own = system.get("songs", figures["songs"])
            count = f" ({own} of them)" if own < figures["songs"] else ""
            said += (
                f" Songs “{system['title']}”{count} have one part and are held against the first "
                "part of the human pieces."
            )
    return said


def tell_table(figures: Figures) -> Table:
    """What gave the machine away."""
    tells = figures["systems"]["event"]["judges"]["tells"][:MOST_TELLS]
    rows = tuple(
        (tell["words"], f"{tell['human']:.3g}", f"{tell['machine']:.3g}", number(tell["auc"]))
        for tell in tells
    )
    note = (
        "A machine's excerpt, compared with a human one. The last column: how often, over all pairs, "
        "the machine's has more of it."
    )
    return Table("What gives it away", ("", "humans", "musegen", "machine has more"), rows, note)


def likelihood_table(figures: Figures) -> Table:
    """Nats a note on the test split."""
    known = figures["likelihood"]
    fields = ("shift", "part", "pitch", "duration", "total")
    rows = tuple(
        (figures["systems"][name]["title"], *(number(nats.get(field), 3) for field in fields))
        for name, nats in known.items()
    )
    note = "In nats a note, on the test split; waits and the end of the piece are counted in."
    return Table("Held-out likelihood", ("system", *fields), rows, note)


def overlap_table(figures: Figures) -> Table:
    """Overlap of histograms with the human pieces'."""

    def cell(index: int) -> Callable[[Figures], str]:
        def of(system: Figures) -> str:
            own = system["overlaps"][index]
            return f"{own['area']:.2f} / {own['divergence']:.2f}"

        return of

    names = [overlap["name"] for overlap in figures["human"]["overlaps"]]
    rows = tuple(_row(figures, name, cell(i)) for i, name in enumerate(names))
    note = (
        "Overlap area (1 is best) / Kullback-Leibler divergence (0 is best) of intra-set and "
        "inter-set distances, after Yang and Lerch (2020); under “humans”, one random half of the "
        "human pieces against the other."
    )
    return Table("Distributions", _header(figures, "histogram"), rows, note)


def structure_table(figures: Figures) -> Table:
    """Likeness of bars, phrases and sections."""
    words = {
        "neighbouring_bars": "likeness of neighbouring bars",
        "best_repeat": "likeness of the two most alike phrases of 4 bars",
        "b_b": "likeness B/B",
        "a_c": "likeness A/C",
        "a_d": "likeness A/D",
    }
    rows = [_row(figures, text, _value("structure", name, number)) for name, text in words.items()]
    for name, text in (
        ("bars_repeated", "bars that repeat an earlier one exactly"),
        ("in_order", "songs with B/B > A/C > A/D"),
    ):
        rows.append(_row(figures, text, _value("structure", name, percent)))
    note = "Likeness runs from 0 to 1; human pieces have no lettered choruses to compare."
    return Table("Structure", _header(figures, ""), tuple(rows), note)


def ending_table(figures: Figures) -> Table:
    """How songs and phrases end."""
    words = {
        "on_tonic": "end on the tonic in the lowest part",
        "top_on_tonic": "end on the tonic in the highest part",
        "long_enough": "last note long enough",
        "on_tonic_and_long_enough": "both: on the tonic, long enough",
        "cadences": "phrases that close on tonic or dominant",
    }
    rows = tuple(_row(figures, text, _value("endings", n, percent)) for n, text in words.items())
    length = figures["human"]["long_enough_beats"]
    note = f"Long enough: {length:g} quarter notes or more, as 95 % of the human pieces have."
    return Table("Endings", _header(figures, "share of songs"), rows, note)


def leading_table(figures: Figures) -> Table:
    """Voice leading against the humans' usual range."""
    rows = []
    for name, words in MEASURES.items():
        if name in figures["human"]["leading"]:
            low, high = figures["human"]["usual"][name]
            rows.append(_row(figures, f"{words}, median", _leading(name, "median", 3)))
            text = f"songs within {low:.3f} to {high:.3f}"
            rows.append(_row(figures, text, _leading(name, "within", None)))
    rows.append(_row(figures, "songs within all", _value("leading", "all_within", percent)))
    note = "The ranges are the humans' 5th to 95th percentile."
    return Table("Voice leading", _header(figures, ""), tuple(rows), note)


def copying_table(figures: Figures) -> Table:
    """How much of the training set stands in the songs."""

    def one_digit(value: float | None) -> str:
        return UNKNOWN if value is None else f"{100 * value:.1f} %"

    rows = (
        _row(figures, "copied 8-note runs, median", _value("copying", "share_median", one_digit)),
        _row(figures, "copied 8-note runs, most", _value("copying", "share_max", one_digit)),
        _row(
            figures,
            "longest copied run in notes, median",
            _value("copying", "longest_median", lambda value: number(value, 0)),
        ),
        _row(
            figures,
            "longest copied run in notes, most",
            _value("copying", "longest_max", lambda value: number(value, 0)),
        ),
        _row(figures, "songs within the limits", _value("copying", "within", percent)),
    )
    limits = figures["human"]["limits"]
    note = (
        f"Limits: {limits['human_share_p95']:.1%} of the runs, the 95th percentile of all held-out "
        f"pieces, and {limits['human_longest_max']} notes, their longest run."
    )
    return Table("Copying", _header(figures, ""), rows, note)


def _value(group: str, name: str, as_text: Callable[[Any], str]) -> Callable[[Figures], str]:
    return lambda system: as_text(system[group].get(name))


def _leading(name: str, what: str, digits: int | None) -> Callable[[Figures], str]:
    def of(system: Figures) -> str:
        value = system["leading"].get(name, {}).get(what)
        return percent(value) if digits is None else number(value, digits)

    return of


def overview(reports: Sequence[Figures]) -> Table:
    """All genres in one table: the goals that have figures, one row a genre."""
    names = {
        "auc": "best judge's AUC",
        "article": "as in 2018",
        "markov": "Markov chain",
        "control": "humans alone",
        "learned": "learned pieces",
        "copying": "copy no more than humans",
        "likeness": "B/B > A/C > A/D",
        **{name: f"usual {word}" for name, word in _LEADING_NAMES.items()},
        "ending": "end well",
    }
    rows = tuple((f"`{r['genre']}`", *_overview_row(r, list(names))) for r in reports)
    return Table("", ("genre", *names.values()), rows)


_LEADING_NAMES = {"parallels": "parallels", "clashes": "clashes", "turns": "changes of direction"}


def _overview_row(figures: Figures, names: Sequence[str]) -> list[str]:
    goals = {goal["name"]: goal for goal in figures["goals"]}
    cells = []
    for name in names:
        if name == "control":
            means = figures["human"]["control_mean"].values()
            cells.append(number(sum(means) / len(means)))
        elif name == "learned":
            cells.append(number((figures["human"].get("learned") or {}).get("best_auc")))
        elif name in {"article", "markov"}:
            system = figures["systems"].get(name, {"missing": ""})
            known = "missing" not in system
            cells.append(number(system["judges"]["best_auc"]) if known else UNKNOWN)
        elif name in goals:
            cells.append(_goal_cell(goals[name]))
        else:
            cells.append(UNKNOWN)
    return cells


def _goal_cell(goal: Figures) -> str:
    as_text = number if goal["name"] == "auc" else percent
    sign = "≤" if goal["is_most"] else "≥"
    text = f"{as_text(goal['value'])} ({sign} {as_text(goal['limit'])})"
    return text if goal["is_met"] else f"**{text}**"


def to_markdown(table: Table) -> str:
    """The table alone, without title and note."""
    rule = ["---", *["---:"] * (len(table.header) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (table.header, rule, *table.rows))
