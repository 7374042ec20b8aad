"""feeds.toml and the environment, read into values; feeds.toml, edited in place.

Importing this room costs nothing but the standard library: `find_database_url` is all that a
search needs. `load_config` and the edits bring pydantic and tomlkit with them when they are first
asked for, so a module that must start fast writes ``from aggregator import config`` and calls
``config.load_config()``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from aggregator.config._interval import (
    MAX_INTERVAL_S,
    MIN_INTERVAL_S,
    format_interval,
    parse_interval,
)
from aggregator.config._places import (
    as_database_url,
    config_candidates,
    data_dir,
    find_config,
    find_database_file,
    find_database_url,
)
from aggregator.config._values import (
    MAX_CONCURRENCY,
    PROJECT_URL,
    Config,
    Settings,
    environment_name,
)

if TYPE_CHECKING:
    from aggregator.config._edit import (
        add_feeds,
        remove_feed,
        set_enabled,
        split_usable,
        write_starter,
    )
    from aggregator.config._load import load_config
    from aggregator.config._outline import Outline, load_outline
    from aggregator.config._selectors import check_selector
else:
    _HOMES = {
        "load_config": "_load",
        "Outline": "_outline",
        "load_outline": "_outline",
        "add_feeds": "_edit",
        "remove_feed": "_edit",
        "set_enabled": "_edit",
        "split_usable": "_edit",
        "write_starter": "_edit",
        "check_selector": "_selectors",
    }

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = [
    "MAX_CONCURRENCY",
    "MAX_INTERVAL_S",
    "MIN_INTERVAL_S",
    "PROJECT_URL",
    "Config",
    "Outline",
    "Settings",
    "add_feeds",
    "as_database_url",
    "check_selector",
    "config_candidates",
    "data_dir",
    "environment_name",
    "find_config",
    "find_database_file",
    "find_database_url",
    "format_interval",
    "load_config",
    "load_outline",
    "parse_interval",
    "remove_feed",
    "set_enabled",
    "split_usable",
    "write_starter",
]
