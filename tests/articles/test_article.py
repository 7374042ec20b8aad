"""Pages, texts and entries become articles; what is missing comes from the feed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import pytest

from aggregator.articles import article_from_entry, extract_article, to_html
from aggregator.errors import ExtractError
from aggregator.model import Article, Entry, PageKind, ReadingSpeed


class Story(Protocol):
    """What the fixture `story` offers."""

    headline: str
    lead: str
    sections: tuple[tuple[str, str], ...]

    @property
    def plain(self) -> str:
        """The story as a text file."""

    def html(self, heading: str = ..., text: str = ...) -> str:
        """Lead and sections as HTML."""


def _parts(article: Article) -> list[tuple[int, int, str, str]]:
    return [(s.position, s.level, s.heading, s.text) for s in article.sections]


def _wanted(story: Story) -> list[tuple[int, int, str, str]]:
    return [(i, 2, heading, text) for i, (heading, text) in enumerate(story.sections, 1)]


def test_every_kind_of_page_gives_the_story_and_nothing_else(page: str, story: Story) -> None:
    """Whatever the markup, headline, lead, sections and stated time come back exactly."""
    article = extract_article(page, url="https://lowen.example/sea/ferry")

    assert article.headline == story.headline
    assert article.lead == story.lead
    assert _parts(article) == _wanted(story)
    assert (article.stated_minutes, article.read_minutes, article.method) == (2, 2, "page")


def test_the_plain_text_gives_the_same_story(story: Story) -> None:
    """A text file with the label above and "Comments" below gives the same parts as a page."""
    article = extract_article(story.plain)

    assert article.headline == story.headline
    assert article.lead == story.lead
    assert _parts(article) == _wanted(story)
    assert (article.stated_minutes, article.read_minutes, article.method) == (2, 2, "text")
    assert "Comments" not in article.text


def test_a_text_served_as_plain_is_never_read_as_markup() -> None:
    """With text/plain a tag is part of the text, and harmless in the HTML made of it."""
    text = "About tags\nThe tag <script>alert(1)</script> is what this long line of text is about."

    article = extract_article(text, content_type="text/plain; charset=utf-8")

    assert "<script>alert(1)</script>" in article.text
    assert "<script" not in to_html(article)


def test_the_news_page_gives_its_facts(news_page: str) -> None:
    """Byline without role, instant in UTC, language as given, the address without tracking."""
    article = extract_article(news_page, url="https://lowen.example/sea/ferry?utm_source=feed&p=1")

    assert article.byline == "Ann Lee"
    assert article.published_at == datetime(2024, 6, 9, 5, 30, tzinfo=UTC)
    assert article.language == "en-GB"
    assert article.url == "https://lowen.example/sea/ferry?p=1"


def test_words_count_headline_headings_and_text(story: Story) -> None:
    """The count covers everything that is shown, and nothing else."""
    article = extract_article(story.plain)

    shown = [story.headline, story.lead, *(part for section in story.sections for part in section)]
    # a colon, comma or question mark is no word, an apostrophe is inside one
    assert article.word_count == sum(len(part.split()) for part in shown)


def test_right_to_left_text_is_kept_in_order() -> None:
    """Hebrew and Arabic pages give their paragraphs, and `dir` survives in the HTML."""
    first = "העיר הקטנה על שפת הנהר חגגה אמש את שובה של המעבורת הישנה אחרי אחת עשרה שנים ארוכות."
    second = "عادت العبارة القديمة إلى الميناء وسط فرحة كبيرة بين سكان المدينة."
    page = f"""<html lang="he" dir="rtl"><head><title>המעבורת חזרה</title></head><body>
    <nav><a href="/">ראשי</a></nav><article><h1>המעבורת חזרה</h1><p>{first}</p><h2>الميناء</h2>
    <p dir="rtl">{second}</p></article></body></html>"""

    article = extract_article(page)

    assert (article.headline, article.lead, article.language) == ("המעבורת חזרה", first, "he")
    assert [(s.heading, s.text) for s in article.sections] == [("الميناء", second)]
    assert 'dir="rtl"' in article.sections[0].html


def test_chinese_pages_are_measured_in_ideographs() -> None:
    """Text without blanks is found and counted by its ideographs."""
    text = "渡轮在午夜前离开了老码头，船上有两百多名乘客和一支铜管乐队，这是十一年来的第一次夜航。"
    page = f"""<html lang="zh-Hans"><head><title>夜间渡轮重新启航_洛文日报</title></head><body>
    <div class="menu"><a href="/">首页</a><a href="/n">新闻</a></div>
    <div class="box"><h1>夜间渡轮重新启航</h1>
    <p>3分钟阅读</p><p>{text}</p><h2>为什么停航？</h2><p>{text[::-1]}</p></div></body></html>"""

    article = extract_article(page)

    assert (article.headline, article.lead) == ("夜间渡轮重新启航", text)
    assert [s.heading for s in article.sections] == ["为什么停航？"]
    assert (article.stated_minutes, article.read_minutes) == (3, 1)
    assert article.word_count > 80


def test_an_article_about_comments_keeps_its_words() -> None:
    """Only a bare "Comments" heading goes; text that speaks of comments is text."""
    jury = "The jury praised the courage of the town, and said that few others would have dared it."
    page = f"""<html><head><title>Comments are closing</title></head><body><article>
    <h1>Comments are closing</h1><p>Comments under articles were once the heart of the web, and now
    one paper after the other gives them up, as a study shows.</p>
    <h2>Comments from the jury</h2><p>{jury}</p><h2>Comments (3)</h2></article></body></html>"""

    article = extract_article(page)

    assert article.headline == "Comments are closing"
    assert article.lead.startswith("Comments under articles")
    assert [(s.heading, s.text) for s in article.sections] == [("Comments from the jury", jury)]


def test_a_page_without_text_falls_back_to_the_feeds_body(
    make_entry: Callable[..., Entry], story: Story
) -> None:
    """A shell that needs a script shows less than the feed gave, so the feed's text is taken."""
    entry = make_entry(
        title=story.headline,
        content=story.html(),
        authors=("Ann Lee",),
        language="en",
        published_at=datetime(2024, 6, 9, tzinfo=UTC),
    )

    article = extract_article(
        "<html><body><p>Please enable JavaScript.</p></body></html>", anchor=entry
    )

    assert (article.method, article.headline, article.lead) == ("feed", story.headline, story.lead)
    assert len(article.sections) == len(story.sections)
    assert (article.byline, article.language) == ("Ann Lee", "en")
    assert article.published_at == entry.published_at


