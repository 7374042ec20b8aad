"""Bytes become text by what they are, and a tree that is never too large."""

from __future__ import annotations

import time
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._parse import (
    MAX_BYTES,
    MAX_TAGS,
    decode,
    is_markup,
    parse_tree,
    without_control,
)
from aggregator.errors import ExtractError


@pytest.mark.parametrize(
    ("document", "content_type", "text"),
    [
        ("größe".encode(), None, "größe"),
        ("größe".encode(), "text/html; charset=iso-8859-1", "größe"),
        ("größe “so”".encode("cp1252"), "text/html; charset=ISO-8859-1", "größe “so”"),
        ("größe".encode("latin-1"), None, "größe"),
        (
            b"<meta charset='gb2312'>" + "新闻".encode("gb18030"),
            None,
            "<meta charset='gb2312'>新闻",
        ),
        ("ニュース".encode("shift_jis"), "text/html; charset=Shift_JIS", "ニュース"),
        ("ニュース".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "ニュース"),
        ("뉴스".encode("cp949"), 'text/html; charset="euc-kr"', "뉴스"),
        (b"\xef\xbb\xbfa", "text/html; charset=latin-1", "a"),
        ("größe".encode("utf-16"), None, "größe"),
        ("größe".encode("latin-1"), "text/html; charset=no-such", "größe"),
        ("größe".encode("latin-1"), "text/html; charset=utf-7", "größe"),
        (b"caf\xe9 +AGE-", "text/html; charset=hex", "café +AGE-"),
        ("größe, größe".encode()[:-3] + b"\xc3", None, "größe, grö"),
        ("größe, größe".encode()[:-2], "text/html; charset=latin-1", "größe, grö"),
        (b"caf\xe9", None, "café"),
        (
            b"<meta charset=utf-16>" + "größe".encode(),
            None,
            "<meta charset=utf-16>größe",
        ),
    ],
)
def test_bytes_are_decoded_as_what_they_are(
    document: bytes, content_type: str | None, text: str
) -> None:
    """Marks, valid UTF-8, the header and the document's own claim are believed in this order."""
    assert decode(document, content_type) == text


def test_control_characters_and_surrogates_never_come_through() -> None:
    """What XML forbids is gone, so that lxml takes every text."""
    text = "a\x00b\x08c\ud800d\uffff and so on, for quite a while and then for some time more"

    assert decode(text) == "abc\ufffdd and so on, for quite a while and then for some time more"


@pytest.mark.parametrize(
    "document", ["", " \n", b"", b"\x00", b"GIF89a\x01\x00", b"\x1f\x8b\x08abc"]
)
def test_empty_and_binary_documents_are_refused(document: str | bytes) -> None:
    """There is no article in nothing and none in an image, whatever its bytes decode to."""
    with pytest.raises(ExtractError):
        decode(document)


def test_the_size_is_checked_before_anything_else() -> None:
    """One byte too many is refused, the largest size is read."""
    with pytest.raises(ExtractError, match="extract a part"):
        decode(b"a" * (MAX_BYTES + 1))
    assert len(decode(b"a" * MAX_BYTES)) == MAX_BYTES


@pytest.mark.parametrize("text", ["<p>a", "a <br/> b", "<!DOCTYPE html>", "x</b>", "<a href='x'>"])
def test_one_tag_makes_markup(text: str) -> None:
    """Opening, closing and empty tags and a document type are markup."""
    assert is_markup(text)


@pytest.mark.parametrize("text", ["a < b > c", "1<2", "<3 you", "if (a<b) { c>d }", "", "&amp;"])
def test_comparisons_and_hearts_are_no_markup(text: str) -> None:
    """Angle brackets alone do not make a page of a text."""
    assert not is_markup(text)


def test_markup_beyond_the_limit_is_cut_off() -> None:
    """As many tags as allowed are in the tree, the rest of the document is not."""
    tree = parse_tree("<i>x</i>" * MAX_TAGS + "<p>the end")

    assert len(tree.findall(".//i")) == MAX_TAGS // 2
    assert tree.find(".//p") is None


def test_a_flood_of_attributes_keeps_the_tag_and_takes_no_time() -> None:
    """libxml2 needs an hour for a million attributes; the tag's name and all text survive."""
    flood = " ".join(f"a{i}=1" for i in range(100_000))
    started = time.process_time()

    tree = parse_tree(f"<p {flood}>text</p><p>more</p>")

    assert [p.text for p in tree.iter("p")] == ["text", "more"]
    assert time.process_time() - started < 1


