"""What was typed, as a tree: the one form from which everything that chooses articles works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class TextField(StrEnum):
    """Where words are looked for; without one, in the whole article."""

    TITLE = "title"
    HEADING = "heading"
    BODY = "body"  # the lead and the texts of the sections


class Sort(StrEnum):
    """In which order what was found comes."""

    RANK = "rank"
    NEW = "new"
    OLD = "old"
    READTIME = "readtime"  # the shortest first


@dataclass(frozen=True, slots=True)
class Words:
    """A word or a phrase. `is_quoted`: exactly these words; `is_prefix`: the last goes on."""

    text: str
    field: TextField | None = None
    is_quoted: bool = False
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression; case counts only where it says so."""

    pattern: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A fact other than words; `name`: ``author feed site url tag lang is has`` or a later one."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Dates:
    """Published from the day `start` up to, but without, the day `end`; in UTC, None is open."""

    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Number:
    """`name` is ``readtime`` (minutes) or ``words``; from `low` to `high`, both included."""

    name: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Saved:
    """A search that was saved under `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """What `part` is not true of."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """What all `parts` are true of; without parts, of everything."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What at least one of `parts` is true of; without parts, of nothing."""

    parts: tuple[Node, ...]


Node = Words | Pattern | Facet | Dates | Number | Saved | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A reading of what was typed; `notes`, a sentence each: what was taken literally or cut."""

    typed: str
    node: Node
    sort: Sort | None = None
    notes: tuple[str, ...] = ()


def leaves_of(node: Node) -> Iterator[Node]:
    """All parts of a tree that have no parts themselves, from left to right."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part):
            yield from leaves_of(part)
        case _:
            yield node
