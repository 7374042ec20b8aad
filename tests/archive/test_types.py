"""Texts that no database holds as they are: kept as far as can be, never a reason to fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.archive._types import storable
from aggregator.model import Enclosure, FeedSpec, Item, ParsedFeed, Validators

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

ODD = ["a\0b", "a\ud800b", "a\udfffb", "\ud83d", "a\0\ud800\0b", "小\0米", "\0"]
any_text = st.text(st.characters(exclude_categories=()))


@given(any_text)
def test_text_is_kept_but_for_what_cannot_be(text: str) -> None:
    """Every other character stays at its place, and the result has a UTF-8 form."""
    kept = storable(text)

    assert isinstance(kept, str)
    assert "\0" not in kept.encode().decode()
    assert len(kept) == len(text)
    assert all(
        old == new or (new == "\ufffd" and (old == "\0" or "\ud800" <= old <= "\udfff"))
        for old, new in zip(text, kept, strict=True)
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | any_text,
        lambda inner: st.lists(inner) | st.dictionaries(any_text, inner),
    )
)
def test_what_is_storable_stays_as_it_is(value: object) -> None:
    """A second time changes nothing, however deep the texts lie."""
    once = storable(value)

    assert storable(once) == once


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_an_entry_of_odd_characters_is_recorded_found_and_edited(
    odd: str, one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """Not one field of entry, article or feed can make a poll fail or an edit leave words."""
    item = make_item(
        1,
        title=f"findme {odd}",
        summary=odd,
        content=odd,
        guid=odd,
        url=odd,
        authors=(odd,),
        tags=(odd,),
        published_raw=odd,
        language=odd,
        comments_url=odd,
        enclosures=(Enclosure(odd, odd),),
        base_url=odd,
        lead=f"leadword {odd}",
        sections=[(f"headword {odd}", odd)],
        article={"headline": odd, "byline": odd, "image": odd, "url": odd, "language": odd},
    )
    parsed = ParsedFeed("rss20", "loose", odd, (), title=odd, url=odd, description=odd)

    assert one_feed.poll(item, parsed=parsed, validators=Validators(odd, odd), error=odd)
    first = one_feed.get(1)
    assert one_feed.poll(edited=((1, item),))
    assert one_feed.poll(edited=((1, make_item(1, title="other")),))

    kept = str(storable(odd))
    assert first.entry.title == f"findme {kept}"
    assert (first.entry.tags, first.entry.enclosures) == ((kept,), (Enclosure(kept, kept),))
    assert first.article.sections[0].heading == f"headword {kept}"
    assert first.feed.title == kept
    assert one_feed.get(1).revision_count == 2
    for word in ("findme", "leadword", "headword", "a", "b", '"小"'):
        assert one_feed.found(word) == []
    assert one_feed.archive.check() == []


def test_an_odd_name_of_a_feed_is_no_reason_to_stop(one_feed: OneFeed, now: datetime) -> None:
    r"""TOML allows \u0000 in a name; the daemon starts all the same."""
    one_feed.archive.feeds.sync([FeedSpec("https://example.org/2", name="a\0b", tags=("\0",))], now)

    assert one_feed.archive.feeds.all()[1].name == "a\ufffdb"


def test_an_enormous_entry_is_kept_whole(one_feed: OneFeed, make_item: Callable[..., Item]) -> None:
    """Ten megabytes of body are a body."""
    content = "<p>word 小米 " + "x" * 10_000_000

    assert one_feed.poll(make_item(1, content=content, lead="needle " + content))

    assert one_feed.get(1).entry.content == content
    assert one_feed.found("needle") == [1]
