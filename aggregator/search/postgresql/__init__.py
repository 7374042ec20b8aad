"""Search in PostgreSQL: the index in the archive's own database, written with it, read beside it.

Importing this room loads psycopg, but no SQLAlchemy; only writing the index needs that.
"""

from aggregator.search.postgresql._engine import PostgresEngine
from aggregator.search.postgresql._index import PostgresIndex

__all__ = ["PostgresEngine", "PostgresIndex"]
