"""Whatever the engine is asked, it answers as the predicate does, entry by entry."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.search.plan import Plan, holds
from aggregator.search.sqlite import SqliteEngine
from aggregator.search.terms import Analyzed, Document
from tests.search.sqlite.archives import NOW, Store
from tests.search.sqlite.plans import analyses, plans

DOCUMENT = Document(0, "", "", "", "", "en", (), NOW, 1, 1)


@settings(max_examples=60)
@given(
    documents=st.lists(analyses, min_size=1, unique_by=lambda one: one.id),
    asked=st.lists(plans, min_size=5, max_size=5),
)
def test_the_engine_agrees_with_the_predicate(documents: list[Analyzed], asked: list[Plan]) -> None:
    """In what it finds, counts, ranks and orders, over several shards."""
    ordered = sorted(documents, key=lambda one: one.id)
    with TemporaryDirectory() as folder, closing(Store(Path(folder) / "archive.db")) as store:
        store.put_analyzed(ordered)
        with closing(SqliteEngine(store.path)) as engine:
            for plan in asked:
                right = [one for one in ordered if holds(plan, DOCUMENT, one)]
                ids = [one.id for one in reversed(right)]
                by_date = [one.id for one in sorted(right, key=lambda one: (one.sort_at, one.id))]
                with engine.reading():
                    assert engine.frequency(plan) == len(ids)
                    assert set(engine.score(plan, 0, 99)) == set(ids)
                    assert list(engine.find(plan, 99).ids) == ids
                    assert list(engine.find(plan, 2).ids) == ids[:2]
                    assert engine.find(plan, 2).has_more == (len(ids) > 2)
                    assert engine.newest(plan, 3, 1) == by_date[::-1][1:4]
                    assert engine.newest(plan, 3, 0, is_oldest=True) == by_date[:3]
