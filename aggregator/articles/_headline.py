"""Which of a page's titles is its headline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

from aggregator.articles._site import SEPARATORS, SiteNames
from aggregator.text import IDEOGRAPHS, fold

_TOKEN = re.compile(f"[{IDEOGRAPHS}]|[^\\W{IDEOGRAPHS}]+")

_MIN_SHARE = 0.5
"""The share of its words that an h1 must have in the titles; a site's name has fewer."""

_MIN_TITLE_SHARE = 0.3
"""The share of the title's words that an h1 must have; a rubric ("News") has fewer."""

_MIN_LONE_WORDS, _MIN_LONE_SHARE, _MAX_LONE_WORDS = 2, 0.25, 30
"""How many and which share of its words the only h1 of a page must have in the titles: titles for
search engines are worded anew. On 564 article pages .852 of the headlines are right without this
rule, .878 with it; shares from 0 to .35 differ by .003. A longer h1 is a paragraph in disguise."""


def choose_headline(
    headings: Sequence[str],
    *,
    page_title: str | None,
    social_title: str | None,
    entry_title: str | None = None,
    site: SiteNames,
) -> str | None:
    """The h1 that shares most words with the titles, else the best title without its site."""
    titles = [unescape(title) for title in (social_title, page_title, entry_title) if title]
    shown = [text for text in dict.fromkeys(map(unescape, headings)) if not site.is_site(text)]
    if not titles:
        return shown[0] if shown else next(iter(headings), None)
    stripped = _stripped(titles, entry_title, site)
    chosen = _nearest(shown, titles, stripped) or _lone(shown, titles) or stripped
    return site.without_site(chosen)


def find_title_piece(pieces: Sequence[str], titles: Iterable[str]) -> str | None:
    """The one of `pieces`, the texts inside an h1, that is a title; the others are a date, a link.

    >>> find_title_piece(["The ferry is back", "Posted on May 6"], ["The Ferry is Back"])
    'The ferry is back'
    """
    known = {fold(title) for title in titles}
    return next((piece for piece in pieces if fold(piece) in known), None)


def _nearest(headings: list[str], titles: list[str], stripped: str) -> str | None:
    """The heading that shares most words with the titles, if it is one of them in other dress."""
    known = set().union(*map(_tokens, titles))
    wanted = _tokens(stripped)
    best, best_score = None, 0
    for heading in headings:
        words = _tokens(heading)
        shared = len(words & known)
        is_title = len(words & wanted) >= _MIN_TITLE_SHARE * len(wanted)
        if shared > best_score and shared >= _MIN_SHARE * len(words) and is_title:
            best, best_score = heading, shared
    return best


def _lone(headings: list[str], titles: list[str]) -> str | None:
    """The only heading, if it speaks of what the titles speak of."""
    if len(headings) != 1:
        return None
    words = _tokens(headings[0])
    shared = len(words & set().union(*map(_tokens, titles)))
    is_about = shared >= max(_MIN_LONE_WORDS, _MIN_LONE_SHARE * len(words))
    return headings[0] if is_about and len(words) <= _MAX_LONE_WORDS else None


def _stripped(titles: list[str], entry_title: str | None, site: SiteNames) -> str:
    """The first of `titles` without the name of the site in front or behind."""
    title = titles[0]
    if entry_title and fold(entry_title) in fold(title):
        return entry_title
    named = site.without_site(title)
    if named != title or (len(titles) > 1 and titles[0] != titles[1]):
        return named
    cuts = list(SEPARATORS.finditer(title))
    if not cuts:
        return title
    head = title[: cuts[-1].start()].strip()
    return head if len(_tokens(head)) >= len(_tokens(title[cuts[-1].end() :])) else title


def _tokens(text: str) -> set[str]:
    return set(_TOKEN.findall(fold(text)))
