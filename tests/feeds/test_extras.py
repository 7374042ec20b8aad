"""How many comments an entry has, whose rights it is under and where it was taken from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aggregator.feeds import parse_feed
from aggregator.model import Entry, Source

Build = Callable[[str], bytes]


def _only(body: bytes) -> Entry:
    (entry,) = parse_feed(body, url="https://e.org/feed").entries
    return entry


@pytest.mark.parametrize(
    ("comments", "count"),
    [
        ("<slash:comments>3</slash:comments>", 3),
        ("<slash:comments>0</slash:comments>", 0),
        ("<thr:total>5</thr:total>", 5),
        ("<slash:comments>many</slash:comments><thr:total>5</thr:total>", 5),
        ("<slash:comments>-1</slash:comments>", None),
        ("<slash:comments>" + "9" * 5000 + "</slash:comments>", None),
        ("<atom:link rel='replies' href='c' thr:count='7'/>", 7),
        ("", None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_comments_are_counted(rss: Build, comments: str, count: int | None) -> None:
    """By Slash, by RFC 4685 beside the entry or on the link; zero is a count."""
    assert _only(rss(f"<item>{comments}</item>")).extras.comments_count == count


@pytest.mark.parametrize(
    ("written", "licence"),
    [
        ("<atom:link rel='license' href='/l'/>", "https://e.org/l"),
        ("<cc:license rdf:resource='https://cc.org/by'/>", "https://cc.org/by"),
        (
            "<creativeCommons:license>https://cc.org/by</creativeCommons:license>",
            "https://cc.org/by",
        ),
        ("<media:license href='https://cc.org/by'>CC</media:license>", "https://cc.org/by"),
        ("<media:license>CC BY</media:license>", "CC BY"),
        ("<podcast:license>cc-by-4.0</podcast:license>", "cc-by-4.0"),
        (
            "<podcast:license>A</podcast:license><atom:link rel='license' href='/l'/>",
            "https://e.org/l",
        ),
    ],
)
def test_the_licence_is_an_address_or_a_name(rss: Build, written: str, licence: str) -> None:
    """In five namespaces; an address says more than a name."""
    assert _only(rss(f"<item>{written}</item>")).extras.licence == licence


def test_rights_are_a_sentence(rss: Build, atom: Build) -> None:
    """In plain text, in both formats."""
    in_rss = _only(rss("<item><dc:rights>(c) &lt;b&gt;Ann&lt;/b&gt;</dc:rights></item>"))
    in_atom = _only(atom("<entry><rights>© Ann</rights></entry>"))

    assert in_rss.extras.rights == "(c) Ann"
    assert in_atom.extras.rights == "© Ann"


def test_an_entry_names_the_feed_it_was_taken_from(rss: Build, atom: Build) -> None:
    """RSS by title and address of that feed, Atom by a copy of its head."""
    in_rss = _only(rss("<item><title>T</title><source url='https://o.org/f'>Ori</source></item>"))
    in_atom = _only(
        atom(
            "<entry><title>T</title><source><title>Ori</title><id>tag:o</id>"
            "<link href='https://o.org/'/><link rel='self' href='https://o.org/f'/>"
            "<updated>2020-01-01T00:00:00Z</updated></source></entry>"
        )
    )

    assert in_rss.extras.source == Source("Ori", None, "https://o.org/f")
    assert in_atom.extras.source == Source("Ori", "https://o.org/", "https://o.org/f")
    assert (in_rss.title, in_atom.title) == ("T", "T")
    assert (in_atom.guid, in_atom.updated_at) == (None, None)
