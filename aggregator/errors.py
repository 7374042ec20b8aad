"""The errors of the program, and the exit code each gives a command.

::

    AggregatorError            1
    ├─ ConfigError             3   feeds.toml or the environment is wrong
    ├─ FetchError              1   the network or the server; the feed is tried again
    │   └─ RefusedError        1   we may not ask: URL, address, scheme, port
    ├─ FeedError               1   the bytes are no feed
    ├─ ExtractError            1   a file or page that cannot be read as an article
    ├─ NotFoundError           1   no such feed, entry or section
    └─ ArchiveError            4   the database; what was being written is rolled back
        ├─ SchemaError         4   the archive is newer than this program
        ├─ UnreachableError    4   the database server does not answer now; it may do so later
        └─ LockedError         4   another daemon works on this archive

Every message says what happened and, where there is one, what to do next.
"""

from __future__ import annotations

from datetime import datetime


class AggregatorError(Exception):
    """Anything this program reports on purpose; `exit_code` is that of the command."""

    exit_code = 1

    def __reduce__(self) -> tuple[object, ...]:
        # The default would call the class with the finished message, which ours do not take.
        return _revive, (type(self), self.args, self.__dict__)


class ConfigError(AggregatorError):
    """A setting that cannot be used.

    `path` and `line` (1-based, None where unknown) name the place, `key` the dotted setting.
    """

    exit_code = 3

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, key: str = ""
    ) -> None:
        place = ":".join(str(part) for part in (path, line) if part is not None)
        super().__init__(": ".join(part for part in (place, key, message) if part))
        self.path, self.line, self.key = path, line, key


class FetchError(AggregatorError):
    """A request that gave no usable answer.

    `url` is what was asked, `kind` one word for the state of the feed (``timeout``, ``dns``,
    ``connect``, ``tls``, ``too-large``, ``redirects``, ``encoding``, ``http``, ``refused``),
    `status` the HTTP status if one came, `retry_at` the server's stated time if it gave one.
    """

    def __init__(
        self,
        url: str,
        kind: str,
        message: str,
        *,
        status: int | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(f"{kind}: {message}")
        self.url, self.kind, self.status, self.retry_at = url, kind, status, retry_at


class RefusedError(FetchError):
    """A request that was never sent: its URL, scheme, port or address is not allowed."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(url, "refused", message)


class FeedError(AggregatorError):
    """Bytes that are no feed; `looks_like` is ``html``, ``json``, ``empty`` or ``unknown``."""

    def __init__(self, message: str, *, looks_like: str = "unknown") -> None:
        super().__init__(message)
        self.looks_like = looks_like


class ExtractError(AggregatorError):
    """A document in which no article can be looked for (binary, empty, too large)."""


class NotFoundError(AggregatorError):
    """A feed, entry or section that the archive does not have."""


class ArchiveError(AggregatorError):
    """A database that cannot be opened, read or written; nothing was half written."""

    exit_code = 4


class SchemaError(ArchiveError):
    """An archive written by a newer program; nothing was touched."""


class UnreachableError(ArchiveError):
    """A database server that cannot be reached now, or that ended the work; it may be repeated.

    What was to be written is in the archive as a whole or not at all; which of the two is not known
    where the connection was lost while it was committed.
    """


class LockedError(ArchiveError):
    """An archive on which another daemon is at work."""


def _revive(
    kind: type[AggregatorError], args: tuple[object, ...], state: dict[str, object]
) -> AggregatorError:
    """An error as it was before it went to another process."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error
