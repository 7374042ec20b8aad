"""show --revisions, --revision and --diff: what an article was before its edits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

_UNSAFE = {"\x9b", "\u202e"}
_EVIL = "\x9b31m\u202e"


class Wire:
    """A feed of one article that its publisher edits, polled after each edit."""

    def __init__(self, call: Call, server: Any, home: Path) -> None:
        self._call, self._server = call, server
        url = server.url("/f")
        (home / "feeds.toml").write_text(
            '[settings]\ndatabase_url = "sqlite:///a.db"\nworkers = 1\n'
            f'[[feeds]]\nurl = "{url}"\nfull_text = "never"\n'
        )

    def publish(self, title: str, body: str, more: str = "") -> None:
        """Put a state of the article on the server, and poll."""
        item = (
            f"<item><guid>1</guid><title>{title}</title><link>https://me:secret@a.example/1</link>"
            f"<description><![CDATA[{body}]]></description>{more}</item>"
        )
        body = f"<rss version='2.0'><channel><title>Wire</title>{item}</channel></rss>"
        self._server.route("/f", self._server.reply(body.encode()))
        polled = self._call("poll", "--force", "--json").json()
        assert (polled["new"] + polled["edited"], polled["failed"]) == (1, 0)

    def show(self, *arguments: object) -> Any:
        """What `aggregator show` makes of the article."""
        return self._call("show", "1", *map(str, arguments))


@pytest.fixture
def wire(call: Call, http_server: Any, home: Path) -> Wire:
    """A feed that has published nothing yet."""
    return Wire(call, http_server, home)


@pytest.fixture
def edited(wire: Wire) -> Wire:
    """An article in its third state."""
    wire.publish("First title", "<p>The ferry sails at nine.</p><p>Bring a coat.</p>")
    wire.publish("Second title", "<p>The ferry sails at ten.</p><p>Bring a coat.</p>")
    wire.publish(
        "Second title", "<p>The ferry sails at ten.</p><h2>Food</h2><p>None at all is sold.</p>"
    )
    return wire


def _changes(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"[+-](?![+-])", line)]


def test_the_list_has_a_line_for_each_state(edited: Wire) -> None:
    """Number, date, words and title, and the state of today at the end."""
    outcome = edited.show("--revisions")

    head, *rows = [line.split(maxsplit=3) for line in outcome.out.splitlines()]
    assert head == ["revision", "replaced", "words", "title"]
    assert [row[0] for row in rows] == ["1", "2", "now"]
    assert [row[2] for row in rows[:2]] == ["8", "8"]
    assert [row[3] for row in rows] == ["First title", "Second title", "Second title"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", rows[0][1])


def test_one_state_is_printed_with_its_text(edited: Wire) -> None:
    """That state's, and nothing of those that came after it."""
    outcome = edited.show("--revision", 1)

    assert outcome.code == 0
    assert "revision 1 of 2 · replaced 20" in outcome.out
    assert "https://a.example/1\n" in outcome.out
    assert "First title" in outcome.out
    assert "The ferry sails at nine.\n\nBring a coat.\n" in outcome.out
    assert not re.search("Second|ten|secret", outcome.out)


def test_a_diff_shows_what_the_edit_changed(edited: Wire) -> None:
    """From one state to the next, and from the last to that of today; the rest is context."""
    first, last = edited.show("--revision", 1, "--diff"), edited.show("--revision", 2, "--diff")

    assert first.out.startswith("--- revision 1\n+++ revision 2\n@@ ")
    assert last.out.startswith("--- revision 2\n+++ now\n@@ ")
    assert {"-title: First title", "+title: Second title"} <= set(_changes(first.out))
    assert "-The ferry sails at nine." in _changes(first.out)
    assert "+The ferry sails at ten." in _changes(first.out)
    assert " Bring a coat." in first.out.splitlines()
    assert _changes(last.out) == ["-Bring a coat.", "+Food", "+None at all is sold."]


def test_an_edit_of_the_files_alone_is_shown(wire: Wire) -> None:
    """What no text tells of is named by its address, without user name and password."""
    wire.publish("Title", "<p>Listen.</p>", "<enclosure url='https://me:pw@a.example/1.mp3'/>")
    wire.publish("Title", "<p>Listen.</p>", "<enclosure url='https://me:pw@a.example/2.mp3'/>")

    outcome = wire.show("--revision", 1, "--diff")

    files = ["-file: https://a.example/1.mp3", "+file: https://a.example/2.mp3"]
    assert _changes(outcome.out) == files


def test_what_the_page_does_not_tell_is_shown_as_the_feed_had_it(wire: Wire) -> None:
    """An edit of a summary shows although the article is made of the whole content."""
    content = "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{}</{}>"
    whole = content.format("The whole text, " + "word " * 300, "content:encoded")
    wire.publish("Title", "<p>In short.</p>", whole)
    wire.publish("Title", "<p>In a word.</p>", whole)

    outcome = wire.show("--revision", 1, "--diff")

    assert _changes(outcome.out) == ["-<p>In short.</p>", "+<p>In a word.</p>"]


