"""Lines that sites print around an article are told from lines of the article."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles import _labels


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("2 Minutes", 2),
        ("1 min", 1),
        ("5 min read", 5),
        ("3-minute read", 3),
        ("Reading time: 12 minutes", 12),
        ("⏱ 4 mins read", 4),
        ("Lesezeit: 3 Min.", 3),
        ("Temps de lecture : 6 minutes", 6),
        ("7 minutos de lectura", 7),
        ("8 minuti di lettura", 8),
        ("Leestijd: 2 minuten", 2),
        ("Время чтения: 9 мин.", 9),
        ("约3分钟阅读", 3),
        ("5分で読めます", 5),
        ("この記事は約7分で読めます", 7),
        ("3 मिनट में पढ़ें", 3),
        ("पढ़ने का समय: ४ मिनट", 4),
        (unicodedata.normalize("NFC", "3 मिनट में प\u095dें"), 3),
        ("อ่าน 3 นาที", 3),
        ("ใช้เวลาอ่านประมาณ 6 นาที", 6),
        ("3 phút đọc", 3),
        ("Waktu baca: 3 menit", 3),
        ("읽는 시간 4분", 4),
        ("زمان مطالعه: ۵ دقیقه", 5),
        ("Χρόνος ανάγνωσης: 3 λεπτά", 3),
        ("3 хвилини читання", 3),
        ("Doba čtení 2 minuty", 2),
        ("ห้านาที", None),
        ("เรือแล่นไป 3 นาทีก็ถึง", None),
        ("वह 3 मिनट रुका", None),
        ("2 minutes later", None),
        ("He waited 5 minutes", None),
        ("Minutes", None),
        ("0 minutes", None),
        ("2", None),
        ("1000 minutes", None),
    ],
)
def test_only_a_read_time_is_a_read_time(line: str, minutes: int | None) -> None:
    """The common forms of a dozen languages, and no sentence with minutes in it."""
    assert _labels.find_minutes(line) == minutes


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("Ann Lee · May 5 · 7 min read", 7),
        ("By Ann Lee | 2 Minutes", 2),
        ("โดย ปิยะ แสงทอง · อ่าน 3 นาที", 3),
        ("राम कुमार • 3 मिनट में पढ़ें", 3),
        ("राम कुमार 3 मिनट में पढ़ें", 3),
        ("July 3, 2025 · 4 min", 4),
        ("Ann Lee · 2 minutes later", None),
        ("Serves 4 · 30 minutes", None),
        ("She read, waited 2 minutes, and left", None),
    ],
)
def test_a_read_time_is_found_beside_other_facts(line: str, minutes: int | None) -> None:
    """It is a part of the line of its own, or says that it is a time to read."""
    assert _labels.find_minutes_inside(line) == minutes


@pytest.mark.parametrize(
    "line",
    [
        "Mara Quill",
        "By Mara Quill",
        "Mara Quill, Staff Writer",
        "โดย Mara Quill",
        "Words: MARA QUILL",
        "Mara Quill · July 3, 2025 · 2 min read",
        "Mara\nQuill",
    ],
)
def test_a_line_that_is_the_byline_is_known(line: str) -> None:
    """With a word before it in any language, a role, a date or a read time beside it."""
    assert _labels.is_byline(line, "Mara Quill")


def test_a_byline_in_a_script_without_blanks_is_known() -> None:
    """Few letters beside the name say who that is; many are a sentence."""
    assert _labels.is_byline("记者 张小伟", "张小伟")
    assert _labels.is_byline("文/张小伟 | 2025-05-04", "张小伟")
    assert not _labels.is_byline("张小伟昨天在河边看到了一条船", "张小伟")
    assert not _labels.is_byline("文/张大伟", "张小伟")


@pytest.mark.parametrize(
    "line",
    [
        "Mara",
        "The Quill",
        "Mara Quill won.",
        "Mara Quill has won the river prize for her",
        "Interviews with Mara Quill and other writers of the coast",
        "",
    ],
)
def test_a_sentence_with_the_author_s_name_is_no_byline(line: str) -> None:
    """Nor is a part of the name, nor any line where the author is not known."""
    assert not _labels.is_byline(line, "Mara Quill")
    assert not _labels.is_byline(line, None)
    assert not _labels.is_byline(line, "")


@pytest.mark.parametrize(
    ("test", "lines", "others"),
    [
        (
            _labels.is_comments_label,
            [
                "Comments",
                "COMMENTS (12)",
                "3 comments",
                "No comments",
                "Leave a Reply",
                "Kommentare",
                "评论",
                "Comments:",
            ],
            [
                "Comments from the jury",
                "No comment from the mayor",
                "Commentary",
                "Discussion of results",
                "",
            ],
        ),
        (
            _labels.is_more_label,
            [
                "Read more",
                "Related articles:",
                "You may also like",
                "See also: Tides",
                "Lire aussi",
                "相关阅读",
            ],
            [
                "More people than ever",
                "Related diseases",
                "Read more books",
                "Trending upwards since May",
                "",
            ],
        ),
        (
            _labels.is_action_label,
            ["Share", "Share this article", "Tweet", "Subscribe now", "Advertisement", "Share 12"],
            ["Share prices fell", "Printing", "Emails were lost", "Subscribers left", ""],
        ),
        (
            _labels.is_credit_line,
            [
                "By Ann Lee",
                "By Ann Lee and Bo Ek",
                "Von Anna Lehmann",
                "June 9, 2024",
                "9. Juni 2024",
                "2024-06-09 06:30",
            ],
            ["By the river", "In 2024", "June 9 was wet", "Partly cloudy", ""],
        ),
        (
            _labels.is_cut_off,
            [
                "So it goes…",
                "So it goes [...]",
                "So it goes. Read more",
                "Continue reading The Tide →",
            ],
            ["So it goes.", "He said... nothing.", "To read more is good.", ""],
        ),
    ],
)
def test_labels_are_told_from_text(
    test: Callable[[str], bool], lines: list[str], others: list[str]
) -> None:
    """Each kind of label is known, and lines that begin alike are left alone."""
    assert [line for line in lines if not test(line)] == []
    assert [line for line in others if test(line)] == []


@pytest.mark.parametrize(
    "text",
    [
        "a" * 500_000,
        " " * 500_000,
        "the post " * 60_000,
        "read more: " * 50_000,
        "by A " * 100_000,
        "1 min " * 90_000,
        "...…" * 120_000,
    ],
)
def test_enormous_lines_take_no_time(text: str) -> None:
    """Every pattern is linear, and looks at short lines only."""
    started = time.process_time()

    for test in (
        _labels.find_minutes,
        _labels.find_minutes_inside,
        _labels.is_comments_label,
        _labels.is_more_label,
        _labels.is_action_label,
        _labels.is_credit_line,
        _labels.is_cut_off,
        _labels.without_source_note,
    ):
        test(text)

    assert time.process_time() - started < 0.5


@given(st.text(max_size=120))
def test_a_line_says_the_same_as_itself(text: str) -> None:
    """Case, space and closing marks do not matter, for any script."""
    assert _labels.is_same_line(text, f"  {text} ") == bool(text)
