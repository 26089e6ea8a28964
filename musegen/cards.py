"""Model cards: what a model learned from, how well, and what it cannot do.

After Mitchell et al. (2019), *Model Cards for Model Reporting*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from musegen.evaluation.tables import tables, to_markdown

_MUSIC21_LICENCE = (
    "the music21 package. Its encoders gave their permission; some encodings may not be used "
    "commercially, so neither should this model be. The music itself is in the public domain."
)

SOURCES = {
    "chorale": f"Bach's four-part chorales (`bach/bwv*.mxl`) as they come with {_MUSIC21_LICENCE}",
    "fiddle": (
        "Ryan's Mammoth Collection (1883) and O'Neill's Music of Ireland (1850 tunes, 1903) as "
        f"they come with {_MUSIC21_LICENCE}"
    ),
    "quartet": (
        "string quartet movements by Haydn, Mozart and Beethoven as they come with "
        f"{_MUSIC21_LICENCE}"
    ),
    "folk": (
        "the Nottingham Music Database (British and American dance tunes, collected by Eric Foxley; "
        "jukedeck/nottingham-dataset at 0992bb6), GPL-3.0. The chord symbols are sounded as an "
        "accompaniment by this project."
    ),
    "mazurka": (
        "Chopin's mazurkas and waltzes from the Humdrum encodings of his first editions by the "
        "Fryderyk Chopin Institute (pl-wnifc/humdrum-chopin-first-editions at 95dfb10), one "
        "edition of each, CC BY 4.0. The notes alone were kept, and moved to other keys."
    ),
    "ragtime": (
        "14 of Scott Joplin's rags, engraved from the LilyPond scores of the Mutopia Project "
        "(MutopiaProject/MutopiaProject, ftp/JoplinS, at 2144afd), Public Domain."
    ),
    "renaissance": (
        f"Palestrina's mass movements in four parts as they come with {_MUSIC21_LICENCE}"
    ),
    "song": (
        "songs for voice and piano by German Romantics from the OpenScore Lieder Corpus "
        "(OpenScore/Lieder at bca1224), CC0."
    ),
}
OWN_SOURCE = "files chosen on this machine; their licences are for whoever chose them to know."

LIMITS = """\
- It knows the notes of a score, not dynamics, words, ornaments or articulation.
- Its memory reaches back a few bars by itself and 1, 2, 4 and 8 bars by look-back; what is
  alike over longer distances comes from the form that the song is given.
- It writes in C major and A minor; other keys are transpositions of these."""

TELLS = {
    "chorale": "voice-leading that Bach would have mended, phrases that lead nowhere.",
    "fiddle": "a tune that says again too soon what it has just said, phrases that lead nowhere.",
    "quartet": "turns that hardly come back, leading notes that do not rise, chords without aim.",
    "folk": "bars that stay alike in rhythm for too long, phrases that lead nowhere.",
    "mazurka": "a melody that repeats its notes, turns and rhythms that hardly come back.",
    "ragtime": "hands that lie high, a right hand that turns about and hardly comes back to anything.",
    "renaissance": "voices that begin and leap together where Palestrina's go their own ways.",
    "song": "a melody that hardly comes back to anything, notes that seldom leave the scale.",
}
"""By what a trained ear still tells it, by genre: of what its evaluation finds, what is heard."""

OWN_TELL = "phrases that lead nowhere."

JUDGES_PLOT = "evaluation-judges.svg"
OVERLAP_PLOT = "evaluation-distributions.svg"

_FIELDS = ("shift", "part", "pitch", "duration", "total")


def model_card(
    name: str, config: Mapping[str, Any], evaluation: Mapping[str, Any] | None = None
) -> str:
    """The card as Markdown, from the values of ``config.json`` and ``evaluation.json``."""
    return "\n".join(
        [
            f"# {config['genre']['title']}",
            "",
            config["genre"]["description"],
            "",
            "## Data",
            "",
            f"From {SOURCES.get(name, OWN_SOURCE)}",
            "",
            *_earlier_data(config["networks"]),
            *_data_table(config["data"]),
            "",
            (
                "Split by work before anything else: pieces that share a tune are in one split "
                "(`split.json`)."
            ),
            "",
            "## Network",
            "",
            _network(config),
            "",
            "## Training",
            "",
            "\n\n".join(map(_training, config["networks"])),
            "",
            "## Held-out likelihood",
            "",
            (
                "In nats a note, on a grid of 12 ticks a beat; waits and the end of the piece are "
                "counted in."
            ),
            "",
            *_likelihood_table(config["nats_per_note"]),
            "",
            "## Copying",
            "",
            _copying(config["copying"]),
            "",
            *([] if evaluation is None else _evaluation(evaluation)),
            "## Limits",
            "",
            LIMITS,
            *_tell(name),
            "",
        ]
    )


def _earlier_data(networks: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the models had learned from that these networks began with, if any."""
    lines = []
    for model in dict.fromkeys(m for n in networks for m in _began_with(n["training"])):
        lines += [f"It began with the model “{model}”, from {SOURCES.get(model, OWN_SOURCE)}", ""]
    return lines


