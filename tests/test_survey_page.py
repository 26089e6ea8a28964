"""The survey page, without a browser: who may begin, and who may go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from musegen.studies import schema
from musegen.studies.design import Language
from musegen.studies.registry import STUDY_VARIABLE
from musegen.studies.respondents import read_platform_ids
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.surveys import (
    FILE,
    NAME,
    add_study,
    at_the_end,
    begun,
    fill,
    heading,
    open_page,
    parameter,
    participant,
    press,
    reply,
    run,
    shown,
    vote,
)
from ui.survey_texts import TEXTS, en

TEXT = en.TEXTS


@pytest.fixture(autouse=True)
def store(page_store: Store) -> Store:
    """The page's own database."""
    return page_store


def count(store: Store) -> int:
    with store.database.reading() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(schema.participants)))


def age(store: Store, app: AppTest, days: float) -> None:
    """Let so many days pass since the consent."""
    with store.database.transaction() as connection:
        connection.execute(
            sa.update(schema.participants)
            .where(schema.participants.c.id == participant(app, store).id)
            .values(consented_at=datetime.now(UTC) - timedelta(days=days))
        )


# Welcome and consent


def test_nothing_is_stored_before_consent(store: Store) -> None:
    add_study(store)
    app = open_page(study=NAME)
    assert heading(app) == "A small study"
    assert TEXT.welcome.consent_title in shown(app)
    assert "**2 short clips of music**" in shown(app)
    assert not app.get("page_link")  # a participant's page leads nowhere else
    assert count(store) == 0


def test_consent_puts_nothing_but_the_token_into_the_address(store: Store) -> None:
    add_study(store)
    app = press(open_page(study=NAME, SESSION_ID="x", other="y"), TEXT.welcome.agree)
    assert set(app.query_params) == {"p"}
    assert participant(app, store).sound_checked_at is None
    assert heading(app) == TEXT.checks.sound_title


def test_the_researchers_words_come_first(store: Store) -> None:
    own = """
texts:
  en:
    title: Notes from nowhere
    consent: You agree to the terms of Example University.
    instructions: Listen closely.
    thanks: Goodbye from Example.
"""
    add_study(store, own)
    app = open_page(study=NAME)
    assert heading(app) == "Notes from nowhere"
    assert "Example University" in shown(app)
    assert "Listen closely." in shown(app)
    assert TEXT.welcome.consent_title not in shown(app)
    assert "Goodbye from Example." in shown(at_the_end())


@pytest.mark.parametrize("language", Language)
def test_the_address_chooses_the_language_and_keeps_it(store: Store, language: Language) -> None:
    add_study(store)
    texts = TEXTS[language]
    app = press(open_page(study=NAME, lang=language.value), texts.welcome.agree)
    assert heading(app) == texts.checks.sound_title
    assert participant(app, store).language == language
    assert parameter(app, "lang") == language
    assert heading(open_page(p=parameter(app, "p"))) == texts.checks.sound_title


def test_a_language_that_is_not_offered_is_not_spoken(store: Store) -> None:
    add_study(store, "languages: [de]\n")
    app = open_page(study=NAME, lang="es")
    assert heading(app) == "A small study"
    assert not app.get("button_group")  # nothing to choose from


def test_a_platforms_person_comes_back_to_the_same_test(store: Store) -> None:
    add_study(store)
    sent_by = {"PROLIFIC_PID": "5f1e0c", "STUDY_ID": "6a2b", "SESSION_ID": "77aa"}
    app = press(open_page(study=NAME, **sent_by), TEXT.welcome.agree)
    token = parameter(app, "p")
    assert set(app.query_params) == {"p"}
    ids = read_platform_ids(store, NAME)
    assert ids[["platform", "person", "study", "session"]].values.tolist() == [
        ["prolific", "5f1e0c", "6a2b", "77aa"]
    ]
    again = press(open_page(study=NAME, **sent_by), TEXT.welcome.agree)
    assert parameter(again, "p") == token
    other = press(open_page(study=NAME, PROLIFIC_PID="other"), TEXT.welcome.agree)
    assert parameter(other, "p") != token
    assert count(store) == 2


