"""An operator's selectors name the content, its headline, and what leaves it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from aggregator.articles import extract_article
from aggregator.articles._parse import parse_tree
from aggregator.articles._rules import apply_rules
from aggregator.model import PageKind, SiteRules

PAGE = """<html><head><title>Lowen Courier</title></head><body>
<div id="top"><h1>Lowen Courier</h1><b class="title">The  Ferry\x07 Sails</b></div>
<div class="teaser">Short words of the box.</div>
<div class="part" id="one">First part. <i class="ad">Buy!</i><span class="part">Inner.</span></div>
<div class="part" id="two">Second part.</div></body></html>"""


def body_of(markup: str = PAGE) -> HtmlElement:
    """The body of `markup`."""
    body = parse_tree(markup).find("body")
    assert isinstance(body, HtmlElement)
    return body


def ruled(rules: SiteRules | None) -> tuple[str, bool, str | None]:
    """The text that `rules` leave of the page, in one line, and what else they say."""
    root, is_ruled, headline = apply_rules(body_of(), rules)
    return " ".join(root.text_content().split()), is_ruled, headline


def test_without_rules_nothing_changes() -> None:
    """Neither for a feed that has none, nor for one whose rules are empty."""
    body = body_of()

    assert apply_rules(body, None) == (body, False, None)
    assert apply_rules(body, SiteRules()) == (body, False, None)


def test_content_is_all_of_the_named_element_and_nothing_else() -> None:
    """The model is not asked any more."""
    assert ruled(SiteRules(content=("#two",))) == ("Second part.", True, None)


def test_several_contents_come_in_the_order_of_the_page() -> None:
    """Whatever the order of the selectors; an element inside another is not taken twice."""
    text, is_ruled, _ = ruled(SiteRules(content=("#two", ".part", "#one")))

    assert (text, is_ruled) == ("First part. Buy!Inner. Second part.", True)


def test_what_is_to_be_removed_leaves_the_content() -> None:
    """Only that: the words behind it stay."""
    rules = SiteRules(content=("#one",), remove=(".ad", "span.part"))

    assert ruled(rules) == ("First part.", True, None)


def test_removing_alone_leaves_the_choice_to_the_model() -> None:
    """What is left is not taken for the article as a whole."""
    text, is_ruled, _ = ruled(SiteRules(remove=("#top", ".part")))

    assert (text, is_ruled) == ("Short words of the box.", False)


def test_the_body_is_never_removed() -> None:
    """A selector for everything removes all that the page has, and breaks nothing."""
    body = body_of()

    root, is_ruled, _ = apply_rules(body, SiteRules(remove=("body", "*")))

    assert (root, len(root), is_ruled) == (body, 0, False)
    assert body.getparent() is not None


def test_the_headline_is_the_first_that_is_found() -> None:
    """In one line, safe to show, and read before anything is removed."""
    rules = SiteRules(headline=(".missing", ".title", "h1"), remove=("#top",))

    assert ruled(rules)[2] == "The Ferry Sails"


@pytest.mark.parametrize(
    "selector",
    [".missing", "ns|p", "p:hover", ":has(", "", "p::before", "[", "p:nth-child(x)", "\\1"],
)
def test_a_rule_that_finds_nothing_decides_nothing(selector: str) -> None:
    """A site that was rebuilt is read without it; so is one whose rule cannot be evaluated."""
    rules = SiteRules(content=(selector,), remove=(selector,), headline=(selector,))
    body = body_of()

    assert apply_rules(body, rules) == (body, False, None)
    assert len(body) == len(body_of())


@given(st.lists(st.text(st.sampled_from("ap*.#[]:>|()\"' =1é\\"), max_size=8), max_size=3))
def test_no_selector_breaks_the_page(selectors: list[str]) -> None:
    """The configuration refuses what is no CSS; what comes through decides at most too much."""
    rules = SiteRules(content=tuple(selectors), remove=tuple(selectors), headline=tuple(selectors))

    _, is_ruled, headline = apply_rules(body_of(), rules)

    assert isinstance(is_ruled, bool)
    assert headline != ""


def test_an_article_is_made_of_what_the_rules_say() -> None:
    """With their headline, sure of itself, though no model would have chosen such a box."""
    rules = SiteRules(content=(".teaser",), headline=(".title",))

    article = extract_article(PAGE, rules=rules)

    assert (article.headline, article.lead) == ("The Ferry Sails", "Short words of the box.")
    assert (article.method, article.confidence) == ("page", 1.0)
    assert article.page_kind is PageKind.ARTICLE
