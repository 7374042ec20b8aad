"""The texts of entries and feeds: titles in one line of plain text, summary and body as HTML."""

from __future__ import annotations

from aggregator.feeds._fields import Fields, dicts_of, text_of
from aggregator.feeds._plain import html_from_plain, plain_from_either, plain_from_html
from aggregator.text import collapse_whitespace

_NOTHING: Fields = {}
# In the place of a missing title or text, in this order.
_OTHER_TITLES = ("our_media_title", "itunes_title")
_OTHER_TEXTS = ("our_media_description", "our_itunes_subtitle")
_DESCRIPTIONS = ("subtitle", "our_itunes_summary", "our_itunes_subtitle")


def read_title(fields: Fields, name: str, *, is_atom: bool) -> str | None:
    """The field `name` as plain text. Atom says what it holds; RSS leaves it to be guessed."""
    text = text_of(fields, name)
    if not text:
        return None
    kind = text_of(detail_of(fields, name), "type")
    if kind == "application/xhtml+xml" or (is_atom and kind == "text/html"):
        return plain_from_html(text) or None
    return (collapse_whitespace(text) if is_atom else plain_from_either(text)) or None


def detail_of(fields: Fields, name: str) -> Fields:
    """What is said of the text `name`: its type, base and language; empty if nothing is."""
    found = dict.get(fields, f"{name}_detail")
    return found if isinstance(found, dict) else _NOTHING


def read_description(feed: Fields, *, is_atom: bool) -> str | None:
    """What a feed says of itself, else what it says for iTunes, as plain text."""
    descriptions = (read_title(feed, name, is_atom=is_atom) for name in _DESCRIPTIONS)
    return next(filter(None, descriptions), None)


def choose_title(item: Fields, *, is_atom: bool) -> str | None:
    """The title of `item`, else that of its file, in one line of plain text."""
    titles = (read_title(item, name, is_atom=is_atom) for name in ("title", *_OTHER_TITLES))
    return next(filter(None, titles), None)


def choose_content(item: Fields) -> Fields:
    """The longest text among the bodies of `item` (an Atom entry may carry pictures as well)."""
    texts = [
        body
        for body in dicts_of(item, "content")
        if (kind := text_of(body, "type") or "").startswith("text/") or kind.endswith("xml")
    ]
    return max(texts, key=lambda body: len(text_of(body, "value") or ""), default=_NOTHING)


def read_texts(
    item: Fields, summary_detail: Fields, content: Fields
) -> tuple[str | None, str | None]:
    """Summary and body of `item`. iTunes' summary is either where that one is missing."""
    body = _read_body(content, "value", content)
    summary = _read_summary(item, summary_detail, body)
    episode = _read_body(item, "our_itunes_summary", detail_of(item, "our_itunes_summary"))
    if episode and summary and not body:
        body = episode if episode != summary else None
    elif episode and not summary:
        summary = episode if episode != body else None
    if not summary and not body:
        others = (_read_body(item, name, detail_of(item, name)) for name in _OTHER_TEXTS)
        summary = next(filter(None, others), None)
    return summary, body


def _read_body(fields: Fields, name: str, detail: Fields) -> str | None:
    """The HTML under `name`; plain text is made HTML."""
    text = text_of(fields, name)
    return html_from_plain(text) if text and text_of(detail, "type") == "text/plain" else text


def _read_summary(item: Fields, detail: Fields, body: str | None) -> str | None:
    """The summary, unless it only repeats the body (as feedparser's own does if there is none)."""
    summary = _read_body(item, "summary", detail) if detail or body is None else None
    return summary if summary != body else None
