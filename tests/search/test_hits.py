"""What a hit shows: the section that answers, and the words for which it was found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.search import Searcher, open_searcher
from tests.search.conftest import Shelf


@pytest.fixture(scope="module")
def searcher(shared_shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of an archive of a long article, one in Chinese, and one that is nearly empty."""
    shared_shelf.put(
        "The maker has shown a car. " + "Nothing else is in this lead. " * 20,
        title="Xiaomi shows a car",
        sections=[
            ("Range", "It drives 700 km with one charge, said the maker of the car."),
            (
                "Price",
                "filler words " * 100 + "A battery costs less than 9,999 yuan. " + "x " * 500,
            ),
            ("Where to buy it", "In shops. Café owners <b>wait</b> & see."),
        ],
        article={"headline": "Xiaomi's new car: the range"},
        language="en",
    )
    shared_shelf.put(
        "今年秋天，小米发布了新车。",
        title="小米新车",
        sections=[("价格", "分析师说原因是价格。"), ("续航", "它一次充电可以行驶七百公里。")],
    )
    shared_shelf.put("", title="only a title", url="https://example.org/1")
    with open_searcher(shared_shelf.url) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "position", "heading", "shown"),
    [
        ("700 km", 1, "Range", "It drives [700] [km] with one charge"),
        ("battery", 2, "Price", "…"),
        ("price yuan", 2, "Price", "[yuan]"),
        ("buying shops", 3, "Where to buy it", "In [shops]. Café owners <b>wait</b> & see."),
        ("cafe", 3, "Where to buy it", "[Café] owners"),
        ("maker shown", 0, "", "The [maker] has [shown] a car."),
        ("range charge", 1, "Range", "one [charge]"),
        ('"one charge"', 1, "Range", "with [one charge], said"),
        ("batt*", 2, "Price", "A [battery] costs"),
        ("/9,\\d+/", 2, "Price", "than [9,999] yuan"),
        ("价格", 1, "价格", "分析师说原因是[价格]。"),
        ("七百公里", 2, "续航", "行驶[七百公里]。"),
        ("发布", 0, "", "小米[发布]了新车。"),
        ("only title", 0, "", ""),
    ],
)
def test_a_hit_names_the_section_that_answers(
    typed: str, position: int, heading: str, shown: str, searcher: Searcher
) -> None:
    """With its place in the article, its heading, and the words marked where they stand."""
    hit = searcher.search(typed).hits[0]

    assert (hit.section.position, hit.section.heading) == (position, heading)
    assert shown in hit.snippet.replace("\x02", "[").replace("\x03", "]")
    assert len(hit.snippet) < 300


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("car", "Xiaomi's new [car]: the range"),
        ("title:range", "Xiaomi's new car: the [range]"),
        ("heading:range", "Xiaomi's new car: the range"),
        ("小米", "[小米]新车"),
        ("titles", "only a [title]"),
    ],
)
def test_matches_in_the_title_are_marked(typed: str, title: str, searcher: Searcher) -> None:
    """In the headline, or in the title where there is none; not where a word is asked elsewhere."""
    hit = searcher.search(typed).hits[0]

    assert hit.marked_title.replace("\x02", "[").replace("\x03", "]") == title


def test_without_words_a_hit_shows_its_beginning(searcher: Searcher) -> None:
    """In the list of the newest nothing is marked."""
    hits = searcher.newest().hits

    assert [hit.section.position for hit in hits] == [0, 0, 0]
    assert hits[2].snippet.startswith("The maker has shown a car.")
    assert not any("\x02" in hit.snippet + hit.marked_title for hit in hits)


def test_the_section_of_a_hit_can_be_opened(shared_shelf: Shelf, searcher: Searcher) -> None:
    """Its position is that of the stored article."""
    hit = searcher.search("battery").hits[0]

    article = shared_shelf.archive.entries.get(hit.id).article
    assert "battery" in article.sections[hit.section.position - 1].text


def test_words_that_are_excluded_are_not_marked(searcher: Searcher) -> None:
    """Nor are facts; only what was looked for."""
    hit = searcher.search("car -bicycle lang:en").hits[0]

    assert "\x02car\x03" in hit.marked_title
    assert "\x02range\x03" not in hit.marked_title
