"""Our reader of feeds beside the others on the same documents: CPU, entries, what is lost.

    python -m bench.feeds DIR [DIR ...] [--rounds N] [--json FILE] [--python PYTHON] [--limit 10]
    python -m bench.feeds DIR [DIR ...] --check

Every parser has a process of its own, and all are asked for one document before the next, so that
a busy machine is busy for all of them; of several rounds the cheapest counts for each document.
--python names the interpreter that has fastfeedparser and atoma; those that it lacks have no row.

Ours is asked four questions: a document of which nothing is known (cold), one whose first item was
not there at the last visit (one new), one with one title edited since (one changed), and one with
nothing new (unchanged). The second and third leave out documents that cannot be cut exactly: not
well-formed, not UTF-8, with entities of their own, without items, JSON.

After the table come the documents whose items are not all entries, and those that failed. --check
compares our entries with feedparser's own, field by field, instead; it lists the differences that
have no known reason and ends with status 1 if there are any.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from bench._feed_check import compare
from bench._feed_items import count_items
from bench._feed_parsers import LOADERS, OURS, OURS_COLD, PEERS, PLAIN, REFERENCE
from bench._feed_table import Answers, better, figures_of, lost_items, markdown
from bench._feed_worker import HANG, REFUSED, Answer, Worker


def main() -> None:
    """Print the table, or the differences."""
    options = read_options()
    paths = {str(path): path.resolve() for path in iter_documents(options.documents)}
    if not paths:
        raise SystemExit("there are no files in " + ", ".join(map(str, options.documents)))
    with ExitStack() as stack:
        names = [OURS_COLD, PLAIN] if options.check else [*OURS, *PEERS]
        workers = start_workers(names, options, stack)
        if options.check:
            sys.exit(check(workers, paths))
        answers = ask(workers, paths, options.rounds)
    report(answers, {name: count_items(path.read_bytes()) for name, path in paths.items()})
    if options.json:
        options.json.write_text(json.dumps(answers, indent=1), "utf-8")


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("documents", type=Path, nargs="+", metavar="DIR", help="or a document")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--limit", type=float, default=10.0, help="CPU seconds for one document")
    parser.add_argument("--python", default=sys.executable, help="has fastfeedparser and atoma")
    parser.add_argument("--json", type=Path, help="file for the answers by parser and document")
    parser.add_argument("--check", action="store_true", help="compare entries with feedparser's")
    return parser.parse_args()


def iter_documents(places: Iterable[Path]) -> Iterator[Path]:
    """Every file in `places` that is not hidden, nor in a hidden folder."""
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            is_hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
            if path.is_file() and not is_hidden:
                yield path


def start_workers(
    names: Iterable[str], options: argparse.Namespace, stack: ExitStack
) -> dict[str, Worker]:
    """A worker for each parser that is there; of others it is said why they are not."""
    workers = {}
    for name in names:
        uses_feedparser = LOADERS[name].__name__.startswith(("load_ours", "load_feedparser"))
        worker = Worker(name, sys.executable if uses_feedparser else options.python, options.limit)
        stack.callback(worker.close)
        if worker.missing is None:
            workers[name] = worker
        else:
            print(f"{name} is left out: {worker.missing}", file=sys.stderr)
    if OURS_COLD not in workers:
        raise SystemExit("without our own parser there is nothing to compare")
    return workers


def ask(
    workers: dict[str, Worker], paths: dict[str, Path], rounds: int
) -> dict[str, dict[str, Answer]]:
    """The cheapest answer of each parser to each document."""
    answers: dict[str, dict[str, Answer]] = {name: {} for name in workers}
    for turn in range(rounds):
        for done, (document, path) in enumerate(paths.items()):
            if sys.stderr.isatty():
                print(f"\rround {turn + 1}, {done} of {len(paths)}", end="\r", file=sys.stderr)
            for name, worker in workers.items():
                known = answers[name].get(document)
                if known is None or known.get("error") != HANG:
                    answers[name][document] = better(known, worker.ask(path))
    return answers


def report(answers: Answers, wanted: dict[str, int]) -> None:
    """Print the table, then what we lost, then what failed."""
    print(markdown({name: figures_of(name, answers) for name in answers}))
    ours = answers[OURS_COLD]
    repeats = sum(answer.get("repeats", 0) for answer in ours.values())
    losses = list(lost_items(wanted, ours))
    lost = sum(max(items - entries, 0) for _, items, entries, _ in losses)
    print(
        f"\n{len(wanted)} documents, {sum(wanted.values())} items by their tags; {repeats} repeat"
        f" another one; lost by us: {lost}"
    )
    for document, items, entries, remark in losses:
        print(f"- {document}: {items} items, {entries} entries {remark}".rstrip())
    for name in set(answers) & {*OURS, REFERENCE}:
        for document, answer in answers[name].items():
            if answer.get("error", REFUSED) != REFUSED:
                print(f"- {name}, {document}: {answer['error']}: {answer['message']}")


def check(workers: dict[str, Worker], paths: dict[str, Path]) -> bool:
    """Print how our entries differ from feedparser's; whether any difference has no reason."""
    counts: Counter[tuple[str, str]] = Counter()
    compared = failed = 0
    for document, path in paths.items():
        ours, theirs = (workers[name].ask(path, with_entries=True) for name in (OURS_COLD, PLAIN))
        if "error" in theirs:
            failed += 1
            continue
        compared += len(theirs["entries"])
        unexplained = []
        for difference in compare(ours, theirs):
            counts[difference.field, difference.reason] += 1
            if not difference.reason:
                unexplained.append(difference)
        for difference in unexplained[:5]:
            print(f"- {document}: {difference}")
        if len(unexplained) > 5:
            print(f"- {document}: and {len(unexplained) - 5} more")
    print(f"{compared} entries of {len(paths) - failed} documents compared")
    for (field, reason), count in sorted(counts.items()):
        print(f"{count:>6} {field}: {reason or 'UNEXPLAINED'}")
    return any(not reason for _, reason in counts)


if __name__ == "__main__":
    main()
