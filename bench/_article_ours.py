"""Our own extractor in the shape that the scorer asks for, page only and with the feed's entry.

The scorer hands over a page and its URL only. What else belongs to a page (its simulated entry,
the fold that never saw its site) is looked up by the page itself, in the file named by
`BENCH_ARTICLES`, which `articles.py` writes.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from aggregator.articles import extract_article
from aggregator.model import Article, Entry

VARIABLE = "BENCH_ARTICLES"
"""Names a JSON file: {"models": [path, ...], "pages": {key: {"fold", "title", "summary"}}}."""

_STRIDE = 61
"""Every so many characters go into a page's key: it is made inside the timed work."""


def key_of(html: str, url: str | None) -> str:
    """A name of the page that costs microseconds; `articles.py` sees to it that none is double."""
    sample = f"{url} {len(html)} {html[::_STRIDE]}"
    return hashlib.sha256(sample.encode("utf-8", "replace")).hexdigest()


def extract(html: str, url: str | None) -> dict[str, Any]:
    """The answer from the page alone."""
    if _known()["models"]:
        _choose_model(html, url)
    return _answer(extract_article(html, url=url))


def extract_anchored(html: str, url: str | None) -> dict[str, Any]:
    """The answer from the page and a simulated entry of its feed."""
    if _known()["models"]:
        _choose_model(html, url)
    page = _known()["pages"].get(key_of(html, url), {})
    anchor = Entry(
        key="0" * 32,
        content_hash="0" * 32,
        url=url,
        title=page.get("title"),
        summary=page.get("summary"),
    )
    return _answer(extract_article(html, url=url, anchor=anchor))


def _answer(article: Article) -> dict[str, Any]:
    lead = {"heading": "", "level": 0, "text": article.lead}
    rest = [{"heading": s.heading, "level": s.level, "text": s.text} for s in article.sections]
    return {
        "headline": article.headline,
        "author": article.byline,
        "published": article.published_at.isoformat() if article.published_at else None,
        "sections": [lead, *rest],
        "text": article.text,
        "read_minutes": article.read_minutes,
    }


def _choose_model(html: str, url: str | None) -> None:
    """Take the model of the fold that did not see the page's site, the first for other pages."""
    page = _known()["pages"].get(key_of(html, url), {})
    _use_model(_known()["models"][page.get("fold") or 0])


def _use_model(path: str) -> None:
    from aggregator.articles._model import use_model  # noqa: PLC0415 - only with folds

    use_model(path)


@cache
def _known() -> dict[str, Any]:
    """What `articles.py` wrote; all models are loaded now, before the first page is timed."""
    path = os.environ.get(VARIABLE)
    if path is None:
        return {"models": [], "pages": {}}
    known: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    for model in known["models"]:
        _use_model(model)
    return known
