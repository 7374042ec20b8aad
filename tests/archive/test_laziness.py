"""What the room of the archive loads, and when."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import aggregator.archive


def _loaded(code: str) -> set[str]:
    """The modules that are loaded after `code`, in a process of its own."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(shown.stdout.split())


def test_opening_an_archive_loads_neither_copying_nor_the_other_database(tmp_path: Path) -> None:
    """A command of a second starts often; SQLAlchemy's PostgreSQL is a tenth of its start."""
    place = str(tmp_path / "archive.db")
    subprocess.run([sys.executable, "-c", _opening(place)], check=True)

    loaded = _loaded(_opening(place))

    assert "sqlalchemy.dialects.sqlite" in loaded
    others = {"sqlalchemy.dialects.postgresql", "psycopg", "alembic"}
    rooms = {f"aggregator.archive.{room}" for room in ("_copying", "_healing", "_indexes")}
    assert loaded.isdisjoint(others | rooms)


def test_who_compares_schemas_gets_all_indexes() -> None:
    """Also those that only a part of the rows is in, which other commands never name."""
    tables = aggregator.archive.metadata.tables

    partial = {
        index.name
        for table in tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }

    assert partial == {"ix_article_page_misses", "ix_host_leased_until", "ix_host_rest_until"}


@pytest.mark.parametrize("name", aggregator.archive.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Each is found in the module that is said to have it."""
    assert getattr(aggregator.archive, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As from any module."""
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = aggregator.archive.no_such_name


def _opening(place: str) -> str:
    return f"from aggregator.library import open_archive; open_archive({place!r}).close()"
