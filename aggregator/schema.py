"""What tells an archive that this program reads and writes from others.

Kept apart from everything that could load a library, so that a search can check it at no cost.
"""

HEAD = "0005"
"""The newest revision of `alembic/versions/`; a test holds the two equal."""

COPY_TABLE = "copy_progress"
"""Stands in an archive as long as it is the unfinished copy of another one."""
