"""The Compose page's lower part: a finished song, seen, heard and given away."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from musegen import genres
from musegen.composing import Model
from musegen.originality import RUN_NOTES, CopyReport
from ui import links, texts
from ui.compose_form import daring_name
from ui.frame import friendly_errors, show_error
from ui.opus import Opus
from ui.player import player, score

KEPT = "compose_kept"
"""Where the session has the sections that are to stay."""


def show(opus: Opus, *, on_again: Callable[[], None], on_others: Callable[[], None]) -> None:
    """Draw a song: first what sounds, last what takes time to draw."""
    song, request = opus.composition.song, opus.composition.request
    title = f"{genres.find(request.genre).title} in {links.key_words(song.key)}"
    is_old = request.model is Model.ARTICLE
    title += texts.TITLE_2018 if is_old else ""
    if opus.silence:
        st.subheader(title, anchor=False)
        show_error(opus.silence)
    else:
        player(song, opus.performance, opus.mp3, title=title, key="player")
    with st.container(horizontal=True, vertical_alignment="center", key="under_player"):
        st.button(
            texts.AGAIN,
            icon=":material/refresh:",
            help=texts.AGAIN_HELP,
            on_click=on_again,
            key="again_button",
        )
        st.caption(
            texts.SETTINGS_LINE.format(
                seed=request.seed,
                tempo=song.tempo_bpm,
                bars=sum(not bar.is_upbeat for bar in song.bars),
                daring=texts.LINE_2018 if is_old else daring_name(request.temperature),
            )
        )
    if not is_old:
        _keeping(list(dict.fromkeys(section.label for section in song.sections)), on_others)
    notes = st.container(key="notation")
    left, right = st.columns(2, gap="large")
    with left:
        _downloads(opus)
        _link(opus)
    with right:
        _copying(opus.composition.copying, f"{genres.find(request.genre).title.lower()}s")
    with notes:
        _notation(opus)


def _keeping(labels: list[str], on_others: Callable[[], None]) -> None:
    """Choose sections that stay, and have the others composed again."""
    if len(labels) < 2:
        return
    if not set(st.session_state.get(KEPT) or ()) <= set(labels):
        st.session_state[KEPT] = []  # of another song's form
    with st.container(horizontal=True, vertical_alignment="bottom", key="keeping"):
        kept = st.pills(texts.KEEP, labels, selection_mode="multi", help=texts.KEEP_HELP, key=KEPT)
        st.button(
            texts.OTHERS,
            icon=":material/restart_alt:",
            disabled=not 0 < len(kept) < len(labels),
            on_click=on_others,
            key="others_button",
        )


def _notation(opus: Opus) -> None:
    st.subheader(texts.NOTATION, anchor=False)
    with friendly_errors():
        score(opus.musicxml, opus.layouts, opus.performance, opus.mp3, key="score")


def _downloads(opus: Opus) -> None:
    st.subheader(texts.DOWNLOADS, anchor=False)
    offers: list[tuple[str, str | bytes | Callable[[], bytes], str, str]] = [
        ("MIDI", opus.midi, "mid", "audio/midi"),
        ("MusicXML", opus.musicxml, "musicxml", "application/vnd.recordare.musicxml+xml"),
    ]
    if not opus.silence:
        offers += [
            ("MP3", opus.mp3, "mp3", "audio/mpeg"),
            ("WAV", opus.wav, "wav", "audio/wav"),
        ]
    with st.container(horizontal=True, gap="small", key="downloads"):
        for label, data, ending, mime in offers:
            st.download_button(
                label,
                data,
                file_name=f"{opus.file_name}.{ending}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"download_{ending}",
            )


def _link(opus: Opus) -> None:
    st.markdown(f"**{texts.LINK}**")
    st.code(address(opus, st.context.url or ""), language=None, wrap_lines=True)
    st.caption(texts.LINK_WORDS)


def address(opus: Opus, page: str) -> str:
    """The link to a song: the page's own address ``page`` with the song's settings."""
    query = urlencode(links.write(opus.composition.request))
    return urlunsplit(urlsplit(page)._replace(query=query, fragment=""))


def _copying(report: CopyReport, genre: str) -> None:
    st.subheader(texts.COPY_TITLE, anchor=False)
    st.markdown(copying_words(report, genre))


def copying_words(report: CopyReport, genre: str) -> str:
    """The copy check in plain words, beside what is usual in human pieces of the genre."""
    humans = texts.COPY_HUMANS.format(
        genre=genre,
        median=_share(report.human_share_median),
        p95=_share(report.human_share_p95),
        longest=report.human_longest_median,
        most=report.human_longest_max,
    )
    if not report.longest_run:
        said = f"{texts.COPY_NONE} {texts.COPY_NONE_WORDS.format(run=RUN_NOTES)}"
    else:
        verdict = texts.COPY_LESS if report.is_within_human else texts.COPY_MORE
        found = texts.COPY_SHARE.format(
            share=_share(report.share), run=RUN_NOTES, longest=report.longest_run
        )
        said = f"{verdict} {found}"
    return f"{said}\n\n{humans}"


def _share(share: float) -> str:
    return f"{share:.0%}" if share == 0 or share >= 0.01 else "less than 1%"
