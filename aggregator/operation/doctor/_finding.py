"""One finding of the doctor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"  # worth knowing, and nothing is wrong
    WARNING = "warning"  # it works, but somebody should do something
    ERROR = "error"  # damaged, or it cannot be used as it is


_ORDER = list(Level)


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence about one part, and what to do next, if anything is to be done."""

    part: str
    level: Level
    message: str
    advice: str = ""


def worst(findings: Iterable[Finding]) -> Level:
    """The level of the worst finding; ok without any."""
    return max((one.level for one in findings), key=_ORDER.index, default=Level.OK)
