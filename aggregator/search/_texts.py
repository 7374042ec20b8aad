"""The stored entries that one search has looked at, each read once, and what a check sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from time import thread_time

from aggregator.search._engine import Engine, StoredEntry
from aggregator.search.plan import AllOf, Check, Plan, holds, widen
from aggregator.search.terms import Column, Document, analyze

_PER_STEP = 10
MAX_CHECK_CPU_S = 0.5
"""How long one search looks into texts; an expression may cost milliseconds for each."""
_CPU_S_PER_HIT = 0.002
"""Who asks for thousands of hits waits for them."""


class Texts:
    """The entries of one search, read in portions when they are asked for."""

    def __init__(self, engine: Engine, page_end: int = 0) -> None:
        self._engine = engine
        self._known: dict[int, StoredEntry] = {}
        self._end = thread_time() + max(MAX_CHECK_CPU_S, page_end * _CPU_S_PER_HIT)

    def get(self, ids: Sequence[int]) -> list[StoredEntry]:
        """These entries in this order; those that are gone are left out."""
        missing = [one for one in ids if one not in self._known]
        self._known.update((entry.id, entry) for entry in self._engine.entries(missing))
        return [self._known[one] for one in ids if one in self._known]

    def holding(self, plan: Plan, ids: Iterable[int]) -> Iterator[int]:
        """Those of `ids` of which `plan` is true, of which its wider plan is known to be true.

        Ends, with ids left, when the time for looking into texts is used up.
        """
        open_parts = _open_parts(plan)
        rest = iter(ids)
        while thread_time() < self._end and (portion := list(islice(rest, _PER_STEP))):
            for entry in self.get(portion):
                if all(_is_true(part, entry) for part in open_parts):
                    yield entry.id


def column_texts(entry: StoredEntry) -> dict[Column, str]:
    """The text of each column as it is indexed: a headline that repeats the title counts once."""
    titles = dict.fromkeys(title for title in (entry.title, entry.headline) if title)
    return {
        Column.TITLE: "\n".join(titles),
        Column.HEADINGS: "\n".join(part.heading for part in entry.sections),
        Column.LEAD: entry.lead,
        Column.BODY: "\n".join(part.text for part in entry.sections),
    }


def document_from(entry: StoredEntry) -> Document:
    """A stored entry as a document, with the facets under which it was indexed."""
    texts = column_texts(entry)
    return Document(
        id=entry.id,
        title=texts[Column.TITLE],
        headings=texts[Column.HEADINGS],
        lead=texts[Column.LEAD],
        body=texts[Column.BODY],
        language=entry.language,
        facets=entry.facets,
        sort_at=entry.sort_at,
        read_minutes=entry.read_minutes,
        word_count=entry.word_count,
    )


def _open_parts(plan: Plan) -> tuple[Plan, ...]:
    """What the wider plan leaves open of `plan`: the parts that no index has decided."""
    parts = plan.parts if isinstance(plan, AllOf) else (plan,)
    return tuple(part for part in parts if not widen(part)[1])


def _is_true(part: Plan, entry: StoredEntry) -> bool:
    document = document_from(entry)
    # Where the check is all there is to it, the wider plan has been answered by the index.
    if isinstance(part, Check):
        return part.holds(document)
    return holds(part, document, analyze(document))
