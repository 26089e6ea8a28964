"""The results page, without a browser: what it shows, says, and hands out."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from musegen.studies.records import PlatformIds
from musegen.studies.store import Store
from tests.answered import GUESSING, answered
from tests.conftest import ROOT
from tests.researcher import open_as_researcher
from ui import export_texts, results, results_effects, results_export
from ui import results_texts as texts

FILE = "name: {name}\ntitle: 'About {name}'\ngenres: [chorale, fiddle]\n"
PAIRS = "question: which-is-human\nconditions: [human, event, article]\n"
THREE = "conditions: [human, event, article]\nclips: 16\ncatch: 2\n"
FAST_S = 2.0

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def store(page_store: Store) -> Store:
    """The page's own database."""
    return page_store


def file_of(name: str, more: str = "") -> str:
    return FILE.format(name=name) + more


def open_page(tab: str | None = None, *, study: str | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    if study is not None:
        app.query_params["study"] = study
    app = open_as_researcher(app, "pages/3_Results.py")
    if tab is not None:
        app.session_state[results.TAB_KEY] = tab
        app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return "\n".join(text.value for text in [*app.markdown, *app.caption])


def plots(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


def test_without_a_study_the_page_leads_to_one() -> None:
    app = open_page()
    assert [info.value for info in app.info] == [texts.NO_STUDY]
    assert not app.selectbox


def test_a_study_without_votes_invites(store: Store) -> None:
    store.studies.add(file_of("empty"))
    app = open_page()
    assert [info.value for info in app.info] == [texts.RESULTS_EMPTY]
    assert not app.metric
    assert not app.error


def test_the_page_begins_with_counts_sentences_and_one_plot(store: Store) -> None:
    answered(store, file_of("many"), people=40)
    app = open_page()
    assert [metric.value for metric in app.metric][:3] == ["400", "40", "40"]
    said = shown(app)
    assert "**Listeners tell the machine from people.**" in said
    assert "**They lean" in said
    assert "Nobody stands out" in said
    assert plots(app) == 1
    table = app.dataframe[0].value
    assert set(table["Written by"]) == {"a human", "a machine"}
    assert table.set_index(["Music", "Written by"])["Votes"]["All genres", "a human"] == 200


def test_few_votes_say_how_many_are_needed(store: Store) -> None:
    answered(store, file_of("few"), people=14, listeners=GUESSING, seed=4)
    assert "Too few votes to say they cannot tell the machine from people" in shown(open_page())


def test_one_person_alone_says_nothing(store: Store) -> None:
    answered(store, file_of("one"), people=1)
    for tab in results.ROOMS:
        app = open_page(tab)
        assert not app.error, tab
        if tab == texts.SHORT_TAB:
            assert "Too early to say anything of the machine" in shown(app)


@pytest.mark.parametrize(
    ("tab", "count", "said"),
    [
        (texts.SHORT_TAB, 1, "**Listeners tell the machine of 2018 from people.**"),
        (texts.APART_TAB, 4, "d′ for the machine of 2018 is "),
        (texts.EFFECTS_TAB, 3, texts.EFFECTS_WAIT),
        (texts.PEOPLE_TAB, 1, "Krippendorff’s α"),
        (texts.DATA_TAB, 0, export_texts.DATA_WORDS),
    ],
)
def test_every_tab_of_a_study_of_single_clips(
    store: Store, tab: str, count: int, said: str
) -> None:
    answered(store, file_of("three", THREE), people=24)
    app = open_page(tab)
    assert not app.error
    assert plots(app) == count
    assert said in shown(app)


@pytest.mark.parametrize(
    ("tab", "count", "said"),
    [
        (texts.SHORT_TAB, 1, "**The first clip of a pair** was taken"),
        (texts.APART_TAB, 3, "The machine of 2018 was picked as the human’s in "),
        (texts.APART_TAB, 3, texts.PAIRS_DPRIME_HELP),
        (texts.PEOPLE_TAB, 1, texts.AGREEMENT_OF_PAIRS),
    ],
)
def test_a_study_of_pairs(store: Store, tab: str, count: int, said: str) -> None:
    answered(store, file_of("pairs", PAIRS), people=24)
    app = open_page(tab)
    assert not app.error
    assert plots(app) == count
    assert said in shown(app)


def test_the_model_is_worked_out_when_it_is_asked_for(store: Store) -> None:
    answered(store, file_of("many"), people=30)
    app = open_page(texts.EFFECTS_TAB)
    before = plots(app)
    app.button(key="model-go").click().run()
    assert plots(app) == before + 1
    said = shown(app)
    assert "training, +1 point**" in said
    assert said.index("human music is called human more often** than") < said.index("training, +1")
    assert texts.ODDS_HELP in said
    assert not [button for button in app.button if button.key == "model-go"]


def test_the_address_names_the_study(store: Store) -> None:
    answered(store, file_of("big"), people=8)
    answered(store, file_of("small"), people=2)
    assert open_page().metric[0].value == "80"
    app = open_page(study="small")
    assert app.metric[0].value == "20"
    app.selectbox(key=results.STUDY_KEY).set_value("big").run()
    assert app.metric[0].value == "80"
    assert app.query_params["study"] in ("big", ["big"])


def test_studies_of_one_title_are_told_apart(store: Store) -> None:
    for name, people in (("first", 1), ("second", 3)):
        answered(store, file_of(name).replace(f"About {name}", "The same"), people=people)
    app = open_page(study="first")
    assert app.selectbox(key=results.STUDY_KEY).options == ["The same (second)", "The same (first)"]
    assert app.metric[0].value == "10"
    app.selectbox(key=results.STUDY_KEY).set_value("second").run()
    assert app.metric[0].value == "30"


def test_an_address_of_no_study_names_those_there_are(store: Store) -> None:
    answered(store, file_of("big"), people=2)
    app = open_page(study="bigger")
    assert "There is no study “bigger”; there is “big”." in app.error[0].value
    assert app.metric[0].value == "20"


def test_known_pieces_and_genres_can_be_left_out(store: Store) -> None:
    answered(store, file_of("many"), people=30)
    app = open_page()
    app.selectbox(key="genre").set_value("fiddle").run()
    assert 0 < int(app.metric[0].value) < 300
    assert f"Counted here: {app.metric[0].value} of 300 votes." in shown(app)
    app.selectbox(key="genre").set_value("all").run()
    app.toggle(key="without-known").set_value(True).run()
    assert 200 < int(app.metric[0].value) < 300


def test_those_flagged_can_be_left_out_and_are_set_beside(store: Store) -> None:
    answered(store, file_of("many"), people=12)
    hurried(store, "many-p0003")
    app = open_page()
    assert "**1 of 12 listeners** may not have listened" in shown(app)
    sides = app.table[0].value
    assert list(sides[texts.SIDE_COLUMNS[1]])[:2] == ["12", "120"]
    assert list(sides[texts.SIDE_COLUMNS[2]])[:2] == ["11", "110"]
    app.button_group(key="without-flagged").set_value(True).run()
    assert [metric.value for metric in app.metric][:2] == ["110", "11"]
    assert "**1 listener** may not have listened and is left out here" in shown(app)
    assert "many-p0003" in list(open_page(texts.PEOPLE_TAB).dataframe[0].value["Listener"])


def hurried(store: Store, participant: str) -> None:
    """Let somebody answer everything within two seconds."""
    import sqlalchemy as sa

    from musegen.studies import schema

    votes = schema.votes
    with store.database.transaction() as connection:
        connection.execute(
            sa.update(votes)
            .where(votes.c.participant_id == participant)
            .values(response_s=2.0, listened_s=1.0)
        )


def test_nothing_may_be_left(store: Store) -> None:
    answered(store, file_of("few"), people=1)
    hurried(store, "few-p0000")
    app = open_page()
    app.button_group(key="without-flagged").set_value(True).run()
    assert [info.value for info in app.info] == [texts.NOTHING_LEFT]
    assert not app.error


def test_simulated_listeners_are_named_at_every_plot(store: Store) -> None:
    answered(store, file_of("rehearsal"), people=24, is_synthetic=True)
    for tab in results.ROOMS:
        app = open_page(tab)
        assert [warning.value for warning in app.warning] == [texts.SIMULATED]
        named = sum(texts.SIMULATED_SHORT in text.value for text in app.markdown)
        assert named >= max(1, plots(app)), tab


def test_a_new_vote_is_seen_at_once(store: Store) -> None:
    answered(store, file_of("many"), people=4)
    app = open_page()
    assert app.metric[0].value == "40"
    store.people.delete("many-p0001")
    app.run()
    assert app.metric[0].value == "30"


def test_the_archive_is_put_together(store: Store) -> None:
    answered(store, file_of("many"), people=2)
    app = open_page(texts.DATA_TAB)
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == [export_texts.DOWNLOAD_CSV, export_texts.DOWNLOAD_PARQUET]
    assert not app.checkbox  # nobody came from a platform
    app.button(key="archive-go").click().run()
    assert not app.error
    labels = [button.proto.label for button in app.get("download_button")]
    assert "study-many.zip" in labels[-1]


def test_platform_ids_come_only_when_they_are_ticked(store: Store) -> None:
    answered(store, file_of("many"), people=2)
    store.people.begin("many", language="en", platform=PlatformIds("prolific", "5f2a9"))
    app = open_page(texts.DATA_TAB)
    assert not app.checkbox(key="platform-ids").value
    app.button(key="archive-go").click().run()
    assert not names_platform_ids(app)
    app.checkbox(key="platform-ids").set_value(True).run()
    app.button(key="archive-go").click().run()
    assert names_platform_ids(app)


def names_platform_ids(app: AppTest) -> bool:
    made = app.session_state[results_export.ARCHIVE]
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    return b"5f2a9" in held


def test_a_database_that_cannot_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all " * 100)
    monkeypatch.setenv("MUSEGEN_DATABASE_URL", f"sqlite:///{broken}")
    app = open_page()
    assert "damaged or no database; put back a copy" in app.error[0].value
    assert app.title[0].value == texts.RESULTS_TITLE


@pytest.mark.slow
def test_ten_thousand_votes_are_shown_at_once_the_second_time(store: Store) -> None:
    answered(store, file_of("big"), people=1000)
    app = open_page()
    assert app.metric[0].value == "10,000"
    began = time.perf_counter()
    app.run()
    assert time.perf_counter() - began < FAST_S


def test_a_subset_of_people_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_effects, "MOST_PEOPLE", 12)
    answered(store, file_of("many"), people=20)
    app = open_page(texts.EFFECTS_TAB)
    [drawn] = [info.value for info in app.info]
    assert "12 listeners, drawn by lot from 20" in drawn
    assert "study report many" in drawn
    assert "120 votes)" in shown(app)
