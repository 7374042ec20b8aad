"""The four feed formats, written by hand so that each shows what real feeds do with it.

Titles come with entities, in CDATA, as HTML and as numeric references; dates in every style that
the formats allow. The style goes by an article's place counted from the oldest, so that a new
article never changes how the others are written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape as escape_html
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from aggregator.demo._article import DemoArticle
from aggregator.demo._content import FeedFormat, Publication

MEDIA_TYPES: Final = {
    FeedFormat.RSS20: "application/rss+xml",
    FeedFormat.ATOM10: "application/atom+xml",
    FeedFormat.RDF10: "application/rdf+xml",
    FeedFormat.JSON11: "application/feed+json",
}
"""The content type under which each format is served."""

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DC: Final = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_CONTENT: Final = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
_EASTERN: Final = timezone(timedelta(hours=-5))


@dataclass(frozen=True, slots=True)
class FeedSource:
    """What a feed is rendered from; `articles` come newest first, `home_url` ends in a slash."""

    publication: Publication
    home_url: str
    feed_url: str
    articles: Sequence[DemoArticle]
    updated_at: datetime

    @property
    def zone(self) -> timezone:
        """The time zone in which the publication writes its dates."""
        return timezone(self.publication.utc_offset)


def render_feed(source: FeedSource) -> bytes:
    """The feed document of a publication, UTF-8, in that publication's format."""
    return _RENDERERS[source.publication.feed_format](source).encode()


def _render_rss(source: FeedSource) -> str:
    publication = source.publication
    items = _join_items(source, _rss_item)
    return f"""{_DECLARATION}<rss version="2.0" {_DC} {_CONTENT}>
<channel>
<title>{escape(publication.name)}</title>
<link>{escape(source.home_url)}</link>
<description>{escape(publication.tagline)}</description>
<language>{publication.language}</language>
<lastBuildDate>{format_datetime(source.updated_at, usegmt=True)}</lastBuildDate>
{items}
</channel>
</rss>
"""


def _rss_item(article: DemoArticle, place: int, source: FeedSource) -> str:
    del source
    title = article.title or ""
    shown_title = escape(title) if place % 2 else _cdata(_named_entities(title))
    tags = "".join(f"<category>{escape(tag)}</category>\n" for tag in article.tags)
    return f"""<item>
<title>{shown_title}</title>
<link>{escape(article.url)}</link>
<guid isPermaLink="false">{article.key}</guid>
<pubDate>{_rfc822_date(article.published_at, place)}</pubDate>
<dc:creator>{escape(article.author)}</dc:creator>
<dc:language>{article.language}</dc:language>
<comments>{escape(article.url)}#comments</comments>
{tags}<description>{escape(article.summary)}</description>
{_content_encoded(article)}</item>"""


def _render_atom(source: FeedSource) -> str:
    publication = source.publication
    entries = _join_items(source, _atom_entry)
    base = quoteattr(source.home_url)
    return f"""{_DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom" xml:base={base}>
<id>tag:{publication.slug}.example,2020:feed</id>
<title>{escape(publication.name)}</title>
<subtitle>{escape(publication.tagline)}</subtitle>
<link rel="alternate" href="./"/>
<link rel="self" href={quoteattr(source.feed_url)}/>
<updated>{source.updated_at:%Y-%m-%dT%H:%M:%SZ}</updated>
{entries}
</feed>
"""


def _atom_entry(article: DemoArticle, place: int, source: FeedSource) -> str:
    title = escape(_named_entities(article.title or ""))
    published = article.published_at.astimezone(source.zone)
    tags = "".join(f"<category term={quoteattr(tag)}/>\n" for tag in article.tags)
    body = _atom_text("content", article.html, place) if article.is_whole_in_feed else ""
    return f"""<entry xml:lang="{article.language}">
<id>tag:{source.publication.slug}.example,2020:{article.key}</id>
<title type="html">{title}</title>
<link href={quoteattr(article.url.removeprefix(source.home_url))}/>
<author><name>{escape(article.author)}</name></author>
<published>{published.isoformat(timespec="seconds")}</published>
<updated>{article.updated_at:%Y-%m-%dT%H:%M:%S.%fZ}</updated>
{tags}{_atom_text("summary", article.summary, 0)}{body}</entry>"""


