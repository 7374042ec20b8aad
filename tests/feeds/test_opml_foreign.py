"""The exports of FreshRSS and Miniflux: what is kept of their settings, and what is told."""

from __future__ import annotations

import pytest

from aggregator.feeds import OpmlImport, read_opml
from aggregator.model import FeedSpec, FullText, Identity, SiteRules

_URL = "https://e.org/f"


def _read_freshrss(attributes: str, kind: str = "rss") -> OpmlImport:
    return read_opml(
        '<opml xmlns:frss="https://freshrss.org/opml" version="2.0"><body><outline text="Tech">'
        f'<outline text="A" type="{kind}" xmlUrl="{_URL}" {attributes}/>'
        "</outline></body></opml>".encode()
    )


def _read_miniflux(attributes: str) -> OpmlImport:
    return read_opml(
        '<opml version="2.0" xmlns:miniflux="https://miniflux.app/opml"><body><outline text="Tech">'
        f'<outline title="A" text="A" xmlUrl="{_URL}" {attributes}></outline>'
        "</outline></body></opml>".encode()
    )


def test_selectors_of_freshrss_are_rules() -> None:
    """Its selector of the article has the page fetched; both names of its filter are known."""
    read = _read_freshrss(
        'frss:cssFullContent="div.main, .summary" frss:cssContentFilter=".footer"'
        ' frss:cssFullContentFilter="aside &gt; p" frss:priority="main"'
    )

    rules = SiteRules(content=("div.main, .summary",), remove=(".footer", "aside > p"))
    full = FullText.ALWAYS
    assert read.feeds == (FeedSpec(_URL, name="A", tags=("Tech",), full_text=full, rules=rules),)
    assert read.notes == ()


@pytest.mark.parametrize(
    ("ttl", "interval_s", "is_enabled"),
    [("7200", 7200, True), ("-7200", 7200, False), ("0", None, True), ("soon", None, True)],
)
def test_the_interval_of_freshrss_is_kept(
    ttl: str, interval_s: int | None, *, is_enabled: bool
) -> None:
    """Below zero it is that of a muted feed, which is not polled; zero leaves it to us."""
    [spec] = _read_freshrss(f'frss:ttl="{ttl}"').feeds

    assert (spec.interval_s, spec.is_enabled) == (interval_s, is_enabled)


@pytest.mark.parametrize(
    ("criteria", "identity"),
    [
        ('frss:unicityCriteria="id" frss:unicityCriteriaForced="true"', Identity.ID),
        ('frss:unicityCriteria="sha1:title_published_content"', Identity.TEXT),
        ('frss:unicityCriteria="id"', None),
    ],
)
def test_the_identity_of_entries_is_kept_where_it_is_the_same(
    criteria: str, identity: Identity | None
) -> None:
    """By the feed's ids for good, or by title, date and text."""
    read = _read_freshrss(criteria)

    assert read.feeds[0].identity is identity
    assert read.notes == ()


@pytest.mark.parametrize(
    "kind",
    ["HTML+XPath", "XML+XPath", "JSON+DotNotation", "JSON+DotPath", "HTML+XPath+JSON+DotNotation"],
)
def test_pages_that_freshrss_scrapes_are_left_out(kind: str) -> None:
    """They are no feeds, and the reason names their kind; JSON Feed is one."""
    read = _read_freshrss('frss:xPathItem="//article"', kind)

    assert read.feeds == ()
    assert read.rejected[0][0] == _URL
    assert kind in read.rejected[0][1]
    assert len(_read_freshrss("", "JSONFeed").feeds) == 1


def test_what_else_a_kind_says_is_not_repeated() -> None:
    """It may hold anything, and reasons are read in terminals and logs."""
    [(_, reason)] = _read_freshrss("", "secret HTML+XPath \u202e" + "x" * 10_000).rejected

    assert "HTML+XPath" in reason
    assert "secret" not in reason
    assert len(reason) < 200


def test_what_has_no_equal_is_told_without_its_value() -> None:
    """A cookie or password of another reader does not end up in a report."""
    fresh = _read_freshrss(
        'frss:CURLOPT_COOKIE="secret" frss:priority="hidden" frss:unicityCriteria="link"'
    )
    mini = _read_miniflux(
        'miniflux:proxyUrl="http://me:secret@e.org" miniflux:noMediaPlayer="true"'
        ' miniflux:disableHTTP2="false"'
    )

    notes = [note for _, note in (*fresh.notes, *mini.notes)]
    words = ["curlopt_cookie", "priority", "unicitycriteria", "proxyurl", "nomediaplayer"]
    assert [word in note for word, note in zip(words, notes, strict=True)] == [True] * 5
    assert "secret" not in str(notes)
    assert fresh.feeds[0].is_enabled


def test_a_folder_that_is_filled_from_elsewhere_is_told() -> None:
    """With the address of the list, so that it can be imported by itself."""
    read = read_opml(
        b'<opml><outline text="x" xmlns:frss="https://freshrss.org/opml"'
        b' frss:opmlUrl="https://e.org/list.opml"/></opml>'
    )

    assert read.feeds == ()
    assert read.notes[0][0] == "https://e.org/list.opml"


def test_settings_of_miniflux_are_kept() -> None:
    """Its scraper's selectors, the selectors that its rewriting removes, crawler and pause."""
    read = _read_miniflux(
        'miniflux:scraperRules="article.story" miniflux:crawler="true" miniflux:disabled="true"'
        ' miniflux:rewriteRules="remove(&quot;.ad, aside&quot;),add_dynamic_image"'
    )

    rules = SiteRules(content=("article.story",), remove=(".ad, aside",))
    assert read.feeds == (
        FeedSpec(
            _URL,
            name="A",
            tags=("Tech",),
            is_enabled=False,
            full_text=FullText.ALWAYS,
            rules=rules,
        ),
    )
    assert [note for _, note in read.notes] == ["Miniflux's rewriterules has no equal here"]


def test_scraper_rules_alone_fetch_no_page() -> None:
    """Without its crawler Miniflux asks with them on demand only."""
    [spec] = _read_miniflux('miniflux:scraperRules=".story" miniflux:crawler="false"').feeds

    assert spec.full_text is FullText.AUTO
    assert spec.rules == SiteRules(content=(".story",))


def test_a_lost_declaration_costs_no_setting() -> None:
    """Prefixes mean what they usually mean, and another prefix does where it is declared."""
    lost = read_opml(f'<outline xmlUrl="{_URL}" miniflux:disabled="1"/>'.encode())
    declared = '<opml xmlns:x="https://miniflux.app/opml">'
    other = read_opml(f'{declared}<outline xmlUrl="{_URL}" x:disabled="1"/>'.encode())

    assert [read.feeds[0].is_enabled for read in (lost, other)] == [False, False]
