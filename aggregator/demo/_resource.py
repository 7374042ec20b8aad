"""One address of the demo site and the HTTP of asking for it: validators, 304, gzip."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Resource:
    """The bytes at an address.

    `media_type` goes into Content-Type as it is; `modified_at` is in whole seconds, as
    Last-Modified is.
    """

    body: bytes
    media_type: str
    modified_at: datetime

    @property
    def opaque_tag(self) -> str:
        """The part of the ETag between the quotes: other bytes, other tag."""
        return hashlib.blake2b(self.body, digest_size=12).hexdigest()

    @property
    def headers(self) -> dict[str, str]:
        """The headers that 200 and 304 share; the ETag is weak, for gzip changes the bytes."""
        return {
            "ETag": f'W/"{self.opaque_tag}"',
            "Last-Modified": format_datetime(self.modified_at, usegmt=True),
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
        }


def answer(request: web.Request, resource: Resource) -> web.Response:
    """The response of `resource` to `request`: 304 if the client has it, gzip if it likes."""
    headers = resource.headers
    if has_current(request, resource):
        return web.Response(status=304, headers=headers)
    body = resource.body
    if accepts_gzip(", ".join(request.headers.getall("Accept-Encoding", []))):
        body = gzip.compress(body, mtime=0)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Type"] = resource.media_type
    return web.Response(body=body, headers=headers)


def has_current(request: web.Request, resource: Resource) -> bool:
    """Whether the client's copy is current; If-None-Match outweighs the date (RFC 9110, 13.2)."""
    tags = request.if_none_match
    if tags is not None:
        return any(tag.value in {resource.opaque_tag, "*"} for tag in tags)
    since = request.if_modified_since
    return since is not None and resource.modified_at <= since


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client with this Accept-Encoding takes gzip; a weight of 0 refuses it.

    >>> accepts_gzip("br, GZIP;q=0.5"), accepts_gzip("gzip;q=0, br"), accepts_gzip("")
    (True, False, False)
    """
    for offer in accept_encoding.lower().split(","):
        coding, _, weight = offer.replace(" ", "").partition(";q=")
        if coding == "gzip":
            return weight.rstrip("0").rstrip(".") not in {"", "0"} if weight else True
    return False
