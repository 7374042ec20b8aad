"""Dates are read as pages of any language write them, and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._dates import iter_days, parse_instant
from aggregator.articles._months import find_month


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-06-09T06:30:00+01:00", datetime(2024, 6, 9, 5, 30, tzinfo=UTC)),
        ("2024-06-09T06:30:00Z", datetime(2024, 6, 9, 6, 30, tzinfo=UTC)),
        ("2024-06-09 06:30:00", datetime(2024, 6, 9, 6, 30, tzinfo=UTC)),
        ("2024-06-09T06:30:00.123456-0400", datetime(2024, 6, 9, 10, 30, 0, 123456, tzinfo=UTC)),
        ("2024-06-09", datetime(2024, 6, 9, tzinfo=UTC)),
        ("2024/6/9", datetime(2024, 6, 9, tzinfo=UTC)),
        ("Sun, 09 Jun 2024 06:30:00 +0100", datetime(2024, 6, 9, 5, 30, tzinfo=UTC)),
        ("June 9th, 2024", datetime(2024, 6, 9, tzinfo=UTC)),
        ("9 June 2024", datetime(2024, 6, 9, tzinfo=UTC)),
        ("Published: Jun 9, 2024", datetime(2024, 6, 9, tzinfo=UTC)),
    ],
)
def test_stated_instants_are_aware(text: str, wanted: datetime) -> None:
    """ISO, mail and English dates are read; without an offset they are UTC, a day its begin."""
    assert parse_instant(text) == wanted


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2024-06-09T23:30:00-04:00", "2024-06-09T23:30:00-04:00"),
        ("2024-06-09T00:10:00+09:00", "2024-06-09T00:10:00+09:00"),
        ("Sun, 09 Jun 2024 23:30:00 -0700", "2024-06-09T23:30:00-07:00"),
        ("2024-06-09T23:30:00", "2024-06-09T23:30:00+00:00"),
    ],
)
def test_the_offset_that_is_stated_is_kept(text: str, local: str) -> None:
    """So the day stays the one that readers of the page are shown."""
    instant = parse_instant(text)

    assert instant is not None
    assert instant.isoformat() == local


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "09/06/2024",
        "June 2024",
        "2024",
        "2024-13-45",
        "31 February 2024",
        "0001-01-01",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0000-00-00 00:00:00",
        "12:30",
        "{{date}}",
    ],
)
def test_what_is_no_date_gives_none(text: str) -> None:
    """Days that are ambiguous, incomplete, impossible or a software's default are not guessed."""
    assert parse_instant(text) is None


@given(st.text(max_size=80))
def test_any_text_is_an_aware_instant_or_none(text: str) -> None:
    """No text raises, and what comes back can be compared with any other instant."""
    instant = parse_instant(text)

    assert instant is None or instant.utcoffset() is not None
    assert instant is None or instant.astimezone(UTC) == instant


@pytest.mark.parametrize(
    "line",
    [
        "6 May 2024",
        "Monday, May 6th, 2024 at 9:30 am",
        "6. Mai 2024, 09:30 Uhr",
        "Publié le 6 mai 2024",
        "6 de mayo de 2024",
        "6 maggio 2024",
        "6 de maio de 2024",
        "6 mei 2024",
        "6 maja 2024",
        "6 мая 2024 г.",
        "6 травня 2024",
        "6 Mayıs 2024",
        "6. května 2024",
        "2024. május 6.",
        "6 tháng 5, 2024",
        "2024年5月6日",
        "2024년 5월 6일",
        "6 مايو 2024",
        "٦ مايو ٢٠٢٤",
        "6 במאי 2024",
        "6 मई 2024",
        "6 พฤษภาคม 2567",
        "06.05.2024",
        "2024-05-06",
        "2024. 5. 6.",
        "06-May-2024",
    ],
)
def test_one_day_in_many_languages(line: str) -> None:
    """However a page writes the sixth of May, it is that day."""
    assert [day.instant for day in iter_days(line)] == [datetime(2024, 5, 6, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("line", "language", "month"),
    [
        ("05/06/2024", "en-US", 5),
        ("05/06/2024", "en-GB", 6),
        ("05/06/2024", "fr", 6),
        ("13/06/2024", None, 6),
        ("06/13/2024", None, 6),
        ("06/06/24", None, 6),
    ],
)
def test_numbers_are_ordered_as_the_language_orders_them(
    line: str, language: str | None, month: int
) -> None:
    """Only a day above 12, two equal numbers or the page's language settle what is the month."""
    assert [day.instant.month for day in iter_days(line, language)] == [month]


@pytest.mark.parametrize(
    "line",
    ["05/06/2024", "Version 1.2.3.2024", "Call 10-20-2024-33", "31 June 2024", "In 2024 we", ""],
)
def test_lines_without_a_clear_day_have_none(line: str) -> None:
    """Ambiguous, impossible and accidental numbers are no days."""
    assert list(iter_days(line)) == []


def test_the_places_of_days_in_a_line_are_told() -> None:
    """What stands before and between days can be read: it says what they are."""
    line = "Published May 6, 2024. Updated 7 May 2024"

    first, second = iter_days(line)

    assert line[: first.start] == "Published "
    assert line[first.end : second.start] == ". Updated "
    assert (first.instant.day, second.instant.day) == (6, 7)


@given(st.text(max_size=400), st.sampled_from([None, "en", "en-US", "de"]))
def test_any_line_gives_days_in_order(line: str, language: str | None) -> None:
    """No line raises; days do not overlap."""
    ends = [place for day in iter_days(line, language) for place in (day.start, day.end)]

    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("Mar", 3),
        ("MÄRZ", 3),
        ("fevrier", 2),
        ("Dez.", 12),
        ("Sept", 9),
        ("nov", 11),
        ("июн", 6),
        ("июл", 7),
        ("Monday", None),
        ("ma", None),
        ("", None),
    ],
)
def test_months_are_known_in_full_and_shortened(name: str, month: int | None) -> None:
    """Case and accents do not matter; what could be two months is none."""
    assert find_month(name) == month
