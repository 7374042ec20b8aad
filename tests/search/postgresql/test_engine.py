"""The engine of PostgreSQL finds what the predicate says, in the order that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import ArchiveError
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
)
from aggregator.search.postgresql import PostgresEngine
from aggregator.search.terms import Analyzed, Column, Document
from tests.databases import Server
from tests.search.postgresql.archives import NOW, Store, document, make

SPAN = 1 << 12
WORDS = ["a", "b", "ab", "it's", "c\\", "小米", "c++", "|", "!", "&", "'", "<->", "\U0001f600"]
FACETS = ["tag:a", "feed:1", "long", "none", "by:it's", "a", "12:0"]

words = st.sampled_from(WORDS)
streams = st.lists(words, max_size=6)
ids = st.sampled_from([1, 2, 3, SPAN - 1, SPAN, 5 * SPAN, 300 * SPAN, 2**33])


def phrase(*tokens: str, columns: tuple[Column, ...] = (), is_prefix: bool = False) -> Phrase:
    """The phrase of these tokens."""
    return Phrase(tuple((token,) for token in tokens), columns, is_prefix)


@st.composite
def documents(draw: st.DrawFn) -> Analyzed:
    """Small documents, and some that have lost places, at the end or of one word."""
    lost = draw(st.sampled_from([[], [], [], ["a"] * 300, ["pad"] * 16_384]))
    return document(
        draw(ids),
        [*lost, *draw(streams)],
        title=draw(streams),
        headings=draw(streams),
        lead=draw(streams),
        facets=draw(st.lists(st.sampled_from(FACETS), max_size=3, unique=True)),
    )


phrases = st.builds(
    Phrase,
    st.lists(st.lists(words, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    st.lists(st.sampled_from(Column), max_size=2, unique=True).map(tuple),
    st.booleans(),
)
plans: st.SearchStrategy[Plan] = st.recursive(
    phrases | st.sampled_from(FACETS).map(Token),
    lambda part: st.one_of(
        part.map(Negation),
        st.lists(part, max_size=3).map(tuple).map(AllOf),
        st.lists(part, max_size=3).map(tuple).map(AnyOf),
    ),
    max_leaves=6,
)


def expected(plan: Plan, archived: list[Analyzed]) -> list[int]:
    """The ids that the predicate chooses, the last archived first."""
    return sorted((one.id for one in archived if holds(plan, plain(one), one)), reverse=True)


def by_moment(one: Analyzed) -> tuple[datetime, int]:
    """By date of publication, then as archived."""
    return one.sort_at, one.id


def plain(one: Analyzed) -> Document:
    """The document of these tokens; no plan without a check looks at its text."""
    return Document(
        one.id, "", "", "", "", one.language, one.facets, one.sort_at, one.read_minutes, 0
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents(), max_size=6, unique_by=lambda one: one.id), st.lists(plans, max_size=6))
def test_the_engine_agrees_with_the_predicate(
    shared: Store, reader: PostgresEngine, archived: list[Analyzed], asked: list[Plan]
) -> None:
    """Whatever the tokens, however long the document, wherever in the plan a phrase stands."""
    shared.write(*archived)

    for plan in [*asked, EVERYTHING, NOTHING]:
        wanted = expected(plan, archived)
        by_date = [one.id for one in sorted(archived, key=by_moment) if one.id in wanted]
        found = reader.find(plan, 10)
        assert (list(found.ids), found.has_more) == (wanted, False)
        assert reader.frequency(plan) == len(wanted)
        assert reader.newest(plan, 10, 0, is_oldest=True) == by_date
        assert set(reader.score(plan, 0, 10)) == set(wanted)
        for most in range(3):
            some = reader.find(plan, most)
            assert (list(some.ids), some.has_more) == (wanted[:most], len(wanted) > most)


def test_a_phrase_stays_within_its_column(shared: Store, reader: PostgresEngine) -> None:
    """Where one column ends and the next begins nothing is adjacent."""
    shared.write(document(1, ["d"], title=["a"], headings=["b"], lead=["c"]))

    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("a", "d")]
    assert [reader.find(phrase(*pair), 9).ids for pair in pairs] == [()] * 5
    assert reader.find(AllOf((phrase("a"), phrase("d"))), 9).ids == (1,)


def test_the_beginning_of_a_word_never_means_a_facet(shared: Store, reader: PostgresEngine) -> None:
    """Neither as it is called nor as it is stored."""
    shared.write(document(1, ["word"], facets=["tag:a"]))

    asked = ["t", "a", ":", ":t", "tag:a", ":12", "12"]
    assert [reader.find(phrase(one, is_prefix=True), 9).ids for one in asked] == [()] * 7
    assert reader.find(Token("tag:a"), 9).ids == (1,)
    assert reader.find(Token("tag:"), 9).ids == ()


@pytest.mark.parametrize("token", ["", "\0", "\ud800", "x" * 5000, "€" * 700, ":", "\\'"])
def test_what_can_be_no_token_finds_nothing(
    shared: Store, reader: PostgresEngine, token: str
) -> None:
    """And its negation finds all; nothing of it is an error."""
    shared.write(document(1, ["word"]))

    assert reader.find(phrase(token), 9).ids == ()
    assert reader.find(phrase("word", token, is_prefix=True), 9).ids == ()
    assert reader.find(Negation(Token(token)), 9).ids == (1,)


def test_very_many_alternatives_are_one_question(shared: Store, reader: PostgresEngine) -> None:
    """As many feeds as anybody has."""
    shared.write(document(1, facets=["feed:19999"]), document(2, facets=["feed:x"]))
    any_feed = AnyOf(tuple(Token(f"feed:{number}") for number in range(20_000)))

    assert reader.find(any_feed, 9).ids == (1,)
    assert reader.find(Negation(any_feed), 9).ids == (2,)


def test_a_check_is_refused(shared: Store, reader: PostgresEngine) -> None:
    """Plans are widened before."""
    shared.write(document(1, ["word"]))
    with pytest.raises(ValueError, match="widen"):
        reader.find(Check(EVERYTHING, lambda _: True), 9)


def test_a_million_words_are_found(shared: Store, reader: PostgresEngine) -> None:
    """By each word, and by phrases far behind the last place that PostgreSQL keeps."""
    body = [f"w{number % 50_000}" for number in range(1_000_000)]
    shared.write(document(1, [*body, "the", "end"]), document(2, ["w1"]))

    assert reader.find(phrase("w49999"), 9).ids == (1,)
    assert reader.find(phrase("the", "end"), 9).ids == (1,)
    assert reader.find(phrase("end", "the"), 9).ids == ()
    assert reader.find(phrase("w1"), 9).ids == (2, 1)
    assert reader.find(AllOf((phrase("w1"), Negation(phrase("w1", "w2")))), 9).ids == (2,)


def test_a_text_of_nothing_but_new_words_fails_nothing(
    shared: Store, reader: PostgresEngine
) -> None:
    """What does not fit into a megabyte is lost from its end; the title comes first."""
    body = [f"{number:>064}" for number in range(60_000)]
    shared.write(document(1, body, title=["headline"], facets=["tag:a"]))

    assert reader.find(AllOf((phrase("headline"), Token("tag:a"))), 9).ids == (1,)
    assert reader.find(phrase(body[0]), 9).ids == (1,)


def test_what_is_common_is_found_from_the_newest_on(shared: Store, reader: PostgresEngine) -> None:
    """Over many ranges of ids, with and without places; frequencies are near the truth."""
    numbers = [7 * number for number in range(1, 6001)]
    shared.write(*(document(one, ["a", "b", "c"][: one % 3 + 1]) for one in numbers))
    second = [one for one in reversed(numbers) if one % 3]

    for plan in (phrase("b"), phrase("a", "b"), phrase("b", columns=(Column.BODY,))):
        assert reader.find(plan, 3000).ids == tuple(second[:3000])
        assert reader.find(plan, 9000).ids == tuple(second)
        assert reader.find(plan, 3000).has_more
        assert not reader.find(plan, 4000).has_more
    assert reader.frequency(phrase("b")) == 4000
    assert reader.frequency(phrase("b", "c")) == pytest.approx(2000, rel=0.1)


def test_dates_order_what_is_common(shared: Store, reader: PostgresEngine) -> None:
    """Whatever order it was archived in, from both ends, page by page."""
    moments = [NOW - timedelta(hours=7919 * number % 500_000) for number in range(1, 6001)]
    early = datetime(1961, 1, 1, tzinfo=UTC)
    shared.write(
        *(document(at, ["a", "b"], sort_at=moment) for at, moment in enumerate(moments, 1)),
        document(9001, ["a", "b"], sort_at=early),
        document(9002, ["a", "b"], sort_at=early - timedelta(days=800)),
        document(9003, ["b", "a"], sort_at=NOW),
    )
    at = dict(enumerate(moments, 1)) | {9001: early, 9002: early - timedelta(days=800)}
    newest = sorted(at, key=lambda one: (at[one], one), reverse=True)

    for plan in (AllOf((phrase("a"), Negation(Token("none")), phrase("b"))), phrase("a", "b")):
        without = AllOf((plan, Negation(phrase("b", "a"))))
        assert reader.newest(without, 20, 0) == newest[:20]
        assert reader.newest(without, 20, 2500) == newest[2500:2520]
        assert reader.newest(without, 3, 0, is_oldest=True) == newest[::-1][:3]
        assert reader.newest(without, 20, 6000) == newest[6000:]


def test_the_shortest_come_first(shared: Store, reader: PostgresEngine) -> None:
    """Of those that are asked for; among equals the newest."""
    shared.write(*(document(one, read_minutes=one % 2) for one in range(1, 7)))

    assert reader.shortest([1, 2, 3, 4, 99], 9, 0) == [4, 2, 3, 1]
    assert reader.shortest(iter([1, 2, 3, 4]), 2, 1) == [2, 3]


def test_titles_count_more_and_rare_words_most(shared: Store, reader: PostgresEngine) -> None:
    """And what is older than asked for does not count at all."""
    common = [document(one, ["the", "x", "y"]) for one in range(10, 60)]
    shared.write(
        document(1, ["x"] * 5, title=["rare"]),
        document(2, ["rare", "x", "y"]),
        document(3, ["x", "rare", "y"], lead=["the", "the"]),
        *common,
    )
    any_word = AnyOf((phrase("rare"), phrase("the")))

    assert reader.score(phrase("rare"), 0, 9)[0] == 1
    assert set(reader.score(any_word, 0, 3)) == {1, 2, 3}
    assert 1 not in reader.score(phrase("rare"), 2, 9)
    assert len(reader.score(any_word, 0, 9)) == 9


def test_words_are_suggested_by_their_beginning(shared: Store, reader: PostgresEngine) -> None:
    """The commonest first, with the number of their documents; facets are no words."""
    shared.write(
        document(1, ["xiaomi", "xiao", "xiaomi"], facets=["xi"]),
        document(2, ["xiaomi", "other"]),
        document(3, [], title=["xenon"]),
    )

    assert reader.words_like("xi", 9) == [("xiaomi", 2), ("xiao", 1)]
    assert reader.words_like("x", 2) == [("xiaomi", 2), ("xenon", 1)]
    assert reader.words_like("", 9) == []
    assert reader.words_like("%'\\", 9) == []


def test_entries_come_back_as_they_were_stored(store: Store, engine: PostgresEngine) -> None:
    """In the order asked for, with the facets under which they are indexed."""
    first = make(1, "lead", title="T", sections=[("h", "t"), ("i", "u")], tags=("x\\'y",))
    store.put(first, make(2, authors=("Ann",), language="de"))

    found = engine.entries([2, 99, 1])

    assert [one.id for one in found] == [2, 1]
    assert (found[0].authors, found[0].language) == (("Ann",), "de")
    assert (found[1].title, found[1].lead, found[1].tags) == ("T", "lead", ("x\\'y",))
    assert [part.heading for part in found[1].sections] == ["h", "i"]
    assert found[1].sort_at == first.sort_at
    assert {"all", "feed:1", "shard:0"} <= set(found[1].facets)
    assert not [one for one in found[1].facets if one[0] in ":01"]
    assert engine.entries([]) == []


def test_feeds_have_the_numbers_of_those_that_were_merged(
    store: Store, engine: PostgresEngine
) -> None:
    """And saved searches their names."""
    store.run(
        "INSERT INTO feed (id, url, tags, is_enabled, interval_s, full_text, next_poll_at, "
        "created_at, merged_into) VALUES (7, 'u', '[\"t\"]', true, 1, 'auto', now(), now(), 1)"
    )
    store.run("INSERT INTO saved_search VALUES ('mine', 'a OR b', now(), now())")

    [feed] = engine.feeds()

    assert (feed.id, feed.ids, feed.name, feed.tags) == (1, (1, 7), "A feed", ())
    assert engine.saved() == {"mine": "a OR b"}


def test_figures_are_those_of_the_index(store: Store, engine: PostgresEngine) -> None:
    """Languages that nothing is written in any more are not among them."""
    kept, gone = make(1, "one two"), make(2, "drei", language="de")
    store.put(kept, gone)
    before = engine.statistics()
    store.drop(gone)

    assert (before.documents, before.languages) == (2, {"en": 1, "de": 1})
    assert (engine.statistics().tokens, engine.statistics().languages) == (2, {"en": 1})
    assert store.problems() == []


def test_a_reading_sees_one_state(store: Store, engine: PostgresEngine) -> None:
    """Whatever is written meanwhile; the next one sees it."""
    store.put(make(1, "word"))

    with engine.reading():
        before = engine.find(phrase("word"), 9).ids
        store.put(make(2, "word"))
        same = engine.find(AllOf((phrase("word"),)), 9).ids

    assert (before, same, engine.find(phrase("word"), 9).ids) == ((1,), (1,), (2, 1))


def test_a_lost_connection_costs_one_more(
    store: Store, engine: PostgresEngine, postgresql_server: Server
) -> None:
    """Between two searches and within one; only twice within one it is an error."""
    store.put(make(1, "word"))
    postgresql_server.end_sessions(store.url)
    assert engine.find(phrase("word"), 9).ids == (1,)

    with engine.reading():
        postgresql_server.end_sessions(store.url)
        assert engine.find(phrase("word"), 9).ids == (1,)
        postgresql_server.end_sessions(store.url)
        with pytest.raises(ArchiveError, match="cannot search the archive"):
            engine.find(phrase("other"), 9)
    assert engine.find(phrase("word"), 9).ids == (1,)


def test_a_new_index_takes_over_under_a_reader(store: Store, engine: PostgresEngine) -> None:
    """Who was reading the old one goes on in the new one; until then the old one is searched."""
    entries = [make(1, "word"), make(2, "word")]
    store.put(*entries)
    store.begin()
    store.fill(*entries)
    assert not engine.unfinished

    with engine.reading():
        store.fill()
        assert engine.find(phrase("word"), 9).ids == (2, 1)

    assert store.problems() == []


def test_what_is_no_archive_is_refused(make_postgresql: Callable[..., str], store: Store) -> None:
    """With what to do, and never with the password."""
    with pytest.raises(ArchiveError, match="no archive"):
        PostgresEngine(make_postgresql())
    store.run("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(ArchiveError, match="aggregator db upgrade"):
        PostgresEngine(store.url)
    store.run("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(ArchiveError, match="install a newer"):
        PostgresEngine(store.url)
    for url in ("postgresql://me:secret@127.0.0.1:1/x", "postgresql://me:secret@[/x?=%zz"):
        with pytest.raises(ArchiveError, match="cannot search") as refused:
            PostgresEngine(url)
        assert "secret" not in str(refused.value)


def test_an_archive_without_an_index_has_no_hits(store: Store) -> None:
    """It is unfinished as soon as there is anything to be found."""
    store.put(make(1, "word"))
    store.run("DROP TABLE search_generation")

    engine = PostgresEngine(store.url.replace("postgresql://", "postgresql+psycopg://"))

    assert engine.unfinished
    assert (engine.find(phrase("word"), 9).ids, engine.find(EVERYTHING, 9).ids) == ((), ())
    assert (engine.statistics().documents, engine.frequency(EVERYTHING)) == (0, 0)
    assert (engine.newest(EVERYTHING, 9, 0), engine.words_like("w", 9)) == ([], [])
    assert [one.facets for one in engine.entries([1])] == [()]
    engine.close()
