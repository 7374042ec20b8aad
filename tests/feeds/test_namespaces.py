"""What feedparser throws away or takes for something else, and what it must still say as before."""

from __future__ import annotations

import io
from collections.abc import Callable

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds._fields import Fields
from aggregator.feeds.grammar._reader import Reading, read_loosely
from aggregator.feeds.grammar._strict import read_strictly

Build = Callable[[str], bytes]


def _read_loosely(body: bytes) -> Reading:
    return read_loosely(body.decode())


_READERS = pytest.mark.parametrize("read", [read_strictly, _read_loosely], ids=["strict", "loose"])
_ORDINARY = """<item><title>A &amp;amp; B</title><link>http://e.org/1</link><guid>1</guid>
    <description>short &lt;b&gt;text&lt;/b&gt;</description><content:encoded><![CDATA[<p>long</p>]]>
    </content:encoded><category>x</category><enclosure url="a.mp3" length="1" type="audio/mpeg"/>
    <comments>http://e.org/1#c</comments><atom:link rel="related" href="http://e.org/2"/></item>"""
_CARRIED = """<media:group><media:title>Other</media:title><media:description>Other text
    </media:description><media:content url="v.mp4"><media:title>V</media:title></media:content>
    </media:group><media:title>Caption</media:title><media:description>Words</media:description>
    <itunes:summary>Told</itunes:summary><itunes:subtitle>Told shortly</itunes:subtitle>
    <image><url>http://e.org/i.png</url><title>Alt</title></image><podcast:person>Ann
    </podcast:person><podcast:alternateEnclosure><podcast:source uri="o.opus"/>
    </podcast:alternateEnclosure><psc:chapters><psc:chapter start="0"/></psc:chapters>
    <georss:point>1 2</georss:point><thr:in-reply-to ref="x"/>"""
_READ_BY_FEEDPARSER = ("title", "summary", "content", "links", "id", "tags", "comments")


def _only(reading: Reading) -> Fields:
    (item,) = reading.entries
    return item


@_READERS
def test_an_ordinary_item_is_what_feedparser_makes_of_it(
    rss: Build, read: Callable[[bytes], Reading]
) -> None:
    """The handlers change nothing where there is nothing for them."""
    body = rss(_ORDINARY)
    (theirs,) = feedparser.parse(
        io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False
    ).entries

    item = _only(read(body))

    assert {name: item[name] for name in _READ_BY_FEEDPARSER} == {
        name: theirs[name] for name in _READ_BY_FEEDPARSER
    }
    assert not [name for name in item if name.startswith("our_")]


@_READERS
@pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
def test_what_an_item_carries_leaves_its_texts_alone(
    rss: Build, read: Callable[[bytes], Reading], *, is_first: bool
) -> None:
    """Captions, a podcast's summary and a picture's title stand beside them, wherever they come."""
    bare = _only(read(rss(_ORDINARY)))
    end = "<item>" if is_first else "</item>"
    parts = (end, _CARRIED) if is_first else (_CARRIED, end)

    item = _only(read(rss(_ORDINARY.replace(end, "".join(parts)))))

    assert {name: item[name] for name in _READ_BY_FEEDPARSER} == {
        name: bare[name] for name in _READ_BY_FEEDPARSER
    }


@_READERS
def test_repeated_elements_are_all_kept(rss: Build, read: Callable[[bytes], Reading]) -> None:
    """With their attributes and their text; feedparser has the last one or none."""
    people = '<podcast:person role="guest">Ann</podcast:person><podcast:person>Bob</podcast:person>'

    item = _only(read(rss(f"<item>{people}</item>")))

    assert item["our_podcast_person"] == [
        {"role": "guest", "our_text": "Ann"},
        {"our_text": "Bob"},
    ]


@_READERS
def test_files_of_one_group_are_told_apart(rss: Build, read: Callable[[bytes], Reading]) -> None:
    """Each has its own title; what stands in the group beside them belongs to both."""
    group = """<media:group><media:content url="a.mp4"><media:title>A</media:title></media:content>
        <media:content url="b.mp4"/><media:description>Both</media:description></media:group>
        <media:content url="c.mp4"/>"""

    files = _only(read(rss(f"<item>{group}</item>")))["our_media"]

    assert files == [
        {"url": "a.mp4", "our_title": "A", "our_group": {"our_caption": "Both"}},
        {"url": "b.mp4", "our_group": {"our_caption": "Both"}},
        {"url": "c.mp4"},
    ]


@_READERS
def test_a_live_broadcast_is_an_item(rss: Build, read: Callable[[bytes], Reading]) -> None:
    """It has a title and files as others have, and the feed keeps its own."""
    live = '<podcast:liveItem status="live"><title>Now</title><guid>n</guid></podcast:liveItem>'

    reading = read(rss(f"{live}<item><title>Then</title></item>"))

    assert [item["title"] for item in reading.entries] == ["Now", "Then"]
    assert reading.feed["title"] == "Feed"


@_READERS
@pytest.mark.parametrize(
    "broken",
    [
        "<psc:chapters><psc:chapter/></psc:chapters>",
        "<gml:pos srsName='EPSG:x'>1 2</gml:pos>",
        "<georss:where><gml:Point srsName='EPSG:x'><gml:pos>x</gml:pos></gml:Point></georss:where>",
        "<gml:LineString><gml:posList>1</gml:posList></gml:LineString>",
        "<podcast:source uri='x'/>",
        "<media:content><media:content/></media:content>",
        "<image/><url>x</url>",
    ],
)
def test_no_element_is_bad_enough_to_lose_its_neighbours(
    rss: Build, read: Callable[[bytes], Reading], broken: str
) -> None:
    """For the first four feedparser raises, and the feed would be lost."""
    reading = read(rss(f"<item>{broken}<title>One</title></item><item><title>Two</title></item>"))

    assert [item["title"] for item in reading.entries] == ["One", "Two"]


_NAMES = st.sampled_from(
    """media:group media:content media:title media:description podcast:person psc:chapter image url
    title podcast:alternateEnclosure podcast:source podcast:liveItem itunes:summary itunes:image
    georss:point item author our_media our:podcast_person our_pictures""".split()  # noqa: SIM905
)
_TAGS = st.tuples(_NAMES, st.sampled_from(["<{}>", "</{}>", "<{}/>", "<{} url='u'>", "{}"]))


@given(tags=st.lists(_TAGS.map(lambda pair: pair[1].format(pair[0])), max_size=30))
def test_no_order_of_tags_raises(tags: list[str]) -> None:
    """Tags that cross, end what never began or begin what never ends."""
    reading = read_loosely(f"<rss version='2.0'><channel><item><b>T</b>{''.join(tags)}")

    assert reading.entries


def test_a_hundred_thousand_people_are_bounded(rss: Build) -> None:
    """One entry cannot fill the memory of all that read it after."""
    people = "<podcast:person>Ann</podcast:person>" * 100_000

    item = _only(read_strictly(rss(f"<item>{people}</item>")))

    assert isinstance(item["our_podcast_person"], list)
    assert len(item["our_podcast_person"]) <= 1000
