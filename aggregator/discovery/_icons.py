"""The icon of one site: its page, then the icons that it names, until one is a picture."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urljoin

from aggregator.discovery._icon_links import (
    MAX_ICON_BYTES,
    find_icon_links,
    find_image_type,
    read_data_url,
)
from aggregator.errors import AggregatorError, FetchError
from aggregator.fetch import PAGE_ACCEPT, Fetcher
from aggregator.model import Feed, Icon
from aggregator.polling import Workers
from aggregator.urls import without_credentials

ICON_AGE = timedelta(days=7)
"""How long an icon is taken as it is, and a site without one is left in peace."""

ICON_ACCEPT = "image/png, image/x-icon, image/webp, image/gif, image/jpeg, image/*;q=0.5"

_MAX_ICONS = 4
_WORK_S = 10.0


class IconFinder:
    """Finds icons of feeds: `pages` fetches sites, `pictures` (with a lower cap) their icons."""

    def __init__(self, pages: Fetcher, pictures: Fetcher, workers: Workers) -> None:
        self._pages, self._pictures, self._workers = pages, pictures, workers

    async def find_icon(self, feed: Feed) -> Icon | None:
        """The icon of the site that `feed` belongs to; None if it has none that can be used.

        At most five requests. No error of the site comes out: an icon is never worth one.
        """
        site = without_credentials(feed.site_url or urljoin(feed.url, "/"))
        for address in (await self._links_of(site))[:_MAX_ICONS]:
            data = read_data_url(address) or await self._fetch(address)
            media_type = find_image_type(data)
            if media_type:
                # A data: URL says nothing that its bytes do not say.
                place = site if address.startswith("data:") else address
                return Icon(place, media_type, data)
        return None

    async def _links_of(self, site: str) -> list[str]:
        try:
            page = await self._pages.get(site, accept=PAGE_ACCEPT)
            return await self._workers.run(_WORK_S, find_icon_links, page.body, page.final_url)
        except FetchError as error:
            # Who does not answer, or has had enough, is not asked for a picture either.
            is_there = error.kind == "http" and error.status not in {429, 503}
            return [urljoin(site, "/favicon.ico")] if is_there else []
        except AggregatorError:
            return [urljoin(site, "/favicon.ico")]

    async def _fetch(self, address: str) -> bytes:
        if address[:5].lower() == "data:":
            return b""
        try:
            return (await self._pictures.get(address, accept=ICON_ACCEPT)).body[
                : MAX_ICON_BYTES + 1
            ]
        except FetchError:
            return b""
