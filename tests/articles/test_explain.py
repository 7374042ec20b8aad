"""An operator sees each block of a page, whether it was kept, and what spoke for or against it."""

from __future__ import annotations

import pytest

from aggregator.articles import explain_article, extract_article
from aggregator.articles._features import FEATURES
from aggregator.errors import ExtractError
from aggregator.model import Entry, PageKind, SiteRules
from tests.articles.conftest import Story

URL = "https://lowen.example/sea/ferry"


def test_every_block_is_shown_in_the_order_of_the_page(news_page: str, story: Story) -> None:
    """Menus and comments, too: what was left out is what one wants to know."""
    texts = [block.text for block in explain_article(news_page, url=URL).blocks]

    wanted = [story.headline, story.lead, *(part for section in story.sections for part in section)]
    places = [texts.index(text) for text in wanted]
    assert places == sorted(places)
    assert "Related stories" in texts
    assert len(texts) > len(wanted)


def test_what_is_kept_is_what_the_article_has(page: str) -> None:
    """One choice for both: nothing of the article was rejected here."""
    article, explanation = extract_article(page, url=URL), explain_article(page, url=URL)

    kept = [block.text for block in explanation.blocks if block.is_kept]
    assert explanation.method == article.method
    assert explanation.confidence == article.confidence
    assert explanation.page_kind is article.page_kind
    assert all(line in kept for line in article.lead.split("\n\n") if line)


def test_no_block_below_the_threshold_is_kept(news_page: str) -> None:
    """The reverse may be: a copy or a label above the headline leaves in spite of its score."""
    explanation = explain_article(news_page, url=URL)

    kept = [block.score for block in explanation.blocks if block.is_kept]
    assert min(kept) >= explanation.threshold
    assert any(block.score < explanation.threshold for block in explanation.blocks)


def test_reasons_are_few_and_the_strongest_come_first(news_page: str) -> None:
    """Each is a feature by its name and what it added to the score."""
    for block in explain_article(news_page, url=URL).blocks:
        parts = [abs(part) for _, part in block.reasons]
        assert 0 < len(parts) <= 10
        assert parts == sorted(parts, reverse=True)
        assert {name for name, _ in block.reasons} <= set(FEATURES)


def test_a_block_says_where_it_stands() -> None:
    """By the innermost containers with their first class; inline tags are none."""
    page = (
        "<html><body><main><div><section class='post wide'><div class=text><p class='x y'><b>Short"
        "</b></p></div></section></div></main></body></html>"
    )

    (block,) = explain_article(page).blocks

    assert (block.text, block.tag) == ("Short", "p")
    assert block.path.endswith("section.post > div.text > p.x")
    assert "body" not in block.path


def test_the_entry_and_the_rules_are_heard(news_page: str, story: Story) -> None:
    """As they are when the article is made: a rule keeps all of its content, and is sure of it."""
    entry = Entry("k", "h", title="Ferry", summary=story.lead)
    rules = SiteRules(content=(".related",))

    alone, anchored = (explain_article(news_page, anchor=anchor) for anchor in (None, entry))
    ruled = explain_article(news_page, rules=rules)

    assert [b.score for b in alone.blocks] != [b.score for b in anchored.blocks]
    assert ruled.blocks[0].text == "Related stories"
    assert all(block.is_kept for block in ruled.blocks)
    assert ruled.confidence == 1


def test_a_page_that_is_none_is_named() -> None:
    """With the method that gave the article in its place."""
    shell = "<html><body><div id=root></div><noscript>Enable JavaScript.</noscript></body></html>"
    entry = Entry("k", "h", title="Ferry", content=f"<p>{'The ferry sails again. ' * 20}</p>")

    explanation = explain_article(shell, anchor=entry)

    assert (explanation.page_kind, explanation.method) == (PageKind.SHELL, "feed")
    assert not any(block.is_kept for block in explanation.blocks)


def test_a_plain_text_has_nothing_to_choose_from(story: Story) -> None:
    """All of it is the article; it is no page of any kind."""
    explanation = explain_article(story.plain)

    assert (explanation.page_kind, explanation.method) == (None, "text")
    assert explanation.blocks == ()


@pytest.mark.parametrize("document", ["", b"%PDF-1.7 \x00\x01", "a" * 5_000_001])
def test_what_is_no_text_is_refused(document: str | bytes) -> None:
    """As when the article is made."""
    with pytest.raises(ExtractError):
        explain_article(document)
