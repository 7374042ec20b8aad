"""Hits for the tests of how they are printed, and texts that would do a terminal harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from aggregator.model import Hit, SectionRef

HIT = Hit(
    rank=1,
    id=3,
    url="https://example.org/1",
    title="Cars from Xiaomi",
    headline="Xiaomi puts its electric cars on one dashboard",
    feed="Harbour Wire",
    published_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    read_minutes=2,
    section=SectionRef(2, "What the update changes"),
    snippet="…to a thief. The \x02dashboard\x03 learns to show \x02messages\x03 from the wrist",
    authors=("Ada Lovelace", "Li Wei"),
    tags=("cars", "watches"),
    language="en",
    word_count=431,
    marked_title="Xiaomi puts its electric cars on one \x02dashboard\x03",
)

HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J",
    "a\tb\r\nc\x0bd\x85e\u2028f",
    "\u202egnp.exe",
    "\u2066x\u2069\u200b\u200e",
    "\x9b31m\x9d0;x\x9c",
    "\x02\x02open \x03 \x03closed\x02",
    "é\u0301" * 300,
    "w" * 500,
    "小米" * 200,
    "👩‍👩‍👧‍👦" * 50,
    "مرحبا بالعالم שלום",
    '=HYPERLINK("http://x","y")',
    '"quoted", with commas;',
    "\ud800\x00",
    "   ",
    "",
)
"""Titles, names and snippets that a feed may have."""

texts = st.text(max_size=80) | st.sampled_from(HOSTILE)


def hit(**changes: Any) -> Hit:
    """A usual hit with these changes."""
    return replace(HIT, **changes)


hits = st.builds(
    Hit,
    rank=st.integers(1, 10**6),
    id=st.integers(1, 2**62),
    url=st.none() | texts,
    title=st.none() | texts,
    headline=st.none() | texts,
    feed=texts,
    published_at=st.integers(10**5, 4 * 10**9).map(lambda at: datetime.fromtimestamp(at, UTC)),
    read_minutes=st.integers(0, 10**5),
    section=st.builds(SectionRef, st.integers(0, 999), texts),
    snippet=texts,
    authors=st.lists(texts, max_size=5).map(tuple),
    tags=st.lists(texts, max_size=5).map(tuple),
    language=st.none() | texts,
    word_count=st.integers(0, 10**6),
    marked_title=texts,
)
"""Hits of which nothing can be trusted."""
