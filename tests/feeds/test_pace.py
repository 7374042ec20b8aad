"""How often a feed says that it is worth asking."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds import parse_feed
from aggregator.feeds.content._pace import read_pace
from aggregator.model import Pace

Build = Callable[[str], bytes]

_SY = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"
_RDF = (
    "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
    f" {_SY}><channel><title>t</title>%s</channel><item><title>a</title></item></rdf:RDF>"
)


def test_all_four_are_read_from_rss(rss: Build) -> None:
    """The ttl in minutes, the period by its frequency, hours and days sorted and once."""
    said = (
        "<ttl>90</ttl><skipHours><hour>15</hour><hour> 3 </hour><hour>3</hour></skipHours>"
        "<skipDays><day>Sunday</day><day>saturday</day></skipDays>"
        f"<sy:updatePeriod {_SY}> daily </sy:updatePeriod>"
        f"<sy:updateFrequency {_SY}>4</sy:updateFrequency>"
        "<item><title>a</title></item>"
    )

    assert parse_feed(rss(said)).pace == Pace(5400, 21_600, (3, 15), (5, 6))


def test_the_syndication_module_is_read_from_rdf() -> None:
    """It was made for RSS 1.0."""
    document = _RDF % "<sy:updatePeriod>weekly</sy:updatePeriod>"

    assert parse_feed(document.encode()).pace == Pace(period_s=7 * 86_400)


def test_it_is_read_again_when_only_changes_are_read(rss: Build) -> None:
    """Known items are cut out of a document, what the feed says of itself is not."""
    item = (
        "<item><guid>a</guid><title>a title that is long enough to be remembered by</title></item>"
    )
    first = parse_feed(rss(f"<ttl>60</ttl>{item}"))

    second = parse_feed(rss(f"<ttl>60</ttl><item><guid>b</guid></item>{item}"), memory=first.memory)

    assert second.unchanged
    assert second.pace == first.pace == Pace(ttl_s=3600)


def test_an_item_says_nothing_of_the_feed(rss: Build) -> None:
    """Elements of these names inside an item are no statement about polling."""
    said = "<item><title>a</title><ttl>9</ttl><hour>3</hour><day>Monday</day></item>"

    assert parse_feed(rss(said)).pace == Pace()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", Pace()),
        ("<ttl>-5</ttl>", Pace()),
        ("<ttl>often</ttl>", Pace()),
        ("<ttl>1.5</ttl>", Pace(ttl_s=90)),
        ("<ttl>99999999999999</ttl>", Pace(ttl_s=365 * 86_400)),
        ("<ttl>1e99</ttl>", Pace(ttl_s=365 * 86_400)),
        ("<ttl><b>60</b></ttl>", Pace()),
        (
            "<skipHours><hour>24</hour><hour>25</hour><hour>-1</hour></skipHours>",
            Pace(skip_hours=(0,)),
        ),
        ("<skipHours>3</skipHours>", Pace()),
        ("<skipDays><day>Montag</day><day>Someday</day><day/></skipDays>", Pace()),
    ],
)
def test_what_cannot_be_read_says_nothing(rss: Build, said: str, expected: Pace) -> None:
    """Negative, worded, nested and enormous values; the hour 24 of RSS 0.91 is midnight."""
    found = parse_feed(rss(f"{said}<item><title>a</title></item>")).pace

    assert found == expected


@pytest.mark.parametrize(
    ("period", "frequency", "seconds"),
    [
        ("hourly", "1", 3600),
        ("HOURLY", "2", 1800),
        ("monthly", None, 30 * 86_400),
        ("yearly", "0", 365 * 86_400),
        ("daily", "-3", 86_400),
        ("daily", "often", 86_400),
        ("sometimes", "2", 0),
        (None, "2", 43_200),
        (None, None, 0),
        ("hourly", "999999999999", 0),
    ],
)
def test_a_period_is_divided_by_its_frequency(
    period: str | None, frequency: str | None, seconds: int
) -> None:
    """Defaults are those of the module: daily, once."""
    said = {"sy_updateperiod": period, "sy_updatefrequency": frequency}

    assert read_pace({name: value for name, value in said.items() if value}).period_s == seconds


_ANY = st.one_of(st.none(), st.text(), st.integers(), st.lists(st.text()), st.floats())


@given(
    st.dictionaries(
        st.sampled_from(["ttl", "sy_updateperiod", "sy_updatefrequency", "our_hour", "our_day"]),
        st.one_of(_ANY, st.lists(st.dictionaries(st.just("our_text"), _ANY))),
    )
)
def test_no_statement_is_beyond_its_bounds(fields: dict[str, object]) -> None:
    """Whatever stands there, seconds, hours and days are such, sorted."""
    pace = read_pace(fields)

    assert 0 <= pace.ttl_s <= 365 * 86_400
    assert 0 <= pace.period_s <= 365 * 86_400
    assert pace.skip_hours == tuple(sorted(set(pace.skip_hours) & set(range(24))))
    assert pace.skip_days == tuple(sorted(set(pace.skip_days) & set(range(7))))
