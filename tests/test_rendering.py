"""What ears would notice: loudness, clipping, silence, length, and the notes asked for."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile

from musegen import genres, rendering, soundfonts
from musegen.errors import RequestError, SoundError
from musegen.performing import LEAD_IN_S, Performance, PerformedNote, PerformedPart, perform
from musegen.rendering import SAMPLE_RATE, TAIL_S
from musegen.song import Note, Part, Song, regular_bars
from tests.conftest import ROOT
from tests.strategies import tune

SCALE = tune([60, 62, 64, 65, 67, 69, 71, 72])
DECIBEL_BELOW = 10 ** (-60 / 20)


def chords(name: str) -> Song:
    """Four chords for all voices of a genre."""
    genre = genres.find(name)
    roots = (60, 65, 67, 60)
    parts = tuple(
        Part(
            voice.name,
            voice.program,
            tuple(Note(24 * i, root + shift, 24) for i, root in enumerate(roots)),
        )
        for voice, shift in zip(genre.voices, (12, 7, 4, -12), strict=False)
    )
    return Song("Chords", parts, regular_bars(2, 4, 4))


def performed(name: str) -> Performance:
    return perform(chords(name), genre=genres.find(name), seed=1)


@pytest.fixture(scope="module")
def sounds() -> dict[str, rendering.Samples]:
    return {name: rendering.render(performed(name)) for name in genres.names()}


@pytest.fixture(scope="module")
def scale() -> tuple[Performance, rendering.Samples]:
    performance = perform(SCALE, genre=genres.find("fiddle"), seed=1)
    return performance, rendering.render(performance)


def strength(audio: rendering.Samples, start_s: float, end_s: float, pitch: float) -> float:
    """Energy at a pitch's fundamental within a stretch of sound."""
    piece = audio[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)].mean(axis=1)
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 1 << 17))
    frequencies = np.fft.rfftfreq(1 << 17, 1 / SAMPLE_RATE)
    near = np.abs(12 * np.log2(np.maximum(frequencies, 1) / 440) + 69 - pitch) < 0.35
    return float((spectrum[near] ** 2).max())


# --- sound


@pytest.mark.parametrize("name", genres.names())
def test_loudness_peaks_and_form(sounds: dict[str, rendering.Samples], name: str) -> None:
    audio = sounds[name]
    assert audio.dtype == np.float32
    assert audio.ndim == 2
    assert audio.shape[1] == 2
    assert rendering.loudness_lufs(audio) == pytest.approx(rendering.LOUDNESS_LUFS, abs=0.3)
    assert rendering.true_peak_dbfs(audio) < rendering.PEAK_DBFS


