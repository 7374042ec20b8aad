"""One polite, bounded, guarded HTTP request: a URL and its validators in, a `Response` out.

Polite: an honest name, conditional requests, one request at a time to a host and none too soon
after another, a robots.txt asked before its pages. Bounded: one deadline for the whole fetch, caps
on the bytes of headers, wire and body. Guarded: only public addresses are connected to, whatever
the spelling, the resolver or the redirect says.
"""

from aggregator.fetch._configured import make_fetcher
from aggregator.fetch._fetcher import FEED_ACCEPT, PAGE_ACCEPT, Fetcher
from aggregator.fetch._hosts import HostBook, MemoryBook
from aggregator.fetch._limits import FetchLimits
from aggregator.fetch._policies import SHIPPED, policy_for

__all__ = [
    "FEED_ACCEPT",
    "PAGE_ACCEPT",
    "SHIPPED",
    "FetchLimits",
    "Fetcher",
    "HostBook",
    "MemoryBook",
    "make_fetcher",
    "policy_for",
]
