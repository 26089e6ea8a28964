"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAVY = ("tensorflow", "keras", "music21", "verovio", "matplotlib", "sklearn", "statsmodels")
"""What costs seconds to import, and so must wait until it is needed."""

MAX_LINES = 400
LONG_FILES: dict[str, str] = {}
"""Files that may be longer, each with its reason."""

LIBRARY = sorted((ROOT / "musegen").rglob("*.py"))
FRONT = sorted([*ROOT.glob("app.py"), *(ROOT / "pages").glob("*.py"), *(ROOT / "ui").rglob("*.py")])
SOURCES = [*LIBRARY, *FRONT, *(ROOT / "tests").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    """The top names of everything that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).split(".")[0]


def modules() -> list[str]:
    """The library's modules; those of alembic's environment run only inside alembic."""
    paths = [path for path in LIBRARY if "migrations" not in path.parts]
    names = [name_of(path).removesuffix(".py").replace("/", ".") for path in paths]
    return [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_the_library_knows_no_page(path: Path) -> None:
    assert not {"streamlit", "ui", "pages", "app"} & set(imported(path))


@pytest.mark.parametrize("path", FRONT, ids=name_of)
def test_a_page_never_imports_tensorflow(path: Path) -> None:
    assert not {"tensorflow", "keras"} & set(imported(path))


def test_importing_the_library_imports_nothing_heavy() -> None:
    program = (
        "import importlib, sys\n"
        f"for name in {modules()!r}:\n"
        "    importlib.import_module(name)\n"
        f"    heavy = sorted(set({HEAVY!r}) & set(sys.modules))\n"
        "    if heavy:\n"
        "        sys.exit(f'{name} imports {heavy}')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_of_readable_length(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES or name_of(path) in LONG_FILES, f"{lines} lines: make it two files"


def test_every_exception_to_the_length_is_still_needed() -> None:
    for name in LONG_FILES:
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) > MAX_LINES


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_requirement_is_unused() -> None:
    """What is installed on everybody's machine is there for a reason."""
    used = set().union(*(imported(path) for path in [*LIBRARY, *FRONT]))
    elsewhere = {
        "pretty_midi": "brings a SoundFont along, for machines without another",
        "psycopg": "SQLAlchemy finds it by the database's address",
        "pyarrow": "pandas writes Parquet with it",
        "tensorflow": "Keras trains on it",
    }
    modules_of = {
        "PyYAML": "yaml",
        "SQLAlchemy": "sqlalchemy",
        "pyfluidsynth": "fluidsynth",
        "scikit-learn": "sklearn",
    }
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        name = line.split(";")[0].strip()
        for mark in "[~=><":
            name = name.split(mark)[0]
        module = modules_of.get(name, name).removesuffix("-cpu")
        if name and not name.startswith("#") and module not in elsewhere:
            assert module in used, f"{name} is required, but nothing imports it"
