"""Where an entry plays: GeoRSS in its three forms, W3C geo, ICBM and ``podcast:location``."""

from __future__ import annotations

import re

from aggregator.feeds._fields import Fields, dicts_of, line_of, text_of
from aggregator.model import Place

# A point first; of a circle its middle is taken, of other lines and areas the first point.
_SHAPES = (
    "georss_point",
    "gml_pos",
    "georss_circle",
    "georss_box",
    "georss_line",
    "georss_polygon",
)
_MORE_SHAPES = ("gml_poslist", "gml_lowercorner")
_PAIRS = (("geo_lat", "geo_long"), ("geo_lat", "geo_lon"), ("icbm_latitude", "icbm_longitude"))
# RFC 5870: "geo:30.26,-97.74"; GeoRSS parts numbers by blanks, and some feeds by commas.
_POINT = re.compile(
    r"(?:geo:)?\s*([+-]?\d{1,3}(?:\.\d{1,20})?)(?:\s*,\s*|\s+)([+-]?\d{1,3}(?:\.\d{1,20})?)(?![\d.])",
    re.ASCII | re.IGNORECASE,
)


def find_place(fields: Fields) -> Place | None:
    """The place that an entry or a feed names, None if it names none or one not on this earth."""
    location = next(iter(dicts_of(fields, "our_podcast_location")), {})
    name = line_of(location, "our_text") or line_of(fields, "georss_featurename")
    point = _find_point([*_written_points(fields), text_of(location, "geo")])
    if point is None and not name:
        return None
    latitude, longitude = point or (None, None)
    return Place(latitude, longitude, name)


def _written_points(fields: Fields) -> list[str | None]:
    pairs = [
        f"{latitude},{longitude}"
        for names in _PAIRS
        if (latitude := text_of(fields, names[0])) and (longitude := text_of(fields, names[1]))
    ]
    shapes = [
        text_of(shape, "our_text")
        for name in (*_SHAPES, *_MORE_SHAPES)
        for shape in dicts_of(fields, f"our_{name}")[:1]
    ]
    return [*pairs, *shapes]


def _find_point(texts: list[str | None]) -> tuple[float, float] | None:
    for text in texts:
        if text and (found := _POINT.match(text)):
            latitude, longitude = float(found.group(1)), float(found.group(2))
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return latitude, longitude
    return None
