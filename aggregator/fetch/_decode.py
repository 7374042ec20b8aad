"""Bounded decompression: a body is unpacked while it comes and stopped when it grows too large.

Every step is small: whatever a server sends, what one step can make of it is bounded, so that the
limits are asked before memory is gone. Pure: bytes in, bytes or a Failure out.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from aggregator.fetch._failure import Failure
from aggregator.fetch._limits import MIB, FetchLimits

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
"""What `BodyReader` can unpack, as a request header."""

_ZLIB_STEP_BYTES = 1024
"""Deflate makes at most 1032 bytes of one, so a step makes about 1 MiB."""

_ZSTD_STEP_BYTES = 256
"""A zstd block of 4 bytes makes 128 KiB, so a step makes 8 MiB; smaller ones double the cost."""

_BROTLI_STEP_BYTES = 64 * 1024
"""A few bytes of brotli can make 16 MiB, so here the output of a step is bounded."""

_ZSTD_WINDOW_BYTES = 8 * MIB
"""The largest window a server may use for HTTP (RFC 9659)."""

_MOST_FRAMES = 4096
"""A member of gzip or a frame of zstd costs more to open than to read; real ones hold >= 64 KiB."""

_RATIO_FREE_BYTES = MIB
"""Up to here any ratio is harmless; small bodies of blanks reach high ones."""


class _Codec(Protocol):
    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk` adds to the body, in bounded pieces."""

    @property
    def is_whole(self) -> bool:
        """Whether the stream may end here."""


class _Frame(Protocol):
    """One member of gzip, one deflate stream or one frame of zstd."""

    def decompress(self, data: bytes, /) -> bytes: ...
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


class _Plain:
    """A body that is not compressed."""

    is_whole = True

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk


class _Frames:
    """A compression of one or more frames, each of which begins with the two bytes `magic`.

    What follows a finished frame and is none itself is padding and left alone, as gzip does.
    """

    def __init__(
        self, open_frame: Callable[[bytes], _Frame], *, magic: bytes, step_bytes: int
    ) -> None:
        self._open_frame, self._magic, self._step_bytes = open_frame, magic, step_bytes
        self._frame: _Frame | None = None
        self._finished = 0
        self._held = b""
        self._is_padding = False

    @property
    def is_whole(self) -> bool:
        return self._frame is None and (self._finished > 0 or not self._held)

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        for start in range(0, len(chunk), self._step_bytes):
            data = self._held + chunk[start : start + self._step_bytes]
            self._held = b""
            while data and self._is_frame(data):
                piece, data = self._step(data)
                yield piece

    def _is_frame(self, data: bytes) -> bool:
        """Whether `data` belongs to a frame; opens one, or keeps a single byte for later."""
        if self._frame is not None:
            return True
        if len(data) < 2:
            self._held = data
        elif self._finished and data[:2] != self._magic:
            self._is_padding = True
        if self._held or self._is_padding:
            return False
        self._frame = self._open_frame(data)
        return True

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        """What the open frame makes of `data`, and what of it lies behind the frame."""
        assert self._frame is not None  # noqa: S101 - _is_frame opened it
        piece = self._frame.decompress(data)
        if not self._frame.eof:
            return piece, b""
        rest = self._frame.unused_data
        self._frame = None
        self._finished += 1
        if self._finished > _MOST_FRAMES:
            raise Failure("too-large", f"the body has more than {_MOST_FRAMES} compressed frames")
        return piece, rest


class _Brotli:
    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()
        self._has_begun = False

    @property
    def is_whole(self) -> bool:
        return self._decompressor.is_finished() or not self._has_begun

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        self._has_begun = True
        # Asked until nothing comes: it may hold output back after it has taken all input.
        piece = self._decompressor.process(chunk, output_buffer_limit=_BROTLI_STEP_BYTES)
        while piece:
            yield piece
            piece = self._decompressor.process(b"", output_buffer_limit=_BROTLI_STEP_BYTES)


def _open_gzip(_head: bytes) -> _Frame:
    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)


def _open_deflate(head: bytes) -> _Frame:
    """Deflate as RFC 9110 says (with zlib's header) or as some servers send it (without)."""
    has_header = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.decompressobj(wbits=zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)


def _open_zstd(_head: bytes) -> _Frame:
    return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj()


def _codec_for(content_encoding: str) -> _Codec:
    """The codec that the header `content_encoding` names; raises Failure for more than one.

    Names that we did not ask for are mistakes (``utf-8`` is the usual one): such a body is taken
    as it is, as browsers do, and who parses it will say whether it is what it should be.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in names if name and name != "identity"]
    if len(codings) > 1:
        raise Failure("encoding", "the body is compressed more than once")
    match codings[0] if codings else "identity":
        case "gzip" | "x-gzip":
            return _Frames(_open_gzip, magic=b"\x1f\x8b", step_bytes=_ZLIB_STEP_BYTES)
        case "deflate":
            return _Frames(_open_deflate, magic=b"", step_bytes=_ZLIB_STEP_BYTES)
        case "zstd":
            return _Frames(_open_zstd, magic=b"\x28\xb5", step_bytes=_ZSTD_STEP_BYTES)
        case "br":
            return _Brotli()
        case _:
            return _Plain()


class BodyReader:
    """Takes in the body of one answer; raises Failure as soon as it leaves its limits."""

    def __init__(self, content_encoding: str, limits: FetchLimits) -> None:
        self._codec = _codec_for(content_encoding)
        self._limits = limits
        self._pieces: list[bytes] = []
        self.body_bytes = 0
        self.wire_bytes = 0

    def feed(self, chunk: bytes) -> None:
        """Take in the next bytes as they came."""
        self.wire_bytes += len(chunk)
        if self.wire_bytes > self._limits.max_wire_bytes:
            raise Failure("too-large", f"more than {self._limits.max_wire_bytes} bytes came")
        try:
            for piece in self._codec.unpack(chunk):
                self._add(piece)
        except (zlib.error, zstandard.ZstdError, brotli.error) as error:
            raise Failure("encoding", "the body cannot be decompressed") from error

    def finish(self) -> bytes:
        """The body, unpacked; raises Failure if its end is missing."""
        if not self._codec.is_whole:
            raise Failure("encoding", "the compressed body ends too early")
        return self.part()

    def part(self) -> bytes:
        """What of the body has come so far, unpacked."""
        return b"".join(self._pieces)

    def _add(self, piece: bytes) -> None:
        self.body_bytes += len(piece)
        if self.body_bytes > self._limits.max_body_bytes:
            raise Failure("too-large", f"the body has over {self._limits.max_body_bytes} bytes")
        ratio_bytes = max(_RATIO_FREE_BYTES, self._limits.max_ratio * self.wire_bytes)
        if self.body_bytes > ratio_bytes:
            raise Failure(
                "too-large", f"the body unpacks to over {self._limits.max_ratio} times its size"
            )
        if piece:
            self._pieces.append(piece)
