"""The scripts behind ``make run``: what they say where something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = ("bash", "dirname", "env", "id", "cat")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A machine with hardly a program on it; more may be added to the folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def add(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
    (folder / name).chmod(0o755)


def run(script: str, *arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "scripts" / script), *arguments],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_suitable_python_is_found(programs: Path) -> None:
    (programs / "python3.11").symlink_to(sys.executable)
    add(programs, "python3", "echo Python 3.9.2; exit 1")
    done = run("find-python", path=programs)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(programs / "python3.11")


def test_a_python_that_is_too_old_is_told(programs: Path) -> None:
    add(programs, "python3", '[[ $1 == --version ]] && echo "Python 3.9.2" || exit 1')
    done = run("find-python", path=programs)
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13, and there is Python 3.9.2 here" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_python_at_all_is_told(programs: Path) -> None:
    done = run("find-python", path=programs)
    assert done.returncode == 1
    assert "there is no Python here" in done.stderr


def test_another_system_than_debian_is_told(programs: Path) -> None:
    done = run("install-packages", "libfluidsynth3", path=programs)
    assert done.returncode == 1
    assert "This is not Debian or Ubuntu" in done.stderr
    assert "libfluidsynth3" in done.stderr


def debian(programs: Path, *, installed: str) -> None:
    add(programs, "apt-get", f'echo "$*" >>"{programs.parent}/asked"')
    add(programs, "dpkg-query", f'[[ " {installed} " == *" $4 "* ]] && echo -n installed')


def test_nothing_is_done_where_all_packages_are_there(programs: Path) -> None:
    debian(programs, installed="one two")
    done = run("install-packages", "one", "two", path=programs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (programs.parent / "asked").exists()


def test_who_may_not_install_is_told_what_to_run(programs: Path, tmp_path: Path) -> None:
    debian(programs, installed="one")
    (programs / "id").unlink()
    add(programs, "id", "echo 1000")
    names = tmp_path / "packages.txt"
    names.write_text("one\ntwo\nthree\n")
    done = run("install-packages", str(names), path=programs)
    assert done.returncode == 1
    assert "run “sudo apt install two three”" in done.stderr
    assert not (programs.parent / "asked").exists()


def test_missing_packages_alone_are_installed(programs: Path) -> None:
    debian(programs, installed="one")
    (programs / "id").unlink()
    add(programs, "id", "echo 0")
    done = run("install-packages", "one", "two", path=programs)
    assert done.returncode == 0, done.stderr
    update, install = (programs.parent / "asked").read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends two")


def test_packages_txt_is_what_the_cloud_can_read() -> None:
    for name in ("packages.txt", "packages-test.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert lines
        assert all(line and line == line.strip() and " " not in line for line in lines)
        assert not any(line.startswith("#") for line in lines)


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_a_second_set_up_has_nothing_to_do(tmp_path: Path) -> None:
    """With stamps newer than the lists, make starts the app and nothing else."""
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / ".stamps").mkdir()
    for stamp in ("packages", "requirements"):
        (venv / ".stamps" / stamp).touch()
    done = subprocess.run(
        ["make", "--no-print-directory", "-n", "run", f"VENV={venv}"],
        cwd=ROOT,
        env=os.environ | {"MAKEFLAGS": ""},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [f"exec {venv}/bin/streamlit run app.py"]
