"""Dates, direction and confidence of articles, anchors of sections, site rules, templates."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the archive to 0002; columns are added one by one, so no table is written anew."""
    op.add_column("article", sa.Column("modified_at", INSTANT))
    op.add_column("article", sa.Column("direction", sa.String(3)))
    # Nobody has asked how sure the older articles are. 0 keeps them out of whatever wants a sure
    # one, and in whatever looks for articles that should be made again.
    op.add_column(
        "article", sa.Column("confidence", sa.Float(), nullable=False, server_default="0")
    )
    op.add_column("article", sa.Column("page_kind", sa.String(16)))
    op.add_column("section", sa.Column("anchor", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "section",
        sa.Column("is_pseudo", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("feed", sa.Column("rules", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "template",
        sa.Column("feed_id", ID, nullable=False, autoincrement=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name="pk_template"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_template_feed_id_feed"),
    )


def downgrade() -> None:
    """Bring the archive back to 0001; what 0002 added is lost."""
    op.drop_table("template")
    op.drop_column("feed", "rules")
    for name in ("is_pseudo", "anchor"):
        op.drop_column("section", name)
    for name in ("page_kind", "confidence", "direction", "modified_at"):
        op.drop_column("article", name)
