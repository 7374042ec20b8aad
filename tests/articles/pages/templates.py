"""Stories in many languages, and three kinds of pages that show them with words of their own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path

_FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
_RIGHT_TO_LEFT = {"ar", "he"}


@dataclass(frozen=True)
class LocalStory:
    """A short article in one language, with the words that its site puts around it."""

    language: str
    byline: str
    byline_line: str
    stated: str
    headline: str
    lead: str
    sections: list[tuple[str, str]]
    cookie: str
    newsletter: str
    footer: str
    menu: list[str]
    share: list[str]
    share_label: str
    related_label: str
    related: list[str]
    comments_label: str
    comments: list[str]

    @property
    def direction(self) -> str:
        """How its script runs."""
        return "rtl" if self.language in _RIGHT_TO_LEFT else "ltr"

    @property
    def text(self) -> str:
        """The story as plain text, without its headline."""
        parts = [self.lead]
        for heading, text in self.sections:
            parts += [heading, text]
        return "\n\n".join(parts)

    @property
    def chrome(self) -> list[str]:
        """The longer texts around it, none of which stand in the story."""
        return [self.cookie, self.newsletter, self.footer, *self.related, *self.comments]

    def html(self, heading: str, text: str) -> str:
        """Lead and sections, each part in the given markup."""
        parts = [text.format(escape(self.lead))]
        for title, body in self.sections:
            parts += [heading.format(escape(title)), text.format(escape(body))]
        return "\n".join(parts)


def read_local_story(language: str) -> LocalStory:
    """The story in `language`."""
    stated = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    stated["sections"] = [(heading, text) for heading, text in stated["sections"]]
    return LocalStory(**stated)


def _items(texts: list[str], markup: str = '<li><a href="/{n}">{text}</a></li>') -> str:
    return "\n".join(markup.format(n=n, text=escape(text)) for n, text in enumerate(texts))


def newspaper(s: LocalStory) -> str:
    """A newspaper with semantic tags that states its language, direction, author and date."""
    return f"""<!doctype html>
<html lang="{s.language}" dir="{s.direction}"><head><meta charset="utf-8">
<title>{escape(s.headline)} | {s.footer[-6:]}</title>
<meta property="og:title" content="{escape(s.headline)}">
<meta name="author" content="{s.byline}">
<meta property="article:published_time" content="2025-05-04T22:30:00+00:00"></head><body>
<div class="cookie-banner" role="dialog"><p>{s.cookie}</p><button>OK</button></div>
<header class="site-header"><nav><ul>{_items(s.menu)}</ul></nav></header>
<main><article><h1>{escape(s.headline)}</h1>
<p class="byline">{s.byline_line}</p><time datetime="2025-05-04T22:30:00+00:00">04.05.2025</time>
<span class="reading-time">{s.stated}</span>
<div class="share-bar"><span>{s.share_label}</span><ul>{_items(s.share)}</ul></div>
{s.html("<h2>{}</h2>", "<p>{}</p>")}
<div class="newsletter"><p>{s.newsletter}</p><form><input type="email"></form></div>
</article><section class="related"><h3>{s.related_label}</h3><ul>{_items(s.related)}</ul></section>
<section id="comments" class="comments"><h3>{s.comments_label}</h3>
{_items(s.comments, '<div class="comment"><b>{n}</b><p>{text}</p></div>')}</section></main>
<footer class="site-footer"><p>{s.footer}</p></footer></body></html>"""


def plain_divs(s: LocalStory) -> str:
    """Divs with names that say nothing, facts only in the text, no language stated."""
    return f"""<!doctype html><html><head><meta charset="utf-8"><title>{escape(s.headline)}</title>
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"datePublished": "2025-05-04T22:30:00Z", "author": {{"@type": "Person", "name": "{s.byline}"}}}}
</script></head><body><div class="a1"><div class="a2">
{_items(s.menu, '<a href="/{n}">{text}</a>')}</div></div>
<div class="b1"><div class="b2"><h1>{escape(s.headline)}</h1><div class="b3">{s.byline_line}</div>
<div class="b4">{s.stated}</div><div class="b5">
{s.html("<h3>{}</h3>", "<div class='b6'>{}</div>")}</div>
<div class="b7"><span>{s.share_label}</span>
{_items(s.share, '<a href="#{n}">{text}</a>')}</div></div>
<div class="c1"><h4>{s.related_label}</h4>
{_items(s.related, '<a href="/s/{n}">{text}</a><br>')}</div>
</div><div class="d1">{s.footer}</div></body></html>"""


def weblog(s: LocalStory) -> str:
    """A blog with a theme in English, bold lines for headings, and wrong words about itself."""
    return f"""<!doctype html>
<html lang="en-US"><head><meta charset="utf-8"><title>{escape(s.headline)} - Blog</title>
<meta property="og:title" content="{escape(s.headline)}">
<meta property="article:published_time" content="2025-05-04T22:30:00+00:00"></head>
<body class="single-post rtl-ready"><header id="masthead"><ul class="menu">{_items(s.menu)}</ul>
</header><div id="content"><article class="post hentry"><header class="entry-header">
<h1 class="entry-title">{escape(s.headline)}</h1><div class="entry-meta"><span class="author vcard">
<a rel="author" href="/author/1">{s.byline}</a></span> <span>{s.stated}</span></div></header>
<div class="entry-content" dir="auto">
{s.html("<p><strong>{}</strong></p>", "<p>{}</p>")}
<div class="sharedaddy">{_items(s.share, '<a href="#{n}">{text}</a>')}</div></div></article>
<div id="comments" class="comments-area"><h2>{s.comments_label}</h2><ol>
{_items(s.comments, "<li class='comment'><p>{text}</p></li>")}</ol>
<form id="commentform"><textarea></textarea></form></div></div>
<aside id="secondary" class="widget-area"><section class="widget"><h2>{s.related_label}</h2>
<ul>{_items(s.related)}</ul></section><section
class="widget"><p>{s.newsletter}</p></section></aside>
<footer id="colophon"><p>{s.footer}</p></footer></body></html>"""
