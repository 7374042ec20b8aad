"""Where in a text the terms of a query stand, found the way the index finds them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, islice

from aggregator.search._sequences import Sought, sought_for
from aggregator.search.plan import Term, compile_pattern
from aggregator.search.terms import (
    PORTER_LANGUAGES,
    Column,
    ascii_shape,
    ascii_words,
    exact_form,
    find_words,
    has_exact,
    least_heads,
    stem,
    words_in,
)
from aggregator.text import IDEOGRAPHS, MARKS, UNSPACED

# What readers do not see: soft hyphens, joiners, variation selectors. They part no word.
_UNSEEN = "\xad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff"
_WORD_LETTER = rf"[^\W_{IDEOGRAPHS}{UNSPACED}]"
_WORD_MARK = f"(?![{UNSPACED}])[{MARKS}]"
# Vowels that are half a mark, and the voicing of Kana.
_ATTACHED = "\u0e33\u0eb3\u3099\u309a\uff9e\uff9f"
# Most texts have signs like these and are ASCII otherwise, which is ten times as fast.
_SIGNS = "’‘“”„–—‑\xa0…•·«»→×®™★"
_ASCII_WORD = re.compile("[0-9A-Za-z]+")
_ASCII_LETTER = re.compile("[0-9A-Za-z]")
# Runs in which a letter is not the character that the index has: half widths, vowels in two parts.
_RESHAPED = re.compile(
    f"[{_UNSEEN}\u0e33\u0eb3\u1100-\u11ff\u3099\u309a\uf900-\ufaff\uff61-\uffef]"
)

_KEEP_HEAD = frozenset(("", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr")) | frozenset(
    ("hu", "it", "nb", "nn", "no", "pl", "pt", "ro", "ru", "sv", "tr")
)
"""Languages whose stems begin with the first letter of their words, but for diacritics."""

_FEW_FORMS = 8
"""Up to so many written words are looked for one by one, more in one pass over all words."""

_MAX_STEPS = 20_000
"""How often in one text a phrase is followed to its next word; what begins later is not found."""

MAX_TEXT_CHARS, MAX_MATCHES = 100_000, 2_000
"""Of a longer text only the beginning is looked through, and marks beyond so many tell no more."""

MAX_MATCH_CHARS = 100
"""Of a longer match only the beginning is marked: a snippet must stay one."""


# Compiled when they are needed: all ideographs cost a search of English words a few milliseconds.
@cache
def _word() -> re.Pattern[str]:
    return re.compile(rf"{_WORD_LETTER}(?:{_WORD_LETTER}|{_WORD_MARK}|[{_UNSEEN}])*")


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(rf"{_WORD_LETTER}|{_WORD_MARK}")


@cache
def _beyond(*, is_whole: bool) -> re.Pattern[str]:
    """What must not come after a run: a mark, which would make its last letter another, or more."""
    return re.compile(_WORD_MARK if is_whole else f"[{IDEOGRAPHS}{UNSPACED}{MARKS}]")


@cache
def _written() -> re.Pattern[str]:
    """A character of a run with all that belongs to it."""
    return re.compile(f"[^\0](?:{_WORD_MARK}|[{_UNSEEN}{_ATTACHED}])*")


@dataclass(frozen=True, slots=True)
class Match:
    """A piece of text that answers a query: `start` to `end`; `term` is the number of its term."""

    start: int
    end: int
    term: int


class Matcher:
    """Finds the terms of one query in any number of texts of one language.

    Stop words are passed over where the query has other terms.
    """

    def __init__(self, terms: Sequence[Term], language: str = "") -> None:
        numbered = list(enumerate(terms))
        telling = [(at, term) for at, term in numbered if not term.is_stop_word] or numbered
        self._terms = terms
        self._language = language
        sought = [one for at, term in telling for one in sought_for(at, term)]
        self._compounds = [one for one in sought if one.compound]
        self._runs = [one for one in sought if one.steps and one.steps[0].run]
        self._words = [one for one in sought if one.steps and not one.steps[0].run]
        self._expressions = [
            (at, expression)
            for at, term in telling
            if term.pattern and (expression := compile_pattern(term.pattern)) is not None
        ]
        # A letter that tells nothing of its own has the head "".
        self._heads = {token[:1] for one in self._words for token in one.steps[0].tokens} | {""}
        self._least_heads = least_heads(t for one in self._words for t in one.steps[0].tokens)
        self._seen: set[str] = set()
        self._begun: dict[str, list[Sought]] = {}

    def may_stand(self, term: int, column: Column) -> bool:
        """Whether a term is looked for in a column."""
        return column in (self._terms[term].columns or (column,))

    def find(self, text: str, column: Column | None = None) -> list[Match]:
        """All matches in `text`, in order, none overlapping another: what can be marked.

        With a `column` only those of terms that may stand there.
        """
        apart: list[Match] = []
        for match in self.find_all(text, column):
            if not apart or match.start >= apart[-1].end:
                apart.append(match)
        return apart

    def find_all(self, text: str, column: Column | None = None) -> list[Match]:
        """The same with those that overlap: what can be counted, term by term."""
        found = {
            Match(start, min(end, start + MAX_MATCH_CHARS), term)
            for start, end, term in self.places(text)
            if column is None or self.may_stand(term, column)
        }
        return sorted(found, key=lambda match: (match.start, -match.end, match.term))

    def places(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Start, end and term of all matches, in no order: what costs least, for counting."""
        return islice(self._places(text[:MAX_TEXT_CHARS]), MAX_MATCHES)

    def _places(self, text: str) -> Iterator[tuple[int, int, int]]:
        if self._words:
            yield from self._find_words(text)
        for one in self._runs:
            found = _find_run(text, one.steps[0].run, is_whole=len(one.steps) == 1)
            yield from self._follow(text, ((*place, one) for place in found))
        for one in self._compounds:
            for start in _find_compound(text, one):
                yield start, start + len(one.compound), one.term
        for term, expression in self._expressions:
            for start, end in expression.places(text):
                yield start, end, term

    def _find_words(self, text: str) -> Iterator[tuple[int, int, int]]:
        shape = ascii_shape(text) if self._language in PORTER_LANGUAGES else None
        if shape is not None:
            yield from self._find_in_shape(shape)
            return
        source = _without_signs(text)
        if source.isascii():
            source, written = source.lower(), set(ascii_words(source))
        else:
            written = set(_word().findall(source))
        self._learn(written - self._seen)
        begun = self._begun
        found = _stand(source, written & begun.keys())
        yield from self._follow(
            source, ((*place, one) for place in found for one in begun[source[slice(*place)]])
        )

    def _find_in_shape(self, shape: str) -> Iterator[tuple[int, int, int]]:
        places = list(find_words(shape, self._least_heads))
        self._learn({shape[slice(*place)] for place in places} - self._seen)
        known = ((place, self._begun.get(shape[slice(*place)], ())) for place in places)
        yield from self._follow(shape, ((*place, one) for place, begun in known for one in begun))

    def _follow(
        self, text: str, begun: Iterable[tuple[int, int, Sought]]
    ) -> Iterator[tuple[int, int, int]]:
        """What goes on as it has begun; where it is exact, only in a text that has it at all."""
        steps = 0
        is_there: dict[str, bool] = {}
        for start, end, one in begun:
            if one.exact:
                if one.exact not in is_there:
                    is_there[one.exact] = has_exact(exact_form(text), one.exact)
                if not is_there[one.exact]:
                    continue
            steps += len(one.steps) - 1
            if steps > _MAX_STEPS:
                continue
            after = one.end_in(text, start, end, self._language)
            if after is not None:
                yield start, after, one.term

    def _learn(self, forms: set[str]) -> None:
        """Find out what may begin with these written words; in most cases nothing does."""
        self._seen |= forms
        if self._language in _KEEP_HEAD:
            heads = self._heads
            forms = {form for form in forms if _head(form[0]) in heads}
        for form in forms:
            token = stem(form, self._language)
            if begun := [one for one in self._words if one.steps[0].fits(token)]:
                self._begun[form] = begun


