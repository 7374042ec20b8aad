"""The articles in content/: what they must be, and files that are none."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.demo._article import read_blocks
from aggregator.demo._content import (
    PUBLICATIONS,
    Manuscript,
    load_images,
    load_manuscripts,
    load_template,
    parse_manuscript,
)
from aggregator.errors import ConfigError
from aggregator.text import count_words

MANUSCRIPTS = load_manuscripts()
GOOD = """+++
title = "T"
language = "en"
author = "A"
tags = ["x"]
age_hours = 1.5
summary = "<p>s</p>"
+++
<p>Text with +++ inside.</p>
"""


def parse(document: str | bytes) -> ET.Element:
    """The root of a document of ours; raises ParseError if it is not well-formed."""
    return ET.fromstring(document)  # noqa: S314 - our own words, not a stranger's


def text_of(manuscript: Manuscript) -> str:
    """The plain text of a manuscript."""
    return " ".join(text for _, text in read_blocks(manuscript.html))


def length_of(manuscript: Manuscript) -> int:
    """How many words and ideographs a manuscript has."""
    return sum(count_words(text_of(manuscript)))


def test_about_a_dozen_articles_and_one_more_for_each_publication() -> None:
    """Each publication holds exactly one article back for a demonstration of publishing."""
    withheld = [one.publication.slug for one in MANUSCRIPTS if one.is_withheld]

    assert withheld == [publication.slug for publication in PUBLICATIONS]
    assert 12 <= len(MANUSCRIPTS) - len(withheld) <= 15


def test_all_languages_are_present_from_the_start() -> None:
    """The site speaks seven languages before anything is published, and Hindi after."""
    initial = {one.language for one in MANUSCRIPTS if not one.is_withheld}

    assert initial == {"en", "de", "es", "zh", "ja", "ar", "ru"}
    assert {one.language for one in MANUSCRIPTS} == initial | {"hi"}


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("zh", "[\u4e00-\u9fff]"),
        ("ja", "[\u3040-\u30ff]"),
        ("ar", "[\u0600-\u06ff]"),
        ("ru", "[\u0400-\u04ff]"),
        ("hi", "[\u0900-\u097f]"),
        ("de", "[äöüß]"),
        ("es", "[ñ¿áéíóú]"),
    ],
)
def test_articles_are_written_in_the_script_of_their_language(language: str, script: str) -> None:
    """What claims a language uses its letters, in its title or its text."""
    claimed = [one for one in MANUSCRIPTS if one.language == language]

    assert claimed
    assert all(re.search(script, text_of(one)) for one in claimed)


def test_the_xiaomi_article_takes_two_minutes() -> None:
    """The news article about Xiaomi has 300 to 500 words: one lead paragraph, four sections."""
    article = next(one for one in MANUSCRIPTS if "Xiaomi" in (one.title or ""))
    names = [name for name, _ in read_blocks(article.html)]

    assert 300 <= length_of(article) <= 500
    assert names[:2] == ["p", "h2"]
    assert names.count("h2") == 4
    assert article.language == "en"
    assert not article.is_withheld


def test_lengths_reach_from_a_note_to_a_long_read() -> None:
    """Titled articles have 80 to 900 words; the only untitled one is very short."""
    untitled = [one for one in MANUSCRIPTS if one.title is None]
    lengths = sorted(length_of(one) for one in MANUSCRIPTS if one.title)

    assert [length_of(one) < 40 for one in untitled] == [True]
    assert 80 <= lengths[0] <= 100
    assert 800 <= lengths[-1] <= 900


@pytest.mark.parametrize(
    "element", ["h2", "h3", "ul", "ol", "table", "pre", "figcaption", "blockquote", "a", "img"]
)
def test_every_kind_of_block_occurs_from_the_start(element: str) -> None:
    """Each element that an extractor must cope with stands in some article."""
    assert any(f"<{element}" in one.html for one in MANUSCRIPTS if not one.is_withheld)


def test_an_article_about_comments_has_a_section_of_that_name() -> None:
    """The heading that usually ends an article is here a part of one."""
    article = next(one for one in MANUSCRIPTS if "comments" in (one.title or ""))

    assert ("h2", "Comments") in read_blocks(article.html)
    assert read_blocks(article.html)[-1][0] == "p"


@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=lambda one: one.slug)
def test_articles_are_well_formed_and_pull_in_nothing(manuscript: Manuscript) -> None:
    """Bodies, summaries and corrections are XHTML, without scripts and absolute addresses."""
    for html in (manuscript.html, manuscript.summary, manuscript.correction):
        parse(f"<div>{html}</div>")
        assert not re.search(r"<script|<style|<iframe|//|\son\w+=", html)


def test_slugs_and_titles_are_unique() -> None:
    """Nothing on the site can be taken for something else on it."""
    slugs = [one.slug for one in MANUSCRIPTS]

    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch("[a-z0-9-]+", slug) for slug in slugs)
    assert len({one.title for one in MANUSCRIPTS}) == len(MANUSCRIPTS)


def test_images_are_drawings_that_load_nothing() -> None:
    """Each image is well-formed SVG with the SVG name space as its only address."""
    images = load_images()

    assert set(images) == {"screw.svg", "tide-mill.svg"}
    for image in images.values():
        assert parse(image).tag == "{http://www.w3.org/2000/svg}svg"
        assert image.count(b"//") == 1


@pytest.mark.parametrize("name", ["home", "news", "weblog", "plain"])
def test_templates_name_no_other_server(name: str) -> None:
    """No template asks another server for anything."""
    assert "//" not in load_template(name)


def test_a_manuscript_is_read_in_full() -> None:
    """All fields arrive, those not given have their defaults, the body may hold a fence."""
    manuscript = parse_manuscript("slug", PUBLICATIONS[0], GOOD.replace("\n", "\r\n"))

    assert (manuscript.title, manuscript.tags, manuscript.correction) == ("T", ("x",), "")
    assert manuscript.age.total_seconds() == 5400
    assert manuscript.html == "<p>Text with +++ inside.</p>"
    assert not manuscript.is_whole
    assert not manuscript.is_withheld


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "two lines"),
        ("<p>no head</p>", "two lines"),
        ("+++\ntitle = 'x'\n", "two lines"),
        ("x\n" + GOOD, "two lines"),
        ("+++\n= 1\n+++\n<p/>", "not valid TOML"),
        ("+++\na = " + "[" * 100_000 + "\n+++\n<p/>", "not valid TOML"),
        ("+++\n+++\n<p/>", "language: is missing"),
        (GOOD.split("<p>Text", maxsplit=1)[0], "below the second line"),
        (GOOD.replace("title", "titel"), "titel: is unknown"),
        (GOOD.replace('"A"', "7"), "author: has the wrong type: 7"),
        (GOOD.replace("1.5", "true"), "age_hours: has the wrong type"),
        (GOOD.replace("1.5", "nan"), "age_hours: must be 0 to"),
        (GOOD.replace("1.5", "-1"), "age_hours: must be 0 to"),
        (GOOD.replace("1.5", "1e300"), "age_hours: must be 0 to"),
        (GOOD.replace('["x"]', "[1]"), "tags: must be a list of words"),
    ],
)
def test_a_file_that_is_no_article_is_named(text: str, reason: str) -> None:
    """What is wrong, and in which file, stands in the message."""
    with pytest.raises(ConfigError) as caught:
        parse_manuscript("slug", PUBLICATIONS[0], text)

    assert str(caught.value).startswith("harbour-wire/slug.html")
    assert reason in str(caught.value)


@given(st.text(), st.text())
def test_any_text_is_read_or_refused(head: str, body: str) -> None:
    """No text makes the reader fail in another way than its own."""
    try:
        manuscript = parse_manuscript("s", PUBLICATIONS[0], f"+++\n{head}\n+++\n{body}")
    except ConfigError:
        return
    assert manuscript.html
