"""Feed documents around the part that a test is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Build = Callable[[str], bytes]

_RSS_NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


@pytest.fixture
def rss() -> Build:
    """An RSS 2.0 document around the given items."""
    return lambda items: (
        f'<?xml version="1.0"?><rss version="2.0" {_RSS_NAMESPACES}>'
        f"<channel><title>Feed</title>{items}</channel></rss>"
    ).encode()


@pytest.fixture
def atom() -> Build:
    """An Atom 1.0 document around the given entries."""
    return lambda entries: (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title>'
        f"<author><name>Feed Author</name></author>{entries}</feed>"
    ).encode()
