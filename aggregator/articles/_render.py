"""An article as plain text, Markdown or an HTML fragment, whole or one section of it."""

from __future__ import annotations

from html import escape

from aggregator.articles._markdown import escape_text, from_html
from aggregator.errors import NotFoundError
from aggregator.model import Article, Section


def to_text(article: Article, *, section: int | None = None) -> str:
    """`article` as plain text: headline, lead, headings and text parted by blank lines.

    `section` gives that one alone, 0 the lead. Raises NotFoundError if the article has no such
    section.
    """
    lead, sections = _chosen(article, section)
    parts = [article.headline or ""] if section is None else []
    parts += [article.lead] if lead else []
    for chosen in sections:
        parts += [chosen.heading, chosen.text]
    return _joined(parts)


def to_markdown(article: Article, *, section: int | None = None) -> str:
    """`article` as CommonMark (tables as in GitHub's); `section` as for `to_text`."""
    lead, sections = _chosen(article, section)
    is_titled = section is None and article.headline
    parts = [f"# {escape_text(article.headline or '')}"] if is_titled else []
    parts += [from_html(article.lead_html)] if lead else []
    for chosen in sections:
        parts += [f"{'#' * chosen.level} {escape_text(chosen.heading)}", from_html(chosen.html)]
    return _joined(parts)


def to_html(article: Article, *, section: int | None = None) -> str:
    """`article` as a fragment safe to show; h1 is the headline. `section` as for `to_text`.

    The anchor of a section is the `id` of its heading, so that links inside the article work.
    """
    lead, sections = _chosen(article, section)
    is_titled = section is None and article.headline
    parts = [f"<h1>{escape(article.headline or '')}</h1>"] if is_titled else []
    parts += [article.lead_html] if lead else []
    for chosen in sections:
        name = f' id="{escape(chosen.anchor)}"' if chosen.anchor else ""
        heading = f"<h{chosen.level}{name}>{escape(chosen.heading)}</h{chosen.level}>"
        parts += [heading, chosen.html]
    return "\n".join(part for part in parts if part)


def _chosen(article: Article, section: int | None) -> tuple[bool, tuple[Section, ...]]:
    """Whether the lead is shown, and which sections are."""
    if section is None:
        return True, article.sections
    if section == 0:
        return True, ()
    chosen = tuple(each for each in article.sections if each.position == section)
    if not chosen:
        last = max((each.position for each in article.sections), default=0)
        raise NotFoundError(
            f"there is no section {section}: choose one from 0 (the lead) to {last}"
        )
    return False, chosen


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)
