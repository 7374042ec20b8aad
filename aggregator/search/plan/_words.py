"""What a query looks for in texts, for ranking and for marking it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.search.plan._nodes import AnyOf, Phrase, Plan
from aggregator.search.plan._patterns import compile_pattern
from aggregator.search.plan._texts import COLUMNS, phrases_of
from aggregator.search.query._nodes import And, Node, Not, Or, Pattern, Saved, Words
from aggregator.search.terms import Column, exact_form, is_stop_word

if TYPE_CHECKING:
    from aggregator.search.query._nodes import Query


@dataclass(frozen=True, slots=True)
class Term:
    """A word, quoted words or a regular expression of which the asker wants to see more.

    Any of `phrases` stands for it; an expression has none, but a `pattern`. `text` is the word as
    it was typed; `exact` the form in which quoted words must stand, "" for others. A stop word says
    nothing of what an article is about.
    """

    text: str
    phrases: tuple[Phrase, ...]
    columns: tuple[Column, ...] = ()
    exact: str = ""
    pattern: str = ""
    is_stop_word: bool = False

    @property
    def is_quoted(self) -> bool:
        """Whether only the very words count, of which `plan` may find more."""
        return bool(self.exact)

    @property
    def plan(self) -> Plan:
        """Where the index finds the term, without a `Check`; nowhere for an expression."""
        return self.phrases[0] if len(self.phrases) == 1 else AnyOf(self.phrases)


def words_of(query: Query, languages: Sequence[str]) -> tuple[Term, ...]:
    """All terms of a query that are wanted, in their order, each once; none that is negated.

    Each word is a term, quoted words are one; words without any letter are none.
    """
    found: dict[Term, None] = {}
    for leaf in _wanted(query.node, is_wanted=True):
        found.update(dict.fromkeys(_terms_of(leaf, languages)))
    return tuple(found)


def _wanted(node: Node, *, is_wanted: bool) -> Iterator[Words | Pattern]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _wanted(part, is_wanted=is_wanted)
        case Not(part):
            yield from _wanted(part, is_wanted=not is_wanted)
        case Words() | Pattern():
            if is_wanted:
                yield node
        case Saved(name):
            if is_wanted:
                yield Words(name)


def _terms_of(leaf: Words | Pattern, languages: Sequence[str]) -> Iterator[Term]:
    columns = COLUMNS[leaf.field]
    if isinstance(leaf, Pattern):
        if compile_pattern(leaf.pattern) is not None:
            yield Term(leaf.pattern, (), columns, pattern=leaf.pattern)
            return
        leaf = Words(leaf.pattern, leaf.field)
    exact = exact_form(leaf.text) if leaf.is_quoted and not leaf.is_prefix else ""
    for text, phrases in phrases_of(leaf, languages):
        is_common = not exact and all(map(_is_common, phrases))
        yield Term(text, phrases, columns, exact, "", is_common)


def _is_common(phrase: Phrase) -> bool:
    return all(any(map(is_stop_word, place)) for place in phrase.places)
