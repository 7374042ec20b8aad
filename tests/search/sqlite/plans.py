"""Random plans, and random documents of the few tokens that stand in them."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from aggregator.search.plan import AllOf, AnyOf, Negation, Phrase, Plan, Token
from aggregator.search.terms import Analyzed, Column
from tests.search.sqlite.archives import NOW

TOKENS = ["a", "ab", "b", "小米", "米", "3.11", "c++", ".net", "c#", "x-y", "é"]
FACETS = ["all", "tag:a", "by:b_c", "url:x.y-z", "lang:zh-tw"]

streams = st.lists(st.sampled_from(TOKENS), max_size=6).map(tuple)
facets = st.lists(st.sampled_from(FACETS[1:]), max_size=3, unique=True)
analyses = st.builds(
    Analyzed,
    id=st.sampled_from([1, 2, 65535, 65536, 65537, 1 << 20]),
    language=st.just("en"),
    title=streams,
    headings=streams,
    lead=streams,
    body=streams,
    facets=facets.map(lambda chosen: ("all", *chosen)),
    sort_at=st.sampled_from([NOW, NOW + timedelta(days=1), NOW - timedelta(days=1)]),
    read_minutes=st.integers(0, 2),
)
places = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=3).map(tuple)
phrases = st.builds(
    Phrase,
    places=st.lists(places, min_size=1, max_size=3).map(tuple),
    columns=st.lists(st.sampled_from(list(Column)), max_size=3, unique=True).map(tuple),
    is_prefix=st.booleans(),
)
facet_plans = st.sampled_from([*FACETS, "tag:none"]).map(Token)


def with_parts(parts: st.SearchStrategy[Plan]) -> st.SearchStrategy[Plan]:
    """Plans of up to three parts."""
    several = st.lists(parts, max_size=3).map(tuple)
    return parts.map(Negation) | several.map(AllOf) | several.map(AnyOf)


plans: st.SearchStrategy[Plan] = st.recursive(phrases | facet_plans, with_parts, max_leaves=12)
