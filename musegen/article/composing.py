"""Composing as the article did: argmax, token after token, and the chorus pasted.

Every section is four windows long, 128 tokens. The first verse ``A``, the chorus ``B`` and the
bridge ``D`` each go on from a window of the training music, drawn at random (which is not played;
it is read from the pieces themselves, so they have to be at hand);
the second verse ``C`` goes on from the last window of ``A``. The form is A B C B D B, and the
same letter is the same music, note for note.

One thing is not the article's: a song that would not have a single note begins from other windows.
In slow music most tokens are `NULL`, and after a long rest a window holds nothing else: the
likeliest token is then `NULL`, for ever. So some sections are silent, and of masses whole songs.

What the article could not do cannot be asked for: other sections, a length, a temperature. It
knew no copy check either; a song's copying is measured, and never a reason to compose anew. Its
files said nothing of tempo, which players take for 120, nor of metre, for 4/4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from musegen import genres, keys, models
from musegen.article.material import Material, read_pieces
from musegen.article.network import WINDOW, RunningNetwork
from musegen.article.tokens import NULL, STEP_TICKS, from_tokens
from musegen.composing import Composition, Progress, Request, check_tempo
from musegen.errors import FormError, ModelError
from musegen.form import parse_form
from musegen.network import read_weights
from musegen.originality import CopyReport, TrainingRuns
from musegen.song import TICKS_PER_BEAT, Key, Note, Part, Section, Song, regular_bars

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musegen.genres import Genre

    Ints = NDArray[np.int64]

SECTION_TOKENS = 4 * WINDOW
LONGEST_BEATS = 2 * SECTION_TOKENS * STEP_TICKS / TICKS_PER_BEAT
"""Of a section: nothing but `NULL`."""

DRAWN = ("A", "B", "D")
"""Sections that begin from a window drawn at random, in the order of drawing."""

GOES_ON, FROM = "C", "A"

MOST_BEGINNINGS = 10
"""So often a song begins, before it stays silent."""

TEMPO = 120.0
METRE = (4, 4)

_FOLLOWED = {"genre", "seed", "form", "key", "tempo_bpm", "model"}
"""What of a request it follows; whatever else is asked for is refused."""

_WORDS = {"bars": "a number of bars", "temperature": "a temperature", "takes": "another take"}


@dataclass(frozen=True)
class Knowledge:
    """All that the article's network of a genre knows, read from its files.

    ``starts`` are all windows of the training music (windows, WINDOW); ``human`` holds the
    copying figures of held-out human pieces (see `musegen.originality.CopyReport`).
    """

    genre: Genre
    network: RunningNetwork
    vocabulary: tuple[str, ...]
    starts: Ints
    runs: TrainingRuns
    human: dict[str, Any]

    @classmethod
    def of(cls, genre: str) -> Knowledge:
        """What is known of the genre.

        Raises
        ------
        UnknownGenreError
            When there is no such genre.
        ModelError
            When the article's network was not trained for it, or its files are damaged.
        CorpusError
            When the pieces that it learned from are not at hand.
        """
        event_model = models.info(genre)
        folder = models.article_folder(genre)
        record = models.read_article(folder)
        damaged = ModelError(models.DAMAGED_ARTICLE.format(folder))
        try:
            network = RunningNetwork(read_weights(folder / models.ARTICLE_WEIGHTS_FILE))
            vocabulary = tuple(map(str, record["vocabulary"]))
            pieces = list(map(str, record["pieces"]))
            human = event_model.config["copying"]
        except (KeyError, TypeError, ValueError) as error:
            raise damaged from error
        material = Material.of(read_pieces(genre, pieces))
        if not network.n_vocab == len(vocabulary) or material.vocabulary != vocabulary:
            raise damaged
        runs = TrainingRuns.read(event_model.directory / models.RUNS_FILE)
        return cls(genres.find(genre), network, vocabulary, material.windows()[0], runs, human)


class ArticleComposer:
    """A genre's composer of 2018; it keeps nothing between songs, so threads may share it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knows = knowledge

    @classmethod
    def load(cls, genre: str) -> ArticleComposer:
        """The composer of a genre.

        Raises
        ------
        UnknownGenreError
            When there is no such genre.
        ModelError
            When the article's network was not trained for it.
        CorpusError
            When the pieces that it learned from are not at hand.
        """
        return cls(Knowledge.of(genre))

    def compose(self, request: Request, *, progress: Progress | None = None) -> Composition:
        """A song as asked for.

        A key that is asked for is the key of the training music moved there: C major to a major,
        A minor to a minor key. Which of the two a song is in, the system does not decide.

        Parameters
        ----------
        progress
            Called with the share done, 0 to 1, and with what is being done.

        Raises
        ------
        FormError
            When something is asked for that the article's system cannot do.
        """
        from threadpoolctl import threadpool_limits

        letters = check(request)
        # One thread: sums in another order could choose another token.
        with threadpool_limits(1):
            written = self.write(letters, np.random.default_rng(request.seed), progress=progress)
        song = self._song(request, letters, written)
        copying = CopyReport(*self._knows.runs.copying(song), **self._knows.human)
        if progress is not None:
            progress(1.0, "Done")
        return Composition(song, request, copying, attempts=1)

    def write(
        self,
        letters: Sequence[str],
        rng: np.random.Generator,
        *,
        progress: Progress | None = None,
    ) -> dict[str, list[str]]:
        """The tokens of each section that ``letters`` want, not all of them `NULL`."""
        for _ in range(MOST_BEGINNINGS):
            written = self._written(letters, rng, progress)
            if any(token != NULL for tokens in written.values() for token in tokens):
                break
        return written

    def _written(
        self, letters: Sequence[str], rng: np.random.Generator, progress: Progress | None
    ) -> dict[str, list[str]]:
        drawn = dict(
            zip(DRAWN, rng.integers(len(self._knows.starts), size=len(DRAWN)), strict=True)
        )
        wanted = set(letters) | ({FROM} if GOES_ON in letters else set())
        first = [label for label in DRAWN if label in wanted]
        rounds = 2 if GOES_ON in wanted else 1

        def report(number: int, labels: Sequence[str], share: float) -> None:
            if progress is not None:
                progress((number + share) / rounds, f"Writing {' and '.join(labels)}")

        ids = np.stack([self._knows.starts[drawn[label]] for label in first])
        written = dict(zip(first, self._go_on(ids, lambda s: report(0, first, s)), strict=True))
        if GOES_ON in wanted:
            last = written[FROM][None, -WINDOW:]
            written[GOES_ON] = self._go_on(last, lambda s: report(1, [GOES_ON], s))[0]
        return {
            label: [self._knows.vocabulary[id_] for id_ in row] for label, row in written.items()
        }

    def _go_on(self, windows: Ints, report: Any) -> Ints:
        """The likeliest tokens after each window (B, WINDOW), one by one: (B, SECTION_TOKENS)."""
        rows = windows
        for step in range(SECTION_TOKENS):
            report(step / SECTION_TOKENS)
            likely = self._knows.network.probabilities(rows[:, -WINDOW:]).argmax(1)
            rows = np.concatenate([rows, likely[:, None]], 1)
        return rows[:, -SECTION_TOKENS:]

    def _song(
        self, request: Request, letters: Sequence[str], written: dict[str, list[str]]
    ) -> Song:
        notes, sections = _played(letters, written)
        bar = METRE[0] * 4 * TICKS_PER_BEAT // METRE[1]
        end = max([sections[-1].end_tick, *(note.end_tick for note in notes)])
        bars = regular_bars(-(-end // bar), *METRE)
        last = sections[-1]
        sections[-1] = replace(last, length_ticks=bars[-1].end_tick - last.start_tick)
        voice = self._knows.genre.voices[0]
        song = Song(
            title=f"{self._knows.genre.title} no. {request.seed}, as in 2018",
            parts=(Part(voice.name, voice.program, tuple(notes)),),
            bars=bars,
            sections=tuple(sections),
            tempo_bpm=request.tempo_bpm or TEMPO,
            source="composed by musegen as in 2018",
        )
        return _in_key(song, request.key)


def _played(
    letters: Iterable[str], written: dict[str, list[str]]
) -> tuple[list[Note], list[Section]]:
    """The sections one after another, pasted as they are: a long last note sounds on."""
    notes: list[Note] = []
    sections: list[Section] = []
    tick = 0
    for label in letters:
        played, length = from_tokens(written[label])
        notes += [replace(note, onset_tick=note.onset_tick + tick) for note in played]
        sections.append(Section(label, tick, length))
        tick += length
    return notes, sections


def _in_key(song: Song, key: Key | None) -> Song:
    mode = keys.find_key(song).mode if key is None else key.mode
    at_home = replace(song, key=keys.home_key(mode))
    return at_home if key is None else keys.to_key(at_home, key)


def check(request: Request) -> tuple[str, ...]:
    """The letters of the form, if all that is asked for can be followed.

    Raises
    ------
    FormError
        When it cannot: nothing is left aside in silence.
    """
    for field in fields(request):
        if field.name not in _FOLLOWED and getattr(request, field.name) != field.default:
            what = _WORDS.get(field.name, f"a {field.name}")
            raise FormError(
                f"The system of 2018 cannot follow {what}; leave it out, or let today's compose."
            )
    check_tempo(request.tempo_bpm)
    form = parse_form(request.form)
    is_plain = all(place.bars is None and place.key is None for place in form.places)
    if not is_plain or not set(form.labels) <= {*DRAWN, GOES_ON}:
        raise FormError(
            f"The system of 2018 cannot follow the form “{request.form}”; it knows the sections "
            "A, B, C and D alone, without length or key, as in ABCBDB."
        )
    return form.labels
