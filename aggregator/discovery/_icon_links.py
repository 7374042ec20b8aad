"""The icons of a site: which of them a page names, and what kind of picture bytes are. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes, urljoin

from aggregator.feeds import PageTag, iter_page_tags
from aggregator.urls import resolve, without_credentials

MAX_ICON_BYTES = 100_000
"""The largest icon that is kept; one of 256 pixels has a third of that."""

_WANTED_PIXELS = 32
_USUAL_PIXELS = {"icon": 48, "apple-touch-icon": 180, "apple-touch-icon-precomposed": 180}
"""Taken for the size of an icon that states none, by its ``rel``."""

_SIZE = re.compile(r"(\d{1,4})x\d{1,4}", re.IGNORECASE)
_DATA = re.compile(r"\s*data:(?:[^,;]*)((?:;[^,;]*)*),", re.IGNORECASE)

_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/x-icon", lambda data: data.startswith(b"\0\0\1\0") and data[4:6] != b"\0\0"),
    ("image/gif", lambda data: data.startswith((b"GIF87a", b"GIF89a"))),
    ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff")),
    ("image/webp", lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP"),
)


def find_icon_links(page: bytes, url: str) -> list[str]:
    """The icons that `page` (found at `url`) names, the best first; addresses or ``data:`` URLs.

    Best is the smallest of at least 32 pixels. SVG is left out (it can hold scripts), and so
    are the masks of Safari. ``/favicon.ico`` of the site is the last.
    """
    base, found = "", []
    for tag in iter_page_tags(page):
        if tag.name == "base" and not base:
            base = resolve(url, tag.attributes.get("href")) or ""
        elif tag.name == "link" and tag.relations & _USUAL_PIXELS.keys() and not _is_svg(tag):
            found.append(tag)
    links = [_address(tag, base or url) for tag in sorted(found, key=_distance)]
    last = urljoin(without_credentials(url), "/favicon.ico")
    return list(dict.fromkeys([*filter(None, links), last]))


def find_image_type(data: bytes) -> str | None:
    r"""The media type of a picture by its first bytes, whatever was said of it; None for no icon.

    >>> find_image_type(b"GIF89a...")
    'image/gif'
    >>> find_image_type(b"<svg/>") is None
    True
    """
    is_small = len(data) <= MAX_ICON_BYTES
    return next((kind for kind, fits in _KINDS if is_small and fits(data)), None)


def read_data_url(url: str) -> bytes | None:
    """The bytes of a ``data:`` URL (RFC 2397); None for another, a broken or a large one.

    >>> read_data_url("data:image/gif;base64,R0lG")
    b'GIF'
    """
    head = _DATA.match(url[:200])
    if head is None or len(url) > 3 * MAX_ICON_BYTES:
        return None
    content = unquote_to_bytes(url[head.end() :])
    if ";base64" not in head[1].lower():
        return content
    try:
        return base64.b64decode(b"".join(content.split()))
    except binascii.Error:
        return None


def _is_svg(tag: PageTag) -> bool:
    href = tag.attributes.get("href", "").lower()
    is_svg_file = href.partition("?")[0].endswith(".svg") or href.startswith("data:image/svg")
    return is_svg_file or "svg" in tag.attributes.get("type", "").lower()


def _address(tag: PageTag, base: str) -> str | None:
    href = tag.attributes.get("href", "").strip()
    return href if _DATA.match(href[:200]) else resolve(base, href)


def _distance(tag: PageTag) -> tuple[bool, int]:
    """How far an icon is from the size that is wanted; too small is worse than too large."""
    stated = [int(size) for size in _SIZE.findall(tag.attributes.get("sizes", ""))]
    usual = max(pixels for name, pixels in _USUAL_PIXELS.items() if name in tag.relations)
    large = [size for size in stated if size >= _WANTED_PIXELS]
    pixels = min(large) if large else max(stated, default=usual)
    return pixels < _WANTED_PIXELS, abs(pixels - _WANTED_PIXELS)
