"""Asking through a proxy: a hop that the operator trusts, which reaches what we cannot see.

The address that is connected to is then the proxy's, so the guard's rule is asked of the target's
name beforehand. A name that resolves to nothing here is the proxy's to resolve.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Self
from urllib.parse import unquote, urlsplit

from aiohttp.abc import AbstractResolver
from yarl import URL

from aggregator.fetch._failure import Failure
from aggregator.fetch._guard import Network, may_connect
from aggregator.fetch._target import Target


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where requests leave; `headers` hold its password and are sent to nobody else."""

    url: URL
    headers: Mapping[str, str] | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """The proxy at `url`, in which a user name and password may stand.

        Raises ValueError, without the URL in its text, for what is no address of a proxy.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("a proxy is named by an http or https URL")
        place = URL(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
        if "@" not in parts.netloc:
            return cls(place)
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
        return cls(place, {"Proxy-Authorization": f"Basic {base64.b64encode(pair).decode()}"})


async def check_proxied(
    target: Target, resolver: AbstractResolver, allow_networks: Sequence[Network]
) -> None:
    """Raise Failure if `target` is, or resolves to, an address that may not be connected to.

    One such address of several is enough: which of them the proxy takes is not known.
    """
    addresses = await _addresses_of(target.url.raw_host or "", resolver)
    refused = [one for one in addresses if not may_connect(one, allow_networks)]
    if refused:
        message = f"{', '.join(refused)} is no public address; allow its network if it is meant"
        raise Failure("refused", message)


async def _addresses_of(host: str, resolver: AbstractResolver) -> list[str]:
    """The addresses that `host` is or has here; none for a name that does not resolve."""
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    try:
        return [found["host"] for found in await resolver.resolve(host)]
    except OSError:
        return []
