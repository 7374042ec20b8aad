"""CPU and memory of pages made to cost, each in a process of its own.

    python bench/hostile_pages.py [--only NAME ...] [--limit 1.0]

Prints the pages by what they cost, as multiples of the bound of one CPU second, and ends with
status 1 if one is above it. The pages are those of tests/articles/pages/hostile.py; making them and
importing the program are not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from tests.articles.pages.hostile import HOSTILE

_DEADLINE_S = 60

_WORKER = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
from aggregator.articles import extract_article
from aggregator.errors import ExtractError
from tests.articles.pages.hostile import HOSTILE
extract_article("<p>" + "Something to load all modules with. " * 9, url="https://a.example/")
document = HOSTILE[sys.argv[1]]()
started = time.process_time()
try:
    result = extract_article(document, url="https://a.example/").method
except ExtractError:
    result = "ExtractError"
cpu_s = time.process_time() - started
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps([cpu_s, peak_mb, result]))
"""


def main() -> None:
    """Print one row a page, the dearest first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=HOSTILE, default=list(HOSTILE))
    parser.add_argument("--limit", type=float, default=1.0, help="CPU seconds that a page may take")
    options = parser.parse_args()
    rows = sorted(((*_measure(name), name) for name in options.only), reverse=True)
    print(f"{'page':<24} {'CPU s':>7} {'x limit':>8} {'peak MB':>8}  result")
    for cpu_s, peak_mb, result, name in rows:
        print(f"{name:<24} {cpu_s:>7.2f} {cpu_s / options.limit:>8.2f} {peak_mb:>8}  {result}")
    sys.exit(any(cpu_s > options.limit for cpu_s, *_ in rows))


def _measure(name: str) -> tuple[float, int, str]:
    """The CPU seconds, the peak memory and the method for one page; the deadline if killed."""
    command = [sys.executable, "-c", _WORKER, name, str(_DEADLINE_S)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        return float(_DEADLINE_S), 0, (ended.stderr.strip().splitlines() or ["killed"])[-1]
    cpu_s, peak_mb, result = json.loads(ended.stdout)
    return cpu_s, peak_mb, result


if __name__ == "__main__":
    main()
