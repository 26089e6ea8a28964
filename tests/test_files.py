"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from musegen.errors import FailureError
from musegen.files import make_folder, write_whole


def test_text_and_bytes_are_written_and_folders_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "text.txt", "naïve ♯")
    write_whole(tmp_path / "a" / "bytes.bin", b"\x00\xff")
    assert (tmp_path / "a" / "b" / "text.txt").read_text(encoding="utf-8") == "naïve ♯"
    assert (tmp_path / "a" / "bytes.bin").read_bytes() == b"\x00\xff"


def test_an_older_file_is_replaced_and_nothing_else_left(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    write_whole(path, b"a long first version")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def test_files_have_the_rights_that_others_have(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "file", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FailureError, match="is a folder; give the name of a file"):
        write_whole(tmp_path, "x")


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FailureError, match=r"cannot be written.*choose another place"):
        write_whole(tmp_path / "file" / "song.mid", "x")
    with pytest.raises(FailureError, match="cannot be written"):
        make_folder(tmp_path / "file")


def test_what_cannot_be_written_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("older")
    with pytest.raises(FailureError, match="name too long"):
        write_whole(tmp_path / ("x" * 300), "newer")
    with pytest.raises(TypeError):
        write_whole(path, 3)  # type: ignore[arg-type]  # what goes wrong
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]
