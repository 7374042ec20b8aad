"""The section that answers a query, and the few words of it that show why."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from aggregator.model import SectionRef
from aggregator.search._matching import MAX_TEXT_CHARS, Match, Matcher
from aggregator.search.terms import Column
from aggregator.text import collapse_whitespace, shorten, strip_unsafe

SNIPPET_CHARS = 200
MARK_START, MARK_END = "\x02", "\x03"
"""Around each match; `strip_unsafe` sees to it that no text brings marks of its own."""

_LEAST_CHARS = 200
"""Of each of very many parts so much is looked through."""

_LEAD_IN_CHARS = 40
"""How much of the text before the first match is shown, if there is so much."""


@dataclass(frozen=True, slots=True)
class Part:
    """The lead (position 0, no heading) or one section of an article."""

    position: int
    heading: str
    text: str

    @property
    def column(self) -> Column:
        """The column of the index in which the text stands."""
        return Column.BODY if self.position else Column.LEAD


def best_part(parts: Sequence[Part], matcher: Matcher) -> tuple[SectionRef, str]:
    """The part with most of the query's different terms, and its snippet.

    A tie goes to more matches, then to the earlier part; a term in the heading counts like one in
    the text. Without any match it is the first part, and its beginning.
    """
    if not parts:
        return SectionRef(0, ""), ""
    told = _told(parts, matcher)
    best = max(range(len(parts)), key=lambda at: (len(told[at]), told[at].total(), -at))
    part = parts[best]
    text = strip_unsafe(collapse_whitespace(part.text[:MAX_TEXT_CHARS]))
    snippet = make_snippet(text, matcher.find(text, part.column))
    heading = strip_unsafe(collapse_whitespace(part.heading))
    return SectionRef(part.position, heading), snippet


def _told(parts: Sequence[Part], matcher: Matcher) -> list[Counter[int]]:
    """How often each term stands in each part: all texts are looked through as one."""
    most = max(_LEAST_CHARS, MAX_TEXT_CHARS // len(parts) - _LEAST_CHARS)
    pieces = [text[:most] for part in parts for text in (part.heading[:_LEAST_CHARS], part.text)]
    starts = list(accumulate((len(piece) + 1 for piece in pieces), initial=0))
    told: list[Counter[int]] = [Counter() for _ in parts]
    for start, end, term in matcher.places("\n".join(pieces)):
        at = bisect_right(starts, start) - 1
        column = parts[at // 2].column if at % 2 else Column.HEADINGS
        if end < starts[at + 1] and matcher.may_stand(term, column):
            told[at // 2][term] += 1
    return told


def mark(text: str, matches: Sequence[Match]) -> str:
    """All of `text`, which is safe, with its matches marked."""
    return _marked(text, matches, 0, len(text))


def marked_title(title: str, matcher: Matcher) -> str:
    """A title in one line that is safe to show, with the matches in it marked."""
    text = strip_unsafe(collapse_whitespace(title)).strip()
    return mark(text, matcher.find(text, Column.TITLE))


def make_snippet(text: str, matches: Sequence[Match]) -> str:
    """At most about `SNIPPET_CHARS` of `text` around its matches, which are marked."""
    if not matches:
        return shorten(text, SNIPPET_CHARS)
    start, end = _window(text, matches)
    body = _marked(text, matches, start, end).strip()
    return ("…" if start > 0 else "") + body + ("…" if end < len(text) else "")


def _marked(text: str, matches: Sequence[Match], start: int, end: int) -> str:
    pieces, at = [], start
    for match in matches:
        if match.start >= start and match.end <= end:
            pieces += [text[at : match.start], MARK_START, text[match.start : match.end], MARK_END]
            at = match.end
    return "".join([*pieces, text[at:end]])


def _window(text: str, matches: Sequence[Match]) -> tuple[int, int]:
    """Where the snippet begins and ends: around the matches that show most different terms."""
    first = _first_shown(matches)
    start = max(0, first.start - _LEAD_IN_CHARS)
    if start:
        start = _word_start(text, start, first.start)
    end = min(len(text), max(first.end, start + SNIPPET_CHARS))
    if end < len(text):
        end = _word_end(text, end, first.end)
    return start, end


def _first_shown(matches: Sequence[Match]) -> Match:
    """The match from which on a snippet's length shows most different terms, in one pass."""
    best, most, end = matches[0], 0, 0
    shown: Counter[int] = Counter()
    for first in matches:
        limit = first.start + SNIPPET_CHARS - _LEAD_IN_CHARS
        while end < len(matches) and matches[end].end <= limit:
            shown[matches[end].term] += 1
            end += 1
        if len(shown) > most:
            best, most = first, len(shown)
        shown[first.term] -= 1
        if not shown[first.term]:
            del shown[first.term]
    return best


def _word_start(text: str, at: int, latest: int) -> int:
    blank = text.find(" ", at, latest)
    return blank + 1 if blank >= 0 else at


def _word_end(text: str, at: int, earliest: int) -> int:
    blank = text.rfind(" ", earliest, at + 1)
    return blank if blank >= 0 else at