class Matchers:
    """The matchers of one query for texts of any language."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self._made: dict[str, Matcher] = {}

    def of(self, language: str) -> Matcher:
        """The matcher for texts in `language`."""
        if language not in self._made:
            self._made[language] = Matcher(self._terms, language)
        return self._made[language]


def _without_signs(text: str) -> str:
    """The text with a blank for each common sign; no other character moves."""
    if not text.isascii():
        for sign in _SIGNS:
            text = text.replace(sign, " ")
    return text


def _stand(source: str, forms: set[str]) -> Iterator[tuple[int, int]]:
    """Where in `source` one of `forms` is a whole word."""
    if len(forms) > _FEW_FORMS:
        words = (_ASCII_WORD if source.isascii() else _word()).finditer(source)
        yield from (word.span() for word in words if word.group() in forms)
        return
    for form in forms:
        for start in _find_apart(source, form):
            yield start, start + len(form)


def _find_apart(text: str, wanted: str) -> Iterator[int]:
    """Where `wanted` stands with no letter beside it that would make it another word."""
    letter = _ASCII_LETTER if text.isascii() else _letter()
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not (letter.match(text, end) or (at and letter.match(text, at - 1))):
            yield at
        at = text.find(wanted, end)


def _find_compound(text: str, sought: Sought) -> Iterator[int]:
    """Where a compound stands, a version also after its v."""
    lower, compound = text.lower(), sought.compound
    if len(lower) != len(text):  # few letters change their number, and compounds have none of them
        lower = text
    letter = _ASCII_LETTER if lower.isascii() else _letter()
    at = lower.find(compound)
    while at >= 0:
        end = at + len(compound)
        begin = at - 1 if compound[0].isdigit() and lower[at - 1 : at] == "v" else at
        is_begun = begin > 0 and letter.match(lower, begin - 1)
        if not is_begun and (sought.is_open or not letter.match(lower, end)):
            yield at
        at = lower.find(compound, end)


def _find_run(text: str, run: str, *, is_whole: bool) -> Iterator[tuple[int, int]]:
    """Where `run` stands; if it is not all that is sought, only at the ends of runs."""
    if _RESHAPED.search(text):
        yield from _find_reshaped(text, run, is_whole=is_whole)
        return
    yield from _find_as_it_is(text, run, is_whole=is_whole)


def _find_as_it_is(text: str, run: str, *, is_whole: bool) -> Iterator[tuple[int, int]]:
    beyond = _beyond(is_whole=is_whole)
    at = text.find(run)
    while at >= 0:
        end = at + len(run)
        if not beyond.match(text, end):
            yield at, end
        at = text.find(run, end)


def _find_reshaped(text: str, run: str, *, is_whole: bool) -> Iterator[tuple[int, int]]:
    """The same where the index has other characters than the text, word by word."""
    for word in words_in(text):
        if not word.is_run or run not in word.plain:
            continue
        written = _written().findall(text, word.start, word.end)
        plain = [_plain(one) for one in written]
        if "".join(plain) != word.plain:
            yield word.start, word.end
            continue
        # Where each written character begins, here and in the index's form.
        begins = list(accumulate(map(len, written), initial=word.start))
        plain_begins = list(accumulate(map(len, plain), initial=0))
        for start, end in _find_as_it_is(word.plain, run, is_whole=is_whole):
            first = bisect_right(plain_begins, start) - 1
            yield begins[first], begins[bisect_left(plain_begins, end)]


@lru_cache(maxsize=20_000)
def _plain(written: str) -> str:
    return exact_form(written)[1:-1]


@lru_cache(maxsize=20_000)
def _head(letter: str) -> str:
    """The first letter of a word as its token has it, "" if that cannot be told from it alone."""
    return exact_form(letter).strip()[:1]
