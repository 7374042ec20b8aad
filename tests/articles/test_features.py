"""A block's row says where it stands, what it holds, and what it shares with what is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._features import FEATURES, features
from aggregator.articles._parse import parse_tree
from aggregator.articles._walk import Walk
from aggregator.articles._words import TAGS, Known, tokens

SENTENCE = (
    "The ferry sails again at midnight, and the whole town stands on the quay to see it off, "
)
PAGE = f"""<body><div class=menu><ul><li><a href=/>Home</a><li><a href=/sea>Sea</a></ul></div>
<article class=post><h1>The Ferry Sails</h1><p>{SENTENCE}band and all.</p>
<p>{SENTENCE}says nobody!</p><h2>Why now?</h2><p>短い文。新聞</p></article>
<div class=related><a href=/x>Another story</a></div></body>"""


def rows_of(
    markup: str, known: Known | None = None, names: Mapping[str, float] | None = None
) -> dict[str, dict[str, float]]:
    """For each block, by the end of its text, its features by name."""
    walk = Walk(parse_tree(markup).find("body"))
    rows = features(walk, known or Known(), names or {})
    return {
        block.text[-9:]: dict(zip(FEATURES, map(float, row), strict=True))
        for block, row in zip(walk.blocks, rows, strict=True)
    }


def test_every_feature_has_one_name() -> None:
    """The columns can be told apart."""
    assert len(set(FEATURES)) == len(FEATURES)


def test_words_are_folded_and_ideographs_stand_alone() -> None:
    """What is compared does not depend on capitals."""
    assert tokens("Straße 新聞 A1") == ["strasse", "新", "聞", "a1"]


def test_a_page_without_text_has_no_rows() -> None:
    """There is nothing to judge."""
    walk = Walk(parse_tree("<body></body>").find("body"))

    assert features(walk, Known(), {}).shape == (0, len(FEATURES))


def test_a_block_is_measured() -> None:
    """Its letters, links, tag, end and marks are counted."""
    rows = rows_of(PAGE)

    link, text, ideographs = rows["Sea"], rows["s nobody!"], rows["短い文。新聞"]
    assert (link["linked"], link["links"], text["linked"]) == (1, 1, 0)
    assert text["log_size"] == pytest.approx(np.log1p(len(SENTENCE) + len("says nobody!")))
    assert text["punctuation"] == pytest.approx(3 / (len(SENTENCE) + len("says nobody!")))
    assert (text["ends_sentence"], ideographs["ends_sentence"], link["ends_sentence"]) == (1, 0, 0)
    assert (text["tag"], link["tag"]) == (TAGS["p"], TAGS["li"])


def test_small_letters_are_counted_at_the_starts_of_words() -> None:
    """Menus capitalise, sentences do not; scripts without capitals have no small letters."""
    rows = rows_of("<p>One two Three four</p><p>ähre Öl и Я 𐐨 𐐀</p><p>新聞 ok</p>")

    assert [row["lower_words"] for row in rows.values()] == [0.5, 0.5, 0.5]


def test_places_are_counted_from_the_headline_and_the_long_blocks() -> None:
    """What stands above is negative, what stands below positive."""
    rows = rows_of(PAGE)

    ends = ("Home", "rry Sails", " and all.", "s nobody!")
    menu, headline, first, last = (rows[end] for end in ends)
    assert [row["from_headline"] for row in (menu, headline, first)] == [-2, 0, 1]
    assert (first["from_first_long"], last["from_first_long"]) == (0, 1)
    assert (first["from_last_long"], last["from_last_long"]) == (-1, 0)


def test_the_heading_that_says_the_title_is_the_headline() -> None:
    """An h1 with the name of the site does not win against an h2 with the title."""
    page = "<h1>The Courier</h1><h2>Ferry sails again</h2><p>text</p>"

    known = rows_of(page, Known(title="Ferry sails again | The Courier"))
    unknown = rows_of(page)

    assert known["text"]["from_headline"] == 2
    assert rows_of(page, Known(title="Ferry sails again"))["text"]["from_headline"] == 1
    assert unknown["text"]["from_headline"] == 2


def test_blocks_share_words_with_what_is_known() -> None:
    """A share of the block's words for titles; for the anchor rare words count more."""
    rows = rows_of(
        "<p>night ferry</p><p>night train</p><p>bread</p>",
        Known(title="Ferry", description="night ferry train", anchor="The night ferry"),
    )
    ferry, train, bread = rows.values()

    assert [row["title_words"] for row in (ferry, train, bread)] == [0.5, 0, 0]
    assert [row["description_words"] for row in (ferry, train, bread)] == [1, 1, 0]
    assert ferry["anchor_words"] > train["anchor_words"] > bread["anchor_words"] == 0
    assert [row["from_anchor"] for row in (ferry, train, bread)] == [0, 1, 2]


def test_what_is_not_known_is_no_zero() -> None:
    """A page without a title is not a page whose title nobody repeats."""
    row = rows_of("<p>night ferry</p>")["ght ferry"]

    assert row["title_words"] == row["description_words"] == row["anchor_words"] == -1


def test_repeated_blocks_and_alike_containers_are_counted() -> None:
    """Teasers come in rows, and share buttons are said twice."""
    rows = rows_of("<ul><li class=t>a<li class=t>b<li class=t>Share</ul><p>Share</p><p>c</p>")

    assert (rows["a"]["alike"], rows["c"]["alike"]) == (3, 2)
    assert (rows["Share"]["times_said"], rows["c"]["times_said"]) == (2, 1)


def test_neighbours_are_copied() -> None:
    """The values of the blocks before and after, nothing beyond the ends."""
    rows = list(rows_of("<p>one</p><p>three</p><p>seventeen</p>").values())

    assert [row["log_size-1"] for row in rows] == [-1, rows[0]["log_size"], rows[1]["log_size"]]
    assert [row["log_size+2"] for row in rows] == [rows[2]["log_size"], -1, -1]


def test_names_are_weighed_as_they_are_given() -> None:
    """A row has the weight of what its container is called."""
    rows = rows_of("<p class=lead>one</p><p>two</p>", names={"lead": 2.0})

    assert (rows["one"]["name"], rows["two"]["name"]) == (2, 0)


words = st.text(st.sampled_from("abÄ新é.!😀\u05d0"), min_size=1, max_size=5)
blocks = st.lists(
    st.tuples(st.sampled_from(["p", "h1", "li", "article", "nav"]), st.lists(words, max_size=6)),
    max_size=8,
)


@given(blocks, st.text(max_size=20), st.text(max_size=20))
def test_any_page_has_finite_rows(
    page: list[tuple[str, list[str]]], title: str, anchor: str
) -> None:
    """Whatever a page says, a model can be asked about each of its blocks."""
    markup = "".join(f"<{tag}>{' '.join(text)}</{tag}>" for tag, text in page)
    walk = Walk(parse_tree(f"<body>{markup}</body>").find("body"))

    rows = features(walk, Known(title=title, anchor=anchor), {})

    assert rows.shape == (len(walk.blocks), len(FEATURES))
    assert np.isfinite(rows).all()


@given(st.lists(words, min_size=1, max_size=8))
def test_shares_of_words_are_what_one_counts(said: list[str]) -> None:
    """The counts over all texts at once are those of each text alone."""
    (row,) = rows_of(f"<p>{' '.join(said)}</p>").values()
    text = " ".join(said)

    assert row["lower_words"] == pytest.approx(sum(w[0].islower() for w in said) / len(said))
    assert row["punctuation"] * np.expm1(row["log_size"]) == pytest.approx(
        text.count(".") + text.count("!"), abs=1e-4
    )
