"""Which addresses may be connected to, asked at the only place that cannot be fooled.

A check of the URL misses names, a check in the resolver misses literals, and both can be answered
differently a moment later (DNS rebinding). The address handed to ``connect`` is the one that is
reached, so the guard makes the sockets.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
"""What ``getaddrinfo`` gives for one address."""

_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
_V4_IN_LAST_32_BITS = (
    IPv6Network("64:ff9b::/96"),  # NAT64 (RFC 6052)
    IPv6Network("::/96"),  # IPv4-compatible (RFC 4291, deprecated, still routed by some)
)
# Networks that `is_global` of some supported Python calls global, though nothing that publishes a
# feed lives there.
_NEVER_PUBLIC: tuple[Network, ...] = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; Oracle Cloud's metadata at .192
    IPv4Network("168.63.129.16/32"),  # Azure's host agent, seen from inside a virtual machine
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)


def unwrap(address: Address) -> Address:
    """The address that is reached in the end: the IPv4 one inside an IPv6 form that carries one.

    IPv4-mapped and -compatible, 6to4, NAT64 and Teredo (its client) are opened, also when nested.

    >>> unwrap(ip_address("::ffff:127.0.0.1"))
    IPv4Address('127.0.0.1')
    """
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo:
        inner = address.teredo[1]
    if inner is None and int(address) > 1 and any(address in net for net in _V4_IN_LAST_32_BITS):
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address


def is_public(address: Address) -> bool:
    """Whether `address` is one of the public internet, after unwrapping, and no multicast.

    >>> is_public(ip_address("2606:2800:21f::1")), is_public(ip_address("169.254.169.254"))
    (True, False)
    """
    inner = unwrap(address)
    if isinstance(inner, IPv6Address) and inner not in _GLOBAL_UNICAST_V6:
        return False
    is_excepted = inner.is_multicast or any(inner in network for network in _NEVER_PUBLIC)
    return inner.is_global and not is_excepted


def may_connect(host: str, allow_networks: Sequence[Network]) -> bool:
    """Whether the literal address `host` is public or inside one of `allow_networks`.

    Text that is no address is refused.

    >>> may_connect("127.0.0.1", ()), may_connect("127.0.0.1", [IPv4Network("127.0.0.0/8")])
    (False, True)
    """
    try:
        address = ip_address(host)
    except ValueError:
        return False
    inner = unwrap(address)
    return is_public(address) or any(inner in network for network in allow_networks)


class AddressRefusedError(OSError):
    """A connection that the guard did not let happen; an OSError, as a connector expects."""


_refused: ContextVar[list[str]] = ContextVar("refused")


class Guard:
    """Makes the sockets of a connector, and only for addresses that may be connected to.

    Where all that `is_proxied` the only address is that of the proxy, which the operator has named
    and which may be anywhere.
    """

    def __init__(self, allow_networks: Sequence[Network] = (), *, is_proxied: bool = False) -> None:
        self._allow_networks, self._is_proxied = tuple(allow_networks), is_proxied

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """A socket for the address `info`, not yet connected; raises AddressRefusedError."""
        family, kind, protocol, _, address = info
        if not self._is_proxied and not may_connect(str(address[0]), self._allow_networks):
            _refused.get([]).append(str(address[0]))
            raise AddressRefusedError(f"{address[0]} may not be connected to")
        return socket.socket(family, kind, protocol)

    @contextmanager
    def watch(self) -> Iterator[list[str]]:
        """The addresses that are refused while this context lasts, in this task and its children.

        A connector that races several addresses folds their errors into one and loses the type;
        this list does not.
        """
        refused: list[str] = []
        token = _refused.set(refused)
        try:
            yield refused
        finally:
            _refused.reset(token)
