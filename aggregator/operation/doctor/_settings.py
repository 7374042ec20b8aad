"""Examining what the operator has written, and the way to the network."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from threading import Thread

from aggregator.config import PROJECT_URL, Config
from aggregator.model import Feed
from aggregator.operation.doctor._finding import Finding, Level
from aggregator.urls import host_of

_LOOK_UP_DEADLINE_S = 10.0


def examine_configuration(config: Config, feeds: Sequence[Feed]) -> Iterator[Finding]:
    """What is allowed and yet not wise; `feeds` are those of the archive."""
    settings = config.settings
    if config.path is None:
        yield Finding(
            "configuration",
            Level.NOTE,
            "there is no feeds.toml; all settings have their defaults",
            "write one with: aggregator init",
        )
    elif not config.feeds:
        yield Finding(
            "configuration",
            Level.WARNING,
            f"{config.path} has no feeds",
            "add one with: aggregator feeds add SITE",
        )
    if settings.contact == PROJECT_URL:
        yield Finding(
            "configuration",
            Level.WARNING,
            "nobody can see who polls: contact is not set",
            "set contact under [settings] in feeds.toml, before somebody blocks you",
        )
    if settings.listen and not _is_loopback(settings.listen):
        yield Finding(
            "configuration",
            Level.NOTE,
            f"listen = {settings.listen} can be reached from other machines, without a password",
            "bind it to 127.0.0.1, or see that only your network reaches it",
        )
    yield from _examine_taken_over(config, feeds)


def _examine_taken_over(config: Config, feeds: Sequence[Feed]) -> Iterator[Finding]:
    known = {one.url for one in feeds}
    missing = [spec for spec in config.feeds if spec.url not in known]
    if missing and feeds:
        yield Finding(
            "configuration",
            Level.NOTE,
            f"{len(missing)} feeds of feeds.toml are not in the archive yet, or under another "
            "spelling of their address",
            "have the daemon read the file again: systemctl reload aggregator",
        )
    if config.path is not None and config.feeds:
        yield Finding("configuration", Level.OK, f"{config.path}, {len(config.feeds)} feeds")


def examine_network(feeds: Sequence[Feed], *, has_proxy: bool) -> Iterator[Finding]:
    """Whether the name of a feed's host can be looked up; no request is made."""
    if has_proxy:
        yield Finding("network", Level.NOTE, "a proxy is set; it looks up names, not this machine")
        return
    names = (host_of(one.current_url) for one in feeds if one.is_enabled and not one.failures)
    name = next((one for one in names if one and not _is_address(one)), None)
    if name is None:
        yield Finding("network", Level.NOTE, "there is no feed in order whose name could be asked")
        return
    found = _look_up(name)
    if found:
        yield Finding("network", Level.OK, f"{name} is {found}")
        return
    yield Finding(
        "network",
        Level.ERROR,
        f"the name {name} cannot be looked up",
        "check the connection and /etc/resolv.conf; no feed is punished for it meanwhile",
    )


def _look_up(name: str) -> str | None:
    """An address of a name; None where there is none, or the resolver does not answer."""
    found: list[str] = []

    def ask() -> None:
        try:
            found.append(str(socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)[0][4][0]))
        except OSError:
            return

    # The resolver knows no deadline of ours.
    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_LOOK_UP_DEADLINE_S)
    return found[0] if found else None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]")
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
