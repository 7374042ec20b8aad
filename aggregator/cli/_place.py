"""Where a command works: which feeds.toml, which archive. The options every command shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from aggregator import config

if TYPE_CHECKING:
    from aggregator.archive import DaemonLock
    from aggregator.config import Config, Outline
    from aggregator.library import OpenArchive
    from aggregator.search import Searcher

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Place:
    """What --config and --db said; everything is opened through it, and only when asked for."""

    config_path: str | None = None
    database: str | None = None

    def database_url(self) -> str:
        """The archive's URL: --db (a path or URL), else the environment, else feeds.toml."""
        if self.database is not None:
            return config.as_database_url(self.database)
        return config.find_database_url(self.config_path)

    def load_config(self) -> Config:
        """feeds.toml and the environment, validated; --db overrules its database."""
        loaded = config.load_config(self.config_path)
        if self.database is None:
            return loaded
        settings = replace(loaded.settings, database_url=self.database_url())
        return replace(loaded, settings=settings)

    def load_outline(self) -> Outline:
        """As `load_config`, without the feeds until they are asked for."""
        loaded = config.load_outline(self.config_path)
        if self.database is None:
            return loaded
        settings = replace(loaded.settings, database_url=self.database_url())
        return replace(loaded, settings=settings)

    def at(self, outline: Outline) -> Place:
        """This place, with the file and the archive that were found."""
        path = self.config_path if outline.path is None else str(outline.path)
        return Place(path, outline.settings.database_url)

    def load_config_if_any(self) -> Config:
        """feeds.toml in use; the usual settings where --config names one that is to be made."""
        is_there = self.target_config().exists()
        return (self if is_there else replace(self, config_path=None)).load_config()

    def target_config(self) -> Path:
        """The feeds.toml that an edit goes to: the one in use, else where a new one belongs."""
        found = [path for path in config.config_candidates(self.config_path) if path.exists()]
        return (found or config.config_candidates(self.config_path)[-1:])[0]

    def open_archive(self, *, must_exist: bool = False) -> OpenArchive:
        """The archive, upgraded if need be; what only reads must not create one."""
        from aggregator.library import open_archive  # noqa: PLC0415 - brings SQLAlchemy

        return open_archive(self.database_url(), must_exist=must_exist)

    def has_archive(self) -> bool:
        """Whether there is an archive to open, so far as that can be told without opening it."""
        file = config.find_database_file(self.database_url())
        try:
            return file is None or file.exists()
        except OSError:  # what cannot be looked at fails when it is opened, with a reason
            return True

    def open_lock(self) -> DaemonLock:
        """The right to be the archive's only daemon; a context manager, LockedError if taken."""
        from aggregator.archive import make_lock  # noqa: PLC0415 - brings SQLAlchemy

        return make_lock(self.database_url())

    def open_search(self) -> Searcher:
        """What answers searches, on every database; loads nothing that a search does not need."""
        from aggregator.search import open_searcher  # noqa: PLC0415 - for commands that search

        return open_searcher(self.database_url())


def place_options(command: _Command) -> _Command:
    """Give a command --config and --db; they may stand before or behind its name."""

    def remember(name: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
        def callback(context: click.Context, _: click.Parameter, value: str | None) -> None:
            place = context.obj if isinstance(context.obj, Place) else Place()
            context.obj = replace(place, **{name: value}) if value is not None else place

        return callback

    for option, name, metavar, text in (
        ("--db", "database", "PATH|URL", "The archive to use."),
        ("-c/--config", "config_path", "FILE", "The feeds.toml to use."),
    ):
        command = click.option(
            *option.split("/"),
            metavar=metavar,
            help=text,
            expose_value=False,
            is_eager=True,
            callback=remember(name),
        )(command)
    return command
