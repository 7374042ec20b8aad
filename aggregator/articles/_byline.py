"""Who wrote an article: which of a page's names say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from aggregator.articles._authors import (
    announces_author,
    clean_byline,
    has_role,
    names_author,
    names_other,
    reads_as_person,
)
from aggregator.articles._dates import iter_days
from aggregator.articles._head import Head
from aggregator.articles._jsonld import LinkedArticle
from aggregator.articles._labels import find_minutes
from aggregator.articles._microdata import Microdata
from aggregator.articles._site import SiteNames
from aggregator.articles._vicinity import Line
from aggregator.text import fold

_AUTHOR_KEYS = (
    *("author", "article:author", "parsely-author", "sailthru.author", "dc.creator"),
    *("dcterms.creator", "byl", "article.author", "og:author", "author_name", "authors"),
    "citation_author",
)
_MARK = re.compile(
    r"(?<![a-z])(?:by-?line|author(?!i[tsz]|ed)|writer|contributor|auteur|autor(?!i)|p-author)"
)
_FULL_NAME = re.compile(
    r"[^\W\d_a-z][^\W\d_]+(?: [^\W\d_a-z](?:\.|[^\W\d_]+\.?))? "
    r"(?:(?:de|da|di|del|der|den|van|von|zu|du|la|le|al|el|bin|ibn) ){0,2}"
    r"[^\W\d_a-z][\w'’-]+"
)
_TOPIC_KEYS = ("article:section", "article:tag", "keywords", "og:title")
_TOPIC_MARK = re.compile(r"categor|topic|\btag|section|breadcrumb|eyebrow|kicker|menu|nav\b|share")
_MAX_NAME_LINE, _MAX_BESIDE = 80, 5
_MAX_NAMES = 20
_MAX_LINE_CHARS = 150
_MAX_GAP = 2
"""How many lines may stand between two authors; behind more stand commenters and teasers."""


def choose_byline(
    linked: LinkedArticle,
    microdata: Microdata,
    head: Head,
    lines: Sequence[Line],
    site: SiteNames,
) -> str | None:
    """The authors of the page, from structured data, tags, or the lines around its headline.

    A person's name is taken before the name of an account or of the site, wherever each is
    stated. Of several that are no persons' the one that is shown is taken.
    """
    byline = None
    for byline in _candidates(linked, microdata, head, lines):
        if _is_person(byline, site):
            return byline
    return byline or _beside_date(lines, head, site) or _joined(linked.publishers) or None


def _candidates(
    linked: LinkedArticle, microdata: Microdata, head: Head, lines: Sequence[Line]
) -> Iterator[str]:
    """The bylines that the page states, those for machines first; none is empty."""
    stated = (linked.authors, *_tagged(head), microdata.authors)
    yield from filter(None, map(_joined, filter(None, stated)))
    if shown := ", ".join(dict.fromkeys(_shown_names(lines))):
        yield shown


def _joined(authors: Iterable[str]) -> str:
    """The names of `authors`, each cleaned and once."""
    names = (clean_byline(author) for _, author in zip(range(_MAX_NAMES), authors, strict=False))
    return ", ".join(dict.fromkeys(name for name in names if name))


def _tagged(head: Head) -> Iterator[Iterable[str]]:
    """What each kind of ``meta`` tag says; Twitter cards say it beside a label of the site's."""
    for key in _AUTHOR_KEYS:
        values = head.named.get(key, ())
        yield [_turned(value) for value in values] if key == "citation_author" else values
    for label, value in (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")):
        if announces_author(head.first([label]) or ""):
            yield head.named.get(value, ())


def _turned(name: str) -> str:
    """The `name` "Lee, Ann", as libraries write it, as "Ann Lee"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else name


def _is_person(byline: str, site: SiteNames) -> bool:
    """Whether `byline` reads as people do: not the site, not the name of an account."""
    first = byline.split(",", maxsplit=1)[0]
    is_account = first.isascii() and (" " not in first or first.islower())
    return not is_account and not site.is_site(first)


def _shown_names(lines: Iterable[Line]) -> Iterator[str]:
    """The names in the first lines that are bylines, and in those that follow them closely."""
    is_announced = False
    gap: int | None = None
    for line in lines:
        gap = None if gap is None else gap + 1
        if gap is not None and gap > _MAX_GAP:
            return
        if announces_author(line.text):
            is_announced = gap is None
            continue
        name = _shown_name(line, is_announced=is_announced, is_more=gap is not None)
        is_announced = False
        if name:
            gap = 0
            yield name


def _shown_name(line: Line, *, is_announced: bool, is_more: bool) -> str | None:
    """The names in `line` if it is a byline; what follows another (`is_more`) must be marked."""
    if len(line.text) > _MAX_LINE_CHARS or names_other(line.text):
        return None
    is_said = is_announced or names_author(line.text)
    if is_said and not is_more:
        name = clean_byline(_untimed(line), is_shown=True)
        return name if name and (reads_as_person(name) or _MARK.search(line.marks)) else None
    if not (is_more and has_role(line.text)) and _MARK.search(line.marks):
        name = clean_byline(_untimed(line), is_shown=True)
        return name if name and reads_as_person(name) else None
    return None


def _beside_date(lines: Sequence[Line], head: Head, site: SiteNames) -> str | None:
    """The full name that stands, without any mark, in the line of a date or next to one."""
    for one, other in pairwise(lines[:_MAX_BESIDE]):
        if one.is_before or other.is_before or not (_has_day(one) or _has_day(other)):
            continue
        for line in (one, other):
            is_short = len(line.text) < _MAX_NAME_LINE
            name = clean_byline(_untimed(line), is_shown=True) if is_short else None
            if name and _FULL_NAME.fullmatch(name) and not _is_topic(name, line, head, site):
                return name
    return None


def _untimed(line: Line) -> str:
    """The text of `line` without a read time."""
    return " ".join(piece for piece in line.pieces if find_minutes(piece) is None)


def _has_day(line: Line) -> bool:
    return next(iter_days(line.text), None) is not None


def _is_topic(name: str, line: Line, head: Head, site: SiteNames) -> bool:
    """Whether `name` names a section or the site, as the page itself or its links say."""
    topics = (head.title or "", *(" ".join(head.named.get(key, ())) for key in _TOPIC_KEYS))
    is_known = fold(name) in fold(" ".join(topics)) or site.is_site(name)
    return is_known or _TOPIC_MARK.search(line.marks) is not None
