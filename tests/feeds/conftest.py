"""Feed documents around the part that a test is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Build = Callable[[str], bytes]

_RSS_NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    ' xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    ' xmlns:psc="http://podlove.org/simple-chapters"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    ' xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    ' xmlns:thr="http://purl.org/syndication/thread/1.0"'
    ' xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"'
    ' xmlns:georss="http://www.georss.org/georss"'
    ' xmlns:gml="http://www.opengis.net/gml"'
    ' xmlns:cc="http://creativecommons.org/ns#"'
    ' xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
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
