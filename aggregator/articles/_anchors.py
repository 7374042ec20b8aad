"""The names of sections in links: made from their headings, so that they outlive revisions."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from aggregator.text import MARKS

_ODD = re.compile(rf"[^\w{MARKS}]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_MAX_CHARS = 60
_NAMELESS = "section"


class Anchors:
    """Gives each heading of one article a name that no other has."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: Counter[str] = Counter()

    def name(self, heading: str) -> str:
        """The name for `heading`: its words in any script; with "-2" and so on if it is repeated.

        >>> anchors = Anchors()
        >>> anchors.name("What's new?"), anchors.name("什麼是 新的"), anchors.name("Whats New")
        ('whats-new', '什麼是-新的', 'whats-new-2')
        """
        name = slug = _slug(heading)
        while name in self._taken:
            self._counts[slug] += 1
            name = f"{slug}-{self._counts[slug] + 1}"
        self._taken.add(name)
        return name


def _slug(heading: str) -> str:
    lowered = unicodedata.normalize("NFKC", heading).lower()
    words = _ODD.sub("-", _APOSTROPHE.sub("", unicodedata.normalize("NFKC", lowered)))
    slug = words.strip("-_")
    if len(slug) > _MAX_CHARS:
        at_word = slug[: _MAX_CHARS + 1].rpartition("-")[0]
        slug = at_word if len(at_word) > _MAX_CHARS // 2 else slug[:_MAX_CHARS]
    return slug or _NAMELESS
