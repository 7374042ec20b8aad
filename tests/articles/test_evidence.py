"""What is counted on a page, and the kind that follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._evidence import read_evidence
from aggregator.articles._kind import Evidence, page_kind
from aggregator.articles._parse import parse_tree
from aggregator.articles._walk import Walk
from aggregator.model import PageKind
from tests.articles.pages import kinds

_PAGES = {
    PageKind.SHELL: kinds.SHELLS,
    PageKind.PAYWALL: kinds.PAYWALLS,
    PageKind.CONSENT: kinds.CONSENTS,
    PageKind.MISSING: kinds.MISSING,
    PageKind.LISTING: kinds.LISTINGS,
    PageKind.ARTICLE: kinds.ARTICLES,
}
_MIN_KEPT_CHARS = 80


def _evidence(page: str, kept: str | None = None, fed: str = "") -> Evidence:
    """The evidence of `page`, of which all longer lines outside of links count as kept."""
    tree = parse_tree(page)
    walk = Walk(tree.find("body"))
    long = (b.text for b in walk.blocks if len(b.text) >= _MIN_KEPT_CHARS and not b.linked)
    text = "\n".join(long) if kept is None else kept
    return read_evidence(
        tree,
        walk,
        title=tree.findtext(".//title"),
        kept_text=text,
        kept_words=len(text.split()),
        fed_text=fed,
        is_article_stated="NewsArticle" in page or "published_time" in page,
        is_free=False if '"isAccessibleForFree": ' in page else None,
    )


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        pytest.param(kind, page, id=f"{kind}: {name}")
        for kind, pages in _PAGES.items()
        for name, page in pages.items()
    ],
)
def test_each_page_is_called_what_it_is(kind: PageKind, page: str) -> None:
    """With a region that keeps every longer line, be it of a banner or a footer."""
    assert page_kind(_evidence(page)) is kind


def test_the_feeds_words_are_looked_for_in_what_was_kept() -> None:
    """Repeated words, case and punctuation do not matter."""
    evidence = _evidence("<p>x</p>", kept="The ferry sails again.", fed="FERRY, again! Now: ferry?")

    assert (evidence.fed_words, evidence.fed_share) == (4, 0.75)


def test_ideographs_are_compared_one_by_one() -> None:
    """A text without blanks has no words to compare."""
    evidence = _evidence("<p>x</p>", kept="渡轮再次启航", fed="渡轮启程")

    assert (evidence.fed_words, evidence.fed_share) == (4, 0.75)


def test_a_notice_about_comments_is_no_shell() -> None:
    """Disqus asks for scripts on pages that are whole without."""
    page = "<p>Short.</p><noscript>Enable JavaScript to view the comments by Disqus.</noscript>"

    assert not _evidence(page).needs_scripts


def test_a_mount_point_with_text_is_no_shell() -> None:
    """A page that was rendered by its server has its text in the same place."""
    assert _evidence('<div id="root"><script>1</script></div><div id="app"></div>').needs_scripts
    assert not _evidence('<div id="root"><p>Short.</p></div>').needs_scripts


def test_a_confirmed_page_is_an_article_but_a_stub_is_not() -> None:
    """The first paragraph of what is sold is what the feed announces."""
    confirmed = Evidence(kept_words=60, says_missing=True, fed_words=30, fed_share=0.9)

    assert page_kind(confirmed) is PageKind.ARTICLE
    assert page_kind(replace(confirmed, is_free=False)) is PageKind.PAYWALL


@given(
    st.builds(
        Evidence,
        kept_words=st.integers(500),
        free_chars=st.integers(0),
        consent_share=st.floats(0, 1),
        says_missing=st.booleans(),
        says_subscribe=st.booleans(),
        needs_scripts=st.booleans(),
        is_free=st.none() | st.booleans(),
    )
)
def test_a_long_text_between_few_links_is_always_an_article(evidence: Evidence) -> None:
    """Whatever the page says besides."""
    assert page_kind(evidence) is PageKind.ARTICLE


@given(st.text(max_size=400), st.text(max_size=100), st.text(max_size=100))
def test_any_page_has_a_kind(markup: str, kept: str, fed: str) -> None:
    """Odd text raises nothing, and shares are shares."""
    evidence = _evidence(f"<html><body><h1>404</h1>{markup}</body></html>", kept, fed)

    assert 0 <= evidence.consent_share <= 1
    assert 0 <= evidence.fed_share <= 1
    assert page_kind(evidence) in PageKind
