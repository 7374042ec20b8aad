"""Broken documents made well-formed, none with fewer entries than before."""

from __future__ import annotations

import time
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds.document._document import open_document
from aggregator.feeds.document._repair import repair

_ITEM = """<item><title>{0}</title><link>https://a.example/{0}</link>
<guid isPermaLink="false">{0}</guid><description><![CDATA[<p>a & b</p>]]></description></item>"""
_ENTRY = """<entry><title type="text">{0}</title><link rel="alternate" href="https://a.example/{0}"/>
<id>{0}</id><content type="html">&lt;p&gt;a &amp;amp; b</content></entry>"""
_FEEDS = {
    "rss": '<rss version="2.0"><channel><title>F</title>{}</channel></rss>',
    "atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{}</feed>',
}
_NAMES = ("one", "two", "three")


def _build(kind: str) -> str:
    item = _ITEM if kind == "rss" else _ENTRY
    return _FEEDS[kind].format("".join(item.format(name) for name in _NAMES))


def _parse(document: bytes) -> list[tuple[str, ...]]:
    """What a parser that knows of namespaces reads; raises ExpatError for what is not XML."""
    events: list[tuple[str, ...]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: events.append(
        ("start", name, *(f"{key}={value}" for key, value in sorted(attributes.items())))
    )
    parser.EndElementHandler = lambda name: events.append(("end", name))
    parser.CharacterDataHandler = lambda text: events.append(("text", text))
    parser.Parse(document, True)
    return _join_texts(events)


def _join_texts(events: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    joined: list[tuple[str, ...]] = []
    for event in events:
        if event[0] == "text" and joined and joined[-1][0] == "text":
            joined[-1] = ("text", joined[-1][1] + event[1])
        else:
            joined.append(event)
    return joined


def _count_entries(events: list[tuple[str, ...]]) -> int:
    names = (event[1].rpartition(" ")[2] for event in events if event[0] == "start")
    return sum(name in {"item", "entry"} for name in names)


def _mend(text: str) -> list[tuple[str, ...]]:
    return _parse(repair(open_document(text)).to_bytes())


def _text_of(events: list[tuple[str, ...]]) -> str:
    return "".join(event[1] for event in events if event[0] == "text")


_DAMAGES = {
    "lone ampersand": ("two</title>", "Q&A & R&D?a=1&copy=2</title>"),
    "name of HTML": ("two</title>", "a&nbsp;&eacute;&hellip;&unknown;</title>"),
    "control characters": ("two</title>", "\x00\x08\x0b\x1f\ufffe\uffff</title>"),
    "references to no character": ("two</title>", "&#0;&#xB;&#xD800;&#1114112;&#X41;</title>"),
    "stray brackets": ("two</title>", "a < b <3 <- <http://x/> </title>"),
    "end of CDATA in text": ("two</title>", "a]]>b</title>"),
    "tags of HTML": ("two</title>", "a<br>b</br><hr><p>c<p>d<b></title>"),
    "misspelt end": ("two</title>", "two</titel>"),
    "end in capitals": ("two</title>", "two</TITLE>"),
    "no end": ("two</title>", "two"),
    "end that nothing began": ("two</title>", "two</b></title></i>"),
    "entry without end": ("{end}{start}", "{start}"),
    "tag without bracket": ("two</title>", "two</title <b"),
    "undeclared prefixes": ("two</title>", "two</title><dc:x/><made:up made:a='1'/>"),
    "prefix declared too deep": ("two</title>", "<a:b xmlns:a='u'/></title><a:c/>"),
    "prefix declared as nothing": ("two</title>", "<a:b xmlns:a=''/></title>"),
    "values without quotes": ("{start}", "<x a=1 b=http://a.example/?c&d=e/>{start}"),
    "attribute told twice": ("{start}", "<x a='1' a='2'/>{start}"),
    "attributes without space": ("{start}", "<x a='1'b=\"2\"/>{start}"),
    "quote too many": ("{start}", "<x a='1'' b=\"2/>{start}"),
    "bracket and ampersand in a value": ("{start}", "<x a='<b> & c&nbsp;' b=\"<\"/>{start}"),
    "dashes in a comment": ("{start}", "<!-- a -- b --->{start}"),
    "comment without end": ("</title>", "</title><!-- a"),
    "declarations in the middle": ("{start}", "<?xml version='1.0'?><!DOCTYPE a><![endif]>{start}"),
    "CDATA without end": ("two</title>", "<![CDATA[two</title>"),
    "text after the root": ("{root}", "{root} junk & more"),
    "page after the root": ("{root}", "{root}<!-- x --><html><body><p>junk"),
    "end of the root too early": ("{end}{start}", "{end}{root}{start}"),
    "nothing after the last entry": ("{end}{root}", "{end}"),
}


@pytest.mark.parametrize("kind", _FEEDS)
@pytest.mark.parametrize("damage", _DAMAGES)
def test_a_damaged_feed_is_well_formed_again_with_every_entry(kind: str, damage: str) -> None:
    """Whatever happened to it, every entry is there, and so are the texts of the others."""
    whole = _build(kind)
    entry, root = ("item", "</channel></rss>") if kind == "rss" else ("entry", "</feed>")
    old, new = (
        part.format(start=f"<{entry}>", end=f"</{entry}>", root=root) for part in _DAMAGES[damage]
    )
    head, first, rest = whole.partition("one</title>")
    broken = head + first + rest.replace(old, new, 1)

    events = _mend(broken)

    assert _refuses(broken), "the damage must be one"
    assert _count_entries(events) == len(_NAMES)
    assert any("https://a.example/three" in part for event in events for part in event)
    assert ("text", "three") in events


def _refuses(text: str) -> bool:
    try:
        _parse(open_document(text).to_bytes())
    except expat.ExpatError:
        return True
    return False


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("Q&A&nbsp;&hellip;&lt;&LT;", "Q&A\xa0…<<"),
        ("a?b=1&copy=2&amp=3", "a?b=1&copy=2&amp=3"),
        ("&own; &#8217s &#X41;", "&own; ’s A"),
        ("&#0;&#xD800;&#1114112;&#x0000000041;&#9999999999999;", "A"),
        ("\x00a\x0b\ufffeb", "ab"),
        ("1 < 2 <3 a]]>b <http://x/>", "1 < 2 <3 a]]>b <http://x/>"),
        ("<![CDATA[&nbsp;<b>]]>&", "&nbsp;<b>&"),
        ("a<!-- & -->b<?php & ?>c&", "abc&"),
    ],
)
def test_text_is_what_its_author_meant(broken: str, text: str) -> None:
    """Characters by their names, everything else that is no markup as it stands there."""
    assert _text_of(_mend(f"<rss>{broken}</rss>")) == text


