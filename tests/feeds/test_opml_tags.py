"""Damaged subscription lists: every address that stands in them is found, in time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.feeds import OpmlImport, read_opml
from aggregator.model import FeedSpec


def _read(outlines: str) -> OpmlImport:
    return read_opml(f'<opml version="2.0"><body>{outlines}</body></opml>'.encode())


@pytest.mark.parametrize(
    "piece", ["<!--", "<?", '<a b="', "<a b=\"c='", '<!ENTITY a "', "&a", "a.b:"]
)
def test_open_ends_take_no_more_than_the_length_of_the_text(piece: str) -> None:
    """Four times the text takes nowhere near sixteen times the time."""
    times = []
    for count in (50_000, 200_000):
        document = f"<opml><outline xmlUrl='https://e.org/'/>{piece * count}".encode()
        started = time.process_time()
        read_opml(document)
        times.append(time.process_time() - started)

    assert times[1] < 9 * max(times[0], 0.05)


@pytest.mark.parametrize(
    "outline",
    [
        "<OUTLINE TEXT='a' XMLURL='https://e.org/f'/>",
        "<outline text=a xmlUrl=https://e.org/f/>",
        "<outline text='a' xmlUrl=“https://e.org/f”/>",
        "<outline text='a' text='b' xmlUrl='https://e.org/f'/>",
        "<outline text='a'xmlUrl='https://e.org/f'/>",
        "<outline text='a' xmlUrl='https://e.org/f'",
        "<outline text='a' xmlUrl='https://e.org/f",
        "<outline text='a' xmlUrl='https://e.org/f/></outline>".replace("/f/", "/f"),
        '<outline text="a xmlUrl="https://e.org/f"/>',
        '<outline text=\'a\' xmlUrl=""https://e.org/f""/>',
        "outline text='x' xmlUrl='https://e.org/f' title='a'/>",
        "<x:feed y:text='a' y:xmlUrl='https://e.org/f'></x:feed>",
        "<![CDATA[<outline text='a' xmlUrl='https://e.org/f'/>]]>",
        "<!-- never closed <outline text='a' xmlUrl='https://e.org/f'/>",
    ],
)
def test_damaged_outlines_are_read(outline: str) -> None:
    """Quotes too many, too few or none, names in capitals, tags without an end or a beginning."""
    for document in (f"<opml><body>{outline}", f"<opml><body>{outline}\n</body></opml>"):
        assert read_opml(document.encode()).feeds == (FeedSpec("https://e.org/f", name="a"),)


def test_quotes_inside_a_title_cost_nothing() -> None:
    """The title is whole, and so is what stands behind it."""
    read = _read("""<outline text="Say "hi" & go" type="rss" xmlUrl="https://e.org/f"/>""")

    assert read.feeds == (FeedSpec("https://e.org/f", name='Say "hi" & go'),)


def test_commented_feeds_are_none() -> None:
    """Neither is what only looks like an attribute inside another one's value."""
    read = _read(
        "<!-- <outline xmlUrl='https://e.org/old'/> -->"
        "<outline text='use xmlUrl=\"https://e.org/x\"' xmlUrl='https://e.org/f'/>"
    )

    assert [spec.url for spec in read.feeds] == ["https://e.org/f"]


def test_feeds_that_nothing_closes_stay_in_their_folders() -> None:
    """A folder's end tag ends the folder, not the last feed in it."""
    read = _read(
        "<outline text='x'><outline xmlUrl='https://e.org/a'><outline xmlUrl='https://e.org/b'>"
        "</outline><outline text='y'><outline xmlUrl='https://e.org/c'></outline>"
    )

    assert [spec.tags for spec in read.feeds] == [("x",), ("x",), ("y",)]


_NAMES = st.sampled_from(["xmlUrl", "xmlurl", "XMLURL", "XmlUrl"])


@st.composite
def _documents(draw: st.DrawFn) -> tuple[str, int]:
    """An OPML document as it should be, and how many feeds are in it."""
    parts, count = [], 0
    for kind in draw(
        st.lists(st.sampled_from(["feed", "feed", "open", "close", "old"]), max_size=12)
    ):
        quote = draw(st.sampled_from("\"'"))
        if kind == "feed":
            count += 1
            address = f"{draw(_NAMES)}={quote}https://e.org/{count}?a=1&amp;b=2{quote}"
            others = [f"text={quote}R&amp;D &gt; x{quote}", "type = 'rss'", f"title={quote}{quote}"]
            attributes = draw(st.permutations([address, *others]))
            parts.append(f"<outline {' '.join(attributes)}{draw(st.sampled_from(_ENDINGS))}")
        else:
            parts.append(_OTHERS[kind])
    opened = parts.count(_OTHERS["open"])
    closed = parts.count(_OTHERS["close"])
    body = "\n".join([_OTHERS["open"] * closed, *parts, _OTHERS["close"] * opened])
    return f"<opml version='2.0'><head/><body>{body}</body></opml>", count


_ENDINGS = ["/>", " />", "></outline>"]
_OTHERS = {
    "open": "<outline text='folder'>",
    "close": "</outline>",
    "old": "<!-- <outline xmlUrl='https://e.org/old'/> -->",
}
_DAMAGE = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 3),
        st.sampled_from(
            ["", "", "<", ">", '"', "'", "&", "=", "/", " ", "&b;", "<a ", "]]>", "xml"]
        ),
    ),
    max_size=5,
)


def _count(read: OpmlImport) -> int:
    return len(read.feeds) + len(read.duplicates) + len(read.rejected)


@given(_documents())
def test_every_feed_of_a_sound_list_is_found(made: tuple[str, int]) -> None:
    """No more and no less than were written."""
    document, count = made

    assert _count(read_opml(document.encode())) == count


@settings(max_examples=400)
@given(_documents(), _DAMAGE)
def test_damage_loses_nothing_that_a_recovering_parser_finds(
    made: tuple[str, int], damage: list[tuple[float, int, str]]
) -> None:
    """Characters that are missing or too many cost no feed that lxml's recovery keeps."""
    document = made[0]
    for place, length, inserted in damage:
        at = 6 + int(place * (len(document) - 6))
        document = document[:at] + inserted + document[at + length :]
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(document.encode(), parser)
    names = [
        str(name).rpartition("}")[2].lower() for element in root.iter() for name in element.attrib
    ]

    assert _count(read_opml(document.encode())) >= names.count("xmlurl")
