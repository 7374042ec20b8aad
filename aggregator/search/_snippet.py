"""The section that answers a query, and the few words of it that show why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.model import SectionRef
from aggregator.search._matching import Match, Matcher
from aggregator.text import collapse_whitespace, shorten, strip_unsafe

SNIPPET_CHARS = 200
MARK_START, MARK_END = "\x02", "\x03"
"""Around each match; `strip_unsafe` sees to it that no text brings marks of its own."""

_LEAD_IN_CHARS = 40
"""How much of the text before the first match is shown, if there is so much."""


@dataclass(frozen=True, slots=True)
class Part:
    """The lead (position 0, no heading) or one section of an article."""

    position: int
    heading: str
    text: str


def best_part(parts: Sequence[Part], matcher: Matcher) -> tuple[SectionRef, str]:
    """The part with most of the query's different terms, and its snippet.

    A tie goes to more matches, then to the earlier part; a term in the heading counts like one in
    the text. Without any match it is the first part, and its beginning.
    """
    found: list[tuple[int, int, Part, str, list[Match]]] = []
    for part in parts:
        text = strip_unsafe(collapse_whitespace(part.text))
        matches = matcher.find(text)
        everywhere = [*matches, *matcher.find(part.heading)]
        terms = {match.term for match in everywhere}
        found.append((len(terms), len(everywhere), part, text, matches))
    if not found:
        return SectionRef(0, ""), ""
    _, _, part, text, matches = max(found, key=lambda one: one[:2])
    return SectionRef(part.position, part.heading), make_snippet(text, matches)


def make_snippet(text: str, matches: Sequence[Match]) -> str:
    """At most about `SNIPPET_CHARS` of `text` around its matches, which are marked."""
    if not matches:
        return shorten(text, SNIPPET_CHARS)
    start, end = _window(text, matches)
    pieces, at = [], start
    for match in matches:
        if match.start >= start and match.end <= end:
            marked = MARK_START + text[match.start : match.end] + MARK_END
            pieces += [text[at : match.start], marked]
            at = match.end
    body = "".join([*pieces, text[at:end]]).strip()
    return ("…" if start > 0 else "") + body + ("…" if end < len(text) else "")


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
    shown: Counter[str] = Counter()
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
