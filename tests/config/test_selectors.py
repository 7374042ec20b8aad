"""Selectors of an operator: usable, or refused with a reason, whatever was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import Config, check_selector
from aggregator.config._selectors import MAX_SELECTOR_CHARS
from aggregator.model import SiteRules

Load = Callable[..., Config]

FEED = '[[feeds]]\nurl = "https://a.example/feed"\n'


@pytest.mark.parametrize(
    ("written", "rules"),
    [
        ("", None),
        ("extract = {}", None),
        ("[feeds.extract]\ncontent = []", None),
        ("[feeds.extract]\ncontent = 'article'", SiteRules(content=("article",))),
        (
            "[feeds.extract]\ncontent = ['.a', '.b']\nremove = 'aside'\nheadline = ['h1']",
            SiteRules((".a", ".b"), ("aside",), ("h1",)),
        ),
        ("extract = {remove = '.ad'}", SiteRules(remove=(".ad",))),
        ("extract.remove = ['.ad']", SiteRules(remove=(".ad",))),
    ],
)
def test_rules_are_read_in_every_way_to_write_them(
    load: Load, written: str, rules: SiteRules | None
) -> None:
    """One selector or a list, a table of its own or on one line; what says nothing is none."""
    (feed,) = load(FEED + written).feeds

    assert feed.rules == rules


def test_rules_belong_to_the_feed_above_them(load: Load) -> None:
    """The others have none."""
    feeds = load(FEED + "[feeds.extract]\nremove = 'p'\n[[feeds]]\nurl = 'https://b.example'").feeds

    assert [feed.rules is None for feed in feeds] == [False, True]


@pytest.mark.parametrize(
    "slow", ["h2 + p", "p~p", "div > a, h1 ~ .b", "p:has(+ h2)", ":not(a + b)"]
)
def test_what_takes_minutes_on_a_long_page_is_refused(slow: str) -> None:
    """Sisters of sisters are looked for among all sisters of all."""
    with pytest.raises(ValueError, match=r"without \+ and ~"):
        check_selector(slow)


@pytest.mark.parametrize(
    "quick", ["li:nth-child(2n)", "p:last-child", "p:nth-last-of-type(3)", "a:only-child", "[b~=c]"]
)
def test_what_only_counts_is_allowed(quick: str) -> None:
    """Browsers write such selectors when one is copied from a page."""
    assert check_selector(quick) == quick


@given(st.text(max_size=MAX_SELECTOR_CHARS * 2) | st.text("a .#>+~[]():,*|=\"'\\", max_size=80))
def test_any_text_is_a_selector_or_refused_with_a_reason(typed: str) -> None:
    """No text is a crash."""
    try:
        assert check_selector(typed) == typed
    except ValueError as error:
        assert str(error).startswith("must be a CSS selector")  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    "deep", ["a " * 199 + "a", "a>" * 199 + "a", ":not(" * 60 + "a" + ")" * 60, "*" * 400]
)
def test_the_deepest_selector_is_answered(deep: str) -> None:
    """The longest that may be written neither overflows nor takes long."""
    try:
        check_selector(deep)
    except ValueError as error:
        assert "must be a CSS selector" in str(error)  # noqa: PT017 - either is right
