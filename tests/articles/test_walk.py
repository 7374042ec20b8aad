"""One walk gives the text blocks of a page, each counted once, and the containers around them."""

from __future__ import annotations

from html import escape

from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from aggregator.articles._parse import parse_tree
from aggregator.articles._walk import TextBlock, Walk


def walk_of(markup: str) -> Walk:
    """The walk over the body of `markup`."""
    body = parse_tree(markup).find("body")
    assert isinstance(body, HtmlElement)
    return Walk(body)


def only_block(markup: str) -> TextBlock:
    """The one block of `markup`."""
    (block,) = walk_of(markup).blocks
    return block


def test_inline_tags_do_not_part_a_paragraph() -> None:
    """A run of text ends where a block-level tag begins or ends, not at a link."""
    walk = walk_of("<div>One <a href=/>two</a> <i>three</i><p>Four</p>five</div>")

    assert [block.text for block in walk.blocks] == ["One two three", "Four", "five"]


def test_one_line_break_joins_and_two_part() -> None:
    """A line break inside of a paragraph is white space, an empty line ends the paragraph."""
    walk = walk_of("<div>One<br>two<br> <br>three</div>")

    assert [block.text for block in walk.blocks] == ["One two", "three"]


def test_what_readers_do_not_see_is_no_text() -> None:
    """Scripts, form fields and titles are silent, but the text behind them is not."""
    walk = walk_of("<p>a<script>x</script>b<select><option>y</select>c<svg><text>z</svg></p>")

    assert [block.text for block in walk.blocks] == ["abc"]


def test_letters_in_links_and_in_bold_are_counted() -> None:
    """A link inside of bold text counts as both, white space around a text as neither."""
    block = only_block("<p><b>bold <a href=/>link</a></b> <a href=/>two</a> rest</p>")

    assert (block.text, block.links) == ("bold link two rest", 2)
    assert block.linked == len("link") + len("two")
    assert block.bold == len("bold") + len("link")


def test_an_ideograph_counts_as_three_letters() -> None:
    """A line of Chinese says as much as a three times longer one of English."""
    assert only_block("<p>新聞 ok</p>").size == 3 * 2 + len(" ok")


def test_a_table_of_figures_is_one_block() -> None:
    """Its cells are kept or dropped together."""
    walk = walk_of(
        "<table><caption>Tides</caption><tr><th>Day<th>High</tr><tr><td>1<td>4.2</tr></table>"
    )

    assert [block.text for block in walk.blocks] == ["Tides Day High 1 4.2"]


def test_a_table_that_lays_out_a_page_is_walked_through() -> None:
    """Tables in tables, and cells of whole paragraphs, are containers."""
    text = "A paragraph in the cell of a table of the nineties, long enough for a story. " * 4
    walk = walk_of(f"<table><tr><td>Menu<td><p>{text}</p><p>{text}</p></tr><tr><td><td></table>")

    assert [block.text for block in walk.blocks] == ["Menu", text.strip(), text.strip()]


def test_containers_add_up_what_stands_inside() -> None:
    """A container counts its descendants' blocks, letters, images and controls."""
    walk = walk_of(
        "<div class=out><p>Word</p><img src=a><div id=in><p>More</p><img src=b><button>x</button>"
    )

    by_key = {container.key: container for container in walk.containers}

    outer, inner = by_key["out"], by_key["in"]
    assert (outer.blocks, outer.chars, outer.images, outer.controls) == (2, 8, 2, 1)
    assert (inner.blocks, inner.chars, inner.images, inner.controls) == (1, 4, 1, 1)
    assert (inner.first, walk.blocks[inner.first].text) == (1, "More")


def test_running_text_is_long_and_not_linked() -> None:
    """Menus and teasers run no more than labels do."""
    long = "a sentence that goes on for as long as a sentence of an article does, and longer"
    walk = walk_of(f"<p>{long}</p><p><a href=/>{long}</a></p><p>label</p>")

    assert walk.containers[0].running == len(long)


def test_slots_lead_back_to_the_text() -> None:
    """Every piece of a block can be found again in the tree, and removed there."""
    body = parse_tree("<div>One <i>two</i> three<p>Four</p></div>").find("body")
    walk = Walk(body)

    for element, is_tail in walk.blocks[0].slots:
        if is_tail:
            element.tail = None
        else:
            element.text = None

    assert body.text_content() == "Four"


texts = st.text(st.sampled_from("ab 新é.\n"), max_size=8)
trees = st.recursive(
    texts.map(escape),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag} class=c>{''.join(parts)}</{tag}>",
        st.sampled_from(["div", "section", "span", "a", "b", "ul", "li", "blockquote"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(trees)
def test_every_letter_stands_in_one_block(markup: str) -> None:
    """No text is lost or read twice, and the root counts what all blocks have."""
    tree = parse_tree(f"<body>{markup}</body>")
    shown = "".join(tree.text_content().split())

    walk = Walk(tree.find("body"))

    assert "".join("".join(block.text.split()) for block in walk.blocks) == shown
    assert walk.containers[0].chars == sum(block.size for block in walk.blocks)
    assert all(0 <= block.linked <= block.size and block.text for block in walk.blocks)


@given(trees)
def test_a_container_holds_what_lies_before_its_end(markup: str) -> None:
    """Parents come before their children, and `end` is behind the last descendant."""
    containers = walk_of(f"<body>{markup}</body>").containers

    for i, container in enumerate(containers):
        inside = {i}
        for j in range(i + 1, len(containers)):
            if containers[j].parent in inside:
                inside.add(j)
        assert container.parent < i
        assert inside == set(range(i, container.end))


def test_the_heading_of_an_accordion_is_read() -> None:
    """Its text stands in a button; other buttons say nothing of the page."""
    tree = parse_tree("<h2><button>How long?</button></h2><p>An hour.</p><button>Send</button>")
    body = tree.find("body")
    assert body is not None

    assert [block.text for block in Walk(body).blocks] == ["How long?", "An hour."]
