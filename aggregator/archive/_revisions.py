"""Reading older states of entries back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from aggregator.archive._tables import revision
from aggregator.model import Enclosure, Entry, Revision, Section, extras_from_json

_INSTANTS = frozenset({"published_at", "updated_at"})
_LISTS = frozenset({"authors", "tags", "aliases"})


def read_revisions(connection: Connection, entry_id: int) -> list[Revision]:
    """The older states of one entry, in the order of their numbers; empty for one never edited."""
    chosen = select(revision).where(revision.c.entry_id == entry_id).order_by(revision.c.number)
    return [_revision_from(row) for row in connection.execute(chosen).mappings()]


def _revision_from(row: RowMapping) -> Revision:
    article = row["state"]["article"]
    return Revision(
        number=row["number"],
        replaced_at=row["replaced_at"],
        is_silent=row["is_silent"],
        entry=_entry_from(row["state"]["entry"]),
        headline=article["headline"],
        lead=article["lead"],
        sections=tuple(
            Section(position, part["level"], part["heading"], part["text"], html="")
            for position, part in enumerate(article["sections"], 1)
        ),
    )


def _entry_from(state: Mapping[str, Any]) -> Entry:
    """The entry that `state` was made from; what another version of the program knew is left out.

    Revisions are never written anew: an archive has those of every version that it has seen.
    """
    known = {one.name: state[one.name] for one in fields(Entry) if one.name in state}
    made = {name: _value_from(name, value) for name, value in known.items()}
    return Entry(**made)


def _value_from(name: str, value: Any) -> Any:  # noqa: ANN401 - a field of an entry
    if name in _INSTANTS:
        return datetime.fromisoformat(value) if value else None
    if name in _LISTS:
        return tuple(value)
    if name == "enclosures":
        return tuple(_enclosure_from(one) for one in value)
    return extras_from_json(value) if name == "extras" else value


def _enclosure_from(state: Mapping[str, Any]) -> Enclosure:
    return Enclosure(
        **{one.name: state[one.name] for one in fields(Enclosure) if one.name in state}
    )
