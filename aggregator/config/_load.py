"""The way from a file and an environment to a `Config`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aggregator.config._environment import read_overrides
from aggregator.config._places import (
    default_database_url,
    find_config,
    find_environment_database_url,
)
from aggregator.config._problems import check_overrides, check_tables
from aggregator.config._schema import DefaultsTable, ExtractTable, FileTable
from aggregator.config._source import NO_SOURCE, Source, read_source
from aggregator.config._values import Config, Settings
from aggregator.model import FeedSpec, HostPolicy, SiteRules


def load_config(path: str | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """Everything configured: the file (see `find_config`), overruled by the environment.

    Without a file there are no feeds and all settings have their defaults. Raises ConfigError at
    the first problem; its notes are the others.
    """
    found = find_config(path, environ)
    return build_config(read_source(found) if found else NO_SOURCE, environ)


def build_config(source: Source, environ: Mapping[str, str]) -> Config:
    """What `source` and `environ` configure; raises ConfigError as `load_config` does."""
    table = check_tables(source)
    overrides = check_overrides(read_overrides(environ), source)
    database_url = (
        find_environment_database_url(environ)
        or source.find_database_url()
        or default_database_url(environ)
    )
    chosen = {
        **table.settings.model_dump(exclude_unset=True),
        **overrides.model_dump(exclude_unset=True),
        "database_url": database_url,
    }
    if "allow_networks" in chosen:
        chosen["allow_networks"] = tuple(chosen["allow_networks"])
    settings = Settings(**chosen)
    settings = replace(settings, hosts=build_policies(table, settings.host_gap_s))
    return Config(source.path, settings, build_feeds(table))


def build_feeds(table: FileTable) -> tuple[FeedSpec, ...]:
    """The feeds in the order of the file, silent keys filled from `[defaults]`."""
    usual = usual_feed(table)
    return tuple(
        _fill(
            usual,
            feed,
            url=feed.url,
            name=feed.name,
            rules=_rules(feed.extract),
            identity=feed.identity,
            weight=usual.weight if feed.weight is None else feed.weight,
        )
        for feed in table.feeds
    )


def build_policies(table: FileTable, gap_s: float) -> tuple[HostPolicy, ...]:
    """The operator's host policies in the order of the file; `gap_s` where one has no gap."""
    return tuple(
        HostPolicy(
            one.match, gap_s if one.gap_s is None else one.gap_s, one.interval or 0, one.note or ""
        )
        for one in table.hosts
    )


def usual_feed(table: FileTable) -> FeedSpec:
    """A feed of which only the defaults are known; its URL is empty."""
    return _fill(FeedSpec(url=""), table.defaults, url="")


def _rules(table: ExtractTable | None) -> SiteRules | None:
    """The rules of a table; one that says nothing is none."""
    if table is None or not any((table.content, table.remove, table.headline)):
        return None
    return SiteRules(tuple(table.content), tuple(table.remove), tuple(table.headline))


def _fill(usual: FeedSpec, table: DefaultsTable, **own: Any) -> FeedSpec:  # noqa: ANN401
    """What a table says, else what is usual; `own` are the fields that have no default."""
    return FeedSpec(
        tags=usual.tags if table.tags is None else tuple(dict.fromkeys(table.tags)),
        is_enabled=usual.is_enabled if table.enabled is None else table.enabled,
        interval_s=table.interval or usual.interval_s,
        full_text=table.full_text or usual.full_text,
        **own,
    )
