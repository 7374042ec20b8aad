"""kill -9 at random moments, of the daemon and of its workers: what is lost, doubled, early.

    python bench/kills.py --runs 200 [--seed N]

A daemon polls twenty feeds of a publisher that states when each may be asked again; it is killed at
a random moment, started anew, and so on, on one archive. Then one pass is left alone, and the
archive is compared with what the publisher has handed out. Prints a line for each kind of death;
the exit status is 1 unless all counts but that of unheard answers (sent less than half a second
before a death, so that nobody could heed them) are 0. A run takes two to four seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.faults.killing import Toll, kill_daemons, kill_workers


def main() -> None:
    """Kill, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    harms = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, kill in (("daemon", kill_daemons), ("worker", kill_workers)):
            toll = kill(Path(folder, name), options.runs, options.seed)
            print(f"{name}: " + " ".join(f"{key}={value}" for key, value in asdict(toll).items()))
            harms += toll != Toll(toll.runs, unheard=toll.unheard)
    sys.exit(bool(harms))


if __name__ == "__main__":
    main()
