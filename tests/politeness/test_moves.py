"""Redirects: those for good are followed for good, all others for today."""

from __future__ import annotations

import pytest

from tests.politeness.conftest import Story

# Whoever is first tells the story, which takes a minute or more.
pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("name", ["moved_301", "moved_308"])
def test_a_feed_that_has_moved_on_its_host_is_asked_there(story: Story, name: str) -> None:
    """The old address is asked no more; the entries were the same."""
    moved = [one for one in story[name].at("/feed") if one.status != 200]

    assert 1 <= len(moved) <= 2
    assert len(story[name].at("/new")) >= 3


@pytest.mark.parametrize("name", ["elsewhere_302", "elsewhere_307"])
def test_a_temporary_redirect_leaves_the_feed_where_it_is(story: Story, name: str) -> None:
    """Each poll begins at the old address."""
    assert story[name].rounds("/feed")[-1] == 9
    assert story[name].rounds("/new")[-1] == 9


def test_only_the_permanent_part_of_a_way_is_taken_over(story: Story) -> None:
    """301 and then 302: from then on the place between the two is asked."""
    last = [one for one in story["permanent_then_temporary"].asked if one.round == 9]

    assert [one.path for one in last] == ["/permanent", "/today"]


def test_a_move_to_another_host_is_believed_after_a_day(story: Story) -> None:
    """When it was met twice, with the same entries."""
    old, new = story["moves_away"], story["other_host"]
    asked = [one for one in old.asked if one.status == 301]

    assert len(asked) >= 2
    assert (asked[-1].at - asked[0].at).days >= 1
    assert new.asked[-1].round == 9
    assert asked[-1].round < 9


def test_a_page_of_a_hotel_moves_nothing(story: Story) -> None:
    """What stands at the new address is no feed."""
    hotel = story["hotel"]

    assert hotel.rounds("/feed")[-1] == 9
    assert len(hotel.at("/welcome")) == 1


def test_a_circle_is_left_soon(story: Story) -> None:
    """Before anything is asked twice."""
    circle = story["in_circles"]

    assert {circle.rounds(path).count(0) for path in ("/feed", "/other")} == {1}
