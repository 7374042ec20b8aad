"""The first archive: feeds, entries, articles, sections, revisions and the search index."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the archive to 0001."""
    create_feed()
    create_entry()
    create_article()
    if op.get_bind().dialect.name == "sqlite":
        # Vowel signs (Mn, Mc) are parts of words in Indic scripts, not the ends of them.
        # Contentless: the text is in the tables already. Written by the program, never by
        # triggers, which batch migrations drop without a word.
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "title, headings, body, content='', "
            "tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\")"
        )
        op.execute("INSERT INTO search_index(search_index, rank) VALUES ('rank', 'bm25(4, 2, 1)')")


def create_feed() -> None:
    """The polled feeds, with what each needs for its next visit."""
    op.create_table(
        "feed",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("site_url", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("format", sa.String(16)),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("full_text", sa.String(8), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_hash", sa.String(32)),
        sa.Column("next_poll_at", INSTANT, nullable=False),
        sa.Column("lease_token", sa.String(32)),
        sa.Column("leased_until", INSTANT),
        sa.Column("last_polled_at", INSTANT),
        sa.Column("last_status", sa.Integer()),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("url", name="uq_feed_url"),
    )
    op.create_index("ix_feed_due", "feed", ["is_enabled", "next_poll_at"])


def create_entry() -> None:
    """The entries as their feeds state them, and what they said before they were edited."""
    op.create_table(
        "entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("content_hash", sa.String(32), nullable=False),
        sa.Column("guid", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("summary", sa.Text()),
        sa.Column("content", sa.Text()),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("updated_at", INSTANT),
        sa.Column("published_raw", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("comments_url", sa.Text()),
        sa.Column("enclosures", sa.JSON(), nullable=False),
        sa.Column("base_url", sa.Text()),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("sort_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_entry_feed_id_feed"),
        sa.UniqueConstraint("feed_id", "key", name="uq_entry_feed_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_sort_at", "entry", ["sort_at"])
    op.create_table(
        "revision",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("replaced_at", INSTANT, nullable=False),
        sa.Column("content_hash", sa.String(32), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "number", name="pk_revision"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_revision_entry_id_entry"),
    )


def create_article() -> None:
    """What was made of each entry's page or body."""
    op.create_table(
        "article",
        sa.Column("entry_id", ID, nullable=False, autoincrement=False),
        sa.Column("headline", sa.Text()),
        sa.Column("byline", sa.Text()),
        sa.Column("published_at", INSTANT),
        sa.Column("language", sa.Text()),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("lead_html", sa.Text(), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("read_minutes", sa.Integer(), nullable=False),
        sa.Column("stated_minutes", sa.Integer()),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("image", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("fetched_at", INSTANT),
        sa.Column("page_misses", sa.Integer()),
        sa.PrimaryKeyConstraint("entry_id", name="pk_article"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_article_entry_id_entry"),
    )
    op.create_table(
        "section",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_section"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["article.entry_id"], name="fk_section_entry_id_article"
        ),
    )


def downgrade() -> None:
    """Bring the archive back to nothing."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    for name in ("section", "article", "revision", "entry", "feed"):
        op.drop_table(name)