def test_the_consent_tells_of_the_platforms_id_only_where_there_is_one(store: Store) -> None:
    add_study(store)
    words, plain = TEXT.welcome, shown(open_page(study=NAME))
    assert words.consent_platform not in plain
    assert words.consent_nameless in plain
    sent = shown(open_page(study=NAME, workerId="A1"))
    assert words.consent_platform in sent
    assert words.consent_nameless not in sent


def test_the_consent_names_what_this_study_keeps(store: Store) -> None:
    add_study(store, "before: [age]\nafter: [comment]\nheadphone_check: true\n")
    told, also = shown(open_page(study=NAME)), TEXT.welcome.consent_also
    for name, words in also.items():
        assert (words in told) is (name in {"age", "comment", "headphone-check"})


def test_who_begins_as_somebody_new_is_still_the_platforms(store: Store) -> None:
    add_study(store)
    app = open_page(p="x" * 43, PROLIFIC_PID="5f1e0c")
    press(app, TEXT.gate.start_afresh)
    assert parameter(app, "PROLIFIC_PID") == "5f1e0c"


def test_a_rehearsal_takes_no_people(store: Store) -> None:
    store.studies.add(FILE, is_synthetic=True)
    app = open_page(study=NAME)
    assert [info.value for info in app.info] == [TEXT.gate.unknown]
    assert not app.button
    token = store.people.begin(NAME, language="en", is_synthetic=True)
    assert [info.value for info in open_page(p=token).info] == [TEXT.gate.stranger]


def test_a_preview_cannot_begin(store: Store) -> None:
    add_study(store)
    app = open_page(study=NAME, assignmentId="ASSIGNMENT_ID_NOT_AVAILABLE", hitId="3")
    assert [info.value for info in app.info] == [TEXT.gate.preview]
    assert not app.button


def test_back_from_the_test_goes_on_or_begins_as_somebody_new(store: Store) -> None:
    add_study(store)
    app = begun()
    first = parameter(app, "p")

    def go_back() -> None:
        app.query_params.clear()
        app.query_params["study"] = NAME
        run(app)
        assert TEXT.welcome.begun in shown(app)

    go_back()
    assert parameter(press(app, TEXT.welcome.go_on), "p") == first
    go_back()
    press(app, TEXT.gate.start_as_new)
    assert parameter(app, "study") == NAME
    assert parameter(press(app, TEXT.welcome.agree), "p") != first
    assert count(store) == 2


# Where nobody can go on


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("opens: 2131-03-04\n", "This listening test opens on 4 March 2131 at 00:00 UTC."),
        ("closes: 2021-03-04\n", TEXT.gate.closed),
    ],
)
def test_dates_are_told_in_a_sentence(store: Store, more: str, sentence: str) -> None:
    add_study(store, more)
    app = open_page(study=NAME)
    assert sentence in shown(app)
    assert not app.button
    assert not app.error


@pytest.mark.parametrize(
    "name", ["nothing", "Small", "<b>x</b>", "x" * 500, "' OR 1=1 --", "sm\0all"]
)
def test_an_unknown_study_names_no_other(store: Store, name: str) -> None:
    add_study(store)
    app = open_page(study=name)
    assert [info.value for info in app.info] == [TEXT.gate.unknown]
    assert NAME not in shown(app)
    assert not app.button


def test_a_study_that_is_being_made_cannot_begin(store: Store) -> None:
    add_study(store, frozen=False)
    app = open_page(study=NAME)
    assert [info.value for info in app.info] == [TEXT.gate.not_ready]
    assert not app.button


@pytest.mark.parametrize("token", ["abc", "x" * 43, "' OR 1=1 --", "<b>x</b>"])
def test_a_forged_token_leads_to_one_sentence(store: Store, token: str) -> None:
    add_study(store)
    app = open_page(p=token)
    assert [info.value for info in app.info] == [TEXT.gate.stranger]


