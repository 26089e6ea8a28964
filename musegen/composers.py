"""Whoever composes: today's composer of a genre, or the article's of 2018."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from musegen.composing import Composer, Model

if TYPE_CHECKING:
    from musegen.composing import Composition, Progress, Request


class AnyComposer(Protocol):
    """What all composers can do; they keep nothing between songs, so threads may share them."""

    def compose(self, request: Request, *, progress: Progress | None = None) -> Composition:
        """A song as asked for; see `musegen.composing.Composer.compose`."""


def load(genre: str, model: Model = Model.EVENT) -> AnyComposer:
    """The composer of a genre.

    Raises
    ------
    UnknownGenreError
        When there is no such genre.
    ModelError
        When it has no usable model of that kind.
    CorpusError
        When the article's is wanted, and the pieces it learned from are not at hand.
    """
    if model is Model.EVENT:
        return Composer.load(genre)
    from musegen.article.composing import ArticleComposer

    return ArticleComposer.load(genre)
