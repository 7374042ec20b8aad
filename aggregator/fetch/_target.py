"""What exactly is asked: a URL that may be asked, without its credentials, and these apart."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit

from yarl import URL

from aggregator.fetch._failure import Failure
from aggregator.urls import host_of, resolve

_WEB_PORTS = frozenset({80, 443})
_FIRST_UNPRIVILEGED_PORT = 1024
"""Below it live mail, shells and databases, whose protocols a request line could speak to."""

MAX_URL_CHARS = 8000
"""The least that servers should take is 8000 (RFC 9110, section 4.1), and few take more."""

_HOST = re.compile(r"[a-z0-9_.-]+(?::\d+)?|\[[0-9a-f:.]+\](?::\d+)?")
"""Host and port as they may stand in a request, names as ASCII; no zone, no quoting."""

_NEEDS_QUOTING = re.compile(r"[^!#-;=?-_a-z|~]")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to ask for. `url` has no credentials and no fragment and is quoted as given."""

    url: URL
    authorization: str | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """The URL as text, fit for logs and errors."""
        return str(self.url)

    @property
    def host(self) -> str:
        """The host name under which requests to one server are counted, that of `urls.host_of`."""
        return host_of(self.shown)

    @property
    def origin(self) -> str:
        """Scheme, host and port, under which a site keeps one robots.txt."""
        return str(self.url.origin())

    def follow(self, location: str) -> Target:
        """Where a redirect to `location` leads; raises Failure if it may not be asked.

        Credentials go on to the same origin, and from http to https on the same host (ports 80
        and 443); to no other place. Those that a server writes into a location are dropped.
        """
        absolute = resolve(self.shown, location)
        if absolute is None:
            raise Failure("refused", "a redirect leads to something that is no web page")
        target = parse_target(absolute)
        return Target(target.url, self.authorization if self._trusts(target) else None)

    def _trusts(self, other: Target) -> bool:
        is_upgrade = (self.url.scheme, self.url.port) == ("http", 80) and (
            other.url.scheme,
            other.url.port,
        ) == ("https", 443)
        is_same_place = self.url.origin() == other.url.origin()
        return is_same_place or (is_upgrade and self.host == other.host)


def parse_target(url: str) -> Target:
    """The target that `url` names; raises Failure for a scheme, host or port we do not ask.

    What is already quoted stays byte for byte (servers sign their URLs); only characters that
    may not stand in a request are quoted, a host name with other letters becomes ASCII.

    >>> parse_target("http://me:pw@example.org/a b?x=%7e#c").shown
    'http://example.org/a%20b?x=%7e'
    """
    if len(url) > MAX_URL_CHARS:
        raise Failure("refused", f"this URL is longer than {MAX_URL_CHARS} characters")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        origin = URL(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
        host = origin.host_port_subcomponent
    except (ValueError, TypeError, IndexError):
        # The cause is left out: its text quotes the URL, credentials and all.
        raise Failure("refused", "this is no URL; correct it") from None
    if parts.scheme not in {"http", "https"}:
        raise Failure("refused", "only http and https are asked")
    if not _HOST.fullmatch(host or ""):
        raise Failure("refused", "this URL names no host; correct it")
    if port is not None and port not in _WEB_PORTS and port < _FIRST_UNPRIVILEGED_PORT:
        raise Failure("refused", f"port {port} is not asked: 80, 443 and 1024 upwards are")
    return Target(URL(f"{parts.scheme}://{host}{_path_of(parts)}", encoded=True), _basic(parts))


def _path_of(parts: SplitResult) -> str:
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    whole = f"{path}?{parts.query}" if parts.query else path
    return _NEEDS_QUOTING.sub(lambda found: quote(found[0], errors="replace"), whole)


def _basic(parts: SplitResult) -> str | None:
    """The Authorization header for the user name and password in a URL (RFC 7617, UTF-8)."""
    userinfo, at, _ = parts.netloc.rpartition("@")
    if not at:
        return None
    user, _, password = userinfo.partition(":")
    pair = f"{unquote(user)}:{unquote(password)}".encode(errors="replace")
    return f"Basic {base64.b64encode(pair).decode('ascii')}"
