"""Typed text -> `Query`; there is no input that is an error."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from aggregator.search.query._fields import (
    FIELDS,
    TEXT_FIELDS,
    UnreadableError,
    find_sort,
)
from aggregator.search.query._nodes import (
    And,
    Dates,
    Node,
    Not,
    Number,
    Or,
    Pattern,
    Query,
    Sort,
    TextField,
    Words,
)
from aggregator.search.query._normal import is_empty, normal_form
from aggregator.search.query._patterns import PatternError, check_pattern
from aggregator.search.query._scanner import scan
from aggregator.search.query._signs import clean, has_letter, may_be_prefix
from aggregator.search.query._tokens import Close, Form, Join, Leaf, Negate, Open, Token

MAX_CHARS = 512
MAX_LEAVES = 32
"""Beyond these a query is cut: the cost of a search must not be the asker's choice."""

MIN_PREFIX_CHARS = 3


def parse_query(typed: str, *, today: date | None = None) -> Query:
    """The reading of `typed`, in its normal form; `today` (UTC) is the day for `7d` and the like.

    What cannot be read is looked for as words, and `notes` say so.

    >>> parse_query('xiaomi -"electric car"').node.parts[0]
    Words(text='xiaomi', field=None, is_quoted=False, is_prefix=False)
    """
    notes: list[str] = []
    text = _cut(typed, notes)
    tokens, sort = _take_sorts(scan(text, notes), notes)
    tokens = _settle(tokens, notes)
    node = normal_form(_Parser(tokens, notes, today or datetime.now(tz=UTC).date()).everything())
    if node == And(()) and text and sort is None:
        # Signs alone: to find everything would be no answer.
        node = Or(())
        notes.append("There is no word in it that could be looked for.")
    return Query(text, node, sort, tuple(dict.fromkeys(notes)))


def _cut(typed: str, notes: list[str]) -> str:
    """`typed`, clean and not too long; what is cut is cut between words where there are any."""
    head = clean(typed[: MAX_CHARS + 1])
    if len(typed) <= MAX_CHARS:
        return head.strip()
    notes.append(f"Only the first {MAX_CHARS} characters are read.")
    whole = head.rsplit(maxsplit=1)
    return (whole[0] if len(whole) > 1 else head[:MAX_CHARS]).strip()


def _take_sorts(tokens: list[Token], notes: list[str]) -> tuple[list[Token], Sort | None]:
    """The tokens without the orders among them, and the last order."""
    kept: list[Token] = []
    sorts: list[Sort] = []
    for token in tokens:
        is_negated = bool(kept) and isinstance(kept[-1], Negate)
        if isinstance(token, Leaf) and token.field == "sort" and not is_negated:
            sort = find_sort(token.text)
            if sort:
                sorts.append(sort)
                continue
        kept.append(token)  # of a sort, the parser says what is wrong with it
    if len(sorts) > 1:
        notes.append(f"Of several orders the last counts: sort:{sorts[-1]}.")
    return kept, sorts[-1] if sorts else None


def _settle(tokens: list[Token], notes: list[str]) -> list[Token]:
    """The tokens with every operator between its parts; one without them is a word, or nothing."""
    settled: list[Token] = []
    for at, token in enumerate(tokens):
        if not isinstance(token, (Join, Negate)):
            settled.append(token)
            continue
        last = settled[-1] if settled else None
        if isinstance(token, Join) and isinstance(last, Join):
            settled[-1] = replace(last, is_or=last.is_or or token.is_or)
        elif _has_parts(token, last, tokens, at):
            settled.append(token)
        elif token.word:
            notes.append(f"“{token.word}” has no part to work on; it is looked for as a word.")
            settled.append(Leaf(token.word))
    return settled


def _has_parts(token: Join | Negate, last: Token | None, tokens: list[Token], at: int) -> bool:
    follows = at + 1
    if isinstance(token, Negate):
        return follows < len(tokens) and isinstance(tokens[follows], (Leaf, Open, Negate))
    while follows < len(tokens) and isinstance(tokens[follows], Join):
        follows += 1
    has_next = follows < len(tokens) and isinstance(tokens[follows], (Leaf, Open, Negate))
    return has_next and isinstance(last, (Leaf, Close))


class _Parser:
    """Tokens, a place among them, and how many leaves there were."""

    def __init__(self, tokens: list[Token], notes: list[str], today: date) -> None:
        self.tokens = tokens
        self.notes = notes
        self.today = today
        self.at = 0
        self.leaves = 0

    def everything(self) -> Node:
        """What all tokens mean together."""
        return self._any_of()

    def _peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _any_of(self) -> Node:
        parts = [self._all_of()]
        while isinstance(token := self._peek(), Join) and token.is_or:
            self.at += 1
            parts.append(self._all_of())
        return Or(tuple(parts))

    def _all_of(self) -> Node:
        parts: list[Node] = []
        while (token := self._peek()) is not None and not isinstance(token, Close):
            if isinstance(token, Join):
                if token.is_or:
                    break
                self.at += 1
            else:
                parts.append(self._part())
        return And(tuple(parts))

    def _part(self) -> Node:
        """A leaf or a group with the negations before it; the recursion ends at `MAX_DEPTH`."""
        is_negated = False
        while isinstance(self._peek(), Negate):
            is_negated = not is_negated
            self.at += 1
        token = self._peek()
        self.at += 1
        if isinstance(token, Open):
            node = self._any_of()
            self.at += 1
        else:
            node = self._leaf(token) if isinstance(token, Leaf) else And(())
        return Not(node) if is_negated else node

    def _leaf(self, leaf: Leaf) -> Node:
        is_fact = leaf.field in FIELDS
        if not is_fact and leaf.form is not Form.PATTERN and not has_letter(leaf.text):
            return And(())
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            self.notes.append(f"Only the first {MAX_LEAVES} parts are read.")
            return And(())
        field = TextField(leaf.field) if leaf.field in TEXT_FIELDS else None
        if leaf.form is Form.PATTERN:
            return self._pattern(leaf, field)
        return self._fact(leaf) if is_fact else self._words(leaf, field)

    def _pattern(self, leaf: Leaf, field: TextField | None) -> Node:
        try:
            check_pattern(leaf.text)
        except PatternError as error:
            self.notes.append(f"The pattern /{leaf.text}/ {error}; it is looked for as words.")
            return Words(leaf.text, field)
        return Pattern(leaf.text, field)

    def _fact(self, leaf: Leaf) -> Node:
        if not leaf.text.strip():
            return And(())
        try:
            node = FIELDS[leaf.field](leaf.text, self.today)
        except UnreadableError as error:
            self.notes.append(f"“{leaf.literal}” is looked for as words: {error}.")
            return Words(leaf.literal)
        if leaf.is_prefix:
            self.notes.append(f"{leaf.field}: takes whole words; the asterisk is left out.")
        if isinstance(node, (Dates, Number)) and is_empty(node):
            self.notes.append(f"Nothing is in “{leaf.literal}”: it ends before it begins.")
        return node

    def _words(self, leaf: Leaf, field: TextField | None) -> Node:
        is_quoted = leaf.form is Form.QUOTED
        if leaf.is_prefix and not may_be_prefix(leaf.text, MIN_PREFIX_CHARS):
            self.notes.append(
                f"“{leaf.text}*” is looked for as a word: an asterisk needs"
                f" {MIN_PREFIX_CHARS} characters before it."
            )
        elif "*" in leaf.text and not is_quoted:
            self.notes.append(f"In “{leaf.text}” the asterisk means nothing: only at the end.")
        return Words(leaf.text, field, is_quoted=is_quoted, is_prefix=leaf.is_prefix)
