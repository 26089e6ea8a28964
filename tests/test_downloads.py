"""Fetching human music: from a real server, broken off, gone on with, and never half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from musegen import corpora, downloads, manifests
from musegen.cli import app
from musegen.errors import CorpusError, DownloadError, FailureError, UnknownGenreError
from musegen.manifests import Manifest, RemoteFile
from tests.conftest import ROOT, free_port
from tests.mirror import Mirror, serving
from tests.test_sources import JIGS

BOOK = "ABC_cleaned/jigs.abc"
OTHER = "ABC_cleaned/1 Für Élise’s reels.abc"
LICENCE = "LICENSE.md"
CONTENT = {
    BOOK: JIGS.encode(),
    OTHER: JIGS.replace("Jig", "Reel").replace("GAB", "GBA").encode(),
    LICENCE: b"Do as you like.\n" * 20_000,
}
PREFIX = "tester/tunes/0123abc/"
MANIFEST = Manifest(
    "tester/tunes",
    "0123abc",
    tuple(RemoteFile(p, len(c), sha256(c).hexdigest()) for p, c in CONTENT.items()),
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    monkeypatch.setenv("MUSEGEN_DATA", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path


@pytest.fixture
def mirror(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """The files of the manifest on a server."""
    assert not list(data.iterdir())
    with serving({PREFIX + path: content for path, content in CONTENT.items()}) as mirror:
        monkeypatch.setenv("MUSEGEN_MIRROR", mirror.address + "/")
        yield mirror


def fetch(*, progress: downloads.Progress | None = None) -> Path | None:
    return downloads.fetch("folk", manifest=MANIFEST, progress=progress, pause_s=0.0)


def files_in(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_collection_is_fetched_and_then_at_hand(data: Path, mirror: Mirror) -> None:
    seen: list[tuple[int, int]] = []
    assert not corpora.at_hand("folk")
    folder = fetch(progress=lambda done, total: seen.append((done, total)))
    assert folder == data / "corpora" / "nottingham"
    assert files_in(folder) == CONTENT
    assert seen[-1] == (MANIFEST.size, MANIFEST.size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(corpora.catalogue("folk")) == 6
    assert {path for path, _ in mirror.asked} == {PREFIX + path for path in CONTENT}
    assert [p.name for p in folder.parent.iterdir() if p.is_dir()] == ["nottingham"]


def test_what_is_at_hand_is_not_fetched(mirror: Mirror) -> None:
    assert fetch() is not None
    asked = len(mirror.asked)
    assert fetch() is None
    assert downloads.fetch("chorale") is None
    assert len(mirror.asked) == asked


def test_an_answer_that_breaks_off_is_gone_on_with(data: Path, mirror: Mirror) -> None:
    mirror.breaks[PREFIX + LICENCE] = [100_000, 50_000]
    folder = fetch()
    assert folder is not None
    assert files_in(folder) == CONTENT
    assert mirror.ranges(PREFIX + LICENCE) == [None, "bytes=100000-", "bytes=150000-"]
    assert not list(data.rglob("*.part"))


def test_what_came_is_kept_for_the_next_time(data: Path, mirror: Mirror) -> None:
    mirror.breaks[PREFIX + LICENCE] = [100_000, 0, 0, 0]
    seen: list[int] = []
    with pytest.raises(
        DownloadError, match=r"broke off in the middle of “LICENSE.md”; do the same"
    ):
        fetch(progress=lambda done, _: seen.append(done))
    assert not (data / "corpora" / "nottingham").exists()
    assert not corpora.at_hand("folk"), "half a collection is none"
    kept = files_in(data / "corpora" / ".nottingham")
    assert kept.pop(LICENCE + ".part") == CONTENT[LICENCE][:100_000]
    assert LICENCE not in kept
    # Files that others were on their way to when it broke off may have begun, too.
    whole = {PREFIX + path for path in kept if not path.endswith(".part")}
    mirror.asked.clear()
    folder = fetch()
    assert folder is not None
    assert files_in(folder) == CONTENT
    assert mirror.ranges(PREFIX + LICENCE) == ["bytes=100000-"]
    assert {path for path, _ in mirror.asked} == {PREFIX + path for path in CONTENT} - whole


def test_a_server_that_cannot_go_on_sends_it_from_the_start(mirror: Mirror) -> None:
    mirror.breaks[PREFIX + LICENCE] = [100_000]
    mirror.knows_ranges = False
    seen: list[tuple[int, int]] = []
    folder = fetch(progress=lambda done, total: seen.append((done, total)))
    assert folder is not None
    assert files_in(folder) == CONTENT
    assert seen[-1] == (MANIFEST.size, MANIFEST.size)


@pytest.mark.parametrize("content", [CONTENT[BOOK].replace(b"G", b"A"), CONTENT[BOOK] + b"\n"])
def test_another_file_than_was_asked_for(data: Path, mirror: Mirror, content: bytes) -> None:
    mirror.files[PREFIX + BOOK] = content
    with pytest.raises(DownloadError, match=r"another “ABC_cleaned/jigs.abc” than was asked for"):
        fetch()
    assert not list(data.rglob("jigs.abc*"))
    assert not corpora.at_hand("folk")
    mirror.files[PREFIX + BOOK] = CONTENT[BOOK]
    folder = fetch()
    assert folder is not None
    assert files_in(folder) == CONTENT


def test_a_part_that_was_spoiled_is_fetched_anew(data: Path, mirror: Mirror) -> None:
    for spoiled in (b"x" * 1000, b"x" * len(CONTENT[LICENCE]), b"x" * (len(CONTENT[LICENCE]) + 1)):
        part = data / "corpora" / ".nottingham" / (LICENCE + ".part")
        part.parent.mkdir(parents=True)
        part.write_bytes(spoiled)
        folder = fetch()
        assert folder is not None
        assert files_in(folder) == CONTENT
        folder.rename(data / f"done-{len(spoiled)}")
    assert mirror.asked


def test_a_passing_error_is_tried_again_and_a_lasting_one_told(mirror: Mirror) -> None:
    mirror.errors[PREFIX + BOOK] = [503, 429]
    mirror.errors[PREFIX + OTHER] = [404]
    with pytest.raises(DownloadError, match="it answers 404"):
        fetch()
    assert len(mirror.ranges(PREFIX + OTHER)) == 1
    folder = fetch()
    assert folder is not None
    assert files_in(folder) == CONTENT


def test_a_server_that_is_gone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSEGEN_MIRROR", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1:\d+ cannot be reached \(.*refused\)"):
        fetch()
    assert not [name for name in files_in(data) if not name.endswith(".lock")]


def test_a_folder_that_takes_no_files(data: Path, mirror: Mirror) -> None:
    (data / "corpora").write_text("a file in the folder's place", "utf-8")
    with pytest.raises(FailureError, match="cannot be written"):
        fetch()
    assert not mirror.asked


def test_only_one_process_fetches_a_collection(data: Path, mirror: Mirror) -> None:
    program = (
        "import fcntl, sys\n"
        f"file = open({str(data / 'corpora' / '.nottingham.lock')!r}, 'a')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    (data / "corpora").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(DownloadError, match="is being fetched already"):
            fetch()
        other.communicate("")
    assert not mirror.asked
    assert fetch() is not None, "the lock of a dead process is free"


def test_genres_that_are_not_fetched(data: Path) -> None:
    assert data.exists()
    with pytest.raises(CorpusError, match="engrave ftp/JoplinS"):
        downloads.fetch("ragtime")
    with pytest.raises(UnknownGenreError):
        downloads.fetch("polka")


@pytest.mark.parametrize(("genre", "count"), [("folk", 15), ("mazurka", 65), ("song", 316)])
def test_the_manifests_that_ship(genre: str, count: int) -> None:
    from musegen.piece_sources import collection_of

    manifest = manifests.read_manifest(str(collection_of(genre)))
    assert len({file.path for file in manifest.files}) == len(manifest.files) == count
    assert all(file.size > 0 and len(file.sha256) == 64 for file in manifest.files)
    assert any("LICENSE" in file.path for file in manifest.files)


def test_a_manifest_comes_back_and_a_damaged_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, content in CONTENT.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    made = manifests.manifest_of(
        tmp_path, (tmp_path / p for p in CONTENT), repository="tester/tunes", commit="0123abc"
    )
    assert set(made.files) == set(MANIFEST.files)
    monkeypatch.setattr(manifests, "FOLDER", tmp_path)
    kept = tmp_path / "tunes.json.gz"
    kept.write_bytes(manifests.manifest_bytes(made))
    assert manifests.read_manifest("tunes") == made
    outside = Manifest("a/b", "c", (RemoteFile("../x", 1, "0"),))
    for content in (b"", kept.read_bytes()[:50], manifests.manifest_bytes(outside)):
        kept.write_bytes(content)
        with pytest.raises(CorpusError, match="missing or damaged; install musegen anew"):
            manifests.read_manifest("tunes")


def test_fetch_on_the_command_line(data: Path) -> None:
    assert data.exists()
    done = CliRunner().invoke(app, ["fetch", "renaissance", "--json"])
    assert json.loads(done.stdout) == {"genre": "renaissance", "pieces": 498, "out": None}
    assert "already" in CliRunner().invoke(app, ["fetch", "renaissance"]).stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["fetch", "ragtime"], "engrave ftp/JoplinS"),
        (["human", "folk", "--out", "pieces"], "get them with “python -m musegen fetch folk”"),
        (["train", "folk"], "get them with “python -m musegen fetch folk”"),
    ],
)
def test_what_needs_pieces_that_are_not_here_says_how_to_get_them(
    data: Path, words: list[str], told: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "musegen", *words],
        cwd=data, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (data / "pieces").exists()
