"""A chosen set of articles as one document: pure, values in and bytes out.

`build_digest` chooses and orders, `to_json_feed` and `to_opml` write. docs/digest.md describes
both formats for those who read them.
"""

from __future__ import annotations

from aggregator.digest._choose import Digest, build_digest
from aggregator.digest._json_feed import to_json_feed
from aggregator.digest._opml import to_opml

__all__ = ["Digest", "build_digest", "to_json_feed", "to_opml"]
