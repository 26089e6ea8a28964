"""The survey's stages, without a browser: what each stores, and what it never shows."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from musegen.studies import headphones, schema
from musegen.studies.clip_files import clip_path
from musegen.studies.records import Maker, Stimulus
from musegen.studies.respondents import read_participants
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.stores import plan
from tests.surveys import (
    NAME,
    add_study,
    at_the_end,
    begun,
    head,
    heading,
    listening,
    open_page,
    parameter,
    participant,
    planned,
    press,
    reply,
    run,
    shown,
    tones,
    vote,
)
from ui.survey_texts import en

TEXT = en.TEXTS


@pytest.fixture(autouse=True)
def store(page_store: Store) -> Store:
    """The page's own database."""
    return page_store


def sent(app: AppTest) -> str:
    """All that the browser would get for the page as it stands, sounds left out, as text."""
    found: list[str] = []

    def visit(node: object) -> None:
        proto = getattr(node, "proto", None)
        if getattr(proto, "component_name", "") == "listening":
            found.append(f"{proto.id} {head(app)}")
        elif getattr(proto, "component_name", "") == "screen":
            found.append(f"{proto.id} {proto.json}")
        elif proto is not None and "<style>" not in str(proto):
            found.append(str(proto))
        for child in getattr(node, "children", {}).values():
            visit(child)

    visit(app._tree)
    return "\n".join(found)


# Checks and questions


def test_the_sound_check_is_noted(store: Store) -> None:
    add_study(store)
    app = press(open_page(study=NAME), TEXT.welcome.agree)
    assert head(app)["button"] == TEXT.checks.sound_well
    reply(app)
    assert participant(app, store).sound_checked_at is not None
    assert heading(app) == "Clip 1 of 2"


def test_a_reload_at_the_sound_check_comes_back_to_it(store: Store) -> None:
    add_study(store)
    app = press(open_page(study=NAME), TEXT.welcome.agree)
    again = open_page(p=parameter(app, "p"))
    assert heading(again) == TEXT.checks.sound_title
    assert any(button.label == TEXT.gate.start_as_new for button in again.button)


def test_the_headphone_check_keeps_the_share_and_excludes_nobody(store: Store) -> None:
    add_study(store, "headphone_check: true\n")
    app = begun()
    order = headphones.order_of(participant(app, store).id)
    for number, trial in enumerate(order):
        assert heading(app) == f"Which tone is quietest? {number + 1} of 6"
        reply(app, tone=str(trial.quietest if number < 2 else trial.antiphase))
    assert participant(app, store).headphone_check == pytest.approx(2 / 6)
    assert heading(app) == "Clip 1 of 2"


