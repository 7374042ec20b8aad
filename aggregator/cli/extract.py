"""extract: the cleaner alone, on a file, a page or standard input."""

from __future__ import annotations

import asyncio
import mimetypes
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from aggregator import config
from aggregator.articles import explain_article, extract_article
from aggregator.cli._article import print_article, say_facts
from aggregator.cli._explanation import explanation_json, print_explanation
from aggregator.cli._output import print_json, without_secret
from aggregator.cli._place import Place, place_options
from aggregator.config import Settings
from aggregator.errors import ExtractError
from aggregator.fetch import PAGE_ACCEPT, make_fetcher
from aggregator.model import Article, Entry, ReadingSpeed, Response, SiteRules

MAX_BYTES = 5_000_001
"""One more than an article may have: enough to be told that it is too large."""

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class _Given:
    """A document, and what is known of it beside its content."""

    content: bytes
    url: str | None
    content_type: str | None = None
    anchor: Entry | None = None
    rules: SiteRules | None = None


def _check_selectors(
    _context: click.Context, parameter: click.Parameter, selectors: tuple[str, ...]
) -> tuple[str, ...]:
    for selector in selectors:
        try:
            config.check_selector(selector)
        except ValueError as error:
            raise click.BadParameter(f"{selector!r} {error}", param=parameter) from error
    return selectors


def _rule_options(command: _Command) -> _Command:
    """Give a command the rules of `[feeds.extract]` as options."""
    for name, text in (
        ("headline", "What is the headline."),
        ("remove", "What leaves the article; may be repeated."),
        ("content", "What the article stands in; may be repeated. See docs/configuration.md."),
    ):
        command = click.option(
            f"--{name}", multiple=True, metavar="CSS", help=text, callback=_check_selectors
        )(command)
    return command


@click.command("extract")
@click.argument("source", metavar="FILE|URL|-")
@click.option("--url", help="The address the document has on the web; links are relative to it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "html", "json"]),
    default="text",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--section", type=click.IntRange(0), metavar="N", help="Only this one; 0: the lead.")
@click.option("--explain", "is_explained", is_flag=True, help="Show each block, kept or not, why.")
@_rule_options
@click.option("--feed-title", help="What a feed would call the article.")
@click.option("--feed-summary", metavar="TEXT", help="What a feed would say of it.")
@click.option(
    "--words-per-minute", type=click.IntRange(50, 2000), help="How fast it is read; see feeds.toml."
)
@place_options
@click.pass_obj
def extract_command(
    place: Place,
    source: str,
    url: str | None,
    form: str,
    section: int | None,
    content: tuple[str, ...],
    remove: tuple[str, ...],
    headline: tuple[str, ...],
    feed_title: str | None,
    feed_summary: str | None,
    words_per_minute: int | None,
    *,
    as_json: bool,
    is_explained: bool,
) -> None:
    """Take a page or text apart into headline, read time, lead and sections.

    Nothing is archived. HTML and plain text go the same way.
    """
    if is_explained and (section is not None or form in {"md", "html"}):
        raise click.UsageError("--explain shows a whole page, as a table or with --json")
    form = "json" if as_json else form
    settings = place.load_config().settings
    given = replace(
        _read(source, url, settings),
        rules=SiteRules(content, remove, headline) if content or remove or headline else None,
    )
    given = replace(given, anchor=_anchor(given.url, feed_title, feed_summary))
    if is_explained:
        _explain(given, as_json=form == "json")
        return
    usual = settings.reading_speed
    speed = replace(usual, words_per_minute=words_per_minute or usual.words_per_minute)
    article = _extract(given, speed)
    if form == "text" and section is None:
        say_facts(article)
    print_article(article, section=section, form=form)


def _extract(given: _Given, speed: ReadingSpeed) -> Article:
    return extract_article(
        given.content,
        url=given.url,
        content_type=given.content_type,
        anchor=given.anchor,
        rules=given.rules,
        speed=speed,
    )


def _explain(given: _Given, *, as_json: bool) -> None:
    explanation = explain_article(
        given.content,
        url=given.url,
        content_type=given.content_type,
        anchor=given.anchor,
        rules=given.rules,
    )
    if as_json:
        print_json(explanation_json(explanation))
    else:
        print_explanation(explanation)


def _anchor(url: str | None, title: str | None, summary: str | None) -> Entry | None:
    """The entry of a feed of which only this is known; None where nothing is."""
    if title is None and summary is None:
        return None
    return Entry(key="", content_hash="", url=url, title=title, summary=summary)


def _read(source: str, url: str | None, settings: Settings) -> _Given:
    if source.lower().startswith(("http://", "https://")):
        page = asyncio.run(_fetch(source, settings))
        return _Given(page.body, url or page.final_url, page.headers.get("content-type"))
    if source == "-":
        return _Given(sys.stdin.buffer.read(MAX_BYTES), url)
    try:
        with Path(source).open("rb") as file:
            content = file.read(MAX_BYTES)
    except OSError as error:
        raise ExtractError(
            f"cannot read {without_secret(source)}: {error.strerror}; name a file, an address that"
            " begins with http:// or https://, or - for standard input"
        ) from error
    return _Given(content, url, mimetypes.guess_type(source)[0])


async def _fetch(url: str, settings: Settings) -> Response:
    async with make_fetcher(settings) as fetcher:
        return await fetcher.get(url, accept=PAGE_ACCEPT)
