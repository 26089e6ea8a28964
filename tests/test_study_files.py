"""Study files say what they mean, and what is wrong with them; the guide tells every key."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from musegen import models
from musegen.errors import RequestError
from musegen.studies.design import Ask, Completion, Design, Language, Wording
from musegen.studies.records import Question
from musegen.studies.study_files import check_here, parse, read, shipped, write
from tests.conftest import ROOT

LEAST = "name: mine\ntitle: Mine\ngenres: [chorale]\n"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def refusal(text: str) -> str:
    with pytest.raises(RequestError) as caught:
        parse(text, where="study.yaml")
    return str(caught.value)


def test_three_keys_are_enough() -> None:
    design = parse(LEAST)
    assert design == Design(name="mine", title="Mine", genres=("chorale",))
    assert (design.clips, design.question) == (10, Question.HUMAN_OR_MACHINE)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("clips: 0", "“clips” is 0; it must be a whole number from 2 to 100."),
        ("clips: yes", "“clips” is true; it must be a whole number"),
        ("clips: 2.5", "“clips” is 2.5; it must be a whole number"),
        ("clips:", "“clips” is empty; it must be a whole number"),
        ("seed: -1", "“seed” is -1; it must be a whole number from 0 to 2147483647."),
        ("margin: 0.5", "“margin” is 0.5; it must be a number above 0 and below 0.5."),
        ("margin: .nan", "“margin” is nan; it must be a number above 0"),
        (
            "minimum_listening_s: 61",
            "“minimum_listening_s” is 61; it must be a number from 0 to 60",
        ),
        ("clip: 3", "there is no key “clip”; did you mean “clips”?"),
        ("colour: red", "there is no key “colour”; there are: name, title, languages, texts,"),
        ("question: who", "is “who”; it must be “human-or-machine” or “which-is-human”."),
        ("languages: [en, fr]", "“languages” names “fr”; it must be “en”, “de” or “es”."),
        ("languages: []", "“languages” is not right; it must name one at least."),
        ("languages: [en, en]", "“languages” is not right; name each once."),
        ("before: age", "“before” is “age”; it must be a list"),
        ("after: [agee]", "“after” names “agee”; it must be “musical-training”, “age”,"),
        ("texts: {fr: {title: T}}", "“texts” has “fr”; it must be “en”, “de” or “es”."),
        ("texts: {en: {titel: T}}", "no key “titel” in “texts.en”; did you mean “title”?"),
        ("texts: {en: T}", "“texts.en” is “T”; it must hold keys of its own, indented below"),
        ("conditions: [human]", "name “human” and at least one machine"),
        ("clip_length_s: [20]", "“clip_length_s” is not right; it must be two numbers"),
        ("clip_length_s: [2, 30]", "“clip_length_s” names 2; it must be a number from 8 to 60."),
        ("clip_length_s: [20, 21]", "let the longest be 5 s more than the shortest"),
        ("completion: {}", "“completion” is not right; give a code, an address, or both."),
        ("completion: {code: 12}", "“completion.code” is 12; it must be text; put it in quotes."),
        ("completion: {address: x}", "is “x”; it must be an address that begins with https://."),
        ("opens: soon", "“opens” is “soon”; it must be a day such as 2026-03-01, or a moment"),
        ("opens: 2026-13-01", "“2026-13-01” is no value that can be read"),
        ("show_result: 1", "“show_result” is 1; it must be true or false."),
        ("stimuli: 4", "each person hears 5 human clips, but only 4 are made"),
        ('texts: {en: {title: "a\\nb"}}', "“texts.en.title” is .*; let it be one line."),
        ("title: Twice", "“title” was given in line 2 already"),
        ("texts: {en: {title: a, title: b}}", "“title” was given in line 4 already"),
        ("clips: *other", "“&” and “\\*” at the beginning"),
        ("clips: &mine 4", "“&” and “\\*” at the beginning"),
        ("clips: !!python/name:os.system x", "“os.system” is a kind of value that is not read"),
        ("clips: !!binary aGk=", "“binary” is a kind of value that is not read"),
        ("? [a]\n: b", "a key must be a word"),
        ("after: " + "[" * 20 + "]" * 20, "too many values lie inside each other"),
        ("\tclips: 3", "it begins with a tab; use spaces"),
        ("title: \x07", "holds a character that is no text"),
        ("seed: " + "9" * 5000, "is no value that can be read"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line: str, said: str) -> None:
    text = LEAST.replace("title: Mine\n", "") if line == "title: \x07" else LEAST
    number = text.count("\n") + 1
    assert re.match(
        rf"Line {number} of study\.yaml\b.*{said.replace('?', '.')}", refusal(text + line)
    )


def test_a_doubtful_text_inside_quotes_is_refused() -> None:
    for escape in (r"\ud800", r"\0"):
        said = refusal(f'name: mine\ntitle: "a{escape}"\ngenres: [chorale]\n')
        assert re.match(r"Line 2 of study\.yaml cannot be read: .* is no value", said)


def test_the_first_mistake_is_told_first() -> None:
    assert "Line 4 of study.yaml: “seed”" in refusal(LEAST + "seed: x\nclips: 0\n")
    assert "Line 4 of study.yaml: “clips”" in refusal(LEAST + "clips: 0\nseed: x\n")


def test_what_is_missing_is_told_with_an_example() -> None:
    said = refusal("name: mine\ntitle: Mine\n")
    assert (
        said
        == "study.yaml says nothing of “genres”; add a line such as “genres: [chorale, fiddle]”."
    )
    assert "holds no “key: value” lines" in refusal("")
    assert "holds no “key: value” lines" in refusal("- a\n- b\n")


def test_keys_that_do_not_go_together_are_told() -> None:
    said = refusal(LEAST + "opens: 2026-03-02\ncloses: 2026-03-01\n")
    assert said.startswith("Line 5 of study.yaml: “closes” is not after “opens”")
    said = refusal(LEAST + "languages: [de]\ntexts:\n  en:\n    title: T\n")
    assert said.startswith("Line 5 of study.yaml: “texts” has words in “en”, which “languages”")


def test_moments_are_in_utc_unless_they_say_otherwise() -> None:
    design = parse(LEAST + "opens: 2026-03-01\ncloses: 2026-04-01 18:00:00+02:00\n")
    assert design.opens == datetime(2026, 3, 1, tzinfo=UTC)
    assert design.closes == datetime(2026, 4, 1, 16, tzinfo=UTC)
    assert parse(LEAST + "opens: 2026-03-01T09:00\n").opens == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_yaml_that_would_grow_is_refused() -> None:
    bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"
    assert "“&”" in refusal(bomb)
    assert "too long" in refusal(LEAST + "#" * 64_000)


def test_a_file_is_read_with_its_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(LEAST, encoding="utf-8")
    assert read(path) == (parse(LEAST), LEAST)
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())  # as Windows' editors write it
    assert read(path) == (parse(LEAST), LEAST)
    path.write_text(LEAST + "clips: 1", encoding="utf-8")
    with pytest.raises(RequestError, match=r"Line 4 of mine\.yaml: “clips” is 1"):
        read(path)
    path.write_bytes(b"name: \xff")
    with pytest.raises(RequestError, match="is not text in UTF-8"):
        read(path)
    with pytest.raises(RequestError, match=r"cannot be read \(no such file"):
        read(tmp_path / "none.yaml")
    with pytest.raises(RequestError, match="cannot be read"):
        read(tmp_path)


def first_line(text: str) -> str:
    return next(iter(text.splitlines()), "")


lines = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60).map(first_line)
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300)


def filled(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return texts.map(str.strip).filter(bool)


wordings = st.builds(
    Wording,
    title=st.none() | filled(lines),
    consent=st.none() | filled(words),
    thanks=st.none() | filled(words),
)
completions = st.builds(
    Completion, code=filled(lines), address=st.none() | st.just("https://example.org/a?b=c&d=é")
)
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime(2900, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC) | st.timezones(),
)
designs = st.builds(
    Design,
    name=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?", fullmatch=True),
    title=filled(lines),
    languages=st.just(tuple(Language)),
    texts=st.dictionaries(st.sampled_from(Language), wordings),
    question=st.sampled_from(Question),
    genres=st.lists(filled(lines.map(lambda t: t[:40])), min_size=1, unique=True),
    conditions=st.sampled_from([("human", "event"), ("article", "human", "my model")]),
    clips=st.integers(2, 20),
    stimuli=st.integers(20, 1000),
    clip_length_s=st.tuples(st.floats(8, 30), st.floats(35, 60)),
    practice=st.integers(0, 6),
    catch=st.integers(0, 10),
    minimum_listening_s=st.floats(0, 60),
    ask_heard_before=st.booleans(),
    before=st.lists(st.sampled_from(Ask), unique=True),
    margin=st.floats(0, 0.5, exclude_min=True, exclude_max=True),
    seed=st.integers(0, 2**31 - 1),
    completion=st.none() | completions,
    opens=st.none() | moments,
    resume_days=st.integers(1, 365),
)


def test_nothing_is_asked_both_before_and_after() -> None:
    with pytest.raises(RequestError, match="both ask for “comment”"):
        parse(LEAST + "before: [age, comment]\nafter: [comment]\n")


@settings(deadline=None)
@given(designs)
def test_what_is_written_is_read_again(design: Design) -> None:
    assert parse(write(design)) == design


def test_what_is_written_explains_itself() -> None:
    text = write(parse(LEAST))
    for key in Design.model_fields:
        assert re.search(rf"^# .+\n(# )?{key}: ", text, re.MULTILINE), key


def test_the_examples_of_keys_left_out_can_be_read() -> None:
    text = write(parse(LEAST))
    examples = re.sub(r"^# (texts|completion|opens|closes):", r"\1:", text, flags=re.MULTILINE)
    design = parse(examples)
    assert design.completion is not None
    assert design.closes is not None
    assert design.texts


def test_the_shipped_study_is_the_standing_one() -> None:
    design = parse(shipped())
    assert (design.name, design.genres) == ("was-this-human", ("chorale", "fiddle", "quartet"))
    assert (design.conditions, design.clips) == (("human", "event"), 10)
    assert design.question is Question.HUMAN_OR_MACHINE
    check_here(design, now=NOW)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("genres: [polka]", "“polka”, of which there is no model here; there are chorale, fiddle"),
        ("genres: [folk]", "“folk” are not on this machine; get them with .*fetch folk"),
        (
            "conditions: [human, mine]",
            "“mine”, which is no model on this machine; there are human,",
        ),
        ("conditions: [human, fiddle]", "“fiddle” writes 1 parts .* among “chorale”, which has 4"),
        (
            "stimuli: 72",
            "more human clips .*: 72 of “chorale”, which has 71; set “stimuli” to 71 at most",
        ),
        ("stimuli: 71\npractice: 4", "73 of “chorale”, which has 71; set “stimuli” to 69 at most"),
        ("closes: 2026-02-28", "“closes” is 2026-02-28 00:00 UTC, which is over"),
    ],
)
def test_what_this_machine_lacks_is_told(lines: str, said: str) -> None:
    text = LEAST.replace("genres: [chorale]\n", "") if "genres" in lines else LEAST
    design = parse(text + lines)  # a file from elsewhere is readable all the same
    with pytest.raises(RequestError, match=said):
        check_here(design, now=NOW)


def test_a_model_of_ones_own_is_a_condition(data_dir: Path) -> None:
    own = data_dir / "models" / "mine"
    shutil.copytree(models.info("chorale").directory, own)
    config = (own / "config.json").read_text(encoding="utf-8")
    (own / "config.json").write_text(
        config.replace('"name": "chorale"', '"name": "mine"', 1), encoding="utf-8"
    )
    check_here(parse(LEAST + "conditions: [human, event, mine]"), now=NOW)


def test_the_system_of_2018_must_have_been_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    design = parse(LEAST + "conditions: [human, article]")
    check_here(design, now=NOW)
    monkeypatch.setattr(models, "has_article", lambda _: False)
    with pytest.raises(RequestError, match="2018 was not trained for “chorale”; train it with"):
        check_here(design, now=NOW)


@pytest.mark.parametrize("model", [Design, Wording, Completion])
def test_the_guide_tells_every_key(model: type[BaseModel]) -> None:
    guide = (ROOT / "docs" / "study-file.md").read_text(encoding="utf-8")
    for key in model.model_fields:
        assert f"`{key}`" in guide, key


@pytest.mark.parametrize("kind", [Ask, Language, Question])
def test_the_guide_tells_every_choice(kind: type[Ask]) -> None:
    guide = (ROOT / "docs" / "study-file.md").read_text(encoding="utf-8")
    for choice in kind:
        assert f"`{choice}`" in guide, choice


def test_the_guide_tells_what_is_usual_and_what_is_allowed() -> None:
    guide = (ROOT / "docs" / "study-file.md").read_text(encoding="utf-8")
    for key, info in Design.model_fields.items():
        row = next(line for line in guide.splitlines() if line.startswith(f"| `{key}` |"))
        if isinstance(info.default, (bool, int, float)):
            assert f"| `{str(info.default).lower()}` |" in row, key
        for limit in info.metadata:
            for name in ("ge", "le"):
                if (value := getattr(limit, name, None)) is not None:
                    assert f"{value:g}" in row, key


def test_the_guides_examples_can_be_read() -> None:
    guide = (ROOT / "docs" / "study-file.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        parse(example)
