"""The names of the index's tables, by which its parts are found."""

from __future__ import annotations

import re
from collections.abc import Iterable

WEIGHTS = "4.0, 2.0, 1.2, 1.0, 0.0"
"""What a word is worth in each column, for BM25: title, headings, lead, body, facets."""


def shards_pattern(number: int) -> str:
    """What the tables of all shards of a generation are like, for GLOB; others are like it too."""
    return f"search_{number}_[0-9]*"


def shards_among(names: Iterable[str], number: int) -> list[int]:
    """The shards whose tables are among these, in order.

    >>> shards_among(["search_2_10", "search_2_9", "search_2_9_data", "search_1_0"], 2)
    [9, 10]
    """
    named = re.compile(rf"search_{number}_([0-9]+)")
    matches = map(named.fullmatch, names)
    return sorted(int(match.group(1)) for match in matches if match)
