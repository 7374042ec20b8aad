"""What feeds.toml may say, as pydantic models; they never leave this room.

Every field's description completes the sentence "expected ...": it is what a wrong value is
answered with. A field that is not set stays None; its default is that of `Settings` or `FeedSpec`.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from aggregator.config._interval import parse_interval
from aggregator.config._places import resolve_database_url
from aggregator.config._selectors import MAX_SELECTORS, check_selector
from aggregator.config._values import MAX_BODY_BYTES, MAX_CONCURRENCY
from aggregator.model import FullText, Identity
from aggregator.text import strip_unsafe
from aggregator.urls import resolve

MAX_URL_CHARS = 2000
"""The longest URL that every server and every index of a database takes."""

MAX_LABEL_CHARS = 200
"""Of a name, a tag or the contact: one line of a screen."""

_SELECTORS = f"a CSS selector in quotes, or a list of at most {MAX_SELECTORS}"

_MAIL_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
# The contact stands in brackets inside a header: what would end either is not allowed.
_HEADER_TEXT = re.compile(r"[!-~]+")
_ENDS_COMMENT = re.compile(r"[()\\]")


def _check_database_url(url: str) -> str:
    resolve_database_url(url, Path())
    return url


def _check_feed_url(url: str) -> str:
    is_clean = url == strip_unsafe(url) and url.split() == [url]
    if not is_clean or resolve(None, url) != url:
        raise ValueError(
            "must be an absolute http or https URL, such as https://example.org/feed.xml"
        )
    return url


def _check_contact(contact: str) -> str:
    is_header_text = _HEADER_TEXT.fullmatch(contact) and not _ENDS_COMMENT.search(contact)
    if is_header_text and (resolve(None, contact) == contact or _MAIL_ADDRESS.fullmatch(contact)):
        return contact
    raise ValueError("must be a URL or a mail address, in ASCII and without brackets")


def _check_label(label: str) -> str:
    if label != strip_unsafe(label).strip() or "\n" in label or "\t" in label:
        raise ValueError("must be one line without control characters or blanks at its ends")
    return label


def _read_network(written: object) -> IPv4Network | IPv6Network:
    if not isinstance(written, str):
        raise ValueError('expected a network in quotes, such as "10.0.0.0/8"')  # noqa: TRY004
    try:
        return ip_network(written)
    except ValueError:
        raise ValueError(_explain_network(written)) from None


def _explain_network(written: str) -> str:
    try:
        meant = ip_network(written, strict=False)
    except ValueError:
        return "must be a network such as 10.0.0.0/8, or one address"
    return f"must be a network without bits behind its mask, such as {meant}"


def _read_interval(written: object) -> int:
    if isinstance(written, bool) or not isinstance(written, int | str):
        raise ValueError('expected an interval such as "30m", "1h" or "1d", or seconds')  # noqa: TRY004
    return parse_interval(written)


def _as_list(written: object) -> object:
    return [written] if isinstance(written, str) else written


_HOST_PATTERN = re.compile(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")


def _check_host_pattern(pattern: str) -> str:
    if not _HOST_PATTERN.fullmatch(pattern):
        raise ValueError("must be a host name in small letters, such as *.example.org")
    return pattern


def _check_listen(address: str) -> str:
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("must be an address and a port, such as 127.0.0.1:9464")
    return address


def _check_web_url(url: str) -> str:
    if resolve(None, url) != url:
        raise ValueError("must be an absolute http or https URL")
    return url


_Listen = Annotated[str, AfterValidator(_check_listen)]
_WebUrl = Annotated[str, Field(max_length=MAX_URL_CHARS), AfterValidator(_check_web_url)]
_Label = Annotated[
    str, Field(min_length=1, max_length=MAX_LABEL_CHARS), AfterValidator(_check_label)
]
_Interval = Annotated[int, BeforeValidator(_read_interval)]
_Network = Annotated[Any, PlainValidator(_read_network)]
_FullText = Annotated[FullText, Field(strict=False)]
_Identity = Annotated[Identity, Field(strict=False)]
_Selectors = Annotated[
    list[Annotated[str, AfterValidator(check_selector)]],
    Field(max_length=MAX_SELECTORS),
    BeforeValidator(_as_list),
]


class _Table(BaseModel):
    """A table of the file: strict types, no unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SettingsTable(_Table):
    """`[settings]`; the fields are those of `Settings`."""

    database_url: Annotated[str, AfterValidator(_check_database_url)] | None = Field(
        default=None, description="a database URL in quotes, such as sqlite:///archive.db"
    )
    contact: (
        Annotated[str, Field(max_length=MAX_LABEL_CHARS), AfterValidator(_check_contact)] | None
    ) = Field(
        default=None, description=f"a URL or mail address of at most {MAX_LABEL_CHARS} characters"
    )
    allow_networks: list[_Network] | None = Field(
        default=None, description='a list of networks, such as ["10.0.0.0/8"]'
    )
    concurrency: int | None = Field(
        default=None,
        ge=1,
        le=MAX_CONCURRENCY,
        description=f"a whole number from 1 to {MAX_CONCURRENCY}",
    )
    workers: int | None = Field(
        default=None, ge=0, le=256, description="a whole number from 0 to 256"
    )
    timeout_s: float | None = Field(
        default=None,
        ge=1,
        le=600,
        description="a number of seconds from 1 to 600",
    )
    max_body_bytes: int | None = Field(
        default=None,
        ge=1024,
        le=MAX_BODY_BYTES,
        description=f"a number of bytes from 1024 to {MAX_BODY_BYTES}",
    )
    max_entries_per_poll: int | None = Field(
        default=None, ge=1, le=1_000_000, description="a whole number from 1 to 1000000"
    )
    max_pages_per_poll: int | None = Field(
        default=None, ge=0, le=1_000_000, description="a whole number from 0 to 1000000"
    )
    words_per_minute: int | None = Field(
        default=None, ge=50, le=2000, description="a whole number from 50 to 2000"
    )
    ideographs_per_minute: int | None = Field(
        default=None, ge=50, le=5000, description="a whole number from 50 to 5000"
    )
    image_seconds: int | None = Field(
        default=None, ge=0, le=60, description="a number of seconds from 0 to 60"
    )
    log_format: Literal["text", "json"] | None = Field(default=None, description='"text" or "json"')
    requests_per_feed_per_day: float | None = Field(
        default=None, ge=0.1, le=1000, description="a number of requests from 0.1 to 1000"
    )
    min_interval_s: int | None = Field(
        default=None, ge=60, le=86_400, description="a number of seconds from 60 to 86400"
    )
    max_interval_s: int | None = Field(
        default=None, ge=3600, le=2_592_000, description="a number of seconds from 3600 to 2592000"
    )
    host_gap_s: float | None = Field(
        default=None, ge=0, le=3600, description="a number of seconds from 0 to 3600"
    )
    subscribers: int | None = Field(
        default=None, ge=1, le=1_000_000_000, description="a whole number from 1"
    )
    proxy: _WebUrl | None = Field(default=None, description='a URL such as "http://proxy:3128"')
    listen: _Listen | None = Field(default=None, description='an address such as "127.0.0.1:9464"')
    websub_url: _WebUrl | None = Field(
        default=None, description='a public URL such as "https://news.example.org/websub"'
    )
    websub_listen: _Listen | None = Field(
        default=None, description='an address such as "127.0.0.1:8484"'
    )


