"""Bytes that kill who reads them: counted in the archive, and after two deaths left alone."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ParamSpec, Protocol, TypeVar

from aggregator.archive import MAX_DEATHS, Poisons
from aggregator.errors import ArchiveError, QuarantinedError, WorkerDiedError
from aggregator.polling._workers import Workers

logger = logging.getLogger("aggregator.workers")

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


class _InArchive(Protocol):
    async def __call__(self, work: Callable[..., _Result], *args: object) -> _Result: ...


class Quarantine:
    """Gives work to workers unless the bytes that it is about have killed some of them.

    What the archive knows is read once: only our own deaths are added to it.
    """

    def __init__(self, in_archive: _InArchive, poison: Poisons) -> None:
        self._in_archive, self._poison = in_archive, poison
        self._known: dict[str, tuple[int, str]] | None = None

    async def run(
        self,
        workers: Workers,
        digest: str,
        deadline_s: float,
        function: Callable[_Given, _Result],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Result:
        """What `Workers.run` returns; QuarantinedError where `digest` has died twice or more."""
        deaths, reason = (await self._read()).get(digest, (0, ""))
        if deaths >= MAX_DEATHS:
            raise QuarantinedError(deaths, reason)
        try:
            return await workers.run(deadline_s, function, *args, **kwargs)
        except WorkerDiedError as died:
            await self._note(digest, died)
            raise

    async def holds(self, *bodies: bytes) -> bool:
        """Whether these are given to no worker any more."""
        known = await self._read()
        has_any = any(deaths >= MAX_DEATHS for deaths, _ in known.values())
        # Hashing every page for nothing would cost as much as storing its article.
        return has_any and known.get(digest_of(*bodies), (0, ""))[0] >= MAX_DEATHS

    async def _read(self) -> dict[str, tuple[int, str]]:
        if self._known is None:
            found = await self._in_archive(self._poison.all)
            self._known = {one.digest: (one.deaths, one.reason) for one in found}
        return self._known

    async def _note(self, digest: str, died: WorkerDiedError) -> None:
        """Write down a death; an archive that cannot take it hides no error of the document."""
        known = await self._read()
        for _ in range(died.deaths):
            now = datetime.now(UTC)
            try:
                deaths = await self._in_archive(self._poison.note_death, digest, str(died), now)
            except ArchiveError as error:
                logger.warning("a death was not noted: digest=%s %s", digest, error)
                deaths = known.get(digest, (0, ""))[0] + 1
            known[digest] = (deaths, str(died))
            logger.warning("worker died: digest=%s deaths=%s %s", digest, deaths, died)


def digest_of(*bodies: bytes) -> str:
    """The name under which the deaths of a document, or of an article's pages, are counted.

    >>> digest_of(b"a") == hashlib.sha256(b"a").hexdigest()[:32]
    True
    """
    # Faster than BLAKE2 where the processor has instructions for it, as most have.
    found = hashlib.sha256()
    for body in bodies:
        found.update(body)
    return found.hexdigest()[:32]
