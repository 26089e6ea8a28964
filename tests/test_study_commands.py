"""The researchers' commands, on studies whose clips are made up: quick, and without music."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from musegen.cli import app
from musegen.studies import questions, synthetic
from musegen.studies.records import HeardBefore, Maker, PlatformIds, Sureness, Vote
from musegen.studies.respondents import read_participants
from musegen.studies.statistics.simulate import Listeners
from musegen.studies.store import Store
from musegen.studies.study_data import study_data
from musegen.studies.study_report import report
from musegen.studies.votes import read_votes
from tests.stores import STUDY, plan, spoil, with_study

FILE = """\
name: tried
title: Tried
genres: [chorale, fiddle]
clips: 8
stimuli: 8
practice: 1
catch: 1
"""
ASKING = FILE + "before: [age, musical-training]\nafter: [device, headphones, comment]\n"
PAIRS = FILE.replace("tried", "paired") + "question: which-is-human\n"


@pytest.fixture
def store(data_dir: Path) -> Iterator[Store]:
    opened = Store.open()
    assert data_dir.joinpath("musegen.db").exists()
    yield opened
    opened.close()


def run(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["study", *words], input=answer)


def said(*words: str) -> dict:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*words: str, answer: str | None = None) -> str:
    result = run(*words, answer=answer)
    assert result.exit_code == 2
    assert result.stdout.strip() in {"", "n"}  # what was typed
    return result.stderr.splitlines()[-1]


def someone(store: Store, study: str) -> str:
    """A participant from a platform who votes on all clips."""
    ids = PlatformIds("prolific", "person-7", "study-7", "session-7")
    person = store.people.find(store.people.begin(study, language="de", platform=ids))
    assert person is not None
    plan(store, person.id, store.clips.all(study))
    for position in range(1, 5):
        vote = Vote(Maker.HUMAN, Sureness.CERTAIN, HeardBefore.NO, 12.3)
        assert store.ballots.add_vote(person.id, position, vote)
    store.people.answer(person.id, {"comment": "fine"}, when="after")
    return person.id


def test_studies_are_listed(store: Store) -> None:
    assert said("list") == {"studies": [], "unreadable": []}
    assert "no study yet" in run("list").stdout
    with_study(store)
    someone(store, STUDY)
    (record,) = said("list")["studies"]
    assert record["name"] == STUDY
    assert record["page"] == f"/Survey?study={STUDY}"
    assert (record["status"], record["clips"], record["clips_wanted"]) == ("making", 4, 40)
    assert (record["participants"], record["finished"]) == (1, 0)
    assert f"{STUDY}  making, 4 of 40 clips, 1 participants" in run("list").stdout


def test_a_study_is_closed_and_reopened(store: Store) -> None:
    with_study(store)
    store.studies.freeze(STUDY, {})
    assert said("close", STUDY)["status"] == "closed"
    assert said("reopen", STUDY)["status"] == "open"
    assert "There is no study “none”; there is “a-study”." in refused("close", "none")


def test_a_study_is_deleted_once_that_is_sure(store: Store) -> None:
    with_study(store)
    someone(store, STUDY)
    assert "Nothing was done." in refused("delete", STUDY, answer="n\n")
    assert "add --yes" in refused("delete", STUDY, answer="")
    assert len(store.studies.all()) == 1
    assert said("delete", STUDY, "--yes") == {"deleted": STUDY}
    assert store.studies.all() == []
    assert read_votes(store).empty


def test_a_participant_is_forgotten_with_everything(store: Store) -> None:
    with_study(store)
    person = someone(store, STUDY)
    assert run("delete-participant", person, answer="y\n").exit_code == 0
    data = study_data(store, STUDY, with_platform_ids=True)
    assert data.votes.empty
    assert data.participants.empty
    assert data.platform_table.empty
    assert "There is no participant “nobody”" in refused("delete-participant", "nobody", "--yes")


def test_an_export_has_what_was_voted(store: Store, tmp_path: Path) -> None:
    with_study(store)
    person = someone(store, STUDY)
    record = said("export", STUDY, "--out", str(tmp_path / "new"), "--format", "csv")
    assert record == {
        "study": STUDY,
        "out": str(tmp_path / "new" / "study-a-study.csv"),
        "votes": 4,
    }
    table = pd.read_csv(record["out"])
    assert list(table["participant"]) == [person] * 4
    assert set(table["answer"]) == {"human"}
    written = said("export", STUDY, "--out", str(tmp_path / "t.parquet"), "--format", "parquet")
    assert len(pd.read_parquet(written["out"])) == 4
    assert "ask for --format all" in refused(
        "export", STUDY, "--out", str(tmp_path), "--format", "csv", "--with-platform-ids"
    )


def test_an_archive_has_platform_ids_only_where_they_are_asked_for(
    store: Store, tmp_path: Path
) -> None:
    store.studies.add(FILE)
    synthetic.simulate_study(store, "tried", participants=2, listeners=Listeners(), seed=1)
    for with_ids in (False, True):
        flag = ["--with-platform-ids"] if with_ids else []
        out = tmp_path / f"{with_ids}.zip"
        said("export", "tried-synthetic", "--out", str(out), *flag)
        names = zipfile.ZipFile(out).namelist()
        assert any(name.endswith("platform_ids.csv") for name in names) is with_ids
        for folder in ("bids", "psych-ds", "stimuli", "table"):
            assert any(f"/{folder}/" in name for name in names), folder


@pytest.mark.parametrize("text", [FILE, PAIRS], ids=["clips", "pairs"])
def test_simulated_people_are_as_good_as_they_should_be(store: Store, text: str) -> None:
    name = store.studies.add(text).name
    record = said("simulate", name, "--participants", "60", "--d-prime", "1.5", "--seed", "4")
    assert record["study"] == f"{name}-synthetic"
    found = report(store, record["study"])
    assert found.is_synthetic
    assert found.people["participants"] == found.people["finished"] == 60
    assert found.people["votes"] == 480
    overall = found.tables["detection"][0]
    assert overall["d_prime_low"] < 1.5 < overall["d_prime_high"]
    (test, _) = found.tables["tests"]
    assert test["p"] < 1e-6
    for model in found.tables.get("model", []):
        assert model["votes"] == 480
        assert model["odds_ratio_low"] > 1  # d′ 1.5: odds of about 12
        assert model["odds_ratio_low"] < 12 < model["odds_ratio_high"]
    votes = read_votes(store, record["study"])
    assert votes["is_synthetic"].all()
    assert len(votes[votes["kind"] == "practice"]) == len(votes[votes["kind"] == "catch"]) == 60


def test_bias_moves_the_criterion(store: Store) -> None:
    store.studies.add(FILE)
    said("simulate", "tried", "--participants", "60", "--d-prime", "0", "--bias", "0.8")
    overall = report(store, "tried-synthetic").tables["detection"][0]
    assert overall["criterion_low"] < 0.8 < overall["criterion_high"]


ITEMS = [f"gold_msi_{number}" for number in range(1, 8)]


def test_simulated_people_say_of_themselves_what_is_asked(store: Store) -> None:
    store.studies.add(ASKING)
    said("simulate", "tried", "--participants", "40")
    people = read_participants(store, "tried-synthetic")
    for name in ("age-band", "device", "headphones"):
        column = people[name.replace("-", "_")]
        assert set(column) <= set(questions.CHOICES[name])
        assert column.nunique() > 1
    assert people[ITEMS].notna().all(axis=None)
    assert people[ITEMS].nunique(axis=1).gt(1).mean() > 0.9  # nobody answers all alike
    assert people["musical_training"].between(1, 7).all()
    assert people["musical_training"].nunique() > 10
    assert (people["comment"] == "").all()


def test_simulated_people_say_nothing_that_is_not_asked(store: Store) -> None:
    store.studies.add(FILE + "after: [device]\n")
    said("simulate", "tried", "--participants", "3")
    people = read_participants(store, "tried-synthetic")
    assert (people["device"] != "").all()
    assert (people[["age_band", "headphones", "comment"]] == "").all(axis=None)
    assert people["musical_training"].isna().all()


@pytest.mark.parametrize("training", [1.0, 1.1, 2.5, 4.0, 5.9, 7.0])
def test_the_training_that_is_said_is_the_listeners(training: float) -> None:
    for seed in range(20):
        items = synthetic.training_answers(training, np.random.default_rng(seed))
        assert set(items) == set(questions.TRAINING_ITEMS)
        assert set(items.values()) <= set(questions.STEPS)
        assert abs(questions.musical_training(items) - training) <= 1 / 14 + 1e-9


def test_who_is_trained_judges_as_the_trained_do(store: Store) -> None:
    store.studies.add(ASKING)
    trained = Listeners({"event": 1.0}, training_effect=0.8)
    synthetic.simulate_study(store, "tried", participants=60, listeners=trained, seed=2)
    people = read_participants(store, "tried-synthetic").set_index("participant")
    votes = read_votes(store, "tried-synthetic").query("kind == 'clip'")
    right = (votes["answer"] == votes["truth"]).groupby(votes["participant"]).mean()
    assert right.corr(people["musical_training"]) > 0.4


def test_the_same_seed_gives_the_same_answers(store: Store) -> None:
    store.studies.add(FILE)
    columns = ["position", "stimulus", "answer", "sureness", "listened_s"]
    votes = []
    for seed in (1, 1, 2):
        said("simulate", "tried", "--participants", "3", "--seed", str(seed))
        votes.append(read_votes(store, "tried-synthetic")[columns])
        said("delete", "tried-synthetic", "--yes")
    assert votes[0].equals(votes[1])
    assert not votes[0].equals(votes[2])


def test_simulated_and_real_votes_never_mix(store: Store) -> None:
    store.studies.add(FILE)
    store.studies.add(FILE.replace("tried", "tried-synthetic"))  # somebody's real study
    assert "There is a study “tried-synthetic” already" in refused(
        "simulate", "tried", "--participants", "2"
    )
    assert not store.studies.get("tried-synthetic").is_synthetic
    said("delete", "tried-synthetic", "--yes")
    said("simulate", "tried", "--participants", "2")
    assert "is simulated already" in refused("simulate", "tried-synthetic", "--participants", "2")
    assert read_votes(store, "tried").empty


def test_a_simulation_that_fails_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.studies.add(FILE)

    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(synthetic, "_vote", broken_off)
    with pytest.raises(KeyboardInterrupt):
        synthetic.simulate_study(store, "tried", participants=2, listeners=Listeners(), seed=1)
    assert [study.name for study in store.studies.all()] == ["tried"]


def test_a_report_is_printed_as_tables_and_as_one_object(store: Store) -> None:
    store.studies.add(FILE)
    said("simulate", "tried", "--participants", "12")
    record = said("report", "tried-synthetic")
    assert record["study"] == "tried-synthetic"
    assert {
        "people",
        "model",
        "called_human",
        "right",
        "detection",
        "roc",
        "tests",
    } <= record.keys()
    printed = run("report", "tried-synthetic").stdout
    assert "96 votes of 12 participants" in printed
    for title in (
        "mixed model",
        "Called human",
        "Right answers",
        "Telling machine from human",
        "Tests",
    ):
        assert title in printed


def test_a_study_without_votes_has_a_report(store: Store) -> None:
    store.studies.add(FILE)
    record = said("report", "tried")
    assert record["people"] == {"participants": 0, "finished": 0, "votes": 0, "flagged": 0}
    assert record["tests"][0]["why"] == "no votes"
    assert "0 votes of 0 participants" in run("report", "tried").stdout


def test_a_study_file_with_a_mistake_makes_no_study(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(FILE + "stimuly: 3\n", encoding="utf-8")
    assert refused("create", str(path)) == (
        "Line 8 of mine.yaml: there is no key “stimuly”; did you mean “stimuli”?"
    )
    path.write_text(FILE.replace("stimuli: 8", "stimuli: 800"), encoding="utf-8")
    assert "more human clips than there are pieces" in refused("create", str(path))
    assert store.studies.all() == []


def test_another_study_of_the_same_name_is_refused(store: Store, tmp_path: Path) -> None:
    store.studies.add(FILE)
    path = tmp_path / "mine.yaml"
    path.write_text(FILE.replace("clips: 8", "clips: 6"), encoding="utf-8")
    assert "There is another study “tried” already" in refused("create", str(path))


def test_a_study_that_cannot_be_read_is_listed_and_deleted(store: Store) -> None:
    with_study(store)
    store.studies.add(FILE)
    spoil(store)
    listed = said("list")
    assert [study["name"] for study in listed["studies"]] == ["tried"]
    assert listed["unreadable"] == [STUDY]
    assert f"python -m musegen study delete {STUDY}" in run("list").stdout
    assert said("delete", STUDY, "--yes") == {"deleted": STUDY}
    assert said("list")["unreadable"] == []
