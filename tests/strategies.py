"""Songs made by hypothesis, and small ones made by hand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from musegen import keys
from musegen.midi import without_overlaps
from musegen.song import Bar, Note, Part, Section, Song, regular_bars

METRES = ((4, 4), (3, 4), (2, 4), (6, 8), (9, 8), (2, 2), (3, 8), (5, 4))
NAMES = st.text(
    st.characters(categories=("L", "N"), include_characters=" -'&.é♭"), min_size=1, max_size=20
).filter(lambda text: text == text.strip() != "")


def tune(pitches: list[int], *, length: int = 12, program: int = 40, name: str = "Fiddle") -> Song:
    """Notes of one length after one another, in bars of 4/4."""
    notes = tuple(Note(i * length, pitch, length) for i, pitch in enumerate(pitches))
    bars = regular_bars(-(-len(pitches) * length // 48), 4, 4)
    return Song("A tune", (Part(name, program, notes),), bars)


@st.composite
def bar_lines(draw: st.DrawFn) -> tuple[Bar, ...]:
    """Bars with changing metres, upbeats and bars of odd lengths."""
    bars: list[Bar] = []
    tick = 0
    for _ in range(draw(st.integers(1, 4))):
        numerator, denominator = draw(st.sampled_from(METRES))
        bar = Bar(tick, 0, numerator, denominator)
        full = bar.metre_ticks
        if draw(st.integers(0, 2)) == 0:
            length = draw(st.integers(1, full + 12))
            bars.append(replace(bar, length_ticks=length, is_upbeat=length < full and not bars))
            tick += length
        for _ in range(draw(st.integers(1, 3))):
            bars.append(replace(bar, start_tick=tick, length_ticks=full))
            tick += full
    return tuple(bars)


@st.composite
def parts(draw: st.DrawFn, end_tick: int, *, number: int = 0) -> Part:
    """A part whose notes lie before ``end_tick``, each pitch sounding once at a time."""
    onsets = draw(st.lists(st.integers(0, end_tick - 1), max_size=12))
    notes = [
        Note(
            onset,
            draw(st.integers(0, 127)),
            draw(st.integers(1, min(60, end_tick - onset))),
            draw(st.integers(1, 127)),
        )
        for onset in onsets
    ]
    is_drum = draw(st.integers(0, 9)) == 0
    name = f"{draw(NAMES)} {number}"
    return Part(name, draw(st.integers(0, 127)), without_overlaps(notes), is_drum)


@st.composite
def songs(draw: st.DrawFn) -> Song:
    """Any song that a MIDI file can carry."""
    bars = draw(bar_lines())
    end = bars[-1].end_tick
    found = [draw(parts(end, number=i)) for i in range(draw(st.integers(1, 5)))]
    if not any(part.notes for part in found):
        found[0] = replace(found[0], notes=(Note(0, 60, 1),))
    starts = [0, *sorted(draw(st.sets(st.integers(1, end - 1), max_size=4)))] if end > 1 else [0]
    labels = draw(st.lists(NAMES, min_size=len(starts), max_size=len(starts)))
    ends = [*starts[1:], end]
    sections = tuple(
        Section(label, start, stop - start)
        for label, start, stop in zip(labels, starts, ends, strict=True)
    )
    return Song(
        title=draw(NAMES),
        parts=tuple(found),
        bars=bars,
        sections=draw(st.sampled_from([(), sections])),
        phrase_ends=tuple(sorted(draw(st.sets(st.integers(1, end), max_size=3)))),
        key=draw(st.sampled_from(keys.all_keys())),
        tempo_bpm=draw(st.integers(2000, 30000)) / 100,
    )
