"""Queries as plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search._values import FeedNames
from aggregator.search.plan import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Check,
    Context,
    Negation,
    Phrase,
    Plan,
    Token,
    compile_query,
    simplify,
)
from aggregator.search.query import (
    And,
    Dates,
    Node,
    Not,
    Number,
    Or,
    Pattern,
    Query,
    Saved,
    TextField,
    Words,
    parse_query,
)
from aggregator.search.terms import Column


def _feed(number: int, **fields: object) -> FeedNames:
    known: dict[str, object] = {
        "ids": (number,),
        "url": f"https://example.net/{number}",
        "name": None,
        "title": None,
        "site_url": None,
        "tags": (),
    }
    return FeedNames(id=number, **known | fields)  # type: ignore[arg-type]


_FEEDS = (
    _feed(1, ids=(1, 5), name="Space news", site_url="https://www.space.example/", tags=("Sky",)),
    _feed(2, title="News of the day", site_url="http://blog.space.example:80/x", tags=("sky",)),
    _feed(3, url="https://news.example.net/Space.xml", site_url="not a site [", tags=("sky blue",)),
    _feed(31, title="空の新聞"),
)


def _plan(typed: str, *languages: str) -> Plan:
    return simplify(compile_query(parse_query(typed), Context(languages, _FEEDS)))


def _compiled(node: Node) -> Plan:
    return compile_query(Query("", node), Context())


def _word(token: str, *columns: Column) -> Phrase:
    return Phrase(((token,),), columns)


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("feed:2", {2}),
        ("feed:5", {1, 5}),
        ("feed:space", {1, 5, 3}),
        ('feed:"news space"', {1, 5}),
        ("feed:news", {1, 5, 2, 3}),
        ("feed:new", {3}),
        ("feed:SPACE.XML", {3}),
        ("feed:新聞", {31}),
        ("feed:nothing", set()),
    ],
)
def test_feeds_are_meant_by_number_name_or_address(typed: str, ids: set[int]) -> None:
    """All words of a name, any part of the address; and what was merged into a feed is its own."""
    meant = _plan(typed)

    assert _facets(meant) == {f"feed:{number}" for number in ids}


@pytest.mark.parametrize(
    ("typed", "facets"),
    [
        ("tag:sky", {"tag:sky", "feed:1", "feed:5", "feed:2"}),
        ("#SKY", {"tag:sky", "feed:1", "feed:5", "feed:2"}),
        ('tag:"Sky Blue"', {"tag:sky_blue", "feed:3"}),
        ("site:space.example", {"site:space.example", "feed:1", "feed:5", "feed:2"}),
        ("site:blog.space.example", {"site:blog.space.example", "feed:2"}),
        ("site:ace.example", {"site:ace.example"}),
    ],
)
def test_a_tag_or_site_is_the_entry_s_or_the_feed_s(typed: str, facets: set[str]) -> None:
    """Whoever gave it, the publisher or the operator."""
    assert _facets(_plan(typed)) == facets


def _facets(plan: Plan) -> set[str]:
    parts = plan.parts if isinstance(plan, AnyOf) else (plan,)
    return {part.token for part in parts if isinstance(part, Token)}


def test_very_many_feeds_are_looked_up_instead_of_listed() -> None:
    """An expression with ten thousand parts is more than a database takes."""
    feeds = [_feed(number, title="daily") for number in range(1, 10_001)]

    plan = simplify(compile_query(parse_query("feed:daily"), Context((), feeds)))

    assert isinstance(plan, Check)
    assert plan.wide == EVERYTHING


def test_words_are_phrases_in_the_columns_of_their_field() -> None:
    """With the stems of all languages; a phrase of the body stands in one of its columns."""
    assert _plan("Häuser", "de", "en") == Phrase((("haus", "hauser"),))
    assert _plan("title:red") == _word("red", Column.TITLE)
    assert _plan("heading:red") == _word("red", Column.HEADINGS)
    assert _plan("body:red") == _word("red", Column.LEAD, Column.BODY)
    assert _plan("foo-bar") == Phrase((("foo",), ("bar",)))
    assert _compiled(Words("red toyo", is_prefix=True)) == AllOf(
        (AnyOf((_word("red"),)), AnyOf((Phrase((("toyo",),), is_prefix=True),)))
    )


@pytest.mark.parametrize("typed", ['"C++"', '"3.11"', '"小米手机"', '"2026"', '"example.com"'])
def test_what_tokens_say_exactly_needs_no_text(typed: str) -> None:
    """Such quoted words cost no more than others."""
    assert isinstance(_plan(typed, "en"), Phrase)


def test_other_quoted_words_are_checked_in_the_text() -> None:
    """Their stems find more than the very words."""
    plan = _plan('"red cars"', "en")

    assert isinstance(plan, Check)
    assert plan.wide == Phrase((("red",), ("car",)))


def test_the_logic_is_the_query_s_own() -> None:
    """Node for node; and what has no bounds bounds nothing."""
    red, blue = _word("red"), _word("blue")

    assert _plan("red OR -blue") == AnyOf((red, Negation(blue)))
    assert _plan("-(red blue)") == Negation(AllOf((red, blue)))
    assert _compiled(And(())) == EVERYTHING
    assert _compiled(Or(())) == NOTHING
    assert _compiled(Dates(None, None)) == EVERYTHING
    assert _compiled(Number("words", None, None)) == EVERYTHING
    assert simplify(_compiled(Number("words", 5, 4))) == NOTHING
    assert simplify(_compiled(Dates(date(2026, 1, 2), date(2026, 1, 1)))) == NOTHING
    assert simplify(_compiled(Saved("red"))) == red


def test_days_without_facets_of_their_own_are_compared() -> None:
    """Before 1970 and after 2100; others cost no look at an entry."""
    start, end, border = date(1960, 1, 1), date(2150, 1, 1), date(2026, 1, 1)

    for odd in (Dates(start, None), Dates(None, start), Dates(end, None), Dates(border, end)):
        assert isinstance(_compiled(odd), Check)
    for usual in (Dates(border, None), Dates(None, date(1970, 1, 1)), Dates(date.min, border)):
        assert not isinstance(_compiled(usual), Check)
    assert simplify(_compiled(Dates(date(1960, 1, 2), start))) == NOTHING


def test_what_has_nothing_to_look_for_is_left_out() -> None:
    """It narrows nothing, and alone it finds nothing, negated or not."""
    signs, red = Words("!!!"), Words("red")

    assert simplify(_compiled(And((signs, red)))) == _word("red")
    assert simplify(_compiled(Or((signs, red)))) == _word("red")
    assert simplify(_compiled(And((Not(signs), red)))) == _word("red")
    assert _compiled(signs) == _compiled(Not(signs)) == _compiled(And((signs,))) == NOTHING


@pytest.mark.parametrize("pattern", ["(", "[", "a{1000}{1000}", "(?P<a>", "\ud800", "*"])
def test_what_is_no_expression_is_looked_for_as_words(pattern: str) -> None:
    """A tree need not come from the parser that refuses such ones."""
    plan = simplify(_compiled(And((Pattern(pattern), Pattern("red(", TextField.TITLE)))))

    assert not any(isinstance(one, Check) for one in _walk(plan))
    assert _word("red", Column.TITLE) in list(_walk(plan))


def _walk(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.parts if isinstance(plan, AllOf | AnyOf) else ():
        yield from _walk(part)


@given(st.text(alphabet='ab"-()|*/:#<>. 小tilefd\u0e01\ud800', max_size=120))
def test_every_query_has_a_plan(typed: str) -> None:
    """Of bounded size, whatever was typed."""
    plan = _plan(typed, "en", "de", "fr")

    assert len(list(_walk(plan))) < 2000
