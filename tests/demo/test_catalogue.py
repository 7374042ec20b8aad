"""What is published when, and what an edit does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.demo._catalogue import Catalogue
from aggregator.demo._content import PUBLICATIONS

BASE = "http://127.0.0.1:8000"
NOW = datetime(2025, 3, 14, 15, 9, 26, 535897, tzinfo=UTC)


@pytest.fixture
def catalogue() -> Catalogue:
    """A catalogue as the site opens with it."""
    return Catalogue(BASE, NOW)


def test_articles_stand_in_the_order_of_their_feeds(catalogue: Catalogue) -> None:
    """Feed by feed, and newest first in each."""
    order = [
        (catalogue.feed_urls.index(one.feed_url), NOW - one.published_at)
        for one in catalogue.articles
    ]

    assert order == sorted(order)


def test_dates_are_whole_minutes_before_now(catalogue: Catalogue) -> None:
    """Nothing is from the future, and RSS 1.0 can tell every date exactly."""
    catalogue.publish()

    for article in catalogue.articles:
        assert article.published_at < NOW
        assert (article.published_at.second, article.published_at.microsecond) == (0, 0)
        assert article.published_at.tzinfo is UTC


def test_a_day_holds_some_articles_but_not_all(catalogue: Catalogue) -> None:
    """A digest of the last 24 hours has articles of every feed, and leaves some out."""
    recent = [one for one in catalogue.articles if NOW - one.published_at < timedelta(days=1)]

    assert {one.feed_url for one in recent} == set(catalogue.feed_urls)
    assert len(catalogue.articles) - len(recent) >= 4


def test_publishing_adds_the_newest_article_to_each_feed(catalogue: Catalogue) -> None:
    """One article a feed appears, at the top of it, and everything else stays."""
    before = set(catalogue.articles)

    published = catalogue.publish()

    assert tuple(one.feed_url for one in published) == catalogue.feed_urls
    assert set(catalogue.articles) == before | set(published)
    assert len(catalogue.articles) == len(before) + 4
    for article in published:
        older = [one for one in before if one.feed_url == article.feed_url]
        assert article.published_at > max(one.published_at for one in older)


def test_publishing_ends_when_nothing_is_withheld(catalogue: Catalogue) -> None:
    """A second call publishes nothing and changes nothing."""
    catalogue.publish()
    served = catalogue.render()

    assert catalogue.publish() == ()
    assert catalogue.render() == served


def test_an_edit_appends_a_numbered_correction(catalogue: Catalogue) -> None:
    """The text grows, the address and the date of publication stay, the update is dated."""
    before = {one.url: one for one in catalogue.articles}

    edited = catalogue.edit()

    old = before[edited.url]
    assert edited.text.startswith(old.text)
    assert "Nachtrag 1" in edited.text
    assert (edited.key, edited.published_at) == (old.key, old.published_at)
    assert edited.updated_at > old.updated_at
    assert edited in catalogue.articles
    assert len(catalogue.articles) == len(before)


def test_every_edit_differs_from_the_one_before(catalogue: Catalogue) -> None:
    """Corrections add up, each dated at least a second later."""
    first, second = catalogue.edit(), catalogue.edit()

    assert ("Nachtrag 2" in first.text, "Nachtrag 2" in second.text) == (False, True)
    assert second.updated_at - first.updated_at >= timedelta(seconds=1)


def test_an_edit_shows_on_the_page_and_in_the_feed_only(catalogue: Catalogue) -> None:
    """Other pages and other publications stay as they were."""
    before = catalogue.render()

    edited = catalogue.edit()

    after = catalogue.render()
    changed = {path for path in before if before[path].body != after[path].body}
    assert changed == {url.removeprefix(BASE) for url in (edited.url, edited.feed_url)}
    assert "Nachtrag 1" in after[edited.feed_url.removeprefix(BASE)].body.decode()


def test_every_change_moves_last_modified(catalogue: Catalogue) -> None:
    """A feed's date of change grows with every change, even within the same second."""
    path = catalogue.feed_urls[1].removeprefix(BASE)
    instants = [catalogue.render()[path].modified_at]

    for change in (catalogue.edit, catalogue.publish, catalogue.edit):
        change()
        instants.append(catalogue.render()[path].modified_at)

    assert instants == sorted(set(instants))
    assert all(instant.microsecond == 0 for instant in instants)


def test_the_same_now_and_address_give_the_same_bytes() -> None:
    """The site is a function of its address and its instant."""
    assert Catalogue(BASE, NOW).render() == Catalogue(BASE, NOW).render()


def test_keys_do_not_depend_on_the_address() -> None:
    """An article has the same key on every port, and no other article has it."""
    keys = [one.key for one in Catalogue(BASE, NOW).articles]

    assert keys == [one.key for one in Catalogue("http://[::1]:1", NOW).articles]
    assert len(set(keys)) == len(keys)


def test_everything_is_served_under_its_publication(catalogue: Catalogue) -> None:
    """Besides the start page and robots.txt there is nothing outside the four folders."""
    folders = tuple(f"/{publication.slug}/" for publication in PUBLICATIONS)

    outside = {path for path in catalogue.render() if not path.startswith(folders)}

    assert outside == {"/", "/robots.txt"}
