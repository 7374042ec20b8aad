"""Anchors name sections by their headings, in any script, once each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._anchors import Anchors


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Cause & Effect", "cause-effect"),
        ("Don’t panic!", "dont-panic"),
        ("  Größe (2)  ", "größe-2"),
        ("新しい 船", "新しい-船"),
        ("हिन्दी की किताब", "हिन्दी-की-किताब"),
        ("ما الجديد؟", "ما-الجديد"),
        ("Ｗｉｄｅ", "wide"),
        ("***", "section"),
    ],
)
def test_an_anchor_is_the_words_of_the_heading(heading: str, anchor: str) -> None:
    """Letters and digits of all scripts stay, what is between them becomes a hyphen."""
    assert Anchors().name(heading) == anchor


def test_an_anchor_is_cut_at_a_word() -> None:
    """A long heading gives a short name."""
    anchor = Anchors().name("word " * 40)

    assert len(anchor) <= 60
    assert set(anchor.split("-")) == {"word"}


@given(st.lists(st.text(max_size=80), max_size=20))
def test_no_two_sections_share_an_anchor(headings: list[str]) -> None:
    """Whatever the headings are, each section has a name of its own that holds no white space."""
    anchors = Anchors()

    names = [anchors.name(heading) for heading in headings]

    assert len(set(names)) == len(names)
    assert all(name and not any(letter.isspace() for letter in name) for name in names)


def test_other_sections_do_not_change_an_anchor() -> None:
    """A section that comes or goes leaves the anchors of the others."""
    few, many = Anchors(), Anchors()

    before = [few.name(heading) for heading in ("Tide", "Wind")]
    after = [many.name(heading) for heading in ("Moon", "Tide", "Rain", "Wind")]

    assert [after[1], after[3]] == before
