"""The pages of one feed are read together: what recurs is template, and nothing else is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aggregator.articles import article_from_entry, extract_article, extract_articles
from aggregator.model import Article, Entry, PageSource, ReadingSpeed, Template

PROMISE = (
    "This report belongs to our series about the estuary, in which we visit one harbour after "
    "the other and ask the people there how they live with the tide, the bridge and the fog."
)
DISHES = ("barley soup", "rye bread", "apple cake", "fish stew", "bean salad", "plum jam")
SPEED = ReadingSpeed()
PDF = b"%PDF-1.7 \x00\x01\x02\x03"


REPORT = """Nobody in the upper town makes {0} as the baker of Lowen does, who learnt it from a \
sailor and has told no one since then what goes into it besides patience.
We have watched her for two mornings. For her {0} she starts at four, weighs nothing, and listens \
to the radio until the first customers knock at the window.
Whoever wants to try the {0} should come early: by eight there is none left, and the ferry brings \
those who have heard of it from the other side of the river."""


def text_of(dish: str) -> list[str]:
    """The paragraphs of the report about `dish`."""
    return REPORT.format(dish).splitlines()


def page_of(dish: str, *more: str) -> str:
    """The page of the report, with `more` paragraphs in the middle of its text."""
    first, second, last = text_of(dish)
    paragraphs = "".join(f"<p>{text}</p>" for text in (second, *more, last))
    title = f"In Praise of {dish.title()}"
    return (
        f"<html><head><title>{title}</title></head><body><nav><a href=/>Home</a></nav><article>"
        f"<h1>{title}</h1><p>{first}</p><h2>Ingredients</h2>{paragraphs}</article>"
        "<footer><p>Imprint</p></footer></body></html>"
    )


def source(page: str | bytes, **fields: Any) -> PageSource:
    """A fetched page of which only the fields at issue are given."""
    body = page if isinstance(page, bytes) else page.encode()
    return PageSource(**{"entry": None, "url": "https://lowen.example/a", **fields}, body=body)


def sources(count: int, *more: str) -> list[PageSource]:
    """The first `count` pages of the feed."""
    return [source(page_of(dish, *more)) for dish in DISHES[:count]]


def read(*pages: PageSource, template: Template | None = None) -> tuple[list[Article], Template]:
    """What is made of `pages`, and what is known of their feed afterwards."""
    return extract_articles(pages, template, speed=SPEED)


def test_a_paragraph_of_four_pages_leaves_all_of_them() -> None:
    """It is not the article's, and all that is stays."""
    articles, template = read(*sources(4, PROMISE))

    for article, dish in zip(articles, DISHES, strict=False):
        assert PROMISE not in article.text
        assert all(text in article.text for text in text_of(dish))
    assert template.pages == 4


def test_on_three_pages_it_may_be_a_chance() -> None:
    """It stays where only two other pages have it."""
    articles, _ = read(*sources(3, PROMISE))

    assert all(PROMISE in article.text for article in articles)


def test_short_lines_may_stand_in_every_article() -> None:
    """A recipe has its ingredients, however many others have theirs."""
    articles, _ = read(*sources(6, PROMISE))

    assert [[s.heading for s in a.sections] for a in articles] == [["Ingredients"]] * 6


def test_what_was_learnt_counts_for_later_pages() -> None:
    """The fourth page is clean though it comes alone; the template is a value like any other."""
    _, learnt = read(*sources(3, PROMISE))
    (article,), later = read(source(page_of(DISHES[3], PROMISE)), template=learnt)

    assert PROMISE not in article.text
    assert (learnt.pages, later.pages) == (3, 4)
    assert max(later.blocks.values()) == 4


def test_a_page_that_is_read_again_teaches_nothing() -> None:
    """Else its own text would seem to recur, and leave it the fourth time."""
    page = source(page_of(DISHES[0]), is_new=False)
    _, learnt = read(source(page_of(DISHES[0])))
    for _ in range(4):
        (article,), after = read(page, template=learnt)

        assert after == learnt
        assert all(text in article.text for text in text_of(DISHES[0]))


def test_of_new_and_old_pages_together_only_the_new_teach() -> None:
    """No block counts for a page that it was counted for before."""
    _, learnt = read(*sources(1))
    again = source(page_of(DISHES[0]), is_new=False)

    _, later = read(again, source(page_of(DISHES[1])), template=learnt)

    assert later.pages == 2
    assert set(later.blocks.values()) == {1}


