"""${message}."""

${imports if imports else ""}
from alembic import op

import sqlalchemy as sa

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Bring the archive to ${up_revision}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Bring the archive back to ${down_revision}."""
    ${downgrades if downgrades else "pass"}
