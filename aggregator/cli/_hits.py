"""What was found, for people at a terminal: a few lines for each hit, or a table."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

import click
from rich.cells import cell_len

from aggregator.cli._fields import cell
from aggregator.cli._marks import BOLD_AGAIN, paint, shown_marks
from aggregator.cli._output import bold, day, fit, is_coloured, safe, say, shown_url, width, wrap
from aggregator.model import Hit, SearchResult, Suggestion
from aggregator.text import shorten

_INDENT = 5
_NARROW = 60
"""With fewer columns the date stands below the headline: beside it no headline can be read."""

_MAX_NAME_CHARS = 40
_MAX_TITLE_CHARS = 400  # marks of accents take no column, so that columns alone bound nothing
_MAX_AUTHORS = 3
_LOOKED_THROUGH = " among those that were looked through; there may be more"

_OF_TABLE = ("id", "published_at", "read_minutes", "feed", "headline")
_HEADS = {"published_at": "date", "read_minutes": "min", "word_count": "words"}
_NUMBERS = {"rank", "id", "read_minutes", "word_count", "section"}
_WHOLE = _NUMBERS | {"published_at"}  # never cut: they are short, and of no use cut


def plain_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """Each hit with its headline, where it comes from, the section that answers and a snippet."""
    for hit in hits:
        indent = max(_INDENT, len(str(hit.rank)) + 2)
        yield from _headed(hit, indent)
        yield from (" " * indent + line for line in _body(hit, width() - indent))


def table_lines(hits: Sequence[Hit], names: Sequence[str] = ()) -> Iterator[str]:
    """A line for each hit under a line of heads, in columns that fit the terminal together."""
    names = names or _OF_TABLE
    rows = [tuple(_HEADS.get(name, name) for name in names)]
    rows += [tuple(_table_cell(hit, name) for name in names) for hit in hits]
    widths = _fit_widths(names, rows, width() - 2 * (len(names) - 1))
    for number, row in enumerate(rows):
        cells = (
            text.rjust(size) if name in _NUMBERS else fit(text, size)
            for name, text, size in zip(names, row, widths, strict=True)
        )
        line = fit("  ".join(cells), width()).rstrip()
        yield bold(line) if number == 0 else line


def say_found(result: SearchResult, *, seconds: float | None = None) -> None:
    """Say how many articles there are and how many of them were shown."""
    what = f" for {safe(result.query)}" if result.query.strip() else ""
    took = f" ({seconds:.2f} s)" if seconds is not None else ""
    if result.total == 0:
        where = _LOOKED_THROUGH if result.has_more else ""
        say(f"no article{what}{where}{took}")
        return
    say(f"{len(result.hits)} of {count_articles(result.total, result.has_more)}{what}{took}")


def say_suggestions(suggestions: Iterable[Suggestion]) -> None:
    """Say what would find something, each with the command to type."""
    for one in suggestions:
        lead = "did you mean" if one.kind == "spelling" else "fewer words find more"
        say(f"{lead}: {safe(one.query)} ({count_articles(one.total, one.has_more)})")
        say(f"  aggregator search {_as_typed(one.query)}")


def count_articles(total: int, has_more: bool = False) -> str:  # noqa: FBT001, FBT002 - two facts
    """The number in words; `has_more` where it is only known that there are more."""
    noun = "article" if total == 1 and not has_more else "articles"
    return f"{'more than ' if has_more else ''}{total} {noun}"


def _headed(hit: Hit, indent: int) -> Iterator[str]:
    """The headline with its rank, minutes and date, and the line that says where it is from."""
    room, facts = width() - indent, _facts(hit)
    minutes = f"{hit.read_minutes} min"
    title = _title(hit)
    if width() < _NARROW:
        facts = [minutes, day(hit.published_at), *facts]
        lines = [bold(line) for line in paint(wrap(title, room), after=BOLD_AGAIN)]
    else:
        right = f"{minutes:>6}  {day(hit.published_at)}"
        [line] = paint([_cut(title, room - len(right) - 2)], after=BOLD_AGAIN)
        lines = [f"{bold(line)}  {right}"]
    yield f"{hit.rank:>{indent - 2}}  {lines[0]}"
    yield from (" " * indent + line for line in lines[1:])
    for line in wrap(" · ".join(facts), room):
        yield " " * indent + (click.style(line, dim=True) if is_coloured() else line)


def _cut(title: str, columns: int) -> str:
    """`title` in exactly so many columns; a match in brackets that is cut keeps the second one."""
    cut = fit(title, columns)
    if cell_len(title) <= columns or cut.count("[") <= cut.count("]"):
        return cut
    shorter = fit(title, columns - 1).rstrip()
    return fit(shorter + "]" * (shorter.count("[") > shorter.count("]")), columns)


def _title(hit: Hit) -> str:
    """The headline with its marks, and something in its place where there is none."""
    if hit.marked_title and len(hit.marked_title) <= _MAX_TITLE_CHARS:
        title = shown_marks(hit.marked_title)
    else:
        title = shorten(safe(hit.headline or hit.title), _MAX_TITLE_CHARS)
    return title or shorten(safe(shown_url(hit.url)), _MAX_TITLE_CHARS) or "(untitled)"


def _facts(hit: Hit) -> list[str]:
    """Feed, authors, and the number and section with which `aggregator show` opens it."""
    feed = shorten(safe(hit.feed), _MAX_NAME_CHARS)
    authors = ", ".join(safe(name) for name in hit.authors[:_MAX_AUTHORS])
    more = " …" if len(hit.authors) > _MAX_AUTHORS else ""
    by = shorten(authors, _MAX_NAME_CHARS) + more
    section = f" §{hit.section.position}" if hit.section.position else ""
    facts = [feed, by if by != feed else "", f"id {hit.id}{section}"]
    return [fact for fact in facts if fact]


def _body(hit: Hit, room: int) -> Iterator[str]:
    heading = shorten(safe(hit.section.heading), _MAX_TITLE_CHARS)
    text = (f"§ {heading} — " if heading else "") + shown_marks(hit.snippet)
    return (line for line in paint(wrap(text, room)) if line)


def _table_cell(hit: Hit, name: str) -> str:
    if name == "published_at":
        return day(hit.published_at)
    text = cell(hit, name)
    if name == "headline":
        text = text or cell(hit, "title") or cell(hit, "url") or "(untitled)"
    return shorten(text, _MAX_TITLE_CHARS)


def _fit_widths(names: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The columns that each field gets: what it needs, or its share of what the others leave."""
    needed = [max(cell_len(row[at]) for row in rows) for at in range(len(names))]
    widths = list(needed)
    left = room - sum(needed[at] for at, name in enumerate(names) if name in _WHOLE)
    others = sorted(
        (at for at, name in enumerate(names) if name not in _WHOLE), key=needed.__getitem__
    )
    for place, at in enumerate(others):
        widths[at] = max(2, min(needed[at], left // (len(others) - place)))
        left -= widths[at]
    return widths


def _as_typed(query: str) -> str:
    """A query as an argument for a shell, which `aggregator search` takes for nothing else."""
    text = safe(query)
    if text == "reindex":
        text = f'"{text}"'
    return f"-- {shlex.quote(text)}" if text.startswith("-") else shlex.quote(text)
