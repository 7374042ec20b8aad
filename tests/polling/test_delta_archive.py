"""Reading only what changed leaves the same archive as reading everything, to the last row."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from aggregator.archive import Archive
from aggregator.articles import article_from_entry
from aggregator.errors import FeedError
from aggregator.feeds import parse_feed
from aggregator.feeds.document._snapshot import read_snapshot
from aggregator.model import Entry, FeedSpec, Item, PollResult, ReadingSpeed, Validators
from aggregator.polling._changes import find_changes
from aggregator.search.sqlite import SqliteIndex

_START = datetime(2026, 11, 20, tzinfo=UTC)
_SITE = "https://e.org"
_LONG = " with enough words to be remembered by its bytes and not read again"


@dataclass(frozen=True)
class Stated:
    """What a document says of one item; None leaves an element out."""

    guid: str | None
    link: str | None
    title: str | None
    text: str
    day: int | None

    def as_rss(self) -> str:
        """The item of an RSS document."""
        date = self.day and format_datetime(_START + timedelta(days=self.day))
        parts = {"guid": self.guid, "link": self.link, "title": self.title, "pubDate": date}
        stated = "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts.items() if text)
        return f"<item>{stated}<description>{self.text}</description></item>"

    def as_atom(self) -> str:
        """The entry of an Atom document."""
        date = self.day and (_START + timedelta(days=self.day)).isoformat()
        parts = {"id": self.guid, "title": self.title, "updated": date}
        stated = "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts.items() if text)
        link = f'<link href="{self.link}"/>' if self.link else ""
        return f'<entry>{stated}{link}<content type="html">{self.text}</content></entry>'


@dataclass(frozen=True)
class Document:
    """One state of a feed."""

    items: tuple[Stated, ...]
    head: str = "<title>T</title>"
    base: str = ""
    is_atom: bool = False
    encoding: str = "utf-8"
    fault: str = ""

    def to_bytes(self) -> bytes:
        """The document as it is served."""
        opening = f'<?xml version="1.0" encoding="{self.encoding}"?>\n'
        if self.is_atom:
            items = "\n".join(item.as_atom() for item in self.items)
            namespace = 'xmlns="http://www.w3.org/2005/Atom"'
            text = f"<feed {namespace}{self.base}>{self.head}\n{items}\n</feed>"
        else:
            items = "\n".join(item.as_rss() for item in self.items)
            text = f'<rss version="2.0"{self.base}><channel>{self.head}\n{items}\n</channel></rss>'
        if self.fault == "cut":
            text = text[: len(text) * 2 // 3]
        elif self.fault == "page":
            text = "<html><body><p>We are back soon.</p></body></html>"
        elif self.fault:
            text = text.replace("</title>", f"{self.fault}</title>", 1)
        return (opening + text).encode(self.encoding, "xmlcharrefreplace")


_GUIDS = st.one_of(st.none(), st.sampled_from(["1", "2", "3", "4", "5", "6", f"{_SITE}/1"]))
_PATHS = ["/1", "/2", "/3", "/4", "/", "/x#1", "/x#2", "/1?utm_source=feed"]
_LINKS = st.one_of(
    st.none(),
    st.sampled_from([_SITE + path for path in _PATHS]),
    st.sampled_from(["/1", "/2", "/3", "/4", "http://e.org/2"]),
)
_TEXTS = st.sampled_from(
    (
        "short",
        f"a plain one{_LONG}",
        f"an edited one{_LONG}",
        f"&lt;p&gt;an escaped one{_LONG} &amp;amp; more&lt;/p&gt;",
        f"<![CDATA[<p>a quoted one <item> in it </item>{_LONG}</p>]]>",
        f"ünïcödé{_LONG}",
        f"<!-- a comment <item> -->commented{_LONG}",
    )
)
_ITEMS = st.builds(
    Stated,
    _GUIDS,
    _LINKS,
    st.sampled_from([None, "A", "B"]),
    _TEXTS,
    st.sampled_from([None, 1, 2]),
)
_HEADS = st.sampled_from(
    (
        "<title>T</title>",
        "<title>T</title><lastBuildDate>Mon, 02 Jan 2006 15:04:05 GMT</lastBuildDate>",
        "<title>T</title><lastBuildDate>Tue, 03 Jan 2006 15:04:05 GMT</lastBuildDate>",
        "<title>T</title><!-- made in 3 ms -->",
        "<title>Another</title>",
        "<title>T</title><language>de</language>",
        "<title>T</title><author><name>All of us</name></author>",
        "<title>T</title><author><name>None of us</name></author>",
    )
)
_BASES = st.sampled_from(("", ' xml:base="https://c.example/"', ' xml:base="https://b.example/"'))
_ENCODINGS = st.sampled_from(("utf-8", "utf-8", "utf-8", "iso-8859-1", "utf-16", "utf-8-sig"))
_FAULTS = st.sampled_from(("cut", "page", " & ", "\x0b", "<b>", "&nbsp;"))


@st.composite
def _change(draw: st.DrawFn, document: Document) -> Document:
    """The document as it is found at the next poll."""
    kind = draw(st.sampled_from([*_KINDS, "add", "add", "edit", "rename", "head", "base"]))
    event(kind)
    changed = {name: draw(part) for name, part in _KINDS[kind].items()}
    if kind in _OF_ITEMS:
        changed["items"] = draw(_OF_ITEMS[kind](document.items))
    return replace(document, **changed)


@st.composite
def _edited(draw: st.DrawFn, items: tuple[Stated, ...]) -> tuple[Stated, ...]:
    at = draw(st.integers(0, max(0, len(items) - 1)))
    name = draw(st.sampled_from(sorted(_PARTS)))
    edited = (replace(one, **{name: draw(_PARTS[name])}) for one in items[at : at + 1])
    return (*items[:at], *edited, *items[at + 1 :])


@st.composite
def _renamed(draw: st.DrawFn, items: tuple[Stated, ...]) -> tuple[Stated, ...]:
    some = draw(st.sets(st.sampled_from(items or [None])))
    return tuple(replace(one, guid=f"new-{one.guid}") if one in some else one for one in items)


_PARTS: Mapping[str, st.SearchStrategy[Any]] = {
    "guid": _GUIDS,
    "link": _LINKS,
    "title": st.sampled_from([None, "A", "B"]),
    "text": _TEXTS,
    "day": st.sampled_from([None, 1, 2]),
}
_KINDS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    **{kind: {} for kind in ("add", "edit", "drop", "repeat", "shuffle", "rename")},
    "head": {"head": _HEADS},
    "base": {"base": _BASES},
    "format": {"is_atom": st.booleans()},
    "encoding": {"encoding": _ENCODINGS},
    "fault": {"fault": _FAULTS},
}
_Items = tuple[Stated, ...]
_OF_ITEMS: Mapping[str, Callable[[_Items], st.SearchStrategy[_Items]]] = {
    "add": lambda items: st.lists(_ITEMS, max_size=2).map(lambda new: (*new, *items)),
    "edit": _edited,
    "drop": lambda items: st.integers(0, 5).map(lambda count: items[:count]),
    "repeat": lambda items: st.sampled_from(items or [None]).map(
        lambda one: (*items, one) if one else items
    ),
    "shuffle": lambda items: st.permutations(items).map(tuple),
    "rename": _renamed,
}


@st.composite
def _histories(draw: st.DrawFn) -> list[Document]:
    """Documents of one feed in the order of its polls; a fault lasts for one of them."""
    first = tuple(draw(st.lists(_ITEMS, min_size=1, max_size=5)))
    documents = [Document(first, draw(_HEADS), is_atom=draw(st.booleans()))]
    for _ in range(draw(st.integers(1, 5))):
        documents.append(draw(_change(replace(documents[-1], fault=""))))
        older = draw(st.sampled_from([None, None, *documents]))
        if older:  # it comes back, alone or with what is there now
            both = tuple(dict.fromkeys((*documents[-1].items, *older.items)))
            documents.append(draw(st.sampled_from([older, replace(older, items=both)])))
    return documents


def _poll(
    archive: Archive, body: bytes, polled_at: datetime, *, is_whole: bool, max_new: int
) -> int:
    """Take a document in as a poll does, and say how many of its items were not read.

    Read as a whole, it is so because nothing is remembered of the document before.
    """
    [feed] = archive.feeds.all()
    memory = archive.feeds.memory(feed)
    memory = replace(memory, snapshot=None) if is_whole else memory
    try:
        parsed = parse_feed(body, url=feed.url, memory=memory)
        if archive.entries.basis(feed, parsed, 0).bears_unread:
            parsed = parse_feed(body, url=feed.url, memory=replace(memory, snapshot=None))
    except FeedError:
        return 0
    changes = find_changes(parsed, archive.entries.known(feed.id, parsed.entries), max_new=max_new)
    lease = archive.feeds.lease_one(feed.id, polled_at, 60)
    assert lease
    result = PollResult(feed.id, lease.token, polled_at, polled_at, Validators(), None)
    archive.entries.record(
        replace(
            result,
            parsed=parsed,
            new=tuple(_item(entry) for entry in changes.new),
            edited=tuple((was.id, _item(entry)) for was, entry in changes.edited),
            overwritten=tuple((was.id, _item(entry)) for was, entry in changes.overwritten),
            renamed=tuple((was.id, entry) for was, entry in changes.renamed),
            buried=tuple((was.id, entry) for was, entry in changes.buried),
            kept=tuple((was.id, entry) for was, entry in changes.kept),
            same=changes.same,
            forgets_document=bool(changes.left_for_later),
        )
    )
    return len(parsed.unchanged)


def _item(entry: Entry) -> Item:
    return Item(entry, article_from_entry(entry, speed=ReadingSpeed()))


_UNLIKE = {
    "feed": {"lease_token", "leased_until"},
    "fetch": {"duration_s"},
}
"""What no two archives have in common: by chance or by the clock."""


def _read_all(path: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables; of the snapshot what it says, its items in one order."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_[0-9]*'"
        tables = [row["name"] for row in connection.execute(named)]
        found = {
            table: [
                {name: row[name] for name in set(row.keys()) - _UNLIKE.get(table, set())}
                for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our names
            ]
            for table in tables
        }
    for row in found["snapshot"]:
        snapshot = read_snapshot(row["state"])
        assert snapshot
        items = sorted((one.key, one.digest, one.length, one.head) for one in snapshot.items)
        row["state"] = (replace(snapshot, items=()), items)
    return {table: sorted(rows, key=repr) for table, rows in found.items()}


def _of_ids(*guids: str) -> Document:
    items = (Stated(guid, f"{_SITE}/{guid[-1]}", guid[-1], f"text{_LONG}", 1) for guid in guids)
    return Document(tuple(items))


# An entry takes a new id, then the old one is there again beside it: two entries from then on.
_RETURNED = [_of_ids("1"), _of_ids("new-1", "2"), _of_ids("new-1", "2", "1"), _of_ids("1", "new-1")]


@pytest.fixture(scope="module")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an archive with one feed, to be copied: making one takes its time."""
    path = tmp_path_factory.mktemp("empty") / "archive.db"
    with Archive(f"sqlite:///{path}", SqliteIndex()) as archive:
        archive.feeds.sync([FeedSpec(f"{_SITE}/feed")], _START)
    return path


@settings(max_examples=30)
@example(_RETURNED, 99)
@given(_histories(), st.sampled_from([99, 99, 99, 2]))
def test_reading_the_changes_leaves_the_archive_of_reading_everything(
    empty_archive: Path, documents: list[Document], max_new: int
) -> None:
    """Whatever a feed does, each table has the same rows, and so has the index of the search."""
    with TemporaryDirectory() as folder:
        paths = [shutil.copy(empty_archive, f"{folder}/{name}.db") for name in ("delta", "whole")]
        delta, whole = (Archive(f"sqlite:///{path}", SqliteIndex()) for path in paths)
        with delta, whole:
            for number, document in enumerate(documents):
                body, polled_at = document.to_bytes(), _START + timedelta(hours=number)
                unread = _poll(delta, body, polled_at, is_whole=False, max_new=max_new)
                _poll(whole, body, polled_at, is_whole=True, max_new=max_new)
                event("changes only" if unread else "everything")

                ours, theirs = (_read_all(path) for path in paths)
                for table in theirs:
                    assert ours[table] == theirs[table], table
            assert delta.check() == whole.check() == []
