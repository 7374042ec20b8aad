"""What polling remembers: hosts, stated times, rhythms, answers, poison, subscriptions."""

import sqlalchemy as sa
from alembic import op

from aggregator.urls import host_of

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
FEEDS_PER_BATCH = 1000


def upgrade() -> None:
    """Bring the archive to 0005; columns are added one by one, so no table is written anew."""
    extend_feed()
    fill_hosts()
    op.create_index("ix_feed_host", "feed", ["host", "next_poll_at"])
    op.drop_index("ix_feed_due", "feed")
    due = ["is_enabled", "next_poll_at", "host", "last_status", "failures"]
    op.create_index("ix_feed_due", "feed", due)
    create_hosts()
    create_of_feeds()
    op.create_table(
        "poison",
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_poison"),
    )
    op.create_table(
        "note",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_note"),
    )


def extend_feed() -> None:
    """What a feed and its server state of the next visit, what was learnt of it."""
    for column in (
        sa.Column("host", sa.Text(), nullable=False, server_default=""),
        sa.Column("weight", sa.Float(), nullable=False, server_default="1"),
        sa.Column("pace", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("rhythm", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("not_before", INSTANT),
        sa.Column("why", sa.Text()),
        sa.Column("error_kind", sa.String(16)),
        sa.Column("refreshed_at", INSTANT),
    ):
        op.add_column("feed", column)


def fill_hosts() -> None:
    """Let each feed be of the host of its present address."""
    connection = op.get_bind()
    feed = sa.table("feed", *map(sa.column, ("id", "url", "moved_to", "host")))
    chosen = sa.select(feed.c.id, feed.c.url, feed.c.moved_to).order_by(feed.c.id)
    change = sa.update(feed).where(feed.c.id == sa.bindparam("number"))
    last_id = 0
    while rows := connection.execute(
        chosen.where(feed.c.id > last_id).limit(FEEDS_PER_BATCH)
    ).all():
        last_id = rows[-1].id
        found = [{"number": row.id, "host": host_of(row.moved_to or row.url)} for row in rows]
        connection.execute(change, found)


def create_hosts() -> None:
    """Hosts that were asked: when they may be asked again, whoever asks."""
    op.create_table(
        "host",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_start_at", INSTANT),
        sa.Column("rest_until", INSTANT),
        sa.Column("rest_since", INSTANT),
        sa.Column("rest_status", sa.Integer()),
        sa.Column("refusals", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lease_token", sa.String(32)),
        sa.Column("leased_until", INSTANT),
        sa.Column("robots", sa.JSON(), nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("host", name="pk_host"),
    )
    for name in ("rest_until", "leased_until"):
        is_there = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_host_{name}", "host", [name], sqlite_where=is_there, postgresql_where=is_there
        )


def create_of_feeds() -> None:
    """Answers that are not read yet, addresses of before, subscriptions to hubs."""
    op.create_table(
        "answer",
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.Column("is_pushed", sa.Boolean(), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "is_pushed", name="pk_answer"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_answer_feed_id_feed"),
    )
    op.create_table(
        "feed_address",
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("left_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "url", name="pk_feed_address"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_feed_address_feed_id_feed"),
    )
    op.create_table(
        "subscription",
        sa.Column("feed_id", ID, nullable=False, autoincrement=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("requested_at", INSTANT),
        sa.Column("expires_at", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("feed_id", name="pk_subscription"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_subscription_feed_id_feed"),
        sa.UniqueConstraint("token", name="uq_subscription_token"),
    )


def downgrade() -> None:
    """Bring the archive back to 0004; what 0005 added is lost, adaptive feeds are asked hourly."""
    for name in ("note", "subscription", "poison", "feed_address", "answer", "host"):
        op.drop_table(name)
    op.drop_index("ix_feed_host", "feed")
    op.drop_index("ix_feed_due", "feed")
    op.create_index("ix_feed_due", "feed", ["is_enabled", "next_poll_at"])
    op.execute("UPDATE feed SET interval_s = 3600 WHERE interval_s = 0")
    for name in (
        "refreshed_at",
        "error_kind",
        "why",
        "not_before",
        "rhythm",
        "pace",
        "weight",
        "host",
    ):
        op.drop_column("feed", name)
