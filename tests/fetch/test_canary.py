"""A canary on an address that nobody may reach, and every way in which a URL comes in from outside.

The canary listens on 127.66.6.6, only 127.10.0.0/16 is allowed. Feeds, redirects, pages, icons,
OPML and hubs name it in every spelling; it must never hear of us. Each way is also walked with the
canary allowed: a test that could not be reached proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.cli._app import run
from aggregator.errors import FetchError
from aggregator.urls import normalize_link, resolve, without_credentials

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer
    from tests.fetch.conftest import OpenFetcher

CANARY = "127.66.6.6"
SITE = "127.10.0.1"
NUMBER = int(IPv4Address(CANARY))

SPELLINGS = [
    CANARY,
    f"{CANARY}.",
    str(NUMBER),
    hex(NUMBER),
    f"0{NUMBER:o}",
    "0177.0102.06.06",
    "0x7f.0x42.0x6.0x6",
    "127.66.1542",
    "127.4327942",
    "[::ffff:127.66.6.6]",
    "[::ffff:7f42:606]",
    "[::127.66.6.6]",
    "[2002:7f42:606::1]",
    "[64:ff9b::7f42:606]",
    "[::ffff:127.66.6.6%25lo]",
    "[fe80::1%25lo]",
    "１２７.66.6.6",
    "127。66．6｡6",
    "①②⑦.66.6.6",
    "%31%32%37.66.6.6",
    f"{SITE}@{CANARY}",
    f"user:{SITE}@{CANARY}",
    f"{SITE}\\@{CANARY}",
    f"{SITE}%40{CANARY}",
    f"{SITE}#@{CANARY}",
    f"{SITE}?@{CANARY}",
    "inside.test",
    "INSIDE.test.",
    "many.test",
    "rebind.test",
]


@pytest.fixture
def canary(start_server: Callable[..., HttpServer]) -> HttpServer:
    """The server that must not be reached; whoever does gets a feed."""
    server = start_server(CANARY)
    for path in ("/feed", "/page", "/icon.png", "/feeds.opml"):
        server.route(path, server.reply(b"<rss><channel><title>secret</title></channel></rss>"))
    return server


@pytest.fixture
def site(start_server: Callable[..., HttpServer]) -> HttpServer:
    """The server that may be reached, and names the canary."""
    return start_server(SITE)


@pytest.fixture(autouse=True)
def names(hosts: Hosts) -> None:
    """Names for the canary: its own, one of several, one that changes its mind."""
    hosts.add("inside.test", [CANARY])
    hosts.add("many.test", [CANARY, "127.66.6.7", "::1"])
    hosts.add("rebind.test", [SITE], [CANARY])


def urls_of(canary: HttpServer, path: str) -> list[str]:
    """The URL of `path` on the canary in every spelling, and some with odd letters around."""
    plain = canary.url(path)
    usual = [canary.url(path, host=spelling) for spelling in SPELLINGS]
    odd = [plain.upper().replace(path.upper(), path), f" {plain}", plain.replace("//", "///")]
    return [*usual, *odd, plain.replace("http:", "https:"), plain.replace("http:", "http:\\\\")]


@pytest.mark.parametrize("way", ["get", "get_page", "post", "redirect"])
async def test_no_spelling_reaches_the_canary(
    way: str, canary: HttpServer, site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Asked for, or led to; every one ends in an error."""
    fetcher = await open_fetcher(allow=("127.10.0.0/16",), timeout_s=2.0)

    for url in urls_of(canary, "/feed"):
        place = url.encode("utf-8").decode("latin-1")
        site.route("/away", site.reply(status=302, headers=[("Location", place)]))
        with pytest.raises(FetchError):  # noqa: PT012 - one of four
            match way:
                case "get":
                    await fetcher.get(url)
                case "get_page":
                    await fetcher.get_page(url)
                case "post":
                    await fetcher.post(url, {"a": "b"})
                case _:
                    await fetcher.get(site.url("/away"))

    assert canary.connections == 0


@pytest.mark.parametrize("address", [CANARY, "inside.test", "many.test"])
async def test_the_canary_can_be_reached_where_it_is_allowed(
    address: str, canary: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """The proof that the tests here can fail."""
    fetcher = await open_fetcher(allow=(f"{CANARY}/32",))

    await fetcher.get(canary.url("/feed", host=address))

    assert canary.connections == 1


class Trap:
    """A site whose every page, feed and list leads to the canary."""

    def __init__(self, site: HttpServer, urls: Callable[[str], list[str]]) -> None:
        self.site, self.urls = site, urls
        away = [("Location", urls("/feed")[0])]
        site.route("/away", site.reply(status=301, headers=away))
        site.route("/robots.txt", site.reply(status=404))
        site.route("/linked", site.reply(self._page()))
        site.route("/entries", site.reply(self._feed()))
        site.route("/older", site.reply(self._older()))
        site.route("/feeds.opml", site.reply(self._opml(urls("/feed"))))

    def _page(self) -> bytes:
        links = "".join(
            f'<link rel="alternate" type="application/rss+xml" href="{escape(url)}">'
            for url in self.urls("/feed")
        )
        icons = "".join(f'<link rel="icon" href="{escape(url)}">' for url in self.urls("/icon.png"))
        return f"<!doctype html><html><head>{links}{icons}</head><body>x</body></html>".encode()

    def _feed(self) -> bytes:
        items = "".join(
            f"<item><guid>{number}</guid><title>{number}</title><link>{escape(url)}</link></item>"
            for number, url in enumerate(self.urls("/page"))
        )
        hubs = "".join(f'<atom:link rel="hub" href="{escape(url)}"/>' for url in self.urls("/hub"))
        link = escape(self.site.url("/linked"))
        return (
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
            f"<title>trap</title><link>{link}</link>{hubs}{items}</channel></rss>"
        ).encode()

    def _older(self) -> bytes:
        place = escape(self.urls("/feed")[0])
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>old</title><id>urn:x</id>'
            f'<link rel="prev-archive" href="{place}"/><link rel="next" href="{place}"/>'
            "<entry><id>1</id><title>one</title><content>text</content></entry></feed>"
        ).encode()

    @staticmethod
    def _opml(urls: list[str]) -> bytes:
        outlines = "".join(f'<outline type="rss" xmlUrl="{escape(url)}"/>' for url in urls)
        return f'<opml version="2.0"><body>{outlines}</body></opml>'.encode()


