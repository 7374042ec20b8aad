"""Hits for programs: the fields that can be asked for, and a line of each form."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import click

from aggregator.cli._marks import marked_html, unmarked
from aggregator.cli._output import iso, safe, shown_url
from aggregator.model import Hit
from aggregator.text import replace_unstorable, strip_unsafe

FIELDS: Mapping[str, Callable[[Hit], object]] = {
    "rank": lambda hit: hit.rank,
    "id": lambda hit: hit.id,
    "url": lambda hit: shown_url(hit.url),
    "title": lambda hit: hit.title,
    "headline": lambda hit: hit.headline,
    "feed": lambda hit: hit.feed,
    "authors": lambda hit: list(hit.authors),
    "tags": lambda hit: list(hit.tags),
    "language": lambda hit: hit.language,
    "published_at": lambda hit: iso(hit.published_at),
    "read_minutes": lambda hit: hit.read_minutes,
    "word_count": lambda hit: hit.word_count,
    "section": lambda hit: {"position": hit.section.position, "heading": hit.section.heading},
    "heading": lambda hit: hit.section.heading,
    "marked_title": lambda hit: marked_html(hit.marked_title),
    "snippet": lambda hit: marked_html(hit.snippet),
}
"""What JSON has under each name of ``--fields``; docs/json.md says what it means."""

_TEXTS: Mapping[str, Callable[[Hit], object]] = {
    "section": lambda hit: hit.section.position,
    "marked_title": lambda hit: unmarked(hit.marked_title),
    "snippet": lambda hit: unmarked(hit.snippet),
}
"""The fields that are something else in a cell."""

_OF_JSON = tuple(name for name in FIELDS if name != "heading")  # `section` has it
_OF_CELLS = ("id", "published_at", "read_minutes", "feed", "title", "url", "section", "snippet")


class FieldNames(click.ParamType[tuple[str, ...]]):
    """Names of fields with commas between them, in the order in which they are wanted."""

    name = "names"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The names, each once; a mistake of usage that lists them all if one is unknown."""
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(name for name in re.split(r"[,\s]+", str(value)) if name))
        if unknown := [name for name in names if name not in FIELDS]:
            self.fail(f"no field {unknown[0]!r}; there are {', '.join(FIELDS)}", param, ctx)
        return names


def hit_json(hit: Hit, names: Sequence[str] = ()) -> dict[str, object]:
    """A hit for programs, with these members or the usual ones.

    Title and snippet with marks are HTML.
    """
    return {name: FIELDS[name](hit) for name in names or _OF_JSON}


def cell(hit: Hit, name: str) -> str:
    """One field in one line of plain text: lists with semicolons, what is not known as nothing."""
    value = _TEXTS.get(name, FIELDS[name])(hit)
    if isinstance(value, list):
        return safe("; ".join(map(str, value)))
    return "" if value is None else safe(str(value))


def tsv_lines(hits: Iterable[Hit], names: Sequence[str] = ()) -> Iterator[str]:
    """A line of names and one for each hit, with tabs between cells; no cell has a tab in it."""
    names = names or _OF_CELLS
    yield "\t".join(names)
    for hit in hits:
        yield "\t".join(cell(hit, name) for name in names)


def csv_lines(hits: Iterable[Hit], names: Sequence[str] = ()) -> Iterator[str]:
    """The same as RFC 4180 has it; a line comes without its line feed, which printing adds.

    A cell that begins with ``=`` stays as it is: what is changed for spreadsheets is wrong
    everywhere else.
    """
    import csv  # noqa: PLC0415 - only here

    names = names or _OF_CELLS
    for row in (names, *([cell(hit, name) for name in names] for hit in hits)):
        written = io.StringIO()
        csv.writer(written).writerow(row)
        yield written.getvalue().removesuffix("\n")


def jsonl_lines(hits: Iterable[Hit], names: Sequence[str] = ()) -> Iterator[str]:
    """One JSON object for each hit, with all harmful characters escaped, as `print_json` does."""
    is_unicode = sys.stdout.encoding.lower().startswith("utf")
    for hit in hits:
        text = replace_unstorable(json.dumps(hit_json(hit, names), ensure_ascii=not is_unicode))
        hidden = {char for char in set(text) if not strip_unsafe(char)}
        yield text.translate({ord(char): json.dumps(char)[1:-1] for char in hidden})


def id_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """One number a line, as `aggregator delete` takes them."""
    return (str(hit.id) for hit in hits)
