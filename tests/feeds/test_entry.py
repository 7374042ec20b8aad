"""One entry: its base and language, and that it comes out whatever the feed says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds import parse_feed
from aggregator.feeds.content._entry import read_entry
from aggregator.model import Entry, Extras

Build = Callable[[str], bytes]
_URL = "https://e.org/blog/feed.xml"


def _only(body: bytes) -> Entry:
    (entry,) = parse_feed(body, url=_URL).entries
    return entry


def test_relative_links_have_their_own_base(rss: Build) -> None:
    """xml:base, where it stands, and else the address of the feed; a file's too, without a body."""
    item = (
        "<item xml:base='https://b.org/x/'><guid isPermaLink='false'>1</guid><link>one</link>"
        "<enclosure url='a.mp3'/><media:content xml:base='/y/' url='b.mp4' medium='video'/></item>"
    )

    entry = _only(rss(item))

    assert entry.url == "https://b.org/x/one"
    assert entry.base_url == "https://b.org/x/"
    assert [file.url for file in entry.enclosures] == [
        "https://b.org/x/a.mp3",
        "https://b.org/y/b.mp4",
    ]


def test_the_language_of_an_entry_is_its_own_word_first(rss: Build) -> None:
    """dc:language of an item, else xml:lang of its text."""
    said = "<item xml:lang='de'><description>x</description><dc:language>fr</dc:language></item>"

    assert _only(rss(said)).language == "fr"


def test_an_entry_with_nothing_special_has_no_extras(rss: Build) -> None:
    """They are compared with nothing and cost nothing."""
    entry = _only(rss("<item><title>T</title><link>l</link><author>Ann</author></item>"))

    assert entry.extras == Extras()


def test_extras_never_change_the_hash_of_an_entry(rss: Build) -> None:
    """A new count of comments or another thumbnail is no edit."""
    counts = [
        f"<item><title>T</title><slash:comments>{count}</slash:comments>"
        f"<media:thumbnail url='{count}.png'/><podcast:person>P{count}</podcast:person></item>"
        for count in (1, 2)
    ]

    first, second = (_only(rss(item)) for item in counts)

    assert first.extras != second.extras
    assert (first.key, first.content_hash) == (second.key, second.content_hash)


_KEY_NAMES = """title title_detail summary summary_detail content links authors contributors tags id
    link guidislink published updated language comments source rights image href media_content
    media_thumbnail media_credit media_license media_player media_rating our_media our_alternates
    our_covers our_pictures our_podcast_person our_podcast_images our_psc_chapter our_base
    our_podcast_location our_georss_point geo_lat geo_long itunes_duration itunes_explicit
    our_itunes_summary our_itunes_summary_detail our_podcast_transcript slash_comments
    feedburner_origlink wfw_commentrss our_podcast_socialinteract webfeeds_cover"""
_FIELD_NAMES = """rel href type url length name email term label value base src our_text our_base
    our_group width height filesize duration start title uri geo srcset role medium content"""
_FIELDS = st.sampled_from(_FIELD_NAMES.split())
_TEXTS = st.text(max_size=12) | st.sampled_from(
    ["https://e.org/a", "1", "-1", "1e400", "http://[", "text/html", "enclosure", "geo:1,2", "\0"]
)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_FIELDS, inner, max_size=4),
    max_leaves=8,
)


@given(
    item=st.dictionaries(st.sampled_from(_KEY_NAMES.split()), _ANYTHING, max_size=8),
    is_atom=st.booleans(),
)
def test_whatever_stands_in_any_field_an_entry_comes_out(
    item: dict[str, object], *, is_atom: bool
) -> None:
    """Unknown elements land among the known fields, so anything may be anywhere."""
    entry = read_entry(item, "https://e.org/", is_atom=is_atom, feed_authors=())

    assert isinstance(entry, Entry)
    hash(entry)
    for file in entry.enclosures:
        assert file.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("end", ["</feed>", "<x/></y></feed>", ""])
@pytest.mark.parametrize(
    ("outer", "inner", "base"),
    [
        ("posts/", "2020/", "https://e.org/posts/2020/"),
        ("../a/", "../b/", "https://e.org/b/"),
        ("/a/", "https://b.org/c/", "https://b.org/c/"),
        ("https://b.org/c/", "d/", "https://b.org/c/d/"),
        ("/a/", "javascript:b/", "https://e.org/a/"),
    ],
)
def test_a_base_inside_a_base_is_relative_to_it(
    outer: str, inner: str, base: str, end: str
) -> None:
    """The outermost to the feed's own address, without its password; ids stay as they are."""
    document = (
        f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{outer}'>"
        f"<entry xml:base='{inner}'><id>x</id><link href='one'/><summary>y</summary></entry>{end}"
    )

    [entry] = parse_feed(document.encode(), url="https://me:pw@e.org/f").entries

    assert (entry.url, entry.base_url, entry.guid) == (f"{base}one", base, "x")
