"""Images of a soup: from their best source, absolute, or gone if nobody is to see them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from bs4.element import NavigableString, PageElement, Tag

from aggregator.articles._math import formula_of_alt, make_formula
from aggregator.urls import resolve

_TRACKERS = re.compile(
    r"/pixel|pixel\.|beacon|/b\.gif|/1x1|spacer|feeds\.feedburner\.com|feedsportal\.com|doubleclick"
    r"|stats\.wordpress\.com|pixel\.wp\.com|/open\.aspx|count\.gif|/track/",
    re.IGNORECASE,
)
_MAX_PIXEL = 2
_MAX_URL_CHARS = 500
"""How far into an address the words of trackers are looked for."""

_DESCRIPTOR = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)[wx]")
_SET_NAMES = ("srcset", "data-srcset", "data-lazy-srcset")
_LAZY = re.compile(r"data-.*(?:src|original|lazy|url|image)")
_MAX_EMOJI_CHARS = 8
_MAX_NEAR = 10
"""How many tags are looked at for what belongs to an image; pages have up to six."""


def mend_images(tags: Sequence[Tag], base_url: str | None) -> None:
    """Give each image among `tags` its best source as an absolute `src`; remove tracking pixels.

    Images in ``noscript`` replace the empty ones they stand behind. Formulas and emoji that are
    images become text.
    """
    for tag in tags:
        if tag.name == "noscript":
            _open_noscript(tag)
    for tag in tags:
        if tag.name == "img" and tag.parent is not None:
            _mend_image(tag, base_url)


def is_tiny(tag: Tag) -> bool:
    """Whether `tag` states a width or height that nobody can see."""
    sizes = (str(tag.get(name, "")).removesuffix("px") for name in ("width", "height"))
    return any(size.isdecimal() and int(size[:6]) <= _MAX_PIXEL for size in sizes)


def is_tracker(url: str) -> bool:
    """Whether `url` counts readers and shows nothing."""
    return _TRACKERS.search(url[:_MAX_URL_CHARS]) is not None


def lazy_source(tag: Tag) -> str | None:
    """What a script would load into `tag`, as the page writes it."""
    return find_lazy(tag.attrs)


def find_lazy(attributes: Mapping[str, object]) -> str | None:
    """The same by the attributes of a tag."""
    for name, value in attributes.items():
        if _LAZY.fullmatch(name) and "set" not in name and _is_address(str(value)):
            return str(value).strip()
    return None


def _open_noscript(noscript: Tag) -> None:
    """Leave of a ``noscript`` its image only, in the place of one before it that has no source."""
    image = noscript.find("img")
    if not isinstance(image, Tag):
        noscript.extract()
        return
    before = _placeholder(noscript)
    if before is None:
        noscript.replace_with(image)
        return
    if next(_sources(before), None) is None:
        before.attrs.update(image.attrs)
    noscript.extract()
    image.extract()


def _placeholder(noscript: Tag) -> Tag | None:
    """The image that stands directly before `noscript`, alone or in a tag of its own."""
    node: PageElement | None = noscript.previous_sibling
    while isinstance(node, NavigableString) and not node.strip():
        node = node.previous_sibling
    if not isinstance(node, Tag):
        return None
    near = islice((node, *node.contents), _MAX_NEAR)
    return next((tag for tag in near if isinstance(tag, Tag) and tag.name == "img"), None)


def _mend_image(image: Tag, base_url: str | None) -> None:
    alt = str(image.get("alt", "")).strip()
    formula = formula_of_alt(alt)
    if formula:
        make_formula(image, formula)
        return
    source = resolve_first(_sources(image), base_url)
    if source is None or is_tiny(image) or is_tracker(source):
        image.extract()
    elif is_emoji(alt):
        image.replace_with(NavigableString(alt))
    else:
        image["src"] = source


def resolve_first(addresses: Iterable[str], base_url: str | None) -> str | None:
    """The first of `addresses` that leads anywhere, absolute."""
    return next((url for each in addresses if (url := resolve(base_url, each))), None)


def is_emoji(alt: str) -> bool:
    """Whether the alternative text of an image is the very sign that the image draws."""
    return 0 < len(alt) <= _MAX_EMOJI_CHARS and all(
        ord(letter) > 0x2000 and not letter.isalnum() for letter in alt
    )


def _sources(image: Tag) -> Iterator[str]:
    """The addresses that `image` may be loaded from, the best first."""
    return rank_sources(image.attrs, (source.attrs for source in _picture_sources(image)))


def rank_sources(
    image: Mapping[str, object], offered: Iterable[Mapping[str, object]] = ()
) -> Iterator[str]:
    """The addresses in the attributes of an image and of what its ``picture`` offers, by rank.

    That is the largest of all that state a size, then what a script would load, then `src`, then
    what stands in a ``picture`` without a size.
    """
    sized: list[tuple[float, str]] = []
    for attributes in (image, *offered):
        for name in _SET_NAMES:
            sized += _parse_set(str(attributes.get(name, "")))
    best = max(sized, key=lambda pair: pair[0], default=(0.0, ""))
    if best[0]:
        yield best[1]
    if lazy := find_lazy(image):
        yield lazy
    if _is_address(source := str(image.get("src", "")).strip()):
        yield source
    yield from (url for _, url in sized)


def _picture_sources(image: Tag) -> list[Tag]:
    """What else the ``picture`` around `image` offers.

    libxml2 does not know that a ``source`` is empty, and puts what follows inside it.
    """
    sources = []
    for outer in islice(image.parents, _MAX_NEAR):
        if outer.name not in {"source", "picture"}:
            break
        sources += [outer] if outer.name == "source" else []
        beside = islice(outer.contents, _MAX_NEAR)
        sources += [tag for tag in beside if isinstance(tag, Tag) and tag.name == "source"]
    return sources


def _parse_set(text: str) -> list[tuple[float, str]]:
    """The sizes and addresses of a ``srcset``; 0 where none is stated.

    >>> _parse_set("/a,b.jpg 300w, /c.jpg 1200w"), _parse_set("/d.jpg")
    ([(300.0, '/a,b.jpg'), (1200.0, '/c.jpg')], [(0.0, '/d.jpg')])
    """
    found: list[tuple[float, str]] = []
    for word in text.split():
        size = _DESCRIPTOR.fullmatch(word.rstrip(","))
        if size and found:
            found[-1] = (float(size[1]), found[-1][1])
        elif _is_address(address := word.strip(",")):
            found.append((0.0, address))
    return found


def _is_address(text: str) -> bool:
    return bool(text) and not text.startswith(("data:", "{", "[")) and ("/" in text or "." in text)
