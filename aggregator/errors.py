"""The errors of the program, and the exit code each gives a command.

::

    AggregatorError            1
    ├─ ConfigError             3   feeds.toml or the environment is wrong
    ├─ FetchError              1   the network or the server; the feed is tried again
    │   ├─ RefusedError        1   we may not ask: URL, address, scheme, port, robots.txt
    │   └─ RestingError        1   the host has asked for rest; it was not asked
    ├─ FeedError               1   the bytes are no feed
    ├─ WorkerError             1   work in a worker process failed as no work should
    │   └─ WorkerDiedError     1   it outran its deadline, its memory, or killed its process
    │       └─ QuarantinedError 1  it has done so before and is not tried again
    ├─ NoWorkersError          1   no worker process can be started on this machine now
    ├─ ExtractError            1   a file or page that cannot be read as an article
    ├─ NotFoundError           1   no such feed, entry or section
    └─ ArchiveError            4   the database; what was being written is rolled back
        ├─ SchemaError         4   the archive is newer than this program
        ├─ UnreachableError    4   the database does not answer now; it may do so later
        ├─ UnwritableError     4   nothing can be written now: the disk is full or read-only
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

    `url` is what was asked, `kind` one word of `FETCH_KINDS` for the state of the feed, `status`
    the HTTP status if one came, `retry_at` the server's stated time if it gave one.
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


FETCH_KINDS: dict[str, str] = {
    "timeout": "no whole answer came in time",
    "dns": "the host name has no address",
    "connect": "no connection, or one that broke off",
    "tls": "no safe connection: the certificate is not to be trusted",
    "too-large": "the headers or the body pass what is read, packed or unpacked",
    "redirects": "too many redirects, or a circle of them",
    "encoding": "the body cannot be decompressed, or is compressed more than once",
    "http": "an answer that is none (its status says why), or that is not HTTP",
    "blocked": "a wall against programs answered: a challenge or a captcha",
    "resting": "the host has asked for rest (429 or 503) and was not asked",
    "refused": "we may not ask: URL, scheme, port or address",
    "robots": "the site's robots.txt does not allow it, or cannot be had now",
}
"""Every `kind` of a FetchError and what it means."""


class RefusedError(FetchError):
    """A request that was never sent: its URL, scheme, port or address is not allowed.

    Where `kind` is ``robots`` the site has said so; `retry_at` tells from when on it may have
    changed its mind.
    """

    def __init__(
        self,
        url: str,
        message: str,
        *,
        kind: str = "refused",
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(url, kind, message, retry_at=retry_at)


class RestingError(FetchError):
    """A request that was never sent, since its host is left alone until `retry_at`.

    `url` is what was to be asked, or only the host where no more is known.
    """

    def __init__(self, url: str, retry_at: datetime) -> None:
        message = f"the host is left alone until {retry_at:%Y-%m-%d %H:%M} UTC"
        super().__init__(url, "resting", message, retry_at=retry_at)


class FeedError(AggregatorError):
    """Bytes that are no feed; `looks_like` is ``html``, ``json``, ``empty`` or ``unknown``."""

    def __init__(self, message: str, *, looks_like: str = "unknown") -> None:
        super().__init__(message)
        self.looks_like = looks_like


class WorkerError(AggregatorError):
    """Work that failed in a worker process as no work should."""


class NoWorkersError(AggregatorError):
    """No worker process, nor a way to one; what was to be worked on has no part in that."""


class WorkerDiedError(WorkerError):
    """Work that ended its worker; `kind` is one word for the state of the feed.

    ``deadline``, ``memory``, ``killed`` or ``quarantined``. `deaths` counts those that speak
    against what was worked on: the first SIGKILL does not, it may have come from outside.
    """

    def __init__(self, message: str, kind: str, deaths: int = 1) -> None:
        super().__init__(message)
        self.kind, self.deaths = kind, deaths


class QuarantinedError(WorkerDiedError):
    """Bytes that have killed workers before; they were not given to another one."""

    def __init__(self, deaths: int, reason: str) -> None:
        message = (
            f"quarantined: not read again until it changes, after {deaths} deaths of the "
            f"process that read it, the last: {reason}"
        )
        super().__init__(message, "quarantined", deaths)


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
    """A database that does not answer now; what was to be done may be repeated.

    Its server cannot be reached or has ended the work, or another program has locked its file. It
    was written as a whole or not at all; which of the two is not known where the connection was
    lost while it was committed.
    """


class UnwritableError(ArchiveError):
    """An archive that cannot be written now, through no fault of what was to be written.

    Its disk is full, broken or read-only; once there is room all can be done as before.
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
