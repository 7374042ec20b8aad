"""The demo site as a server on one port."""

from __future__ import annotations

from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from aggregator.demo._article import DemoArticle
from aggregator.demo._catalogue import Catalogue
from aggregator.demo._resource import Resource, answer
from aggregator.errors import AggregatorError


class DemoSite:
    """Four publications of our own writing on one port, open inside ``async with``.

    Dates of articles are relative to `now` (aware, else ValueError), in whole minutes. Port 0 is
    any free one. Entering raises AggregatorError if the port cannot be opened, and begins anew:
    nothing new published, nothing edited. After leaving, what was served can still be read.
    """

    def __init__(self, now: datetime, *, host: str = "127.0.0.1", port: int = 0) -> None:
        if now.utcoffset() is None:
            raise ValueError("now must be aware: give it a time zone, such as UTC")
        self._now = now.astimezone(UTC)
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None
        self._base_url = ""
        self._open_catalogue: Catalogue | None = None
        self._resources: dict[str, Resource] = {}

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except (OSError, OverflowError) as error:
            await runner.cleanup()
            raise AggregatorError(
                f"the demo site cannot open port {self._port} on {self._host} ({error});"
                " choose another port, or 0 for any free one"
            ) from error
        host, port = runner.addresses[0][:2]
        self._base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._open_catalogue = Catalogue(self._base_url, self._now)
        self._resources = self._open_catalogue.render()
        self._runner = runner
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @property
    def base_url(self) -> str:
        """The root of the site, without a slash at the end. RuntimeError before it was open."""
        self._catalogue()
        return self._base_url

    @property
    def feed_urls(self) -> tuple[str, ...]:
        """The feeds in a fixed order: RSS 2.0, Atom 1.0, RSS 1.0, JSON Feed 1.1."""
        return self._catalogue().feed_urls

    @property
    def articles(self) -> tuple[DemoArticle, ...]:
        """What is served now, in the order of `feed_urls`, newest first within each."""
        return self._catalogue().articles

    def publish(self) -> tuple[DemoArticle, ...]:
        """The articles that each feed gained, one a feed; none when all have been published."""
        catalogue = self._catalogue()
        published = catalogue.publish()
        self._resources = catalogue.render()
        return published

    def edit(self) -> DemoArticle:
        """The article that changed: each call appends one more numbered correction to it."""
        catalogue = self._catalogue()
        edited = catalogue.edit()
        self._resources = catalogue.render()
        return edited

    def _catalogue(self) -> Catalogue:
        if self._open_catalogue is None:
            raise RuntimeError("the demo site is not open: use it inside `async with`")
        return self._open_catalogue

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        resource = self._resources.get(request.path)
        if resource is None:
            return web.Response(status=404, text="There is no such page on the demo site.\n")
        return answer(request, resource)
