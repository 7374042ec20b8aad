"""A server on all loopback addresses that has nothing new: 304 to whatever is asked.

``python bench/_idle_server.py`` prints its port, and a line at the first request; at the first one
after SIGHUP, again.
"""

from __future__ import annotations

import asyncio
import signal

_ANSWER = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


class _Nothing(asyncio.Protocol):
    is_asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream has no other
        self._transport = transport
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        *heads, self._head = self._head.split(b"\r\n\r\n")
        if heads and not _Nothing.is_asked:
            _Nothing.is_asked = True
            print("asked", flush=True)
        self._transport.write(_ANSWER * len(heads))


def _forget() -> None:
    _Nothing.is_asked = False


async def _serve() -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, _forget)
    server = await asyncio.get_running_loop().create_server(_Nothing, "0.0.0.0", backlog=1024)  # noqa: S104 - all of 127/8
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
