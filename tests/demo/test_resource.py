"""Which Accept-Encoding takes gzip, and what stands in the headers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.demo._resource import Resource, accepts_gzip

RESOURCE = Resource(b"bytes", "text/plain", datetime(2025, 3, 9, 7, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("offer", "is_accepted"),
    [
        ("gzip", True),
        ("deflate, GZip", True),
        ("gzip; q=0.001", True),
        ("gzip ;q=1", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("br;q=1, gzip;q=0.0", False),
        ("gzipped", False),
        ("identity", False),
        ("*", False),
        (",,;q=,", False),
        ("x" * 100_000, False),
    ],
)
def test_gzip_is_sent_only_to_who_takes_it(offer: str, is_accepted: bool) -> None:  # noqa: FBT001
    """Names match as a whole and in any case, a weight of nought refuses."""
    assert accepts_gzip(offer) is is_accepted


@given(st.text())
def test_any_accept_encoding_has_an_answer(offer: str) -> None:
    """No header makes the server fail, and gzip needs at least its name."""
    assert not accepts_gzip(offer) or "gzip" in offer.lower()


@given(st.binary(), st.binary())
def test_tags_are_equal_exactly_for_equal_bytes(one: bytes, other: bytes) -> None:
    """The tag goes by the bytes alone."""
    tags = {replace(RESOURCE, body=body).opaque_tag for body in (one, other)}

    assert len(tags) == (1 if one == other else 2)


def test_headers_have_the_form_of_http() -> None:
    """The tag is weak and quoted, the date is GMT with two digits for every number."""
    assert RESOURCE.headers["ETag"] == f'W/"{RESOURCE.opaque_tag}"'
    assert RESOURCE.headers["Last-Modified"] == "Sun, 09 Mar 2025 07:05:01 GMT"
    assert RESOURCE.headers["Vary"] == "Accept-Encoding"
