"""Python's other extractors in the shape that the scorer asks for.

Only the extractor's own call is timed; a function under `_post`, and sections read from an answer
in HTML, are made by the scorer afterwards.
"""

from __future__ import annotations

from typing import Any

_NOWHERE = "http://localhost/"


def trafilatura(html: str, url: str | None) -> dict[str, Any]:
    """Trafilatura with its defaults, comments left out."""
    return _trafilatura(html, url)


def trafilatura_fast(html: str, url: str | None) -> dict[str, Any]:
    """Trafilatura without its fallbacks."""
    return _trafilatura(html, url, fast=True)


def trafilatura_precision(html: str, url: str | None) -> dict[str, Any]:
    """Trafilatura when told to prefer less but right text."""
    return _trafilatura(html, url, favor_precision=True)


def readability_lxml(html: str, url: str | None) -> dict[str, Any]:  # noqa: ARG001
    """The summary of readability-lxml."""
    from readability import Document  # noqa: PLC0415 - each worker loads one extractor

    document = Document(html)
    return {"html": document.summary(html_partial=True), "headline": document.short_title()}


def newspaper4k(html: str, url: str | None) -> dict[str, Any]:
    """Newspaper4k's article, without looking for pictures on the net."""
    import newspaper  # noqa: PLC0415 - see above

    article = newspaper.Article(url or _NOWHERE, fetch_images=False, clean_article_html=True)
    article.download(input_html=html)
    article.parse()
    date = article.publish_date
    return {
        "headline": article.title,
        "author": article.authors,
        "published": date.isoformat() if date else None,
        "text": article.text,
        "html": article.article_html or "",
    }


def resiliparse(html: str, url: str | None) -> dict[str, Any]:  # noqa: ARG001
    """Resiliparse's main content, with its headings."""
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - see above
    from resiliparse.parse.html import HTMLTree  # noqa: PLC0415

    tree = HTMLTree.parse(html)
    content = extract_plain_text(
        tree,
        main_content=True,
        preserve_formatting="minimal_html",
        alt_texts=False,
        list_bullets=False,
    )
    return {"headline": tree.title, "html": content}


def _trafilatura(html: str, url: str | None, **settings: bool) -> dict[str, Any]:
    from trafilatura import bare_extraction  # noqa: PLC0415 - see above

    found = bare_extraction(html, url=url, with_metadata=True, include_comments=False, **settings)
    if found is None:
        return {"text": "", "sections": []}
    return {
        "headline": found.title,
        "author": found.author,
        "published": found.date,
        "text": found.text,
        "_post": lambda: {"sections": _sections(found.body)},
    }


def _sections(body: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - an lxml element, or None
    """The parts of a trafilatura tree between its `head` elements."""
    parts: list[tuple[str, int, list[str]]] = [("", 0, [])]
    for element in body if body is not None else ():
        words = " ".join(" ".join(element.itertext()).split())
        if element.tag == "head":
            level = element.get("rend", "h2")[1:]
            parts.append((words, int(level) if level.isdigit() else 2, []))
        elif words:
            parts[-1][2].append(words)
    if not parts[0][2]:
        del parts[0]
    return [{"heading": h, "level": level, "text": "\n".join(lines)} for h, level, lines in parts]
