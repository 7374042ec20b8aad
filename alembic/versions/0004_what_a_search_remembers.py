"""Saved searches; the search index is no longer a table of the schema."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)
ENTRIES_PER_BATCH = 200

# Han, Kana and Hangul, as the search of 0003 knew them.
RUN = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+"
)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def upgrade() -> None:
    """Bring the archive to 0004; what opens it next makes the new index."""
    op.create_table(
        "saved_search",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_saved_search"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE IF EXISTS search_index")


def downgrade() -> None:
    """Bring the archive back to 0003, found by the words of its titles and texts as it was then.

    Saved searches are lost.
    """
    op.drop_table("saved_search")
    drop_index_tables()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "title, headings, body, content='', "
            "tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\")"
        )
        op.execute("INSERT INTO search_index(search_index, rank) VALUES ('rank', 'bm25(4, 2, 1)')")
        fill_index()


def drop_index_tables() -> None:
    """Drop the tables of the search index, of all its generations."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        # The tables behind a virtual table go with it, and cannot go before.
        named = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'search_*'"
        for chosen in (f"{named} AND sql LIKE 'CREATE VIRTUAL%'", named):
            drop_tables(list(connection.execute(sa.text(chosen)).scalars()))
    else:
        named = (
            "SELECT tablename FROM pg_tables "
            "WHERE schemaname = current_schema() AND tablename LIKE 'search\\_%'"
        )
        drop_tables(list(connection.execute(sa.text(named)).scalars()))


def drop_tables(names: list[str]) -> None:
    """Drop these tables."""
    for name in names:
        op.drop_table(name)


def fill_index() -> None:
    """Index all entries as the program of 0003 did."""
    connection = op.get_bind()
    add = "INSERT INTO search_index (rowid, title, headings, body) VALUES (?, ?, ?, ?)"
    chosen = sa.text(
        "SELECT entry.id, entry.title, article.headline, article.lead FROM entry "
        "JOIN article ON article.entry_id = entry.id "
        "WHERE entry.id > :last_id ORDER BY entry.id LIMIT :most"
    )
    last_id = 0
    while rows := connection.execute(chosen, {"last_id": last_id, "most": ENTRIES_PER_BATCH}).all():
        parts = read_sections(connection, last_id, rows[-1].id)
        connection.exec_driver_sql(add, list(indexed(rows, parts)))
        last_id = rows[-1].id


def read_sections(
    connection: sa.Connection, after_id: int, last_id: int
) -> dict[int, list[tuple[str, str]]]:
    """Headings and texts of the sections of some entries, by entry."""
    chosen = sa.text(
        "SELECT entry_id, heading, text FROM section "
        "WHERE entry_id > :after_id AND entry_id <= :last_id ORDER BY entry_id, position"
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for row in connection.execute(chosen, {"after_id": after_id, "last_id": last_id}):
        found.setdefault(row.entry_id, []).append((row.heading, row.text))
    return found


def indexed(
    rows: Sequence[sa.Row[Any]],
    sections: dict[int, list[tuple[str, str]]],
) -> Iterator[tuple[int, str, str, str]]:
    """The rows of the index: number, titles, headings, all other text."""
    for row in rows:
        parts = sections.get(row.id, [])
        titles = dict.fromkeys(one for one in (row.title, row.headline) if one)
        yield (
            row.id,
            analyze("\n".join(titles)),
            analyze("\n".join(heading for heading, _ in parts)),
            analyze("\n".join([row.lead, *(text for _, text in parts)])),
        )


def analyze(text: str) -> str:
    """`text` as the program of 0003 handed it to the index, and will hand it over to remove it."""
    if text.isascii():
        return text.lower().replace("\0", " ")
    normal = UNSTORABLE.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return RUN.sub(in_pairs, normal)


def in_pairs(run: re.Match[str]) -> str:
    """A run of ideographs as overlapping pairs and its last character."""
    text = run.group()
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    return " " + " ".join([*pairs, text[-1]]) + " "
