"""extract --explain and the options that try things out on one page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aggregator.cli._explanation import explanation_json, print_explanation
from aggregator.model import ExplainedBlock, Explanation, PageKind

Call = Callable[..., Any]

_SENTENCE = "The ferry leaves at nine and comes back at noon, whatever the weather is like. "
_PAGE = f"""<!doctype html><html lang="en"><head><title>The ferry is back | Example</title></head>
<body><nav><a href="/">Home</a></nav><h2 class="big">Ferry, once more</h2><main><div class="story">
<p>{_SENTENCE * 12}</p><p class="plea">Please subscribe to our paper letter about ferries.</p>
</div></main></body></html>"""
_EXPLANATION = Explanation(
    page_kind=PageKind.PAYWALL,
    method="page",
    confidence=0.81234,
    threshold=0.5,
    blocks=(
        ExplainedBlock(
            "Kept\x1b[31m text " * 40,
            "p",
            "body/main/div.story",
            0.93,
            is_kept=True,
            reasons=(("words", 2.1), ("links", -0.25), *((f"reason {n}", 0.01) for n in range(9))),
        ),
        ExplainedBlock("Home", "li", "body/nav", 0.02, is_kept=False),
        ExplainedBlock("", "h2", "", -1.0, is_kept=False, reasons=(("empty", -1),)),
    ),
)


@pytest.fixture
def page(home: Path) -> str:
    """The name of a file with the page of these tests."""
    (home / "p.html").write_text(_PAGE)
    return "p.html"


def test_each_block_is_shown_with_its_score_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    """Kept ones begin with a plus; the strongest reasons stand under it, within the terminal."""
    print_explanation(_EXPLANATION)

    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert "paywall · method page · confidence 0.81 · 1 of 3 blocks kept" in err
    assert [line[0] for line in lines if line[0] != " "] == ["+", "-", "-"]
    assert lines[0].startswith("+   0.93  p: Kept")
    assert lines[1].strip() == (
        "body/main/div.story · words +2.10 · links -0.25 · reason 0 +0.01 ·"
    )
    assert "reason 2" in lines[2]
    assert "reason 3" not in out
    assert "\x1b" not in out
    assert max(map(len, lines)) <= 80


def test_colour_is_for_terminals(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is bold there, all else faint."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    print_explanation(_EXPLANATION)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("\x1b[1m+")
    assert all(line.startswith("\x1b[2m") for line in lines[1:])


def test_programs_get_every_reason() -> None:
    """With the path of each block, in the order of the page."""
    told = json.loads(json.dumps(explanation_json(_EXPLANATION)))

    assert (told["page_kind"], told["confidence"], told["threshold"]) == ("paywall", 0.812, 0.5)
    first, second, _ = told["blocks"]
    assert len(first["reasons"]) == 11
    assert first["reasons"][1] == {"name": "links", "weight": -0.25}
    assert second == {
        "text": "Home",
        "tag": "li",
        "path": "body/nav",
        "score": 0.02,
        "is_kept": False,
        "reasons": [],
    }


def test_the_members_of_an_explanation_are_documented() -> None:
    """Under the heading of the command."""
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    chapter = text.split("## `extract`\n", 1)[1].split("\n## ", 1)[0]

    told = explanation_json(_EXPLANATION)

    members = {*told, *told["blocks"][0], *told["blocks"][0]["reasons"][0]}  # type: ignore[index]
    assert all(f"`{member}`" in chapter or member in chapter for member in members)


@pytest.mark.parametrize("more", [["--section", "1"], ["--format", "md"], ["--format", "html"]])
def test_an_explanation_is_of_the_whole_page(call: Call, page: str, more: list[str]) -> None:
    """What would be ignored is refused."""
    outcome = call("extract", page, "--explain", *more)

    assert outcome.code == 2
    assert "--explain shows a whole page" in outcome.err


@pytest.mark.parametrize("option", ["--content", "--remove", "--headline"])
def test_a_selector_that_is_none_is_refused_with_the_reason(
    call: Call, page: str, option: str
) -> None:
    """As feeds.toml would refuse it."""
    outcome = call("extract", page, option, "p", option, "div[")

    assert outcome.code == 2
    assert option in outcome.err
    assert "'div[' must be a CSS selector" in outcome.err


def test_the_facts_beside_the_text_are_said(call: Call, page: str) -> None:
    """On stderr, so that the text alone can be kept."""
    outcome = call("extract", page)

    assert "method page · confidence " in outcome.err
    assert "confidence" not in outcome.out


def test_a_file_that_cannot_be_read_is_told_with_what_to_name(call: Call) -> None:
    """An address without its beginning is taken for a file."""
    outcome = call("extract", "example.org/1")

    assert outcome.code == 1
    assert "begins with http:// or https://" in outcome.err


def test_the_words_of_a_feed_can_be_tried(call: Call, home: Path) -> None:
    """Where the page has none, they are the article, as they would be in a poll."""
    (home / "p.html").write_text("<html><body><div id=app></div></body></html>")
    feed = ("--feed-title", "Ferry, once more", "--feed-summary", f"<p>{_SENTENCE}</p>")

    told = call("extract", "p.html", *feed, "--json").json()

    assert (told["headline"], told["text"]) == ("Ferry, once more", _SENTENCE.strip())
    assert told["method"] == "feed"


def test_rules_and_speed_can_be_tried(call: Call, page: str) -> None:
    """What is removed is gone, the headline is the one named, and a slow reader takes longer."""
    plain = call("extract", page, "--json").json()
    ruled = call(
        "extract",
        page,
        "--json",
        *("--content", "div.story", "--remove", ".plea", "--headline", "h2.big"),
        *("--words-per-minute", "50"),
    ).json()

    assert "paper letter" not in ruled["text"]
    assert "whatever the weather" in ruled["text"]
    assert ruled["headline"] == "Ferry, once more"
    assert ruled["read_minutes"] > plain["read_minutes"]


def test_a_page_is_explained(call: Call, page: str) -> None:
    """The text of the story is kept, the way home is not."""
    told = call("extract", page, "--explain", "--json").json()

    kept = {block["text"]: block["is_kept"] for block in told["blocks"]}
    assert [is_kept for text, is_kept in kept.items() if "whatever the weather" in text] == [True]
    assert not any(is_kept for text, is_kept in kept.items() if text == "Home")
