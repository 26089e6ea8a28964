"""The system of 2018: its network and its songs."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musegen import composers, exports, models
from musegen.article import training
from musegen.article.composing import SECTION_TOKENS, ArticleComposer
from musegen.article.material import Material, read_pieces
from musegen.article.network import WINDOW, RunningNetwork, build, scaled, set_weights, weights_of
from musegen.article.tokens import NULL, to_tokens
from musegen.article.training import ArticleConfig
from musegen.composing import Composition, Model, Request
from musegen.errors import CorpusError, FormError, ModelError
from musegen.keys import parse_key
from musegen.midi import to_midi
from musegen.network import read_weights
from musegen.song import Mode, Section, Song
from musegen.splits import Split, write_split
from tests import article

ASKED = Request("chorale", seed=5, model=Model.ARTICLE)
SILENT_SEED = 1002


@pytest.fixture
def composer(data_dir: Path) -> ArticleComposer:
    assert data_dir.is_dir()
    article.install()
    return ArticleComposer.load("chorale")


@pytest.fixture
def composition(composer: ArticleComposer) -> Composition:
    return composer.compose(ASKED)


def heard(song: Song, section: Section) -> list[tuple[int, int, int]]:
    return [
        (note.onset_tick - section.start_tick, note.pitch, note.duration_ticks)
        for note in song.parts[0].notes
        if section.start_tick <= note.onset_tick < section.end_tick
    ]


def test_no_song_is_silent() -> None:
    """After the window that this seed draws come rests alone: the song begins from another."""
    composer = ArticleComposer.load("renaissance")
    request = Request("renaissance", seed=SILENT_SEED, form="A", model=Model.ARTICLE)
    first = np.random.default_rng(SILENT_SEED).integers(len(composer._knows.starts), size=3)[0]
    rows = composer._go_on(composer._knows.starts[[first]], lambda _share: None)
    assert (rows == composer._knows.vocabulary.index(NULL)).all()
    assert composer.compose(request).song.note_count() > 0


def test_numpy_says_what_keras_says() -> None:
    model = build(40, units=article.UNITS)
    weights = article.random_weights(40)
    set_weights(model, weights)
    ids = np.random.default_rng(1).integers(40, size=(5, WINDOW))
    expected = np.asarray(model(scaled(ids, 40)[:, :, None]))
    np.testing.assert_allclose(RunningNetwork(weights).probabilities(ids), expected, atol=1e-4)
    assert len(set(expected.argmax(1))) > 1  # or anything would do
    for name, same in weights_of(model).items():
        np.testing.assert_array_equal(same, weights[name])


def test_the_network_is_as_large_as_the_articles() -> None:
    """The field's notes have 8.7 to 9.5 million weights, by the size of the vocabulary."""
    assert 8.4e6 < build(100).count_params() < 8.7e6


def test_ids_are_divided_by_the_size_of_the_vocabulary() -> None:
    assert scaled(np.array([0, 10, 39]), 40) == pytest.approx([0, 0.25, 0.975])


def test_half_precision_is_enough(tmp_path: Path) -> None:
    from musegen.article.network import save_weights

    weights = article.random_weights(40)
    save_weights(weights, tmp_path / "article.npz")
    kept = read_weights(tmp_path / "article.npz")
    assert {w.dtype for w in kept.values()} == {np.dtype(np.float16)}
    ids = np.random.default_rng(1).integers(40, size=(5, WINDOW))
    one, other = (RunningNetwork(w).probabilities(ids) for w in (weights, kept))
    assert one.dtype == other.dtype == np.float32
    np.testing.assert_array_equal(one.argmax(1), other.argmax(1))


def test_the_likeliest_token_follows(composer: ArticleComposer) -> None:
    knows = composer._knows
    tokens = composer.write("A", np.random.default_rng(3))["A"]
    number = {token: id_ for id_, token in enumerate(knows.vocabulary)}
    ids = np.array([number[token] for token in tokens])
    assert len(ids) == SECTION_TOKENS
    assert len(set(tokens)) > 1
    for at in (WINDOW, 77, SECTION_TOKENS - 1):
        chances = knows.network.probabilities(ids[None, at - WINDOW : at])
        assert chances[0].argmax() == ids[at]


