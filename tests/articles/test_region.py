"""The article's part of a page is found, what stands around it is not in it."""

from __future__ import annotations

import pytest

from aggregator.articles._parse import parse_tree
from aggregator.articles._region import find_region, prune_body

_WORDS = "the tide came in slowly and the boats began to lift from the mud one after the other"
_TEXT = f"First {_WORDS}, which took an hour."
_MORE = f"Second {_WORDS}, as it does every day."
_OTHER = f"Other {_WORDS}, or so one hears."


def _region(body: str, headline: str | None = None) -> str:
    return find_region(parse_tree(f"<html><body>{body}</body></html>"), headline)


@pytest.mark.parametrize(
    "furniture",
    [
        f"<nav><p>{_OTHER}</p></nav>",
        f"<footer><p>{_OTHER}</p></footer>",
        f"<aside><p>{_OTHER}</p></aside>",
        f"<div class='related-posts'><p>{_OTHER}</p></div>",
        f"<div class='RelatedStories'><p>{_OTHER}</p></div>",
        f"<div id='newsletter_signup'><p>{_OTHER}</p></div>",
        f"<div class='author-bio'><p>{_OTHER}</p></div>",
        f"<div class='cookie-consent'><p>{_OTHER}</p></div>",
        f"<ol class='comment-list'><li><p>{_OTHER}</p></li></ol>",
        f"<div role='complementary'><p>{_OTHER}</p></div>",
        f"<div hidden><p>{_OTHER}</p></div>",
        f"<div style='display: none'><p>{_OTHER}</p></div>",
        f"<script>var a = '<p>{_OTHER}</p>'</script>",
        f"<form><label>{_OTHER}</label></form>",
        f"<ul><li><a href='/a'>{_OTHER}</a></li></ul>",
    ],
)
def test_furniture_inside_the_article_is_dropped(furniture: str) -> None:
    """By tag, class, id, role, style or mere links: what is not the article goes."""
    region = _region(f"<div><p>{_TEXT}</p>{furniture}<p>{_MORE}</p><p>{_TEXT}{_MORE}</p></div>")

    assert "Other" not in region
    assert _TEXT in region
    assert _MORE in region


@pytest.mark.parametrize(
    "name", ["post tag-sea category-news", "has-sidebar", "comments-open", "menu-page"]
)
def test_a_misnamed_container_is_kept(name: str) -> None:
    """What holds most of the text is the article, whatever it is called."""
    region = _region(f"<div class='{name}'><p>{_TEXT}</p><p>{_MORE}</p></div>")

    assert _TEXT in region
    assert _MORE in region


def test_a_word_used_for_all_content_is_no_word_for_furniture() -> None:
    """A page builder that calls every part a teaser would else lose its article part by part."""
    region = _region("".join(f"<div class='teaser'><p>{i} {_TEXT}</p></div>" for i in range(12)))

    assert region.count("which took an hour") == 12


def test_the_holder_of_the_headline_is_never_furniture() -> None:
    """A "promo" that contains the h1 is the head of the article."""
    head = f"<div class='promo'><h1>The Tide</h1><p>{_OTHER}</p></div>"
    body = f"<p>{_TEXT}</p><p>{_MORE}</p><p>{_TEXT} {_MORE}</p>"

    assert "Other" in _region(f"<div>{head}{body}</div>", "The tide")
    assert "Other" not in _region(f"<div>{head}{body}</div>", "Something else")


@pytest.mark.parametrize("tag", ["button", "select", "label", "form", "svg", "object"])
def test_a_control_that_swallowed_the_page_is_opened(tag: str) -> None:
    """libxml2 does not close an unclosed button; the article inside it is not lost."""
    region = _region(f"<div><{tag} class='x'><p>{_TEXT}<p>{_MORE}<p>{_TEXT}{_MORE}</div>")

    assert _TEXT in region
    assert _MORE in region


def test_a_real_control_is_dropped() -> None:
    """A button with a word in it is no part of the text."""
    assert "Press" not in _region(f"<div><p>{_TEXT}</p><button>Press</button><p>{_MORE}</p></div>")


def test_an_article_in_several_containers_is_whole() -> None:
    """Where no container holds most of the text, the one around them is taken."""
    parts = "".join(f"<div class='part'><p>{i} {_TEXT}</p></div>" for i in range(4))

    region = _region(f"<div id='all'>{parts}</div><div class='rail'><p>{_OTHER}</p></div>")

    assert region.count("which took an hour") == 4


def test_a_short_article_is_not_reduced_to_its_longest_paragraph() -> None:
    """A paragraph is never the article, even where it holds nearly all of its text."""
    region = _region(
        f"<div><p>Short start.</p><p>{_TEXT * 9}</p><h2>End</h2><p>Short end.</p></div>"
    )

    assert "Short start." in region
    assert "Short end." in region


@pytest.mark.parametrize(
    "body", ["", "<nav><a href=/>Home</a></nav>", "<img src=a>", "<a href=/>A</a>"]
)
def test_a_page_without_text_has_no_region(body: str) -> None:
    """Only links and pictures give nothing."""
    assert _region(body) == ""


def test_a_page_of_short_lines_is_its_own_region() -> None:
    """Where nothing is long enough to be running text, all that is not furniture is taken."""
    region = _region("<nav><a href=/>Home</a></nav><p>Closed today.</p>")

    assert "Closed today." in region
    assert "Home" not in region


def test_the_body_of_an_entry_keeps_lists_of_links() -> None:
    """A link blog's entry is all links, and all of it is the article."""
    tree = parse_tree("<ul><li><a href='/a'>One</a></li></ul><div class='sharedaddy'>Share</div>")

    region = prune_body(tree)

    assert "One" in region
    assert "Share" not in region


def test_enormous_regions_are_cut_and_not_lost() -> None:
    """The beginning of an endless article survives, as many elements as the cleaning can bear."""
    region = _region(f"<div>{''.join(f'<p>{i} {_TEXT}</p>' for i in range(9000))}</div>")

    assert 5_900 < region.count("<p>") <= 6_000 or "2000 First" in region
    assert "0 First" in region
    assert "8999 First" not in region
