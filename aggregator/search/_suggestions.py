"""Queries that find something, for who found nothing: words spelt otherwise, or fewer of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from aggregator.model import Suggestion
from aggregator.search._choosing import MOST_CHECKED
from aggregator.search._engine import Engine, Found
from aggregator.search._matching import Matcher
from aggregator.search._texts import Texts, column_texts
from aggregator.search.plan import (
    Context,
    Phrase,
    Plan,
    Term,
    compile_query,
    simplify,
    widen,
    words_of,
)
from aggregator.search.query import And, Node, Not, Or, Query, Words, normal_form, write_query

MOST = 3
"""How many suggestions there are; more would be a list to search in."""
_SHORT, _LONG = 3, 6
"""Words below `_SHORT` letters have too many neighbours; from `_LONG` on two slips are likely."""
_TRIED = 40
"""How many tokens that look alike are looked at."""
_READ = 5
"""In how many articles is looked for how a word is written."""
_VOCABULARY = 50_000
_MOST_SPELT, _MOST_FEWER = 8, 8
"""How many words are looked up in the vocabulary, and how many parts are left out in turn."""


def suggest(engine: Engine, query: Query, context: Context) -> list[Suggestion]:
    """The best suggestions for a query whose saved searches were resolved before.

    First the query with unknown words in the archive's own spelling, then it without one of its
    parts: each finds something, and each is a text that can be typed.
    """
    texts = Texts(engine)
    spelt = _respell(engine, query, context)
    found = [_suggestion(engine, texts, one, context, "spelling") for one in [spelt] if one]
    fewer = islice(_fewer(spelt or query), _MOST_FEWER)
    found += [_suggestion(engine, texts, one, context, "relaxed") for one in fewer]
    useful = [one for one in found if one.total]
    ordered = sorted(useful, key=lambda one: (one.kind != "spelling", one.total))
    return list({one.query: one for one in ordered}.values())[:MOST]


def _suggestion(
    engine: Engine, texts: Texts, query: Query, context: Context, kind: str
) -> Suggestion:
    found, is_exact = _find(engine, query, context)
    total, has_more = len(found.ids), found.has_more
    if total and not is_exact:
        plan = _plan_of(query, context)
        held = sum(1 for _ in texts.holding(plan, found.ids[:MOST_CHECKED]))
        total, has_more = held, has_more or total > MOST_CHECKED
    return Suggestion(write_query(query.node), kind, total, has_more)


def _find(engine: Engine, query: Query, context: Context) -> tuple[Found, bool]:
    wide, is_exact = widen(_plan_of(query, context))
    return engine.find(simplify(wide), MOST_CHECKED), is_exact


def _plan_of(query: Query, context: Context) -> Plan:
    return simplify(compile_query(query, context))


def _fewer(query: Query) -> Iterator[Query]:
    """The query without one of its parts, each in turn; excluded things are left out first."""
    if not isinstance(query.node, And):
        return
    parts = query.node.parts
    for part in sorted(parts, key=lambda one: not isinstance(one, Not)):
        rest = And(tuple(other for other in parts if other is not part))
        if words_of(replace(query, node=rest), ()) or not words_of(query, ()):
            yield replace(query, node=normal_form(rest))


def _respell(engine: Engine, query: Query, context: Context) -> Query | None:
    """The query with each word that no article has as the archive spells it; None if none is."""
    instead = {}
    for leaf in islice(_leaves(query.node), _MOST_SPELT):
        spelt = _spelling(engine, leaf, query, context)
        if spelt:
            instead[leaf] = replace(leaf, text=spelt)
    return replace(query, node=_exchange(query.node, instead)) if instead else None


def _spelling(engine: Engine, leaf: Words, query: Query, context: Context) -> str | None:
    anywhere = replace(query, node=replace(leaf, field=None))
    terms = words_of(anywhere, context.languages)
    words = leaf.text.split()
    if not terms or engine.find(simplify(widen(_plan_of(anywhere, context))[0]), 1).ids:
        return None
    if len(words) == 1:
        return _nearest(engine, words[0], terms[0])
    spelt = [_spelling(engine, replace(leaf, text=one), query, context) for one in words]
    if not any(spelt):
        return None
    return " ".join(new or old for new, old in zip(spelt, words, strict=True))


def _nearest(engine: Engine, word: str, term: Term) -> str | None:
    """The word of the archive that is most like an unknown one: few slips, then many articles."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only for who found nothing

    places = [place for phrase in term.phrases for place in phrase.places]
    token = max((token for place in places for token in place), key=len, default="")
    if len(token) < _SHORT or len(places) != 1:
        return None
    most = 1 if len(token) < _LONG else 2
    known = _vocabulary(engine, token)
    near = [
        (OSA.distance(token, other, score_cutoff=most), -count, other)
        for other, count in known
        if abs(len(other) - len(token)) <= most
    ]
    for slips, _, other in sorted(one for one in near if one[0] <= most)[:_TRIED]:
        written = _as_written(engine, other, word) if slips else None
        if written and written != word:
            return written
    return None


def _vocabulary(engine: Engine, token: str) -> Sequence[tuple[str, int]]:
    """Tokens that may be meant: most slips come after the first letter."""
    same = engine.words_like(token[:1], _VOCABULARY)
    return same if len(token) < _LONG else [*same, *engine.words_like(token[1:3], _VOCABULARY)]


def _as_written(engine: Engine, token: str, word: str) -> str | None:
    """The word most like `word` that articles have for a token, since tokens are stems."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only for who found nothing

    phrase = Phrase(((token,),))
    term = Term(token, (phrase,))
    forms: dict[str, None] = {}
    for entry in Texts(engine).get(engine.find(phrase, _READ).ids):
        matcher = Matcher((term,), entry.language)
        for text in column_texts(entry).values():
            forms |= {text[one.start : one.end].casefold(): None for one in matcher.find(text)}
    return min(forms, key=lambda form: OSA.distance(form, word.casefold()), default=None)


def _leaves(node: Node) -> Iterator[Words]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, Words) and not node.is_prefix:
        yield node


def _exchange(node: Node, instead: dict[Words, Words]) -> Node:
    if isinstance(node, And | Or):
        return type(node)(tuple(_exchange(part, instead) for part in node.parts))
    return instead.get(node, node) if isinstance(node, Words) else node
