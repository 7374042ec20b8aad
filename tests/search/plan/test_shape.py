"""Plans made simpler and wider: what must stay true of them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.plan import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Check,
    Negation,
    Phrase,
    Plan,
    Token,
    holds,
    simplify,
    widen,
)
from aggregator.search.terms import Analyzed, Column, Document

_WORDS = ["a", "ab", "b", "小米", "米", "c++"]
_FACETS = ["all", "tag:x", "by:ann"]
_NOW = datetime(2026, 11, 22, tzinfo=UTC)

_streams = st.lists(st.sampled_from(_WORDS), max_size=5).map(tuple)


@st.composite
def _documents(draw: st.DrawFn) -> tuple[Document, Analyzed]:
    title, headings, lead, body = (draw(_streams) for _ in Column)
    facets = tuple(draw(st.lists(st.sampled_from(_FACETS), unique=True)))
    texts = {column.value: " ".join(draw(_streams)) for column in Column}
    number = draw(_numbers)
    document = Document(
        id=1, **texts, language="en", facets=facets, sort_at=_NOW, read_minutes=1, word_count=number
    )
    return document, Analyzed(1, "en", title, headings, lead, body, facets, _NOW, 1)


_numbers = st.integers(0, 3)
_places = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=2).map(tuple)
_phrases = st.builds(
    Phrase,
    st.lists(_places, min_size=1, max_size=3).map(tuple),
    st.lists(st.sampled_from(list(Column)), max_size=2, unique=True).map(tuple),
    st.booleans(),
)


def _is_long(document: Document) -> bool:
    return document.word_count > 1


def _has_ab(document: Document) -> bool:
    return "ab" in document.title


def _compose(parts: st.SearchStrategy[Plan]) -> st.SearchStrategy[Plan]:
    several = st.lists(parts, max_size=3).map(tuple)
    return parts.map(Negation) | several.map(AllOf) | several.map(AnyOf)


_leaves: st.SearchStrategy[Plan] = (
    _phrases | st.sampled_from(_FACETS).map(Token) | st.sampled_from([EVERYTHING, NOTHING])
)
_free: st.SearchStrategy[Plan] = st.recursive(_leaves, _compose, max_leaves=8)
_checks: st.SearchStrategy[Plan] = st.builds(Check, _free, st.sampled_from([_is_long, _has_ab]))
_plans: st.SearchStrategy[Plan] = st.recursive(_leaves | _checks, _compose, max_leaves=10)


def _parts_of(plan: Plan) -> list[Plan]:
    match plan:
        case AllOf(parts) | AnyOf(parts):
            return [plan, *(one for part in parts for one in _parts_of(part))]
        case Negation(part) | Check(part, _):
            return [plan, *_parts_of(part)]
    return [plan]


@given(_plans, _documents())
def test_a_simple_plan_says_the_same(plan: Plan, pair: tuple[Document, Analyzed]) -> None:
    """Of every document; and what is simple stays as it is."""
    simple = simplify(plan)

    assert holds(simple, *pair) is holds(plan, *pair)
    assert simplify(simple) == simple


@given(_plans)
def test_a_simple_plan_has_no_constants_within(plan: Plan) -> None:
    """Nor the same kind of node in itself, nor a part alone or twice."""
    for one in _parts_of(simplify(plan)):
        if isinstance(one, AllOf | AnyOf) and one not in {EVERYTHING, NOTHING}:
            assert len(set(one.parts)) == len(one.parts) > 1
            assert not any(isinstance(part, type(one)) for part in one.parts)
            assert EVERYTHING not in one.parts
            assert NOTHING not in one.parts
        if isinstance(one, Negation):
            assert not isinstance(one.part, Negation)
            assert one.part not in {EVERYTHING, NOTHING}


@given(_plans, _documents())
def test_a_wider_plan_is_true_of_at_least_as_much(
    plan: Plan, pair: tuple[Document, Analyzed]
) -> None:
    """It has no checks; where it says that it is exact it is true of no more."""
    wide, is_exact = widen(plan)

    assert not any(isinstance(one, Check) for one in _parts_of(wide))
    assert holds(wide, *pair) or not holds(plan, *pair)
    assert not is_exact or holds(wide, *pair) is holds(plan, *pair)
    assert widen(wide) == (wide, True)


@given(_plans, _plans, _documents())
def test_the_laws_of_logic_hold(one: Plan, other: Plan, pair: tuple[Document, Analyzed]) -> None:
    """A plan is true of a document or its negation is, and de Morgan was right."""
    assert holds(Negation(one), *pair) is not holds(one, *pair)
    assert holds(AllOf((one, Negation(one))), *pair) is False
    assert holds(AnyOf((one, Negation(one))), *pair) is True
    assert holds(Negation(AllOf((one, other))), *pair) is holds(
        AnyOf((Negation(one), Negation(other))), *pair
    )


def test_what_is_negated_is_narrowed() -> None:
    """A check that excludes cannot exclude by what it finds too much of."""
    found, other = Token("tag:x"), Token("by:ann")
    check = Check(other, _is_long)

    assert widen(Negation(check)) == (EVERYTHING, False)
    assert widen(Negation(AnyOf((found, check)))) == (Negation(found), False)
    assert widen(AllOf((found, check))) == (AllOf((found, other)), False)
    assert widen(Check(NOTHING, _is_long)) == (NOTHING, True)
    assert widen(Negation(Negation(check))) == (other, False)


def test_a_phrase_stands_in_one_column_and_goes_on_only_at_its_end() -> None:
    """The end of one column and the beginning of the next are no neighbours."""
    document = Document(1, "a b", "", "c", "", "en", (), _NOW, 1, 1)
    analyzed = Analyzed(1, "en", ("a", "bc"), (), ("c",), (), (), _NOW, 1)

    def is_there(*places: str, is_prefix: bool = False) -> bool:
        phrase = Phrase(tuple((place,) for place in places), is_prefix=is_prefix)
        return holds(phrase, document, analyzed)

    assert is_there("a", "bc")
    assert is_there("a", "b", is_prefix=True)
    assert not is_there("a", "b")
    assert not is_there("bc", "c")
    assert not is_there("bc", "a")
    assert not holds(Phrase((("a",),), (Column.LEAD,)), document, analyzed)
