"""Bounded decompression: any chunking gives the same body, any excess stops early."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch import FetchLimits
from aggregator.fetch._decode import BodyReader
from aggregator.fetch._failure import Failure

MIB = 1 << 20
LIMITS = FetchLimits()
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: bytes(brotli.compress(body, quality=1)),
    "zstd": zstandard.compress,
    "identity": bytes,
}


def read(encoding: str, wire: bytes, *, step: int = 65536, limits: FetchLimits = LIMITS) -> bytes:
    """The body that comes of `wire`, taken in by `step` bytes."""
    reader = BodyReader(encoding, limits)
    for start in range(0, len(wire), step):
        reader.feed(wire[start : start + step])
    assert reader.wire_bytes == len(wire)
    return reader.finish()


@given(
    st.sampled_from(sorted(PACKERS)),
    st.binary(max_size=3000).map(lambda block: block * 3),
    st.integers(1, 700),
)
def test_any_chunking_gives_the_body(encoding: str, body: bytes, step: int) -> None:
    """Byte by byte or in one piece, the same comes out."""
    assert read(encoding, PACKERS[encoding](body), step=step) == body


@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.binary(max_size=300))
def test_any_bytes_give_a_body_or_a_failure(encoding: str, wire: bytes) -> None:
    """Garbage raises one kind of error and nothing else."""
    with suppress(Failure):
        assert isinstance(read(encoding, wire, step=7), bytes)


@given(
    st.sampled_from(["gzip", "deflate", "br", "zstd"]),
    st.binary(min_size=50, max_size=500),
    st.data(),
)
def test_a_cut_stream_is_never_a_body(encoding: str, body: bytes, choices: st.DataObject) -> None:
    """Wherever it is cut, but for nothing at all."""
    wire = PACKERS[encoding](body)
    cut = choices.draw(st.integers(1, len(wire) - 1))

    with pytest.raises(Failure) as failed:
        read(encoding, wire[:cut])

    assert failed.value.kind == "encoding"


@pytest.mark.parametrize("encoding", sorted(PACKERS))
def test_a_large_body_comes_whole(encoding: str) -> None:
    """4 MiB of text and noise, within the limits, are not cut."""
    body = (os.urandom(MIB // 4).hex() * 8).encode() + os.urandom(1000)

    unpacked = read(encoding, PACKERS[encoding](body), limits=FetchLimits(max_wire_bytes=64 * MIB))

    assert unpacked == body


@pytest.mark.parametrize("encoding", sorted(PACKERS))
def test_nothing_is_nothing(encoding: str) -> None:
    """An empty body stays one, whatever its header says."""
    assert read(encoding, b"") == b""


@pytest.mark.parametrize("step", [1, 2, 65536])
def test_several_members_are_one_body(step: int) -> None:
    """Members of gzip and frames of zstd may come in parts; padding after them is left alone."""
    assert read("gzip", gzip.compress(b"a") + gzip.compress(b"b"), step=step) == b"ab"
    assert read("gzip", gzip.compress(b"a") + bytes(9), step=step) == b"a"
    assert read("gzip", gzip.compress(b"a") + b"\x1f", step=step) == b"a"
    assert read("zstd", zstandard.compress(b"a") + zstandard.compress(b"b"), step=step) == b"ab"
    with pytest.raises(Failure):
        read("gzip", gzip.compress(b"a") + gzip.compress(b"b")[:-1], step=step)


@pytest.mark.parametrize("step", [1, 65536])
def test_deflate_is_read_with_and_without_a_header(step: int) -> None:
    """RFC 9110 asks for zlib's header; some servers leave it out."""
    packer = zlib.compressobj(wbits=-15)
    raw = packer.compress(b"body") + packer.flush()

    assert read("deflate", zlib.compress(b"body"), step=step) == b"body"
    assert read("deflate", raw, step=step) == b"body"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_costs_little_memory(encoding: str) -> None:
    """64 MiB of zeros are given up long before they are unpacked."""
    bomb = PACKERS[encoding](bytes(64 * MIB))

    tracemalloc.start()
    try:
        with pytest.raises(Failure) as failed:
            read(encoding, bomb)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert failed.value.kind == "too-large"
    assert peak_bytes < 32 * MIB


def test_the_ratio_is_free_up_to_a_mebibyte() -> None:
    """Blanks of a small page may reach any ratio, one byte beyond that is too much."""
    assert len(read("gzip", gzip.compress(bytes(MIB)))) == MIB
    with pytest.raises(Failure, match="200 times"):
        read("gzip", gzip.compress(bytes(MIB + 1)))


def test_a_cap_is_met_exactly() -> None:
    """As many bytes as allowed are allowed, on the wire and unpacked."""
    wire, body = FetchLimits(max_wire_bytes=10), FetchLimits(max_body_bytes=10)

    assert read("", b"x" * 10, limits=wire) == b"x" * 10
    assert read("gzip", gzip.compress(b"x" * 10), limits=body) == b"x" * 10
    for encoding, sent, limits in (
        ("", b"x" * 11, wire),
        ("", b"x" * 11, body),
        ("gzip", gzip.compress(b"x" * 11), body),
    ):
        with pytest.raises(Failure) as failed:
            read(encoding, sent, limits=limits)
        assert failed.value.kind == "too-large"


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br,gzip", "gzip, identity, zstd", "x, y"])
def test_more_than_one_coding_is_refused(encoding: str) -> None:
    """Nothing honest is compressed twice."""
    with pytest.raises(Failure) as failed:
        BodyReader(encoding, LIMITS)

    assert failed.value.kind == "encoding"


@pytest.mark.parametrize("encoding", ["", " , ", "identity", "none", "UTF-8", "identity, identity"])
def test_an_unknown_coding_leaves_the_body_as_it_is(encoding: str) -> None:
    """Servers put all sorts of words there."""
    assert read(encoding, b"\x1f\x8bbody") == b"\x1f\x8bbody"


def test_a_million_empty_members_are_refused() -> None:
    """Each costs more to open than it has bytes."""
    with pytest.raises(Failure) as failed:
        read("gzip", gzip.compress(b"") * 5000)

    assert failed.value.kind == "too-large"


def test_a_window_larger_than_the_web_allows_is_refused() -> None:
    """RFC 9659 allows 8 MiB; a frame that wants 128 MiB of memory is damaged or hostile."""
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    wire = packer.compress(b"body") + packer.flush()

    with pytest.raises(Failure) as failed:
        read("zstd", wire)

    assert failed.value.kind == "encoding"