class DefaultsTable(_Table):
    """`[defaults]`: what a feed is taken to say where its own table is silent."""

    tags: list[_Label] | None = Field(
        default=None,
        description=f"a list of tags in quotes, each of 1 to {MAX_LABEL_CHARS} characters",
    )
    enabled: bool | None = Field(default=None, description="true or false")
    interval: _Interval | None = Field(default=None, description='an interval such as "1h"')
    full_text: _FullText | None = Field(default=None, description='"auto", "always" or "never"')


class HostTable(_Table):
    """One `[[hosts]]`: how requests to some hosts are spaced."""

    match: Annotated[str, Field(max_length=253), AfterValidator(_check_host_pattern)] = Field(
        description='a host name such as "example.org" or "*.example.org"'
    )
    gap_s: float | None = Field(
        default=None, ge=0, le=86_400, description="a number of seconds from 0 to 86400"
    )
    interval: _Interval | None = Field(default=None, description='an interval such as "1h"')
    note: _Label | None = Field(default=None, description="a remark in quotes")


class ExtractTable(_Table):
    """`[feeds.extract]`: what the operator knows of the pages of one feed."""

    content: _Selectors = Field(default=[], description=_SELECTORS)
    remove: _Selectors = Field(default=[], description=_SELECTORS)
    headline: _Selectors = Field(default=[], description=_SELECTORS)


class FeedTable(DefaultsTable):
    """One `[[feeds]]`: all that has a default, and what has none."""

    url: Annotated[str, Field(max_length=MAX_URL_CHARS), AfterValidator(_check_feed_url)] = Field(
        description=f"a URL in quotes of at most {MAX_URL_CHARS} characters"
    )
    name: _Label | None = Field(
        default=None, description=f"a name in quotes of 1 to {MAX_LABEL_CHARS} characters"
    )
    identity: _Identity | None = Field(default=None, description='"id", "link" or "text"')
    extract: ExtractTable | None = Field(default=None, description="a [feeds.extract] table")
    weight: float | None = Field(
        default=None, ge=0.01, le=100, description="a number from 0.01 to 100"
    )


class FileTable(_Table):
    """The whole file."""

    settings: SettingsTable = Field(default=SettingsTable(), description="a [settings] table")
    defaults: DefaultsTable = Field(default=DefaultsTable(), description="a [defaults] table")
    hosts: list[HostTable] = Field(
        default=[], description="tables headed [[hosts]], with two brackets"
    )
    feeds: list[FeedTable] = Field(
        default=[], description="tables headed [[feeds]], with two brackets"
    )


TABLES: dict[str, type[BaseModel]] = {
    "": FileTable,
    "settings": SettingsTable,
    "defaults": DefaultsTable,
    "hosts": HostTable,
    "feeds": FeedTable,
    "feeds.extract": ExtractTable,
}
"""The model of each table by its name; that of the file itself has none."""
