"""Which file is read, and which database is meant."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from aggregator.config import (
    as_database_url,
    config_candidates,
    data_dir,
    find_config,
    find_database_file,
    find_database_url,
)
from aggregator.config._places import resolve_database_url
from aggregator.errors import ConfigError

Write = Callable[[str | bytes], Path]
World = dict[str, str]


def test_a_named_file_is_the_only_candidate(world: World) -> None:
    """The command line is asked before the environment, and either before the usual places."""
    named = {**world, "AGGREGATOR_CONFIG": "b.toml"}

    assert config_candidates("a.toml", named) == (Path("a.toml"),)
    assert config_candidates(None, named) == (Path("b.toml"),)


def test_the_usual_places_are_here_and_the_folder_of_configurations(world: World) -> None:
    """An empty or relative XDG folder counts as none, as the specification says."""
    home = Path(world["HOME"], ".config/aggregator/feeds.toml")

    assert config_candidates(None, world) == (Path("feeds.toml"), home)
    assert config_candidates(None, {**world, "XDG_CONFIG_HOME": ""})[1] == home
    assert config_candidates(None, {**world, "XDG_CONFIG_HOME": "etc"})[1] == home
    assert config_candidates(None, {**world, "XDG_CONFIG_HOME": "/etc"})[1] == Path(
        "/etc/aggregator/feeds.toml"
    )


def test_an_empty_variable_names_no_file(world: World) -> None:
    """Container files pass variables on that nobody has set."""
    assert len(config_candidates(None, {**world, "AGGREGATOR_CONFIG": ""})) == 2


def test_the_first_file_that_exists_is_found(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in the working folder hides the one at home; with neither there is none."""
    monkeypatch.chdir(tmp_path)
    at_home = Path(world["HOME"], ".config/aggregator/feeds.toml")

    found = [find_config(None, world)]
    at_home.parent.mkdir(parents=True)
    at_home.touch()
    found.append(find_config(None, world))
    Path("feeds.toml").touch()
    found.append(find_config(None, world))

    assert found == [None, at_home, Path("feeds.toml")]


@pytest.mark.parametrize("name", ["missing.toml", "\x00", "a\nb"])
def test_a_named_file_must_exist(tmp_path: Path, world: World, name: str) -> None:
    """Otherwise the error says what would write one; it is never silently another file."""
    path = str(tmp_path / name)

    with pytest.raises(ConfigError, match="aggregator init"):
        find_config(path, world)
    with pytest.raises(ConfigError, match="aggregator init"):
        find_config(None, {**world, "AGGREGATOR_CONFIG": path})


def test_a_name_that_cannot_be_looked_up_is_an_error_too(world: World) -> None:
    """A name longer than the file system takes is refused with the system's reason."""
    with pytest.raises(ConfigError, match="name too long"):
        find_database_url("x" * 5000, world)


def test_the_archive_is_kept_in_the_folder_for_what_is_kept(tmp_path: Path, world: World) -> None:
    """Nothing has to be configured; nothing is created by asking."""
    kept = data_dir(world)

    assert kept == tmp_path / "home/.local/share/aggregator"
    assert data_dir({"XDG_DATA_HOME": "/srv"}) == Path("/srv/aggregator")
    assert not kept.exists()


def test_without_a_home_folders_stay_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a home, as in some containers, gets the root and not a folder named ~."""
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)

    assert data_dir({}) == Path("/.local/share/aggregator")


def test_the_database_of_the_environment_wins(write: Write, world: World) -> None:
    """It is taken even if the file could not be read: a search needs nothing else."""
    broken = str(write("[settings"))

    url = find_database_url(broken, {**world, "AGGREGATOR_DATABASE_URL": "sqlite:////srv/a.db"})

    assert url == "sqlite:////srv/a.db"


def test_the_database_of_the_file_is_relative_to_the_file(write: Write, world: World) -> None:
    """The archive is the same one from whatever folder the program is started."""
    path = write('[settings]\ndatabase_url = "sqlite:///kept/archive.db"\n')

    assert find_database_url(str(path), world) == f"sqlite:///{path.parent}/kept/archive.db"


def test_the_database_of_the_environment_is_relative_to_the_working_folder(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no file that it could be relative to."""
    monkeypatch.chdir(tmp_path)

    url = find_database_url(None, {**world, "AGGREGATOR_DATABASE_URL": "sqlite:///a.db"})

    assert url == f"sqlite:///{tmp_path}/a.db"


@pytest.mark.parametrize("content", ["", "[settings]\n", '[[feeds]]\nurl = "http://a.example"\n'])
def test_a_file_that_names_no_database_leaves_the_usual_one(
    write: Write, world: World, content: str
) -> None:
    """The same URL comes back as without any file."""
    path = write(content)

    url = find_database_url(str(path), world)

    assert url == f"sqlite:///{world['HOME']}/.local/share/aggregator/archive.db"


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("\nsettings = 3\n", 2, r"\[settings\]"),
        ("[settings]\ndatabase_url = 3\n", 2, "in quotes"),
        ('[settings]\n\ndatabase_url = "archive.db"\n', 3, "sqlite:///archive.db"),
        ("[settings]\nx = = 1\n", 2, "no valid TOML"),
    ],
)
def test_what_is_wrong_with_the_database_has_a_line(
    write: Write, world: World, content: str, line: int, message: str
) -> None:
    """The quick way to the database is as exact about mistakes as the long one."""
    with pytest.raises(ConfigError, match=message) as caught:
        find_database_url(str(write(content)), world)

    assert caught.value.line == line


