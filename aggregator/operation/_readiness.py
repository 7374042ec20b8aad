"""Whether an archive can be worked with now: the question behind /readyz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.schema import HEAD

if TYPE_CHECKING:
    from aggregator.archive import Archive


def find_obstacle(archive: Archive) -> str | None:
    """Why the archive is not that of this program any more; None if it is.

    Raises ArchiveError while it cannot be read. Costs one look-up.
    """
    revision = archive.watching.revision()
    if revision == HEAD:
        return None
    return f"the archive has schema {revision or 'none'}, this program wants {HEAD}"
