"""Bringing the schema of an archive to the one this program knows.

Alembic costs 0.2 s of CPU to load, so it is loaded only where there is something to do.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from aggregator.archive._copy import keep_copy
from aggregator.archive._engine import open_engine, own_errors, parse_url
from aggregator.errors import ArchiveError, SchemaError
from aggregator.schema import COPY_TABLE, HEAD

logger = logging.getLogger("aggregator.archive")


def scripts_folder() -> Path:
    """Where the revisions lie: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "_migrations"
    return packed if packed.is_dir() else package.parent / "alembic"


def current_revision(connection: Connection) -> str | None:
    """The revision of the archive, None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def has_archive(database_url: str) -> bool:
    """Whether there is an archive of any revision in the database behind a URL."""
    engine = open_engine(parse_url(database_url))
    try:
        with own_errors("cannot open the archive"), engine.connect() as connection:
            return current_revision(connection) is not None
    finally:
        engine.dispose()


def upgrade(engine: Engine) -> str | None:
    """Bring the archive to HEAD in one transaction; the revision before, None for a new archive.

    An older SQLite archive is copied first, so that the older program has a way back; where there
    is no room for a copy, nothing is upgraded. Raises SchemaError when the archive was written by
    a newer program: nothing is touched then.
    """
    with own_errors("cannot open the archive"), engine.connect() as connection:
        reader = connection.execution_options(reads=True)
        with reader.begin():
            before = current_revision(reader)
            _refuse_foreign(reader, before)
        _keep_write_ahead_log(connection)
        if before not in {None, HEAD}:
            _keep_older(engine, str(before))
        if before != HEAD:
            # Handed over outside a transaction: the environment begins its own.
            _run_alembic(connection.execution_options(reads=False))
    return before


def _keep_older(engine: Engine, revision: str) -> None:
    if engine.dialect.name != "sqlite":
        logger.warning("the archive goes from schema %s to %s; no copy is kept", revision, HEAD)
        return
    # Under the write lock, so that of several programs that open it one makes the copy.
    with own_errors("cannot copy the archive before its upgrade"), engine.begin() as writer:
        if current_revision(writer) != revision:
            return
        copy = keep_copy(engine, revision)
    logger.warning(
        "the archive goes from schema %s to %s; as it was it is kept in %s", revision, HEAD, copy
    )


def _keep_write_ahead_log(connection: Connection) -> None:
    # A property of the file, so it is set only when the file has proved to be ours.
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - an open connection has one
        driver.execute("PRAGMA journal_mode=WAL")


def _refuse_foreign(connection: Connection, revision: str | None) -> None:
    if revision not in {None, HEAD}:
        _refuse_newer(str(revision))
    names = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if COPY_TABLE in names:
        raise ArchiveError(
            "the database holds an unfinished copy; make it once more, with: aggregator db copy"
        )
    # Other programs, too, number their revisions 0001.
    if ("entry" not in names) if revision else names:
        raise ArchiveError("the database holds other tables; name an empty one")


def _refuse_newer(revision: str) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - loaded only when it is needed

    known = {script.revision for script in ScriptDirectory(scripts_folder()).walk_revisions()}
    if revision not in known:
        raise SchemaError(
            f"the archive has schema {revision}, this program knows up to {HEAD}; "
            "install a newer aggregator (the archive was not touched)"
        )


def _run_alembic(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
