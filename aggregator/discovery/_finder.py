"""From what a person typed to the feeds that are there: asked one after the other, and few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from aggregator.discovery._address import read_address
from aggregator.discovery._inspect import PageClues, inspect_feed, inspect_page
from aggregator.discovery._rewriters import rewrite
from aggregator.discovery._well_known import guess_feeds
from aggregator.errors import AggregatorError, FeedError, FetchError
from aggregator.fetch import FEED_ACCEPT, PAGE_ACCEPT, Fetcher
from aggregator.model import Response
from aggregator.polling import Workers
from aggregator.urls import normalize_link, without_credentials

MAX_REQUESTS = 12
"""For one thing that was typed, whatever its pages say; redirects are not counted."""

_MAX_LINKS = 6
"""How many links of one page are followed; a blog has two to six."""

_WORK_S = 30.0
_HTTPS_FAILED = frozenset({"connect", "tls", "timeout"})
_PAGE_IS_MISSING = frozenset({403, 404, 405, 406, 410})
"""What a front page may answer to a program while its feed is there for it."""

_BUSY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that is there: it was fetched and read.

    `url` is where it is polled: behind permanent redirects only, with the password that was typed.
    `source` is how it was found: ``address`` (it was typed), ``site`` (a rule for its site),
    ``link``, ``software`` or ``guess``. `newest_at` is the date of its newest entry.
    """

    url: str = field(repr=False)
    title: str | None
    format: str
    site_url: str | None
    entry_count: int
    newest_at: datetime | None
    source: str
    has_comments_only: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One address that was asked, without its password, and what came of it in a few words."""

    url: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """The feeds that were found, the likeliest first, and all addresses that were asked."""

    feeds: tuple[FoundFeed, ...]
    attempts: tuple[Attempt, ...]

    @property
    def chosen(self) -> FoundFeed | None:
        """The feed that is meant if that is clear: the only one, feeds of comments left aside."""
        own = [feed for feed in self.feeds if not feed.has_comments_only] or self.feeds
        return own[0] if len(own) == 1 else None


async def find_feeds(typed: str, fetcher: Fetcher, workers: Workers) -> Discovery:
    """The feeds at what a person typed: an address of a feed, a page or a profile.

    In this order, and no further than the first step that finds one: the rules for known sites, the
    address itself, what its page and its Link header link to, what the software of the page usually
    has, common paths. Feeds of comments stand last, then those without an entry. At most
    `MAX_REQUESTS` are asked, one at a time. Raises ValueError for what is no address, and
    FetchError if the page cannot be fetched and there is no feed beside it.
    """
    addresses = read_address(typed)
    search = _Search(fetcher, workers)
    await search.try_groups(rewrite(addresses[0]), "site")
    if not search.found:
        await _search_page(search, addresses)
    return search.result()


async def _search_page(search: _Search, addresses: tuple[str, ...]) -> None:
    page = await _open_page(search, addresses)
    if isinstance(page, Response):
        clues = await search.read_page(page)
        if search.found or clues is None:
            return
        steps: list[tuple[Iterable[tuple[str, ...]], str]] = [
            (rewrite(page.final_url), "site"),
            (((link.url,) for link in clues.links[:_MAX_LINKS]), "link"),
            ((clues.hints,), "software"),
        ]
        for groups, source in steps:
            await search.try_groups(groups, source)
            if search.found:
                return
    place = page.final_url if isinstance(page, Response) else page.url
    await search.try_groups([tuple(guess_feeds(place))], "guess")
    if isinstance(page, FetchError) and not search.found:
        page.add_note("no feed was found beside it either")
        raise page


async def _open_page(search: _Search, addresses: tuple[str, ...]) -> Response | FetchError:
    """The page at the first of `addresses` that answers; else the error of one that is missing."""
    *others, last = addresses
    for address in others:
        try:
            return await search.ask(address, PAGE_ACCEPT)
        except FetchError as error:
            if error.kind not in _HTTPS_FAILED:
                return _missing(error)
    try:
        return await search.ask(last, PAGE_ACCEPT)
    except FetchError as error:
        return _missing(error)


def _missing(error: FetchError) -> FetchError:
    """`error`, if it leaves hope of a feed beside the page; raised otherwise."""
    if error.status not in _PAGE_IS_MISSING:
        raise error
    return error


class _Search:
    """The requests of one search: counted, none twice, none to a server that has had enough."""

    def __init__(self, fetcher: Fetcher, workers: Workers) -> None:
        self._fetcher, self._workers = fetcher, workers
        self._attempts: dict[str, str] = {}
        self._closed: dict[str, FetchError] = {}
        self.found: dict[str, FoundFeed] = {}

    def result(self) -> Discovery:
        """What was found so far."""
        feeds = sorted(
            self.found.values(), key=lambda feed: (feed.has_comments_only, not feed.entry_count)
        )
        attempts = (Attempt(without_credentials(url), said) for url, said in self._attempts.items())
        return Discovery(tuple(feeds), tuple(attempts))

    async def ask(self, url: str, accept: str) -> Response:
        """The answer for `url`; raises FetchError, for a closed origin the one that closed it."""
        origin = _origin_of(url)
        if origin in self._closed:
            raise self._closed[origin]
        try:
            response = await self._fetcher.get(url, accept=accept)
        except FetchError as error:
            self._attempts[url] = str(error)
            if error.kind != "http" or error.status in _BUSY:
                self._closed[origin] = error
            raise
        self._attempts[url] = f"{response.status}"
        return response

    async def try_groups(self, groups: Iterable[tuple[str, ...]], source: str) -> None:
        """Look for one feed in each of `groups`, whose members are tried until one is a feed."""
        for group in groups:
            for url in group:
                if await self._is_feed(url, source):
                    break

    async def read_page(self, page: Response) -> PageClues | None:
        """The clues of `page`; None, and the feed is found, if it is a feed."""
        if await self._read_feed(page, "address"):
            return None
        header = page.headers.get("link", "")
        try:
            return await self._workers.run(_WORK_S, inspect_page, page.body, page.final_url, header)
        except AggregatorError as error:
            self._attempts[page.url] = str(error)
            return PageClues((), ())

    async def _is_feed(self, url: str, source: str) -> bool:
        if url in self._attempts or len(self._attempts) >= MAX_REQUESTS:
            return False
        try:
            response = await self.ask(url, FEED_ACCEPT)
        except FetchError:
            return False
        return await self._read_feed(response, source)

    async def _read_feed(self, response: Response, source: str) -> bool:
        content_type = response.headers.get("content-type")
        try:
            facts = await self._workers.run(
                _WORK_S, inspect_feed, response.body, response.final_url, content_type
            )
        except FeedError as error:
            kind = "an HTML page" if error.looks_like == "html" else str(error)
            self._attempts[response.url] = kind
            return False
        except AggregatorError as error:
            self._attempts[response.url] = str(error)
            return False
        self._attempts[response.url] = "a feed"
        feed = FoundFeed(
            url=_settled_url(response),
            title=facts.title,
            format=facts.format,
            site_url=facts.site_url,
            entry_count=facts.entry_count,
            newest_at=facts.newest_at,
            source=source,
            has_comments_only=facts.has_comments_only,
        )
        self.found.setdefault(normalize_link(response.final_url), feed)
        return True


def _origin_of(url: str) -> str:
    return urljoin(without_credentials(url), "/").lower()


def _settled_url(response: Response) -> str:
    """Where to ask from now on: behind the permanent redirects that come first.

    An address with a password stays as it is: where else it may be sent is for its owner to say.
    """
    if without_credentials(response.url) != response.url:
        return response.url
    url = response.url
    for redirect in response.redirects:
        if redirect.status not in {301, 308}:
            break
        url = redirect.url
    return url
