"""A configuration file as it was read: its text, what it says, and where it says it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aggregator.config._lines import KeyPath, Layout, scan
from aggregator.config._places import missing_file, resolve_database_url
from aggregator.errors import ConfigError
from aggregator.text import shorten, strip_unsafe

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Half a million feeds are about 50 MB; an endless device is none."""

MAX_PROBLEMS = 100
"""More problems than one screen shows are one mistake made many times."""

_PLACE = re.compile(r" \((?:at line (\d+), column \d+|at end of document)\)$")

_LONG_QUOTES = ('"""', "'''")
_FEEDS_HEADER = re.compile(r"^[ \t]*\[(?:\[feeds\]|feeds\.)", re.MULTILINE)
_OTHER_HEADER = re.compile(r"^[ \t]*\[(?!\[feeds\]|feeds\.)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of the file (`at`) or in one environment variable (`key`)."""

    message: str
    at: KeyPath = ()
    key: str = ""


@dataclass(frozen=True)
class Source:
    """A file that is valid TOML; `path` is None, and all else empty, where there is no file."""

    path: Path | None
    text: str
    tables: dict[str, object]

    @cached_property
    def layout(self) -> Layout:
        """The lines of all keys; found when first asked for, as only errors need them."""
        return scan(self.text)

    @property
    def folder(self) -> Path:
        """What relative paths in the file are relative to."""
        return self.path.parent if self.path else Path()

    def find_database_url(self) -> str | None:
        """`database_url` of the `[settings]` table, absolute; None if it is not set.

        Raises ConfigError if it or its table is not what it has to be.
        """
        settings = self.tables.get("settings", {})
        if not isinstance(settings, dict):
            raise self.error([Problem("expected a [settings] table", ("settings",))])
        url = settings.get("database_url")
        if url is None:
            return None
        try:
            if not isinstance(url, str):
                raise ValueError("must be a database URL in quotes")  # noqa: TRY004, TRY301
            return resolve_database_url(url, self.folder)
        except ValueError as error:
            at = ("settings", "database_url")
            raise self.error([Problem(str(error), at)]) from None

    def error(self, problems: Iterable[Problem]) -> ConfigError:
        """The first of `problems` as an error, the others as its notes, in the file's order."""
        errors = [self._locate(problem) for problem in problems]
        errors.sort(key=lambda error: (error.line is None, error.line or 0))
        first, others = errors[0], errors[1:]
        for other in others[: MAX_PROBLEMS - 1]:
            first.add_note(str(other))
        if len(errors) > MAX_PROBLEMS:
            first.add_note(f"and {len(errors) - MAX_PROBLEMS} more problems")
        return first

    def _locate(self, problem: Problem) -> ConfigError:
        if not problem.at:
            return ConfigError(problem.message, key=problem.key)
        keys = ".".join(part for part in problem.at if isinstance(part, str))
        return ConfigError(
            problem.message,
            path=str(self.path) if self.path else None,
            line=self.layout.line_of(problem.at),
            key=shorten(strip_unsafe(keys), 80),
        )


NO_SOURCE = Source(None, "", {})


def read_source(path: Path) -> Source:
    """The configuration file at `path`; raises ConfigError if it cannot be read or is no TOML."""
    return parse_source(read_text(path), path)


def read_text(path: Path) -> str:
    """The text of the configuration file at `path`.

    Raises ConfigError if it cannot be read, is not UTF-8 or is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise missing_file(path) from None
    except IsADirectoryError:
        raise ConfigError("is a folder; name the file inside it", path=str(path)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError(f"cannot be read: {reason}", path=str(path)) from None
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError(f"is larger than {MAX_FILE_BYTES} bytes", path=str(path))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            "is not UTF-8 text; save the file as UTF-8", path=str(path), line=line
        ) from None


def parse_source(text: str, path: Path) -> Source:
    """`text` as the content of the file at `path`; raises ConfigError if it is no TOML."""
    try:
        return Source(path, text, tomllib.loads(text))
    except RecursionError:
        raise ConfigError("is nested too deeply", path=str(path)) from None
    except ValueError as error:  # TOMLDecodeError is one; so is a number of 5,000 digits
        reason, line = _read_reason(str(error), text)
        raise ConfigError(f"is no valid TOML: {reason}", path=str(path), line=line) from None


def read_database_url(path: Path) -> str | None:
    """`Source.find_database_url` of the file at `path`; of its feeds no more is read than needed.

    Raises ConfigError as `read_source` does; feeds that are no TOML may pass unseen.
    """
    text = read_text(path)
    rest = strip_feeds(text)
    if rest is not None:
        with suppress(ConfigError):  # only the whole file tells on which line it is
            return parse_source(rest, path).find_database_url()
    return parse_source(text, path).find_database_url()


def strip_feeds(text: str) -> str | None:
    r"""`text` without its `[[feeds]]` tables; None where they cannot be told without parsing.

    If `text` is valid, so is what is left, and it says the same of all else. It may be valid
    although `text` is not: who needs to know parses that.

    >>> strip_feeds('[settings]\nworkers = 1\n[[feeds]]\nurl = "a"\n')
    '[settings]\nworkers = 1\n'
    """
    # In no other string a line begins with a bracket; in an array it does, and what follows then
    # holds a bracket too many to be valid.
    if any(quotes in text for quotes in _LONG_QUOTES):
        return None
    kept, at = [], 0
    while feeds := _FEEDS_HEADER.search(text, at):
        kept.append(text[at : feeds.start()])
        other = _OTHER_HEADER.search(text, feeds.end())
        if other is None:
            break
        at = other.start()
    else:
        kept.append(text[at:])
    return "".join(kept)


def _read_reason(message: str, text: str) -> tuple[str, int | None]:
    """The message of tomllib without its place, and the line of that place."""
    place = _PLACE.search(message)
    if place is None:
        return message, None
    reason = message[: place.start()]
    return reason, int(place[1]) if place[1] else text.rstrip("\n").count("\n") + 1
