"""Our extractor beside the others on pages with reviewed truth: quality and CPU from one run.

    python bench/articles.py --scorer PATH/score.py --data FOLDER [--data FOLDER ...]
        [--peers python,node|none|NAME,...] [--python PYTHON] [--node-modules FOLDER]
        [--anchored] [--folds FOLDER] [--sample N] [--save FOLDER] [--json FILE]

The scorer loads the sets, starts a worker a system, measures its CPU and memory, and knows the
metrics; this file asks all systems for one page before the next, so that a busy machine is busy
for all of them. Each worker has had one small page before it is measured: imports are no page's
cost. --python names the interpreter that has Python's extractors, --node-modules the folder with
the node_modules of Node's (`npm install linkedom @mozilla/readability defuddle`).

--anchored adds our row with a simulated entry of the page's feed (`_anchors.py` says how it is
made); it has no figure for headlines, since the entry's title is made from the true one. --folds
names a folder of models, fold-0.json ..., and folds.json, {page: fold}: every page is then answered
by the model whose training has not seen its site.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import importlib.util
import json
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

from _anchors import simulate_anchor
from _article_ours import VARIABLE, key_of
from _article_table import COST, QUALITY, markdown, with_ratios

HERE = Path(__file__).parent
PEERS = {
    "python": {
        "trafilatura": "trafilatura",
        "trafilatura fast": "trafilatura_fast",
        "trafilatura precision": "trafilatura_precision",
        "readability-lxml": "readability_lxml",
        "newspaper4k": "newspaper4k",
        "resiliparse": "resiliparse",
    },
    "node": {"Readability.js": "readability.js", "defuddle": "defuddle"},
}
ANCHORED = "aggregator anchored"
WARM_UP = "<title>A day</title><article><h1>A day</h1>" + "<p>One day is as good, they say.</p>" * 9
CPU_LIMIT_S = 30
FIGURE_OF = {"headline": "title", "published": "date", "author": "auth"}
"""What the scorer's names of figures begin with; none is shown for what a system never gives."""

TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,500})</title", re.IGNORECASE)


def main() -> None:
    """Print two tables a set, one of quality, one of cost."""
    options = read_options()
    scorer = load_scorer(options.scorer)
    commands = commands_of(options)
    figures = {}
    sets = {folder.name: load_set(scorer, folder, options.sample) for folder in options.data}
    place = [os.environ.get("PYTHONPATH"), str(HERE)]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, place))
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder, "known.json")
        known.write_text(json.dumps(known_of(scorer, sets, options.folds)), "utf-8")
        os.environ[VARIABLE] = str(known)
        for name, (kind, items) in sets.items():
            answers, memory = ask(scorer, commands, items)
            if options.save:
                save(options.save, kind, answers, memory)
            figures[name] = rows_of(scorer, kind, items, answers, memory)
            print(f"\n**{name}**, {len(items)} pages\n")
            print(markdown(figures[name], QUALITY), markdown(figures[name], COST), sep="\n\n")
            sys.stdout.flush()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--peers", default="python,node", help="groups or names, or none")
    parser.add_argument("--python", default=sys.executable, help="has Python's extractors")
    parser.add_argument("--node-modules", type=Path, default=HERE, help="has node_modules")
    parser.add_argument("--anchored", action="store_true")
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--sample", type=int, default=1, help="one page in N, as the scorer takes")
    parser.add_argument("--save", type=Path, help="folder for the answers, as the scorer loads")
    parser.add_argument("--json", type=Path, help="file for the figures")
    return parser.parse_args()


def load_scorer(path: Path) -> Any:  # noqa: ANN401 - a module known at run time only
    """The scorer as a module; what it imports lies beside it."""
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not a Python file: name the scorer's score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def commands_of(options: argparse.Namespace) -> dict[str, str]:
    """The systems to ask, each with the worker that the scorer shall start."""
    wanted = set(options.peers.split(",")) - {"none"}
    if unknown := wanted - {*PEERS, *PEERS["python"], *PEERS["node"]}:
        raise SystemExit(
            f"--peers knows {', '.join(map(', '.join, PEERS.values()))}; not {unknown}"
        )
    worker = [str(options.scorer), "--worker"]
    commands = {"aggregator": [sys.executable, *worker, "_article_ours:extract"]}
    if options.anchored:
        commands[ANCHORED] = [sys.executable, *worker, "_article_ours:extract_anchored"]
    for group, peers in PEERS.items():
        for name, entry in peers.items():
            if not wanted & {group, name}:
                continue
            commands[name] = (
                [options.python, *worker, f"_article_peers:{entry}"]
                if group == "python"
                else ["node", str(HERE / "article_peers.mjs"), entry, str(options.node_modules)]
            )
    return {name: f"cmd:{shlex.join(command)}" for name, command in commands.items()}


