"""What was learnt of the pages of each feed: read before they are taken apart, replaced after."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from aggregator.archive._tables import template
from aggregator.model import Template

_STATE = select(template.c.state).where(template.c.feed_id == bindparam("of_feed"))


def read_template(connection: Connection, feed_id: int) -> Template | None:
    """What was learnt of a feed's pages, None if nothing was."""
    row = connection.execute(_STATE, {"of_feed": feed_id}).one_or_none()
    return None if row is None else _from_state(row.state)


def write_template(connection: Connection, feed_id: int, learnt: Template, now: datetime) -> None:
    """Put what was `learnt` in the place of what was known."""
    values = {"state": _to_state(learnt), "updated_at": now}
    known = template.c.feed_id == feed_id
    # The feed's row is locked by who records a poll, so nobody inserts in between.
    if not connection.execute(update(template).where(known).values(**values)).rowcount:
        connection.execute(insert(template).values(feed_id=feed_id, **values))


def forget_template(connection: Connection, feed_id: int) -> bool:
    """Whether there was something to forget; a poll under way may bring it back."""
    return connection.execute(delete(template).where(template.c.feed_id == feed_id)).rowcount > 0


def _from_state(state: dict[str, Any]) -> Template:
    # What another version of the program has learnt may have other parts.
    return Template(**{one.name: state[one.name] for one in fields(Template) if one.name in state})


def _to_state(learnt: Template) -> dict[str, object]:
    return {
        "pages": learnt.pages,
        "blocks": dict(learnt.blocks),
    }
