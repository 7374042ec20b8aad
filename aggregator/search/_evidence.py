"""What an article shows of a query: how often its words stand where, and whether in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from aggregator.search._engine import StoredEntry
from aggregator.search._matching import MAX_TEXT_CHARS, Matchers
from aggregator.search._ranking import MIN_RUN, Evidence, longest_run
from aggregator.search._reading import Reading
from aggregator.search._texts import column_texts
from aggregator.search.plan import Term
from aggregator.search.query import And, Node, Or, Words
from aggregator.search.terms import (
    PORTER_LANGUAGES,
    Column,
    ascii_shape,
    exact_form,
    find_words,
    least_heads,
    plain_words,
    stem,
)


class Examiner:
    """Looks through articles for what one query looks for; `words` are those typed, in order."""

    def __init__(self, reading: Reading) -> None:
        terms = reading.scored
        self._count = len(terms)
        self._single = {at: tokens for at, term in enumerate(terms) if (tokens := _tokens(term))}
        self._others = [at for at in range(len(terms)) if at not in self._single]
        self._matchers = Matchers([terms[at] for at in self._others])
        self._meant: dict[str, dict[str, tuple[int, ...]]] = {}
        self._heads = least_heads(token for tokens in self._single.values() for token in tokens)
        self._columns = [term.columns for term in terms]
        self.words = [
            word for leaf in _leaves(reading.query.node) for word in exact_form(leaf.text).split()
        ]

    def examine(self, entry: StoredEntry) -> Evidence:
        """The evidence of one entry."""
        occurrences: list[dict[Column, int]] = [{} for _ in range(self._count)]
        run = 0
        for column, whole in column_texts(entry).items():
            text = whole[:MAX_TEXT_CHARS]
            for at, count in self._counts(text, column, entry.language).items() if text else ():
                if not self._columns[at] or column in self._columns[at]:
                    occurrences[at][column] = count
            if len(self.words) >= MIN_RUN:
                run = max(run, longest_run(self.words, exact_form(text)))
        return Evidence(entry.id, tuple(occurrences), entry.length, run, entry.sort_at)

    def _counts(self, text: str, column: Column, language: str) -> Counter[int]:
        """How often each term stands in a text."""
        counts: Counter[int] = Counter()
        if self._single:
            meant = self._meant.setdefault(language, {})
            for word in self._likely(text, language):
                terms = meant.get(word)
                if terms is None:
                    terms = meant[word] = self._terms_of(word, language)
                for at in terms:
                    counts[at] += 1
        if self._others:
            matches = self._matchers.of(language).find_all(text, column)
            counts.update(self._others[match.term] for match in matches)
        return counts

    def _likely(self, text: str, language: str) -> Sequence[str]:
        """The words of a text, without most of those that cannot be meant."""
        shape = ascii_shape(text) if language in PORTER_LANGUAGES else None
        if shape is None:
            return plain_words(text)
        return [shape[start:end] for start, end in find_words(shape, self._heads)]

    def _terms_of(self, word: str, language: str) -> tuple[int, ...]:
        token = stem(word, language)
        return tuple(at for at, tokens in self._single.items() if token in tokens)


def _tokens(term: Term) -> frozenset[str]:
    """The tokens any of which is the term, if it is one whole word; else none."""
    places = [place for phrase in term.phrases for place in phrase.places]
    is_word = not term.exact and all(
        len(phrase.places) == 1 and not phrase.is_prefix for phrase in term.phrases
    )
    tokens = frozenset(token for place in places for token in place)
    return tokens if is_word and all(map(str.isalnum, tokens)) else frozenset()


def _leaves(node: Node) -> Iterator[Words]:
    """The words of a query that stand for themselves, in their order."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, Words) and node.field is None and not node.is_prefix:
        yield node
