"""The way through a feed's older documents: addresses, credentials, the end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds import parse_feed
from aggregator.model import Entry, FeedLinks, ParsedFeed, Response, Validators
from aggregator.polling._older import (
    Stop,
    Trail,
    Way,
    find_way,
    lend_credentials,
    number_page,
)

_NAMES = st.text("abpaged", min_size=1, max_size=5)
_PAIRS = st.lists(st.tuples(_NAMES, st.text("xyz09", min_size=1, max_size=3)), max_size=5)


def _response(
    url: str, *, final_url: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    now = datetime.now(UTC)
    return Response(url, final_url or url, 200, headers or {}, b"", Validators(), now)


def _parsed(*keys: str, **links: Any) -> ParsedFeed:
    entries = tuple(Entry(key=key, content_hash="") for key in keys)
    return ParsedFeed("atom10", "strict", "utf-8", entries, links=FeedLinks(**links))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed",
        "https://example.org/category/ships/feed/",
        "https://example.org/comments/feed/atom/",
        "https://example.org/?feed=rss2",
        "https://example.org/?cat=3&feed=atom",
    ],
)
def test_addresses_of_wordpress_are_known(url: str) -> None:
    """With permalinks and without."""
    assert find_way(_response(url), _parsed("1")) is Way.PAGED


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed.xml",
        "https://example.org/feed/json",
        "https://example.org/newsfeed/",
        "https://example.org/feed/@name",
        "https://example.org/?feedback=rss2",
    ],
)
def test_other_addresses_are_not_taken_for_wordpress(url: str) -> None:
    """No server is asked for pages that only WordPress has."""
    assert find_way(_response(url), _parsed("1")) is None


def test_a_feed_of_wordpress_is_known_by_its_answer() -> None:
    """Wherever its feed lies, it names its programming interface in a header."""
    headers = {"link": '<https://example.org/wp-json/>; rel="https://api.w.org/"'}

    assert find_way(_response("https://example.org/rss", headers=headers), _parsed()) is Way.PAGED


@pytest.mark.parametrize(
    ("document", "way"),
    [
        ("<rss><channel><generator>https://wordpress.org/?v=5.8</generator>{}", Way.PAGED),
        ("<rss><channel><generator>http://wordpress.com/</generator>{}", Way.PAGED),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><generator>WordPress</generator>{}",
            Way.PAGED,
        ),
        ("<rss><channel><generator>https://wordpress.example/?v=5</generator>{}", None),
        ("<rss><channel><generator>Not WordPress</generator>{}", None),
        ("<rss><channel><title>WordPress</title>{}", None),
    ],
)
def test_a_feed_that_wordpress_has_made_says_so(document: str, way: Way | None) -> None:
    """Its generator is known wherever the feed lies; other software that names it is not it."""
    parsed = parse_feed(document.format("<item><title>x</title></item>").encode())

    assert find_way(_response("https://example.org/rss.xml"), parsed) is way


def test_archives_come_before_pages_and_pages_before_guesses() -> None:
    """What promises to be complete is preferred."""
    asked = _response("https://example.org/feed/")

    assert find_way(asked, _parsed(archive_url="https://a/1", next_url="https://a/2")) is (
        Way.ARCHIVE
    )
    assert find_way(asked, _parsed(next_url="https://a/2")) is Way.NEXT


@given(pairs=_PAIRS, number=st.integers(2, 10_000))
def test_a_page_number_changes_nothing_else_of_an_address(
    pairs: list[tuple[str, str]], number: int
) -> None:
    """All other parameters stay, in their order, and there is one number."""
    query = "&".join(f"{name}={value}" for name, value in pairs)

    numbered = number_page(f"https://me:pw@example.org/feed/?{query}#top", number)

    parts = urlsplit(numbered)
    others = [pair for pair in pairs if pair[0] != "paged"]
    assert parse_qsl(parts.query) == [*others, ("paged", str(number))]
    assert (parts.netloc, parts.path, parts.fragment) == ("me:pw@example.org", "/feed/", "")


@given(link=st.text() | st.from_regex(r"https?://[a-z@:/.\[\]0-9]{0,30}"))
def test_credentials_go_to_no_other_origin(link: str) -> None:
    """Whatever a document names, the password goes only where it was given for."""
    lent = lend_credentials("https://me:s3cr3t@example.org/f", link)

    if "s3cr3t" in lent and "s3cr3t" not in link:
        parts = urlsplit(lent)
        assert (parts.scheme, parts.hostname, parts.port or 443) == ("https", "example.org", 443)


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org/f",
        "https://example.org:8443/f",
        "https://www.example.org/f",
        "https://example.org.evil.example/f",
        "https://example.org:pw@evil.example/f",
        "https://example.org:port/f",
        "https://[/f",
    ],
)
def test_what_only_resembles_the_origin_gets_no_password(link: str) -> None:
    """Another scheme, port or host is another place."""
    assert "s3cr3t" not in lend_credentials("https://me:s3cr3t@example.org/f", link)


def test_a_link_does_not_choose_who_we_say_we_are() -> None:
    """User names in links of a document are dropped."""
    link = "https://you:other@example.org/f?2"

    assert lend_credentials("https://example.org/f", link) == "https://example.org/f?2"
    assert lend_credentials("https://me@example.org/f", link) == "https://me@example.org/f?2"


def test_a_way_that_was_begun_is_not_left_for_another() -> None:
    """The oldest archive names no older one; its next page would be a newer one."""
    trail = Trail()
    feed = _response("https://example.org/f")
    trail.find_next(feed, _parsed("1", archive_url="https://example.org/a"))

    oldest = _parsed("2", next_url="https://example.org/b")

    assert trail.find_next(_response("https://example.org/a"), oldest) is None
    assert (trail.way, trail.stop) == (Way.ARCHIVE, Stop.END)


def test_a_redirect_to_another_host_is_not_taken_for_the_feed_itself() -> None:
    """Pages are counted on the host that the operator named."""
    trail = Trail()
    moved = _response("https://example.org/feed/", final_url="https://proxy.example/x")

    assert trail.find_next(moved, _parsed("1")) == "https://example.org/feed/?paged=2"


def test_a_place_that_was_reached_by_a_redirect_was_read() -> None:
    """Its own address is no older document, whatever its scheme."""
    trail = Trail()
    answer = _response("https://example.org/f", final_url="https://example.org/feed")

    assert trail.find_next(answer, _parsed("1", next_url="http://example.org/feed#x")) is None
    assert trail.stop is Stop.LOOP


@given(
    links=st.lists(
        st.sampled_from([f"https://example.org/{number}" for number in range(6)]), max_size=30
    )
)
def test_no_chain_of_links_leads_in_a_circle(links: list[str]) -> None:
    """Each place is asked for once at most, however the documents point at each other."""
    trail = Trail()
    asked = ["https://example.org/0"]

    for number, link in enumerate(links):
        found = trail.find_next(_response(asked[-1]), _parsed(str(number), next_url=link))
        if found is None:
            break
        asked.append(found)

    assert len(set(asked)) == len(asked)


def test_a_document_that_only_repeats_any_of_those_before_it_is_the_last() -> None:
    """Also parts of several; what has one new entry goes on, and so does an empty one."""
    trail = Trail()
    held = [("1", "2"), ("3",), (), ("2", "4"), ("1", "3")]

    found = [
        trail.find_next(
            _response(f"https://example.org/{number}"),
            _parsed(*keys, next_url=f"https://example.org/{number + 1}"),
        )
        for number, keys in enumerate(held)
    ]

    assert found == [*(f"https://example.org/{number}" for number in range(1, 5)), None]
    assert trail.stop is Stop.REPEATED
