"""When an article was published and last changed: which of a page's dates say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from aggregator.articles._dates import iter_days, parse_instant
from aggregator.articles._head import Head, short_text
from aggregator.articles._jsonld import LinkedArticle
from aggregator.articles._microdata import Microdata
from aggregator.articles._vicinity import Line

if TYPE_CHECKING:
    from lxml.etree import _ElementUnicodeResult

_PUBLISHED_KEYS = (
    *("article:published_time", "og:article:published_time", "article:published"),
    *("datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued"),
    *("dc.date", "dcterms.date", "dc.date.created", "dcterms.created"),
    *("citation_publication_date", "citation_online_date", "citation_date", "pubdate", "date"),
)
_PUBLISHED_KEY = re.compile(r"(?:.*[-_.:])?publi(?:shed?|cation)(?:[-_.]?(?:date|time|on|at))?")
"""The names that sites make up for themselves: "w-published-date", "og:publish_date"."""

_MODIFIED_KEYS = (
    *("article:modified_time", "og:updated_time", "article:modified", "dc.date.modified"),
    *("dcterms.modified", "last-modified", "modified", "updated", "modified-date"),
)
_CHANGE = re.compile(
    r"updat|modif|revis|review|\blast\b|changed|edited|aktualis|geändert|stand\b|mis à jour"
    r"|actualiz|aggiorn|atualiz|bijgewerkt|gewijzigd|uppdater|opdater|oppdater|aktualiz|обновл"
    r"|измен|оновлен|güncel|更新|수정|업데이트|تحديث|تعديل|עודכן|अपडेट|diperbarui|cập nhật|แก้ไข",
    re.IGNORECASE,
)
"""What stands before the date of a change, in the languages of `_months`."""

_PATH_DATE = re.compile(
    r"/(?P<y>(?:19|20)\d\d)(?P<s>[/-]?)(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>0?[1-9]|[12]\d|3[01])(?!\d)"
)
_MAX_LINE_CHARS = 150
"""Dates in longer lines are those of what the article tells."""

_SENTENCE = re.compile(r"[^\W\d_]+(?:\W+\w+){8,}\W*[.!?:]")
"""A line of nine words and a full stop tells something, and its dates are part of that."""

_MAX_LABEL_CHARS = 30
_MAX_MARKED = 300
_MAX_DAYS = 2
"""Three different days beside a headline are those of a list: other articles, or events."""

_MARKED = "@class[contains(., 'publish') or contains(., 'date')]"
_find_times = XPath("descendant::time | following::time")
_find_marked = XPath(f"descendant::*/{_MARKED} | following::*/{_MARKED}")
"""Attributes, of which each knows its element: half the time of asking every element."""

_SAME = timedelta(hours=36)
"""Dates that lie closer are one, seen from two zones."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The instants of an article; None where the page does not tell."""

    published_at: datetime | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """Where machines are told the dates of a page: JSON-LD, microdata, and tags of its head."""

    linked: LinkedArticle
    microdata: Microdata
    head: Head

    def published(self) -> datetime | None:
        """The publication; that of a page which is not called an article does not count."""
        linked = None if self.linked.is_page else self.linked.published
        named = self.head.named
        tags = (self.head.first([key]) for key in _PUBLISHED_KEYS)
        others = (named[key][0] for key in named if _PUBLISHED_KEY.fullmatch(key))
        return _first((linked, *tags, self.microdata.published, *others))

    def modified(self) -> datetime | None:
        """The last change of the article or of the page around it."""
        tags = (self.head.first([key]) for key in _MODIFIED_KEYS)
        return _first((self.linked.modified, *tags, self.microdata.modified))


def choose_dates(
    stated: Stated,
    lines: Sequence[Line],
    *,
    start: HtmlElement,
    language: str | None,
    url: str | None,
) -> Dates:
    """The dates of the article whose headline is `start` and stands between `lines`.

    What is stated for machines comes first, unless readers are shown an earlier day: content
    systems state when they last published anew. Then come the day shown and the one in the
    address. A date of change is that of publication where it is shown beside the headline and
    nothing else is known. Last comes the only date that is marked as one from `start` on.
    """
    shown, changed = _shown(lines, language)
    published = stated.published()
    if published is None or (shown is not None and shown < published - _SAME):
        published = shown or published or _path_day(url) or changed or _lone_day(start, language)
    modified = stated.modified() or changed
    is_later = modified is not None and (published is None or modified > published)
    return Dates(published, modified if is_later else None)


def _first(values: Iterable[str | None]) -> datetime | None:
    """The first instant that one of `values` states."""
    instants = (parse_instant(value) for value in values if value)
    return next((instant for instant in instants if instant), None)


def _shown(lines: Sequence[Line], language: str | None) -> tuple[datetime | None, datetime | None]:
    """The first date of publication in `lines` and the first of a change.

    Those nearest to the headline decide: what stands between it and the first sentence, else what
    follows, else what stands before it.
    """
    groups: tuple[list[datetime], ...] = ([], [], [])
    changed: list[datetime] = []
    label, group = "", 0
    for line in lines:
        is_told = len(line.text) > _MAX_LINE_CHARS or _SENTENCE.fullmatch(line.text)
        group = 2 if line.is_before else max(group, 1 if is_told else 0)
        dates = [] if is_told else list(_dates_of(line, language))
        for before, instant in dates:
            (changed if _CHANGE.search(before or label) else groups[group]).append(instant)
        label = line.text if not dates and len(line.text) <= _MAX_LABEL_CHARS else ""
    published = next(filter(None, groups), [])
    is_list = len({instant.date() for instant in published}) > _MAX_DAYS
    return None if is_list else next(iter(published), None), next(iter(changed), None)


def _dates_of(line: Line, language: str | None) -> Iterator[tuple[str, datetime]]:
    """Each date of `line` with the text that stands before it, up to the date before."""
    exact = [instant for value in line.stated if (instant := parse_instant(value))]
    end = 0
    for day in iter_days(line.text, language):
        same = (instant for instant in exact if abs(instant - day.instant) < _SAME)
        yield line.text[end : day.start].strip(" :|·•-–—"), next(same, day.instant)
        end = day.end
    if exact and not end:
        yield line.text, exact[0]


_BESIDE = ("aside", "a")
"""A date inside of these is that of what the link or the box is about."""


def _lone_day(start: HtmlElement, language: str | None) -> datetime | None:
    """The day that all elements from `start` on name whose tag or class calls them dates.

    What stands before the headline is as often today's.
    """
    days: set[datetime] = set()
    times = cast("list[HtmlElement]", _find_times(start))
    named = cast("list[_ElementUnicodeResult]", _find_marked(start))
    for element in islice(chain(times, (name.getparent() for name in named)), _MAX_MARKED):
        if next(element.iterancestors(*_BESIDE), None) is not None:
            continue
        text = short_text(element)
        if len(text) <= _MAX_LINE_CHARS:
            days.update(day.instant for day in iter_days(text, language))
        if len(days) > 1:
            return None
    return next(iter(days), None)


def _path_day(url: str | None) -> datetime | None:
    """The day in the path of `url`: /2024/05/06/ or /2024-05-06-."""
    match = _PATH_DATE.search(url or "")
    if match is None:
        return None
    try:
        return datetime(int(match["y"]), int(match["m"]), int(match["d"]), tzinfo=UTC)
    except ValueError:
        return None
