"""What people type, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.discovery._address import read_address
from aggregator.urls import resolve


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("example.org", "https://example.org"),
        ("  https://example.org/blog/  ", "https://example.org/blog/"),
        ("HTTP://example.org/", "HTTP://example.org/"),
        ("<https://example.org/>", "https://example.org/"),
        ("feed://example.org/x", "https://example.org/x"),
        ("feed:https://example.org/x", "https://example.org/x"),
        ("feed://https://example.org/x", "https://example.org/x"),
        ("//example.org/x", "https://example.org/x"),
        ("@user@mastodon.example", "https://mastodon.example/@user"),
        ("acct:@user@mastodon.example", "https://mastodon.example/@user"),
        ("youtube.com/@handle", "https://youtube.com/@handle"),
        ("r/python", "https://www.reddit.com/r/python/"),
        ("/u/somebody/", "https://www.reddit.com/user/somebody/"),
        ("localhost:8080/x", "https://localhost:8080/x"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://intranet/feed", "http://intranet/feed"),
        ("https://me:pw@bridge:80/x?y=1", "https://me:pw@bridge:80/x?y=1"),
        ("feed:http://intranet/feed", "http://intranet/feed"),
        ("bücher.example/neu", "https://bücher.example/neu"),
        ("https://me:pw@example.org/f#top", "https://me:pw@example.org/f"),
    ],
)
def test_addresses_are_read_as_people_write_them(typed: str, first: str) -> None:
    """With and without scheme, as a profile, with blanks and brackets around."""
    assert read_address(typed)[0] == first


def test_without_a_scheme_http_comes_after_https() -> None:
    """A stated scheme is the only one."""
    assert read_address("example.org/a") == ("https://example.org/a", "http://example.org/a")
    assert read_address("http://example.org/a") == ("http://example.org/a",)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "example.org"),
        ("python", "example.org"),
        ("two words.org", "example.org"),
        ("https://", "example.org"),
        ("http://:80/x", "example.org"),
        ("http://me@/x", "example.org"),
        ("intranet/feed", "example.org"),
        ("http://[broken/f", "example.org"),
        ("/etc/passwd", "example.org"),
        ("@handle", "youtube.com/@handle"),
        ("me@example.org", "mail address"),
        ("mailto:me@example.org", "@user@host"),
        ("ftp://example.org/f", "ftp:"),
        ("javascript:alert(1)", "javascript:"),
        ("x" * 5000 + ".org", "example.org"),
    ],
)
def test_what_is_no_address_is_answered_with_what_to_write(typed: str, hint: str) -> None:
    """A message for people, which names the way out."""
    with pytest.raises(ValueError, match=r"address|begins|say where") as caught:
        read_address(typed)

    assert hint in str(caught.value)


@given(st.text(max_size=60) | st.from_regex(r"[a-z@:/.#\[\] ]{0,30}", fullmatch=True))
def test_any_text_is_an_address_or_a_mistake(typed: str) -> None:
    """Never another error, and what comes back is of the web."""
    try:
        addresses = read_address(typed)
    except ValueError:
        return
    assert all(resolve(None, address) for address in addresses)
