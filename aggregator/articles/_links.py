"""Links of a soup: absolute, without tracking, or gone; those inside the page stay inside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4.element import Tag

from aggregator.urls import resolve, strip_tracking

PLACE = re.compile(r"at-[\w.-]{1,60}")
"""How the places in an article are named to which its own links lead; never as a page named them,
so that no place can be taken for a section's anchor or a name in the page that shows it."""

_ODD = re.compile(r"[^\w.-]+")
_MAX_NAME_CHARS = 60
_NOTE_MARKS = frozenset("*†‡")


def mend_links(tags: Sequence[Tag], base_url: str | None) -> None:
    """Make the links among `tags` absolute, relative to `base_url`.

    A link that leads nowhere, or to a part of the page that is not among `tags`, becomes a span;
    one to another place among `tags` leads to its new name. Signs that lead back from a note or to
    the heading they stand in ("↩", "¶") are removed.
    """
    own = without_fragment(base_url or "")
    named = [(tag, name) for tag in tags if tag.attrs and (name := _name_of(tag))]
    places = {name for _, name in named}
    links = [tag for tag in tags if tag.name == "a" and "href" in tag.attrs]
    linked = {_mend_link(tag, base_url, own, places) for tag in links}
    for tag in tags:
        tag.attrs.pop("id", None)
    for tag, name in named:
        if name in linked:
            tag["id"] = _place(name)


def _name_of(tag: Tag) -> str:
    """The name under which links of the page lead to `tag`, empty for none."""
    return str(tag.attrs.get("id") or (tag.attrs.get("name") if tag.name == "a" else "") or "")


def _mend_link(link: Tag, base_url: str | None, own: str, places: set[str]) -> str:
    """Mend one link; the name of the place it leads to if that is in the same page."""
    given = str(link.get("href", "")).strip()
    href = given if given.startswith("#") else resolve(base_url, given)
    if href and "#" in href and without_fragment(href) in {"", own}:
        fragment = href.partition("#")[2]
        if is_sign(link.get_text()) and link.find("img") is None:
            link.extract()
            return ""
        if fragment in places:
            link["href"] = f"#{_place(fragment)}"
            return fragment
        href = None
    if href:
        link["href"] = strip_tracking(href)
    elif _name_of(link):
        del link["href"]
    else:
        link.name, link.attrs = "span", {}
    return ""


def without_fragment(url: str) -> str:
    return strip_tracking(url.partition("#")[0])


def is_sign(text: str) -> bool:
    """Whether the `text` of a link is only a sign, and none that marks a note."""
    return not any(letter.isalnum() or letter in _NOTE_MARKS for letter in text.strip())


def _place(name: str) -> str:
    return f"at-{_ODD.sub('-', name)[:_MAX_NAME_CHARS]}"
