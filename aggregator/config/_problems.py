"""What is wrong with the content of a file, each problem said so that it can be mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from aggregator.config._lines import KeyPath
from aggregator.config._schema import TABLES, FileTable, SettingsTable
from aggregator.config._source import Problem, Source
from aggregator.config._values import environment_name
from aggregator.text import shorten, strip_unsafe
from aggregator.urls import normalize_link, without_credentials

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_HEADERS = {"": "the top level", "feeds": "[[feeds]]", "hosts": "[[hosts]]"}


def check_tables(source: Source) -> FileTable:
    """The content of `source`, valid; raises ConfigError with all that is wrong with it."""
    problems = list(_iter_duplicates(source))
    try:
        table = FileTable.model_validate(source.tables)
    except ValidationError as error:
        problems += [_explain(details) for details in error.errors(include_url=False)]
    if problems:
        raise source.error(problems)
    return table


def check_overrides(overrides: Mapping[str, object], source: Source) -> SettingsTable:
    """The settings that the environment makes, valid; raises ConfigError naming the variables."""
    try:
        return SettingsTable.model_validate(overrides)
    except ValidationError as error:
        raise source.error(
            Problem(
                _explain_value(details, "settings", str(details["loc"][0])),
                key=environment_name(str(details["loc"][0])),
            )
            for details in error.errors(include_url=False)
        ) from None


def _iter_duplicates(source: Source) -> Iterator[Problem]:
    """Feeds that an earlier table lists as well, http and https being the same."""
    feeds = source.tables.get("feeds")
    first: dict[str, int] = {}
    for index, feed in enumerate(feeds if isinstance(feeds, list) else []):
        url = feed.get("url") if isinstance(feed, dict) else None
        if not isinstance(url, str):
            continue
        earlier = first.setdefault(normalize_link(url), index)
        if earlier != index:
            line = source.layout.line_of(("feeds", earlier, "url"))
            yield Problem(
                f"{show(without_credentials(url))} is the same feed as on line {line};"
                " remove one of them",
                ("feeds", index, "url"),
            )


def _explain(details: ErrorDetails) -> Problem:
    at: KeyPath = details["loc"]
    names = [part for part in at if isinstance(part, str)]
    table, key = ".".join(names[:-1]), names[-1]
    if details["type"] == "extra_forbidden":
        return Problem(_explain_unknown(table, key), at)
    if details["type"] == "missing":
        return Problem(f"is missing: every [[feeds]] table needs a {key}", at)
    if len(names) == 1 and len(at) > 1:
        return Problem(f"expected a table with a url, got {show(details['input'])}", at)
    return Problem(_explain_value(details, table, key), at)


def _explain_value(details: ErrorDetails, table: str, key: str) -> str:
    if details["type"] == "value_error":
        expected = str(details["ctx"]["error"])
    else:
        expected = f"expected {TABLES[table].model_fields[key].description}"
    return f"{expected}, got {show(details['input'])}"


def _explain_unknown(table: str, key: str) -> str:
    """Where an unknown key belongs, else what it may be a misspelling of, else what is known."""
    homes = [name for name, model in TABLES.items() if key in model.model_fields]
    if homes:
        return f"unknown key in {_header(table)}; it belongs in {' or '.join(map(_header, homes))}"
    for name in sorted(TABLES, key=lambda name: name != table):
        near = get_close_matches(key, TABLES[name].model_fields, n=1)
        if near:
            place = "" if name == table else f" in {_header(name)}"
            return f"unknown key; did you mean {near[0]}{place}?"
    known = ", ".join(TABLES[table].model_fields)
    return f"unknown key; {_header(table)} knows {known}"


def _header(table: str) -> str:
    return _HEADERS.get(table, f"[{table}]")


def show(value: Any) -> str:  # noqa: ANN401 - anything that TOML can say
    """`value` as it may stand in a message: short, harmless to a terminal, no password in it.

    >>> show("https://me:secret@example.org/"), show(True), show([1])
    ('"…@example.org/"', 'true', 'a list')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # A URL that is broken cannot be trusted to keep its password where one is looked for.
        _, at, tail = value.rpartition("@")
        return f'"{"…@" if at else ""}{shorten(strip_unsafe(tail), 60)}"'
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**18):
        return str(value)
    kinds = {int: "a very large number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or time")
