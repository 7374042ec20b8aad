"""Links become absolute and clean, lead to places in the article, or are gone."""

from __future__ import annotations

import pytest

from aggregator.articles._clean import read_blocks

_URL = "https://lowen.example/a/"


def _html(html: str) -> str:
    return "\n".join(block.html for block in read_blocks(html, _URL))


def test_links_are_absolute_clean_and_never_scripts() -> None:
    """Relative links are resolved, tracking is stripped, other schemes leave only their text."""
    html = "<p><a href='../b?id=1&utm_source=x'>b</a> <a href='javascript:c()'>c</a> <a>d</a></p>"

    (block,) = read_blocks(html, _URL)

    assert 'href="https://lowen.example/b?id=1"' in block.html
    assert block.html.count("<a") == 1
    assert block.text == "b c d"


@pytest.mark.parametrize("href", ["#n", "https://lowen.example/a/#n", "?utm_source=x#n"])
def test_a_link_into_the_page_stays_inside(href: str) -> None:
    """However it is written, a link to a place that is kept leads to that place."""
    html = _html(f"<p>a <a href='{href}'>b</a></p><p id=n>c</p>")

    assert html == '<p>a <a href="#at-n">b</a></p>\n<p id="at-n">c</p>'


def test_a_link_to_what_is_not_kept_is_text() -> None:
    """The place of the comments, which are not in the article, cannot be gone to."""
    assert _html("<p>a <a href='#comments'>b</a></p>") == "<p>a b</p>"


def test_names_that_nothing_leads_to_are_dropped() -> None:
    """An article carries no identifiers of the page it came from."""
    assert _html("<p id=x>a</p><a name=y></a><p>b</p>") == "<p>a</p>\n<p>b</p>"


def test_an_empty_name_is_none() -> None:
    """Nothing can lead to it, so it is no place."""
    (block,) = read_blocks("<p id=''>a <big id=''>b</big></p>", _URL)

    assert block.html == "<p>a b</p>"
    assert block.places == ()


def test_an_empty_anchor_keeps_its_place() -> None:
    """Old pages name places with an empty link in front of the text."""
    html = _html("<p><a href='#y'>b</a></p><p><a name=y></a>c</p>")

    assert html.endswith('<p><a id="at-y"></a>c</p>')


@pytest.mark.parametrize("sign", ["↩", "↩︎", "¶", "#", "^", "§"])
def test_signs_that_only_lead_back_are_no_text(sign: str) -> None:
    """A reader of the text has no use for them."""
    (block,) = read_blocks(f"<p id=a>text <a href='#a'>{sign}</a></p>", _URL)

    assert block.text == "text"


def test_marks_of_notes_stay() -> None:
    """A star or a number that leads to a note is text."""
    first, *_ = read_blocks("<p>a<a href='#n'>*</a></p><p id=n>b</p>", _URL)

    assert first.text == "a*"