def test_the_headphone_check_goes_on_after_a_reload_and_a_locked_database(
    store: Store, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{data_dir / 'musegen.db'}?timeout=0.2"
    monkeypatch.setenv("MUSEGEN_DATABASE_URL", address)
    add_study(store, "headphone_check: true\n")
    app = begun()
    order = headphones.order_of(participant(app, store).id)
    reply(app, tone=str(order[0].quietest))
    app = open_page(p=parameter(app, "p"))
    for number, trial in list(enumerate(order))[1:]:
        assert heading(app) == f"Which tone is quietest? {number + 1} of 6"
        if number == 5:
            other = sqlite3.connect(data_dir / "musegen.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            reply(app, tone=str(trial.quietest))
            assert app.error[0].value == TEXT.gate.trouble
            other.execute("ROLLBACK")
            other.close()
        reply(app, tone=str(trial.quietest))
    assert participant(app, store).headphone_check == 1
    assert heading(app) == "Clip 1 of 2"


def test_questions_may_be_answered(store: Store) -> None:
    add_study(store, "before: [musical-training, age, device, headphones, comment]\n")
    app = begun()
    assert heading(app) == TEXT.questions.before_title
    chosen = ["1", "1", "4", "4", "4", "4", "4", "60+", "phone", "no"]
    for group, value in zip(app.get("button_group"), chosen, strict=True):
        group.set_value([value] if isinstance(group.value, list) else value)
    app.text_area[0].set_value("  Ünusual 🎵  ")
    press(app, TEXT.questions.go_on)
    (row,) = read_participants(store, NAME).to_dict("records")
    assert row["musical_training"] == pytest.approx((7 + 7 + 5 * 4) / 7)
    assert (row["age_band"], row["device"], row["headphones"]) == ("60+", "phone", "no")
    assert row["comment"] == "Ünusual 🎵"
    assert heading(app) == "Clip 1 of 2"


def test_questions_may_all_be_left_out(store: Store) -> None:
    add_study(store, "before: [musical-training, age]\nafter: [comment]\n")
    app = press(begun(), TEXT.questions.go_on)
    assert store.people.answers(participant(app, store).id) == {}
    vote(vote(app))
    assert heading(app) == TEXT.questions.after_title
    press(app, TEXT.questions.go_on)
    assert "You got" in heading(app)
    assert store.people.answers(participant(app, store).id) == {}


# Trials


def test_a_vote_is_stored_as_it_was_given(store: Store) -> None:
    add_study(store)
    app = reply(
        begun(),
        {"answers": {"rating": "machine-3", "heard": "maybe"}, "heard": [4.5], "plays": [3]},
    )
    row = read_votes(store).iloc[0]
    assert (row.answer, row.sureness, row.heard_before) == ("machine", 3, "maybe")
    assert (row.listened_s, row.plays, row.position) == (4.5, 3, 1)
    assert (row.other_listened_s, row.other_plays) == (0, 0)
    assert heading(app) == "Clip 2 of 2"


def test_six_steps_stand_in_a_row_from_sure_to_sure(store: Store) -> None:
    add_study(store)
    sides = head(begun())["groups"][0]["sides"]
    assert [option["value"] for side in sides for option in side["options"]] == [
        *("human-3", "human-2", "human-1"),
        *("machine-1", "machine-2", "machine-3"),
    ]
    assert sides[0]["options"][0]["spoken"] == "A human: Certain"


def test_so_much_must_be_heard(store: Store) -> None:
    add_study(store)
    app = begun()
    assert head(app)["enough_s"] == 1.5  # browsers round what they report
    assert "at least 2 seconds" in head(app)["words"]["listen_first"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        "human-3",
        {"answers": {"rating": "human-4", "heard": "no"}, "heard": [5], "plays": [1]},
        {"answers": {"rating": "human-3"}, "heard": [5], "plays": [1]},
        {"answers": {"rating": "human-3", "heard": "no"}, "heard": [], "plays": []},
    ],
)
def test_a_reply_that_makes_no_sense_is_no_vote(store: Store, value: object) -> None:
    add_study(store)
    app = reply(begun(), value)
    assert read_votes(store).empty
    assert heading(app) == "Clip 1 of 2"
    assert not app.error


def test_heard_before_is_asked_only_where_the_study_wants_it(store: Store) -> None:
    add_study(store, "ask_heard_before: false\n")
    app = begun()
    assert [group["name"] for group in head(app)["groups"]] == ["rating"]
    vote(app, heard=None)
    assert read_votes(store).iloc[0].heard_before == ""


def test_of_a_pair_the_first_is_voted_on(store: Store) -> None:
    add_study(store, "question: which-is-human\n")
    app = begun()
    assert [player["label"] for player in head(app)["players"]] == ["The first", "The second"]
    assert "listen to both" in head(app)["words"]["listen_first"]
    first = store.ballots.trials(participant(app, store).id)[0]
    reply(
        app,
        {"answers": {"rating": "human-1", "heard": "no"}, "heard": [3, 4.5], "plays": [1, 2]},
    )
    row = read_votes(store).iloc[0]
    assert (row.stimulus, row.other_stimulus) == first.stimulus_ids
    assert (row.answer, row.sureness, row.listened_s, row.plays) == ("human", 1, 3.0, 1)
    assert (row.other_listened_s, row.other_plays) == (4.5, 2)
    assert heading(app) == "Pair 2 of 2"


def test_practice_tells_the_truth_at_once(store: Store) -> None:
    add_study(store, "practice: 1\n")
    app = begun()
    assert heading(app) == "Practice 1 of 1"
    (trial, *_) = store.ballots.trials(participant(app, store).id)
    clips = {clip.id: clip for clip in store.clips.all(NAME)}
    truth = clips[trial.stimulus_ids[0]].truth
    vote(app, f"{truth}-3")
    assert heading(app) == TEXT.trial.right_title
    assert ("Written by a human" if truth is Maker.HUMAN else "Composed by a machine") in shown(app)
    assert listening(app)  # once more to hear
    press(app, TEXT.trial.next)
    assert heading(app) == "Clip 1 of 2"
    vote(vote(app))
    assert TEXT.thanks.score_title.format(right=1, total=2) == heading(app)


def test_a_wrong_practice_answer_is_told_kindly_and_a_reload_goes_on(store: Store) -> None:
    add_study(store, "practice: 1\n")
    app = begun()
    (trial, *_) = store.ballots.trials(participant(app, store).id)
    clips = {clip.id: clip for clip in store.clips.all(NAME)}
    wrong = "machine" if clips[trial.stimulus_ids[0]].truth is Maker.HUMAN else "human"
    vote(app, f"{wrong}-1")
    assert heading(app) == TEXT.trial.wrong_title
    assert heading(open_page(p=parameter(app, "p"))) == "Clip 1 of 2"


def test_a_reload_goes_on_where_it_stopped(store: Store) -> None:
    add_study(store)
    app = vote(begun())
    again = open_page(p=parameter(app, "p"))
    assert heading(again) == "Clip 2 of 2"
    assert TEXT.trial.welcome_back in shown(again)
    vote(again)
    assert heading(run(app)) == heading(again)  # the first window follows
    assert len(read_votes(store)) == 2


def test_a_second_window_that_is_behind_goes_on_without_a_second_vote(store: Store) -> None:
    add_study(store)
    app = begun()
    behind = open_page(p=parameter(app, "p"))
    vote(app, "human-3")
    vote(behind, "machine-1")
    assert heading(behind) == "Clip 2 of 2"
    votes = read_votes(store)
    assert votes[["position", "answer"]].values.tolist() == [[1, "human"]]


def test_somebody_new_on_the_same_machine_is_a_participant_of_their_own(store: Store) -> None:
    add_study(store)
    app = at_the_end()
    first = parameter(app, "p")
    press(app, TEXT.gate.start_as_new)
    press(app, TEXT.welcome.agree)
    assert parameter(app, "p") != first
    assert heading(app) == TEXT.checks.sound_title
    assert heading(open_page(p=first)) == TEXT.thanks.score_title.format(right=1, total=2)


@pytest.mark.parametrize("question", ["human-or-machine", "which-is-human"])
def test_nothing_that_is_sent_hints_at_the_truth(store: Store, question: str) -> None:
    add_study(store, f"question: {question}\n")
    app = begun()
    stimuli = planned(store, app)
    looks: set[str] = set()
    for position in (1, 2):
        text = sent(app)
        for stimulus in stimuli:
            for secret in (stimulus.id, stimulus.piece, stimulus.title or stimulus.piece):
                assert secret not in text
        assert not re.search(r"\b(event|article|chorale)\b", text)
        plain = re.sub(rf"\b{position}(?=-of-| of )", "N", text)
        plain = re.sub(r"ID-[0-9a-f]{32}", "ID", re.sub(r"'size': \d+", "size", plain))
        plain = "\n".join(line for line in plain.splitlines() if "width: " not in line)
        looks.add(plain)
        vote(app)
    assert len(looks) == 1


def test_of_a_clip_the_browser_is_told_nothing_but_its_size(store: Store) -> None:
    """Whichever clip of the study stands at somebody's first place."""
    add_study(store, "catch: 1\npractice: 1\n")
    app = begun()
    whose = participant(app, store).id
    told, sizes = set(), set()
    for number, stimulus in enumerate(store.clips.all(NAME)):
        put_first(store, whose, stimulus, tones(number, 3 + number))
        before = head(run(app))
        sizes.add(before["players"][0].pop("size"))
        told.add((listening(app).id, json.dumps(before)))
    assert len(sizes) == number + 1 == 10
    assert len(told) == 1


def put_first(store: Store, participant: str, stimulus: Stimulus, mp3: bytes) -> None:
    """Let the participant hear this clip and nothing else."""
    with store.database.transaction() as connection:
        of_theirs = schema.trials.c.participant_id == participant
        connection.execute(sa.delete(schema.trials).where(of_theirs))
        its = schema.sounds.c.stimulus_id == stimulus.id
        connection.execute(sa.update(schema.sounds).where(its).values(mp3=mp3))
    clip_path(stimulus.id).unlink(missing_ok=True)
    plan(store, participant, [stimulus])


def test_by_anothers_platform_id_nobody_sees_what_was_answered(store: Store) -> None:
    """An address can be forged; before the end it leads to the place in the test alone."""
    add_study(store)
    looks = set()
    for person, rating in (("first", "human-3"), ("second", "machine-1")):
        app = vote(begun(PROLIFIC_PID=person, SESSION_ID="theirs"), rating)
        forged = open_page(study=NAME, PROLIFIC_PID=person, SESSION_ID="other")
        press(forged, TEXT.welcome.agree)
        assert parameter(forged, "p") == parameter(app, "p")
        assert heading(forged) == "Clip 2 of 2"
        whose = participant(forged, store).id
        looks.add(re.sub(r"ID-[0-9a-f]{32}", "ID", sent(forged).replace(whose, "whose")))
    assert len(looks) == 1