def test_who_comes_after_the_end_keeps_the_votes(store: Store) -> None:
    add_study(store)
    app = vote(begun())
    store.studies.close(NAME)
    run(app)
    assert [info.value for info in app.info] == [TEXT.gate.closed_kept]
    assert TEXT.gate.withdraw.format(id=participant(app, store).id) in shown(app)
    assert len(read_votes(store)) == 1
    store.studies.reopen(NAME)
    assert heading(run(app)) == "Clip 2 of 2"


def test_a_vote_in_the_moment_of_the_end_is_kept(store: Store) -> None:
    add_study(store)
    app = begun()
    store.studies.close(NAME)
    vote(app, "machine-3")
    assert [info.value for info in app.info] == [TEXT.gate.closed_kept]
    assert list(read_votes(store)["answer"]) == ["machine"]
    assert not app.get("bidi_component")[1:]  # nothing more to hear


def test_a_vote_after_the_links_last_day_is_kept_when_the_clip_was_shown(store: Store) -> None:
    add_study(store, "resume_days: 3\n")
    app = begun()
    behind = open_page(p=parameter(app, "p"))
    age(store, app, 3.1)
    vote(behind, "human-1")
    assert [info.value for info in behind.info] == [TEXT.gate.expired.format(days=3)]
    assert list(read_votes(store)["answer"]) == ["human"]


def test_answers_about_oneself_in_the_moment_of_the_end_are_kept(store: Store) -> None:
    add_study(store, "before: [comment]\n")
    app = begun()
    app.text_area[0].set_value("Still here")
    store.studies.close(NAME)
    press(app, TEXT.questions.go_on)
    assert [info.value for info in app.info] == [TEXT.gate.closed_kept]
    assert store.people.answers(participant(app, store).id) == {"comment": "Still here"}


def test_answers_after_the_clips_are_kept_although_the_study_has_ended(store: Store) -> None:
    add_study(store, "after: [comment]\n")
    app = at_the_end()
    app.text_area[0].set_value("Still here")
    store.studies.close(NAME)
    press(app, TEXT.questions.go_on)
    assert store.people.answers(participant(app, store).id) == {"comment": "Still here"}
    assert heading(app) == TEXT.thanks.score_title.format(right=1, total=2)


def test_who_has_answered_everything_gets_to_the_end_all_the_same(store: Store) -> None:
    add_study(store, "after: [comment]\n")
    app = at_the_end()
    store.studies.close(NAME)
    assert heading(run(app)) == TEXT.questions.after_title
    press(app, TEXT.questions.go_on)
    assert heading(app) == TEXT.thanks.score_title.format(right=1, total=2)


def test_a_link_is_good_for_so_many_days(store: Store) -> None:
    add_study(store, "resume_days: 3\n")
    app = vote(begun())
    age(store, app, 2.9)
    assert heading(run(app)) == "Clip 2 of 2"
    age(store, app, 3.1)
    run(app)
    assert [info.value for info in app.info] == [TEXT.gate.expired.format(days=3)]
    assert len(read_votes(store)) == 1
    press(app, TEXT.gate.start_afresh)
    assert any(button.label == TEXT.welcome.agree for button in app.button)


def test_a_finished_test_is_shown_on_any_day(store: Store) -> None:
    add_study(store, "resume_days: 3\n")
    app = at_the_end()
    age(store, app, 300)
    store.studies.close(NAME)
    assert heading(run(app)) == TEXT.thanks.score_title.format(right=1, total=2)


# The standing study, whose clips are made while people come


def test_a_first_participant_sees_progress(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    design = store.studies.add(FILE).design
    monkeypatch.setenv(STUDY_VARIABLE, NAME)
    app = reply(press(open_page(), TEXT.welcome.agree))
    assert heading(app) == TEXT.gate.making_title
    assert "of 2 clips are ready" in shown(app)
    fill(store, design)
    assert heading(run(app)) == "Clip 1 of 2"


def test_without_a_model_the_page_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path / "none"))
    app = open_page()
    assert app.error[0].value == TEXT.gate.trouble
    assert not app.button
