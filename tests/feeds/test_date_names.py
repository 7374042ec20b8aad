"""The names that dates are written with mean one thing, or all that they can mean."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds.dates._names import (
    find_half,
    find_months,
    find_weekdays,
    find_zone,
    is_filler,
    place_instant,
    read_year,
)


@pytest.mark.parametrize("number", range(1, 13))
def test_english_names_are_never_shadowed(number: int) -> None:
    """What RFC 822 writes is that month, whatever it starts in another language."""
    assert find_months(calendar.month_abbr[number]) == {number}
    assert find_months(calendar.month_name[number].upper()) == {number}


@pytest.mark.parametrize("number", range(1, 8))
def test_english_weekdays_are_known(number: int) -> None:
    """In full and with three letters, Monday first."""
    assert find_weekdays(calendar.day_abbr[number - 1]) == {number}
    assert find_weekdays(calendar.day_name[number - 1].lower()) == {number}


@pytest.mark.parametrize(
    ("names", "months"),
    [
        ("março maio setembro dez", [3, 5, 9, 12]),
        ("Jänner März Mai Dez", [1, 3, 5, 12]),
        ("janv. févr. août déc.", [1, 2, 8, 12]),
        ("fevrier aout decembre", [2, 8, 12]),
        ("enero abr septiembre dic", [1, 4, 9, 12]),
        ("gennaio mag lug ott", [1, 5, 7, 10]),
        ("maart mrt mei augustus", [3, 3, 5, 8]),
        ("января мая май сент", [1, 5, 5, 9]),
        ("一月 十月 十一月 十二月", [1, 10, 11, 12]),
        ("stycznia czerwca lipca grudnia", [1, 6, 7, 12]),
        ("červen července", [6, 7]),
        ("toukokuuta mayıs μαΐου يناير", [5, 5, 5, 1]),
    ],
)
def test_months_of_many_languages(names: str, months: list[int]) -> None:
    """In full, shortened, bent, and without their accents."""
    found = [find_months(name.rstrip(".")) for name in names.split()]

    assert found == [{month} for month in months]


def test_a_word_of_two_languages_has_both_meanings() -> None:
    """October in Zagreb is November in Warsaw; what a language has two months for is none."""
    assert find_months("listopada") == {10, 11}
    assert not find_months("čer")
    assert not find_months("ju")


@pytest.mark.parametrize(
    ("names", "number"),
    [
        ("Mo lunes segunda понедельник 星期一 周一 月曜日 월요일", 1),
        ("vendredi vineri vrijdag piątek 金 Fri", 5),
        ("Sonntag domingo dimanche zondag воскресенье 星期天 日", 7),
    ],
)
def test_weekdays_of_many_languages(names: str, number: int) -> None:
    """In full, shortened, or as one sign."""
    assert [find_weekdays(name) for name in names.split()] == [{number}] * len(names.split())


def test_halves_of_the_day() -> None:
    """With dots, blanks and in other scripts; what means neither is None."""
    assert {find_half(mark) for mark in ("AM", "a.m.", "a. m.", "上午", "오전", "ص")} == {0}
    assert {find_half(mark) for mark in ("pm", "P.M.", "下午", "午後", "μ.μ.")} == {12}
    assert find_half("m.d.") is None


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("Z", 0),
        ("est", -5),
        ("PDT", -7),
        ("MESZ", 2),
        ("+0530", 5.5),
        ("GMT+2", 2),
        ("UTC-03:30", -3.5),
    ],
)
def test_fixed_zones(name: str, hours: float) -> None:
    """Abbreviations that mean one zone, and offsets in all their forms."""
    zone = find_zone(name)

    assert zone is not None
    assert zone.utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["Europe/Paris", "America/Argentina/Salta", "ET"])
def test_zones_of_places_know_the_summer(name: str) -> None:
    """They are those of the IANA data base, so the offset follows from the day."""
    assert find_zone(name) is not None
    assert find_zone(name) == find_zone({"ET": "America/New_York"}.get(name, name))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "IST",
        "XYZ",
        "Mars/Phobos",
        "America",
        "America/Argentina",
        "../../etc/passwd",
        "/etc/passwd",
        "Europe/../Paris",
        "+15:00",
        "-99",
        "+01:75",
        "x/" * 5000,
        "a/\0",
        "é/è",
        "+٠١",
    ],
)
def test_uncertain_zones_are_none(name: str) -> None:
    """Several zones of one name, no zone, a folder, a path, an offset that no clock shows."""
    assert find_zone(name) is None


@given(st.text(max_size=20) | st.text("AEGZ/+-._ 0123\0", max_size=12))
def test_no_name_raises(name: str) -> None:
    """Any text has a meaning or none."""
    assert find_months(name) <= set(range(1, 13))
    assert find_weekdays(name) <= set(range(1, 8))
    assert find_half(name) in {None, 0, 12}
    assert find_zone(name) is None or not (is_filler(name) and find_months(name))


def test_an_hour_shown_twice_or_never_is_no_instant() -> None:
    """In the nights when Paris changes its clocks, and only there."""
    paris = find_zone("Europe/Paris")
    assert paris is not None

    nights = [datetime(2020, 10, 25, 2, 30), datetime(2020, 3, 29, 2, 30)]  # noqa: DTZ001
    noon = datetime(2020, 10, 25, 12)  # noqa: DTZ001

    assert [place_instant(night, paris) for night in nights] == [None, None]
    assert place_instant(noon, paris) == datetime(2020, 10, 25, 11, tzinfo=UTC)
    assert place_instant(nights[0], timezone(timedelta(hours=1))) is not None


def test_years_of_two_digits_are_those_of_the_mail_standard() -> None:
    """RFC 2822, section 4.3, and four digits are themselves."""
    assert [read_year(digits) for digits in ("00", "49", "50", "99", "2031")] == [
        2000,
        2049,
        1950,
        1999,
        2031,
    ]