def test_json_has_all_that_is_kept(edited: Wire) -> None:
    """In the list, of one state and in a diff."""
    listed, state, diff = (
        edited.show(*arguments, "--json").json()
        for arguments in (["--revisions"], ["--revision", 1], ["--revision", 2, "--diff"])
    )

    assert [one["number"] for one in listed["revisions"]] == [1, 2]
    assert listed["revisions"][0].items() <= state.items()
    assert state["summary"] == "<p>The ferry sails at nine.</p><p>Bring a coat.</p>"
    assert (state["title"], state["url"]) == ("First title", "https://a.example/1")
    assert state["is_silent"] is True
    assert (diff["number"], diff["compared_to"]) == (2, None)
    assert "+Food" in diff["diff"]
    assert all((answer["schema"], answer["id"]) == (1, 1) for answer in (listed, state, diff))


def test_what_is_not_there_is_said(wire: Wire, call: Call) -> None:
    """An unknown entry, an article that was never edited, a number that it does not have."""
    wire.publish("Title", "<p>One.</p>")
    none, listed = wire.show("--revision", 1), wire.show("--revisions")
    wire.publish("Title", "<p>Two.</p>")
    beyond, unknown = wire.show("--revision", 2, "--diff"), call("show", "9", "--revisions")

    assert (none.code, listed.code, beyond.code, unknown.code) == (1, 0, 1, 1)
    assert "never edited" in none.err
    assert (listed.out, "never edited" in listed.err) == ("", True)
    assert "no revision 2" in beyond.err
    assert "no entry 9" in unknown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--diff"],
        ["--revisions", "--diff"],
        ["--revisions", "--revision", "1"],
        ["--revision", "0"],
        ["--revision", "1", "--section", "1"],
        ["--revision", "1", "--format", "html"],
        ["--revisions", "--format", "md"],
    ],
)
def test_what_makes_no_sense_is_a_mistake_of_usage(edited: Wire, arguments: list[str]) -> None:
    """Older states are whole and plain text; a diff needs a state to begin with."""
    assert edited.show(*arguments).code == 2


def test_hostile_text_never_reaches_the_terminal(wire: Wire) -> None:
    """Neither in the list nor in a text nor in a diff; programs get it escaped."""
    wire.publish(f"T{_EVIL}itle", f"<p>One{_EVIL}.</p>", f"<author>A{_EVIL}</author>")
    wire.publish("Title", f"<p>Two{_EVIL}.</p>", f"<category>C{_EVIL}</category>")

    for arguments in (["--revisions"], ["--revision", 1], ["--revision", 1, "--diff"]):
        for form in ("text", "json"):
            outcome = wire.show(*arguments, "--format", form)

            assert outcome.code == 0
            assert not _UNSAFE & set(outcome.out + outcome.err)
    assert json.loads(wire.show("--revision", 1, "--json").out)["text"].startswith("One")


def test_an_enormous_edit_is_not_compared_line_by_line(wire: Wire) -> None:
    """Thousands of lines that recur all over: what differs at all goes and comes as a whole."""
    old = [f"Line {number % 110}." for number in range(5000)]
    new = [f"Line {(number * 37 + 1) % 110}." for number in range(5001)]
    for lines in (old, new):
        text = "".join(f"<p>{line}</p>" for line in ["Begin.", *lines, "End."])
        wire.publish("Title", text)

    outcome = wire.show("--revision", 1, "--diff")

    first, _, counts, *_, last = outcome.out.splitlines()
    assert _changes(outcome.out) == [*(f"-{line}" for line in old), *(f"+{line}" for line in new)]
    assert (first, last) == ("--- revision 1", " End.")
    before, after = (int(size) for size in re.findall(r",(\d+)", counts))
    assert after - before == 1
    hunk = outcome.out.splitlines()[3:]
    assert before == sum(line[0] != "+" for line in hunk)


def test_at_a_terminal_the_lines_of_a_diff_fit_and_are_coloured(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece of a long line has its sign; a sequence of the feed's own is never among them."""
    wire.publish("Title", "<p>" + "nine ferries " * 30 + f"{_EVIL}\x9b31m</p>")
    wire.publish("Title", "<p>" + "ten ferries " * 30 + "</p>")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    outcome = wire.show("--revision", 1, "--diff")

    lines = outcome.out.splitlines()
    gone = [line for line in lines if line.startswith("\x1b[31m-")]
    come = [line for line in lines if line.startswith("\x1b[32m+")]
    assert len(gone) > 5 < len(come)
    assert all(len(re.sub(r"\x1b\[\d+m", "", line)) <= 80 for line in lines)
    assert not _UNSAFE & set(outcome.out)
    assert " ".join(re.sub(r"\x1b\[\d+m-?", "", line) for line in gone).count("nine ferries") == 30
