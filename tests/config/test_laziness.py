"""What stays unloaded: a search must start fast."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import aggregator.config

HEAVY = ("pydantic", "pydantic_core", "tomlkit", "tempfile")


def _loaded_after(code: str, folder: Path, *modules: str) -> list[str]:
    """Those of `modules` that a fresh interpreter has loaded after `code`."""
    script = f"import sys\n{code}\nprint(*[m for m in {modules!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-I", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return result.stdout.split()


def test_importing_the_room_loads_no_library(tmp_path: Path) -> None:
    """Neither validation nor editing is there before it is asked for."""
    assert _loaded_after("import aggregator.config", tmp_path, *HEAVY, "tomllib") == []


def test_the_database_is_found_without_libraries(tmp_path: Path) -> None:
    """Where a file has to be read for it, only the standard library reads it."""
    file = tmp_path / "feeds.toml"
    file.write_text('[settings]\ndatabase_url = "sqlite:///a.db"\n')
    code = f"import aggregator.config as c\nc.find_database_url({str(file)!r}, {{}})"

    assert _loaded_after(code, tmp_path, *HEAVY, "tomllib") == ["tomllib"]


def test_without_a_file_not_even_the_parser_is_loaded(tmp_path: Path) -> None:
    """Nothing to read, nothing to read it with."""
    environ = {"HOME": str(tmp_path)}
    code = f"import aggregator.config as c\nc.find_database_url(None, {environ!r})"

    assert _loaded_after(code, tmp_path, *HEAVY, "tomllib") == []


def test_loading_does_not_bring_the_editor(tmp_path: Path) -> None:
    """A daemon that reads its file needs pydantic and no tomlkit."""
    environ = {"HOME": str(tmp_path)}
    code = f"import aggregator.config as c\nc.load_config(None, {environ!r})"

    assert _loaded_after(code, tmp_path, "pydantic", "tomlkit") == ["pydantic"]


@pytest.mark.parametrize("name", aggregator.config.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Names that are loaded late can be had like the others."""
    assert getattr(aggregator.config, name) is not None


def test_other_names_are_not() -> None:
    """A misspelt name fails as it does in any module."""
    with pytest.raises(AttributeError, match="load_confg"):
        _ = aggregator.config.load_confg  # type: ignore[attr-defined]
