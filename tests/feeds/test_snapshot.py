"""Reading only what changed ends where reading everything ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from aggregator.feeds import parse_feed
from aggregator.feeds.document._snapshot import cut_known, read_snapshot
from aggregator.feeds.grammar._strict import MARK
from aggregator.model import Entry, Identity, Memory, ParsedFeed

URL = "https://e.org/feed.xml"
_NO_MEMORY = Memory()


def _rss(items: list[str], head: str = "<title>T</title>", *, opening: str = "") -> bytes:
    start = opening or '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    return f"{start}<channel>{head}\n{chr(10).join(items)}\n</channel></rss>".encode()


def _item(number: int, text: str = "the text of it, long enough to be remembered") -> str:
    return (
        f"<item><guid>{number}</guid><link>https://e.org/{number}</link>"
        f"<title>Title {number}</title><description><![CDATA[{text}]]></description></item>"
    )


def _follow(before: bytes, after: bytes) -> ParsedFeed:
    """The second document, read with what is remembered of the first."""
    return parse_feed(after, url=URL, memory=parse_feed(before, url=URL).memory)


@dataclass
class _Mirror:
    """An archive in small: the last state of each entry, and what is remembered of the feed."""

    entries: dict[str, Entry]
    memory: Memory

    def read(self, document: bytes, *, is_whole: bool) -> ParsedFeed:
        """Take a document in; `is_whole` forgets what the last one held."""
        memory = replace(self.memory, snapshot=None) if is_whole else self.memory
        feed = parse_feed(document, url=URL, memory=memory)
        assert set(feed.unchanged) <= self.entries.keys()
        self.entries |= {entry.key: entry for entry in feed.entries}
        self.memory = feed.memory
        return feed


_TEXTS = st.sampled_from(
    (
        "short",
        "a longer text that is remembered by its bytes &amp; more",
        "<![CDATA[a <b>bold</b> one <item> in it </item> and an end]]>",
        "<div xmlns='http://www.w3.org/1999/xhtml'>inline <b>markup</b> of some length</div>",
        "ünïcödé 日本語 and enough of it to be more than the shortest",
        "<!-- a comment <item> --> text after it and some more of it",
    )
)


@st.composite
def _items(draw: st.DrawFn) -> list[str]:
    """Items of a document; some have the same id or link, some have none."""
    numbers = draw(st.lists(st.integers(0, 9), max_size=8))
    made = []
    for number in numbers:
        guid = draw(st.sampled_from((f"<guid>{number}</guid>", f"<guid>{number}</guid>", "")))
        link = draw(st.sampled_from((f"<link>/{number}</link>", f"<link>/x#{number}</link>", "")))
        made.append(
            f"<item>{guid}{link}<title>T {draw(st.integers(0, 3))}</title>"
            f"<description>{draw(_TEXTS)}</description></item>"
        )
    return made


_HEADS = st.sampled_from(
    (
        "<title>T</title>",
        "<title>T</title>",
        "<title>T</title><lastBuildDate>Mon, 02 Jan 2006 15:04:05 GMT</lastBuildDate>",
        "<title>T</title><lastBuildDate>Tue, 03 Jan 2006 15:04:05 GMT</lastBuildDate>",
        "<title>T</title><language>de</language>",
        "<title>Another</title><pubDate>Tue, 03 Jan 2006 15:04:05 GMT</pubDate>",
        "<title>T</title><!-- made in 3 ms -->",
    )
)
_OPENINGS = st.sampled_from(
    (
        '<rss version="2.0">',
        '<rss version="2.0">',
        '<rss version="2.0" xml:base="https://other.example/">',
        '<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0">',
        '<!DOCTYPE rss [<!ENTITY e "x">]><rss version="2.0">',
    )
)


@st.composite
def _histories(draw: st.DrawFn) -> list[bytes]:
    """Documents of one feed in the order of its polls: items come, go, change and change places."""
    items = draw(_items())
    head, opening = draw(_HEADS), draw(_OPENINGS)
    documents = []
    for _ in range(draw(st.integers(2, 5))):
        documents.append(_rss(items, head, opening=opening))
        change = draw(st.sampled_from(("add", "add", "drop", "shuffle", "edit", "head", "junk")))
        if change == "add":
            items = draw(_items())[:2] + items
        elif change == "drop":
            items = items[: draw(st.integers(0, 5))]
        elif change == "shuffle":
            items = draw(st.permutations(items))
        elif change == "edit" and items:
            items = [items[0].replace("T ", "Changed "), *items[1:]]
        elif change == "head":
            head, opening = draw(_HEADS), draw(_OPENINGS)
        elif change == "junk":
            head = draw(st.sampled_from((head + " & junk", head + MARK.decode(), head + "<broken")))
    return documents


@settings(deadline=None, max_examples=400)
@given(_histories())
def test_reading_the_changes_ends_where_reading_everything_ends(documents: list[bytes]) -> None:
    """Whatever happens to a feed, the entries, their keys and their states are the same."""
    quick, thorough = _Mirror({}, _NO_MEMORY), _Mirror({}, _NO_MEMORY)
    for document in documents:
        changes = quick.read(document, is_whole=False)
        everything = thorough.read(document, is_whole=True)
        event("changes only" if changes.unchanged else "everything")
        assert quick.entries == thorough.entries
        assert {*changes.unchanged, *(one.key for one in changes.entries)} == {
            one.key for one in everything.entries
        }
        assert quick.memory.identity == thorough.memory.identity
        assert (changes.title, changes.language) == (everything.title, everything.language)


def test_what_is_new_is_all_that_is_read() -> None:
    """Of a document with one new item, that item is read and the others are named."""
    items = [_item(number) for number in range(20)]
    before, after = _rss(items[1:]), _rss(items)
    feed = _follow(before, after)
    assert [entry.guid for entry in feed.entries] == ["0"]
    assert set(feed.unchanged) == {entry.key for entry in parse_feed(before, url=URL).entries}


def test_an_edited_item_is_read() -> None:
    """A change of one byte makes an item one that is not known."""
    feed = _follow(_rss([_item(1), _item(2)]), _rss([_item(1), _item(2, "the Text" * 9)]))
    assert [entry.guid for entry in feed.entries] == ["2"]


def test_nothing_is_read_where_only_dates_have_changed() -> None:
    """A new build date and the time of a cache in a comment say nothing of the items."""
    items = [_item(number) for number in range(3)]
    dated = "<title>T</title><lastBuildDate>{}</lastBuildDate><!-- cached {} -->"
    feed = _follow(_rss(items, dated.format(1, 2)), _rss(items, dated.format(3, 4)))
    assert feed.entries == ()
    assert len(feed.unchanged) == 3
    again = parse_feed(_rss([_item(9), *items], dated.format(5, 6)), url=URL, memory=feed.memory)
    assert [entry.guid for entry in again.entries] == ["9"]


_ITEMS = [_item(number) for number in range(3)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_rss(_ITEMS), _rss(_ITEMS, "<title>T</title><language>fr</language>")),
        (_rss(_ITEMS), _rss(_ITEMS, opening='<rss xml:base="https://b.example/">')),
        (_rss(_ITEMS), _rss([*_ITEMS, _ITEMS[0]])),
        (_rss(_ITEMS), _rss(_ITEMS) + b"junk"),
        (_rss(_ITEMS), _rss(_ITEMS)[:-20]),
        (_rss(_ITEMS), _rss([f"<![CDATA[{_ITEMS[0]}]]>", *_ITEMS[1:]])),
        (_rss(_ITEMS), _rss([f"<image>{_ITEMS[0]}</image>", *_ITEMS[1:]])),
        (_rss(_ITEMS), _rss([f"<!--{_ITEMS[0]}-->", *_ITEMS[1:]])),
        (_rss(_ITEMS), _rss([_item(5, _ITEMS[0]), *_ITEMS[1:]])),
        (_rss(_ITEMS), _rss([MARK.decode(), *_ITEMS])),
        (
            _rss(_ITEMS),
            _rss([*_ITEMS, "<item><title>\xe9</title></item>"]).decode().encode("cp1252"),
        ),
        (
            _rss(["<item><title>same</title></item>"] * 2),
            _rss(["<item><title>same</title></item>"]),
        ),
    ],
    ids=[
        "language",
        "base",
        "repeated",
        "junk",
        "cut off",
        "in cdata",
        "elsewhere",
        "in a comment",
        "quoted in another",
        "mark",
        "not utf-8",
        "short",
    ],
)
def test_in_doubt_everything_is_read(before: bytes, after: bytes) -> None:
    """Where the surroundings of items have changed, or were never sure, no item is passed over."""
    feed = _follow(before, after)
    assert feed.unchanged == ()
    whole = parse_feed(after, url=URL)
    assert feed.entries == whole.entries


def test_another_address_reads_everything() -> None:
    """Relative links mean something else when a feed answers from another place."""
    memory = parse_feed(_rss(_ITEMS), url=URL).memory
    feed = parse_feed(_rss(_ITEMS), url="https://other.example/f", memory=memory)
    assert feed.unchanged == ()


def test_another_identity_reads_everything() -> None:
    """Keys that were made by another rule are of no use."""
    memory = parse_feed(_rss(_ITEMS), url=URL).memory
    feed = parse_feed(_rss(_ITEMS), url=URL, memory=replace(memory, identity=Identity.TEXT))
    assert feed.unchanged == ()


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: stored[:0],
        lambda stored: stored[:10],
        lambda stored: stored[:-1],
        lambda stored: b"\xff" + stored[1:],
        lambda stored: stored[:1] + b"\xff" + stored[2:],
        lambda stored: stored[:19] + b"\0\0" + stored[26:],  # a tag of no length
    ],
)
def test_a_damaged_snapshot_is_none(damage: Callable[[bytes], bytes]) -> None:
    """What another version wrote or a disk has spoilt leads to a whole reading, not to an error."""
    memory = parse_feed(_rss(_ITEMS), url=URL).memory
    assert memory.snapshot is not None
    spoilt = replace(memory, snapshot=damage(memory.snapshot))
    assert len(parse_feed(_rss(_ITEMS), url=URL, memory=spoilt).entries) == 3


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_any_bytes_are_a_snapshot_or_none(stored: bytes, body: bytes) -> None:
    """Reading and using a snapshot never raises, whatever it is made of."""
    snapshot = read_snapshot(stored)
    if snapshot:
        cut_known(body, snapshot)


def test_many_items_that_begin_alike_are_known_in_their_order() -> None:
    """Items with one beginning are found without comparing each with all others."""
    items = [f"<item><title>{'the same beginning ' * 5}{n}</title></item>" for n in range(3000)]
    feed = _follow(_rss(items[1:]), _rss(items))
    assert len(feed.entries) == 1
    assert len(feed.unchanged) == 2999
