"""Songs as users get them: whole, in form, closing, reproducible, not copied."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from musegen import genres, models
from musegen.cadences import ends_on, last_notes
from musegen.choosing import silent_beats
from musegen.composing import Composer, Composition, Request
from musegen.critic import Critic
from musegen.echoes import echo_share
from musegen.errors import FormError, ModelError, UnknownGenreError
from musegen.keys import home_key, parse_key
from musegen.knowledge import Knowledge
from musegen.likeness import likeness
from musegen.midi import to_midi
from musegen.song import TICKS_PER_BEAT, Mode, Note, Part, Section, Song, cut

GENRES = ("chorale", "fiddle", "quartet")


@pytest.fixture(scope="module", params=GENRES)
def composition(request: pytest.FixtureRequest) -> Composition:
    return Composer.load(request.param).compose(Request(request.param, seed=7))


@pytest.fixture(scope="module")
def chorales() -> Composer:
    return Composer.load("chorale")


def notes_of(song: Song, section: Section) -> list[list[tuple[int, int, int]]]:
    return [
        [
            (n.onset_tick - section.start_tick, n.pitch, n.duration_ticks)
            for n in part.notes
            if section.start_tick <= n.onset_tick < section.end_tick
        ]
        for part in song.parts
    ]


def test_every_shipped_genre_has_a_model() -> None:
    assert {info.genre for info in models.available()} >= set(GENRES)


def test_the_form_is_verse_chorus_verse_chorus_bridge_chorus(composition: Composition) -> None:
    song = composition.song
    assert "".join(section.label for section in song.sections) == "ABCBDB"
    heard = [notes_of(song, section) for section in song.sections]
    assert all(one != other for one, other in combinations(heard, 2))
    assert all(any(part for part in section) for section in heard)


def test_sections_are_whole_bars_from_the_same_upbeat(composition: Composition) -> None:
    song = composition.song
    bar = next(bar for bar in song.bars if not bar.is_upbeat)
    upbeat = song.bars[0].length_ticks if song.bars[0].is_upbeat else 0
    for section in song.sections:
        assert section.length_ticks % bar.metre_ticks == 0
        assert section.start_tick % bar.metre_ticks == 0
    assert song.sections[-1].end_tick == song.end_tick
    assert song.bars[-1].length_ticks == bar.metre_ticks - upbeat


def test_no_note_crosses_the_end_of_its_section(composition: Composition) -> None:
    song = composition.song
    for section in song.sections:
        for part in notes_of(song, section):
            assert all(onset + length <= section.length_ticks for onset, _, length in part)


def test_only_a_sure_critic_is_listened_to() -> None:
    knows = Knowledge.of(models.info("fiddle"))
    assert knows.critic is not None
    request = Request("fiddle", seed=7, form="AB")

    def song(critic: Critic | None) -> Song:
        return Composer(replace(knows, critic=critic)).compose(request).song

    unsure = song(replace(knows.critic, auc=0.6))
    assert unsure == song(None) == song(knows.critic)
    assert unsure != song(replace(knows.critic, auc=0.9))


def test_parts_are_those_of_the_genre(composition: Composition) -> None:
    voices = genres.find(composition.request.genre).voices
    assert [(p.name, p.program) for p in composition.song.parts] == [
        (v.name, v.program) for v in voices
    ]


def test_the_song_copies_no_more_than_humans_do(composition: Composition) -> None:
    copying = composition.copying
    assert copying.share <= copying.human_share_p95
    assert copying.longest_run <= copying.human_longest_max


@pytest.mark.parametrize("genre", GENRES)
def test_songs_end_on_their_tonic(genre: str) -> None:
    composer = Composer.load(genre)
    for seed in range(4):
        song = composer.compose(Request(genre, seed=seed, form="AB", bars=2)).song
        assert ends_on(song.voices, song.key.tonic)


def test_a_fiddle_tune_in_2_4_may_end_on_an_eighth() -> None:
    composer = Composer.load("fiddle")
    lengths = []
    for seed in range(8):
        song = composer.compose(Request("fiddle", seed=seed, metre=(2, 4), form="AB")).song
        lengths.append(song.voices[0][-1].duration_ticks)
    assert min(lengths) == 6  # an eighth: fiddlers' last notes in 2/4, two in three


def test_melodies_end_at_home_where_they_do_in_the_genre(chorales: Composer) -> None:
    def ends_at_home(seed: int) -> bool:
        song = chorales.compose(Request("chorale", seed=seed, form="AB", bars=2)).song
        return max(note.pitch for note in last_notes(song.voices)) % 12 == song.key.tonic

    assert sum(map(ends_at_home, range(10))) >= 9


def test_voices_rest_as_they_do_in_the_genres_pieces() -> None:
    knows = Knowledge.of(models.info("quartet"))

    def rests(piece: float) -> float:
        own = replace(knows, habits=replace(knows.habits, silences=[piece]))
        songs = [Composer(own).compose(Request("quartet", seed=s, form="AB")).song for s in (3, 4)]
        beats = sum(4 * song.end_tick / TICKS_PER_BEAT for song in songs)
        return sum(silent_beats(song.voices, 0, song.end_tick) for song in songs) / beats

    assert rests(0.25) > rests(0.05) + 0.05


def test_sections_say_again_as_much_as_the_genres_do() -> None:
    knows = Knowledge.of(models.info("mazurka"))

    def echoes(stretch: float) -> float:
        own = replace(knows, habits=replace(knows.habits, echoes=[stretch]))
        songs = [Composer(own).compose(Request("mazurka", seed=s, form="AB")).song for s in (1, 2)]
        sections = [cut(song, s.start_tick, s.end_tick) for song in songs for s in song.sections]
        return sum(echo_share(own.voices, 36) or 0.0 for own in sections) / len(sections)

    assert echoes(0.6) > echoes(0.0) + 0.2


def test_note_lengths_are_those_of_the_genre() -> None:
    """Dotted eighths are 2 % of the notes of Chopin's mazurkas; of these songs, corrected, 21 %."""
    composer = Composer.load("mazurka")
    songs = [composer.compose(Request("mazurka", seed=seed, form="AB")).song for seed in range(6)]
    lengths = [note.duration_ticks for song in songs for v in song.voices for note in v]
    assert lengths.count(9) / len(lengths) < 0.07


