"""Signatures: what the hub has signed is told from everything else."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.websub._signing import is_signed

SECRET = "k" * 43
BODY = b"<feed/>\r\n\xff"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("form", ["{}={}", "{}= {}", " {}={} "])
def test_what_the_hub_has_signed_counts(algorithm: str, form: str) -> None:
    """By each algorithm of the recommendation, in small or capital letters."""
    right = hmac.new(SECRET.encode(), BODY, getattr(hashlib, algorithm)).hexdigest()

    assert is_signed(SECRET, BODY, form.format(algorithm, right))
    assert is_signed(SECRET, BODY, form.format(algorithm.upper(), right.upper()))


@given(body=st.binary(max_size=40), cut=st.integers(0, 39), flip=st.integers(1, 15))
def test_nothing_else_counts(body: bytes, cut: int, flip: int) -> None:
    """Another body, another secret, a digit changed, a part of it: all refused."""
    right = hmac.new(SECRET.encode(), body, "sha1").hexdigest()
    wrong = f"{right[:cut]}{int(right[cut], 16) ^ flip:x}{right[cut + 1 :]}"

    assert is_signed(SECRET, body, f"sha1={right}")
    assert not is_signed(SECRET, body, f"sha1={wrong}")
    assert not is_signed(SECRET, body, f"sha1={right[:cut]}")
    assert not is_signed(SECRET, body, f"sha256={right}")
    assert not is_signed(SECRET, body + b"\n", f"sha1={right}")
    assert not is_signed(SECRET[1:], body, f"sha1={right}")


@pytest.mark.parametrize(
    "header", [None, "", "=", "sha1", "sha1=", "md5=d41d8cd98f00b204e9800998ecf8427e", "sha1=ü"]
)
def test_what_is_no_signature_is_refused(header: str | None) -> None:
    """Missing, empty, an algorithm that nobody agreed on, letters that are none."""
    assert not is_signed(SECRET, BODY, header)


def test_without_a_secret_nothing_is_signed() -> None:
    """Anybody can sign with an empty key."""
    forged = hmac.new(b"", BODY, "sha256").hexdigest()

    assert not is_signed("", BODY, f"sha256={forged}")
