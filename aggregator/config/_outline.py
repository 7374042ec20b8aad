"""feeds.toml without its feeds: a long list that is known is not read again."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path

from aggregator import __version__
from aggregator.config._load import build_config
from aggregator.config._places import find_config
from aggregator.config._source import NO_SOURCE, parse_source, read_text, strip_feeds
from aggregator.config._values import Settings
from aggregator.errors import ConfigError
from aggregator.model import FeedSpec
from aggregator.schema import HEAD


@dataclass(frozen=True)
class Outline:
    """What the file at `path` and the environment configure, the feeds only when they are needed.

    `digest` tells the text of the file, and the program that reads it, from all others: what is
    known of the feeds of one digest need not be read again. Until `feeds` is asked for nobody has
    seen whether all of the file is right.
    """

    path: Path | None
    settings: Settings
    digest: str
    read_feeds: Callable[[], tuple[FeedSpec, ...]]

    @property
    def feeds(self) -> tuple[FeedSpec, ...]:
        """The feeds, read when first asked for; raises ConfigError as `load_config` does."""
        return self.read_feeds()

    def check(self) -> None:
        """Raise ConfigError if anything is wrong, in the feeds as well."""
        _ = self.feeds


def load_outline(path: str | None = None, environ: Mapping[str, str] = os.environ) -> Outline:
    """As `load_config`, in a time that hardly grows with the feeds.

    Raises ConfigError for what is wrong beside the feeds; its notes are all other problems.
    """
    found = find_config(path, environ)
    if found is None:
        return Outline(None, build_config(NO_SOURCE, environ).settings, "", tuple)
    text = read_text(found)
    digest = blake2b(f"{HEAD} {__version__}\n{text}".encode(), digest_size=16).hexdigest()
    rest = strip_feeds(text)
    if rest is not None:
        with suppress(ConfigError):  # the whole file tells of all that is wrong
            settings = build_config(parse_source(rest, found), environ).settings
            # Once, also for who overrules settings of it meanwhile.
            read_feeds = cache(partial(_read_feeds, text, found, environ))
            return Outline(found, settings, digest, read_feeds)
    config = build_config(parse_source(text, found), environ)
    return Outline(found, config.settings, digest, lambda: config.feeds)


def _read_feeds(text: str, path: Path, environ: Mapping[str, str]) -> tuple[FeedSpec, ...]:
    return build_config(parse_source(text, path), environ).feeds
