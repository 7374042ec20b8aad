"""What a site is called, and titles without it."""

from __future__ import annotations

import re

from aggregator.text import fold

SEPARATORS = re.compile(r"\s+[|\-–—·•»«:/~]{1,2}\s+|\s*[|｜»«]\s*|_(?=[^_]*$)")
"""What stands between a title and the name of the site."""

_NO_LETTER = re.compile(r"[\W_]+")

_MIN_SHARE = 0.6
"""The share of a server's name that the site's name fills ("bbc" of "bbc.co.uk"); a mere word in
it ("coffee" of "verena-street-coffee.com") fills less."""


class SiteNames:
    """What the site is called, in the words of its pages (`name`) and in its address (`host`)."""

    def __init__(self, name: str | None, host: str) -> None:
        self._name = _letters(name or "")
        self._address = _letters(host)
        self._host = max(map(_letters, host.split(".")), key=len)

    def is_site(self, text: str) -> bool:
        """Whether `text` is the name of the site, or the part of its address that names it."""
        letters = _letters(text)
        is_host = len(letters) >= _MIN_SHARE * len(self._host) and letters in self._host
        return bool(letters) and (letters in {self._name, self._address} or is_host)

    def without_site(self, title: str) -> str:
        """`title` without the site's name at either end; never nothing."""
        cuts = list(SEPARATORS.finditer(title))
        rest = title
        if cuts and self.is_site(title[cuts[-1].end() :]):
            rest = title[: cuts[-1].start()]
        elif cuts and self.is_site(title[: cuts[0].start()]):
            rest = title[cuts[0].end() :]
        return self.without_site(rest.strip()) if rest.strip() and rest != title else title


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", fold(text))
