"""The results page, without a browser: what it shows, says, and hands out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from musegen import downloads, models
from musegen.studies.assignment import assign
from musegen.studies.records import Condition, HeardBefore, Maker
from musegen.studies.statistics import Conclusion, Finding
from musegen.studies.store import Store
from musegen.studies.votes import read_votes
from tests.conftest import ROOT, free_port
from tests.researcher import open_as_researcher
from tests.studies import add_clips, vote
from tests.test_sources import JIGS
from ui import results
from ui import results_texts as texts


@pytest.fixture(autouse=True)
def _own_study(data_dir: Path) -> Iterator[None]:
    assert data_dir.is_dir()
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.open()
    add_clips(opened)
    yield opened
    opened.close()


def open_page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    open_as_researcher(app, "pages/3_Results.py")
    assert not app.exception
    return app


def take_the_test(store: Store, *, times: int, heard: HeardBefore = HeardBefore.NO) -> None:
    """Listeners who hear every human piece for what it is, and half of the machine's."""
    rng = np.random.default_rng(1)
    for _ in range(times):
        participant = store.participant(store.new_participant())
        assert participant is not None
        assign(store, participant.id, rng=rng)
        truths = {stimulus.id: stimulus.truth for stimulus in store.stimuli()}
        taken_in = 0
        for trial in store.trials(participant.id):
            answer = truths[trial.stimulus_id]
            if answer is Maker.MACHINE:
                taken_in += 1
                answer = list(Maker)[taken_in % 2]
            store.add_vote(participant.id, trial.position, vote(answer, heard=heard))


def shown(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_without_votes_the_page_invites() -> None:
    app = open_page()
    assert [info.value for info in app.info] == [texts.RESULTS_EMPTY.strip()]
    assert not app.metric
    assert not app.get("download_button")


def test_a_genre_without_pieces_is_told_and_got(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(models.info("chorale").directory, tmp_path / "models" / "folk")
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("MUSEGEN_MIRROR", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(downloads, "TRIES", 1)
    app = open_page()
    assert "`python -m musegen fetch folk`" in shown(app)
    app.button(key="fetch-folk").click().run()
    assert "cannot be reached" in app.error[0].value
    book = tmp_path / "corpora" / "nottingham" / "ABC_cleaned" / "jigs.abc"
    book.parent.mkdir(parents=True)
    book.write_text(JIGS, "utf-8")
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path / "corpora"))
    app.button(key="fetch-folk").click().run()
    assert "fetch folk" not in shown(app)
    assert not app.error


def test_votes_are_counted_and_plotted(store: Store) -> None:
    take_the_test(store, times=8)
    app = open_page()
    assert [metric.value for metric in app.metric] == ["80", "8", "20"]
    assert len(app.get("vega_lite_chart")) == 1
    table = app.dataframe[0].value
    overall = table[table["Genre"] == texts.ALL_GENRES].set_index("Written by")
    assert tuple(overall.loc["a human", ["Votes", "Called human", "Share"]]) == (40, 40, 1)
    assert tuple(overall.loc["a machine", ["Votes", "Called human"]]) == (40, 16)
    assert set(table["Genre"]) == {texts.ALL_GENRES, "Chorale", "Fiddle tune"}
    assert overall.loc["a human", "95 % from"] == pytest.approx(40 / (40 + 1.959964**2))
    assert "Listeners hear a difference" in shown(app)
    assert texts.CAUTION in shown(app)


def test_the_system_of_2018_has_a_row_and_a_sentence_of_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSEGEN_CONDITIONS", "human,event,article")
    add_clips(store, conditions=(Condition.ARTICLE,))
    take_the_test(store, times=14)
    app = open_page()
    table = app.dataframe[0].value
    overall = table[table["Genre"] == texts.ALL_GENRES].set_index("Written by")
    assert list(overall.index) == ["a human", "a machine", "a machine of 2018"]
    assert overall["Votes"].iloc[0] == 70
    assert sum(overall["Votes"]) == 140
    assert "For the machine of 2018: **Listeners hear a difference.**" in shown(app)


def test_few_votes_are_no_conclusion(store: Store) -> None:
    take_the_test(store, times=2)
    assert "Too few votes to conclude anything" in shown(open_page())


def test_known_pieces_can_be_left_out(store: Store) -> None:
    take_the_test(store, times=1)
    take_the_test(store, times=1, heard=HeardBefore.YES)
    app = open_page()
    assert app.dataframe[0].value["Votes"].max() == 10
    app.toggle[0].set_value(True).run()
    assert app.dataframe[0].value["Votes"].max() == 5
    assert app.metric[0].value == "20"


def test_nothing_may_be_left(store: Store) -> None:
    take_the_test(store, times=1, heard=HeardBefore.MAYBE)
    app = open_page()
    app.toggle[0].set_value(True).run()
    assert [info.value for info in app.info] == [texts.NOTHING_LEFT]
    assert len(app.get("download_button")) == 2


def test_all_votes_can_be_had(store: Store) -> None:
    take_the_test(store, times=1)
    app = open_page()
    assert [button.proto.label for button in app.get("download_button")] == [
        texts.DOWNLOAD_CSV,
        texts.DOWNLOAD_PARQUET,
    ]
    assert len(read_votes(store)) == 10


def test_a_database_that_cannot_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all " * 100)
    monkeypatch.setenv("MUSEGEN_DATABASE_URL", f"sqlite:///{broken}")
    app = open_page()
    assert "damaged or no database; put back a copy" in app.error[0].value
    assert app.title[0].value == texts.RESULTS_TITLE


@pytest.mark.parametrize(
    ("conclusion", "words"),
    [
        (Conclusion(Finding.NOTHING_YET), "fewer than 30 answers of each kind"),
        (Conclusion(Finding.TOLD_APART, 0.301, 0.148, 0.44), "30 points more often than the mach"),
        (Conclusion(Finding.MISTAKEN, -0.2, -0.31, -0.052), "between 5 and 31 points would fit"),
        (Conclusion(Finding.NEARLY_ALIKE, 0.01, -0.04, 0.06), "by less than 10 points either way"),
        (Conclusion(Finding.UNDECIDED, 0.05, -0.102, 0.2), "between −10 and 20 points"),
        (Conclusion(Finding.NEARLY_ALIKE, 0.01, -0.002, 0.06), "(between 0 and 6)"),
    ],
)
def test_conclusions_in_words(conclusion: Conclusion, words: str) -> None:
    assert words in results.sentence(conclusion)
