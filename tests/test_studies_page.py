"""The page of studies, without a browser: states, addresses, new studies, what goes for good."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from musegen import downloads, models
from musegen.access import Visit
from musegen.studies import study_files
from musegen.studies.clip_files import clip_path, load_clip
from musegen.studies.design import Ask, Design, Language
from musegen.studies.records import Question
from musegen.studies.store import Store
from tests.answered import answered
from tests.conftest import ROOT, free_port
from tests.researcher import HASH, open_as_researcher
from tests.stores import spoil
from ui import gate, gate_texts, studies, studies_plan, studies_simulated, studies_store
from ui import studies_texts as texts
from ui.workshop import Progress, Workshop

FILE = "name: {name}\ntitle: 'About {name}'\ngenres: [chorale]\n"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def workshop(own_caches: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:  # noqa: ARG001 - first
    """A bench on which nothing is really made: `making` has tests of its own."""
    begun: list[str] = []

    def make(name: str, progress: Progress) -> None:
        begun.append(name)
        progress(1, 1)

    bench = Workshop(make)
    monkeypatch.setattr(studies_store, "workshop", lambda: bench)
    monkeypatch.setattr("ui.studies_new.workshop", lambda: bench)
    monkeypatch.setattr("ui.studies_making.workshop", lambda: bench)
    return begun


@pytest.fixture
def store(page_store: Store) -> Store:
    return page_store


def add(store: Store, name: str, more: str = "", *, is_made: bool = True) -> None:
    store.studies.add(FILE.format(name=name) + more)
    if is_made:
        store.studies.freeze(name, {})


def open_page(tab: str | None = None) -> AppTest:
    app = open_as_researcher(
        AppTest.from_file(str(ROOT / "app.py"), default_timeout=120), "pages/5_Studies.py"
    )
    if tab is not None:
        app.session_state[studies.TAB] = tab
        app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return "\n".join(text.value for text in [*app.markdown, *app.caption])


def test_without_a_study_the_page_invites() -> None:
    app = open_page()
    assert [info.value for info in app.info] == [texts.EMPTY.format(tab=texts.NEW_TAB)]


def test_the_menu_leads_here() -> None:
    assert [link.proto.label for link in open_page().get("page_link")].count(texts.TITLE) == 1


def test_every_state_is_told(store: Store) -> None:
    add(store, "half", is_made=False)
    add(store, "coming", "opens: 2999-03-01\n")
    add(store, "running")
    add(store, "over", "closes: 2020-03-01\n")
    answered(store, FILE.format(name="rehearsal"), people=3, is_synthetic=True)
    said = shown(open_page())
    for words in ("being made", "opens 1 March 2999, 00:00 UTC", "open", "closed"):
        assert f"{words}]" in said, words
    assert f"{texts.SIMULATED}]" in said
    assert "3 people began, 3 finished · 30 votes · " in said
    assert "Nobody has begun yet · no clips" in said


def test_the_address_is_handed_out(store: Store) -> None:
    add(store, "bach", "completion: {code: C1A2, address: 'https://example.org/?cc=C1A2'}\n")
    app = open_page()
    address, prolific = [code.value for code in app.code]
    assert address.endswith("/Survey?study=bach")
    assert prolific == (
        f"{address}&PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}&STUDY_ID={{{{%STUDY_ID%}}}}"
        "&SESSION_ID={{%SESSION_ID%}}"
    )
    assert "`C1A2` · `https://example.org/?cc=C1A2`" in shown(app)


def test_a_study_is_closed_and_opened_again(store: Store) -> None:
    add(store, "bach")
    app = open_page()
    app.button(key="close-bach").click().run()
    assert store.studies.get("bach").closed_at is not None
    assert "nobody new can begin" in app.success[0].value
    assert not app.code
    app.button(key="reopen-bach").click().run()
    assert store.studies.get("bach").closed_at is None
    assert app.code


def test_the_tabs_keep_their_place_when_something_is_said(store: Store) -> None:
    # Elsewhere they would be new tabs to the browser, which report the one open before.
    add(store, "bach")
    app = open_page()
    (place,) = (n for n, block in app.main.children.items() if block.type == "tab_container")
    app.button(key="close-bach").click().run()
    assert app.success
    assert app.main.children[place].type == "tab_container"


def test_what_is_past_its_date_cannot_be_opened(store: Store) -> None:
    add(store, "over", "closes: 2020-03-01\n")
    assert open_page().button(key="reopen-over").disabled


def test_a_study_goes_only_when_its_name_is_typed(store: Store) -> None:
    answered(store, FILE.format(name="bach"), people=2)
    app = open_page()
    assert "2 people and 20 votes" in shown(app)
    clip = store.clips.all("bach")[0].id
    load_clip(store, clip)
    assert clip_path(clip).exists()
    assert app.button(key="delete-go-bach").disabled
    app.text_input(key="delete-typed-bach").set_value("bahc").run()
    assert app.button(key="delete-go-bach").disabled
    app.text_input(key="delete-typed-bach").set_value("bach").run()
    app.button(key="delete-go-bach").click().run()
    assert store.studies.all() == []
    assert texts.DELETED.format(name="bach") in app.success[0].value
    assert not clip_path(clip).exists()


def expire(app: AppTest) -> None:
    app.session_state[gate._VISIT] = Visit(time.time() - 1, HASH)


def test_nobody_closes_or_deletes_after_the_log_in_has_ended(store: Store) -> None:
    add(store, "bach")
    app = open_page()
    app.text_input(key="delete-typed-bach").set_value("bach").run()
    assert not app.button(key="delete-go-bach").disabled
    expire(app)
    app.button(key="delete-go-bach").click().run()
    assert [title.value for title in app.title] == [gate_texts.TITLE]
    assert [study.name for study in store.studies.all()] == ["bach"]
    app = open_page()
    expire(app)
    app.button(key="close-bach").click().run()
    assert store.studies.get("bach").closed_at is None
    store.studies.close("bach")
    app = open_page()
    expire(app)
    app.button(key="reopen-bach").click().run()
    assert store.studies.get("bach").closed_at is not None


def test_somebody_withdraws(store: Store) -> None:
    answered(store, FILE.format(name="bach"), people=2)
    app = open_page()
    assert app.button(key="withdraw-go").disabled
    app.text_input(key="withdraw-id").set_value("nobody").run()
    app.checkbox(key="withdraw-sure").set_value(True).run()
    app.button(key="withdraw-go").click().run()
    assert "There is no participant “nobody”" in app.error[0].value
    app.text_input(key="withdraw-id").set_value("bach-p0001").run()
    app.button(key="withdraw-go").click().run()
    assert "bach-p0001" in app.success[0].value
    assert "1 person began, 1 finished · 10 votes" in shown(app.run())


def test_making_that_broke_off_goes_on(store: Store, workshop: list[str]) -> None:
    add(store, "half", is_made=False)
    app = open_page()
    assert "0 of 40 clips are there, and nobody is making the others." in shown(app)
    app.button(key="go-on-half").click().run()
    assert workshop == ["half"]


def new_study(app: AppTest, title: str = "Was this Bach?") -> AppTest:
    app.text_input(key="study_title").set_value(title)
    app.button_group(key="study_genres").set_value(["chorale"])
    return app.run()


def test_the_form_says_what_is_missing() -> None:
    app = open_page(texts.NEW_TAB)
    assert app.button(key="make-study").disabled
    said = shown(app)
    assert texts.TITLE_WANTED in said
    assert texts.GENRE_WANTED in said
    assert not app.error


def test_the_form_makes_a_study(store: Store, workshop: list[str]) -> None:
    app = new_study(open_page(texts.NEW_TAB))
    app.radio(key="study_question").set_value(Question.WHICH_IS_HUMAN)
    app.number_input(key="study_clips").set_value(6)
    app.number_input(key="study_stimuli").set_value(8)
    app.number_input(key="study_practice").set_value(2)
    app.number_input(key="study_catch").set_value(1)
    app.number_input(key="study_minimum_listening_s").set_value(3.0)
    app.toggle(key="study_ask_heard_before").set_value(False)
    app.button_group(key="study_after").set_value([Ask.MUSICAL_TRAINING, Ask.AGE])
    app.button_group(key="study_languages").set_value([Language.GERMAN])
    app.text_input(key="study_code").set_value("C1A2")
    app.number_input(key="study_margin").set_value(5)
    app.run()
    app.text_area(key="study_de_thanks").set_value("Danke!").run()
    assert "Each person hears **9 pairs**" in shown(app)
    app.button(key="make-study").click().run()
    assert not app.error
    design = store.studies.get("was-this-bach").design
    assert (design.title, design.question) == ("Was this Bach?", Question.WHICH_IS_HUMAN)
    assert (design.clips, design.stimuli, design.practice, design.catch) == (6, 8, 2, 1)
    assert (design.minimum_listening_s, design.margin) == (3.0, 0.05)
    assert not design.ask_heard_before
    assert design.after == (Ask.MUSICAL_TRAINING, Ask.AGE)
    assert design.languages == (Language.GERMAN,)
    assert design.texts[Language.GERMAN].thanks == "Danke!"
    assert design.completion is not None
    assert design.completion.code == "C1A2"
    assert workshop == ["was-this-bach"]
    assert "“Was this Bach?” is there" in app.success[0].value
    assert app.session_state[studies.TAB] == texts.LIST_TAB


def test_what_the_form_does_not_change_is_as_usual(store: Store) -> None:
    app = new_study(open_page(texts.NEW_TAB))
    app.button(key="make-study").click().run()
    usual = Design(name="was-this-bach", title="Was this Bach?", genres=("chorale",))
    assert store.studies.get("was-this-bach").design == usual


def test_the_file_is_shown_before_the_study_is_made() -> None:
    app = new_study(open_page(texts.NEW_TAB))
    design = study_files.parse(app.code[0].value)
    assert (design.name, design.genres) == ("was-this-bach", ("chorale",))


def test_a_name_that_is_taken_is_told(store: Store) -> None:
    add(store, "was-this-bach")
    app = new_study(open_page(texts.NEW_TAB))
    assert app.button(key="make-study").disabled
    assert "There is a study called “was-this-bach” already" in shown(app).replace("\\", "")


def test_more_than_there_are_pieces_is_told_and_nothing_is_made(store: Store) -> None:
    app = new_study(open_page(texts.NEW_TAB))
    app.number_input(key="study_stimuli").set_value(900).run()
    app.button(key="make-study").click().run()
    assert re.search(r"900 of “chorale”, which has \d+", app.error[0].value)
    assert store.studies.all() == []


def test_a_file_is_made_a_study(store: Store, workshop: list[str]) -> None:
    app = open_page(texts.FILE_TAB)
    app.text_area(key="study-file-text").set_value(FILE.format(name="mine")).run()
    app.button(key="make-from-file").click().run()
    assert store.studies.get("mine").file == FILE.format(name="mine")
    assert workshop == ["mine"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: mine\ntitle: A\ngenres: [chorale]\nclips: many\n", "ine 4 of the study file"),
        ("name: mine\ntitle: A\ngenres: [chorale\n", "of the study file cannot be read"),
        ("name: mine\ntitle: A\ngenres: [chorale]\nclps: 10\n", "ine 4 of the study file"),
    ],
)
def test_what_is_wrong_in_a_file_names_its_line(text: str, said: str) -> None:
    app = open_page(texts.FILE_TAB)
    app.text_area(key="study-file-text").set_value(text).run()
    assert said in app.error[0].value
    assert app.button(key="make-from-file").disabled


def test_a_file_is_uploaded_and_can_be_changed() -> None:
    app = open_page(texts.FILE_TAB)
    app.file_uploader(key="upload-study").set_value(
        ("mine.yaml", FILE.format(name="mine").encode(), "application/yaml")
    ).run()
    assert app.text_area(key="study-file-text").value == FILE.format(name="mine")
    app.text_area(key="study-file-text").set_value(FILE.format(name="yours")).run()
    assert app.text_area(key="study-file-text").value == FILE.format(name="yours")


def test_a_genre_without_pieces_is_told_and_got(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from tests.test_sources import JIGS

    shutil.copytree(models.info("chorale").directory, tmp_path / "models" / "folk")
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("MUSEGEN_MIRROR", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(downloads, "TRIES", 1)
    app = open_page(texts.NEW_TAB)
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


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (studies_plan.can_tell(0.6, 10, 1.0), "210 answers; with 10 each, that is 21 people"),
        (studies_plan.can_tell(0.6, 10, 2.0), "420 answers; with 10 each, that is 42 people"),
        (
            studies_plan.cannot_tell(0.1, 12, 1.0),
            "takes 228 answers; with 12 each, that is 19 people",
        ),
        (studies_plan.gives("Mine", 40, 10, 1.0), "40 people give 400 answers** in “Mine”"),
        (studies_plan.gives("Mine", 5, 10, 1.0), "too few to show that people cannot tell"),
        (studies_plan.gives("Mine", 1, 2, 1.0), "too little to find anything"),
    ],
)
def test_how_many_people(sentence: str, said: str) -> None:
    assert said in sentence


def test_the_planner_answers_and_lists_others(store: Store) -> None:
    add(store, "bach")
    app = open_page(texts.PLAN_TAB)
    assert "to find" in shown(app).lower()
    assert len(app.table[0].value) == len(studies_plan.SHARES) + len(studies_plan.MARGINS)
    app.radio(key="plan-aim").set_value(texts.CANNOT_TELL).run()
    assert "within 10 points of guessing" in shown(app)
    assert "in “About bach”" in shown(app)


@pytest.mark.parametrize("question", ["human-or-machine", "which-is-human"])
def test_a_design_is_tried_with_simulated_listeners(store: Store, question: str) -> None:
    add(store, "bach", f"question: {question}\nclips: 6\n")
    app = open_page(texts.PLAN_TAB)
    app.number_input(key="plan-people").set_value(30).run()
    app.select_slider(key="plan-share").set_value(0.8).run()
    assert "simulated studies" not in shown(app)
    app.button(key="simulate-go").click().run()
    assert not app.error
    found = re.search(r"Of (\d+) simulated studies, (\d+) % found", shown(app))
    assert found is not None
    assert int(found[1]) == studies_simulated.MOST_STUDIES
    assert int(found[2]) > 90
    app.number_input(key="plan-people").set_value(31).run()
    assert "simulated studies" not in shown(app)  # these figures are of another plan


def test_the_standing_study_is_made_by_the_survey_itself(store: Store) -> None:
    name = store.studies.standing().name
    pool = studies_store.pool_of(name)
    assert pool is not None
    assert (pool.clips, pool.is_filling) == (0, False)
    add(store, "bach")
    assert studies_store.pool_of("bach") is None


def test_a_study_that_cannot_be_read_can_be_deleted(store: Store) -> None:
    add(store, "lost")
    add(store, "kept")
    spoil(store, "lost")
    app = open_page()
    assert [one.value for one in app.warning] == [texts.UNREADABLE]
    assert "lost" in [one.value for one in app.subheader]
    app.text_input(key="delete-typed-lost").set_value("lost").run()
    app.button(key="delete-go-lost").click().run()
    assert not app.exception
    assert store.studies.names() == ["kept"]
    assert not app.warning