def test_a_page_with_nothing_at_all_gives_its_description_or_title() -> None:
    """Without text and feed the description is the lead; without that there is a headline."""
    head = "<title>Quay closed</title>"
    described = (
        f'<head>{head}<meta name="description" content="The quay is closed."></head><body></body>'
    )

    with_description = extract_article(f"<html>{described}</html>")
    bare = extract_article(f"<html><head>{head}</head><body></body></html>")

    assert (with_description.method, with_description.lead) == ("title", "The quay is closed.")
    assert (bare.method, bare.headline, bare.lead) == ("title", "Quay closed", "")


def test_a_script_page_gives_the_body_of_its_json_ld(story: Story) -> None:
    """Where the tags hold no text, schema.org's articleBody is the text."""
    body = story.lead.replace('"', "")
    page = f"""<html><head><title>T</title><script type="application/ld+json">
    {{"@type": "NewsArticle", "headline": "{story.headline}", "articleBody": "{body}"}}
    </script></head><body><div></div></body></html>"""

    article = extract_article(page)

    assert (article.method, article.lead) == ("jsonld", story.lead)
    assert article.headline == story.headline


def test_json_ld_of_another_article_is_not_believed(story: Story) -> None:
    """However much longer it is than what the page shows."""
    other = " ".join(f"cat{i} slept on the warm stove of number{i}" for i in range(60))
    linked = f'{{"@type": "NewsArticle", "headline": "Cats", "articleBody": "{other}"}}'
    page = (
        f"<html><head><title>{story.headline}</title>"
        f'<script type="application/ld+json">{linked}</script></head>'
        f"<body><h1>{story.headline}</h1><p>{story.lead}</p></body></html>"
    )

    assert extract_article(page).text == story.lead


def test_a_blog_page_with_two_posts_gives_the_one_that_the_feed_announced(
    make_entry: Callable[..., Entry], story: Story
) -> None:
    """Without an entry nothing tells which is meant; with one the other post goes."""
    (closed, why), (ship, how) = story.sections[:2]
    posts = "".join(
        f"<article><h2>{title}</h2><p>{text}</p><p>{text[::-1]}</p></article>"
        for title, text in ((closed, why), (ship, how))
    )
    page = f"<html><head><title>Lowen Courier</title></head><body>{posts}</body></html>"

    alone = extract_article(page)
    first = extract_article(page, anchor=make_entry(title=closed, summary=why[:150]))
    second = extract_article(page, anchor=make_entry(title=ship, summary=how[:150]))

    assert (why in alone.text, how in alone.text) == (True, True)
    assert (why in first.text, how in first.text) == (True, False)
    assert (why in second.text, how in second.text) == (False, True)


def test_a_stub_is_completed_by_the_longest_text_that_is_known(
    make_entry: Callable[..., Entry], story: Story
) -> None:
    """JSON-LD and feed are asked before a teaser is taken for the article."""
    entry = make_entry(title=story.headline, content=story.html())
    said = json.dumps({"@type": "Article", "articleBody": story.lead})
    stub = "<html><head><title>Ferry</title>{}</head><body><p>The ferry sails.</p></body></html>"
    linked = stub.format(f'<script type="application/ld+json">{said}</script>')

    from_page, from_feed = (
        extract_article(stub.format("")),
        extract_article(stub.format(""), anchor=entry),
    )

    assert (from_page.method, from_page.lead) == ("page", "The ferry sails.")
    assert (from_feed.method, from_feed.lead) == ("feed", story.lead)
    assert (extract_article(linked).method, extract_article(linked).lead) == ("jsonld", story.lead)