@pytest.mark.parametrize(("seed", "mode"), [(3003, Mode.MINOR), (3014, Mode.MAJOR)])
def test_an_answer_begins_as_its_source_and_goes_elsewhere(
    chorales: Composer, seed: int, mode: Mode
) -> None:
    song = chorales.compose(Request("chorale", seed=seed, mode=mode, form="ABCB")).song
    verse, _, answer, _ = (notes_of(song, section) for section in song.sections)
    assert [part[:2] for part in answer] == [part[:2] for part in verse]
    voices = [[[Note(*note) for note in part] for part in own] for own in (verse, answer)]
    assert likeness(*voices) < 0.8


def test_the_same_seed_is_the_same_song_and_another_is_another(chorales: Composer) -> None:
    first, again, other = (
        to_midi(chorales.compose(Request("chorale", seed=seed, form="ABC", bars=2)).song)
        for seed in (5, 5, 6)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("name", ["G", "Bb", "F#m", "Eb minor"])
def test_a_song_may_be_asked_for_in_any_key(chorales: Composer, name: str) -> None:
    key = parse_key(name)
    song = chorales.compose(Request("chorale", seed=3, key=key, form="AB", bars=2)).song
    assert song.key == key
    assert ends_on(song.voices, key.tonic)


def test_another_key_is_the_same_song_moved(chorales: Composer) -> None:
    home = Request("chorale", seed=3, key=parse_key("C"), form="AB", bars=2)
    at_home, in_d = (
        chorales.compose(replace(home, key=parse_key(name))).song for name in ("C", "D")
    )
    moved = {
        b.pitch - a.pitch
        for one, other in zip(at_home.parts, in_d.parts, strict=True)
        for a, b in zip(one.notes, other.notes, strict=True)
    }
    assert moved == {2}


@pytest.mark.parametrize("mode", list(Mode))
def test_the_mode_may_be_chosen(chorales: Composer, mode: Mode) -> None:
    song = chorales.compose(Request("chorale", seed=4, mode=mode, form="A", bars=2)).song
    assert song.key == home_key(mode)


@pytest.mark.parametrize("metre", [(4, 4), (3, 4)])
def test_the_metre_may_be_chosen(chorales: Composer, metre: tuple[int, int]) -> None:
    song = chorales.compose(Request("chorale", seed=4, metre=metre, form="A", bars=2)).song
    assert {(bar.numerator, bar.denominator) for bar in song.bars} == {metre}


def test_tempo_form_and_length_are_as_asked(chorales: Composer) -> None:
    made = chorales.compose(Request("chorale", seed=1, form="aab", tempo_bpm=91, bars=3))
    assert made.song.tempo_bpm == 91
    assert [s.label for s in made.song.sections] == ["A", "A", "B"]
    assert sum(not bar.is_upbeat for bar in made.song.bars) == 9


def test_progress_is_told_from_beginning_to_end(chorales: Composer) -> None:
    told: list[tuple[float, str]] = []
    chorales.compose(
        Request("chorale", seed=1, bars=2), progress=lambda share, text: told.append((share, text))
    )
    shares = [share for share, _ in told]
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert [text for _, text in told[:3]] == ["Writing A", "Writing B", "Writing C"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"form": "123"}, "write one letter a section"),
        ({"mode": Mode.MINOR, "key": parse_key("G")}, "leave out the key or the mode"),
        ({"takes": (("E", 2),)}, "The form ABCBDB has no section E to take; it has A, B, C, D"),
        ({"takes": (("C:D", 2),)}, "has no section C:D to take"),
        ({"takes": (("C", 0),)}, "Take 0 of C cannot be composed; takes count from 1"),
        ({"metre": (5, 4)}, "In 5/4 no chorale can be composed; choose 4/4 or 3/4."),
        ({"bars": 0}, "choose 2 to 32 bars"),
        ({"temperature": 9.0}, "choose 0.5 to 1.5"),
        ({"tempo_bpm": 1000.0}, "choose 30 to 240 beats a minute"),
    ],
)
def test_what_cannot_be_composed_is_told(
    chorales: Composer, wrong: dict[str, object], sentence: str
) -> None:
    with pytest.raises(FormError, match=sentence):
        chorales.compose(replace(Request("chorale", seed=1), **wrong))


