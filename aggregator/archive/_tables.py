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
    LargeBinary,
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
    Column("identity", String(8)),
    Column("learnt_identity", String(8), nullable=False, server_default="id"),
    Column("moved_to", Prose),
    Column("move_url", Prose),
    Column("move_since", Instant),
    Column("move_polls", Integer, nullable=False, server_default="0"),
    Column("merged_into", ForeignKey("feed.id")),
    Column("links", Json, nullable=False, server_default="{}"),
    Column("extras", Json, nullable=False, server_default="{}"),
    # The host group under which it is leased and spaced: that of its present address.
    Column("host", Prose, nullable=False, server_default=""),
    Column("weight", Float, nullable=False, server_default="1"),
    Column("pace", Json, nullable=False, server_default="{}"),
    Column("rhythm", Json, nullable=False, server_default="{}"),
    Column("not_before", Instant),
    Column("why", Prose),
    Column("error_kind", String(16)),
    Column("refreshed_at", Instant),
    # Who is due is told by the index alone, without a look at the feeds.
    Index("ix_feed_due", "is_enabled", "next_poll_at", "host", "last_status", "failures"),
    Index("ix_feed_host", "host", "next_poll_at"),
)

# Hosts that were asked: when they may be asked again, whoever asks.
host = Table(
    "host",
    metadata,
    Column("host", Prose, primary_key=True),
    Column("next_start_at", Instant),
    Column("rest_until", Instant),
    Column("rest_since", Instant),
    Column("rest_status", Integer),
    Column("refusals", Integer, nullable=False, server_default="0"),
    # One poller at a time has a host's feeds; its batch's token proves it.
    Column("lease_token", String(32)),
    Column("leased_until", Instant),
    # robots.txt by origin ("https://example.org"): {"text": ..., "fetched_at": ..., "status": ...}
    Column("robots", Json, nullable=False, server_default="{}"),
)

# Answers that were fetched and not yet recorded: no request is made twice because of us.
answer = Table(
    "answer",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    # Whether it was sent by a hub, or asked for; one of each may wait.
    Column("is_pushed", Boolean, primary_key=True),
    Column("fetched_at", Instant, nullable=False),
    # Whether a poller reads it: recorded polls take away what was read, not what came meanwhile.
    Column("is_taken", Boolean, nullable=False),
    Column("state", Json, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# Addresses at which a feed was polled before.
feed_address = Table(
    "feed_address",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("url", Prose, primary_key=True),
    Column("left_at", Instant, nullable=False),
)

# Documents and pages that have killed the worker that read them, by the hash of their bytes.
poison = Table(
    "poison",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("deaths", Integer, nullable=False),
    Column("reason", Prose, nullable=False),
    Column("last_at", Instant, nullable=False),
)

subscription = Table(
    "subscription",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("hub", Prose, nullable=False),
    Column("topic", Prose, nullable=False),
    Column("token", String(64), nullable=False, unique=True),
    Column("secret", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("requested_at", Instant),
    Column("expires_at", Instant),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Prose),
)

# What pollers note for one another, by name: the effort that fits the budget, the last clock.
note = Table(
    "note",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("state", Json, nullable=False),
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
    Column("extras", Json, nullable=False, server_default="{}"),
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
    # Whether only the content told of the change, and no date of the feed.
    Column("is_silent", Boolean, nullable=False, server_default=false()),
)

template = Table(
    "template",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("state", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

# Further names under which an entry may come back; its own key is not among them. Those that are
# keys it has come under: they mean it, whoever else has the same link.
alias = Table(
    "alias",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("entry_id", ForeignKey("entry.id"), primary_key=True),
    Column("is_key", Boolean, nullable=False),
    Index("ix_alias_entry_id", "entry_id"),
)

# Keys and aliases of entries that were deleted here and must not come back from their feed, with
# what tells such an entry from a new one under the same alias; nothing that could be read.
tombstone = Table(
    "tombstone",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("entry_id", Id, primary_key=True, autoincrement=False),
    Column("is_key", Boolean, nullable=False),
    Column("deleted_at", Instant, nullable=False),
    Column("content_hash", String(32), nullable=False),
    Column("published_at", Instant),
    Column("published_raw", Prose),
)

# What the last document of a feed held, as `Memory.snapshot`.
snapshot = Table(
    "snapshot",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("state", LargeBinary, nullable=False),
)

# How the last answers of a feed were read.
fetch = Table(
    "fetch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed_id", ForeignKey("feed.id"), nullable=False, index=True),
    Column("fetched_at", Instant, nullable=False),
    Column("status", Integer),
    Column("body_bytes", Integer, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("error", Prose),
    Column("path", String(16)),
    Column("format", String(16)),
    Column("encoding", Prose),
    Column("encoding_source", String(16)),
    Column("warnings", Json, nullable=False),
    Column("new", Integer, nullable=False),
    Column("edited", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("name", Prose, primary_key=True),
    Column("query", Prose, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

icon = Table(
    "icon",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("url", Prose, nullable=False),
    Column("media_type", Prose, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)
