"""What is particular to an archive on a PostgreSQL server: how it is reached, and how it fails."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import URL
    from sqlalchemy.exc import DBAPIError

CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT_S = 30
"""How long a writer waits for another transaction, as on SQLite (ours last milliseconds)."""

STATEMENT_TIMEOUT_S = 900
"""No statement of ours takes minutes; one that hangs must not hold a poller for ever."""

_MAX_NAME = 63  # bytes of an application's name that PostgreSQL keeps

# What passes: connections, too little of something, the server being shut down or started; and two
# transactions of which one had to give way.
_PASSING_STATES = ("08", "53", "57P", "40001", "40P01", "55P03", "25P03")


def application_name() -> str:
    """The name under which this process is shown in `pg_stat_activity`: ``aggregator 17@host``."""
    name = f"aggregator {os.getpid()}@{platform.node() or 'localhost'}"
    return name.encode("ascii", "replace")[:_MAX_NAME].decode("ascii")


def connect_arguments(url: URL) -> dict[str, str | int]:
    """The settings of a connection that the query of `url` does not make itself.

    A dead network is noticed within a minute: libpq alone would wait for hours. Instants come in
    UTC: in other zones those at both ends of the calendar are none that Python knows. Options of
    the server that `url` gives come last, and so they count.
    """
    ours = {
        "lock_timeout": f"{LOCK_TIMEOUT_S}s",
        "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
        "TimeZone": "UTC",
    }
    given = url.query.get("options", "")
    options = [f"-c {name}={value}" for name, value in ours.items()]
    usual: dict[str, str | int] = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "application_name": application_name(),
        "keepalives_idle": 20,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }
    wanted = {name: value for name, value in usual.items() if name not in url.query}
    return {
        **wanted,
        "options": " ".join([*options, given if isinstance(given, str) else given[-1]]),
    }


def is_passing(error: DBAPIError) -> bool:
    """Whether what failed may succeed when it is done once more; never so on SQLite."""
    return error.connection_invalidated or _has_passing_cause(error.orig)


def _has_passing_cause(cause: BaseException | None) -> bool:
    """As `is_passing`, of the driver's own error.

    A server that could not be connected to gives no state; what it refuses for good (a password,
    a database that does not exist) is told by its words only, so that counts as passing, too.
    """
    if not type(cause).__module__.startswith("psycopg"):
        return False
    from psycopg import OperationalError  # noqa: PLC0415 - only where there is a server

    if not isinstance(cause, OperationalError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(_PASSING_STATES)


def server_words(cause: BaseException | None) -> str:
    """The first lines of what a server or its driver says, as one; never a statement's values."""
    lines = [line.strip() for line in str(cause).splitlines()]
    kept = [line for line in lines if line and not line.startswith(("LINE ", "^", "CONTEXT:"))]
    return "; ".join(kept[:3]) or "the server ended the connection"