def test_sections_begin_where_the_article_has_them_begin(composer: ArticleComposer) -> None:
    """A, B and D from windows of the training music, C from A's last window."""
    knows = composer._knows
    number = {token: id_ for id_, token in enumerate(knows.vocabulary)}
    written = composer.write("ABCBDB", np.random.default_rng(3))
    assert set(written) == set("ABCD")
    ids = {label: [number[token] for token in tokens] for label, tokens in written.items()}
    likely = knows.network.probabilities(knows.starts).argmax(1)
    for label in "ABD":
        assert ids[label][0] in likely
    after_a = np.array(ids["A"][-WINDOW:])
    assert ids["C"][0] == knows.network.probabilities(after_a[None]).argmax()
    again = np.array([*ids["A"], *ids["C"]])[SECTION_TOKENS + 3 - WINDOW : SECTION_TOKENS + 3]
    assert ids["C"][3] == knows.network.probabilities(again[None]).argmax()


def test_the_second_verse_is_the_same_without_the_first(composer: ArticleComposer) -> None:
    alone = composer.write("C", np.random.default_rng(3))
    assert alone["C"] == composer.write("ABCBDB", np.random.default_rng(3))["C"]


def test_the_chorus_is_pasted(composition: Composition) -> None:
    song = composition.song
    assert "".join(section.label for section in song.sections) == "ABCBDB"
    verse, *others = (heard(song, section) for section in song.sections)
    assert others[0] == others[2]
    assert others[4][: len(others[0])] == others[0]
    assert verse != others[0]
    assert others[0] != others[3]


def test_the_song_is_one_part_in_bars_that_cover_it(composition: Composition) -> None:
    song = composition.song
    assert [(part.name, part.program) for part in song.parts] == [("Soprano", 52)]
    assert song.tempo_bpm == 120
    assert song.sections[-1].end_tick == song.end_tick
    assert all(
        a.end_tick == b.start_tick for a, b in zip(song.sections, song.sections[1:], strict=False)
    )
    assert max(note.end_tick for note in song.parts[0].notes) <= song.end_tick


def test_copying_is_told_but_no_reason_to_begin_anew(composition: Composition) -> None:
    assert composition.attempts == 1
    human = models.info("chorale").config["copying"]
    assert composition.copying.human_longest_max == human["human_longest_max"]