@pytest.mark.parametrize("name", genres.names())
def test_sound_begins_at_once_and_dies_away(
    sounds: dict[str, rendering.Samples], name: str
) -> None:
    audio = np.abs(sounds[name]).max(axis=1)
    assert len(audio) / SAMPLE_RATE == pytest.approx(performed(name).length_s + TAIL_S, abs=0.01)
    sounding = np.flatnonzero(audio > DECIBEL_BELOW)
    assert sounding[0] / SAMPLE_RATE == pytest.approx(LEAD_IN_S, abs=0.03)
    assert audio[-SAMPLE_RATE // 20 :].max() < DECIBEL_BELOW
    assert audio[-100:].max() < 1e-6  # faded to nothing, not cut
    last = audio[round((performed(name).length_s - 0.3) * SAMPLE_RATE) :]
    assert last[: SAMPLE_RATE // 10].max() > 10 * DECIBEL_BELOW  # it sounds to the end


def test_the_notes_asked_for_are_heard(scale: tuple[Performance, rendering.Samples]) -> None:
    performance, audio = scale
    for note in performance.parts[0].notes:
        here = (note.start_s + 0.05, note.end_s)
        asked = strength(audio, *here, note.pitch)
        assert asked > 4 * strength(audio, *here, note.pitch + 1)
        assert asked > 4 * strength(audio, *here, note.pitch - 1)  # the hall remembers it


def test_all_parts_are_heard(sounds: dict[str, rendering.Samples]) -> None:
    song, audio = chords("quartet"), sounds["quartet"]
    played = performed("quartet")
    for part in played.parts:
        note = part.notes[0]
        here = (note.start_s + 0.1, note.end_s)
        assert strength(audio, *here, note.pitch) > 20 * strength(audio, *here, note.pitch + 1)
    assert len(song.parts) == 4


def test_parts_sit_from_left_to_right() -> None:
    def balance(index: int) -> float:
        parts = tuple(
            replace(part, notes=part.notes if i == index else ())
            for i, part in enumerate(performed("quartet").parts)
        )
        audio = rendering.render(replace(performed("quartet"), parts=parts))
        left, right = np.sqrt((audio.astype(float) ** 2).mean(axis=0))
        return float(20 * np.log10(right / left))

    assert balance(0) < -2 < 2 < balance(3)


def test_drums_sound() -> None:
    hit = PerformedNote(0.05, 0.2, 38, 100, 0)
    kit = PerformedPart("Kit", 0, True, (hit,))
    drum = rendering.render(Performance((kit,), 0.2, ((0, 0.05), (12, 0.65))))
    piano = rendering.render(
        Performance((replace(kit, is_drum=False),), 0.2, ((0, 0.05), (12, 0.65)))
    )
    assert np.abs(drum).max() > 0.01
    assert strength(drum, 0.05, 0.5, 38) < strength(piano, 0.05, 0.5, 38) / 10


def test_more_parts_than_midi_channels_sound() -> None:
    note = PerformedNote(0.05, 1.0, 69, 80, 0)
    silent = tuple(PerformedPart(f"P{i}", 0, False, ()) for i in range(39))
    last = PerformedPart("Last", 40, False, (note,))
    audio = rendering.render(Performance((*silent, last), 1.0, ((0, 0.05), (24, 1.05))))
    assert strength(audio, 0.3, 1.0, 69) > 100 * strength(audio, 0.3, 1.0, 70)


def test_an_instrument_that_is_missing_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    from musegen import synthesis

    strange = PerformedPart("Strange", 127, False, (PerformedNote(0.05, 1.0, 60, 80, 0),))
    monkeypatch.setattr(synthesis, "_programs", lambda _: iter([(77, 127), (0, 40)]))
    assert rendering.render(Performance((strange,), 1.0, ((0, 0.05), (24, 1.05)))).any()


def test_silence_stays_silence() -> None:
    empty = Performance((PerformedPart("Fiddle", 40, False, ()),), 0.05, ((0, 0.05), (12, 0.5)))
    assert np.abs(rendering.render(empty)).max() < 1e-6


def test_uneven_music_becomes_softer_rather_than_clipped() -> None:
    taps = tuple(PerformedNote(0.05 + 4 * i, 0.1 + 4 * i, 76, 127, 0) for i in range(3))
    block = PerformedPart("Block", 115, False, taps)
    audio = rendering.render(Performance((block,), 8.1, ((0, 0.05), (12, 8.1))))
    assert rendering.true_peak_dbfs(audio) == pytest.approx(rendering.PEAK_DBFS, abs=0.05)
    assert rendering.loudness_lufs(audio) < rendering.LOUDNESS_LUFS


def test_music_that_never_ends_is_refused() -> None:
    with pytest.raises(RequestError, match="lasts 30 minutes; choose a piece of at most 20"):
        rendering.render(Performance((), 1800.0, ((0, 0.05), (12, 1800.0))))


# --- the same each time


def test_rendering_is_deterministic_and_leaks_nothing(
    sounds: dict[str, rendering.Samples],
) -> None:
    again = {name: rendering.render(performed(name)) for name in reversed(genres.names())}
    assert all(np.array_equal(again[name], sounds[name]) for name in sounds)


@pytest.mark.parametrize("first", ["import soundfile", "import musegen.synthesis"])
def test_the_sound_does_not_depend_on_what_was_imported_first(
    first: str, sounds: dict[str, rendering.Samples]
) -> None:
    """Two libsndfiles may be on a machine, and FluidSynth takes the one that is there."""
    program = (
        f"{first}\n"
        "import hashlib\n"
        "from musegen import rendering\n"
        "from tests.test_rendering import performed\n"
        "print(hashlib.md5(rendering.render(performed('fiddle'))).hexdigest())\n"
    )
    if "soundfile" not in first:
        program = program.replace(
            "from tests",
            "from musegen.synthesis import shared_library; shared_library()\nfrom tests",
        )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == hashlib.md5(sounds["fiddle"]).hexdigest(), done.stderr


def test_songs_rendered_side_by_side_sound_as_alone(
    sounds: dict[str, rendering.Samples],
) -> None:
    names = [*genres.names()] * 3
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda name: rendering.render(performed(name)), names))
    for name, audio in zip(names, together, strict=True):
        assert np.array_equal(audio, sounds[name])


# --- files


def test_wav_holds_the_samples(sounds: dict[str, rendering.Samples]) -> None:
    audio = sounds["fiddle"]
    data = rendering.to_wav(audio)
    assert soundfile.info(BytesIO(data)).subtype == "PCM_16"
    back, rate = soundfile.read(BytesIO(data), dtype="int16")
    assert rate == SAMPLE_RATE
    assert np.abs(back / 32767 - audio).max() < 0.51 / 32767


