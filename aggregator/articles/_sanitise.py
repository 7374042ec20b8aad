"""HTML -> the same without anything that could run, load a frame or style the page around it."""

from __future__ import annotations

import re

import nh3

from aggregator.articles._code import LANGUAGE
from aggregator.articles._links import PLACE
from aggregator.articles._markup import ANYWHERE, ATTRIBUTES, TAGS

_FORMS = {"class": LANGUAGE, "id": PLACE}

_STAND_INS = {
    "&amp;": "\ufdd3",
    "&lt;": "\ufdd4",
    "&gt;": "\ufdd5",
    "&quot;": "\ufdd6",
    "&nbsp;": "\ufdd7",
}
"""What nh3 is shown in place of entities, on which it takes quadratic time (11 s for a million):
characters that Unicode reserves for such use. They come back as entities, so that a page which
holds such a character itself can make no tag of it."""


_PARAGRAPHS = re.compile(
    "(?:<p>(?:[^<>&\r\0\ufdd3-\ufdd7]++|&(?:amp|lt|gt|quot|nbsp);)*+</p>\n?)*+"
)
"""Text in nothing but paragraphs, as a third of all sections are: nh3 gives it back as it is."""


def _checked(_tag: str, name: str, value: str) -> str | None:
    """`value`, or None for a class or name that is not of our own making."""
    form = _FORMS.get(name)
    return None if form is not None and form.fullmatch(value) is None else value


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={
        **{tag: set(names) for tag, names in ATTRIBUTES.items()},
        "code": {"class"},
        "*": set(ANYWHERE),
    },
    attribute_filter=_checked,
    url_schemes={"http", "https"},
    link_rel="noopener noreferrer",
)


def sanitise(html: str) -> str:
    """`html` with the tags and attributes of an article, its links to http and https only."""
    html = html.replace("\xa0", "&nbsp;")
    if _PARAGRAPHS.fullmatch(html):
        return html
    for entity, stand_in in _STAND_INS.items():
        html = html.replace(entity, stand_in)
    safe = _CLEANER.clean(html)
    for entity, stand_in in _STAND_INS.items():
        safe = safe.replace(stand_in, entity)
    return safe
