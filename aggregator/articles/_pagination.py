"""Where an article of several pages goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from aggregator.articles._head import short_text
from aggregator.articles._parse import MAX_BYTES, decode, parse_tree
from aggregator.errors import ExtractError
from aggregator.urls import resolve

_QUERY = re.compile(
    r"(?:page|paged|pg|seite|pagina|sida|strona)=(?P<number>\d{1,3})", re.IGNORECASE
)
_PATH = re.compile(
    r"(?P<stem>/.*?)[/,_-](?P<word>(?:page|seite|pagina|sida|strona|pg|p)[/,_-]?)?"
    r"(?P<number>\d{1,3})(?P<end>\.\w{2,5}|/)?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\.\w{2,5}$|/$")
_HREF = re.compile(rb"href\s{0,3}=\s{0,3}[\"']?([^\"'>\s]{1,2000}+)")
_MAX_PAGES = 100
_MAX_RELATIVE_CHARS = 12
"""Longer links name the article itself ("../ferry/2"), shorter ones only its page ("?page=2")."""

_MAX_LINKS = 3_000
_MAX_URL_CHARS = 2_000


class _Place(NamedTuple):
    """What an address may be: page `number` of `stem`; `is_named` if a word says "page"."""

    stem: str
    number: int
    is_named: bool


def find_next_page(body: bytes, url: str, content_type: str | None) -> str | None:
    """The address of the page that follows the page `body` in the same article; None if none does.

    Next is what lies on the same host under the same path and has the next number, whatever the
    link is called; where nothing but the number tells that it is one of a page (/story/2), the
    link must show the number. A listing has next pages, too. Only addresses decide: weblogs call
    the article before or after "next" as well.

    `url` is where the page was found, `content_type` the header as received. A page is only
    parsed if the bytes of one of its links promise a next one.
    """
    if len(body) > MAX_BYTES or len(url) > _MAX_URL_CHARS or not _promises_next(body, url):
        return None
    here = _places(url)
    try:
        tree = parse_tree(decode(body, content_type))
    except ExtractError:
        return None
    base = next((href for base in tree.iter("base") if (href := base.get("href"))), "")
    base_url = (resolve(url, base) or url) if len(base) <= _MAX_URL_CHARS else url
    for link in islice(tree.iter("a", "link"), _MAX_LINKS):
        address = resolve(base_url, link.get("href"))
        if address and any(_shows(link, place) for place in _following(address, here)):
            return address
    return None


def _promises_next(body: bytes, url: str) -> bool:
    """Whether a link in `body`, as it stands in the markup, may lead to the page behind `url`.

    All is compared in lower case. Where a ``base`` tag lets relative links begin is not asked: with
    one, each of them may.
    """
    markup, url = body.lower(), url.lower()
    here = _places(url)
    has_base = b"<base" in markup
    for link in islice(_iter_near(_HREF.findall(markup), here), _MAX_LINKS):
        href = unescape(link.decode("utf-8", "replace"))
        is_unsure = has_base and "://" not in href
        if is_unsure or any(_following(resolve(url, href) or "", here)):
            return True
    return False


def _iter_near(links: Iterable[bytes], here: set[_Place]) -> Iterator[bytes]:
    """Those of `links` that name one of the stems `here`, or nothing but a page, and its number."""
    numbers = [str(place.number + 1).encode() for place in here]
    names = [place.stem.partition("?")[0].rpartition("/")[2].encode() for place in here]
    for link in links:
        if not any(map(link.__contains__, numbers)) or link.startswith(b"#"):
            continue
        if len(link) <= _MAX_RELATIVE_CHARS or any(map(link.__contains__, names)):
            yield link


def _following(address: str, here: set[_Place]) -> Iterator[_Place]:
    """Those places of `address` that lie behind one of `here`."""
    for place in _places(address):
        if any(place.stem == own.stem and place.number == own.number + 1 for own in here):
            yield place


def _shows(link: HtmlElement, place: _Place) -> bool:
    """Whether it is sure that `link` leads to a page: its address or its text says so."""
    return place.is_named or short_text(link) == str(place.number)


def _places(url: str) -> set[_Place]:
    """What `url` may be: page 1 of itself, and page N of what remains without its number."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return set()
    host = (parts.hostname or "").removeprefix("www.")
    pairs = [pair for pair in parts.query.split("&") if pair]
    numbers = [match for pair in pairs if (match := _QUERY.fullmatch(pair))]
    others = "&".join(pair for pair in pairs if not _QUERY.fullmatch(pair))
    path = _SUFFIX.sub("", parts.path)
    places = {_Place(f"{host}{path}?{'&'.join(pairs)}", 1, is_named=False)}
    if len(numbers) == 1:
        places.add(_Place(f"{host}{path}?{others}", int(numbers[0]["number"]), is_named=True))
    if match := _PATH.fullmatch(parts.path):
        stem = f"{host}{match['stem']}?{others}"
        places.add(_Place(stem, int(match["number"]), match["word"] is not None))
    return {place for place in places if place.number <= _MAX_PAGES}