def load_set(scorer: Any, folder: Path, sample: int) -> tuple[str, list[dict[str, Any]]]:  # noqa: ANN401
    """The kind and the pages of one set, one in `sample` by the scorer's own draw."""
    kind, items = scorer.load(folder, "all", "article")

    def draw(item: dict[str, Any]) -> int:
        return int(hashlib.sha256(f"s{item['id']}".encode()).hexdigest()[:8], 16)

    return kind, [item for item in items if draw(item) % sample == 0]


def known_of(scorer: Any, sets: dict[str, Any], folds: Path | None) -> dict[str, Any]:  # noqa: ANN401
    """What our workers look up: the models, and each page's fold and simulated entry."""
    models = sorted(map(str, folds.resolve().glob("fold-*.json"))) if folds else []
    fold_of = json.loads((folds / "folds.json").read_text("utf-8")) if folds else {}
    pages: dict[str, dict[str, Any]] = {}
    for _, items in sets.values():
        for item in items:
            page = scorer.html_of(item)
            title, summary = simulate_anchor(
                item["text"], item.get("title") or find_title(page), item["id"]
            )
            entry = {"fold": fold_of.get(item["id"]), "title": title, "summary": summary}
            key = key_of(page, item["url"])
            if pages.setdefault(key, entry) != entry:
                raise SystemExit(f"{item['id']} has the key of another page: change _STRIDE")
    outside = sum(entry["fold"] is None for entry in pages.values())
    if folds and outside:
        print(f"{outside} pages are in no fold: the first model answers them", file=sys.stderr)
    return {"models": models, "pages": pages}


def find_title(page: str) -> str | None:
    """The text of the page's `title`, for sets whose truth has no headline."""
    found = TITLE.search(page)
    return html.unescape(found[1]).strip() if found else None


def ask(
    scorer: Any,  # noqa: ANN401
    commands: dict[str, str],
    items: list[dict[str, Any]],
) -> tuple[dict[str, dict[str, Any]], dict[str, float]]:
    """Each system's answers by page, and its worker's peak memory in megabytes."""
    workers = {name: scorer.Proc(command) for name, command in commands.items()}
    answers: dict[str, dict[str, Any]] = {name: {} for name in commands}
    try:
        for name, worker in workers.items():
            first = worker.ask({"id": "", "html": WARM_UP, "url": None}, CPU_LIMIT_S)
            if "error" in first:
                print(f"{name} fails on a plain page: {first['error']}", file=sys.stderr)
        for done, item in enumerate(items):
            if sys.stderr.isatty():
                print(f"\r{done} of {len(items)} pages", end="\r", file=sys.stderr, flush=True)
            question = {"id": item["id"], "html": scorer.html_of(item), "url": item["url"]}
            for name, worker in workers.items():
                answers[name][item["id"]] = scorer.shape(worker.ask(question, CPU_LIMIT_S))
    finally:
        for worker in workers.values():
            worker.close()
    return answers, {name: worker.hwm for name, worker in workers.items()}


def save(
    folder: Path, kind: str, answers: dict[str, dict[str, Any]], memory: dict[str, float]
) -> None:
    """Write the answers as the scorer's --load reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pages in answers.items():
        lines = [json.dumps({"id": page, **answer}) for page, answer in pages.items()]
        lines.append(json.dumps({"_meta": {"rss_mb": memory[name]}}))
        (folder / f"{name}.{kind}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def rows_of(
    scorer: Any,  # noqa: ANN401
    kind: str,
    items: list[dict[str, Any]],
    answers: dict[str, dict[str, Any]],
    memory: dict[str, float],
) -> dict[str, dict[str, float]]:
    """The scorer's figures of each system, and its CPU beside the reference's."""
    rows = {}
    for name, pages in answers.items():
        row, _ = scorer.evaluate(kind, items, pages, {"rss_mb": memory[name]})
        given = {field for answer in pages.values() for field in answer if answer[field]}
        lacking = {figure for field, figure in FIGURE_OF.items() if field not in given}
        if name == ANCHORED:
            lacking.add("title")
        rows[name] = {key: row[key] for key in row if not key.startswith(tuple(lacking))}
    return with_ratios(rows)


if __name__ == "__main__":
    main()
