"""Dates as feeds write them, in any language, to instants."""

from __future__ import annotations

from aggregator.feeds.dates._parse import parse_date

__all__ = ["parse_date"]
