"""What a feed says of itself and how it was read, for people and programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from rich.cells import cell_len

from aggregator.cli._output import bold, fit, safe, shown_url, width, wrap
from aggregator.model import FeedLinks
from aggregator.text import shorten

Fact = tuple[str, str | None]
"""A label and what there is to say under it; None or empty text says nothing."""

_MAX_CHARS = 500
"""Of one sentence; some feeds put an essay in their description."""

_SOURCES = {
    "bom": "byte order mark",
    "utf-8": "its bytes are valid in it",
    "http": "HTTP header",
    "declaration": "XML declaration",
    "detector": "guessed by its letters",
}


def encoding_words(encoding: str | None, source: str | None) -> str | None:
    """An encoding with what decided it, in words; None for none.

    >>> encoding_words("cp1252", "http")
    'cp1252 (HTTP header)'
    """
    if encoding is None:
        return None
    return f"{encoding} ({_SOURCES.get(source or '', source)})" if source else encoding


def link_facts(links: FeedLinks) -> list[Fact]:
    """Where a feed says that it, its older entries and its news are to be had."""
    return [
        ("own address", shown_url(links.self_url)),
        ("new address", shown_url(links.new_url)),
        *(("hub", shown_url(hub)) for hub in links.hubs),
        ("next page", shown_url(links.next_url)),
        ("archive", shown_url(links.archive_url)),
    ]


def shown_json(value: Any) -> Any:  # noqa: ANN401 - JSON is of any type
    """`value` as it may be printed: no address in it has a user name and password.

    >>> shown_json({"url": "https://me:secret@example.org/", "tags": ("a@b",)})
    {'url': 'https://example.org/', 'tags': ['a@b']}
    """
    if isinstance(value, dict):
        return {name: shown_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shown_json(inner) for inner in value]
    is_address = isinstance(value, str) and value.startswith(("http://", "https://"))
    return shown_url(value) if is_address else value


def print_facts(title: str, facts: Sequence[Fact]) -> None:
    """Print a title, and under it each fact beside its label; those that say nothing are left out.

    Addresses stay whole, so that they can be copied; sentences are broken to fit.
    """
    said = [(label, safe(text)) for label, text in facts if text]
    indent = max((cell_len(label) for label, _ in said), default=0) + 2
    click.echo(bold(safe(title)))
    for label, text in said:
        lines = wrap(shorten(text, _MAX_CHARS), width() - indent) if " " in text else [text]
        for number, line in enumerate(lines):
            click.echo(fit("" if number else label, indent) + line)
