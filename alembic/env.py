"""How revisions are run: on the program's own connection, or on one of its own for the shell.

The shell finds the database as the program does, or through ``alembic -x url=…``.
"""

from alembic import context
from sqlalchemy import Connection, text

from aggregator.archive import metadata, open_engine, parse_url
from aggregator.config import find_database_url

UPGRADE_LOCK = 7_310_579_611_428_779_876
"""Of the advisory locks of a database; other programs have other numbers."""


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Whether autogenerate looks at a table: never at those of the search index."""
    return type_ != "table" or not (name or "").startswith("search_")


def run(connection: Connection) -> None:
    """Run the revisions in one transaction, DDL included."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=include_name,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with connection.begin(), context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # Of several programs that open an archive at once the first one upgrades it. Files
            # have one writer anyway.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})"))
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database_url = context.get_x_argument(as_dictionary=True).get("url") or find_database_url()
    with open_engine(parse_url(database_url)).connect() as own:
        run(own)
