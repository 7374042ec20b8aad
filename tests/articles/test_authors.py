"""Bylines are reduced to the names in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._authors import (
    announces_author,
    clean_byline,
    names_author,
    names_other,
    reads_as_person,
)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("Ann Lee, Senior Reporter", "Ann Lee"),
        ("Von Anna Lehmann, Redakteurin", "Anna Lehmann"),
        ("par  Anne\nLegrand", "Anne Legrand"),
        ("Ann Lee and Bo Ek", "Ann Lee and Bo Ek"),
        ("Written by: Ann Lee | Staff", "Ann Lee"),
        ("Byron Small", "Byron Small"),
        ("作者：小李", "小李"),
        ("https://lowen.example/ann", None),
        ("@ann", None),
        ("Editor", None),
        ("", None),
        ("one two three four five six seven eight nine ten eleven twelve thirteen", None),
    ],
)
def test_bylines_are_names_only(line: str, names: str | None) -> None:
    """The word before, the role behind and addresses are not part of a name."""
    assert clean_byline(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("May 6, 2024 · 3 min read · By Ann Lee", "Ann Lee"),
        ("Published August 7, 2023 by Ann Lee", "Ann Lee"),
        ("Ann Lee on Friday May 6, 2024 @08:00PM", "Ann Lee"),
        ("By Ann Lee Updated: May 6, 2024 1:06 PM", "Ann Lee"),
        ("Ann Lee Senior Culture Editor", "Ann Lee"),
        ("Posted by Ann Lee 59 Comments", "Ann Lee"),
        ("Dec. 6, 2024 · Ann Lee", "Ann Lee"),
        ("By Ann Lee | Mar 6", "Ann Lee"),
        ("Ann Lee • Reviewed by Bo Ek", "Ann Lee"),
    ],
)
def test_lines_that_readers_see_are_reduced_to_names(line: str, names: str) -> None:
    """Dates, read times, roles and labels around a name are left away."""
    assert clean_byline(line, is_shown=True) == names


@pytest.mark.parametrize(
    ("line", "is_author"),
    [
        ("By Ann Lee", True),
        ("6. Mai 2024 von Anna Lehmann", True),
        ("作者：小李", True),
        ("Reviewed by Ann Lee", False),
        ("Powered by Lowen", False),
        ("Stand by me", False),
        ("A walk by the sea", False),
    ],
)
def test_lines_that_name_an_author_are_told_from_others(line: str, is_author: bool) -> None:  # noqa: FBT001
    """The word "by" must stand before a name, and the name must be that of the author."""
    assert names_author(line) is is_author


def test_lines_about_other_people_are_known() -> None:
    """Editors, photographers and author boxes are no byline."""
    assert names_other("Medically reviewed by Ann Lee, MD")
    assert names_other("About the author")
    assert not names_other("Ann Lee")


def test_the_word_before_a_name_may_stand_alone() -> None:
    """Pages print "By" and the name in two elements."""
    assert announces_author("By")
    assert announces_author("Autor:")
    assert not announces_author("By Ann")


def test_names_are_written_as_names() -> None:
    """Particles are short; scripts without case pass."""
    assert reads_as_person("Anne van der Meer")
    assert reads_as_person("小李")
    assert not reads_as_person("all about boats")


@given(st.text(max_size=500), st.booleans())
def test_any_line_gives_names_or_none(line: str, is_shown: bool) -> None:  # noqa: FBT001
    """Nothing raises, nothing is empty, and no name is longer than the line."""
    names = clean_byline(line, is_shown=is_shown)

    assert names is None or names.strip() == names != ""