def _began_with(training: Mapping[str, Any]) -> list[str]:
    """The models of other music that training began with, the latest first."""
    if "before" not in training:
        return []
    before = training["before"]
    return [*([before["model"]] if "model" in before else []), *_began_with(before)]


def _tell(name: str) -> list[str]:
    sentence = f"A trained ear still hears that it is a machine: {TELLS.get(name, OWN_TELL)}"
    return wrap(sentence, 92, initial_indent="- ", subsequent_indent="  ")


def _data_table(data: Mapping[str, Any]) -> list[str]:
    rows = [f"| {part} | {d['pieces']:,} | {d['notes']:,} |" for part, d in data.items()]
    return ["| split | pieces | notes |", "| --- | ---: | ---: |", *rows]


def _network(config: Mapping[str, Any]) -> str:
    networks = config["networks"]
    shape = networks[0]["shape"]
    together = "" if len(networks) == 1 else f"{len(networks)} networks that write together, each "
    weights = ", ".join(f"{network['weights']:,}" for network in networks)
    return (
        f"{together}{shape['layers']} causal GRU layers of {shape['units']} units and four chained "
        f"heads (shift → part → pitch → duration), {weights} weights, Keras 3."
    )


def _compares(network: Mapping[str, Any]) -> str:
    reach = network["shape"].get("reach", 0)
    return f" It compares pitches by interval, up to {reach} semitones." if reach else ""


def _training(network: Mapping[str, Any]) -> str:
    training = network["training"]
    where = f" {training['where']}." if training.get("where") else ""
    if "imitation" in training:
        before = _training({**network, "training": training["before"]})
        return f"{_imitation(training)}{where} Before: {before}"
    return (
        f"Up to {training['epochs']} epochs of AdamW with a cosine schedule "
        f"(batch {training['batch']} × {training['sequence']} events, learning rate "
        f"{training['learning_rate']:g}, dropout {network['shape']['dropout']:g}, seed "
        f"{training['seed']}); {_kept(training)}. {training['minutes']:.0f} minutes."
        f"{_before(training)}{where}{_compares(network)}"
    )


def _imitation(training: Mapping[str, Any]) -> str:
    how = training["imitation"]
    return (
        f"{how['rounds']} rounds in which it wrote {how['songs']} songs of training pieces’ bars, "
        "and a judge of beats that learned beside it told them from the pieces: what it took for "
        f"human became likelier (policy gradient; Adam, learning rate {how['learning_rate']:g}, "
        f"seed {how['seed']}), while the pieces were learned from as well. "
        f"{training['minutes']:.0f} minutes."
    )


def _before(training: Mapping[str, Any]) -> str:
    before = training.get("before", {})
    if "epochs" not in before:
        return " It went on from one that had learned from its own songs." if before else ""
    whose = f", the model “{before['model']}”" if "model" in before else ""
    return f" It went on from a network of {before['epochs']} epochs{whose}."


def _kept(training: Mapping[str, Any]) -> str:
    if training.get("keep_last"):
        return (
            "the last epoch was kept, though an earlier one may predict the validation split better"
        )
    return "the epoch with the best likelihood on the validation split was kept"


def _likelihood_table(nats: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| {part} | " + " | ".join(f"{values[field]:.3f}" for field in _FIELDS) + " |"
        for part, values in nats.items()
    ]
    header = "| split | " + " | ".join(_FIELDS) + " |"
    return [header, "| --- |" + " ---: |" * len(_FIELDS), *rows]


def _copying(human: Mapping[str, Any]) -> str:
    return (
        "Share of 8-note (interval, duration) runs that stand in the training set, for held-out "
        f"human pieces: median {human['human_share_median']:.1%}, 95th percentile "
        f"{human['human_share_p95']:.1%}; longest run: median {human['human_longest_median']}, "
        f"most {human['human_longest_max']} notes. A song that copies more is composed again."
    )


def _evaluation(figures: Mapping[str, Any]) -> list[str]:
    """The report's tables and pictures."""
    lines = [
        "## Evaluation",
        "",
        (
            f"{figures['songs']} songs, just as they were composed, beside {figures['pieces']} human "
            f"pieces that no model has learned from "
            f"(`python -m musegen evaluate {figures['genre']} --songs {figures['songs']} "
            f"--seed {figures['seed']}`)."
        ),
        "",
        f"![What the judges say]({JUDGES_PLOT})",
        "",
        f"![Histograms of human pieces and of songs]({OVERLAP_PLOT})",
        "",
    ]
    for table in tables(figures):
        lines += [f"### {table.title}", "", to_markdown(table), ""]
        lines += [table.note, ""] if table.note else []
    return lines
