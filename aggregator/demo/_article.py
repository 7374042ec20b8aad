"""An article as the demo site serves it, and what a reader sees of its HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Final

from aggregator.text import collapse_whitespace, read_minutes

_PROSE = {"blockquote", "figcaption", "figure", "h2", "h3", "li", "ol", "p", "pre", "ul"}
_BLOCKS: Final = frozenset(_PROSE | {"table", "td", "th", "tr"})
_HEADING: Final = re.compile(r"h[1-6]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """One article of the demo site: what a test may expect a poll to find.

    `title` is plain text, None for a note without one. `summary` and `html` are well-formed
    XHTML; links in them are relative to `url`. `is_whole_in_feed` says whether the feed carries
    `html` or only `summary`. `updated_at` is `published_at` until the article is edited. `key`
    is unique inside its feed and the same wherever the site is served.
    """

    key: str
    url: str
    feed_url: str
    title: str | None
    language: str
    author: str
    tags: tuple[str, ...]
    published_at: datetime
    updated_at: datetime
    summary: str
    html: str
    is_whole_in_feed: bool

    @property
    def blocks(self) -> tuple[tuple[str, str], ...]:
        """Each run of text in order, with the name of the block element it stands in."""
        return read_blocks(self.html)

    @property
    def headings(self) -> tuple[str, ...]:
        """The sub-headings of all levels, in order; the title is none of them."""
        return tuple(text for name, text in self.blocks if _HEADING.fullmatch(name))

    @property
    def lead(self) -> str:
        """The text before the first sub-heading, paragraphs parted by blank lines."""
        blocks = self.blocks
        starts = (at for at, (name, _) in enumerate(blocks) if _HEADING.fullmatch(name))
        return "\n\n".join(text for _, text in blocks[: next(starts, len(blocks))])

    @property
    def text(self) -> str:
        """The whole article as plain text, headings and table cells included."""
        return "\n\n".join(text for _, text in self.blocks)

    @property
    def read_minutes(self) -> int:
        """Whole minutes at the ordinary speed, as the news pages print them."""
        return read_minutes(self.text)


def read_blocks(html: str) -> tuple[tuple[str, str], ...]:
    """The texts of `html` in order, each in one line, with the innermost block element.

    >>> read_blocks("<h2>A <em>b</em></h2><p>c &amp; d</p>")
    (('h2', 'A b'), ('p', 'c & d'))
    """
    reader = _BlockReader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return tuple(reader.blocks)


class _BlockReader(HTMLParser):
    """Collects the text of each block; made for our own well-formed articles only."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._run: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BLOCKS:
            self.end_block()
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_block()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._run.append(data)

    def end_block(self) -> None:
        text = collapse_whitespace("".join(self._run))
        if text:
            self.blocks.append((self._open[-1] if self._open else "", text))
        self._run.clear()
