"""Where things live."""

from __future__ import annotations

from pathlib import Path

import pytest

from musegen import settings


def test_the_data_folder_is_made_on_demand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSEGEN_DATA", str(tmp_path / "new" / "data"))
    assert settings.data_dir() == tmp_path / "new" / "data"
    assert settings.data_dir().is_dir()


def test_without_a_setting_data_go_to_the_users_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUSEGEN_DATA")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert settings.data_dir().is_relative_to(tmp_path)
    assert settings.data_dir().name == "musegen"


def test_the_database_is_a_file_beside_the_data(data_dir: Path) -> None:
    assert settings.database_url() == f"sqlite:///{data_dir}/musegen.db"


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgres://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
        ("postgresql://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
        ("postgresql+psycopg://host/db", "postgresql+psycopg://host/db"),
        ("sqlite:////var/votes.db", "sqlite:////var/votes.db"),
    ],
)
def test_a_database_by_its_address(
    monkeypatch: pytest.MonkeyPatch, given: str, understood: str
) -> None:
    monkeypatch.setenv("MUSEGEN_DATABASE_URL", given)
    assert settings.database_url() == understood


def test_models_stand_beside_the_package_or_where_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUSEGEN_MODELS", raising=False)
    assert settings.models_dir() == Path(settings.__file__).parent.parent / "models"
    monkeypatch.setenv("MUSEGEN_MODELS", str(tmp_path))
    assert settings.models_dir() == tmp_path


def test_downloaded_corpora_are_optional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUSEGEN_CORPORA", raising=False)
    assert settings.corpora_dir() is None
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path))
    assert settings.corpora_dir() == tmp_path
