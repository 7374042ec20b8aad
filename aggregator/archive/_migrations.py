"""Bringing the schema of an archive to the one this program knows.

Alembic costs 0.2 s of CPU to load, so it is loaded only where there is something to do.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from aggregator.archive._engine import own_errors
from aggregator.errors import ArchiveError, SchemaError
from aggregator.schema import HEAD


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


def upgrade(engine: Engine) -> str | None:
    """Bring the archive to HEAD in one transaction; the revision before, None for a new archive.

    Raises SchemaError when the archive was written by a newer program: nothing is touched then.
    """
    with own_errors("cannot open the archive"), engine.connect() as connection:
        with connection.begin():
            before = current_revision(connection)
            if before == HEAD:
                return before
            _refuse_foreign(connection, before)
        # The connection is handed over outside a transaction: the environment begins its own.
        _run_alembic(connection)
    return before


def _refuse_foreign(connection: Connection, revision: str | None) -> None:
    if revision is None:
        if inspect(connection).get_table_names():
            raise ArchiveError("the database holds other tables; name an empty one")
        return
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
