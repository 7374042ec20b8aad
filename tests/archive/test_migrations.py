"""Schema: made from nothing, equal to the tables, never forced on what is not ours."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import alembic
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from aggregator.archive import Archive, metadata, open_engine, parse_url, scripts_folder
from aggregator.errors import ArchiveError, SchemaError
from aggregator.schema import HEAD
from tests.archive.strict_index import StrictIndex

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The URL of a file: what these tests look into is no other database's."""
    return f"sqlite:///{tmp_path / 'archive.db'}"


def _open(path: Path) -> Archive:
    return Archive(f"sqlite:///{path}", StrictIndex())


def _tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}


def _without_index(tables: set[str]) -> set[str]:
    """The index is made by whoever opens the archive, and not by a revision."""
    return {name for name in tables if "search_strict" not in name}


def _differences(path: Path) -> list[object]:
    def include_name(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not (name or "").startswith("search_")

    engine = open_engine(parse_url(f"sqlite:///{path}"))
    options = {"include_name": include_name, "compare_type": True}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        found = list(compare_metadata(context, metadata))
    engine.dispose()
    return found


def _alembic(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _write_foreign(path: Path, *statements: str) -> bytes:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path.read_bytes()


def test_head_is_the_newest_revision() -> None:
    """The constant that a search checks and the scripts agree, and there is one line of them."""
    scripts = ScriptDirectory(scripts_folder())

    assert scripts.get_heads() == [HEAD]


def test_the_revisions_lie_beside_the_library_not_in_front_of_it() -> None:
    """Started from the root of the project, `import alembic` still finds the installed package."""
    found = subprocess.run(
        [sys.executable, "-c", "import alembic; print(alembic.__file__)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.strip()

    assert not list((ROOT / "alembic").rglob("__init__.py"))
    assert found == alembic.__file__
    assert not Path(found).is_relative_to(ROOT / "alembic")


def test_a_new_archive_has_the_tables_of_the_program(tmp_path: Path) -> None:
    """What the revisions make and what the program reads are the same tables."""
    _open(tmp_path / "a.db").close()

    assert _differences(tmp_path / "a.db") == []


def test_the_comparison_can_see_a_difference(tmp_path: Path) -> None:
    """A column too many is noticed, so the test above can fail."""
    _open(tmp_path / "a.db").close()
    _write_foreign(tmp_path / "a.db", "ALTER TABLE feed ADD COLUMN surplus TEXT")

    assert len(_differences(tmp_path / "a.db")) == 1


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    """A second opening finds the newest schema and leaves the file alone."""
    _open(tmp_path / "a.db").close()
    before = (tmp_path / "a.db").read_bytes()

    _open(tmp_path / "a.db").close()

    assert (tmp_path / "a.db").read_bytes() == before


def test_an_archive_is_created_with_its_folders_and_in_wal_mode(tmp_path: Path) -> None:
    """Readers work beside the writer, which rollback mode would not allow."""
    _open(tmp_path / "deep" / "er" / "a.db").close()

    with closing(sqlite3.connect(tmp_path / "deep" / "er" / "a.db")) as connection:
        mode = connection.execute("PRAGMA journal_mode").fetchone()

    assert mode == ("wal",)


def test_many_processes_may_create_one_archive(
    tmp_path: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """Whoever comes second finds the work done; nobody fails."""
    code = (
        "import sys\n"
        "from aggregator.archive import Archive\n"
        "from tests.archive.strict_index import StrictIndex\n"
        "Archive(sys.argv[1], StrictIndex()).close()\n"
    )
    processes = [start_python(code, f"sqlite:///{tmp_path}/a.db") for _ in range(3)]

    errors = [process.communicate(timeout=60)[1] for process in processes]

    assert errors == [""] * 3
    assert _differences(tmp_path / "a.db") == []


def test_down_to_nothing_and_up_again(tmp_path: Path) -> None:
    """Each revision can be undone, and an archive that was emptied so is a new one."""
    path = tmp_path / "a.db"
    _open(path).close()

    down = _alembic("-x", f"url=sqlite:///{path}", "downgrade", "base")
    left = {name for name in _tables(path) if not name.startswith("sqlite_")}
    archive = _open(path)

    assert down.returncode == 0, down.stderr
    assert left == {"alembic_version"}
    assert archive.check() == []
    archive.close()


def test_the_shell_upgrades_the_archive_it_is_given(tmp_path: Path) -> None:
    """`alembic -x url=… upgrade head` and opening make the same archive, and `check` agrees."""
    url = f"url=sqlite:///{tmp_path}/shell.db"

    up = _alembic("-x", url, "upgrade", "head")
    check = _alembic("-x", url, "check")
    _open(tmp_path / "opened.db").close()

    assert up.returncode == 0, up.stderr
    assert "No new upgrade operations" in check.stdout + check.stderr
    assert _tables(tmp_path / "shell.db") == _without_index(_tables(tmp_path / "opened.db"))


def test_a_failing_revision_leaves_nothing_behind(tmp_path: Path) -> None:
    """DDL is rolled back with everything else; the archive stays what it was."""
    scripts = tmp_path / "scripts"
    shutil.copytree(scripts_folder(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9999_broken.py").write_text(
        f'revision = "9999"\ndown_revision = "{HEAD}"\n'
        "from alembic import op\n"
        'def upgrade():\n    op.execute("CREATE TABLE half (x)")\n    op.execute("broken")\n'
    )
    path = tmp_path / "a.db"
    _open(path).close()
    before = _tables(path)
    config = Config()
    config.set_main_option("script_location", str(scripts))
    engine = open_engine(parse_url(f"sqlite:///{path}"))

    with engine.connect() as connection:
        config.attributes["connection"] = connection
        with pytest.raises(Exception, match="broken"):
            command.upgrade(config, "head")
    engine.dispose()

    assert _tables(path) == before
    assert _open(path).check() == []


def test_a_newer_archive_is_refused_byte_for_byte_untouched(one_feed: OneFeed) -> None:
    """An old program never writes to what it does not understand."""
    one_feed.rows("UPDATE alembic_version SET version_num = '0999'")
    one_feed.archive.close()
    before = one_feed.path.read_bytes()

    with pytest.raises(SchemaError, match="newer aggregator"):
        _open(one_feed.path)

    assert one_feed.path.read_bytes() == before
    assert [file.name for file in one_feed.path.parent.iterdir()] == [one_feed.path.name]


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)",),
        (
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
            "INSERT INTO alembic_version VALUES ('0001')",
            "CREATE TABLE invoice (id INTEGER PRIMARY KEY)",
        ),
        ("CREATE TABLE alembic_version (version_num VARCHAR(32))", "CREATE TABLE x (y)"),
    ],
    ids=["of-a-browser", "of-a-program-with-our-revision", "with-no-revision"],
)
def test_the_database_of_another_program_is_refused_untouched(
    statements: tuple[str, ...], tmp_path: Path
) -> None:
    """Not even its journal mode changes, which is written in the file."""
    before = _write_foreign(tmp_path / "places.db", *statements)

    with pytest.raises(ArchiveError, match="other tables"):
        _open(tmp_path / "places.db")

    assert (tmp_path / "places.db").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["places.db"]


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    """A wrong name never costs a document."""
    (tmp_path / "letter.txt").write_bytes(b"Dear Sir or Madam, " * 100)

    with pytest.raises(ArchiveError, match="not a database; restore a backup"):
        _open(tmp_path / "letter.txt")

    assert (tmp_path / "letter.txt").read_bytes() == b"Dear Sir or Madam, " * 100
