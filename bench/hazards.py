"""What one poll of each hostile feed costs, with a healthy feed beside it.

    python bench/hazards.py HARNESS_DIR [--only NAME ...] [--port 8931]

HARNESS_DIR has hostile_feeds.py, which serves the hazards. Each is polled from a fresh archive by
our command. CPU is that of the whole process tree, memory the largest sum of its proportional set
sizes, looked at fifty times a second. Ends with status 1 if a hazard takes more than the limits
(30 s, 5 CPU seconds, 100 MB more than the healthy feed alone), if that is not stored, or
if nothing in the state of the hostile one says what happened.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from _processes import measure

AGGREGATOR = str(Path(sys.executable).with_name("aggregator"))
MAX_WALL_S, MAX_CPU_S, MAX_MORE_MB = 30.0, 5.0, 100.0
BASELINE = "h-baseline"
HARMLESS = {BASELINE, "h-bad-charset", "h-dtd-http"}
"""Those whose own entries are to be stored, and of which there is nothing to say."""

_ENVIRON = {
    "AGGREGATOR_ALLOW_NETWORKS": "127.10.0.0/16",
    "AGGREGATOR_MAX_PAGES_PER_POLL": "0",
    "AGGREGATOR_CONTACT": "https://example.org/contact",
}


class Memory(threading.Thread):
    """Watches how much memory the descendants of this process have together."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self._is_over = threading.Event()

    def run(self) -> None:
        """Look until it is over."""
        while not self._is_over.wait(0.02):
            self.peak_mb = max(self.peak_mb, sum(map(_pss_mb, _descendants(os.getpid()))))

    def stop(self) -> float:
        """The peak in megabytes."""
        self._is_over.set()
        self.join()
        return self.peak_mb


def main() -> None:
    """Print a line a hazard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("harness", type=Path)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--port", type=int, default=8931)
    options = parser.parse_args()
    os.environ |= _ENVIRON
    is_bad = False
    with tempfile.TemporaryDirectory() as folder, serve(options.harness, folder, options.port):
        lines = (Path(folder) / "hazard.txt").read_text().splitlines()
        urls = dict(line.split("\t") for line in lines)
        base_mb = 0.0
        print(f"{'hazard':<18} {'wall s':>7} {'CPU s':>6} {'MB':>5} {'more':>5}  state")
        for name, url in urls.items():
            if options.only and name not in {*options.only, BASELINE}:
                continue
            row = poll(dict.fromkeys((url, urls[BASELINE])), options.port)
            base_mb = base_mb or row["mb"]
            faults = find_faults(name, row, base_mb)
            is_bad |= bool(faults)
            print(
                f"{name:<18} {row['wall_s']:>7.1f} {row['cpu_s']:>6.1f} {row['mb']:>5.0f} "
                f"{row['mb'] - base_mb:>5.0f}  {row['said'][:90]}{' !! ' * bool(faults)}"
                f"{', '.join(faults)}",
                flush=True,
            )
    sys.exit(is_bad)


def find_faults(name: str, row: dict, base_mb: float) -> list[str]:
    """What is above its limit or missing."""
    checks = {
        "too slow": row["wall_s"] > MAX_WALL_S,
        "too much CPU": row["cpu_s"] > MAX_CPU_S,
        "too much memory": row["mb"] - base_mb > MAX_MORE_MB,
        "the healthy feed is not stored": row["healthy"] != 3,
        "nothing is said": not row["said"] and name not in HARMLESS,
    }
    return [fault for fault, is_so in checks.items() if is_so]


@contextmanager
def serve(harness: Path, folder: str, port: int) -> Iterator[None]:
    """The hostile server, ready to answer."""
    command = [sys.executable, harness / "hostile_feeds.py", "--port", str(port), "--out", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        server.stdout.readline()
        try:
            yield
        finally:
            server.terminate()


def poll(urls: dict[str, None], port: int) -> dict:
    """What one poll of these feeds took and left."""
    with tempfile.TemporaryDirectory() as folder:
        place = ["--config", f"{folder}/feeds.toml", "--db", f"{folder}/archive.db"]
        listed = Path(folder, "list.txt")
        listed.write_text("\n".join(urls))
        urllib.request.urlopen(f"http://127.0.0.1:{port}/__reset").read()
        subprocess.run([AGGREGATOR, *place, "import", listed], check=True, capture_output=True)
        memory = Memory()
        memory.start()
        command = [AGGREGATOR, *place, "poll", "-q"]
        cost = measure_apart(command)
        mb = memory.stop()
        shown = [_show(place, number) for number in ("1", str(len(urls)))]
    return {"wall_s": cost["wall_s"], "cpu_s": cost["cpu_s"], "mb": mb} | {
        "said": shown[0]["error"] or "; ".join(shown[0]["fetches"][0]["warnings"]),
        "healthy": shown[1]["entries"],
    }


def measure_apart(command: list[str]) -> dict[str, float]:
    """The cost of a command, measured by a process that has no other children to wait for."""
    meter = [sys.executable, __file__, "--measure", *command]
    return json.loads(subprocess.run(meter, check=True, stdout=subprocess.PIPE).stdout)


def _show(place: list[str], number: str) -> dict:
    command = [AGGREGATOR, *place, "feeds", "show", number, "--json"]
    done = subprocess.run(command, check=True, capture_output=True)
    return json.loads(done.stdout)


def _descendants(pid: int) -> list[int]:
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, children.read_text().split()):
                found += [child, *_descendants(child)]
    return found


def _pss_mb(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(asdict(measure(sys.argv[2:]))))
    else:
        main()
