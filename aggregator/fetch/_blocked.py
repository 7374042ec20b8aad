"""Whether an answer comes from a wall against programs, by what such walls say of themselves. Pure.

We are not let in and do not try to get around it: the feed's state is named, and its people can be
asked to let us in. docs/politeness.md lists the same signs for them.
"""

from __future__ import annotations

from collections.abc import Mapping

SNIFFED_BYTES = 64 * 1024
"""So much of an answer's page is looked at; the pages of all walls below name them in less."""

SUSPECT_STATUSES = frozenset({401, 403, 405, 429, 503})
"""The statuses under which walls show their pages; with others only headers are believed."""

WALL_HEADERS: tuple[tuple[str, str, str], ...] = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "challenge", "AWS WAF"),
    ("x-amzn-waf-action", "captcha", "AWS WAF"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
    ("x-vercel-mitigated", "deny", "Vercel"),
)
"""Header, value and whose they are. They count with any status but those that say "unchanged"."""

WALL_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"_cf_chl_opt", "Cloudflare"),
    (b"/cdn-cgi/challenge-platform/", "Cloudflare"),
    (b"cf-error-details", "Cloudflare"),
    (b"attention required! | cloudflare", "Cloudflare"),
    (b"captcha-delivery.com", "DataDome"),
    (b"_incapsula_resource", "Imperva"),
    (b"incapsula incident id", "Imperva"),
    (b"px-captcha", "HUMAN"),
    (b"sucuri website firewall", "Sucuri"),
    (b"errors.edgesuite.net", "Akamai"),
    (b"ddos-guard", "DDoS-Guard"),
    (b"awswafintegration", "AWS WAF"),
    (b"anubis_challenge", "Anubis"),
    (b"making sure you're not a bot", "Anubis"),
    (b"hcaptcha.com", "a captcha"),
    (b"h-captcha", "a captcha"),
    (b"g-recaptcha", "a captcha"),
    (b"recaptcha/api.js", "a captcha"),
    (b"cf-turnstile", "a captcha"),
)
"""What stands in small letters in the page of a wall, and whose it is; the first that is found."""


def find_wall(status: int, headers: Mapping[str, str], page: bytes) -> str | None:
    """Whose wall has answered, None if it was none; `page` is the beginning of the body.

    Header names are lower-case.

    >>> find_wall(403, {"cf-mitigated": "challenge"}, b"")
    'Cloudflare'
    >>> find_wall(403, {}, b"<h1>Forbidden</h1>") is None
    True
    """
    for name, value, wall in WALL_HEADERS:
        if headers.get(name, "").strip().lower() == value:
            return wall
    if status not in SUSPECT_STATUSES:
        return None
    text = page[:SNIFFED_BYTES].lower()
    return next((wall for mark, wall in WALL_MARKS if mark in text), None)
