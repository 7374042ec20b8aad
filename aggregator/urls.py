"""Pure functions on URLs: resolving, the form under which two links are the same, tracking."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(?:utm_|mtm_|pk_|matomo_|hsa_|oly_|vero_|at_)\w*|(?:fb|g|dcl|gb|wb|ms|tw|yc|li_fat_|ttc|s_k)lid"
    r"|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|twclid|yclid|igshid|igsh|mc_cid|mc_eid"
    r"|_hsenc|_hsmi|mkt_tok|ref_src|cmpid|ocid|xtor|s_cid|spm|rss_id|_ga|_gl",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def resolve(base: str | None, link: str | None) -> str | None:
    """`link` as an absolute http(s) URL, relative to `base`; None for anything else.

    White space and control characters are dropped as browsers do; ``javascript:``, ``data:``,
    ``mailto:`` and links that cannot be made absolute give None. Never raises.

    >>> resolve("https://example.org/a/", "../b?x=1")
    'https://example.org/b?x=1'
    >>> resolve(None, "javascript:alert(1)") is None
    True
    """
    if not link:
        return None
    trimmed = _CONTROL.sub(lambda run: "%20" if " " in run.group() else "", link.strip())
    try:
        absolute = urljoin(base or "", trimmed)
        parts = urlsplit(absolute)
        is_web = parts.scheme.lower() in _DEFAULT_PORTS and bool(parts.hostname)
        parts.port  # noqa: B018 - raises ValueError for a port that is none
    except ValueError:
        return None
    return absolute if is_web else None


def strip_tracking(url: str) -> str:
    """`url` without query parameters that only tell who followed it; everything else as it was.

    >>> strip_tracking("https://example.org/?id=7&utm_source=rss#top")
    'https://example.org/?id=7#top'
    """
    head, mark, rest = url.partition("?")
    if not mark:
        return url
    query, hash_mark, fragment = rest.partition("#")
    kept = [pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.split("=", 1)[0])]
    return head + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


def normalize_link(url: str, *, keep_fragment: bool = False) -> str:
    """The form under which two links count as the same article.

    https for http, lower-case host, no default port, no tracking parameters, no fragment (unless
    kept); the path is left alone. Text that is no URL comes back trimmed.

    >>> normalize_link("HTTP://Example.org:80/A?utm_medium=x#c")
    'https://example.org/A'
    """
    try:
        parts = urlsplit(strip_tracking(url.strip()))
        scheme, host, port = parts.scheme.lower(), (parts.hostname or ""), parts.port
    except ValueError:
        return url.strip()
    if scheme not in _DEFAULT_PORTS or not host:
        return url.strip()
    netloc = f"[{host}]" if ":" in host else host
    if port and port != _DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    fragment = parts.fragment if keep_fragment else ""
    return urlunsplit(("https", netloc, parts.path or "/", parts.query, fragment))


def host_of(url: str) -> str:
    """The lower-case host name of `url`, empty if it has none.

    >>> host_of("https://User@Example.org:8080/x")
    'example.org'
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def without_credentials(url: str) -> str:
    """`url` without user name and password: what may be logged, shown and exported.

    >>> without_credentials("https://me:secret@example.org/feed")
    'https://example.org/feed'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rsplit("@", 1)[1]))
