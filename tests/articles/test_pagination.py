"""The next page of an article is known by its address, and no other article is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles import find_next_page

_SITE = "https://lowen.example"


def _next(url: str, links: str) -> str | None:
    return find_next_page(f"<html><body>{links}</body></html>".encode(), url, "text/html")


@pytest.mark.parametrize(
    ("path", "links", "wanted"),
    [
        ("/sea/ferry", "<a href='?page=2'>Weiter</a>", "/sea/ferry?page=2"),
        ("/sea/ferry?page=2", "<a href='?page=3'>次へ</a>", "/sea/ferry?page=3"),
        ("/sea/ferry/", "<a href='/sea/ferry/2/'>2</a>", "/sea/ferry/2/"),
        ("/sea/ferry/2/", "<a href='/sea/ferry/3/'>3</a>", "/sea/ferry/3/"),
        ("/sea/ferry/", "<link rel=next href='/sea/ferry/page/2/'>", "/sea/ferry/page/2/"),
        ("/ferry.html", "<a href='/ferry-2.html'>2</a>", "/ferry-2.html"),
        ("/ferry.html", "<a href='ferry,seite-2.html'>»</a>", "/ferry,seite-2.html"),
        ("/ferry?id=7", "<a href='?id=7&page=2'>Next</a>", "/ferry?id=7&page=2"),
    ],
)
def test_the_next_number_under_the_same_address_is_next(path: str, links: str, wanted: str) -> None:
    """In a query, a folder or a file name; the words of the link do not matter."""
    assert _next(_SITE + path, links) == _SITE + wanted


@pytest.mark.parametrize(
    ("path", "links"),
    [
        ("/sea/ferry", "<link rel=next href='/sea/harbour'>"),
        ("/posts/7", "<a rel=next href='/posts/8'>Harbour opens</a>"),
        ("/sea/ferry", "<a href='/sea/ferry?page=3'>3</a>"),
        ("/sea/ferry?page=2", "<a href='/sea/ferry?page=1'>1</a>"),
        ("/sea/ferry", "<a href='https://other.example/sea/ferry?page=2'>2</a>"),
        ("/sea/ferry", "<a href='/sea/ferry/comment-page-2'>Older comments</a>"),
        ("/sea/ferry", "<a href='/sea/ferry-2'>The ferry, again</a>"),
        ("/sea/ferry?id=7", "<a href='?id=8&page=2'>Next</a>"),
        ("/sea/ferry", "<a href='http://[2'>2</a><a>2</a>"),
    ],
)
def test_other_articles_and_comments_are_not_next(path: str, links: str) -> None:
    """`rel=next` alone says nothing: weblogs lead to another article with it."""
    assert _next(_SITE + path, links) is None


@pytest.mark.parametrize(
    "links",
    [
        "<A HREF = '?page=2'>2</A>",
        "<a href=?page=2>2</a>",
        '<a class=x href=\n"?page=2">2</a>',
        "<base href='https://lowen.example/sea/other/'><a href='../ferry?page=2'>2</a>",
        "<base href='/'><a href='sea/ferry?page=2'>2</a>",
    ],
)
def test_links_are_read_however_they_are_written(links: str) -> None:
    """In capitals, without quotation marks, and relative to what the page calls its base."""
    assert _next(f"{_SITE}/sea/ferry", links) == f"{_SITE}/sea/ferry?page=2"


def test_entities_in_addresses_are_read() -> None:
    """A query of several parts is written with them."""
    links = "<a href='/ferry?id=7&amp;page=2'>2</a>"

    assert _next(f"{_SITE}/ferry?id=7", links) == f"{_SITE}/ferry?id=7&page=2"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7 href='?page=2'",
        b"<a href='?page=2'>2</a>" + b" " * 5_000_000,
        b"href=" * 9999,
    ],
)
def test_what_is_no_readable_page_has_no_next_one(body: bytes) -> None:
    """Empty, binary and enormous answers are passed over."""
    assert find_next_page(body, f"{_SITE}/sea/ferry", None) is None


def test_an_enormous_base_is_passed_over() -> None:
    """Links are then relative to the page itself; joining them would take minutes."""
    links = f"<base href='/{'x/' * 500_000}'>" + "<a href='?page=2'>2</a>" * 3_000

    assert _next(f"{_SITE}/sea/ferry", links) == f"{_SITE}/sea/ferry?page=2"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_bytes_and_no_address_raise(body: bytes, url: str) -> None:
    """Whatever a server sends, polling goes on."""
    page = b"<a href='" + body + b"2'>2</a><a href='?page=2'>2</a>"

    found = find_next_page(page, url, None)

    assert found is None or found.startswith(("http://", "https://"))
