"""Headers as they came and as they go: byte-exact validators, conditional requests. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from aggregator.model import Validators

RawHeaders = Iterable[tuple[bytes, bytes]]

_UNSENDABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


def join_headers(raw: RawHeaders) -> dict[str, str]:
    """Headers by lower-case name, repeated ones joined by ", " in their order.

    >>> join_headers([(b"Vary", b"Accept"), (b"vary", b"Cookie")])
    {'vary': 'Accept, Cookie'}
    """
    joined: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def find_header(raw: RawHeaders, name: bytes) -> str | None:
    """The first header called `name` (lower case), byte-exact as latin-1; None if empty or none."""
    values = (value for key, value in raw if key.lower() == name)
    return next(values, b"").decode("latin-1") or None


def read_validators(raw: RawHeaders, sent: Validators | None = None) -> Validators:
    """The validators an answer states; where a 304 leaves one out, the one that was `sent`.

    For a 2xx, which takes the place of the last answer as a whole, `sent` is None.
    """
    raw, known = tuple(raw), sent or Validators()
    return Validators(
        etag=find_header(raw, b"etag") or known.etag,
        last_modified=find_header(raw, b"last-modified") or known.last_modified,
    )


def conditions(validators: Validators) -> Mapping[str, str]:
    """The headers that make a request conditional on `validators`, for a client that writes UTF-8.

    Both are sent where both are known, with the very bytes that came, legal or not. One that this
    client cannot write as it was (control characters, bytes that are no UTF-8) is not sent.

    >>> conditions(Validators(etag='W/"a"'))
    {'If-None-Match': 'W/"a"'}
    """
    wanted = {
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
    }
    sendable = {name: _to_utf8_text(value) for name, value in wanted.items() if value}
    return {name: value for name, value in sendable.items() if value is not None}


def _to_utf8_text(value: str) -> str | None:
    """The text whose UTF-8 bytes are the latin-1 bytes of `value`, or None if there is none."""
    try:
        text = value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return None if _UNSENDABLE.search(text) else text
