"""The shape of a page tells furniture from the article, by names and by size."""

from __future__ import annotations

import pytest

from aggregator.articles._layout import Layout, read_layout
from aggregator.articles._names import Role
from aggregator.articles._parse import parse_tree
from aggregator.articles._walk import Container, Walk

TEXT = "<p>A sentence that goes on for as long as one of an article does, and longer still.</p>"
LABEL = "<p>A label</p>"


def read(markup: str) -> tuple[Layout, dict[str, int], list[Container]]:
    """The layout of `markup`, and the places of its containers by their names."""
    containers = Walk(parse_tree(markup).find("body")).containers
    return read_layout(containers), {c.key: i for i, c in enumerate(containers)}, containers


@pytest.mark.parametrize(
    ("markup", "role"),
    [
        ("<div class='related-posts'>a</div>", Role.FURNITURE),
        ("<div class='siteHeader'>a</div>", Role.FURNITURE),
        ("<div id='side_bar'>a</div>", Role.FURNITURE),
        ("<aside>a</aside>", Role.FURNITURE),
        ("<div role=complementary>a</div>", Role.FURNITURE),
        ("<p class=byline>a</p>", Role.FACTS),
        ("<div id=comments>a</div>", Role.COMMENTS),
        ("<div style='display : none'>a</div>", Role.HIDDEN),
        ("<div hidden>a</div>", Role.HIDDEN),
        ("<div class='post has-comments'>a</div>", Role.OTHER),
        ("<div class='renavigated shadow'>a</div>", Role.OTHER),
        ("<div class='post'>a</div>", Role.OTHER),
        ("<div>a</div>", Role.OTHER),
    ],
)
def test_names_tell_the_part_that_a_container_plays(markup: str, role: Role) -> None:
    """Whole words of classes, ids, tags and ARIA roles count, parts of words do not."""
    layout, _, _ = read(f"<body>{markup}</body>")

    assert layout.nearest[1] is role


def test_small_furniture_is_furniture_with_all_inside() -> None:
    """A box of related links goes with its paragraphs; what stands beside it stays."""
    layout, at, _ = read(
        f"<div class=post>{TEXT * 4}</div>"
        f"<div class=related>{LABEL}<div class=in>{LABEL}</div></div>"
    )

    assert layout.is_furniture[at["related"]]
    assert layout.is_furniture[at["in"]]
    assert not layout.is_furniture[at["post"]]


def test_what_holds_the_text_is_misnamed() -> None:
    """A page whose article stands in a "sidebar" is read all the same."""
    layout, at, _ = read(f"<div class=post>{LABEL}</div><div class=sidebar>{TEXT * 4}</div>")

    assert not layout.is_furniture[at["sidebar"]]
    assert layout.is_region[at["sidebar"]]


def test_the_region_is_found_once_furniture_is_out() -> None:
    """Text in furniture does not hide that one child holds all of the rest."""
    layout, at, _ = read(f"<div class=post>{TEXT * 4}</div><div class=sidebar>{TEXT * 2}</div>")

    assert layout.is_region[at["post"]]
    assert not layout.is_region[at["sidebar"]]
    assert layout.is_dominant[0]
    assert layout.is_major[at["post"]]


def test_a_paragraph_is_never_the_article() -> None:
    """The descent ends at the container of the only paragraph."""
    layout, at, _ = read(f"<div class=post>{TEXT}</div>")

    assert layout.is_region[at["post"]]
    assert not layout.is_region[0]


def test_units_are_the_pieces_of_the_article_and_those_beside_it() -> None:
    """A container belongs to the outermost piece around it that does not hold the article."""
    layout, at, _ = read(
        f"<div class=side><div class=deep>{LABEL}</div></div>"
        f"<div class=post>{TEXT * 4}<div class=part><div class=inner>{LABEL}</div></div></div>"
    )

    assert layout.unit[at["deep"]] == at["side"]
    assert layout.unit[at["inner"]] == at["part"]
    assert layout.unit[at["post"]] == at["post"]
    assert [layout.away[at[name]] for name in ("post", "part", "inner", "deep")] == [0, 1, 2, 2]


def test_roles_and_depth_are_passed_on() -> None:
    """A paragraph in a share bar under the comments has met both."""
    layout, at, _ = read("<div id=comments><div class=share><div class=x>a</div></div></div>")

    assert layout.nearest[at["x"]] is Role.FACTS
    assert layout.roles[at["x"]] & 1 << Role.COMMENTS
    assert layout.roles[at["x"]] & 1 << Role.FACTS
    assert not layout.roles[at["x"]] & 1 << Role.HIDDEN
    assert (layout.depth[0], layout.depth[at["x"]]) == (0, 3)


def test_a_page_without_text_has_a_layout() -> None:
    """Nothing is furniture, and the root is the article."""
    layout, _, _ = read("<body></body>")

    assert (layout.is_furniture, layout.is_region, layout.unit) == ([False], [True], [0])
