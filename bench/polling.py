"""CPU of polling, per phase, beside the floors of the same run.

    python bench/polling.py --config feeds.toml [--advance URL] [--env NAME=VALUE ...]
                            [--reader PYTHON]

Beside each stands what share of the machine's cores it kept busy: of as many pages a second as
the cores could make at that CPU per page, that share was made. A server on the same machine takes
cores away; --server PID names its process, whose CPU is left out of those that there are.

Any server will do whose feeds are listed in a feeds.toml; loopback needs
``--env AGGREGATOR_ALLOW_NETWORKS=127.0.0.0/8``. Phases: cold (empty archive), same (nothing has
changed), new (after a GET of --advance, which makes the server publish). Floors: the same
documents downloaded with bare aiohttp, and parsed by feedparser with its defaults. Pages behind
entries are fetched unless --env says AGGREGATOR_MAX_PAGES_PER_POLL=0. --reader names an interpreter
that has lemon24/reader: it polls the same feeds in each phase, too, and brings its search index up
to date, as ours is with each poll. All CPU is that of the whole process tree.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import tomllib
import urllib.request
from pathlib import Path

from _processes import Cost, compile_ours, measure, spent_by

AGGREGATOR = str(Path(sys.executable).with_name("aggregator"))


def main() -> None:
    """Print a line a phase."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--advance", help="URL that makes the server publish")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--concurrency", default="8")
    parser.add_argument("--reader", metavar="PYTHON", help="interpreter with lemon24/reader")
    parser.add_argument("--server", type=int, metavar="PID", help="process of the server")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    options = parser.parse_args()
    compile_ours()
    environ = dict(pair.split("=", 1) for pair in options.env)
    urls = [feed["url"] for feed in tomllib.loads(options.config.read_text())["feeds"]]
    for floor in ("download", "feedparser"):
        cost = measure([sys.executable, __file__, "--floor", floor, str(options.config)])
        report(f"floor: {floor}", cost, len(urls), {}, as_json=options.json)
    with tempfile.TemporaryDirectory() as folder:
        database = f"{folder}/archive.db"
        place = ["--config", str(options.config), "--db", database]
        command = [AGGREGATOR, "poll", "--force", "-q", "--concurrency", options.concurrency]
        reader = Reader(options.reader, folder, urls) if options.reader else None
        for phase in ("cold", "same", "new") if options.advance else ("cold", "same"):
            if phase == "new":
                urllib.request.urlopen(options.advance).read()  # noqa: S310 - a loopback server
            served_s = spent_by(options.server) if options.server else 0.0
            cost = measure([*command, *place], environ)
            served_s = (spent_by(options.server) if options.server else 0.0) - served_s
            there_s = (os.cpu_count() or 1) * cost.wall_s - served_s
            counts = facts(database) | {"cores_busy": round(cost.cpu_s / there_s, 2)}
            report(phase, cost, len(urls), counts, as_json=options.json)
            if reader:
                peer = reader.poll(options.concurrency)
                ratio = {"ours_to_it": round(cost.cpu_s / peer.cpu_s, 3)}
                report(f"{phase}: reader", peer, len(urls), ratio, as_json=options.json)


class Reader:
    """The archive of lemon24/reader with the same feeds, its search enabled."""

    def __init__(self, python: str, folder: str, urls: list[str]) -> None:
        database = f"{folder}/reader.db"
        self._command = [python, "-m", "reader", "--db", database]
        code = (
            "import sys; from reader import make_reader; feeds = make_reader(sys.argv[1])\n"
            "for url in sys.argv[2:]: feeds.add_feed(url, allow_invalid_url=True)"
        )
        measure([python, "-c", code, database, *urls])
        measure([*self._command, "search", "enable"])

    def poll(self, workers: str) -> Cost:
        """What it takes to poll all feeds, and to make what they brought findable."""
        polled = measure([*self._command, "update", "--no-scheduled", "--workers", workers])
        indexed = measure([*self._command, "search", "update"])
        return Cost(
            cpu_s=polled.cpu_s + indexed.cpu_s,
            wall_s=polled.wall_s + indexed.wall_s,
            max_rss_mb=max(polled.max_rss_mb, indexed.max_rss_mb),
            code=polled.code or indexed.code,
        )


def report(phase: str, cost: Cost, feeds: int, counts: dict[str, float], *, as_json: bool) -> None:
    """Print one phase."""
    row = {
        "phase": phase,
        "cpu_s": round(cost.cpu_s, 2),
        "cpu_ms_per_feed": round(1000 * cost.cpu_s / feeds, 2),
        "wall_s": round(cost.wall_s, 1),
        "max_rss_mb": round(cost.max_rss_mb),
        "exit": cost.code,
        **counts,
    }
    line = json.dumps(row) if as_json else "  ".join(f"{key}={value}" for key, value in row.items())
    print(line, flush=True)


def facts(database: str) -> dict[str, float]:
    """What the archive has, and how large it is."""
    with sqlite3.connect(database) as connection:
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - constants
            for name in ("entry", "section")
        }
        (pages,) = connection.execute(
            "SELECT count(*) FROM article WHERE method = 'page'"
        ).fetchone()
    size_mb = sum(path.stat().st_size for path in Path(database).parent.iterdir()) / 1e6
    return {**counts, "pages": pages, "db_mb": round(size_mb, 1)}


def floor(kind: str, config: str) -> None:
    """Download all feeds, eight at a time, and with "feedparser" parse them."""
    urls = [feed["url"] for feed in tomllib.loads(Path(config).read_text())["feeds"]]
    documents = asyncio.run(download(urls))
    if kind == "feedparser":
        import feedparser  # noqa: PLC0415 - the other floor must not pay for it

        for document in documents:
            feedparser.parse(document)


async def download(urls: list[str]) -> list[bytes]:
    """The bodies of all URLs."""
    import aiohttp  # noqa: PLC0415 - see above

    places = asyncio.Semaphore(8)
    async with aiohttp.ClientSession() as session:

        async def get(url: str) -> bytes:
            async with places, session.get(url) as response:
                return await response.read()

        return await asyncio.gather(*map(get, urls))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--floor"]:
        floor(*sys.argv[2:4])
    else:
        main()
