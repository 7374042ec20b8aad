"""From scores to kept blocks: the page's own threshold, and what leaves in spite of its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from aggregator.articles._choose import _SHARPNESS, Choice, choose, fingerprint
from aggregator.articles._parse import parse_tree
from aggregator.articles._walk import Walk

SENTENCES = (
    "The tide came in slowly, and one boat after the other began to lift from the mud.",
    "Nobody on the quay had seen so many lamps since the winter when the old bridge burned.",
    "A baker from the upper town sold bread out of two baskets until there was none left.",
    "Seven people work on board; three of them had never been on the water before this year.",
    "In October the county will count the passengers again and decide about another summer.",
)


def walk_of(markup: str) -> Walk:
    """The walk over a page with `markup` in its body."""
    body = parse_tree(f"<html><body>{markup}</body></html>").find("body")
    assert isinstance(body, HtmlElement)
    return Walk(body)


def choice_of(
    walk: Walk,
    scores: Sequence[float],
    *,
    headline: int | None = None,
    homes: Sequence[float] | None = None,
    forms: Sequence[bool] | None = None,
    recurring: Mapping[str, int] | None = None,
) -> Choice:
    """What is chosen where nothing but the arguments is known."""
    return choose(
        walk,
        np.array(scores, np.float64),
        headline=headline,
        headline_article=np.array(homes or [-1] * len(walk.blocks), np.float32),
        is_form=np.array(forms or [False] * len(walk.blocks), np.bool_),
        recurring=recurring or {},
    )


def kept(markup: str, scores: Sequence[float], **known: object) -> list[str]:
    """The texts that are kept of `markup`."""
    walk = walk_of(markup)
    choice = choice_of(walk, scores, **known)  # type: ignore[arg-type]
    return [b.text for b, is_kept in zip(walk.blocks, choice.is_kept, strict=True) if is_kept]


def paragraphs(*texts: str) -> str:
    """One paragraph for each of `texts`."""
    return "".join(f"<p>{text}</p>" for text in texts)


pages = st.lists(
    st.tuples(
        st.sampled_from(["p", "li", "h2", "article", "div", "blockquote"]),
        st.sampled_from(
            [*SENTENCES, "Share", "新聞", " ".join(SENTENCES), " ".join(SENTENCES * 3)]
        ),
        st.floats(-20, 9),
    ),
    min_size=1,
    max_size=12,
)
Pages = list[tuple[str, str, float]]


def markup_of(page: Pages) -> str:
    """The elements of `page`, one behind the other."""
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text, _ in page)


def expected_f1(walk: Walk, scores: Sequence[float], threshold: float) -> float:
    """The F1 in letters to be expected if all blocks from `threshold` on are kept, counted."""
    likely = [1 / (1 + float(np.exp(-_SHARPNESS * score))) for score in scores]
    found = list(zip(walk.blocks, scores, likely, strict=True))
    right = sum(block.size * chance for block, score, chance in found if score >= threshold)
    taken = sum(block.size for block, score, _ in found if score >= threshold)
    return 2 * right / (taken + sum(block.size * chance for block, _, chance in found))


@given(pages)
def test_no_other_threshold_promises_more(page: Pages) -> None:
    """What is expected is the best of what each score, taken as the threshold, would give."""
    walk, scores = walk_of(markup_of(page)), [score for *_, score in page]

    choice = choice_of(walk, scores)

    best = max(expected_f1(walk, scores, score) for score in scores)
    assert choice.expected == pytest.approx(best)


@given(
    pages,
    st.integers(-1, 11),
    st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=12),
    st.lists(st.booleans(), min_size=12),
)
def test_something_is_kept_of_every_page(
    page: Pages, at: int, homes: list[float], forms: list[bool]
) -> None:
    """However doubtful all of it is: no step takes away all that those before it have left."""
    walk, scores = walk_of(markup_of(page)), [score for *_, score in page]
    headline, count = at if 0 <= at < len(page) else None, len(page)

    choice = choice_of(walk, scores, headline=headline, homes=homes[:count], forms=forms[:count])

    assert choice.is_kept.any()
    assert 0 < choice.expected <= 1


def test_the_threshold_sinks_where_nothing_is_certain() -> None:
    """The same doubtful block is left out beside a long sure text and kept without it."""
    doubtful, sure = SENTENCES[0], paragraphs(*SENTENCES[1:])

    assert doubtful not in kept(sure + paragraphs(doubtful), [6, 6, 6, 6, -1.5])
    assert kept(paragraphs(doubtful), [-1.5]) == [doubtful]


def test_an_unsure_block_outside_of_the_sure_ones_goes() -> None:
    """What stands between two sure blocks is more likely theirs than what stands behind them."""
    scores = {"inside": [4, 0.7, 4, 4, 4], "outside": [4, 4, 4, 4, 0.7]}
    page = paragraphs(*SENTENCES)

    assert kept(page, scores["inside"]) == list(SENTENCES)
    assert kept(page, scores["outside"]) == list(SENTENCES[:-1])


def test_a_block_beside_a_form_goes_unless_it_is_sure() -> None:
    """Invitations to a newsletter stand behind articles; a form in the midst of one may be its."""
    forms, page = [False] * 4 + [True], paragraphs(*SENTENCES)

    assert SENTENCES[4] not in kept(page, [4, 4, 4, 4, 1.5], forms=forms)
    assert SENTENCES[4] in kept(page, [4, 4, 4, 4, 1.5])
    assert SENTENCES[4] in kept(page, [4, 4, 4, 4, 2.5], forms=forms)
    assert SENTENCES[0] in kept(page, [4, 1.5, 4, 4, 4], forms=[False, True, False, False, False])


def test_the_headings_above_kept_blocks_are_kept() -> None:
    """Even doubtful ones, and two above one paragraph; none above nothing, and no line of text."""
    page = (
        f"{paragraphs(*SENTENCES[:3])}<h2>Part</h2><h3>Why</h3><p>{SENTENCES[3]}</p>"
        "<p>Label</p><h4>Also</h4>"
    )

    texts = kept(page, [5, 5, 5, -1.5, -1.5, 5, -1.5, -1.5])

    assert texts == [*SENTENCES[:3], "Part", "Why", SENTENCES[3]]
    assert "Part" not in kept(page, [5, 5, 5, -9, -1.5, 5, -1.5, -1.5])


def test_nothing_is_an_outlier_where_most_is_unsure() -> None:
    """One sure block among many is no ground to throw the others away."""
    assert kept(paragraphs(*SENTENCES), [4, 0.7, 0.7, 0.7, 0.7]) == list(SENTENCES)


def test_what_stands_above_the_headline_must_be_sure() -> None:
    """A label goes, a sure block stays; so does all of it where most text stands above."""
    page = f"<p>{SENTENCES[0]}</p><h1>The Tide</h1>{paragraphs(*SENTENCES[1:4])}"

    assert SENTENCES[0] not in kept(page, [1.5, 1.5, 4, 4, 4], headline=1)
    assert SENTENCES[0] in kept(page, [2.5, 1.5, 4, 4, 4], headline=1)
    assert SENTENCES[0] in kept(page, [1.5, 1.5, 4, 4, 4])

    late = f"{paragraphs(*SENTENCES)}<h1>The Tide</h1>"
    assert SENTENCES[0] in kept(late, [1.5, 4, 4, 4, 4, 1.5], headline=5)


def test_the_other_articles_of_a_page_go() -> None:
    """Only those: a paragraph that stands in no article element may belong to the headline's."""
    own, free, other = SENTENCES[:4], "It goes on behind the article element.", SENTENCES[4]
    page = f"<article>{paragraphs(*own)}</article><p>{free}</p><article><p>{other}</p></article>"

    assert kept(page, [4] * 6, homes=[1, 1, 1, 1, 0, 0]) == [*own, free]


