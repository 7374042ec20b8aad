"""Why a request gave nothing, before it is known for which URL it was made."""

from __future__ import annotations

from datetime import datetime

from aggregator.errors import FetchError, RefusedError, RestingError


class Failure(Exception):  # noqa: N818 - it never leaves the room; what leaves is a FetchError
    """The `kind`, message, `status` and `retry_at` of a FetchError to be."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        status: int | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.kind, self.status, self.retry_at = kind, status, retry_at

    def to_error(self, asked: str, place: str) -> FetchError:
        """The error for the URL `asked`; it names `place` if redirects led somewhere else.

        Neither may have credentials.
        """
        message = str(self) if place == asked else f"{self} (redirected to {place})"
        if self.kind == "resting" and self.retry_at is not None:
            return RestingError(asked, self.retry_at)
        if self.kind in {"refused", "robots"}:
            return RefusedError(asked, message, kind=self.kind, retry_at=self.retry_at)
        return FetchError(asked, self.kind, message, status=self.status, retry_at=self.retry_at)