def _atom_text(name: str, html: str, place: int) -> str:
    if place % 2:
        return f'<{name} type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{html}</div></{name}>\n'
    return f'<{name} type="html">{escape(html)}</{name}>\n'


def _render_rdf(source: FeedSource) -> str:
    publication = source.publication
    items = _join_items(source, _rdf_item)
    order = "\n".join(f"<rdf:li rdf:resource={quoteattr(one.url)}/>" for one in source.articles)
    return f"""{_DECLARATION}<rdf:RDF xmlns="http://purl.org/rss/1.0/"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {_DC} {_CONTENT}>
<channel rdf:about={quoteattr(source.feed_url)}>
<title>{escape(publication.name)}</title>
<link>{escape(source.home_url)}</link>
<description>{escape(publication.tagline)}</description>
<items><rdf:Seq>
{order}
</rdf:Seq></items>
</channel>
{items}
</rdf:RDF>
"""


def _rdf_item(article: DemoArticle, place: int, source: FeedSource) -> str:
    del place
    title = escape(article.title or "").encode("ascii", "xmlcharrefreplace").decode()
    published = article.published_at.astimezone(source.zone)
    return f"""<item rdf:about={quoteattr(article.url)}>
<title>{title}</title>
<link>{escape(article.url)}</link>
<description>{escape(article.summary)}</description>
<dc:date>{published.isoformat(timespec="minutes")}</dc:date>
<dc:creator>{escape(article.author)}</dc:creator>
<dc:language>{article.language}</dc:language>
{_content_encoded(article)}</item>"""


def _render_json(source: FeedSource) -> str:
    publication = source.publication
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publication.name,
        "description": publication.tagline,
        "home_page_url": source.home_url,
        "feed_url": source.feed_url,
        "language": publication.language,
        "items": [_json_item(article, source) for article in source.articles],
    }
    return json.dumps(document, indent=1)


def _json_item(article: DemoArticle, source: FeedSource) -> dict[str, Any]:
    item = {
        "id": article.key,
        "url": article.url,
        "title": article.title,
        "summary": article.summary,
        "content_html": article.html if article.is_whole_in_feed else None,
        "date_published": article.published_at.astimezone(source.zone).isoformat(),
        "date_modified": article.updated_at.isoformat(),
        "authors": [{"name": article.author}],
        "tags": list(article.tags),
        "language": article.language,
    }
    return {key: found for key, found in item.items() if found}


_RENDERERS: Final[dict[FeedFormat, Callable[[FeedSource], str]]] = {
    FeedFormat.RSS20: _render_rss,
    FeedFormat.ATOM10: _render_atom,
    FeedFormat.RDF10: _render_rdf,
    FeedFormat.JSON11: _render_json,
}


def _join_items(
    source: FeedSource, render_item: Callable[[DemoArticle, int, FeedSource], str]
) -> str:
    count = len(source.articles)
    return "\n".join(
        render_item(article, count - position, source)
        for position, article in enumerate(source.articles, start=1)
    )


def _content_encoded(article: DemoArticle) -> str:
    if not article.is_whole_in_feed:
        return ""
    return f"<content:encoded>{_cdata(article.html)}</content:encoded>\n"


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _named_entities(text: str) -> str:
    return escape_html(text).replace("–", "&ndash;")


def _rfc822_date(moment: datetime, place: int) -> str:
    """`moment` with GMT, with the obsolete zone name EST, or with an offset (RFC 822, 2822)."""
    if place % 3 == 0:
        return format_datetime(moment.astimezone(UTC), usegmt=True)
    local = format_datetime(moment.astimezone(_EASTERN))
    return local.replace("-0500", "EST") if place % 3 == 1 else local
