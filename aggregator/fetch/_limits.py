"""How long a fetch may take, how much it may bring and how many may run at once."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The bounds of every fetch.

    `timeout_s` is one deadline for DNS, connecting, all redirects and the body together; waiting
    for a host's turn is not part of it. `max_wire_bytes` counts the body as it comes,
    `max_body_bytes` what it unpacks to: a body that is sent as it is ends at the lower of the two.
    `max_header_bytes` is for all headers of one answer
    (a single content-security policy can pass the 8 KiB that clients usually allow). A body that
    unpacks to more than `max_ratio` times its wire bytes is refused beyond its first MiB. Of 1070
    real feeds and pages measured the largest had 1.6 MiB, and those above 1 MiB packed 12-fold;
    gzip can reach 1032, brotli and zstd far more. `concurrency` counts requests in flight over
    all hosts, `per_host` those to one host name, and `gap_s` seconds lie between the starts of two
    requests to it at least.

    Raises ValueError if one of them is not positive; only `max_redirects` and `gap_s` may be 0.
    """

    timeout_s: float = 30.0
    max_wire_bytes: int = 16 * MIB
    max_body_bytes: int = 32 * MIB
    max_header_bytes: int = 64 * 1024
    max_ratio: int = 200
    max_redirects: int = 10
    concurrency: int = 32
    per_host: int = 1
    gap_s: float = 1.0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if value < 0 or (value == 0 and name not in {"max_redirects", "gap_s"}):
                raise ValueError(f"{name} must be positive, not {value}")