def test_what_was_learned_by_heart_is_found_out(
    composer: ArticleComposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy check hears through the oddities of rhythm."""
    from musegen.keys import to_home_key

    piece = next(iter(article.pieces().values()))
    tokens = to_tokens(to_home_key(piece))
    monkeypatch.setattr(ArticleComposer, "write", lambda *_, **__: {"A": tokens})
    copying = composer.compose(replace(ASKED, form="A")).copying
    assert copying.share > 0.95
    assert not copying.is_within_human


def test_the_same_seed_gives_the_same_song(composer: ArticleComposer) -> None:
    one = to_midi(composer.compose(ASKED).song)
    assert to_midi(ArticleComposer.load("chorale").compose(ASKED).song) == one
    assert to_midi(composer.compose(replace(ASKED, seed=6)).song) != one


def test_form_key_and_tempo_are_followed(composer: ArticleComposer) -> None:
    plain = composer.compose(replace(ASKED, form="ab")).song
    request = replace(ASKED, form="AB", key=parse_key("D"), tempo_bpm=88)
    song = composer.compose(request).song
    assert [section.label for section in song.sections] == ["A", "B"]
    assert (str(song.key), song.tempo_bpm) == ("D major", 88)
    moved = [
        n.pitch - p.pitch for n, p in zip(song.parts[0].notes, plain.parts[0].notes, strict=True)
    ]
    assert set(moved) == {2}
    minor = composer.compose(replace(request, key=parse_key("Bm"))).song
    assert minor.parts == song.parts  # relatives, like the C major and A minor it learned


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bars": 4}, "cannot follow a number of bars; leave it out"),
        ({"temperature": 0.8}, "cannot follow a temperature; leave it out"),
        ({"mode": Mode.MINOR}, "cannot follow a mode"),
        ({"takes": (("A", 2),)}, "cannot follow another take"),
        ({"form": "ABE"}, "cannot follow the form “ABE”; it knows the sections A, B, C and D"),
        ({"form": "intro ABA"}, "cannot follow the form “intro ABA”"),
        ({"form": "A8 B8"}, "without length or key, as in ABCBDB"),
        ({"form": "A B:G"}, "without length or key, as in ABCBDB"),
        ({"form": " "}, "is not a form"),
        ({"form": "AB" * 9}, "too long; 16"),
        ({"tempo_bpm": 500.0}, "A tempo of 500 cannot be played; choose 30 to 240"),
    ],
)
def test_what_it_cannot_follow_is_refused(
    composer: ArticleComposer, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(FormError, match=sentence):
        composer.compose(replace(ASKED, **changes))


def test_progress_is_told(composer: ArticleComposer) -> None:
    said: list[tuple[float, str]] = []
    composer.compose(ASKED, progress=lambda share, text: said.append((share, text)))
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert {text for _, text in said} == {"Writing A and B and D", "Writing C", "Done"}


def test_a_song_is_described_with_its_model(composition: Composition) -> None:
    told = exports.describe(composition)
    assert told["model"] == "article"
    assert [section["label"] for section in told["sections"]] == list("ABCBDB")
    json.dumps(told)


def test_composers_are_found_by_genre_and_model(composer: ArticleComposer) -> None:
    assert composers.load("chorale", Model.ARTICLE).compose(ASKED) == composer.compose(ASKED)
    assert not isinstance(composers.load("chorale"), ArticleComposer)


def test_without_training_it_says_how_to_train(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_article_folder", lambda _: None)
    with pytest.raises(ModelError, match="musegen train quartet --model article"):
        composers.load("quartet", Model.ARTICLE)


def other_words() -> str:
    return json.dumps({"vocabulary": ["NULL"], "pieces": list(article.pieces())})


@pytest.mark.parametrize("damage", ["{", "{}", other_words()])
def test_damaged_files_are_said(composer: ArticleComposer, damage: str) -> None:
    assert composer
    models.article_folder("chorale").joinpath(models.ARTICLE_FILE).write_text(damage)
    with pytest.raises(ModelError, match=r"model of 2018 in .* cannot be read"):
        ArticleComposer.load("chorale")


def test_no_music_is_kept_with_the_network(composer: ArticleComposer) -> None:
    """Windows to begin with are read from the pieces, every one of them and in their order."""
    record = models.read_article(models.article_folder("chorale"))
    assert set(record) == {"genre", "vocabulary", "tokens", "pieces", "training"}
    windows, _ = Material.of(article.pieces()).windows()
    np.testing.assert_array_equal(composer._knows.starts, windows)


def test_without_its_pieces_it_says_how_to_get_them(data_dir: Path) -> None:
    material = replace(Material.of(article.pieces()), pieces=("joplin-elite",))
    weights = article.random_weights(len(material.vocabulary))
    training.write(data_dir / "models" / "ragtime", "ragtime", material, weights, {})
    with pytest.raises(CorpusError, match=r"“ragtime” are not on this machine"):
        ArticleComposer.load("ragtime")


def test_pieces_of_ones_own_are_read_from_their_files(tmp_path: Path) -> None:
    songs = list(article.pieces().values())
    paths = [tmp_path / name for name in ("b.mid", "a.mid")]
    for path, song in zip(paths, songs, strict=False):
        path.write_bytes(to_midi(song))
    read = read_pieces("my-tunes", map(str, paths))
    assert list(read) == [str(path) for path in paths]
    for song, same in zip(songs, read.values(), strict=False):
        assert [n.pitch for n in same.parts[0].notes] == [n.pitch for n in song.parts[0].notes]
    paths[1].unlink()
    with pytest.raises(
        CorpusError, match=r"music that it learned from, and some is gone: .*a\.mid"
    ):
        read_pieces("my-tunes", map(str, paths))


def test_files_learned_from_are_found_from_any_folder(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tunes").mkdir()
    monkeypatch.chdir(tmp_path)
    songs = article.pieces(count=24).values()
    names = [f"tunes/{number}.mid" for number in range(len(songs))]
    for name, song in zip(names, songs, strict=True):
        Path(name).write_bytes(to_midi(song))
    folder = data_dir / "models" / "my-tunes"
    shutil.copytree(models.info("chorale").directory, folder)
    write_split(Split(tuple(names), (), (), 1), folder / models.SPLIT_FILE)
    chosen = training._pieces("my-tunes", [Path("tunes")], ArticleConfig(pieces=4), print)
    assert len(chosen) == 4
    assert {Path(id_).parent for id_ in chosen} == {tmp_path.resolve() / "tunes"}
    monkeypatch.chdir("/")
    assert read_pieces("my-tunes", chosen) == chosen


def test_too_little_music_is_said() -> None:
    with pytest.raises(CorpusError, match=r"tokens are too little .* at least 500 are needed"):
        Material.of(article.pieces(count=1))
