"""RSS, RDF, Atom and CDF: what of them an entry gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aggregator.errors import FeedError
from aggregator.feeds import parse_feed
from aggregator.feeds.content._entry import MAX_ENTRIES, MAX_INHERITED_AUTHORS
from aggregator.model import Enclosure, Entry

Build = Callable[[str], bytes]
_URL = "https://e.org/blog/feed.xml"
_RDF = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    b' xmlns:a="http://www.w3.org/2005/Atom" xmlns="http://purl.org/rss/1.0/"><channel/>'
    b'<item rdf:about="https://e.org/1"><title>x</title></item></rdf:RDF>'
)


def _only(body: bytes) -> Entry:
    (entry,) = parse_feed(body, url=_URL).entries
    return entry


def test_a_complete_rss_item_is_read(rss: Build) -> None:
    """Every field of the format has its place."""
    entry = _only(
        rss(
            "<item><title>One</title><link> one?a=1&amp;b=2 </link><guid>G</guid>"
            "<description>Sum</description><content:encoded><![CDATA[<p>Body</p>]]>"
            "</content:encoded><author>ann@e.org (Ann)</author><dc:creator>Bob</dc:creator>"
            "<category>a</category><category>b</category><category>a</category>"
            "<pubDate>Wed, 02 Oct 2002 15:00:00 EST</pubDate><comments>/c</comments>"
            "<enclosure url='a.mp3' length='12' type='audio/mpeg'/></item>"
        )
    )

    assert (entry.title, entry.guid) == ("One", "G")
    assert entry.url == "https://e.org/blog/one?a=1&b=2"
    assert (entry.summary, entry.content) == ("Sum", "<p>Body</p>")
    assert (entry.authors, entry.tags) == (("Ann", "Bob"), ("a", "b"))
    assert entry.published_at == datetime(2002, 10, 2, 20, tzinfo=UTC)
    assert entry.published_raw == "Wed, 02 Oct 2002 15:00:00 EST"
    assert entry.comments_url == "https://e.org/c"
    assert entry.enclosures == (Enclosure("https://e.org/blog/a.mp3", "audio/mpeg", 12),)
    assert entry.base_url == _URL


def test_a_complete_atom_entry_is_read(atom: Build) -> None:
    """With its language, its base, a label for a tag and the feed's author."""
    entry = _only(
        atom(
            "<entry xml:base='http://b.org/x/' xml:lang='de'><id>tag:1</id><title>One</title>"
            "<link rel='self' href='s'/><link rel='alternate' href='one'/>"
            "<link rel='replies' type='text/html' href='one#c'/>"
            "<link rel='enclosure' href='a.mp3'/>"
            "<category term='t' label='T &amp;amp; U'/><summary>a &lt; b</summary>"
            "<content type='html'>&lt;p&gt;Body&lt;/p&gt;</content>"
            "<published>2020-01-01T00:00:00Z</published><updated>2020-01-02T00:00:00Z</updated>"
            "</entry>"
        )
    )

    assert (entry.url, entry.comments_url) == ("http://b.org/x/one", "http://b.org/x/one#c")
    assert (entry.base_url, entry.language) == ("http://b.org/x/", "de")
    assert entry.enclosures == (Enclosure("http://b.org/x/a.mp3"),)
    assert (entry.authors, entry.tags) == (("Feed Author",), ("T & U",))
    assert (entry.summary, entry.content) == ("<p>a &lt; b</p>", "<p>Body</p>")
    assert entry.published_at == datetime(2020, 1, 1, tzinfo=UTC)
    assert entry.updated_at == datetime(2020, 1, 2, tzinfo=UTC)


def test_the_feed_itself_is_read(rss: Build) -> None:
    """Its title and description in plain text, its page absolute."""
    feed = parse_feed(
        rss("").replace(
            b"<title>Feed</title>",
            b"<title>A &amp;amp; B</title><link>/</link><language>en-gb</language>"
            b"<description>&lt;b&gt;Bold&lt;/b&gt; words</description>",
        ),
        url=_URL,
    )

    assert (feed.format, feed.path, feed.encoding) == ("rss20", "strict", "utf-8")
    assert (feed.title, feed.description) == ("A & B", "Bold words")
    assert (feed.url, feed.language, feed.entries) == ("https://e.org/", "en-gb", ())


