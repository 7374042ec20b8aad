"""The headline is what the page shows as such, whatever else its titles say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._headline import choose_headline, find_title_piece
from aggregator.articles._site import SiteNames

_NO_NAMES = SiteNames(None, "")


@pytest.mark.parametrize(
    ("headings", "page_title", "social_title", "site", "wanted"),
    [
        (["Ferry sails again"], "Ferry sails - Courier", None, None, "Ferry sails again"),
        (
            ["Courier", "Ferry sails again"],
            "Ferry sails again | Courier",
            None,
            None,
            "Ferry sails again",
        ),
        (["The Lowen Courier"], "Ferry - The Lowen Courier", "Ferry", "The Lowen Courier", "Ferry"),
        (
            ["News"],
            "Ferry sails again after years | News",
            None,
            None,
            "Ferry sails again after years",
        ),
        (["What is next"], "Ferry sails again", "Ferry sails again", None, "Ferry sails again"),
        ([], "Courier: Ferry - all of it | Courier", None, "Courier", "Courier: Ferry - all of it"),
        (
            [],
            "Ferry sails again after eleven years - Courier",
            None,
            None,
            "Ferry sails again after eleven years",
        ),
        ([], "Well-known e-mail", None, None, "Well-known e-mail"),
        (["Only this"], None, None, None, "Only this"),
        (["渡轮重新启航"], "渡轮重新启航_洛文日报", None, None, "渡轮重新启航"),
        ([], None, None, None, None),
    ],
)
def test_the_headline_is_the_h1_that_the_titles_name(
    headings: list[str],
    page_title: str | None,
    social_title: str | None,
    site: str | None,
    wanted: str | None,
) -> None:
    """An h1 that shares most words with the titles wins, else the title without the site's name."""
    made = choose_headline(
        headings, page_title=page_title, social_title=social_title, site=SiteNames(site, "")
    )

    assert made == wanted


def test_the_feeds_title_helps_to_choose() -> None:
    """Where the page's title names the site only, the entry tells which h1 is the headline."""
    headings = ["Welcome aboard", "Ferry sails again"]

    made = choose_headline(
        headings,
        page_title=None,
        social_title=None,
        entry_title="Ferry sails again!",
        site=_NO_NAMES,
    )

    assert made == "Ferry sails again"


@pytest.mark.parametrize(
    ("headings", "title", "wanted"),
    [
        (
            ["The ferry is back on the water"],
            "Ferry back | Courier",
            "The ferry is back on the water",
        ),
        (["Our newsletter"], "Ferry sails again after years", "Ferry sails again after years"),
        (["Menu", "The ferry is back"], "Boats that sail again", "Boats that sail again"),
    ],
)
def test_an_only_h1_may_be_worded_anew(headings: list[str], title: str, wanted: str) -> None:
    """Titles for search engines differ; one of several headings must be closer to them."""
    made = choose_headline(headings, page_title=title, social_title=None, site=_NO_NAMES)

    assert made == wanted


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Ferry sails | Lowen Courier", "Ferry sails"),
        ("LowenCourier.example: Ferry - Lowen Courier", "LowenCourier.example: Ferry"),
        ("Lowen Courier » Ferry sails", "Ferry sails"),
        ("Ferry sails - and how | Lowen Courier", "Ferry sails - and how"),
        ("Lowen Courier", "Lowen Courier"),
        ("", ""),
    ],
)
def test_the_name_of_the_site_is_cut_off(title: str, wanted: str) -> None:
    """It is known from its address, too, and stands at either end."""
    assert SiteNames(None, "www.lowencourier.example").without_site(title) == wanted


def test_a_word_of_the_address_is_not_the_name_of_the_site() -> None:
    """A short word that the host's name happens to hold stays in the title."""
    site = SiteNames(None, "coffee-street-roasters.example")

    assert site.without_site("Ten years | Coffee") == "Ten years | Coffee"


def test_entities_that_were_escaped_twice_are_read() -> None:
    """Readers never see "&amp;" in a headline."""
    made = choose_headline(
        ["Tea &amp; cake"], page_title="Tea &amp; cake", social_title=None, site=_NO_NAMES
    )

    assert made == "Tea & cake"


def test_the_title_inside_an_h1_is_found_among_its_pieces() -> None:
    """A date or link inside the h1 is no part of the headline."""
    pieces = ["Dec 18", "The ferry is back", "12 comments"]

    assert find_title_piece(pieces, ["The Ferry is back"]) == "The ferry is back"
    assert find_title_piece(pieces, ["Another"]) is None


@given(st.lists(st.text(max_size=60), max_size=5), st.none() | st.text(max_size=80))
def test_any_headings_and_titles_give_a_headline_of_the_page(
    headings: list[str], title: str | None
) -> None:
    """Nothing raises, and without any title the first heading is taken."""
    made = choose_headline(
        headings, page_title=title, social_title=None, site=SiteNames("Site", "site.example")
    )

    assert made is not None or not title
    if not headings and not title:
        assert made is None
