"""Dates in words and numbers of any order, read piece by piece: what is not understood is no date.

Every word and number of the text must have its part in the date: one clock at most, one zone, one
year, one month, one day. Where two dates are possible the weekday decides, or there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from aggregator.feeds.dates._languages import find_foreign_month
from aggregator.feeds.dates._names import (
    find_half,
    find_months,
    find_weekdays,
    find_zone,
    is_filler,
    place_instant,
    read_year,
)
from aggregator.text import MARKS

_LETTER = rf"(?:[^\W\d_]|[{MARKS}ʼ])"
_HALF_BEFORE = r"上午|下午|凌晨|早上|午前|午後|오전|오후|[AaPp][Mm]\s"
_HALF_AFTER = rf"[AaPpπμ]\.?\s?[Mmμ]\b\.?|[صم](?!{_LETTER})"
_CLOCK = re.compile(
    rf"(?<![\d:.,/+-])(?:(?P<before>{_HALF_BEFORE})\s?)?(?P<hour>\d\d?)(?:"
    r":(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    rf"|\s?(?:h|時|时|시|点|點|uhr|uur)(?!{_LETTER})"
    r"(?:\s?(?P<minute2>\d\d?)(?!\d)\s?(?:min|分|분)?(?:\s?(?P<second2>\d\d?)\s?(?:s|秒|초))?)?"
    rf"|(?=\s?(?:{_HALF_AFTER})))(?![\d:])(?:\s?(?P<after>{_HALF_AFTER}))?",
    re.IGNORECASE,
)
# Danish, Finnish, Italian and Indonesian clocks; only at the end, where no date can be cut.
_DOTTED_CLOCK = re.compile(
    r"\s(?P<hour>\d\d?)\.(?P<minute>\d\d)(?:\.(?P<second>\d\d))?(?=(?:\s\D*)?$)"
)
_NUMBERED_MONTH = re.compile(r"\b(?:tháng|thg)\s?(\d\d?)(?!\d)", re.IGNORECASE)  # Vietnamese
_NOON = re.compile(r"\b(?:12(?::00)?\s)?noon\b", re.IGNORECASE)
_OFFSET = r"(?:GMT|UTC)?\s?[+-]\d\d?(?::?\d\d)?(?![\d:])"
_PLACE = r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z0-9_+-]*){1,2}"
_ZONE = rf"(?:{_OFFSET}|{_PLACE}|[A-Za-z]{{1,5}}(?![\w/]))"
_ZONE_NEXT = re.compile(rf"\s?(?:\(({_ZONE})\)|\[({_ZONE})\]|({_ZONE}))")
_ZONE_LAST = re.compile(rf"\s(?:(?=[(\[]|[+-]\d\d:?\d\d|[A-Z])){_ZONE_NEXT.pattern}$")
_COMMENT = re.compile(r"\s?(?:\([^()]*\)|\[[^\[\]]*\]|[A-Z]{2,5}$)")
_NUMERIC = re.compile(
    r"(?<!\d)(?P<a>\d{4}|\d\d?)\s?(?P<sep>[./-])\s?(?P<b>\d\d?)\s?(?P=sep)\s?"
    r"(?P<c>\d{4}|\d\d?)(?!\d)"
)
_LEAD = re.compile(r"([^\d,]{2,24}),")
_PIECE = re.compile(
    rf"(?P<number>\d+)(?:\s?(?P<unit>[年년月월日일号號])(?!曜))?|(?P<word>{_LETTER}+)"
)
_BETWEEN_PIECES = re.compile(r"[\s.,/|()\[\]'’·\-]*")
_ORDERS = frozenset(["dmy", "mdy", "ymd", "ydm"])


def read_words(line: str) -> datetime | None:
    """The instant that `line` names, aware; None unless all of it is understood.

    `line` is normalised (NFKC, digits of ASCII, blanks collapsed). ValueError for a day or a time
    that does not exist.

    >>> read_words("lun., 06 janv. 2020 10:00 +0100").isoformat()
    '2020-01-06T10:00:00+01:00'
    """
    line = _NUMBERED_MONTH.sub(r"\1月", _NOON.sub("12:00", line))
    for clock in (_CLOCK, _DOTTED_CLOCK):
        found = list(clock.finditer(line))
        if len(found) > 1:
            return None
        if found:
            return _read_around(line, found[0])
    day = _find_day(line)
    return None if day is None else place_instant(datetime.combine(day, time()), UTC)


def _read_around(line: str, clock: re.Match[str]) -> datetime | None:
    """The instant of a line that has one clock."""
    since_midnight = _read_clock(clock)
    zones, after = _cut_zones(line[clock.end() :])
    rest = _read_pieces(after)
    # "p.d.", an unknown zone
    if since_midnight is None or zones is None or rest is None or rest.is_foreign:
        return None
    before = re.sub(r"(?<=\d)T$", "", line[: clock.start()])
    day = _find_day(f"{before} {after}")
    if day is None:
        return None
    local = datetime.combine(day, time()) + since_midnight
    found = {place_instant(local, zone) for zone in zones or [UTC]}
    return found.pop() if len(found) == 1 else None


def _read_clock(clock: re.Match[str]) -> timedelta | None:
    """How long after midnight a clock stands; None for one that does not exist."""
    groups = clock.groupdict()
    hour = int(clock["hour"])
    minute, second = (
        int(clock[name] or groups.get(f"{name}2") or 0) for name in ("minute", "second")
    )
    if mark := groups.get("before") or groups.get("after"):
        half = find_half(mark)
        if half is None or (hour > 12 and not half):
            return None
        hour = hour if hour > 12 else hour % 12 + half
    if hour == 24 and minute == second == 0:
        return timedelta(days=1)
    whole = time(hour, minute, second - (second == 60))  # ValueError: no such time
    return timedelta(hours=whole.hour, minutes=whole.minute, seconds=whole.second)


def _cut_zones(text: str) -> tuple[list[tzinfo] | None, str]:
    """The zones that follow a clock, and the text without them; None for an impossible offset.

    Beside an offset a word in brackets is a comment, and so is an abbreviation not known here.
    """
    zones: list[tzinfo] = []
    while found := _ZONE_NEXT.match(text):
        name = found[1] or found[2] or found[3]
        zone = find_zone(name)
        if zone is None and name[-1].isdecimal():
            return None, text
        if zone is None:
            break
        zones.append(zone)
        text = text[found.end() :]
    if zones:
        return zones, _COMMENT.sub("", text, count=1)
    if (found := _ZONE_LAST.search(text)) and (zone := find_zone(found[1] or found[2] or found[3])):
        return [zone], text[: found.start()]
    return zones, text


def _find_day(text: str) -> date | None:
    """The one day that all of `text` names."""
    if lead := _LEAD.match(text):
        text = f"{_cut_unknown(lead[1])} {text[lead.end() :]}"
    if numeric := _NUMERIC.search(text):
        rest = _read_pieces(f"{text[: numeric.start()]} {text[numeric.end() :]}")
        if rest is None or rest.order or rest.is_foreign:
            return None
        return _decide(
            list(_iter_numeric(numeric)), rest.weekdays, must_agree=len(numeric["a"]) < 4
        )
    pieces = _read_pieces(text)
    if pieces is None:
        return None
    if pieces.is_foreign:
        pieces = _ask_for_month(pieces, text)
    if pieces.order == "dmd" and len(pieces.numbers[-1]) == 2:  # RFC 850
        day, year = int(pieces.numbers[0]), read_year(pieces.numbers[1])
    elif pieces.order in _ORDERS:
        year, day = sorted(map(int, pieces.numbers), reverse=True)
    else:
        return None
    readings = [(year, month, day) for month in sorted(pieces.months)]
    return _decide(readings, pieces.weekdays, must_agree=pieces.order == "dmd")


def _ask_for_month(pieces: _Pieces, text: str) -> _Pieces:
    """`pieces` with the month of a language that has no table here, where all else is known."""
    if pieces.order not in {"dy", "yd"}:
        return pieces._replace(order="")
    month = find_foreign_month(text)
    return pieces._replace(
        order=pieces.order.replace("d", "md") if month else "",
        months=frozenset([month] if month else []),
    )


def _cut_unknown(lead: str) -> str:
    """What stands before the first comma without words not known here: foreign weekdays."""
    words = [found["word"] for found in _PIECE.finditer(lead)]
    return " ".join(word for word in words if word and (find_months(word) or find_weekdays(word)))


def _iter_numeric(numeric: re.Match[str]) -> Iterator[tuple[int, int, int]]:
    """Year, month and day in every order in which `numeric` may be meant.

    Dots part the day first and nowhere the month first; two digits at the end may be the day.
    """
    a, b, c = numeric["a"], numeric["b"], numeric["c"]
    if len(c) != 4:
        yield read_year(a), int(b), int(c)
    if len(a) != 4 and len(c) in {2, 4}:
        yield read_year(c), int(b), int(a)
        if numeric["sep"] != ".":
            yield read_year(c), int(a), int(b)


def _decide(
    readings: list[tuple[int, int, int]], weekdays: frozenset[int], *, must_agree: bool
) -> date | None:
    """The only day that can be meant; among several the weekday decides.

    A single reading stands against a weekday, which is often wrong, unless it `must_agree`.
    """
    days = set()
    for reading in readings:
        with suppress(ValueError):
            days.add(date(*reading))
    if weekdays and (must_agree or len(days) > 1):
        days = {day for day in days if day.isoweekday() in weekdays}
    return days.pop() if len(days) == 1 else None


class _Pieces(NamedTuple):
    """The numbers of a text, the months and weekdays of its words, and in which order they stand.

    `order` has y for a number of four digits, d for a shorter one and m for the month.
    """

    order: str
    numbers: list[str]
    months: frozenset[int]
    weekdays: frozenset[int]
    is_foreign: bool


def _read_pieces(text: str) -> _Pieces | None:
    """The pieces of `text`; None if a sign is not understood. Unknown words make it foreign."""
    pieces = list(_PIECE.finditer(text))
    if not _BETWEEN_PIECES.fullmatch(_PIECE.sub("", text)):
        return None
    month_at = _find_month_piece(pieces)
    order, is_foreign = "", False
    numbers: list[str] = []
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    for at, piece in enumerate(pieces):
        if at == month_at:
            order += "m"
            months = (
                find_months(piece["word"]) if piece["word"] else frozenset([int(piece["number"])])
            )
        elif number := piece["number"]:
            kind = {4: "y", 1: "d", 2: "d"}.get(len(number), "?")
            if piece["unit"] and (piece["unit"] in "年년") != (kind == "y"):
                return None
            order += kind
            numbers.append(number)
        elif is_filler(piece["word"]):
            continue
        elif found := find_weekdays(piece["word"]):
            weekdays = weekdays & found or found
        else:
            is_foreign = True
    return _Pieces(order, numbers, months, weekdays, is_foreign)


def _find_month_piece(pieces: list[re.Match[str]]) -> int | None:
    """Where the month stands: `mar` is March, but in "mar 6 mai" a Tuesday."""
    by_unit = [at for at, piece in enumerate(pieces) if piece["unit"] in {"月", "월"}]
    named = [at for at, piece in enumerate(pieces) if piece["word"] and find_months(piece["word"])]
    sure = [at for at in named if not find_weekdays(pieces[at]["word"])]
    found = by_unit or sure or named[-1:]
    return found[0] if len(found) == 1 else None
