"""The tables of the archive, the same for every database; the search index is not among them.

`alembic/versions/` is what creates them; a test keeps the two equal.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

from aggregator.archive._types import Instant, Json, Prose

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out rowids only for INTEGER keys; elsewhere 32 bits would end too soon.
Id = BigInteger().with_variant(Integer, "sqlite")

feed = Table(
    "feed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Prose, nullable=False, unique=True),
    Column("name", Prose),
    Column("title", Prose),
    Column("site_url", Prose),
    Column("description", Prose),
    Column("language", Prose),
    Column("format", String(16)),
    Column("tags", Json, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("full_text", String(8), nullable=False),
    Column("etag", Prose),
    Column("last_modified", Prose),
    Column("body_hash", String(32)),
    Column("next_poll_at", Instant, nullable=False),
    Column("lease_token", String(32)),
    Column("leased_until", Instant),
    Column("last_polled_at", Instant),
    Column("last_status", Integer),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Prose),
    Column("created_at", Instant, nullable=False),
    Column("rules", Json, nullable=False, server_default="{}"),
    Index("ix_feed_due", "is_enabled", "next_poll_at"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed_id", ForeignKey("feed.id"), nullable=False),
    Column("key", String(32), nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("guid", Prose),
    Column("url", Prose),
    Column("title", Prose),
    Column("summary", Prose),
    Column("content", Prose),
    Column("authors", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("published_at", Instant),
    Column("updated_at", Instant),
    Column("published_raw", Prose),
    Column("language", Prose),
    Column("comments_url", Prose),
    Column("enclosures", Json, nullable=False),
    Column("base_url", Prose),
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
    Column("headline", Prose),
    Column("byline", Prose),
    Column("published_at", Instant),
    Column("language", Prose),
    Column("lead", Prose, nullable=False),
    Column("lead_html", Prose, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("read_minutes", Integer, nullable=False),
    Column("stated_minutes", Integer),
    Column("method", String(16), nullable=False),
    Column("image", Prose),
    Column("url", Prose),
    Column("fetched_at", Instant),
    Column("page_misses", Integer),
    Column("modified_at", Instant),
    Column("direction", String(3)),
    Column("confidence", Float, nullable=False, server_default="0"),
    Column("page_kind", String(16)),
)

section = Table(
    "section",
    metadata,
    Column("entry_id", ForeignKey("article.entry_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("level", Integer, nullable=False),
    Column("heading", Prose, nullable=False),
    Column("text", Prose, nullable=False),
    Column("html", Prose, nullable=False),
    Column("anchor", Prose, nullable=False, server_default=""),
    Column("is_pseudo", Boolean, nullable=False, server_default=false()),
)

revision = Table(
    "revision",
    metadata,
    Column("entry_id", ForeignKey("entry.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("replaced_at", Instant, nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("state", Json, nullable=False),
)

template = Table(
    "template",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("state", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
