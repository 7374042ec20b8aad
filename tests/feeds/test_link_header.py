"""Hubs and the feed's own address, as the Link header of an answer states them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds import add_header_links
from aggregator.model import FeedLinks

URL = "https://a.test/blog/feed"
DOCUMENT = FeedLinks(
    self_url="https://a.test/doc", hubs=("https://doc.test/",), next_url="https://a.test/2"
)


def test_the_header_counts_more_than_the_document() -> None:
    """Hubs and self are those of the header (WebSub, section 4); all else stays."""
    header = '</hub>; rel=hub, <feed?x=1>; REL="alternate SELF", <https://b.test/>; rel="hub"'

    links = add_header_links(DOCUMENT, header, URL)

    assert links.hubs == ("https://a.test/hub", "https://b.test/")
    assert links.self_url == "https://a.test/blog/feed?x=1"
    assert links.next_url == DOCUMENT.next_url


def test_a_header_without_a_hub_says_nothing() -> None:
    """Then the document is asked, for its own address, too."""
    for header in (
        "",
        '<https://x.test/>; rel="self"',
        "<javascript:x>; rel=hub",
        "</h>; rel=hubs",
    ):
        assert add_header_links(DOCUMENT, header, URL) == DOCUMENT


def test_a_hub_without_a_self_leaves_that_of_the_document() -> None:
    """Publishers often set only one of them."""
    links = add_header_links(DOCUMENT, "</hub>; rel=hub", URL)

    assert (links.hubs, links.self_url) == (("https://a.test/hub",), DOCUMENT.self_url)


def test_links_of_another_context_are_left_out() -> None:
    """RFC 8288, section 3.2."""
    assert add_header_links(FeedLinks(), '</h>; rel=hub; anchor="/x"', URL) == FeedLinks()


@given(header=st.text(alphabet='<>;,="\\ relhubsf/:ü\x00', max_size=80))
def test_any_header_is_read(header: str) -> None:
    """Whatever it is, only absolute http and https addresses come out."""
    links = add_header_links(FeedLinks(), header, URL)

    assert all(hub.startswith(("http://", "https://")) for hub in links.hubs)