def test_prefixes_get_the_addresses_that_are_known_of_them() -> None:
    """The formats' own ones, else what the document says elsewhere, else a name made up."""
    events = _mend("<rss><dc:x/><a:x/><b><a:y xmlns:a='u'/></b><c:x/></rss>")

    names = [event[1] for event in events if event[0] == "start"]
    assert names[1:5] == ["http://purl.org/dc/elements/1.1/ x", "u x", "b", "u y"]
    assert names[5].startswith("urn:")


def test_a_format_whose_own_prefix_nobody_declared_is_read() -> None:
    """Written by hand, without quotes, and every name with a prefix."""
    events = _mend(
        "<rss rss:version=2.0><rss:channel><rss:item><rss:title>One</rss:title></rss:item>"
        "<rss:item rss:a=true></rss:item></rss:channel></rss>"
    )

    assert _count_entries(events) == 2
    assert ("start", "http://backend.userland.com/rss item") in events


def test_an_entry_is_no_part_of_what_was_left_open_before_it() -> None:
    """A description without end would make the markup of a text of it."""
    events = _mend("<rss><channel><description>a<p>b<item><title>c<guid>d</guid></item></rss>")

    order = [event[:2] for event in events if event[0] != "text"]
    assert order.index(("end", "description")) < order.index(("start", "item"))
    assert order.index(("end", "title")) < order.index(("start", "guid"))


def test_a_second_document_after_the_first_is_read_too() -> None:
    """Two feeds in one file are one feed with the entries of both."""
    assert _count_entries(_mend(_build("rss") + "<?xml version='1.0'?>" + _build("rss"))) == 6


@pytest.mark.parametrize("tag", ["<item<", "<item/\n", "<item\n  ", "<item<\n", "<ITEM /<"])
def test_the_start_of_an_entry_without_its_bracket_is_one(tag: str) -> None:
    """What follows it belongs to the entry; the bare word in a text does not begin one."""
    start = tag.removesuffix("<")

    events = _mend(f"<rss><channel>{start}<title>a <item b</title></item><item/></channel></rss>")

    names = [event[1].lower() for event in events if event[0] == "start"]
    assert names == ["rss", "channel", "item", "title", "item"]


def test_elements_too_deep_and_prefixes_too_many_are_left_out() -> None:
    """Their texts stay, and so does every entry behind them."""
    deep = "".join(f"<a{n}>" for n in range(2000))
    prefixes = "".join(f"<b><p{n}:c q{n}:d='1'/></b>" for n in range(2000))
    entries = "<item/>" * 3

    events = _mend(f"<rss><channel>{deep}text{entries}{prefixes}{'<channel>' * 2000}{entries}")

    starts = [event for event in events if event[0] == "start"]
    assert _count_entries(events) == 6
    assert ("text", "text") in events
    assert len(starts) < 4000
    assert len({event[1].partition(" ")[0] for event in starts}) < 2000


def test_a_namespace_longer_than_any_is_dropped() -> None:
    """It would be part of every name in it."""
    long = "u" * 1001

    events = _mend(f"<rss xmlns='{long}' xmlns:a='{long}' xmlns:b='v'>&<a:x/><b:y/></rss>")

    names = [event[1] for event in events if event[0] == "start"]
    assert max(map(len, names)) < 100
    assert (names[0], names[2]) == ("rss", "v y")


def test_an_entry_in_a_comment_stays_out() -> None:
    """What its author took out is not brought back."""
    assert _count_entries(_mend("<rss>&<!-- <item/> --><item/></rss>")) == 1


