"""Reading a robots.txt as RFC 9309 says, and one that means harm."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch._robots import LONGEST_DELAY_S, MAX_ROBOTS_BYTES, Rules, read_robots

RFC_EXAMPLE = b"""\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


@pytest.mark.parametrize(
    ("token", "path", "is_allowed"),
    [
        ("otherbot", "/example/page.html", False),
        ("otherbot", "/publications/x", True),
        ("otherbot", "/a/b.gif", False),
        ("otherbot", "/a/b.gif?c", True),
        ("foobot", "/example/page.html", True),
        ("FooBot", "/example/allowed.gif", True),
        ("foobot", "/example/", False),
        ("foobot", "/", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/", True),
        ("quxbot", "/example/", True),
    ],
)
def test_the_example_of_the_rfc_is_read_as_it_says(
    token: str,
    path: str,
    is_allowed: bool,  # noqa: FBT001 - what is expected
) -> None:
    """Section 5.1: groups by name, shared groups, the empty group that allows all."""
    assert read_robots(RFC_EXAMPLE, token).permits(path) == is_allowed


def test_the_longest_rule_decides_and_a_tie_allows() -> None:
    """Section 5.2, and whatever the order of the lines."""
    longest = b"User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"
    tie = b"User-agent: *\nDisallow: /page\nAllow: /page\n"

    assert not read_robots(longest, "a").permits("/example/page/disallowed.gif")
    assert read_robots(longest, "a").permits("/example/page/")
    assert read_robots(tie, "a").permits("/page")


@pytest.mark.parametrize(
    ("rule", "path", "matches"),
    [
        ("/", "/anything", True),
        ("/a", "/ab", True),
        ("/a", "/A", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*b", "/aab", True),
        ("/*b$", "/abab", True),
        ("/*b$", "/aba", False),
        ("/a*$", "/abc", True),
        ("*a", "/a", True),
        ("/ab*b$", "/ab", False),
        ("/a$b", "/a$b", True),
        ("/*/private/*.html$", "/x/private/y/z.html", True),
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", True),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84", True),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        ("/a%2fb", "/a/b", False),
        ("/%7Eme", "/~me", True),
        ("/a b", "/a%20b", True),
        ("relative", "/relative", False),
        ("", "/", False),
    ],
)
def test_a_path_is_compared_octet_by_octet_with_two_signs(
    rule: str,
    path: str,
    matches: bool,  # noqa: FBT001 - what is expected
) -> None:
    """``*`` and a last ``$``; quoting makes no difference but for what is reserved (2.2.2)."""
    rules = read_robots(f"User-agent: *\nDisallow: {rule}\n".encode(), "a")

    assert rules.permits(path) != matches


@given(
    st.text("ab*$", max_size=8).map(lambda text: f"/{text}"),
    st.text("ab", max_size=8).map(lambda text: f"/{text}"),
)
def test_one_pass_finds_what_a_pattern_would(rule: str, path: str) -> None:
    """The same as the regular expression that the rule stands for, without its cost."""
    body, is_anchored = (rule[:-1], True) if rule.endswith("$") else (rule, False)
    pattern = ".*".join(map(re.escape, body.split("*"))) + ("$" if is_anchored else "")

    rules = Rules(disallow=(rule,))

    assert rules.permits(path) == (re.match(pattern, path) is None)


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfUser-agent: aggregator\nDisallow: /x",
        b"user-agent:AGGREGATOR\r\ndisallow:/x\r\n",
        b"User-agent: aggregator\rDisallow: /x\r",
        b"User-agent : aggregator # us\nDisallow : /x # not this\n",
        b"User-agent: aggregator/1.0\nDisallow: /x\n",
        b"User-agent: *\nAllow: /x\n\nUser-agent: aggregator\n\nDisallow: /x\n",
        b"User-agent: aggregator\nSitemap: https://example.org/s\nDisallow: /x\n",
        b"User-agent: aggregator\nAllow: /y\nUser-agent: o\nUser-agent: aggregator\nDisallow: /x",
        b"\xff\xfe\nnothing\n:\nUser-agent: aggregator\nDisallow: /x\nDisallow: \xff\n",
    ],
)
def test_ways_of_writing_it_mean_the_same(text: bytes) -> None:
    """Marks, line ends, blanks, comments, versions, groups in several parts, strange lines."""
    rules = read_robots(text, "aggregator")

    assert not rules.permits("/x")
    assert rules.permits("/z")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<!doctype html><title>Not found</title>",
        b"Disallow: /",
        b"User-agent: agg\nDisallow: /",
        b"User-agent: aggregator-news\nDisallow: /",
        b"User-agent: aggregator\nDisallow:\n\nUser-agent: *\nDisallow: /",
        b"# User-agent: *\n# Disallow: /",
    ],
)
def test_what_does_not_mean_us_forbids_nothing(text: bytes) -> None:
    """No group, another's group, a page, a rule without a group, and nothing disallowed."""
    assert read_robots(text, "aggregator").permits("/x")


@pytest.mark.parametrize(
    ("value", "delay_s"),
    [("10", 10), ("0.5", 0.5), ("3600", LONGEST_DELAY_S), ("-1", 0), ("soon", 0), ("1e9", 0)],
)
def test_a_crawl_delay_is_read_and_bounded(value: str, delay_s: float) -> None:
    """It is no part of the RFC, yet widely stated; above a minute it is cut."""
    text = f"User-agent: *\nCrawl-delay: {value}\nDisallow: /x\n".encode()

    assert read_robots(text, "aggregator").delay_s == delay_s


def test_what_lies_behind_the_limit_is_not_read() -> None:
    """Half a MiB counts, the rest does not."""
    head = b"User-agent: *\nDisallow: /x\n"
    comment = b"#" * (MAX_ROBOTS_BYTES - len(head) - 1) + b"\n"

    rules = read_robots(head + comment + b"Disallow: /y\n", "aggregator")

    assert (rules.permits("/x"), rules.permits("/y")) == (False, True)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.text(max_size=50))
def test_nothing_breaks_it(text: bytes, path: str) -> None:
    """Whatever is sent, there are rules; they survive the way through JSON."""
    rules = read_robots(b"User-agent: *\nDisallow: " + text, "aggregator")

    assert rules.permits(path) in {True, False}
    assert Rules.from_state(json.loads(json.dumps(rules.to_state()))) == rules


def test_a_pattern_made_to_be_slow_is_not() -> None:
    """Thousands of stars against a long path are one walk along it, not all ways to part it."""
    text = b"User-agent: *\nDisallow: /" + b"*a" * 50_000 + b"b$\n"

    assert read_robots(text, "aggregator").permits("/" + "a" * 100_000)
