"""The words of a term in their order, and how they are followed in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.search.plan import Phrase, Term
from aggregator.search.terms import exact_form, has_exact, stem, tokens_of, words_in

_SIGN = re.compile("[.+#-]")
_REACH_CHARS = 256
"""How far on the next word may end: four times the longest token, nothing follows across more."""


@dataclass(frozen=True, slots=True)
class Step:
    """One word: any whose token is among `tokens`, or begins so; or else a piece of a run.

    A run is text of a script without blanks, of which any part may be meant.
    """

    tokens: tuple[str, ...] = ()
    is_prefix: bool = False
    run: str = ""

    def fits(self, token: str) -> bool:
        """Whether a word that is filed under `token` is meant."""
        return token.startswith(self.tokens) if self.is_prefix else token in self.tokens


@dataclass(frozen=True, slots=True)
class Sought:
    """Steps that follow each other, or a `compound` such as ``c++``, as one term has them.

    `term` is the number of the term; `exact` as in `Term`. Where `is_open`, a compound may go on.
    """

    term: int
    steps: tuple[Step, ...] = ()
    compound: str = ""
    is_open: bool = False
    exact: str = ""

    def end_in(self, text: str, start: int, end: int, language: str) -> int | None:
        """Where it ends in `text`, if its first step stands from `start` to `end`; else None."""
        for number, step in enumerate(self.steps[1:], 2):
            is_last = number == len(self.steps)
            after = _follow(step, text, end, language, is_last=is_last)
            if after is None:
                return None
            end = after
        if self.exact and not has_exact(exact_form(text[start:end]), self.exact):
            return None
        return end


def sought_for(number: int, term: Term) -> Iterator[Sought]:
    """All that stands for term `number` in a text; nothing for an expression."""
    for phrase in term.phrases:
        first = phrase.places[0]
        if len(phrase.places) == 1 and _SIGN.search(first[0]):
            for compound in first:
                yield Sought(number, compound=compound, is_open=phrase.is_prefix)
        elif steps := _steps(term.text, phrase):
            yield Sought(number, steps, exact=term.exact)


def _steps(text: str, phrase: Phrase) -> tuple[Step, ...]:
    """The words of `text`, each with its place of the phrase; () if the two do not agree."""
    words = list(words_in(text))
    steps: list[Step] = []
    at = 0
    for number, word in enumerate(words, 1):
        if at >= len(phrase.places):
            return ()
        if word.is_run:
            # Of a run each pair of letters is a place.
            steps.append(Step(run=word.plain))
            at += len(tokens_of(text[word.start : word.end], ""))
        else:
            is_last = number == len(words)
            steps.append(Step(phrase.places[at], phrase.is_prefix and is_last))
            at += 1
    return tuple(steps)


def _follow(step: Step, text: str, at: int, language: str, *, is_last: bool) -> int | None:
    """Where the next word after `at` ends, if it is this step."""
    near = text[at : at + _REACH_CHARS]
    word = next(iter(words_in(near)), None)
    if word is None or word.is_run != bool(step.run):
        return None
    end = at + word.end
    if not step.run:
        return end if step.fits(stem(near[word.start : word.end], language)) else None
    if word.plain == step.run or not (is_last and word.plain.startswith(step.run)):
        return end if word.plain == step.run else None
    is_same_length = len(word.plain) == word.end - word.start
    return at + word.start + len(step.run) if is_same_length else end
