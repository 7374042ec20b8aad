"""CPU of short commands, as multiples of a bare Python start measured in the same run.

    python bench/startup.py [--rounds 15]

It fills an archive with `aggregator demo` and runs each command in turn, round by round, so that a
machine whose speed drifts does so for all of them. Bars: --help 4, search 20 (docs/decisions/0007).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from _processes import compile_ours, measure

AGGREGATOR = str(Path(sys.executable).with_name("aggregator"))


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    compile_ours()
    with tempfile.TemporaryDirectory() as folder:
        measure([AGGREGATOR, "demo", "--dir", folder])
        database = f"{folder}/archive.db"
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "--help": [AGGREGATOR, "--help"],
            "--version": [AGGREGATOR, "--version"],
            "search nosuch": [AGGREGATOR, "search", "nosuch", "--db", database],
            "search xiaomi": [AGGREGATOR, "search", "xiaomi", "--db", database],
            "list": [AGGREGATOR, "list", "--db", database],
            "show 1": [AGGREGATOR, "show", "1", "--db", database],
        }
        spent: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds + 1):
            for name, command in commands.items():
                spent[name].append(measure(command).cpu_s)
    # The first round warms the disk and is not counted.
    medians = {name: statistics.median(times[1:]) for name, times in spent.items()}
    bare = medians["python -c pass"]
    print(f"{'command':<16} {'CPU ms':>8} {'x bare':>7}")
    for name, median in medians.items():
        print(f"{name:<16} {median * 1000:>8.0f} {median / bare:>7.1f}")


if __name__ == "__main__":
    main()