def test_a_page_that_is_read_again_is_cleaned_all_the_same() -> None:
    """By what was learnt before, and by the new pages that came with it."""
    _, learnt = read(*sources(2, PROMISE))
    again = source(page_of(DISHES[0], PROMISE), is_new=False)

    (article, _), _ = read(again, source(page_of(DISHES[3], PROMISE)), template=learnt)

    assert PROMISE not in article.text


@pytest.mark.parametrize("body", [b"", PDF, b"a" * 5_000_001], ids=["empty", "PDF", "5 MB"])
def test_a_page_that_cannot_be_read_gives_the_entrys_article(
    body: bytes, make_entry: Callable[..., Entry]
) -> None:
    """The others are not touched by it, and nothing is learnt of it."""
    entry = make_entry(title="Soup", content=f"<p>{text_of('soup')[0]}</p>")

    (bad, good), template = read(source(body, entry=entry), *sources(1))

    assert bad == article_from_entry(entry)
    assert text_of(DISHES[0])[0] in good.text
    assert template.pages == 1


def test_a_page_that_cannot_be_read_and_has_no_entry_is_an_empty_article() -> None:
    """There is an article for every source, in their order."""
    (article,), template = read(source(PDF))

    assert (article.headline, article.text, article.method) == (None, "", "title")
    assert template == Template()


def test_one_page_is_read_as_it_is_by_itself() -> None:
    """The entry, the rules, the address and the speed reach it."""
    page = page_of(DISHES[0])

    (article,), _ = extract_articles([source(page)], None, speed=SPEED)
    (slow,), _ = extract_articles([source(page)], None, speed=ReadingSpeed(words_per_minute=20))

    assert article == extract_article(page, url="https://lowen.example/a")
    assert slow.read_minutes > article.read_minutes


def test_no_pages_leave_the_template_as_it_is() -> None:
    """A poll without new pages forgets nothing."""
    template = Template(7, {"a": 7})

    assert read(template=template) == ([], template)


def test_the_next_pages_of_an_article_follow_its_first() -> None:
    """In the order that they are given; one that cannot be read is passed over."""
    second, third = page_of(DISHES[1]).encode(), page_of(DISHES[2]).encode()

    (article,), template = read(source(page_of(DISHES[0]), more=(second, PDF, third)))

    wanted = [text for dish in DISHES[:3] for text in text_of(dish)]
    places = [article.text.find(text) for text in wanted]
    assert -1 not in places
    assert places == sorted(places)
    assert article.headline == "In Praise of Barley Soup"
    assert template.pages == 1


def test_a_plain_text_among_the_pages_is_read_as_one() -> None:
    """It has no blocks, so it teaches none."""
    text = "\n".join(["In Praise of Soup", *text_of("soup")])

    (article,), template = read(source(text, content_type="text/plain"))

    assert (article.method, article.headline) == ("text", "In Praise of Soup")
    assert all(paragraph in article.text for paragraph in text_of("soup"))
    assert template.blocks == {}


def test_what_a_site_stopped_printing_is_forgotten() -> None:
    """From time to time all counts are halved; what has become rare is gone."""
    template = Template(20, {"often": 20, "rare": 1})
    pages = [0]
    while template.pages > pages[-1]:
        pages.append(template.pages)
        page = source(page_of(f"dish number {len(pages)}"))
        template = read(page, template=template)[1]
        assert len(pages) < 100, "the template grows without end"

    assert template.pages == (pages[-1] + 1) // 2
    assert template.blocks["often"] == 10
    assert "rare" not in template.blocks


def test_a_template_does_not_grow_without_end() -> None:
    """What recurs most is kept; a page of a thousand paragraphs does not push it out."""
    many = "".join(f"<p>{i} {text_of(str(i))[0]}</p>" for i in range(1_000))

    _, template = read(source(f"<html><body>{many}</body></html>"), template=Template(5, {"a": 5}))

    assert template.blocks["a"] == 5
    assert len(template.blocks) < 1_000


def test_entries_that_lead_to_one_page_keep_its_text() -> None:
    """A change log with an entry for each of its headings is one page, not a template."""
    same = [source(page_of(DISHES[0]), url=f"https://lowen.example/log#v{i}") for i in range(5)]

    first, template = read(*same)
    later, _ = read(*same[:2], template=template)

    assert template.pages == 1
    for article in (*first, *later):
        assert all(text in article.text for text in text_of(DISHES[0]))
