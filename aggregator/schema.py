"""The revision of the archive's schema that this program reads and writes.

Kept apart from everything that could load a library, so that a search can check it at no cost.
"""

HEAD = "0004"
"""The newest revision of `alembic/versions/`; a test holds the two equal."""
