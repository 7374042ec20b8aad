"""search, list and show: reading the archive."""

from __future__ import annotations

import time
from html import escape

import click

from aggregator.cli._output import (
    bold,
    day,
    fit,
    is_coloured,
    iso,
    print_json,
    safe,
    say,
    shown_url,
    width,
    wrap,
)
from aggregator.cli._place import Place, place_options
from aggregator.model import Hit, SearchResult
from aggregator.search import MARK_END, MARK_START

SCHEMA = 1


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("-n", "--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Skip so many hits.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-e", "--exit-status", is_flag=True, help="Exit with 1 when nothing is found.")
@place_options
@click.pass_obj
def search_command(
    place: Place,
    query: tuple[str, ...],
    limit: int,
    offset: int,
    *,
    as_json: bool,
    exit_status: bool,
) -> int:
    """Find articles, best first: words, "phrases", begin*.

    Articles with all the words come before those with some of them. Any text is a query.
    """
    started = time.perf_counter()
    with place.open_search() as reader:
        result = reader.search(" ".join(query), limit=limit, offset=offset)
    _print_result(result, as_json=as_json, seconds=time.perf_counter() - started)
    return 1 if exit_status and not result.total else 0


@click.command("list")
@click.argument("query", nargs=-1)
@click.option("-n", "--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Skip so many articles.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def list_command(
    place: Place, query: tuple[str, ...], limit: int, offset: int, *, as_json: bool
) -> None:
    """List articles, newest first: all, or those that a search would find."""
    with place.open_search() as reader:
        result = reader.newest(" ".join(query), limit=limit, offset=offset)
    _print_result(result, as_json=as_json)


@click.command("show")
@click.argument("entry_id", metavar="ID", type=click.IntRange(1))
@click.option("--section", type=click.IntRange(0), metavar="N", help="Only this one; 0: the lead.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "html", "json"]),
    default="text",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--revisions", "is_list", is_flag=True, help="List its older states.")
@click.option("--revision", "number", type=click.IntRange(1), metavar="N", help="This older state.")
@click.option("--diff", "is_diff", is_flag=True, help="What the edit after --revision N changed.")
@place_options
@click.pass_obj
def show_command(
    place: Place,
    entry_id: int,
    section: int | None,
    form: str,
    number: int | None,
    *,
    as_json: bool,
    is_list: bool,
    is_diff: bool,
) -> None:
    """Show the article with the number ID, or one section of it.

    Of an edited article the older states are kept, too: --revisions lists them.
    """
    form = "json" if as_json else form
    if is_list or is_diff or number is not None:
        _check_usage(section, form, number, is_list=is_list, is_diff=is_diff)
        _show_revisions(place, entry_id, number, as_json=form == "json", is_diff=is_diff)
        return
    from aggregator.cli._article import print_entry  # noqa: PLC0415 - keeps `search` light

    with place.open_archive(must_exist=True) as archive:
        archived = archive.entries.get(entry_id)
    print_entry(archived, section=section, form=form)


def _check_usage(
    section: int | None, form: str, number: int | None, *, is_list: bool, is_diff: bool
) -> None:
    """Refuse what cannot be said of older states, of which the text alone is kept."""
    if section is not None or form not in {"text", "json"}:
        raise click.UsageError("older states are shown whole, as text or JSON")
    if is_list and number is not None:
        raise click.UsageError("--revisions lists all; --revision N shows one")
    if is_diff and number is None:
        raise click.UsageError("--diff needs --revision N")


def _show_revisions(
    place: Place, entry_id: int, number: int | None, *, as_json: bool, is_diff: bool
) -> None:
    from aggregator.cli import _revisions  # noqa: PLC0415 - keeps `search` light

    with place.open_archive(must_exist=True) as archive:
        states = archive.entries.revisions(entry_id)
        live = archive.entries.get(entry_id)
    if number is None:
        _revisions.print_list(states, live, as_json=as_json)
    elif is_diff:
        _revisions.print_diff(states, number, live, as_json=as_json)
    else:
        _revisions.print_revision(states, number, live, as_json=as_json)


def hit_json(hit: Hit) -> dict[str, object]:
    """A hit for programs; the snippet is HTML in which matches are in <mark>."""
    return {
        "rank": hit.rank,
        "id": hit.id,
        "url": shown_url(hit.url),
        "title": hit.title,
        "headline": hit.headline,
        "feed": hit.feed,
        "published_at": iso(hit.published_at),
        "read_minutes": hit.read_minutes,
        "section": {"position": hit.section.position, "heading": hit.section.heading},
        "snippet": escape(hit.snippet, quote=False)
        .replace(MARK_START, "<mark>")
        .replace(MARK_END, "</mark>"),
    }


def _print_result(result: SearchResult, *, as_json: bool, seconds: float | None = None) -> None:
    if as_json:
        hits = [hit_json(hit) for hit in result.hits]
        print_json(
            {"schema": SCHEMA, "query": result.query, "total": result.total, "results": hits}
        )
        return
    for hit in result.hits:
        _print_hit(hit)
    what = f" for {safe(result.query)}" if result.query else ""
    took = f" ({seconds:.2f} s)" if seconds is not None else ""
    noun = "article" if result.total == 1 else "articles"
    say(f"{len(result.hits)} of {result.total} {noun}{what}{took}")


def _print_hit(hit: Hit) -> None:
    minutes = f"{hit.read_minutes} min"
    right = f"{minutes:>6}  {day(hit.published_at)}"
    title = safe(hit.headline or hit.title) or safe(shown_url(hit.url)) or "(untitled)"
    room = width() - 5 - len(right) - 2
    click.echo(f"{hit.rank:>3}  {bold(fit(title, room))}  {right}")
    click.echo(f"     {safe(hit.feed)} · id {hit.id}")
    heading = f"§ {safe(hit.section.heading)} — " if hit.section.heading else ""
    is_marked = False
    for line in wrap(heading + hit.snippet, width() - 5):
        # A match may go on in the next line: each line brings its own marks.
        begun = (MARK_START if is_marked else "") + line
        is_marked = begun.count(MARK_START) > begun.count(MARK_END)
        click.echo("     " + _marked(begun + (MARK_END if is_marked else "")))


def _marked(line: str) -> str:
    """Matches in colour for a person at a terminal, in brackets anywhere else."""
    if is_coloured():
        return line.replace(MARK_START, "\x1b[1;33m").replace(MARK_END, "\x1b[0m")
    return line.replace(MARK_START, "[").replace(MARK_END, "]")
