"""The address rule on its own, over whole networks and all forms that carry an IPv4 address."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch._guard import (
    AddressInfo,
    AddressRefusedError,
    Guard,
    is_public,
    may_connect,
    unwrap,
)


def carriers(inner: IPv4Address) -> list[IPv6Address]:
    """Every IPv6 form in which `inner` can be reached."""
    number = int(inner)
    prefix_6to4, prefix_teredo = 0x2002 << 112, 0x20010000 << 96
    return [
        IPv6Address(number | 0xFFFF << 32),
        IPv6Address(prefix_6to4 | number << 80 | 1),
        IPv6Address(int(IPv6Address("64:ff9b::")) | number),
        IPv6Address(prefix_teredo | int(IPv4Address("8.8.8.8")) << 64 | number ^ 0xFFFF_FFFF),
    ]


@given(st.ip_addresses(v=4))
def test_an_ipv6_form_is_as_public_as_what_it_carries(inner: IPv4Address) -> None:
    """Nothing is gained by packing an address, and nothing is lost."""
    for carrier in carriers(inner):
        assert unwrap(carrier) == inner
        assert is_public(carrier) == is_public(inner)


@given(st.ip_addresses())
def test_public_is_never_local(address: IPv4Address | IPv6Address) -> None:
    """Whatever `ipaddress` has a word for is not public."""
    inner = unwrap(address)

    if is_public(address):
        assert not inner.is_private
        assert not inner.is_loopback
        assert not inner.is_link_local
        assert not inner.is_multicast
        assert not inner.is_reserved


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "::1/128",
        "100::/64",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "64:ff9b:1::/48",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ],
)
def test_special_networks_are_refused_to_their_ends(network: str) -> None:
    """The special-purpose registries of IANA, first and last address of each."""
    whole = ip_network(network)

    assert not is_public(whole[0])
    assert not is_public(whole[-1])


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700::1111"])
def test_the_internet_may_be_reached(address: str) -> None:
    """A rule that refuses everything would be no rule."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "text", ["", "example.org", "127.1", "0x7f000001", "1.2.3", "::1%", "a::b::c"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """The connector hands over literals only; anything else is not trusted."""
    assert not may_connect(text, [ip_network("0.0.0.0/0"), ip_network("::/0")])


def test_an_allowed_network_is_allowed_in_every_form_and_no_wider() -> None:
    """The exception is for the address that is reached in the end."""
    allowed = [ip_network("127.0.0.0/30"), ip_network("fd00::/8")]

    assert may_connect("127.0.0.2", allowed)
    assert may_connect("::ffff:127.0.0.2", allowed)
    assert may_connect("fd00::7", allowed)
    assert not may_connect("127.0.0.4", allowed)
    assert not may_connect("::1", allowed)
    assert not may_connect("fe80::1%eth0", allowed)


def info(host: str) -> AddressInfo:
    """What a resolver says of `host`."""
    return (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, 80))


def test_a_guard_makes_sockets_and_tells_what_it_refused() -> None:
    """Each watch sees its own refusals, also without any watch a refusal is one."""
    guard = Guard([ip_network("127.0.0.1/32")])

    with guard.watch() as outer, guard.watch() as inner:
        guard.open_socket(info("127.0.0.1")).close()
        with pytest.raises(AddressRefusedError, match=r"127\.0\.0\.2"):
            guard.open_socket(info("127.0.0.2"))
    with pytest.raises(AddressRefusedError):
        guard.open_socket(info("10.0.0.1"))

    assert (outer, inner) == ([], ["127.0.0.2"])
