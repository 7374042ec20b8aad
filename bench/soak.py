"""A daemon for a day: whether its memory or its files grow, whether entries are lost or doubled.

    python -m bench.soak run FOLDER --config feeds.toml --hours 24 --rate 40
                             [--advance URL --every-min 30 --rest-h 2.5] [--env NAME=VALUE ...]
    python -m bench.soak report FOLDER --manifest manifest.json [--plot FILE.svg]

"run" starts `aggregator run` on an empty archive in FOLDER, which must not exist, and looks at all
its processes every two seconds. With --rate all its clocks are so many times as fast as ours (needs
`faketime`); hours and minutes are the daemon's. Any server will do whose feeds are listed; loopback
needs ``--env AGGREGATOR_ALLOW_NETWORKS=127.0.0.0/8``. --advance is a URL that makes each of its
feeds publish one entry; it is asked for every so many minutes, but not in the last --rest-h hours,
so that all can be found. The server must be a fresh one.

With a rate, deadlines of seconds are cut by it, too: 25 s for a fetch are 0.6 s at 40, which
``--env AGGREGATOR_TIMEOUT_S=600`` makes good. Those of the workers have no setting: documents that
take longer are read once more, alone or in parts, which is counted among the warnings.

"report" prints slopes of memory and files (first tenth left out), what the WAL came to, and with a
--manifest what was published against what is archived; it may be asked while the run goes on. Ends
with status 1 if an entry was lost, doubled or made up.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import tomllib
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench._soak_count import count_entries, count_polls, list_complaints, measure_growth
from bench._soak_daemon import Run, look, run_daemon
from bench._soak_plot import soak_svg

_LOOK_S = 2.0


def main() -> None:
    """Run, or tell of a run."""
    options = _read_options()
    if options.what == "report":
        sys.exit(not report(Run(options.folder), options.manifest, options.plot))
    options.folder.mkdir(parents=True)
    soak(Run(options.folder), options)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="what", required=True)
    run = commands.add_parser("run")
    run.add_argument("folder", type=Path)
    run.add_argument("--config", type=Path, required=True)
    run.add_argument("--hours", type=float, default=24.0)
    run.add_argument("--rate", type=float, default=1.0)
    run.add_argument("--advance", metavar="URL", help="makes each feed publish an entry")
    run.add_argument("--every-min", type=float, default=30.0)
    run.add_argument("--rest-h", type=float, default=2.5)
    run.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    told = commands.add_parser("report")
    told.add_argument("folder", type=Path)
    told.add_argument("--manifest", type=Path)
    told.add_argument("--plot", type=Path)
    return parser.parse_args()


def soak(run: Run, options: argparse.Namespace) -> None:
    """Run the daemon for its hours, look at it, and have the server publish."""
    feeds = len(tomllib.loads(options.config.read_text("utf-8"))["feeds"])
    environ = dict(pair.split("=", 1) for pair in options.env)
    facts: dict[str, Any] = {"rate": options.rate, "feeds": feeds, "generation": 0, "load": []}
    with run_daemon(run, options.config, environ, options.rate) as pid:
        started = time.monotonic()
        while (at_h := (time.monotonic() - started) * options.rate / 3600) < options.hours:
            run.note(look(run, pid, at_h))
            next_h = (facts["generation"] + 1) * options.every_min / 60
            if options.advance and next_h <= at_h <= options.hours - options.rest_h:
                urllib.request.urlopen(options.advance).read()  # noqa: S310 - a server of ours
                facts["generation"] += 1
            facts["load"].append(round(os.getloadavg()[0], 1))
            run.facts.write_text(json.dumps(facts))
            time.sleep(_LOOK_S)


def report(run: Run, manifest: Path | None, plot: Path | None) -> bool:
    """Print what came of a run; False if an entry was lost, doubled or made up."""
    facts, samples = json.loads(run.facts.read_text()), run.read_samples()
    hours, load = samples[-1].at_h, facts["load"]
    cpu_share = samples[-1].main_cpu_s / (hours * 3600)
    _say(
        "run",
        hours=round(hours, 2),
        rate=facts["rate"],
        feeds=facts["feeds"],
        cpu_share_of_the_daemons_time=round(cpu_share, 4),
        load_mean=round(sum(load) / len(load), 1),
        load_max=max(load),
    )
    for name in ("main_rss_mb", "tree_rss_mb", "tree_pss_mb", "main_files", "tree_files"):
        _say(name, **asdict(measure_growth(samples, lambda one: getattr(one, name))))  # noqa: B023
    _say("wal_mb", peak=max(one.wal_mb for one in samples), late=samples[-1].wal_mb)
    _say("polls", **count_polls(run.log, facts["feeds"], hours))
    for number, words in list_complaints(run.log):
        print(f"  {number} x {words}")
    if plot:
        title = f"{hours:.0f} hours, {facts['feeds']} feeds (MB)"
        plot.write_text(soak_svg(samples, title), "utf-8")
    if manifest is None:
        return True
    tally = count_entries(run.database, manifest, facts["generation"])
    _say("entries", **asdict(tally))
    return (tally.lost, tally.doubled, tally.unknown) == (0, 0, 0)


def _say(name: str, **figures: float) -> None:
    print(f"{name}: " + "  ".join(f"{key}={value}" for key, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()
