"""The tables of the archive, the same for every database; the search index is not among them.

`alembic/versions/` is what creates them; a test keeps the two equal.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime: `timestamptz` on PostgreSQL, sortable text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant as the database wants it; ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: instants are aware")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored instant, aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


# SQLite gives out rowids only for INTEGER keys; elsewhere 32 bits would end too soon.
Id = BigInteger().with_variant(Integer, "sqlite")

feed = Table(
    "feed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("title", Text),
    Column("site_url", Text),
    Column("description", Text),
    Column("language", Text),
    Column("format", String(16)),
    Column("tags", JSON, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("full_text", String(8), nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(32)),
    Column("next_poll_at", Instant, nullable=False),
    Column("lease_token", String(32)),
    Column("leased_until", Instant),
    Column("last_polled_at", Instant),
    Column("last_status", Integer),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("created_at", Instant, nullable=False),
    Index("ix_feed_due", "is_enabled", "next_poll_at"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed_id", ForeignKey("feed.id"), nullable=False),
    Column("key", String(32), nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("guid", Text),
    Column("url", Text),
    Column("title", Text),
    Column("summary", Text),
    Column("content", Text),
    Column("authors", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("published_at", Instant),
    Column("updated_at", Instant),
    Column("published_raw", Text),
    Column("language", Text),
    Column("comments_url", Text),
    Column("enclosures", JSON, nullable=False),
    Column("base_url", Text),
    Column("first_seen_at", Instant, nullable=False),
    Column("sort_at", Instant, nullable=False, index=True),
    UniqueConstraint("feed_id", "key"),
    # Ids are never given out twice, so a number that somebody noted down stays true.
    sqlite_autoincrement=True,
)

article = Table(
    "article",
    metadata,
    Column("entry_id", ForeignKey("entry.id"), primary_key=True),
    Column("headline", Text),
    Column("byline", Text),
    Column("published_at", Instant),
    Column("language", Text),
    Column("lead", Text, nullable=False),
    Column("lead_html", Text, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("read_minutes", Integer, nullable=False),
    Column("stated_minutes", Integer),
    Column("method", String(16), nullable=False),
    Column("image", Text),
    Column("url", Text),
    Column("fetched_at", Instant),
)

section = Table(
    "section",
    metadata,
    Column("entry_id", ForeignKey("article.entry_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("level", Integer, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
)

revision = Table(
    "revision",
    metadata,
    Column("entry_id", ForeignKey("entry.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("replaced_at", Instant, nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("state", JSON, nullable=False),
)
