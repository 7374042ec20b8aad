"""Where an entry plays, in every way that feeds have to say it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aggregator.feeds import parse_feed
from aggregator.model import Place

Build = Callable[[str], bytes]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<georss:point>45.25 -71.5</georss:point>", Place(45.25, -71.5)),
        ("<georss:point> 45.25, -71.5 </georss:point>", Place(45.25, -71.5)),
        ("<georss:line>1 2 3 4</georss:line>", Place(1.0, 2.0)),
        ("<georss:polygon>1 2 3 4 5 6 1 2</georss:polygon>", Place(1.0, 2.0)),
        ("<georss:box>1 2 3 4</georss:box>", Place(1.0, 2.0)),
        ("<georss:circle>1.5 -2 500</georss:circle>", Place(1.5, -2.0)),
        ("<georss:circle/><georss:circle>1 2 3</georss:circle>", None),
        (
            "<georss:where><gml:Point><gml:pos>1.5 2.5</gml:pos></gml:Point></georss:where>",
            Place(1.5, 2.5),
        ),
        ("<geo:lat>1</geo:lat><geo:long>-2</geo:long>", Place(1.0, -2.0)),
        ("<geo:Point><geo:long>-2</geo:long><geo:lat>1</geo:lat></geo:Point>", Place(1.0, -2.0)),
        ("<geo:lat>1</geo:lat>", None),
        (
            "<podcast:location geo='geo:30.25,97.75;u=9' osm='R1'>Austin</podcast:location>",
            Place(30.25, 97.75, "Austin"),
        ),
        ("<podcast:location>Austin</podcast:location>", Place(name="Austin")),
        (
            "<georss:point>1 2</georss:point><georss:featurename>Here</georss:featurename>",
            Place(1.0, 2.0, "Here"),
        ),
        ("<georss:point>91 2</georss:point>", None),
        ("<georss:point>1 181</georss:point>", None),
        ("<georss:point>1</georss:point>", None),
        ("<georss:point>nan inf</georss:point>", None),
        ("<georss:point>1e3 2</georss:point>", None),
        (
            "<georss:point>99 2</georss:point><geo:lat>1</geo:lat><geo:long>2</geo:long>",
            Place(1, 2),
        ),
        ("<georss:polygon>" + "1 2 " * 10**5 + "</georss:polygon>", Place(1.0, 2.0)),
        ("<georss:point>" + "1" * 10**6 + "</georss:point>", None),
        ("", None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_place_is_read(rss: Build, written: str, expected: Place | None) -> None:
    """Latitude first; what is no place on earth is none, and another may still be one."""
    (entry,) = parse_feed(rss(f"<item>{written}<title>T</title></item>")).entries

    assert entry.extras.place == expected
