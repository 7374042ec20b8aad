"""The HTML pages: articles in three looks, the publications' front pages, the site's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from string import Template
from typing import Final

from aggregator.demo._article import DemoArticle, read_blocks
from aggregator.demo._content import Publication, load_template
from aggregator.demo._feeds import MEDIA_TYPES

_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur"})


def render_page(
    article: DemoArticle, publication: Publication, older: Sequence[DemoArticle]
) -> bytes:
    """The page of `article` in the look of its publication, naming `older` ones as related."""
    minutes = article.read_minutes
    links = [f'<a href="{escape(one.url)}">{escape(shown_title(one))}</a>' for one in older]
    html = _template(publication.template).substitute(
        title=escape(shown_title(article)),
        headline=f"<h1>{escape(article.title)}</h1>" if article.title else "",
        publication=escape(publication.name),
        tagline=escape(publication.tagline),
        language=article.language,
        direction="rtl" if article.language in _RIGHT_TO_LEFT else "ltr",
        author=escape(article.author),
        description=escape(" ".join(text for _, text in read_blocks(article.summary))),
        published=article.published_at.isoformat(),
        shown_date=f"{article.published_at:%d %B %Y, %H:%M}",
        minutes=f"{minutes} Minute" if minutes == 1 else f"{minutes} Minutes",
        tags=escape(" · ".join(article.tags)),
        url=escape(article.url),
        feed_url=escape(article.feed_url),
        feed_type=MEDIA_TYPES[publication.feed_format],
        related="".join(f"<li>{link}</li>" for link in links),
        related_links=" ".join(links[:1]),
        body=article.html,
    )
    return html.encode()


def render_front_page(
    publication: Publication, feed_url: str, articles: Sequence[DemoArticle]
) -> bytes:
    """The front page of a publication: its articles and, for discovery, its feed."""
    return _render_home(
        publication.name,
        publication.tagline,
        publication.language,
        alternates=[(publication, feed_url)],
        links=[(one.url, shown_title(one)) for one in articles],
    )


def render_start_page(feeds: Sequence[tuple[Publication, str]]) -> bytes:
    """The page at the root of the site; `feeds` are the publications with their feeds' URLs."""
    return _render_home(
        "Demo site of aggregator",
        "Four invented publications. Every name, figure and event on these pages is made up.",
        "en",
        alternates=feeds,
        links=[(f"/{publication.slug}/", publication.name) for publication, _ in feeds],
    )


def shown_title(article: DemoArticle) -> str:
    """What to call `article` in a link: its title, else who wrote it."""
    return article.title or f"A note by {article.author}"


def _render_home(
    title: str,
    tagline: str,
    language: str,
    *,
    alternates: Sequence[tuple[Publication, str]],
    links: Sequence[tuple[str, str]],
) -> bytes:
    html = _template("home").substitute(
        title=escape(title),
        tagline=escape(tagline),
        language=language,
        alternates="\n".join(
            f'<link rel="alternate" type="{MEDIA_TYPES[publication.feed_format]}"'
            f' title="{escape(publication.name)}" href="{escape(url)}"/>'
            for publication, url in alternates
        ),
        links="".join(
            f'<li><a href="{escape(url)}">{escape(text)}</a></li>' for url, text in links
        ),
    )
    return html.encode()


@cache
def _template(name: str) -> Template:
    return Template(load_template(name))
