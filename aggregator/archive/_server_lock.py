"""One daemon an archive on PostgreSQL: an advisory lock that the server ends with its holder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from aggregator.archive._server import connect_arguments, server_words
from aggregator.errors import LockedError, UnreachableError

if TYPE_CHECKING:
    from psycopg import Connection
    from sqlalchemy.engine import URL

# "feed" in ASCII; the second number is that of the schema, so that archives side by side in one
# database do not meet. Advisory locks of other databases are others anyway.
_LOCK = "1717921124, hashtext(coalesce(current_schema(), ''))"
_TAKE = f"SELECT pg_try_advisory_lock({_LOCK})"
_HOLDER = f"""
SELECT activity.application_name, activity.pid FROM pg_locks AS held
JOIN pg_stat_activity AS activity ON activity.pid = held.pid
JOIN (VALUES ({_LOCK})) AS wanted(first, second)
  ON held.classid::bigint = first AND held.objid::bigint = (second::bigint & 4294967295)
WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - put together from constants

# The server, too, must notice that a holder is gone whose network died. Not every release knows
# every setting.
_SETTINGS = """
SELECT set_config(name, wanted, false) FROM pg_settings JOIN (VALUES
  ('tcp_keepalives_idle', '20'), ('tcp_keepalives_interval', '10'),
  ('tcp_keepalives_count', '3'), ('idle_session_timeout', '0')) AS ours(name, wanted) USING (name)
"""


class ServerLock:
    """The right to be the only daemon on an archive of a server, held until it is closed.

    It lives in a connection of its own, and the server names it in `pg_stat_activity` by
    process and host. `check` notices a connection that was lost and takes the lock again.

        with ServerLock(parse_url("postgresql://me@server/archive")):
            ...
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._connection: Connection[Any] | None = None
        self._former: int | None = None  # the server's process of our last connection

    def acquire(self) -> None:
        """Take the lock; LockedError, naming the holder, if another daemon has it."""
        with _own_errors():
            connection = self._connect()
        try:
            with _own_errors():
                _take(connection, self._former)
        except BaseException:
            connection.close()
            raise
        self._connection, self._former = connection, connection.info.backend_pid

    def check(self) -> None:
        """Nothing while the lock is ours, or is so again after its connection was lost.

        Raises LockedError if another daemon has taken it meanwhile, UnreachableError while the
        server does not answer.
        """
        if self._connection is not None:
            with suppress(UnreachableError), _own_errors():
                self._connection.execute("SELECT 1")
                return
        self.release()
        self.acquire()

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def find_holder(self) -> str | None:
        """Who has the lock now (``process 4711 …``), without asking for it; None: nobody has."""
        with _own_errors(), self._connect() as connection:
            found = connection.execute(_HOLDER).fetchone()
        if found is None:
            return None
        return str(found[0] or "unknown process").replace("aggregator ", "process ", 1)

    def _connect(self) -> Connection[Any]:
        from psycopg import connect  # noqa: PLC0415 - only where there is a server

        parts = self._url.translate_connect_args(username="user", database="dbname")
        given: dict[str, Any] = {**parts, **self._url.query, **connect_arguments(self._url)}
        return connect(autocommit=True, **given)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _take(connection: Connection[Any], former: int | None) -> None:
    connection.execute(_SETTINGS)
    row = connection.execute(_TAKE).fetchone()
    if row is not None and row[0]:
        return
    found = connection.execute(_HOLDER).fetchone()
    name = (found and found[0]) or "aggregator, unknown process"
    if found and found[1] == former:
        # The server does not know yet that the session is gone.
        raise UnreachableError("cannot lock the archive: our lost connection holds the lock still")
    raise LockedError(
        f"another {name.replace('aggregator ', 'aggregator, process ', 1)} works on this archive; "
        "stop it first, or let it do the polling"
    )


@contextmanager
def _own_errors() -> Iterator[None]:
    from psycopg import Error  # noqa: PLC0415 - only where there is a server

    try:
        yield
    except Error as error:
        raise UnreachableError(f"cannot lock the archive: {server_words(error)}") from error
