"""Where things are: the configuration file, the folder for what is kept, the database."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from aggregator.config._values import environment_name
from aggregator.errors import ConfigError

FILE_NAME = "feeds.toml"
DATABASE_VARIABLE = environment_name("database_url")
SECRET_VARIABLE = f"{DATABASE_VARIABLE}_FILE"

_MAX_SECRET_BYTES = 64 * 1024  # a URL is short; /dev/zero is not
_DATABASE_URL = re.compile(r"(sqlite|postgresql)(\+\w+)?://(.*)", re.DOTALL)
_NOT_IN_URL = re.compile(r"[%?\x00-\x1f\x7f]")


def config_candidates(
    path: str | None = None, environ: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """The files that would be read, the first that exists wins.

    A named one (`path`, else the variable AGGREGATOR_CONFIG) is the only candidate.

    >>> [str(file) for file in config_candidates(environ={"XDG_CONFIG_HOME": "/etc/xdg"})]
    ['feeds.toml', '/etc/xdg/aggregator/feeds.toml']
    """
    named = path if path is not None else environ.get("AGGREGATOR_CONFIG") or None
    if named is not None:
        return (Path(named),)
    home = _base_folder(environ, "XDG_CONFIG_HOME", ".config")
    return (Path(FILE_NAME), home / "aggregator" / FILE_NAME)


def find_config(path: str | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The configuration file to read, None if there is none and none was named.

    Raises ConfigError if a file was named (see `config_candidates`) that does not exist.
    """
    candidates = config_candidates(path, environ)
    found = next((file for file in candidates if _may_exist(file)), None)
    if found is None and len(candidates) == 1:
        raise missing_file(candidates[0])
    return found


def missing_file(path: Path) -> ConfigError:
    """The error for a configuration file that was named and is not there."""
    return ConfigError(
        "there is no such file; check the name, or let `aggregator init` write one",
        path=str(path),
    )


def data_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder in which the archive is kept unless a database is named; it may not exist yet.

    >>> data_dir({"XDG_DATA_HOME": "/srv"}).as_posix()
    '/srv/aggregator'
    """
    return _base_folder(environ, "XDG_DATA_HOME", ".local/share") / "aggregator"


def find_database_url(path: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """The URL of the database, the same as `load_config` gives, without reading what else is set.

    It stands in the environment, else in the configuration file, else it is archive.db in
    `data_dir`. Raises ConfigError for a file that cannot be read or a URL that is none.
    """
    url = find_environment_database_url(environ)
    if url is not None:
        return url
    found = find_config(path, environ)
    if found is not None:
        # Parsing TOML takes a module of its own, which most searches can do without.
        from aggregator.config._source import read_database_url  # noqa: PLC0415

        url = read_database_url(found)
    return url or default_database_url(environ)


def as_database_url(where: str) -> str:
    """`where` if it is a URL, else the SQLite URL of the file at that path; always absolute.

    Raises ConfigError for a URL of no database that we can use.

    >>> as_database_url("/srv/why?.db")
    'sqlite:////srv/why%3F.db'
    """
    if "://" not in where:
        return _file_url(Path(where).absolute())
    try:
        return resolve_database_url(where, Path.cwd())
    except ValueError as error:
        raise ConfigError(f"the database {error}") from None


def find_database_file(database_url: str) -> Path | None:
    """The file of an SQLite archive, None for one in memory or on a server.

    >>> find_database_file("sqlite:////srv/why%3F.db?timeout=5")
    PosixPath('/srv/why?.db')
    """
    match = _DATABASE_URL.fullmatch(database_url)
    if match is None or match[1] != "sqlite":
        return None
    file = unquote(match[3][1:].partition("?")[0])
    return Path(file) if file not in {"", ":memory:"} else None


def default_database_url(environ: Mapping[str, str]) -> str:
    """The URL of the archive where none is configured."""
    return _file_url(data_dir(environ) / "archive.db")


def find_environment_database_url(environ: Mapping[str, str]) -> str | None:
    """The database named by the environment, directly or in a file; None if it names none.

    A relative SQLite path is relative to the working folder. Raises ConfigError if both are
    set, if the file cannot be read, and for what is no database URL.
    """
    url = environ.get(DATABASE_VARIABLE, "").strip()
    secret = environ.get(SECRET_VARIABLE)
    if url and secret:
        raise ConfigError(f"is set beside {DATABASE_VARIABLE}; unset one", key=SECRET_VARIABLE)
    if secret:
        url = _read_secret(Path(secret))
    if not url:
        return None
    try:
        return resolve_database_url(url, Path.cwd())
    except ValueError as error:
        raise ConfigError(
            str(error), key=SECRET_VARIABLE if secret else DATABASE_VARIABLE
        ) from None


def resolve_database_url(url: str, folder: Path) -> str:
    """`url` with a relative SQLite path made absolute from `folder`.

    The path is percent-decoded, as SQLAlchemy does: ``%3F`` is a question mark of the file's name.

    Raises ValueError, never quoting the URL, for what is no URL of a database we can use.

    >>> resolve_database_url("sqlite:///a.db?timeout=5", Path("/srv"))
    'sqlite:////srv/a.db?timeout=5'
    """
    match = _DATABASE_URL.fullmatch(url)
    if match is None or re.search(r"[\x00-\x1f\x7f]", url):
        raise ValueError("must be a database URL, such as sqlite:///archive.db")
    kind, _, rest = match.groups()
    if kind != "sqlite" or rest in {"", "/"}:
        return url
    if not rest.startswith("/"):
        raise ValueError("needs three slashes: sqlite:///archive.db, or four: sqlite:////srv/a.db")
    written, mark, query = rest[1:].partition("?")
    file = unquote(written)
    if not file or file == ":memory:" or file.startswith("/"):
        return url
    return _file_url(folder.absolute() / file, url[: match.start(3)]) + mark + query


def _file_url(file: Path, scheme: str = "sqlite://") -> str:
    """The URL of an absolute path; `find_database_file` and SQLAlchemy read the same path in it.

    No more is encoded than has to be: names that are not UTF-8 pass as they are.
    """
    path = _NOT_IN_URL.sub(lambda letter: f"%{ord(letter[0]):02X}", str(file))
    return f"{scheme}/{path}"


def _read_secret(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_SECRET_BYTES)
        return content.decode().strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"{path} cannot be read: {reason}", key=SECRET_VARIABLE) from None


def _base_folder(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    """A folder of the XDG base directory specification, which says to ignore relative ones."""
    folder = Path(environ.get(variable) or "")
    return folder if folder.is_absolute() else _home(environ) / usual


def _home(environ: Mapping[str, str]) -> Path:
    """The home folder; the root where nobody has one, as containers set it."""
    if environ.get("HOME"):
        return Path(environ["HOME"])
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def _may_exist(path: Path) -> bool:
    """Whether to try reading `path`: what cannot be looked at fails there, with a reason."""
    try:
        return path.exists()
    except OSError:
        return True