def test_a_secret_is_read_from_its_file(tmp_path: Path, world: World) -> None:
    """The line break that editors leave at the end is no part of it."""
    secret = tmp_path / "secret"
    secret.write_text("postgresql://me:p4ss@host/db\n")

    url = find_database_url(None, {**world, "AGGREGATOR_DATABASE_URL_FILE": str(secret)})

    assert url == "postgresql://me:p4ss@host/db"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"hunter2", b"sqlite:///a\nb"])
def test_a_secret_that_cannot_be_used_is_never_quoted(
    tmp_path: Path, world: World, content: bytes | None
) -> None:
    """A missing file, other bytes than text, and what is no URL name the variable only."""
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)

    with pytest.raises(ConfigError, match="AGGREGATOR_DATABASE_URL_FILE") as caught:
        find_database_url(None, {**world, "AGGREGATOR_DATABASE_URL_FILE": str(secret)})

    assert "hunter2" not in str(caught.value)


def test_an_endless_secret_is_cut(world: World) -> None:
    """A device that never ends is refused like any other nonsense."""
    with pytest.raises(ConfigError, match="must be a database URL"):
        find_database_url(None, {**world, "AGGREGATOR_DATABASE_URL_FILE": "/dev/zero"})


def test_a_database_named_twice_is_refused(world: World) -> None:
    """It would be a guess which of the two is meant."""
    twice = {"AGGREGATOR_DATABASE_URL": "sqlite://", "AGGREGATOR_DATABASE_URL_FILE": "/x"}

    with pytest.raises(ConfigError, match="unset one"):
        find_database_url(None, {**world, **twice})


@pytest.mark.parametrize(
    ("url", "resolved"),
    [
        ("sqlite:///a.db", "sqlite:////srv/a.db"),
        ("sqlite+pysqlite:///b/a.db?timeout=5", "sqlite+pysqlite:////srv/b/a.db?timeout=5"),
        ("sqlite:////var/a.db", "sqlite:////var/a.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql+psycopg://h/db", "postgresql+psycopg://h/db"),
    ],
)
def test_only_relative_sqlite_paths_are_resolved(url: str, resolved: str) -> None:
    """Absolute paths, databases in memory and servers stay what they were."""
    assert resolve_database_url(url, Path("/srv")) == resolved


@pytest.mark.parametrize(
    "url",
    ["", "a.db", "sqlite:a.db", "sqlite://a.db", "mysql://h/db", "postgres://h/db", "http://h/"],
)
def test_other_urls_are_answered_with_an_example(url: str) -> None:
    """The message shows how a database is written."""
    with pytest.raises(ValueError, match=r"sqlite:///archive\.db") as refused:
        resolve_database_url(url, Path("/srv"))
    assert "postgresql" not in str(refused.value)


def test_a_path_or_a_url_names_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands behind --db may be either; both are relative to the working folder."""
    monkeypatch.chdir(tmp_path)

    assert as_database_url("a b.db") == f"sqlite:///{tmp_path}/a b.db"
    assert as_database_url("sqlite:///a.db") == f"sqlite:///{tmp_path}/a.db"
    assert as_database_url("postgresql://h/db") == "postgresql://h/db"
    with pytest.raises(ConfigError, match="must be a database URL") as caught:
        as_database_url("mysql://me:hunter2@h/db")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////srv/a.db", Path("/srv/a.db")),
        ("sqlite+pysqlite:////srv/a.db?timeout=5", Path("/srv/a.db")),
        ("sqlite://", None),
        ("sqlite:///", None),
        ("sqlite:///:memory:", None),
        ("postgresql://h/db", None),
        ("nonsense", None),
    ],
)
def test_only_an_archive_on_disk_has_a_file(url: str, file: Path | None) -> None:
    """In memory and on a server there is none."""
    assert find_database_file(url) == file


NAMES = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=40)


@given(NAMES.filter(lambda name: name not in {".", ".."} and "://" not in name))
@example("we?rd.db")
@example("p%41c.db")
@example("100%.db?timeout=5#x")
@example("file:a.db")
@example("a@b:c.db")
@example(":memory:")
@example("line\nbreak\udcff.db")
def test_the_writer_and_the_reader_find_the_file_that_was_named(name: str) -> None:
    """Whatever a file is called: SQLAlchemy, the reader and the operator mean the same one."""
    url = as_database_url(f"/srv/{name}")

    assert find_database_file(url) == Path("/srv", name)
    assert make_url(url).database == f"/srv/{name}"
    assert make_url(url).query == {}


@given(st.text(max_size=40))
@example("we%3Frd.db")
@example("p%41c/x.db?timeout=3")
@example("file:x.db?uri=true")
@example("%2Fetc/a.db")
def test_a_url_means_the_same_file_to_the_writer_and_the_reader(name: str) -> None:
    """What was typed as a URL is decoded once, in the one way."""
    try:
        url = resolve_database_url(f"sqlite:///{name}", Path("/s%41v?"))
    except ValueError:
        return

    read, written = find_database_file(url), make_url(url).database
    assert read == (Path(written) if written not in {None, "", ":memory:"} else None)
    assert read is None or read.is_absolute()


def test_the_usual_place_may_have_any_name(tmp_path: Path) -> None:
    """A folder for what is kept that needs encoding is the one that is used."""
    environ = {"XDG_DATA_HOME": f"{tmp_path}/100%41?"}

    file = find_database_file(find_database_url(None, {**environ, "HOME": str(tmp_path)}))

    assert file == Path(f"{tmp_path}/100%41?/aggregator/archive.db")


@given(st.text(max_size=40))
def test_a_resolved_url_is_not_changed_again(name: str) -> None:
    """Whatever the path, resolving twice is resolving once."""
    try:
        url = resolve_database_url(f"sqlite:///{name}", Path("/srv"))
    except ValueError:
        return

    assert resolve_database_url(url, Path("/elsewhere")) == url