def test_an_unknown_genre_is_told() -> None:
    with pytest.raises(UnknownGenreError, match="There is no genre called “polka”; choose one of"):
        Composer.load("polka")


def test_a_genre_without_its_model_says_how_to_get_one(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="python -m musegen train chorale"):
        Composer.load("chorale")


def test_a_damaged_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = models.info("chorale").directory
    folder = tmp_path / "chorale"
    folder.mkdir()
    for name in (models.CONFIG_FILE, models.RUNS_FILE, models.SPLIT_FILE):
        (folder / name).write_bytes((source / name).read_bytes())
    whole = (source / models.WEIGHTS_FILE).read_bytes()
    (folder / models.WEIGHTS_FILE).write_bytes(whole[: len(whole) // 2])
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="cannot be read; get the file again or train anew"):
        Composer.load("chorale")


def test_parts_keep_their_order_of_notes(composition: Composition) -> None:
    def is_sorted(part: Part) -> bool:
        return list(part.notes) == sorted(part.notes)

    assert all(is_sorted(part) for part in composition.song.parts)


def test_no_part_piles_up_notes_without_end(composition: Composition) -> None:
    for part in composition.song.parts:
        onsets = [note.onset_tick for note in part.notes]
        assert max(onsets.count(onset) for onset in set(onsets)) <= 4