def test_an_empty_page_gives_even_the_shortest_text_of_the_feed(
    make_entry: Callable[..., Entry],
) -> None:
    """The words of a headline are no text of the page."""
    page = "<html><head><title>The quay of Lowen is closed today</title></head><body></body></html>"

    article = extract_article(page, anchor=make_entry(title="Quay", summary="Until noon."))

    assert (article.method, article.lead) == ("feed", "Until noon.")


def test_it_is_said_how_sure_an_article_is(
    news_page: str, story: Story, make_entry: Callable[..., Entry]
) -> None:
    """A page is surer than a feed, a text of unknown origin less so, a title hardly at all."""
    page, text = extract_article(news_page), extract_article(story.plain)
    feed = article_from_entry(make_entry(title="T", content=story.html()))
    title = article_from_entry(make_entry(title="T"))

    assert 1 >= page.confidence > feed.confidence > text.confidence > title.confidence > 0
    assert page.page_kind is PageKind.ARTICLE
    assert (feed.page_kind, text.page_kind, title.page_kind) == (None, None, None)


def test_images_take_time_to_look_at(story: Story) -> None:
    """Some seconds each, in the lead and in sections; a setting leaves them out."""
    text, picture = "word " * 264, '<figure><img src="/{}.png" alt="A"></figure>'
    body = f"<p>{text}</p>{picture.format(1)}<p>End.</p>"
    page = f"<html><body><article><p>{story.lead}</p>{body}</article></body></html>"
    words = extract_article(page.replace("<img", "<wbr")).word_count
    speed = ReadingSpeed(words_per_minute=words)

    with_image = extract_article(page, url="https://lowen.example/", speed=speed)
    without = extract_article(page, speed=ReadingSpeed(words_per_minute=words, image_seconds=0))

    assert (with_image.read_minutes, without.read_minutes) == (2, 1)
    assert with_image.image == "https://lowen.example/1.png"


def test_an_entry_is_cleaned_and_sectioned_like_a_page(
    make_entry: Callable[..., Entry], story: Story
) -> None:
    """The feed's own body gives lead and sections below the entry's title."""
    note = "<p>The post <a href='/f'>Ferry</a> appeared first on <a href='/'>Courier</a>.</p>"
    entry = make_entry(
        title=story.headline,
        content=f"<h1>{story.headline}</h1>{story.html()}{note}",
        summary="Short.",
        url="https://lowen.example/ferry?utm_source=rss",
        authors=("Ann", "Bo"),
    )

    article = article_from_entry(entry)

    assert (article.method, article.headline, article.lead) == ("feed", story.headline, story.lead)
    assert _parts(article) == _wanted(story)
    assert (article.byline, article.url) == ("Ann, Bo", "https://lowen.example/ferry")


def test_control_characters_of_a_feed_do_no_harm(make_entry: Callable[..., Entry]) -> None:
    """A body that XML would forbid, loose or as a reference, is cleaned like any other."""
    body = "<p>a <span>b\x08c&#11;</span>\ud800 d</p>"

    assert article_from_entry(make_entry(title="T\x07", content=body)).lead == "a bc\ufffd d"


def test_an_entry_without_body_is_its_title(make_entry: Callable[..., Entry]) -> None:
    """Nothing but a title is an article of that title; nothing at all is an empty one."""
    titled = article_from_entry(make_entry(title="Only a title"))
    empty = article_from_entry(make_entry())

    assert (titled.method, titled.headline, titled.text) == ("title", "Only a title", "")
    assert (empty.headline, empty.word_count, empty.read_minutes) == (None, 0, 0)


def test_an_entry_of_plain_text_keeps_its_first_line(make_entry: Callable[..., Entry]) -> None:
    """A title-like first line of a body is not taken for a headline that the entry has already."""
    article = article_from_entry(
        make_entry(title="News", summary="A short first line\nand a second one")
    )

    assert article.text == "A short first line\n\nand a second one"


@pytest.mark.parametrize(
    "document",
    ["", "  \n ", b"", b"%PDF-1.7 ...", b"\x89PNG\r\n", bytes(range(32)) * 40, "a" * 5_000_001],
)
def test_what_is_no_text_is_refused(document: str | bytes) -> None:
    """Empty, binary and enormous documents are errors, not empty articles."""
    with pytest.raises(ExtractError):
        extract_article(document)


def test_importing_the_package_loads_no_parser() -> None:
    """The parsers load with the first name asked for, so that commands start quickly."""
    code = (
        "import sys, aggregator.articles as a;"
        "print(sorted({'lxml', 'bs4', 'nh3'} & set(sys.modules)));"
        "a.extract_article; print('lxml' in sys.modules)"
    )

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout.split("\n")[:2] == ["[]", "True"]


def test_the_package_has_no_other_names() -> None:
    """An unknown name is an AttributeError, as from any module."""
    import aggregator.articles as package  # noqa: PLC0415

    with pytest.raises(AttributeError, match="no_such_name"):
        _ = package.no_such_name
