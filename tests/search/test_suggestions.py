"""What is suggested to who found nothing: the archive's own words, or fewer of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Suggestion
from aggregator.search import Searcher, open_searcher
from tests.search.conftest import Shelf


@pytest.fixture(scope="module")
def searcher(shared_shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of an archive of a dozen short texts."""
    shared_shelf.put("Xiaomi shows an electric car", tags=("cars",), language="en")
    shared_shelf.put("An electricity company", "Dashboard messages", "Zürich in winter")
    shared_shelf.put("小米手机在印度", "Häuser am Fluss", "the red fox", "the red wolf")
    with open_searcher(shared_shelf.url) as opened:
        yield opened


def _spelt(searcher: Searcher, typed: str) -> list[str]:
    return [one.query for one in searcher.suggest(typed) if one.kind == "spelling"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xiaomu", "xiaomi"),
        ("xaomi", "xiaomi"),
        ("xiaoim", "xiaomi"),
        ("xxiaomi", "xiaomi"),
        ("dashbord", "dashboard"),
        ("dahsboard", "dashboard"),
        ("zurihc", "zürich"),
        ("wnter", "winter"),
        ("wlof", "wolf"),
        ("electirc car", "electric car"),
        ("title:xiaomu OR xiaomu", "xiaomi"),
        ("xiaomu tag:cars", "xiaomi tag:cars"),
        ("xiaomu -bus", "xiaomi -bus"),
    ],
)
def test_a_slip_finds_the_word_that_was_meant(typed: str, meant: str, searcher: Searcher) -> None:
    """A wrong, missing, doubled or exchanged letter; all else of the query stays as it is."""
    assert any(meant in one for one in _spelt(searcher, typed))


@pytest.mark.parametrize(
    "typed",
    ["小米車", "手机机", "!!!", "", "\0", "123456", "ab", "x", "qqqqqqqqqqqq", "/xiaomu/", "-a"],
)
def test_where_nothing_is_like_it_no_spelling_is_suggested(typed: str, searcher: Searcher) -> None:
    """Ideographs, signs, numbers, words too short to have a slip, words like none."""
    assert _spelt(searcher, typed) == []


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("fox wolf", {"fox", "wolf"}),
        ('"red fox" "red wolf"', {'"red fox"', '"red wolf"'}),
        ("xiaomi tag:none", {"xiaomi"}),
        ("fox -red", {"fox"}),
        ("fox after:2030", {"fox"}),
    ],
)
def test_fewer_parts_are_suggested_where_all_are_too_many(
    typed: str, suggested: set[str], searcher: Searcher
) -> None:
    """Each of them finds something, and all have the words that were left."""
    found = searcher.suggest(typed)

    assert {one.kind for one in found} == {"relaxed"}
    assert {one.query for one in found} <= suggested
    assert found


hostile = st.text(
    st.sampled_from("xiaomy electirc 小米 -\"'():*/|#,.<>=\0\ud800é\u0301"), max_size=40
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=hostile)
def test_every_suggestion_finds_its_total(typed: str, searcher: Searcher) -> None:
    """Whatever was typed, at most three come, none twice, and each is right when it is typed."""
    found = searcher.suggest(typed)

    assert len({one.query for one in found}) == len(found) <= 3
    for one in found:
        result = searcher.newest(one.query, limit=0)
        assert (result.total, result.has_more) == (one.total, one.has_more)
        assert one.total > 0


def test_nothing_is_suggested_by_an_archive_without_words(searcher: Searcher, shelf: Shelf) -> None:
    """An empty one."""
    expected: list[Suggestion] = []

    with open_searcher(shelf.url) as empty:
        assert empty.suggest("xiaomu car") == expected
    assert searcher.suggest("xiaomu car") != expected
