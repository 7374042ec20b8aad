"""Edits of texts in all the ways that TOML can be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.config import (
    MAX_INTERVAL_S,
    MIN_INTERVAL_S,
    add_feeds,
    load_config,
    remove_feed,
    set_enabled,
)
from aggregator.model import FeedSpec, FullText, SiteRules

Write = Callable[[str | bytes], Path]

FILE = """\
# Mine.

[[feeds]]
url = "https://a.example/feed"
name = "Alpha"

# Beta is here for the pictures.
[[feeds]]
url = "https://b.example/feed" # often
enabled = true

# The end.
"""
NEW = FeedSpec("https://new.example/feed")


def _feeds(path: Path) -> tuple[FeedSpec, ...]:
    return load_config(str(path), {"HOME": "/"}).feeds


def test_windows_line_endings_are_kept(write: Write) -> None:
    """Not one line of the result ends differently."""
    path = write(FILE.replace("\n", "\r\n"))

    add_feeds(path, [NEW])
    set_enabled(path, "Alpha", is_enabled=False)
    remove_feed(path, "https://b.example/feed")

    content = path.read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 8
    assert [feed.url[8] for feed in _feeds(path)] == ["a", "n"]


def test_feeds_in_one_list_are_edited_in_place(write: Write) -> None:
    """The other way to write them is not rewritten into tables."""
    path = write(
        'feeds = [\n  {url = "https://a.example"}, # A\n  {url = "https://b.example"},\n]\n'
    )

    add_feeds(path, [NEW])
    set_enabled(path, "https://a.example", is_enabled=False)
    remove_feed(path, "https://b.example")

    assert "[[" not in path.read_text()
    assert "# A" in path.read_text()
    assert _feeds(path) == (FeedSpec("https://a.example", is_enabled=False), NEW)


def test_text_that_looks_like_tables_misleads_no_edit(write: Write) -> None:
    """Strings and comments may hold headers and hashes."""
    content = (
        "# [[feeds]]\n[[feeds]]\nurl = 'https://a.example/#[[feeds]]'\n"
        'name = """\\\n  # [[feeds]]\\\n  # x"""\n[[feeds]]\nurl = "https://b.example"\n'
    )
    path = write(content)

    set_enabled(path, "https://a.example/#[[feeds]]", is_enabled=False)
    remove_feed(path, "https://b.example")

    assert [feed.name for feed in _feeds(path)] == ["# [[feeds]]# x"]
    remove_feed(path, "https://a.example/#[[feeds]]")
    assert path.read_text() == "# [[feeds]]\n"


def test_thousands_of_feeds_are_edited(write: Write) -> None:
    """The last of a long list is found, changed and removed like the first."""
    content = "".join(f'# {n}\n[[feeds]]\nurl = "https://h{n}.example"\n\n' for n in range(3_000))
    path = write(content)

    set_enabled(path, "https://h2999.example", is_enabled=False)
    remove_feed(path, "https://h0.example")

    feeds = _feeds(path)
    assert (len(feeds), feeds[-1].is_enabled) == (2_999, False)
    assert path.read_text().count("#") == 3_000


LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20
)
SELECTORS = st.sampled_from(["article", "div.a > p", 'a[href*="]"]', "p#é", "li:nth-child(2n)"])
SPECS = st.builds(
    FeedSpec,
    url=st.integers(0, 30).map(lambda number: f"https://h{number}.example/'\\#[x]"),
    name=st.none() | LABELS,
    tags=st.lists(LABELS, unique=True, max_size=3).map(tuple),
    is_enabled=st.booleans(),
    interval_s=st.integers(MIN_INTERVAL_S, MAX_INTERVAL_S),
    full_text=st.sampled_from(FullText),
    rules=st.none()
    | st.builds(
        SiteRules,
        content=st.lists(SELECTORS, min_size=1, max_size=3).map(tuple),
        remove=st.lists(SELECTORS, max_size=3).map(tuple),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(specs=st.lists(SPECS, unique_by=lambda spec: spec.url, max_size=4), choice=st.randoms())
def test_what_is_written_is_read_and_what_is_taken_back_is_gone(
    write: Write, specs: list[FeedSpec], choice: st.DataObject
) -> None:
    """Adding feeds one by one and removing them in any order ends where it began."""
    path = write(FILE)
    old = _feeds(path)

    for spec in specs[:2]:
        add_feeds(path, [spec])
    add_feeds(path, specs)
    assert _feeds(path) == (*old, *specs)
    choice.shuffle(specs)  # type: ignore[attr-defined]
    for spec in specs:
        remove_feed(path, spec.url)

    assert path.read_text().rstrip() == FILE.rstrip()
