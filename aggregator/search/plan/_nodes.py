"""A query in the index's own tokens: what FTS5, PostgreSQL and the predicate all work from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.search.terms import Column, Document


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens one after the other in one column; each place has its alternatives, at least one.

    Without `columns` it may stand in any column of text. `is_prefix`: a token at the last place
    need only begin with one of the alternatives there.
    """

    places: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...] = ()
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A facet of the entry, see `terms.facets_of`."""

    token: str


@dataclass(frozen=True, slots=True)
class Check:
    """What no index can answer: `holds` looks at the document; `wide` is true of more, or all."""

    wide: Plan
    holds: Callable[[Document], bool]


@dataclass(frozen=True, slots=True)
class Negation:
    """What `part` is not true of."""

    part: Plan


@dataclass(frozen=True, slots=True)
class AllOf:
    """What all parts are true of; without parts, of everything."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What some part is true of; without parts, of nothing."""

    parts: tuple[Plan, ...]


Plan = Phrase | Token | Check | Negation | AllOf | AnyOf
EVERYTHING = AllOf(())
NOTHING = AnyOf(())
