"""Whether what came for a subscription is signed with its secret (WebSub, section 7.1)."""

from __future__ import annotations

import hmac

ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""Those that the recommendation names. Most hubs sign with the first; with a key that nobody knows
HMAC stays safe with a hash in which collisions are found (RFC 6151 says so even of MD5)."""


def sign(secret: str, body: bytes, algorithm: str = "sha256") -> str:
    """The value of ``X-Hub-Signature`` for `body` as it is on the wire.

    >>> sign("key", b"The quick brown fox jumps over the lazy dog", "sha1")
    'sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9'
    """
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def is_signed(secret: str, body: bytes, header: str | None) -> bool:
    """Whether the header is the signature of `body`, told in a time that says nothing of it.

    False without a header, for an algorithm that is not known, and without a secret: then anybody
    could sign.
    """
    algorithm, _, stated = (header or "").strip().partition("=")
    algorithm = algorithm.strip().lower()
    if not secret or algorithm not in ALGORITHMS:
        return False
    _, _, right = sign(secret, body, algorithm).partition("=")
    return hmac.compare_digest(right.encode(), stated.strip().lower().encode())
