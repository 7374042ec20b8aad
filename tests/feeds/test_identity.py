"""Keys and hashes: what makes two entries one, and what makes one entry changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds._identity import content_hash, identify, make_key
from aggregator.model import Enclosure, Entry, Identity, Memory

_FIXED = Memory(is_fixed=True)


def _entry(**fields: object) -> Entry:
    return replace(Entry(key="", content_hash=""), **fields)  # type: ignore[arg-type]


def _key(entry: Entry) -> str:
    return identify([entry]).entries[0].key


def test_a_key_is_made_of_kind_and_value() -> None:
    """The recipe is stored in every archive, so it is spelled out here."""
    expected = blake2b(b"id\0tag:example.org,2020:1", digest_size=16).hexdigest()

    assert make_key("id", "tag:example.org,2020:1") == expected


@pytest.mark.parametrize(
    ("fields", "kind", "value"),
    [
        ({"guid": "A/../b?", "url": "http://e.org/x"}, "id", "A/../b?"),
        ({"url": "HTTP://E.org:80/X?utm_source=a&b=1#c"}, "link", "https://e.org/X?b=1"),
        (
            {"enclosures": (Enclosure("https://e.org/a.mp3?token=1"),), "title": "t"},
            "enc",
            "https://e.org/a.mp3",
        ),
        (
            {"title": "t", "published_raw": "r", "summary": "<p>b</p>"},
            "txt",
            "t\x1fr\x1fb",
        ),
    ],
)
def test_the_first_thing_there_is_names_an_entry(
    fields: dict[str, object], kind: str, value: str
) -> None:
    """The guid untouched, else the normalised link, else the file, else the text."""
    assert _key(_entry(**fields)) == make_key(kind, value)


def test_links_that_differ_only_by_fragment_keep_it() -> None:
    """A page of several notes is several entries."""
    notes = [_entry(url=f"https://e.org/day#{number}") for number in range(3)]

    assert len({entry.key for entry in identify(notes).entries}) == 3
    assert _key(notes[0]) == make_key("link", "https://e.org/day")


def test_a_repeat_that_differs_in_nothing_seen_is_one_entry() -> None:
    """The same item twice, once with a new date, is one; the first is kept."""
    first = _entry(guid="1", title="a", published_at=datetime(2020, 1, 1, tzinfo=UTC))

    entries = identify([first, replace(first, published_at=None), _entry(guid="2")]).entries

    assert [entry.guid for entry in entries] == ["1", "2"]
    assert entries[0].published_at is not None


@pytest.mark.parametrize(
    ("one", "two", "kind"),
    [
        ({"url": "https://e.org/1"}, {"url": "https://e.org/2"}, "id+link"),
        (
            {"url": "https://e.org/1", "title": "a"},
            {"url": "https://e.org/1", "title": "b"},
            "id+txt",
        ),
        ({"title": "a"}, {"title": "b"}, "id+txt"),
        ({"tags": ("a",)}, {"tags": ("b",)}, "id+hash"),
    ],
)
def test_different_entries_of_one_guid_are_told_apart(
    one: dict[str, object], two: dict[str, object], kind: str
) -> None:
    """By their links, else their texts, else their hashes; both, in whatever order they stand."""
    pair = [_entry(guid="same", **one), _entry(guid="same", **two)]

    forward, backward = identify(pair, _FIXED).entries, identify(pair[::-1], _FIXED).entries

    assert {entry.key for entry in forward} == {entry.key for entry in backward}
    assert len({entry.key for entry in forward}) == 2
    value = {"id+link": "https://e.org/1", "id+hash": forward[0].content_hash}.get(kind)
    value = value or f"{one['title']}\x1f\x1f"
    assert forward[0].key == make_key(kind, f"same\x1f{value}")


def _many(*odd: Entry) -> list[Entry]:
    return [*(_entry(guid=str(number), title=str(number)) for number in range(30)), *odd]


def test_ids_that_repeat_now_and_then_are_still_believed() -> None:
    """One pair among thirty is told apart by its links, all others by their ids."""
    pair = [_entry(guid="x", url=f"https://e.org/{number}") for number in range(2)]
    found = identify(_many(*pair)[1:])
    assert found.identity is Identity.LINK
    found = identify([*_many(), *(_entry(guid=f"more {n}") for n in range(10)), *pair])
    assert found.identity is Identity.ID
    assert not found.is_plain


@pytest.mark.parametrize(
    ("entries", "expected", "kind"),
    [
        ([_entry(guid="x", url=f"https://e.org/{n}") for n in range(9)], Identity.LINK, "id+link"),
        (
            [_entry(guid="x", url="https://e.org/", title=str(n)) for n in range(9)],
            Identity.TEXT,
            "txt",
        ),
    ],
)
def test_ids_that_repeat_are_not_believed_any_more(
    entries: list[Entry], expected: Identity, kind: str
) -> None:
    """More than one in twenty, and all entries are named by more than their id, now and later."""
    found = identify(entries)
    assert found.identity is expected
    alone = identify(entries[:1], Memory(found.identity)).entries[0]
    assert alone.key == found.entries[0].key
    value = {"id+link": "x\x1fhttps://e.org/0", "txt": "0\x1f\x1f"}[kind]
    assert alone.key == make_key(kind, value)


def test_what_the_operator_has_decided_stays() -> None:
    """A fixed identity is kept, however many ids repeat, and every entry still has its own key."""
    entries = [_entry(guid="x", url=f"https://e.org/{number}") for number in range(9)]
    found = identify(entries, _FIXED)
    assert found.identity is Identity.ID
    assert len({entry.key for entry in found.entries}) == 9


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        (_entry(guid="1", url="http://E.org/1?utm_source=x"), [("link", "https://e.org/1")]),
        (_entry(url="https://e.org/1"), []),
        (_entry(url="https://e.org/1#a"), [("link", "https://e.org/1#a")]),
        (_entry(guid="https://e.org/?p=1"), [("link", "https://e.org/?p=1")]),
        (_entry(guid="1"), []),
        (_entry(title="t"), []),
    ],
)
def test_aliases_are_the_other_names(entry: Entry, names: list[tuple[str, str]]) -> None:
    """Under what an entry may come back: its link, with its fragment; an id that is a link."""
    found = identify([entry]).entries[0]
    assert set(found.aliases) == {make_key(*name) for name in names}


def test_an_id_that_is_not_believed_is_an_alias() -> None:
    """So an entry is found again that was archived when ids were still believed."""
    found = identify([_entry(guid="1", url="https://e.org/1")], Memory(Identity.LINK)).entries[0]
    assert make_key("id", "1") in found.aliases


@pytest.mark.parametrize(
    "change",
    [
        {"title": "New"},
        {"url": "https://e.org/2"},
        {"authors": ("Bob",)},
        {"tags": ("x",)},
        {"summary": "<p>new</p>"},
        {"content": "<p>Body</p> more"},
        {"enclosures": (Enclosure("https://e.org/b.mp3"),)},
    ],
)
def test_what_a_reader_sees_changes_the_hash(change: dict[str, object]) -> None:
    """Each visible field counts."""
    assert content_hash(_entry(**{**_FULL, **change})) != content_hash(_entry(**_FULL))


_FULL: dict[str, object] = {
    "title": "Title",
    "url": "https://e.org/1?id=7",
    "authors": ("Ann",),
    "tags": ("a", "b"),
    "summary": "<p>sum</p>",
    "content": "<p>Body</p>",
    "enclosures": (Enclosure("https://e.org/a.mp3?Expires=1&Signature=x"),),
}


@pytest.mark.parametrize(
    "change",
    [
        {"published_at": datetime(2020, 1, 1, tzinfo=UTC), "published_raw": "x"},
        {"updated_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"title": " Title\n"},
        {"tags": ("b", "a")},
        {"url": "http://e.org/1?id=7&utm_source=rss&sid=9"},
        {"content": "<div><p class='x'>Body</p><img src='https://t.org/p.gif?r=1'></div>"},
        {"enclosures": (Enclosure("https://e.org/a.mp3?Expires=2&Signature=y"),)},
        {"comments_url": "https://e.org/c"},
    ],
)
def test_what_no_reader_sees_leaves_the_hash(change: dict[str, object]) -> None:
    """Dates, markup, tracking pixels, tokens in links, the order of tags."""
    assert content_hash(_entry(**{**_FULL, **change})) == content_hash(_entry(**_FULL))


_SHORT = st.sampled_from(["", "a", "b"])
_ENTRIES = st.builds(
    lambda guid, path, title, body, tag: _entry(
        guid=guid or None,
        url=f"https://e.org/{path}" if path else None,
        title=title or None,
        summary=body or None,
        tags=(tag,) if tag else (),
    ),
    *[_SHORT] * 5,
)


@given(st.lists(_ENTRIES, max_size=12), st.randoms())
def test_keys_are_unique_and_free_of_order(entries: list[Entry], random: object) -> None:
    """Nothing different is lost, no key is there twice, and no shuffle changes one."""
    shuffled = entries.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    keyed, again = identify(entries).entries, identify(shuffled).entries

    assert len({entry.key for entry in keyed}) == len(keyed) == len(set(entries))
    assert {entry.key: entry.content_hash for entry in keyed} == {
        entry.key: entry.content_hash for entry in again
    }
