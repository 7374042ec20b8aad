"""extract: the cleaner alone, on a file, a page or standard input."""

from __future__ import annotations

import asyncio
import mimetypes
import sys
from pathlib import Path

import click

from aggregator.articles import extract_article
from aggregator.cli._article import print_article
from aggregator.cli._output import without_secret
from aggregator.cli._place import Place, place_options
from aggregator.config import Settings
from aggregator.errors import ExtractError
from aggregator.fetch import PAGE_ACCEPT, make_fetcher
from aggregator.model import Article, Response

MAX_BYTES = 5_000_001
"""One more than an article may have: enough to be told that it is too large."""


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
@place_options
@click.pass_obj
def extract_command(
    place: Place, source: str, url: str | None, form: str, section: int | None, *, as_json: bool
) -> None:
    """Take a page or text apart into headline, read time, lead and sections.

    Nothing is archived. HTML and plain text go the same way.
    """
    article = _extract(place, source, url)
    print_article(article, section=section, form="json" if as_json else form)


def _extract(place: Place, source: str, url: str | None) -> Article:
    if source.lower().startswith(("http://", "https://")):
        page = asyncio.run(_fetch(source, place.load_config().settings))
        content_type = page.headers.get("content-type")
        return extract_article(page.body, url=url or page.final_url, content_type=content_type)
    if source == "-":
        return extract_article(sys.stdin.buffer.read(MAX_BYTES), url=url)
    try:
        with Path(source).open("rb") as file:
            document = file.read(MAX_BYTES)
    except OSError as error:
        raise ExtractError(f"cannot read {without_secret(source)}: {error.strerror}") from error
    content_type, _ = mimetypes.guess_type(source)
    return extract_article(document, url=url, content_type=content_type)


async def _fetch(url: str, settings: Settings) -> Response:
    async with make_fetcher(settings) as fetcher:
        return await fetcher.get(url, accept=PAGE_ACCEPT)