def test_an_article_element_with_little_text_is_not_the_article() -> None:
    """Some pages wrap the headline alone, or each paragraph."""
    page = f"<article><p>The Tide</p></article><article>{paragraphs(*SENTENCES)}</article>"

    assert kept(page, [4] * 6, homes=[1, 0, 0, 0, 0, 0]) == ["The Tide", *SENTENCES]


def test_a_second_copy_without_paragraphs_goes() -> None:
    """The text that a page repeats in one run, for machines or print, is kept once."""
    copy = " ".join(SENTENCES)

    assert kept(paragraphs(*SENTENCES) + f"<div>{copy}</div>", [4] * 6) == list(SENTENCES)


def test_a_long_paragraph_that_says_something_else_is_no_copy() -> None:
    """Nor is a short one that repeats a sentence."""
    long = " ".join(f"word{i} of the long paragraph" for i in range(30))

    assert long in kept(paragraphs(*SENTENCES, long), [4] * 6)
    assert kept(paragraphs(*SENTENCES, SENTENCES[0]), [4] * 6) == [*SENTENCES, SENTENCES[0]]


def test_what_stood_on_three_other_pages_of_the_feed_goes() -> None:
    """However sure the model is of it; on two pages it may be a chance."""
    mark = fingerprint(SENTENCES[1])

    assert SENTENCES[1] not in kept(paragraphs(*SENTENCES), [4] * 5, recurring={mark: 3})
    assert SENTENCES[1] in kept(paragraphs(*SENTENCES), [4] * 5, recurring={mark: 2})


def test_what_is_most_of_a_page_is_never_template() -> None:
    """A page that came under several addresses keeps its text."""
    recurring = {fingerprint(text): 9 for text in SENTENCES}

    assert kept(paragraphs(*SENTENCES), [4] * 5, recurring=recurring) == list(SENTENCES)


def test_short_blocks_have_no_fingerprint() -> None:
    """A line like "Ingredients" stands in every article of a feed, and is part of each."""
    assert fingerprint("Ingredients") == ""
    assert fingerprint(SENTENCES[0]) != fingerprint(SENTENCES[1])


@given(st.text(st.characters(), max_size=200))
def test_any_text_has_a_fingerprint_that_does_not_depend_on_case(text: str) -> None:
    """Surrogates included; what differs in capitals only is recognised as the same."""
    assert fingerprint("A quay " * 9 + text.upper()) == fingerprint("a QUAY " * 9 + text.upper())


def test_hundreds_of_copies_are_compared_without_haste() -> None:
    """Only the longest runs are looked at: a page of nothing but copies keeps the others."""
    copy = " ".join(SENTENCES)
    page = paragraphs(*SENTENCES) + f"<div>{copy}</div>" * 300

    texts = kept(page, [4] * 305)

    assert texts[:5] == list(SENTENCES)


def test_a_heading_that_left_as_template_does_not_come_back() -> None:
    """What stands on every page is no heading of this one, whatever follows it."""
    heading = "What the harbour master wants you to know about us"
    markup = f"<h2>{heading}</h2>{paragraphs(*SENTENCES)}"

    texts = kept(markup, [1, 4, 4, 4, 4, 4], recurring={fingerprint(heading): 5})

    assert texts == list(SENTENCES)


def test_a_heading_above_the_headline_does_not_come_back() -> None:
    """A kicker is no section of the article below it."""
    markup = f"<h2>Harbour</h2><h1>The ferry is back</h1>{paragraphs(*SENTENCES)}"

    texts = kept(markup, [-1, 3, 4, 4, 4, 4, 4], headline=1)

    assert "Harbour" not in texts
