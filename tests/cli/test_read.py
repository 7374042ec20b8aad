"""search, list and show on the demo's archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.cli._output import fit, safe, wrap

Call = Callable[..., Any]


def test_a_search_shows_title_time_date_section_and_the_match(
    call: Call, demo_database: Path
) -> None:
    """What a person needs to choose, and the number with which to open it."""
    outcome = call("search", "xiaomi", "--db", demo_database)

    assert outcome.code == 0
    assert "[Xiaomi]" in outcome.out
    assert " 2 min  20" in outcome.out
    assert "· id " in outcome.out
    assert "1 of 1 article for xiaomi" in outcome.err
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_a_search_in_json_has_the_promised_shape(call: Call, demo_database: Path) -> None:
    """{schema, query, total, results: [...]}, and each result names its section."""
    answer = call("search", "xiaomi", "--json", "--db", demo_database).json()

    assert set(answer) == {"schema", "query", "total", "results"}
    assert (answer["query"], answer["total"]) == ("xiaomi", 1)
    [hit] = answer["results"]
    assert set(hit) == {
        "rank",
        "id",
        "url",
        "title",
        "headline",
        "feed",
        "published_at",
        "read_minutes",
        "section",
        "snippet",
    }
    assert hit["read_minutes"] == 2
    assert set(hit["section"]) == {"position", "heading"}
    assert "<mark>Xiaomi</mark>" in hit["snippet"]


def test_the_section_of_a_hit_can_be_opened(call: Call, demo_database: Path) -> None:
    """The word is in the section that the hit names."""
    [hit] = call("search", "小米", "--json", "--db", demo_database).json()["results"]
    number = str(hit["section"]["position"])

    shown = call("show", str(hit["id"]), "--section", number, "--db", demo_database)

    assert hit["section"]["position"] > 0
    assert hit["section"]["heading"] in shown.out
    assert "小米" in shown.out


def test_list_shows_the_newest_first(call: Call, demo_database: Path) -> None:
    """The same shape as a search; a query narrows it."""
    everything = call("list", "--json", "--limit", "100", "--db", demo_database).json()
    found = call("list", "xiaomi", "--json", "--db", demo_database).json()

    dates = [hit["published_at"] for hit in everything["results"]]
    assert dates == sorted(dates, reverse=True)
    assert everything["total"] == len(dates) == 13
    assert [hit["title"] for hit in found["results"]] == [
        hit["title"] for hit in everything["results"] if "Xiaomi" in (hit["title"] or "")
    ]


def test_pages_of_a_list_join_without_gap_or_repeat(call: Call, demo_database: Path) -> None:
    """--limit and --offset walk through all of it."""
    pages = [
        call("list", "--json", "-n", "4", "--offset", str(at), "--db", demo_database).json()
        for at in (0, 4, 8, 12, 16)
    ]

    ids = [hit["id"] for page in pages for hit in page["results"]]
    ranks = [hit["rank"] for page in pages for hit in page["results"]]
    assert len(set(ids)) == 13
    assert ranks == list(range(1, 14))


@pytest.mark.parametrize(
    ("form", "marks"), [("text", ["2 min"]), ("md", ["# ", "\n## "]), ("html", ["<h1", "<h2"])]
)
def test_show_writes_an_article_in_each_form(
    call: Call, demo_database: Path, form: str, marks: list[str]
) -> None:
    """Headline and sections are there in all of them."""
    [hit] = call("search", "xiaomi", "--json", "--db", demo_database).json()["results"]

    outcome = call("show", str(hit["id"]), "--format", form, "--db", demo_database)

    article = call("show", str(hit["id"]), "--json", "--db", demo_database).json()
    assert outcome.code == 0
    assert all(mark in outcome.out for mark in marks)
    assert len(article["sections"]) == 4
    for section in article["sections"]:
        assert section["heading"].split()[0] in outcome.out


def test_what_is_not_there_is_said(call: Call, demo_database: Path) -> None:
    """An unknown entry, an unknown section, nothing found."""
    no_entry = call("show", "4711", "--db", demo_database)
    no_section = call("show", "1", "--section", "99", "--db", demo_database)
    nothing = call("search", "zzzzqqqq", "--db", demo_database)
    asked = call("search", "zzzzqqqq", "-e", "--db", demo_database)

    assert (no_entry.code, no_section.code, nothing.code, asked.code) == (1, 1, 0, 1)
    assert "4711" in no_entry.err
    assert "99" in no_section.err
    assert "0 of 0 articles" in nothing.err


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=60))
def test_no_query_is_an_error(call: Call, demo_database: Path, query: str) -> None:
    """Whatever is typed is searched for."""
    outcome = call("search", "--json", "--db", demo_database, "--", query)

    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["schema"] == 1


@given(text=st.text(max_size=200).map(safe), columns=st.integers(10, 60))
def test_a_fitted_text_fills_its_columns_and_wrapped_lines_do_not_exceed_them(
    text: str, columns: int
) -> None:
    """Ideographs take two columns; nothing visible is lost by wrapping."""
    from rich.cells import cell_len  # noqa: PLC0415

    assert cell_len(fit(text, columns)) == columns
    lines = wrap(text, columns)
    assert all(cell_len(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