@pytest.mark.parametrize(
    "title",
    [
        "Tom &amp; Ann’s &lt;b&gt;“big”&lt;/b&gt; day",
        "Tom &amp;amp; Ann&amp;rsquo;s &amp;ldquo;big&amp;rdquo; day",
        "<![CDATA[Tom & Ann’s <b>“big”</b>\n day]]>",
        "<![CDATA[Tom &amp; Ann&#8217;s &#x201C;big&#8221; day]]>",
        "Tom &#38; Ann&#8217;s &#x201c;big&#x201d; day",
    ],
)
def test_every_spelling_of_a_title_is_the_same_text(rss: Build, atom: Build, title: str) -> None:
    """Escaped, in CDATA, numeric, twice escaped; in RSS and as Atom's HTML."""
    expected = "Tom & Ann’s “big” day"

    assert _only(rss(f"<item><title>{title}</title></item>")).title == expected
    assert _only(atom(f"<entry><title type='html'>{title}</title></entry>")).title == expected


@pytest.mark.parametrize(
    "text", ["a < b", "AT&T", "Use <b> in HTML", "&amp; is an ampersand", "<3"]
)
def test_a_text_title_of_atom_is_kept_to_the_letter(atom: Build, text: str) -> None:
    """What Atom declares as text is not interpreted."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")

    assert _only(atom(f"<entry><title>{escaped}</title></entry>")).title == text
    assert _only(atom(f"<entry><title type='text'>{escaped}</title></entry>")).title == text


def test_an_xhtml_title_loses_its_tags(atom: Build) -> None:
    """Its characters are text whatever they are."""
    title = "<div xmlns='http://www.w3.org/1999/xhtml'>a &lt; <b>b</b> &amp;amp;</div>"

    assert _only(atom(f"<entry><title type='xhtml'>{title}</title></entry>")).title == "a < b &amp;"


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("<guid>https://e.org/g</guid><link>https://e.org/l</link>", "https://e.org/l"),
        (
            "<feedburner:origLink>https://e.org/o</feedburner:origLink><guid>https://e.org/g</guid>",
            "https://e.org/o",
        ),
        ("<guid>https://e.org/g</guid>", "https://e.org/g"),
        ("<guid isPermaLink='false'>https://e.org/g</guid>", None),
        ("<guid>12345</guid>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<guid>https://e.org/g</guid><link>data:text/html,x</link>", "https://e.org/g"),
        ("<link/>", None),
    ],
)
def test_the_link_of_an_item_is_chosen(rss: Build, links: str, expected: str | None) -> None:
    """Its link, else the one before a proxy, else a permalink; a script never."""
    assert _only(rss(f"<item><title>x</title>{links}</item>")).url == expected


@pytest.mark.parametrize(
    "guid", ["ABC", "/a/../b?", "HTTP://E.org:80/%7Ea/?#", "tag:x,2020:1", "1"]
)
@pytest.mark.parametrize("place", ["rss", "atom"])
def test_a_guid_is_never_touched(rss: Build, atom: Build, guid: str, place: str) -> None:
    """Not resolved, whatever base there is, and its case is kept."""
    body = (
        rss(f"<item xml:base='https://b.org/x/'><guid>\n {guid} </guid></item>")
        if place == "rss"
        else atom(f"<entry xml:base='https://b.org/x/'><id> {guid}\n</id></entry>")
    )

    assert _only(body).guid == guid


def test_items_without_anything_are_entries(rss: Build) -> None:
    """Without guid, link, title or date; only the empty one that repeats another is left out."""
    feed = parse_feed(
        rss(
            "<item><description>a</description></item><item><description>b</description></item>"
            "<item><enclosure url='https://e.org/a.mp3'/></item><item/><item/>"
        )
    )

    assert [entry.summary for entry in feed.entries] == ["a", "b", None, None]
    assert len({entry.key for entry in feed.entries}) == 4
    assert any("1 entries repeat" in warning for warning in feed.warnings)


@pytest.mark.parametrize(
    ("dates", "published", "updated"),
    [
        ("<pubDate>2020-01-01</pubDate><dc:date>2020-01-02</dc:date>", 1, 2),
        ("<dc:date>2020-01-02</dc:date>", 2, 2),
        ("<pubDate>Mon, 99 Foo</pubDate>", None, None),
        ("", None, None),
    ],
)
def test_the_dates_of_an_item(
    rss: Build, dates: str, published: int | None, updated: int | None
) -> None:
    """RSS's own date, else Dublin Core's; what cannot be read is kept raw."""
    entry = _only(rss(f"<item><title>x</title>{dates}</item>"))

    assert entry.published_at == (published and datetime(2020, 1, published, tzinfo=UTC))
    assert entry.updated_at == (updated and datetime(2020, 1, updated, tzinfo=UTC))
    assert entry.published_raw == ("Mon, 99 Foo" if "Foo" in dates else entry.published_raw)


def test_a_malformed_feed_is_repaired(rss: Build) -> None:
    """With a warning that says what was wrong, and the path that says how it was read."""
    feed = parse_feed(
        rss("<item><title>a &nope; b</title><guid>1</guid></item><item><title>c</title>")
    )

    assert feed.path == "repaired"
    assert [entry.title for entry in feed.entries] == ["a &nope; b", "c"]
    assert any("not well-formed" in warning for warning in feed.warnings)


def test_the_text_of_a_body_is_whole(rss: Build) -> None:
    """A body of many lines and entities, longer than any buffer, arrives in order."""
    body = "".join(f"line {number} &lt;b&gt; &amp;amp;\n" for number in range(120_000))

    entry = _only(rss(f"<item><description>{body}</description></item>"))

    assert (
        entry.summary
        == body.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
    )


def test_entities_of_a_feed_s_own_are_refused(rss: Build) -> None:
    """Names of HTML come out as what they mean there, any other as it was written."""
    body = rss("<item><title>a&nbsp;b &who;</title></item>").replace(
        b"<rss", b'<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY who "Ann">]><rss', 1
    )

    feed = parse_feed(body)

    assert (feed.path, feed.entries[0].title) == ("repaired", "a b &who;")
    assert any("entities" in warning for warning in feed.warnings)


# A second prefix for the same namespace changes nothing.
_RSS_11 = (
    b"<Channel xmlns='http://purl.org/net/rss1.1#' xmlns:r='http://purl.org/net/rss1.1#'>"
    b"<items><item><title>x</title></item></items></Channel>"
)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'<rss version="0.91"><channel><item><title>x</title></item></channel></rss>', "rss091u"),
        (_RDF, "rss10"),
        (b'<feed version="0.3"><entry><title>x</title></entry></feed>', "atom03"),
        (b"<Channel><Item><Title>x</Title></Item></Channel>", "cdf"),
        (_RSS_11, "cdf"),
    ],
)
def test_old_formats_are_named(body: bytes, name: str) -> None:
    """From RSS 0.9 to CDF, each with its entry."""
    feed = parse_feed(body)

    assert (feed.format, [entry.title for entry in feed.entries]) == (name, ["x"])


@pytest.mark.parametrize(
    "body",
    [
        b"<opml><body/></opml>",
        b"<urlset><url/></urlset>",
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
        b"<items><item/></items>",
        b"<service xmlns:a='http://www.w3.org/2005/Atom'><a:title>x</a:title></service>",
        b"<urlset xmlns:r='http://purl.org/rss/1.0/'><url/></urlset>",
    ],
)
def test_other_xml_is_no_feed(body: bytes) -> None:
    """Neither a list of feeds, a site map nor any other tree, items or not."""
    with pytest.raises(FeedError, match="no feed") as caught:
        parse_feed(body)

    assert caught.value.looks_like == "unknown"


def test_elements_named_like_fields_of_feedparser_do_no_harm(rss: Build) -> None:
    """Unknown elements land among known ones there; none of them is believed to be a list."""
    names = ("links", "authors", "tags", "title_detail", "summary_detail", "content", "entries")
    elements = "".join(f"<{name} a='b'/><{name}>text</{name}>" for name in names)

    entry = _only(rss(f"<item>{elements}<guid>1</guid></item>"))

    assert entry.guid == "1"


def test_an_empty_feed_inside_of_another_root_is_known_by_its_items(rss: Build) -> None:
    """Where there are entries, the name of the root is of no account."""
    feed = rss("<item><title>x</title></item>").partition(b"?>")[2]

    assert [entry.title for entry in parse_feed(b"<x>" + feed + b"</x>").entries] == ["x"]


def test_an_enormous_number_of_entries_is_cut_and_told_of() -> None:
    """As many as no feed has are read where a tag in a comment hides which of them are items."""
    items = [f"<item><guid>{n}</guid></item>" for n in range(MAX_ENTRIES + 2)]
    items[MAX_ENTRIES] += "<!-- <item> -->"

    feed = parse_feed(f"<rss><channel>{''.join(items)}</channel></rss>".encode())

    assert len(feed.entries) == MAX_ENTRIES
    assert any(warning.startswith("2 entries above") for warning in feed.warnings)


def test_many_authors_of_a_feed_do_not_multiply_with_its_entries(atom: Build) -> None:
    """Thousands of either are no more than thousands of lines."""
    authors = "".join(f"<author><name>{n}</name></author>" for n in range(5000))
    entries = "".join(f"<entry><id>{n}</id></entry>" for n in range(5000))

    feed = parse_feed(atom(authors + entries))

    assert len(feed.entries) == 5000
    assert {len(entry.authors) for entry in feed.entries} == {MAX_INHERITED_AUTHORS}
