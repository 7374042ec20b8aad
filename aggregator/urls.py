"""Pure functions on URLs: resolving, the form under which two links are the same, tracking."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(?:utm|mtm|matomo|hsa)_\w+|pk_(?:campaign|kwd|keyword|source|medium|content|cid)"
    r"|oly_(?:anon|enc)_id|vero_(?:id|conv)|(?:fbc|gc|dc|twc|yc|ttc)lid|msclkid|s_kwcid|[gw]braid"
    r"|gclsrc|igshid|igsh|mc_[ce]id|_hsenc|_hsmi|mkt_tok|ref_src|cmpid|ocid|xtor|s_cid|spm"
    r"|li_fat_id|srsltid|_ga|_gl",
    re.IGNORECASE,
)
_ENDS = "".join(map(chr, range(0x21)))
_ODD = re.compile(r"[\x00-\x20\"<>`\x7f]+")
_QUOTED = str.maketrans({char: f"%{ord(char):02X}" for char in '"<>`'})
_DROPPED = re.compile(r"[\x00-\x20\x7f]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*://", re.IGNORECASE)
_MAX_CACHED_CHARS = 500  # so that the links of hostile feeds fill no memory
_DEFAULT_PORTS = {"http": 80, "https": 443}


def resolve(base: str | None, link: str | None) -> str | None:
    """`link` as an absolute http(s) URL, relative to `base`; None for anything else.

    White space and control characters are dropped and quotes and angle brackets percent-encoded as
    browsers do; blank links, ``javascript:``, ``data:``, ``mailto:`` and what cannot be made
    absolute give None. A password in `base` is not handed on. Never raises.

    >>> resolve("https://example.org/a/", "../b?x=1")
    'https://example.org/b?x=1'
    >>> resolve(None, "javascript:alert(1)") is None
    True
    """
    if not link:
        return None
    trimmed = link.strip(_ENDS)
    trimmed = _ODD.sub(_mend, trimmed)
    try:
        own = urlsplit(trimmed)
        if not trimmed or (own.scheme and not own.netloc):
            return None
        if own.scheme:
            absolute, parts = trimmed, own
        else:
            absolute = _ODD.sub(_mend, urljoin(without_credentials(base or ""), trimmed))
            parts = urlsplit(absolute)
        is_web = parts.scheme.lower() in _DEFAULT_PORTS and bool(parts.hostname)
        parts.port  # noqa: B018 - raises ValueError for a port that is none
    except ValueError:
        return None
    return absolute if is_web else None


def _mend(run: re.Match[str]) -> str:
    kept = _DROPPED.sub(lambda blank: "%20" if " " in blank.group() else "", run.group())
    return kept.translate(_QUOTED)


def strip_tracking(url: str) -> str:
    """`url` without query parameters that only tell who followed it; everything else as it was.

    >>> strip_tracking("https://example.org/?id=7&utm_source=rss#top")
    'https://example.org/?id=7#top'
    """
    address, hash_mark, fragment = url.partition("#")
    head, mark, query = address.partition("?")
    if not mark:
        return url
    kept = [pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.split("=", 1)[0])]
    return head + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


def normalize_link(url: str, *, keep_fragment: bool = False) -> str:
    """The form under which two links count as the same article.

    https for http, lower-case host, no default port, no tracking parameters, no fragment (unless
    kept); the path is left alone. Text that is no URL comes back trimmed.

    >>> normalize_link("HTTP://Example.org:80/A?utm_medium=x#c")
    'https://example.org/A'
    """
    normalize = _normalize_once if len(url) <= _MAX_CACHED_CHARS else _normalize
    return normalize(url, keep_fragment)


def _normalize(url: str, keep_fragment: bool) -> str:  # noqa: FBT001 - private
    try:
        parts = urlsplit(strip_tracking(url.strip()))
        scheme, host, port = parts.scheme.lower(), (parts.hostname or ""), parts.port
    except ValueError:
        return url.strip()
    if scheme not in _DEFAULT_PORTS or not host:
        return url.strip()
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port not in {_DEFAULT_PORTS[scheme], _DEFAULT_PORTS["https"]}:
        netloc += f":{port}"
    fragment = parts.fragment if keep_fragment else ""
    return urlunsplit(("https", netloc, parts.path or "/", parts.query, fragment))


# Key, aliases and hash of an entry ask for the same link.
_normalize_once = lru_cache(maxsize=4096)(_normalize)


def host_of(url: str) -> str:
    """The host name of `url` in small ASCII letters, without a last dot; empty if it has none.

    A name that has no ASCII form stays as it is.

    >>> host_of("https://User@Example.org.:8080/x"), host_of("https://Bücher.example/")
    ('example.org', 'xn--bcher-kva.example')
    """
    try:
        host = (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return ""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def without_credentials(url: str) -> str:
    """`url` without user name and password: what may be logged, shown and exported.

    >>> without_credentials("https://me:secret@example.org/feed")
    'https://example.org/feed'
    """
    if "@" not in url:
        return url
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError for a port that is none
        is_sound = bool(parts.netloc)
    except ValueError:
        is_sound = False
    if is_sound:
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    # What cannot be taken apart ends up in messages: all before the last "@" may be a secret.
    scheme = _SCHEME.match(url)
    return (scheme.group() if scheme else "") + url.rpartition("@")[2]