def test_mp3_sounds_alike_and_tells_nothing(sounds: dict[str, rendering.Samples]) -> None:
    audio = sounds["chorale"]
    data = rendering.to_mp3(audio)
    assert data == rendering.to_mp3(audio)
    assert b"ID3" not in data
    assert b"TAG" not in data[-128:]
    back, rate = soundfile.read(BytesIO(data))
    assert rate == SAMPLE_RATE
    assert len(back) == pytest.approx(len(audio), abs=0.1 * SAMPLE_RATE)
    assert rendering.loudness_lufs(back) == pytest.approx(rendering.LOUDNESS_LUFS, abs=0.5)
    assert np.abs(back).max() < 1
    kilobits = len(data) * 8 / 1000 / (len(audio) / SAMPLE_RATE)
    assert kilobits == pytest.approx(160, rel=0.03)


@pytest.mark.parametrize("ending", [".mp3", ".wav", ".WAV"])
def test_sound_is_written_whole(
    tmp_path: Path, sounds: dict[str, rendering.Samples], ending: str
) -> None:
    path = tmp_path / f"song{ending}"
    rendering.write_audio(path, sounds["fiddle"])
    assert soundfile.info(path).samplerate == SAMPLE_RATE
    assert list(tmp_path.iterdir()) == [path]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"let “song\.ogg” end in \.mp3"):
        rendering.write_audio(tmp_path / "song.ogg", np.zeros((100, 2), np.float32))
    assert not list(tmp_path.iterdir())


def test_a_place_that_takes_no_files(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SoundError, match=r"cannot be written .* choose another place"):
        rendering.write_audio(tmp_path / "file" / "song.wav", np.zeros((100, 2), np.float32))


# --- SoundFonts and FluidSynth


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Empty folders in the places where SoundFonts are looked for."""
    found = {name: tmp_path / name for name in ("own", "system", "bundled")}
    for folder in found.values():
        folder.mkdir()
    monkeypatch.setattr(soundfonts, "OWN_FOLDER", found["own"])
    monkeypatch.setattr(soundfonts, "SYSTEM_FOLDERS", (found["system"], tmp_path / "missing"))
    monkeypatch.setattr(soundfonts, "_bundled_folders", lambda: [found["bundled"]])
    monkeypatch.delenv("HOMEBREW_PREFIX", raising=False)
    return found


def test_soundfonts_are_found_in_their_order(folders: dict[str, Path]) -> None:
    with pytest.raises(SoundError, match=r"no SoundFont.*apt install.*soundfonts/"):
        rendering.find_soundfont()
    for place, name in (
        ("bundled", "TimGM6mb.sf2"),
        ("system", "avldrums.sf2"),
        ("system", "TimGM6mb.sf2"),
        ("system", "FluidR3_GM.sf2"),
        ("system", "MuseScore_General_Lite.sf3"),
        ("own", "Mine.SF2"),
    ):
        (folders[place] / name).touch()
        (folders[place] / "notes.txt").touch()
        if name != "avldrums.sf2":
            assert rendering.find_soundfont() == folders[place] / name


def test_a_link_to_a_soundfont_counts_by_its_own_name(folders: dict[str, Path]) -> None:
    (folders["system"] / "TimGM6mb.sf2").touch()
    (folders["system"] / "default-GM.sf2").symlink_to(folders["system"] / "TimGM6mb.sf2")
    assert rendering.find_soundfont().name == "TimGM6mb.sf2"


def test_pretty_midis_soundfont_is_always_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfonts, "OWN_FOLDER", ROOT / "none")
    monkeypatch.setattr(soundfonts, "SYSTEM_FOLDERS", ())
    monkeypatch.delenv("HOMEBREW_PREFIX", raising=False)
    assert rendering.find_soundfont().name == "TimGM6mb.sf2"
    assert rendering.render(performed("fiddle")).any()


@pytest.mark.parametrize(
    "content", [b"", b"RIFF and nothing more", b"RIFF\x10\0\0\0sfbkLIST and nothing more", None]
)
def test_a_broken_soundfont_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    broken = tmp_path / "Broken.sf2"
    if content is not None:
        broken.write_bytes(content)
    with pytest.raises(SoundError, match=r"Broken\.sf2” cannot be read; remove it"):
        rendering.render(performed("fiddle"), soundfont=broken)
    assert capfd.readouterr().out == ""


def test_without_fluidsynth_one_sentence_says_what_to_install() -> None:
    program = (
        "import ctypes.util, os\n"
        "ctypes.util.find_library = lambda name: None\n"
        "os.environ.pop('HOMEBREW_PREFIX', None)\n"
        "from musegen import rendering\n"
        "from musegen.errors import SoundError\n"
        "from musegen.performing import Performance\n"
        "try:\n"
        "    rendering.render(Performance((), 1.0, ((0, 0.05), (12, 1.0))))\n"
        "except SoundError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "apt install libfluidsynth3" in done.stdout
    assert "brew install fluid-synth" in done.stdout
