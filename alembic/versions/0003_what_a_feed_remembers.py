"""Aliases, tombstones, moves and merged feeds, snapshots, fetch records, icons, extras."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

from aggregator.urls import normalize_link

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ENTRIES_PER_BATCH = 1000


def upgrade() -> None:
    """Bring the archive to 0003; columns are added one by one, so no table is written anew."""
    extend_feed()
    op.add_column("entry", sa.Column("extras", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column(
        "revision",
        sa.Column("is_silent", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "ix_article_page_misses",
        "article",
        ["page_misses"],
        sqlite_where=sa.text("page_misses IS NOT NULL"),
        postgresql_where=sa.text("page_misses IS NOT NULL"),
    )
    create_names()
    create_documents()
    fill_aliases()


def extend_feed() -> None:
    """What a feed's entries are told apart by, where it has gone, what it says of itself."""
    for column in (
        sa.Column("identity", sa.String(8)),
        sa.Column("learnt_identity", sa.String(8), nullable=False, server_default="id"),
        sa.Column("moved_to", sa.Text()),
        sa.Column("move_url", sa.Text()),
        sa.Column("move_since", INSTANT),
        sa.Column("move_polls", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("links", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("extras", sa.JSON(), nullable=False, server_default="{}"),
    ):
        op.add_column("feed", column)
    to_feed = sa.ForeignKey("feed.id", name="fk_feed_merged_into_feed")
    # SQLite takes a reference only with the column itself, and then without a name.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("feed", sa.Column("merged_into", ID, to_feed), inline_references=is_sqlite)


def create_names() -> None:
    """Further keys of the entries, and the keys of those that were deleted."""
    op.create_table(
        "alias",
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "key", "entry_id", name="pk_alias"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_alias_feed_id_feed"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_alias_entry_id_entry"),
    )
    op.create_index("ix_alias_entry_id", "alias", ["entry_id"])
    op.create_table(
        "tombstone",
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("entry_id", ID, nullable=False, autoincrement=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=False),
        sa.Column("content_hash", sa.String(32), nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("published_raw", sa.Text()),
        sa.PrimaryKeyConstraint("feed_id", "key", "entry_id", name="pk_tombstone"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_tombstone_feed_id_feed"),
    )


def create_documents() -> None:
    """The last document of each feed, how the last answers were read, and the icons."""
    op.create_table(
        "snapshot",
        sa.Column("feed_id", ID, nullable=False, autoincrement=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name="pk_snapshot"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_snapshot_feed_id_feed"),
    )
    op.create_table(
        "fetch",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("path", sa.String(16)),
        sa.Column("format", sa.String(16)),
        sa.Column("encoding", sa.Text()),
        sa.Column("encoding_source", sa.String(16)),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("edited", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fetch"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_fetch_feed_id_feed"),
    )
    op.create_index("ix_fetch_feed_id", "fetch", ["feed_id"])
    op.create_table(
        "icon",
        sa.Column("feed_id", ID, nullable=False, autoincrement=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name="pk_icon"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_icon_feed_id_feed"),
    )


def fill_aliases() -> None:
    """Let the entries of before be known by their links, too."""
    connection = op.get_bind()
    entry = sa.table("entry", *map(sa.column, ("id", "feed_id", "key", "url")))
    alias = sa.table("alias", *map(sa.column, ("feed_id", "key", "entry_id", "is_key")))
    linked = sa.select(entry).where(entry.c.url.is_not(None)).order_by(entry.c.id)
    last_id = 0
    while rows := connection.execute(
        linked.where(entry.c.id > last_id).limit(ENTRIES_PER_BATCH)
    ).all():
        last_id = rows[-1].id
        found = [
            {"feed_id": row.feed_id, "key": key, "entry_id": row.id, "is_key": False}
            for row in rows
            if (key := make_link_key(row.url)) != row.key
        ]
        if found:
            connection.execute(sa.insert(alias), found)


def make_link_key(url: str) -> str:
    """The key of an entry that is known by its link, as this revision found it.

    `normalize_link` is the program's own: an alias is of use only if it is the one that the next
    poll looks for.
    """
    named = f"link\0{normalize_link(url)}"
    return blake2b(named.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def downgrade() -> None:
    """Bring the archive back to 0002; what 0003 added is lost, merged feeds stay paused."""
    for name in ("icon", "fetch", "snapshot", "tombstone", "alias"):
        op.drop_table(name)
    op.drop_index("ix_article_page_misses", "article")
    op.drop_column("revision", "is_silent")
    op.drop_column("entry", "extras")
    for name in (
        "merged_into",
        "extras",
        "links",
        "move_polls",
        "move_since",
        "move_url",
        "moved_to",
        "learnt_identity",
        "identity",
    ):
        op.drop_column("feed", name)
