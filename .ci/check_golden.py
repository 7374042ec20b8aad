"""Fail unless the golden article comes out whole, as text and out of a page around it."""

import html
import sys
from pathlib import Path

from aggregator import extract_article

PAGE = """<!doctype html>
<html lang="en"><head><title>{headline} | Daily Example</title>
<meta property="og:title" content="{headline}"></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/tech">Tech</a></li></ul></nav></header>
<main><article><span class="read-time">2 Minutes</span><h1>{headline}</h1>
<div class="share"><a href="/s/1">Share</a> <button>Copy link</button></div>
{body}
</article>
<section id="comments"><h2>Comments</h2><div class="comment"><p>First! Great read.</p></div>
<form><textarea></textarea><button>Post</button></form></section></main>
<aside><h3>Related</h3><ul><li><a href="/1">Another story about cars</a></li></ul></aside>
<footer><p>Copyright Daily Example. All rights reserved.</p></footer></body></html>"""


def main(path: str) -> None:
    """Compare what is extracted with the text's own lines."""
    text = Path(path).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    headline, lead, rest = lines[1], lines[2], lines[3:-1]
    headings, paragraphs = rest[::2], rest[1::2]
    body = f"<p>{html.escape(lead)}</p>" + "".join(
        f"<h2>{html.escape(heading)}</h2><p>{html.escape(paragraph)}</p>"
        for heading, paragraph in zip(headings, paragraphs, strict=True)
    )
    page = PAGE.format(headline=html.escape(headline), body=body)
    for form, document in (("text", text), ("page", page)):
        article = extract_article(document, url="https://example.org/2026/xiaomi")
        seen = (
            article.headline,
            article.read_minutes,
            article.lead,
            [section.heading for section in article.sections],
            [section.text for section in article.sections],
        )
        wanted = (headline, 2, lead, headings, paragraphs)
        if seen != wanted or "Comments" in article.text:
            sys.exit(f"golden article as {form}:\nwanted {wanted}\nseen   {seen}")
        sys.stdout.write(f"as {form}: {article.headline!r}, {len(article.sections)} sections\n")


main(sys.argv[1])
