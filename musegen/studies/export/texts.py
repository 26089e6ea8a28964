"""What the READMEs and change logs of an export say."""

from __future__ import annotations

from collections.abc import Iterable

from musegen.studies.export.data import StudyData

GUARD = """\
In CSV and TSV, a text that begins with = + - @ (or their full-width twins), a tab or a line
break has an apostrophe before it, so that no spreadsheet takes it for a formula. Take it away
where you need the text as it was."""

PRIVACY = """\
Participants have random ids. There are no names, addresses, IP addresses or tokens here. The
times of votes, and language, age band, device and musical training taken together, may still
help somebody who knows a participant to find that person: think of that before you publish."""

PLATFORM_IDS = """\
platform_ids.csv says who is who on the platform that sent the participants. It is personal
data: keep it apart from the rest, and do not publish it."""


def description(data: StudyData) -> str:
    """What the study is, in a sentence or more: the researcher's words, or ours."""
    return data.description or (
        f"“{data.title or data.name}”: a listening study in which people heard short pieces of "
        "music and said whether a human or a machine had composed them."
    )


def changes(data: StudyData) -> str:
    """A change log in the manner of CPAN, with the one version that there is."""
    return f"1.0.0 {data.last_day}".rstrip() + "\n  - First export.\n"


def readme(data: StudyData, *, contents: Iterable[str], with_platform_ids: bool) -> str:
    """What is in the archive, and how to repeat the study."""
    parts = [
        f"{data.title or data.name}\n{'=' * len(data.title or data.name)}\n\n{description(data)}",
        _numbers(data),
        "What is here\n------------\n\n" + "\n".join(contents),
        _REPEAT,
        "Formulas\n--------\n\n" + GUARD,
        "Privacy\n-------\n\n" + PRIVACY,
    ]
    if with_platform_ids:
        parts.append(PLATFORM_IDS)
    return "\n\n".join(parts) + "\n"


def bids_readme(data: StudyData) -> str:
    """The README of the BIDS dataset."""
    parts = [
        f"# {data.title or data.name}",
        description(data),
        _numbers(data),
        _BIDS,
        GUARD,
        PRIVACY,
    ]
    return "\n\n".join(parts) + "\n"


def psychds_readme(data: StudyData) -> str:
    """The README of the Psych-DS dataset."""
    parts = [
        f"# {data.title or data.name}",
        description(data),
        _numbers(data),
        _PSYCHDS,
        GUARD,
        PRIVACY,
    ]
    return "\n\n".join(parts) + "\n"


def _numbers(data: StudyData) -> str:
    simulated = int(data.votes["is_synthetic"].sum())
    of_these = f" ({simulated} of them simulated, see “is_synthetic”)" if simulated else ""
    return (
        f"Votes: {len(data.votes)}{of_these}. Participants: {len(data.participants)}. "
        f"Clips: {len(data.stimuli)}."
    )


_REPEAT = """\
How to repeat the study
-----------------------

1. Install musegen in the version that versions.json names, with the models and the
   SoundFont named there: other versions make other clips.
2. Give musegen the study file, study.yaml. Take out of it what is yours alone: the days when
   the study opens and closes, and where participants are sent in the end.
3. For the very same clips, use the sounds in stimuli/, where this archive has them;
   stimuli.csv says what each one is, and from which seed and excerpt it was made. For new
   clips by the same rules, let musegen make them from the study file.
4. Analyse the table as this study's was analysed: codebook.csv says what each column means.

As long as the study runs, keep this archive away from participants: it tells the truth about
every clip, and the study file may hold a completion code."""

_BIDS = """\
This is behaviour without imaging. Each participant who voted has a folder with one table,
one row a trial in the order of hearing; task-*_beh.json says what its columns mean.
“trial_type” is what the trial was for (clip, catch or practice), “response_time” runs from the
trial's first showing to the vote, and “stim_file” names a sound in /stimuli. White space
within a text is one space here, be it tabs or line breaks. People who took part but never
voted are left out."""

_PSYCHDS = """\
data/ holds one table, one row a vote, with what is known of who gave it. What each column
means stands under “variableMeasured” in dataset_description.json. An empty cell is a missing
value."""