def test_entries_by_another_prefix_are_entries_too() -> None:
    """The prefix of the root is that of the format, whatever it is."""
    entry = "<x:entry><x:title>a</x:title></x:entry>"

    events = _mend(f"<x:feed xmlns:x='http://www.w3.org/2005/Atom'>{entry}</x:feed>{entry}")

    assert _count_entries(events) == 2


def test_an_item_of_a_content_list_is_no_entry() -> None:
    """RSS 1.0 may nest content:item in the item it belongs to."""
    events = _mend("<rss>&<item><content:items><content:item/></content:items><a/></item></rss>")

    assert [event[1] for event in events if event[0] == "end"][-2:] == ["item", "rss"]


@pytest.mark.parametrize("kind", _FEEDS)
def test_a_document_cut_anywhere_keeps_what_it_had(kind: str) -> None:
    """Each entry that had begun is there; half an address or identifier is none at all."""
    whole = _build(kind)
    tag = "<item>" if kind == "rss" else "<entry>"
    for end in range(len("<feed>") + 40, len(whole) - 1):
        cut = whole[:end]

        repaired = repair(open_document(cut))
        events = _parse(repaired.to_bytes())

        assert _count_entries(events) == cut.count(tag)
        assert repaired.warnings == ("it ends before its root element does: it may be cut off",)
        assert not {("text", "thr"), ("text", "https://a.example/th")} & set(events) or (
            cut.endswith(("<title>thr", '<title type="text">thr'))
        )


def test_a_name_that_never_ends_is_bounded() -> None:
    """A parser behind this needs the square of it; no other text is cut."""
    long = "a" * 5000

    events = _mend(f"<rss><author>{long[:900]}<b/>{long}<![CDATA[{long}]]></author><x>{long}</x>")

    texts = [event[1] for event in events if event[0] == "text"]
    assert sum(map(len, texts[:-1])) == 1000
    assert texts[-1] == long


_WORDS = st.sampled_from(["a &amp; b", "&lt;p&gt;", "<![CDATA[<p> & ]]>", "é", " ", "&#38;", "x"])
_TREES = st.recursive(
    _WORDS,
    lambda inner: st.builds(
        "<{0} n='&quot;{1}' xml:lang=\"en\">{2}</{0}>".format,
        st.sampled_from(["a", "b:c", "items", "p.-_"]),
        st.sampled_from(["", "&lt;", ">"]),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=12,
)


@given(_TREES)
def test_what_is_well_formed_means_the_same_afterwards(tree: str) -> None:
    """Every element, attribute and text of it, in the same order."""
    document = open_document(f"<rss xmlns:b='urn:b'>{tree}</rss>")

    assert _parse(repair(document).to_bytes()) == _parse(document.to_bytes())


_SOUP = """<item> </item> <entry> </entry> <title> </title> <link> <guid> <a:b> </a:b> <a:b/> <x >
    /> = <![CDATA[ ]]> ]] &#xD800; &#99999999999; &x; &nbsp; & < " ' <!-- --> xmlns:a="u"
    xmlns:a='' a:c='d' b=1 b="<" <? ?> <! \0 \uffff é </rss> </channel> <channel> <br> </br>
    <author> <rss> </ : <a:item> <_ <é> xmlns="v" xmlns:xml="z" <xmlns:q> <p.->"""


@given(st.lists(st.sampled_from(_SOUP.split()), max_size=25), st.sampled_from(["", " "]))
def test_any_soup_is_well_formed_afterwards(pieces: list[str], space: str) -> None:
    """And mending it once more changes nothing."""
    once = repair(open_document(f"<rss>{space.join(pieces)}</rss>"))

    assert _parse(repair(once).to_bytes()) == _parse(once.to_bytes())


_HOSTILE = (
    *("<", "<![CDATA[", "<!--", "<?a ", "<!D ", "<a ", "<a>", "</a>", "</b", "<a></b>", "</ "),
    *(
        '<a b="',
        "<a b=\"<a c='",
        '<a b="x" c="<',
        "<a xmlns:a='b'>",
        " a=1",
        " =",
        " /",
        '"',
        "]]>",
    ),
    *("&", "&#", "&#1", "<a><![CDATA[</a>", "<a><![CDATA[<b>", "<author>x", "<!DOCTYPE a ["),
    *("<a:b/>", "<a@ xmlns:a@='b'>", "<a@:b a@='b'/>", "<p a@='b' ", "<item>", "<rss><", "<?xml?>"),
)


@pytest.mark.parametrize("head", ["<rss>", '<rss a="', "<rss><![CDATA["])
@pytest.mark.parametrize("unit", _HOSTILE)
def test_hostile_documents_take_linear_time(head: str, unit: str) -> None:
    """A third of a megabyte of anything that opens and never closes."""
    started = time.process_time()

    units = (unit.replace("@", str(number)) for number in range(300_000 // len(unit)))
    repair(open_document(head + "".join(units)))

    assert time.process_time() - started < 5  # it takes up to 0.5; the square would be hours
