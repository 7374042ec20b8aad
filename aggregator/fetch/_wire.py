"""How many bytes one answer may take on the wire, whatever they are.

Of what comes a client counts the body. Promises of an answer, blank lines, names and lengths of
chunks are none of it, and cost more: 20 CPU seconds in the half minute that a fetch may take.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.streams import EMPTY_PAYLOAD

from aggregator.fetch._limits import FetchLimits

_READ_BYTES = 256 * 1024
"""So much is read from a socket at once: the end of the headers may come with as much behind it."""


class FloodError(aiohttp.ClientPayloadError):
    """An answer of more bytes than one may have."""


class BoundedAnswers(ResponseHandler):
    """A connection on which each answer has an end, at the latest that of its `limits`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: FetchLimits) -> None:
        super().__init__(loop)
        self._most_bytes = limits.max_wire_bytes + limits.max_header_bytes + _READ_BYTES
        self._most_before_bytes = 2 * limits.max_header_bytes + _READ_BYTES
        self._came_bytes = 0

    def set_response_params(self, **params: Any) -> None:  # noqa: ANN401 - the client's
        """Begin to wait for an answer."""
        self._came_bytes, self._payload = 0, None
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Take in what has come, unless it is too much."""
        self._came_bytes += len(data)
        has_begun = self._payload is not None and self._payload is not EMPTY_PAYLOAD
        if self._came_bytes > (self._most_bytes if has_begun else self._most_before_bytes):
            self._end_flood()
        else:
            super().data_received(data)

    def _end_flood(self) -> None:
        error = FloodError()
        # Taken away first: the end of the connection would have its own say about it.
        payload, self._payload = self._payload, None
        if payload is not None:
            payload.set_exception(error)
        self.set_exception(error)
        if self.transport is not None:
            self.transport.abort()
