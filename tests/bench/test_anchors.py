"""Simulated entries: never the text's own beginning, always the same."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

_ROOM = runpy.run_path(str(Path(__file__).parents[2] / "bench" / "_anchors.py"))

ENGLISH = (
    "The old ferry between the two islands will run again from Monday. After nine months in the"
    " yard it has new engines, a wider deck and room for twenty cars. The council, which had"
    " planned to sell it, changed its mind when eight hundred people signed a letter in May."
    " Until then the only way across had been a small boat that could not sail in strong wind.\n"
    "Captain Rosa Lind has steered it since she was thirty and says that she missed the noise."
    " Tickets cost as much as before, children travel free, and bicycles need a place of their own."
    " In summer it will leave every hour, in winter four times a day, weather permitting."
)
CHINESE = (
    "两岛之间的老渡轮将从星期一起重新开航。它在船厂停了九个月，换上了新的发动机，甲板更宽，可以装二十辆车。"
    "镇议会原本打算把它卖掉，五月有八百人联名写信之后改变了主意。在那之前，过海只能坐一条怕大风的小船。"
    "船长说她想念机器的声音。票价和从前一样，孩子免费，自行车要单独订位。夏天每小时一班，冬天每天四班。"
)
WORDS = st.sampled_from(["sea", "ships", "The", "a", "harbour", "हिन्दी", "winter,", "船", "海，"])
SENTENCES = st.builds(
    "".join,
    st.tuples(st.lists(WORDS, min_size=6, max_size=30).map(" ".join), st.sampled_from(".。\n")),
)
TEXTS = st.lists(SENTENCES, max_size=9).map(" ".join)


def simulate(text: str, title: str | None, seed: str) -> tuple[str | None, str | None]:
    """What the function says, with its type."""
    return cast("tuple[str | None, str | None]", _ROOM["simulate_anchor"](text, title, seed))


def runs_of_four(text: str) -> set[tuple[str, ...]]:
    """All runs of four words, in small letters."""
    words = [word.casefold() for word in _ROOM["split_words"](text)]
    return {tuple(words[at : at + 4]) for at in range(len(words) - 3)}


def beginning(text: str) -> set[tuple[str, ...]]:
    """All runs of four of the first forty words."""
    return runs_of_four(" ".join(_ROOM["split_words"](text)[:40]))


@given(TEXTS, st.text(max_size=8))
def test_no_four_words_of_the_beginning_come_back(text: str, seed: str) -> None:
    """Whatever the text, the summary has no run of four of its first forty words."""
    _, summary = simulate(text, None, seed)

    assert not runs_of_four(summary or "") & beginning(text)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_no_four_words_of_the_beginning_come_back_from_a_real_text(text: str) -> None:
    """Also where the second sentence, of which summaries are made, belongs to the beginning."""
    found = [simulate(text, None, str(seed))[1] or "" for seed in range(200)]

    assert not [summary for summary in found if runs_of_four(summary) & beginning(text)]


@given(st.text(), st.none() | st.text(), st.text(max_size=8))
def test_the_same_page_has_the_same_entry(text: str, title: str | None, seed: str) -> None:
    """Text, title and seed decide everything, and nothing makes it fail."""
    assert simulate(text, title, seed) == simulate(text, title, seed)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_a_summary_is_short_and_made_of_the_text(text: str) -> None:
    """Most pages have one: at most forty words, most of them words of the text."""
    vocabulary = {word.casefold() for word in _ROOM["split_words"](text)}
    found = [summary for seed in range(100) if (summary := simulate(text, "A", str(seed))[1])]

    assert len(found) > 70
    for summary in found:
        words = [word.casefold() for word in _ROOM["split_words"](summary)]
        assert len(words) <= 40
        assert sum(word in vocabulary for word in words) > len(words) / 2


def test_a_summary_is_reworded() -> None:
    """No summary repeats a sentence of the text."""
    sentences = [part.strip(" .") for part in ENGLISH.replace("\n", " ").split(". ")]
    found = [simulate(ENGLISH, None, str(seed))[1] or "" for seed in range(100)]

    assert not [summary for summary in found for part in sentences if part in summary]


def test_titles_are_mostly_those_of_the_page() -> None:
    """Some are cut, some name a site, all begin as the page's does."""
    title = "The ferry is back after nine months"
    found = [simulate(ENGLISH, title, str(seed))[0] or "" for seed in range(100)]

    assert len(set(found)) == 3
    assert found.count(title) > 70
    assert all(each.startswith("The ferry is") for each in found)


def test_a_page_without_title_or_text_has_an_entry_without_either() -> None:
    """Nothing is invented."""
    assert simulate("", None, "1") == (None, None)
    assert simulate("One sentence is all there is.", " ", "1") == (None, None)