def test_a_long_value_is_no_flood() -> None:
    """An image embedded in an attribute leaves the other attributes alone."""
    tree = parse_tree(f"<img src='data:image/png;base64,{'A' * 50_000}' alt='quay'>")

    assert tree.find(".//img").get("alt") == "quay"


@pytest.mark.parametrize("code", ["8", "x1F", "x1B", "x0000000001", "xFFFE"])
def test_references_to_forbidden_characters_are_dropped(code: str) -> None:
    """What lxml hands out here it refuses to take back when text is moved."""
    tree = parse_tree(f"<p>a<span>b&#{code};c</span>d &#65;</p>")

    tree.find(".//span").drop_tag()

    assert tree.find(".//p").text == "abcd A"


def test_text_behind_an_early_end_is_kept() -> None:
    """Pages that close html twice show both parts in browsers, so both are read."""
    tree = parse_tree("<html><body><p>a</p></body></html><p>b</p></html>")

    assert [p.text for p in tree.iter("p")] == ["a", "b"]


@pytest.mark.parametrize(
    "markup", ["", "<", "<!-- only -->", "<?xml version='1.0'?>", "<>", "</p>"]
)
def test_there_is_always_a_root(markup: str) -> None:
    """Markup without any element gives an empty document."""
    assert parse_tree(markup).tag == "html"


def test_a_link_that_is_never_closed_links_nothing() -> None:
    """Browsers repeat it in each paragraph that follows; a list of teasers stays linked."""
    text = "The tide came in slowly, and one boat after the other began to lift. " * 4
    teasers = "".join(f"<p><a href=/{i}>{text}</a>" for i in range(6))

    unclosed = parse_tree("<a href=/sea>" + f"<p>{text}" * 6)
    linked = parse_tree(teasers)

    assert next(unclosed.iter("a"), None) is None
    assert len(list(linked.iter("a"))) == 6


@pytest.mark.parametrize("tag", ["div", "b", "ul", "table><tr><td", "nav", "x-y"])
def test_a_tree_is_never_deep(tag: str) -> None:
    """Whoever goes down a tree by recursion may do so on every page."""
    deep = "".join(f"<{part}>" for part in [tag] * 7_000) + "text"

    tree = parse_tree(deep)

    assert max(sum(1 for _ in element.iterancestors()) for element in tree.iter()) <= 256


def test_replaced_references_show_that_something_was_there() -> None:
    """A reference to no character is what browsers make of it."""
    assert parse_tree("<p>a&#55296;b&#99999999;</p>").findtext(".//p") == "a\ufffdb\ufffd"


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "utf-16", "big5", "iso-2022-jp"]))
def test_any_bytes_are_a_tree_or_a_named_error(document: bytes, charset: str | None) -> None:
    """Nothing that a server sends ends in another exception."""
    try:
        text = decode(document, charset and f"text/html; charset={charset}")
    except ExtractError:
        return

    assert parse_tree(text).tag == "html"


@given(st.text(max_size=200))
def test_any_text_comes_back_from_its_tree(text: str) -> None:
    """What a page says is what the tree holds, but for the characters that XML forbids."""
    kept = without_control(text).replace("\r\n", "\n").replace("\r", "\n")

    tree = parse_tree(f"<p>x{escape(kept)}</p>")

    assert tree.findtext(".//p") == f"x{kept}"


@pytest.mark.parametrize("name", ["{{class}}", "{x='1'", "{", "{a}", "{a}b=1", "{% if x %}"])
@pytest.mark.parametrize("tag", ["html", "body", "p", "a"])
def test_names_of_attributes_hold_no_braces(tag: str, name: str) -> None:
    """Templates that nobody filled in; what stands beside them stays."""
    tree = parse_tree(f"<{tag} {name} title=x @click=y>Text</{tag}>")

    (marked,) = tree.iter(tag)
    assert marked.get("title") == "x"
    assert not any("{" in each for each in marked.keys())  # noqa: SIM118 - lxml's own


@pytest.mark.parametrize("tag", ["html", "body"])
@pytest.mark.parametrize("role", ["navigation", "menu", "menubar"])
def test_a_page_is_no_menu_whatever_it_calls_itself(tag: str, role: str) -> None:
    """Only what stands in a page is dropped as its menu."""
    tree = parse_tree(f"<{tag} role={role}><p>Text</p><div role={role}>Menu</div>")

    assert "".join(tree.itertext()) == "Text"
