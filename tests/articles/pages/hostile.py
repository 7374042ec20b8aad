"""Pages made to cost: each is a function, so that only one stands in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable

_TEXT = f"<p>{'This is a paragraph of running text, long enough to count as one. ' * 3}</p>"
_LIMIT = 4_990_000  # a little below the largest page that is read


def _fill(unit: str, before: str = "<body>" + _TEXT, after: str = "") -> str:
    """`unit` as often as a page of the largest size holds it."""
    return before + unit * ((_LIMIT - len(before) - len(after)) // len(unit)) + after


def _numbered(unit: str, count: int) -> str:
    return "<body>" + _TEXT + "".join(unit.format(n=n) for n in range(count))


def _encoded(codec: str) -> bytes:
    return f"<html><body>{_TEXT * 50}</body></html>".encode(codec)


HOSTILE: dict[str, Callable[[], str | bytes]] = {
    "text without tags": lambda: _fill("word and another, ", before=""),
    "one paragraph": lambda: _fill("word and another, ", after="</p>"),
    "one word": lambda: _fill("x", before="<p>"),
    "ideographs": lambda: _fill("新", before="<body><p>").encode()[:_LIMIT],
    "paragraphs": lambda: _fill("<p>A sentence that is long enough to be a paragraph of its own."),
    "nested tags": lambda: _TEXT + "<div>" * 200_000 + "deep" + "</div>" * 200_000 + _TEXT,
    "nested inline tags": lambda: _TEXT + "<b><i>" * 200_000 + "deep" + _TEXT,
    "nested lists": lambda: _TEXT + "<ul><li>x" * 200_000,
    "nested tables": lambda: _TEXT + "<table><tr><td>x" * 100_000,
    "attributes": lambda: "<p " + "a " * 1_000_000 + ">" + _TEXT,
    "numbered attributes": lambda: "<p " + " ".join(f"a{n}=1" for n in range(450_000)) + _TEXT,
    "one long attribute": lambda: _fill("x", before=f"{_TEXT}<p class='", after=f"'>y</p>{_TEXT}"),
    "one long class": lambda: _fill("ad nav ", before=f"{_TEXT}<p class='", after=f"'>{_TEXT}"),
    "one long address": lambda: _fill("a/", before=f"{_TEXT}<a href='http://x/", after="'>y</a>"),
    "one long srcset": lambda: _fill("a 1w, ", before=f"{_TEXT}<img srcset='", after="'>"),
    "tags": lambda: _fill("<i>x"),
    "empty tags": lambda: _fill("<p>"),
    "unknown tags": lambda: _numbered("<t{n}>x", 400_000),
    "line breaks": lambda: _fill("a<br>"),
    "breaks only": lambda: _TEXT + "<br>" * 200_000 + _TEXT,
    "headings": lambda: _numbered("<h2>Heading number {n}</h2>", 100_000),
    "equal headings": lambda: _TEXT + "<h2>Heading</h2>x" * 100_000,
    "cells": lambda: _TEXT + "<table><tr>" + "<td>cell" * 50_000 + "</table>",
    "rows": lambda: _TEXT + "<table>" + "<tr><td>1<td>2" * 50_000 + "</table>",
    "wide cells": lambda: _TEXT + "<table><tr>" + "<td colspan=1000 rowspan=1000>1" * 20_000,
    "items": lambda: _fill("<li>an item of a list that never ends"),
    "links": lambda: _numbered("<a href='/story/{n}?utm_source=x'>Story number {n}</a> ", 80_000),
    "images": lambda: _numbered("<img src=/{n}.jpg srcset='/{n}.jpg 2x' alt=x>", 80_000),
    "figures": lambda: _numbered("<figure><img src={n}.png><figcaption>{n}</figure>", 60_000),
    "quotes": lambda: _TEXT + "<blockquote>" * 100_000 + _TEXT,
    "code": lambda: _fill("if (a < b) { return &lt;b&gt;; }\n", before=f"{_TEXT}<pre><code>"),
    "times": lambda: _numbered("<time datetime='2025-01-01T00:00:{n}'>{n}</time>", 60_000),
    "authors": lambda: _numbered("<a rel=author class=byline>By Ann {n}</a> ", 80_000),
    "metas": lambda: "<head>" + _numbered("<meta property='og:title' content='T {n}'>", 90_000),
    "titles": lambda: _fill("<title>a | b - c", before="<head>"),
    "one long title": lambda: _fill("word | ", before="<head><title>", after=f"</title>{_TEXT}"),
    "one long heading": lambda: _fill("word - ", before="<h1>", after=f"</h1>{_TEXT}"),
    "scripts": lambda: _TEXT + "<script type='application/ld+json'>{}</script>" * 100_000,
    "broken scripts": lambda: _TEXT + '<script type="application/ld+json">{"@type":' * 70_000,
    "deep script": lambda: _fill("[", before='<script type="application/ld+json">'),
    "large script": lambda: (
        '<script type="application/ld+json">'
        + json.dumps({"@graph": [{"@type": "Article", "headline": str(n)} for n in range(99_000)]})
        + f"</script>{_TEXT}"
    ),
    "body in a script": lambda: (
        '<script type="application/ld+json">{"@type": "Article", "articleBody": "'
        + "Word and word. " * 330_000
        + '"}</script>'
    ),
    "unclosed script": lambda: _fill("<", before=_TEXT + "<script>"),
    "comments": lambda: _fill("<!--"),
    "angles": lambda: _fill("<", before=""),
    "closing tags": lambda: _fill("</div>"),
    "quotation marks": lambda: _fill("\"'", before="<p a="),
    "entities": lambda: _fill("&amp;"),
    "broken entities": lambda: _fill("&#x1F600"),
    "references": lambda: _fill("&#0;"),
    "nothing is closed": lambda: _fill("<div class=a><p>word<ul><li><b>word<table><tr><td>"),
    "buttons": lambda: _fill("<button><p>word word word"),
    "forms": lambda: _fill("<form><select><option><label><p>word"),
    "nameless styles": lambda: _fill("<p style='display: none'>hidden words</p>"),
    "labels": lambda: _fill("read more ", before=""),
    "minutes": lambda: _fill("<p>2 min read</p>"),
    "comment labels": lambda: _fill("<h3>Comments</h3>"),
    "blanks": lambda: _fill(" ", before=_TEXT, after=_TEXT),
    "new lines": lambda: _fill("\n", before=_TEXT, after=_TEXT),
    "combining marks": lambda: _fill("\u0301", before="<p>e")[: _LIMIT // 2],
    "right to left marks": lambda: _fill("\u202e", before="<p>e")[: _LIMIT // 3],
    "controls": lambda: _fill("a\x0b\x0cb", before=_TEXT),
    "nul characters": lambda: _TEXT + "a\x00" * 1_000_000,
    "nul bytes": (_TEXT + "a\x00" * 100_000).encode,
    "lone surrogates": lambda: _TEXT + "\ud800\udfff" * 500_000,
    "broken UTF-8": lambda: (_TEXT.encode() + b"\xff\xfe\x80\xc3 ") * 20_000,
    "UTF-16 without a mark": lambda: _encoded("utf-16-le"),
    "UTF-16 with a mark": lambda: _encoded("utf-16"),
    "UTF-32": lambda: _encoded("utf-32"),
    "UTF-7": lambda: b"<meta charset=utf-7>+ADw-script+AD4-alert(1)" + _TEXT.encode(),
    "unknown charset": lambda: b"<meta charset=klingon>" + _TEXT.encode("latin-1"),
    "wrong charset": lambda: b"<meta charset=utf-16>" + _TEXT.encode(),
    "an image": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
    "nothing": lambda: b"",
    "too much": lambda: b"x" * 5_000_001,
}
"""What is sent, by name."""
