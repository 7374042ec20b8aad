r"""A document as a tsvector literal: its tokens with their places and weights, and its facets.

PostgreSQL keeps at most 255 places of a lexeme, none above 16,383, and a megabyte in all (its
manual, "Limitations" of text search). A document that has more keeps every word, but not every
place: it is long, and what a query asks of places is answered from its stream, the tokens again as
plain text. Facets begin with a colon, which no token of text does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.search.postgresql._spans import OWN, span_lexemes

if TYPE_CHECKING:
    from aggregator.search.terms import Analyzed

FACET = ":"
"""Before each facet, so that neither a word nor its beginning ever means one."""
LONG = f"{OWN}long"
"""The lexeme of documents that have lost places."""

IN_TITLE, IN_HEADING = f"{OWN}A:", f"{OWN}B:"
"""Before the words of titles and of headings, where they stand as lexemes of their own."""

_MAX_PLACE = 16_383
_MAX_PLACES = 255
_MAX_BYTES = 1_000_000  # of 1,048,575: what is counted here leaves out nothing but padding
_SMALL = 2_000  # so many tokens of at most 64 characters fit, whatever they are
_MAX_TITLED_BYTES = 300_000  # some 25,000 different words; the text has its share of the megabyte
_WEIGHTS = ("A", "B", "C", "")  # D is what a place has that names no weight


@dataclass(frozen=True, slots=True)
class Vector:
    """The literal of a document; `stream` is None but for a long one.

    A stream has a line for each column, title, headings, lead and body, and one for the facets:
    tokens in their order with a blank between them.
    """

    literal: str
    stream: str | None


def vector_of(analyzed: Analyzed) -> Vector:
    """The tsvector literal of a document, in time linear in its tokens."""
    columns = (analyzed.title, analyzed.headings, analyzed.lead, analyzed.body)
    facets = [*(f"{FACET}{facet}" for facet in analyzed.facets), *span_lexemes(analyzed.id)]
    facets += _titled(analyzed)
    places, is_long = _places(columns)
    if analyzed.length > _SMALL:
        is_long = _fit(places, facets) or is_long
    if not is_long:
        return Vector(_literal(places, facets), None)
    lines = (*columns, analyzed.facets)
    return Vector(_literal(places, [*facets, LONG]), "\n".join(" ".join(line) for line in lines))


def quoted(lexeme: str) -> str:
    r"""The lexeme as it stands in a tsvector or a tsquery.

    >>> print(quoted("it's"), quoted("a\\b"))
    'it''s' 'a\\b'
    """
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _titled(analyzed: Analyzed) -> list[str]:
    """The words of titles and headings once more, so that nobody need ask where they stand."""
    found, left = list[str](), _MAX_TITLED_BYTES
    for mark, tokens in ((IN_TITLE, analyzed.title), (IN_HEADING, analyzed.headings)):
        for token in dict.fromkeys(tokens):
            left -= len(mark) + len(token.encode())
            if left < 0:
                return found
            found.append(f"{mark}{token}")
    return found


def _places(columns: Iterable[tuple[str, ...]]) -> tuple[dict[str, list[str]], bool]:
    """The places of each token as they are written, and whether some could not be kept.

    Between two columns one place is left out, so that no phrase crosses from one to the other.
    """
    places: dict[str, list[str]] = {}
    start = 1
    for tokens, weight in zip(columns, _WEIGHTS, strict=True):
        whole = min(len(tokens), max(_MAX_PLACE + 1 - start, 0))
        for place, token in enumerate(tokens[:whole], start):
            places.setdefault(token, []).append(f"{place}{weight}")
        for token in tokens[whole:]:
            places.setdefault(token, [])
        start += len(tokens) + 1 if tokens else 0
    places.pop("", None)  # no lexeme is empty
    is_long = start - 2 > _MAX_PLACE
    most = max(map(len, places.values()), default=0)
    if most > _MAX_PLACES:
        for kept in places.values():
            del kept[_MAX_PLACES:]
    return places, is_long or most > _MAX_PLACES


def _fit(places: dict[str, list[str]], facets: list[str]) -> bool:
    """Whether something had to go to stay below a megabyte: all places, then the last new words.

    Only a text of more than a megabyte of different words, which no language has, loses words.
    """
    size = sum(len(token.encode()) + 3 + 2 * len(kept) for token, kept in places.items())
    size += sum(len(facet.encode()) for facet in facets)
    if size <= _MAX_BYTES:
        return False
    for token, kept in places.items():
        size -= 3 + 2 * len(kept)
        places[token] = []
    while places and size > _MAX_BYTES:
        size -= len(places.popitem()[0].encode())
    return True


def _literal(places: dict[str, list[str]], facets: list[str]) -> str:
    words, others = [], list(map(quoted, facets))
    for token, kept in places.items():
        # Only two signs need more than quotes, and no analysis lets them through.
        word = f"'{token}'" if "'" not in token and "\\" not in token else quoted(token)
        words.append(f"{word}:{','.join(kept)}" if kept else word)
    return " ".join([*words, *others])
