"""delete: articles that leave the archive for good."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

_AGGREGATOR = Path(sys.executable).with_name("aggregator")
_ITEM = (
    "<item><guid>{0}</guid><title>Ferry \x9b{0}</title><link>https://a.example/{0}</link>"
    "<description>Text {0} walrus</description></item>"
)


def _serve(server: Any, *numbers: int) -> str:
    items = "".join(_ITEM.format(number) for number in numbers)
    body = f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>"
    server.route("/f", server.reply(body.encode()))
    url: str = server.url("/f")
    return url


@pytest.fixture
def ids(call: Call, http_server: Any, home: Path) -> dict[str, int]:
    """The numbers of three polled articles by their titles' last character."""
    url = _serve(http_server, 1, 2, 3)
    (home / "feeds.toml").write_text(
        '[settings]\ndatabase_url = "sqlite:///a.db"\nworkers = 1\nmax_pages_per_poll = 0\n'
        f'[[feeds]]\nurl = "{url}"\nfull_text = "never"\n'
    )
    assert call("poll", "-q").code == 0
    return _listed(call)


def _listed(call: Call) -> dict[str, int]:
    results = call("list", "--json").json()["results"]
    return {hit["title"][-1]: hit["id"] for hit in results}


def test_deleted_articles_are_gone_and_stay_away(
    call: Call, http_server: Any, ids: dict[str, int]
) -> None:
    """From the list and the search; the feed that still has them brings only what is new."""
    outcome = call("delete", ids["1"], ids["2"], ids["1"], "--yes")
    found = call("search", "walrus", "--json").json()
    _serve(http_server, 1, 2, 3, 4)
    polled = call("poll", "--force", "--json").json()

    assert (outcome.code, outcome.out) == (0, "")
    assert "do not come back" in outcome.err
    assert [hit["id"] for hit in found["results"]] == [ids["3"]]
    assert polled["new"] == 1
    assert set(_listed(call)) == {"3", "4"}
    assert call("show", ids["1"]).code == 1
    assert call("db", "check").code == 0


def test_what_is_deleted_is_said_first(call: Call, ids: dict[str, int]) -> None:
    """Title, feed and date for people, harmless to their terminal; all of it for programs."""
    outcome = call("delete", ids["1"], "--yes", "--json")

    answer = outcome.json()
    [entry] = answer["entries"]
    assert answer["deleted"] == 1
    assert (entry["id"], entry["feed"]) == (ids["1"], "Wire")
    assert entry["url"] == "https://a.example/1"
    assert f"  {ids['1']}  Ferry " in outcome.err
    assert "· Wire · 20" in outcome.err
    assert "\x9b" not in outcome.out + outcome.err


def test_one_unknown_number_deletes_nothing(call: Call, ids: dict[str, int]) -> None:
    """However large it is."""
    outcomes = [
        call("delete", ids["1"], "999", "--yes"),
        call("delete", "9" * 30, ids["1"], "--yes"),
        call("delete", *map(str, range(1, 3000)), "--yes"),
    ]

    assert [one.code for one in outcomes] == [1, 1, 1]
    assert "no entry 999; nothing was deleted" in outcomes[0].err
    assert "more; nothing was deleted" in outcomes[2].err
    assert _listed(call) == ids


def test_without_a_terminal_nothing_is_deleted_unasked(start: Call, ids: dict[str, int]) -> None:
    """Exit code 2 and what to say; what stands in a pipe is no answer."""
    outcome = start("delete", ids["1"], given=b"y\n")

    assert outcome.code == 2
    assert "--yes" in outcome.err
    assert start("show", ids["1"]).code == 0


@pytest.mark.parametrize(
    ("typed", "code", "left"), [(b"y\n", 0, {"2", "3"}), (b"n\n", 1, {"1", "2", "3"})]
)
def test_at_a_terminal_it_asks(
    call: Call, ids: dict[str, int], typed: bytes, code: int, left: set[str]
) -> None:
    """Yes deletes, no does not, and stdout stays empty for the data."""
    ours, theirs = os.openpty()
    try:
        os.write(ours, typed)
        done = subprocess.run(
            [_AGGREGATOR, "delete", str(ids["1"])],
            stdin=theirs,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)

    assert (done.returncode, done.stdout) == (code, b"")
    assert b"Delete?" in done.stderr
    assert set(_listed(call)) == left


@pytest.mark.parametrize("arguments", [[], ["0"], ["-1"], ["one"]])
def test_a_number_that_is_none_is_a_mistake_of_usage(call: Call, arguments: list[str]) -> None:
    """Nothing is opened for it."""
    assert call("delete", *arguments, "--yes").code == 2


def test_an_archive_is_not_made_to_delete_from_it(call: Call, home: Path) -> None:
    """A mistyped path is an error."""
    outcome = call("delete", "1", "--yes", "--db", "typo.db")

    assert outcome.code == 4
    assert not (home / "typo.db").exists()