Walk = Callable[..., int]


@pytest.fixture
def walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Walk]:
    """A function that runs a command in an empty home; feeds.toml lists the feeds it is given."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "HOME": str(tmp_path),
        "AGGREGATOR_ALLOW_NETWORKS": "127.10.0.0/16",
        "AGGREGATOR_HOST_GAP_S": "0",
        "AGGREGATOR_TIMEOUT_S": "3",
        "AGGREGATOR_WORKERS": "1",
        "AGGREGATOR_DATABASE_URL": f"sqlite:///{tmp_path / 'archive.db'}",
    }.items():
        monkeypatch.setenv(name, value)

    def walked(*arguments: str, feeds: list[str] | None = None) -> int:
        if feeds is not None:
            tables = "".join(f'[[feeds]]\nurl = "{url}"\nfull_text = "always"\n' for url in feeds)
            Path("feeds.toml").write_text(tables, encoding="utf-8")
        code = run(list(arguments))
        said = capsys.readouterr()
        # A list that is refused as a whole would ask for nothing.
        assert arguments[0] != "poll" or code in {0, 5}, said
        return code

    yield walked
    capsys.readouterr()


def poll_feeds(walk: Walk, trap: Trap) -> None:
    """The canary listed as feeds, in every spelling that a file may hold."""
    walk("poll", "--force", feeds=_listable(trap.urls("/feed")))


def poll_redirect(walk: Walk, trap: Trap) -> None:
    """A feed that has moved to the canary."""
    walk("poll", "--force", feeds=[trap.site.url("/away")])


def poll_pages(walk: Walk, trap: Trap) -> None:
    """A feed whose entries, hubs and site lead there."""
    walk("poll", "--force", feeds=[trap.site.url("/entries")])


def fetch_icons(walk: Walk, trap: Trap) -> None:
    """A feed whose site names its icon there."""
    walk("poll", "--force", feeds=[trap.site.url("/entries")])
    walk("feeds", "icons")


def backfill(walk: Walk, trap: Trap) -> None:
    """A feed whose older entries are there."""
    walk("poll", "--force", feeds=[trap.site.url("/older")])
    walk("feeds", "backfill", "1")


def discover(walk: Walk, trap: Trap) -> None:
    """A page whose feeds are there, and every spelling as what a person types."""
    for url in [trap.site.url("/linked"), *trap.urls("/feed")]:
        walk("feeds", "discover", url)


def add(walk: Walk, trap: Trap) -> None:
    """The same, to be added."""
    for url in [trap.site.url("/linked"), trap.site.url("/away"), *trap.urls("/feed")]:
        walk("feeds", "add", url, feeds=[])


def parse(walk: Walk, trap: Trap) -> None:
    """A feed to be looked at."""
    for url in [trap.site.url("/away"), *trap.urls("/feed")]:
        walk("feeds", "parse", url)


def extract(walk: Walk, trap: Trap) -> None:
    """A page to be taken apart."""
    for url in [trap.site.url("/away"), *trap.urls("/page")]:
        walk("extract", url)


def import_list(walk: Walk, trap: Trap) -> None:
    """An OPML list there, and one here whose feeds are there."""
    for url in [trap.site.url("/away"), *trap.urls("/feeds.opml")]:
        walk("import", url, feeds=[])
    walk("import", trap.site.url("/feeds.opml"), feeds=[])
    walk("poll", "--force")


WAYS = [
    poll_feeds,
    poll_redirect,
    poll_pages,
    fetch_icons,
    backfill,
    discover,
    add,
    parse,
    extract,
    import_list,
]


def _listable(urls: list[str]) -> list[str]:
    """Those that a file may list: absolute, without blanks, each feed once."""
    clean = [url for url in urls if not any(letter in url for letter in ' \\"')]
    absolute = [url for url in clean if resolve(None, url) == url]
    once = {normalize_link(without_credentials(url)): url for url in absolute}
    return list(once.values())


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_command_reaches_the_canary(
    way: Callable[[Walk, Trap], None], walk: Walk, canary: HttpServer, site: HttpServer
) -> None:
    """Every spelling, through every command that asks for something."""
    trap = Trap(site, lambda path: urls_of(canary, path))

    way(walk, trap)

    assert canary.connections == 0


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_command_would_reach_an_allowed_canary(
    way: Callable[[Walk, Trap], None],
    walk: Walk,
    canary: HttpServer,
    site: HttpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proof that each way leads there."""
    monkeypatch.setenv("AGGREGATOR_ALLOW_NETWORKS", "127.10.0.0/16,127.66.0.0/16")
    trap = Trap(site, lambda path: [canary.url(path)])

    way(walk, trap)

    assert canary.connections > 0
