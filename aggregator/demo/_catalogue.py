"""What the demo site has published so far, and all that it serves, without any network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from string import Template
from typing import Final

from aggregator.demo._article import DemoArticle
from aggregator.demo._content import (
    PUBLICATIONS,
    Manuscript,
    Publication,
    load_images,
    load_manuscripts,
)
from aggregator.demo._feeds import MEDIA_TYPES, FeedSource, render_feed
from aggregator.demo._pages import render_front_page, render_page, render_start_page
from aggregator.demo._resource import Resource

_HTML: Final = "text/html; charset=utf-8"
_TICK: Final = timedelta(seconds=1)  # the finest step that Last-Modified can tell
_ROBOTS: Final = b"User-agent: *\nAllow: /\n"


class Catalogue:
    """The articles of all publications at the root `base_url`, dated relative to `now`.

    It begins with nothing withheld published and nothing edited.
    """

    def __init__(self, base_url: str, now: datetime) -> None:
        self._base_url, self._now = base_url, now.replace(microsecond=0)
        self._manuscripts = load_manuscripts()
        self._images = load_images()
        self._edit_count = 0
        self._articles = {
            one.slug: self._place(one) for one in self._manuscripts if not one.is_withheld
        }
        self._touched_at = {
            publication.slug: max(one.published_at for one in self._iter_articles(publication))
            for publication in PUBLICATIONS
        }

    @property
    def feed_urls(self) -> tuple[str, ...]:
        """The feeds in the order of `PUBLICATIONS`."""
        return tuple(self._feed_url(publication) for publication in PUBLICATIONS)

    @property
    def articles(self) -> tuple[DemoArticle, ...]:
        """What is published now, in the order of `feed_urls`, newest first within each."""
        return tuple(
            article for publication in PUBLICATIONS for article in self._iter_articles(publication)
        )

    def publish(self) -> tuple[DemoArticle, ...]:
        """The articles that each feed gained, one a feed; none when all have been published."""
        withheld = [one for one in self._manuscripts if one.slug not in self._articles]
        next_of = {one.publication.slug: one for one in withheld}
        for slug, manuscript in next_of.items():
            self._articles[manuscript.slug] = self._place(manuscript)
            self._touch(slug)
        return tuple(self._articles[one.slug] for one in next_of.values())

    def edit(self) -> DemoArticle:
        """The article that changed: each call appends one more numbered correction to it."""
        manuscript = next(one for one in self._manuscripts if one.correction)
        before = self._articles[manuscript.slug]
        self._edit_count += 1
        correction = Template(manuscript.correction).substitute(number=self._edit_count)
        edited = replace(
            before,
            html=f"{before.html}\n{correction}",
            updated_at=self._touch(manuscript.publication.slug),
        )
        self._articles[manuscript.slug] = edited
        return edited

    def render(self) -> dict[str, Resource]:
        """Everything that is served now, by path."""
        feeds = list(zip(PUBLICATIONS, self.feed_urls, strict=True))
        begun_at = min(self._touched_at.values())
        served = {
            "/": Resource(render_start_page(feeds), _HTML, begun_at),
            "/robots.txt": Resource(_ROBOTS, "text/plain; charset=utf-8", begun_at),
        }
        for publication in PUBLICATIONS:
            served |= self._render_publication(publication)
        return served

    def _render_publication(self, publication: Publication) -> dict[str, Resource]:
        home, feed_url = f"/{publication.slug}/", self._feed_url(publication)
        touched_at = self._touched_at[publication.slug]
        articles = list(self._iter_articles(publication))
        source = FeedSource(publication, self._base_url + home, feed_url, articles, touched_at)
        feed_type = f"{MEDIA_TYPES[publication.feed_format]}; charset=utf-8"
        served = {
            home + publication.feed_file: Resource(render_feed(source), feed_type, touched_at),
            home: Resource(render_front_page(publication, feed_url, articles), _HTML, touched_at),
        }
        for position, article in enumerate(articles, start=1):
            # Older ones only: a page must not change because another article was published.
            page = render_page(article, publication, articles[position:])
            path = article.url.removeprefix(self._base_url)
            served[path] = Resource(page, _HTML, article.updated_at)
        for name, image in self._images.items():
            begun_at = articles[-1].published_at
            served[f"{home}images/{name}"] = Resource(image, "image/svg+xml", begun_at)
        return served

    def _place(self, manuscript: Manuscript) -> DemoArticle:
        publication = manuscript.publication
        published_at = (self._now - manuscript.age).replace(second=0, microsecond=0)
        return DemoArticle(
            key=f"{publication.slug}-{manuscript.slug}",
            url=f"{self._base_url}/{publication.slug}/{manuscript.slug}.html",
            feed_url=self._feed_url(publication),
            title=manuscript.title,
            language=manuscript.language,
            author=manuscript.author,
            tags=manuscript.tags,
            published_at=published_at,
            updated_at=published_at,
            summary=manuscript.summary,
            html=manuscript.html,
            is_whole_in_feed=manuscript.is_whole,
        )

    def _touch(self, slug: str) -> datetime:
        """The instant of a change to a publication: now, but later than any change before it."""
        self._touched_at[slug] = max(self._now, self._touched_at[slug] + _TICK)
        return self._touched_at[slug]

    def _iter_articles(self, publication: Publication) -> Iterator[DemoArticle]:
        for manuscript in self._manuscripts:
            if manuscript.publication is publication and manuscript.slug in self._articles:
                yield self._articles[manuscript.slug]

    def _feed_url(self, publication: Publication) -> str:
        return f"{self._base_url}/{publication.slug}/{publication.feed_file}"
