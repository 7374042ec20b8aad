"""Our search beside the others: how well it ranks, what it costs, whether anything breaks it.

    python -m bench.search relevance FOLDER ...     nDCG@10, Recall@100, MRR@10 of collections
    python -m bench.search known-items FOLDER       MRR@10 of articles asked by their own words
    python -m bench.search cjk [FILE ...]           recall of words of one to four characters
    python -m bench.search latency --articles N ... CPU by class of query, and of making the archive
    python -m bench.search reader                   CPU beside lemon24/reader, 20 hits with snippets
    python -m bench.search fuzz N                   hostile queries; status 1 if any fails
    python -m bench.search miniflux                 storing on PostgreSQL beside Miniflux's way
    python -m bench.search plot FIGURES.json ...    pictures of the figures

--postgresql is the URL of a server on this machine; databases are made there and removed. --python
names the interpreter that has tantivy, bm25s, snowballstemmer and reader; what is missing has no
row. --json adds the figures to a file. A run that is to be quiet runs alone: times are CPU, but
neighbours still spoil caches.

Collections are folders in Cranfield's, NPL's or BEIR's form; articles are JSON files with
ground_truth.title and .main_content; cjk reads CoNLL-U or any text, or makes documents up. For a
large archive, --corpus names a database file of articles (see _search_corpus.py); without it they
are made up. With --keep an archive is kept in a folder, and a later run only asks it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench._search_cjk import as_texts, choose_words, make_documents, read_documents, recall_of
from bench._search_collections import read_collection
from bench._search_corpus import Corpus
from bench._search_fuzz import Fuzzed, fuzz
from bench._search_known import KINDS, make_questions, read_articles
from bench._search_latency import HITS, measure, systems_of
from bench._search_metrics import reciprocal_rank, spread_of
from bench._search_miniflux import ITEMS, compare
from bench._search_plot import plot
from bench._search_queries import SAMPLE, words_by_frequency
from bench._search_relevance import Figures, ask_all, judge, run_queries
from bench._search_systems import OURS, OURS_SERVER, READER
from bench._search_table import markdown, merged, write_figures
from bench._search_worker import Worker

_CJK_PEERS = (OURS, OURS_SERVER, "FTS5, all words", READER)


def main() -> None:
    """Run one of the commands."""
    options = read_options()
    COMMANDS[options.command](options)


def read_options() -> argparse.Namespace:
    """What the command line says."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--postgresql", metavar="URL", help="of a server on this machine")
    common.add_argument("--python", default=sys.executable, help="has the peers")
    common.add_argument("--json", type=Path, metavar="FILE", help="add the figures to it")
    common.add_argument("--corpus", type=Path, metavar="FILE", help="database of articles")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = {name: commands.add_parser(name, parents=[common]) for name in COMMANDS}
    one["relevance"].add_argument("paths", type=Path, nargs="+", metavar="FOLDER")
    one["relevance"].add_argument("--language", help="of the documents; without it nobody says")
    one["known-items"].add_argument("path", type=Path, metavar="FOLDER")
    one["known-items"].add_argument("--queries", type=int, default=240, help="of each kind")
    one["cjk"].add_argument("paths", type=Path, nargs="*", metavar="FILE")
    one["cjk"].add_argument("--queries", type=int, default=150, help="of each length")
    one["latency"].add_argument("--articles", type=int, nargs="+", default=[3000], metavar="N")
    one["latency"].add_argument("--queries", type=int, default=30, help="of each class")
    one["latency"].add_argument("--keep", type=Path, metavar="DIR", help="archives stay there")
    one["reader"].add_argument("--articles", type=int, default=3000, metavar="N")
    one["reader"].add_argument("--queries", type=int, default=30)
    one["fuzz"].add_argument("count", type=int, metavar="N")
    one["miniflux"].add_argument("--feeds", type=int, default=50)
    one["plot"].add_argument("paths", type=Path, nargs="+", metavar="FIGURES.json")
    one["plot"].add_argument("--out", type=Path, default=Path("docs/img"), metavar="DIR")
    return parser.parse_args()


def relevance(options: argparse.Namespace) -> None:
    """Print a table for each collection."""
    for path in options.paths:
        collection = read_collection(path)
        counts = f"{len(collection.documents)} documents, {len(collection.queries)} questions"
        print(f"\n{collection.name}: {counts}\n")
        rows = judge(collection, options.python, options.postgresql, options.language)
        print(markdown("system", rows, 4), flush=True)
        write_figures(options.json, {"relevance": {collection.name: rows}})


def known_items(options: argparse.Namespace) -> None:
    """Print MRR@10 by kind of question."""
    texts = read_articles(options.path)
    asked = make_questions(texts, options.queries)

    def ask(worker: Worker) -> Figures:
        row: Figures = {}
        for kind in KINDS:
            pairs = asked[kind]
            queries = {str(number): typed for number, (_, typed) in enumerate(pairs)}
            found, spent = run_queries(worker, queries, 10)
            ranks = [
                reciprocal_rank(found[str(number)], {key}) for number, (key, _) in enumerate(pairs)
            ]
            row[kind] = sum(ranks) / max(len(ranks), 1)
            row[f"{kind}, CPU ms"] = spent["CPU ms"]
        return row

    counts = ", ".join(f"{len(asked[kind])} of {kind}" for kind in KINDS)
    print(f"\n{len(texts)} articles; {counts}\n")
    rows = ask_all(texts, ask, options.python, options.postgresql)
    print(markdown("system", rows))
    write_figures(options.json, {"known-items": rows})


def cjk(options: argparse.Namespace) -> None:
    """Print recall and precision by length of the word, for each file."""
    for name, documents in (read_documents(options.paths) or make_documents()).items():
        words = choose_words(documents, options.queries)

        def ask(worker: Worker, documents=documents, words=words) -> Figures:  # type: ignore[no-untyped-def]  # noqa: ANN001
            row: Figures = {}
            for length, chosen in words.items():
                found, _ = run_queries(worker, {word: word for word in chosen})
                recalled, precision = recall_of(documents, chosen, found)
                row[f"{length}, recall"], row[f"{length}, precision"] = recalled, precision
            return row

        language = name[:2] if name[:2] in {"zh", "ja", "ko"} else None
        counts = ", ".join(f"{len(chosen)} of {length}" for length, chosen in words.items())
        print(f"\n{name}: {len(documents)} documents; words: {counts}\n")
        texts = as_texts(documents, language)
        rows = ask_all(texts, ask, options.python, options.postgresql, _CJK_PEERS)
        print(markdown("system", rows), flush=True)
        write_figures(options.json, {"cjk": {name: rows}})


def latency(options: argparse.Namespace) -> None:
    """Print what each archive cost and what asking it costs."""
    for count in options.articles:
        corpus = Corpus(count, options.corpus)
        for name in systems_of(options.postgresql):
            found = measure(corpus, options.postgresql, options.keep, options.queries, name)
            print(f"\n{markdown(f'{name}, {count:,} articles', {'archive': found['archive']}, 2)}")
            rows = {**found["classes"], "all": found["all"]}
            print(f"\n{markdown('CPU ms', rows, 2)}\n\nslowest:", flush=True)
            for typed, cost in found["slowest"].items():
                print(f"- {cost:.1f} ms: {typed}")
            write_figures(options.json, {"latency": {name: {str(count): found}}})


def reader(options: argparse.Namespace) -> None:
    """Print the CPU of common words beside reader's, and how many times less ours is."""
    corpus = Corpus(options.articles, options.corpus)
    words = words_by_frequency(corpus.sample(SAMPLE), corpus.count)
    queries = {word: word for word in words.common[: options.queries]}

    def ask(worker: Worker) -> Figures:
        worker.search("warm", HITS)
        replies = [worker.search(typed, HITS) for typed in queries]
        if errors := [reply["error"] for reply in replies if "error" in reply]:
            raise RuntimeError(f"{worker.name}: {errors[0]}")
        times = [1000 * reply["cpu_s"] for reply in replies]
        return {**spread_of(times), "mean": sum(times) / len(times)}

    names = (*systems_of(options.postgresql), READER)
    rows = ask_all(list(corpus.texts()), ask, options.python, options.postgresql, names)
    if READER in rows:
        theirs = rows[READER]["mean"] or 0.0
        for row in rows.values():
            row["times less than reader"] = theirs / (row["mean"] or 1.0)
    print(f"\n{corpus.count:,} articles, {len(queries)} common words, {HITS} hits with snippets\n")
    print(markdown("CPU ms", rows, 2))
    write_figures(options.json, {"reader": rows})


def fuzz_all(options: argparse.Namespace) -> None:
    """Print what failed; ends with status 1 if anything did."""
    failed = 0
    for name in systems_of(options.postgresql):
        done = fuzz(options.count, options.postgresql if name == OURS_SERVER else None)
        _tell(name, done)
        failed += done.failed
        figures = {"asked": done.asked, "errors": done.failed, "slowest_ms": done.slowest_ms}
        write_figures(options.json, {"fuzz": {name: figures}})
    sys.exit(failed > 0)


def _tell(name: str, done: Fuzzed) -> None:
    mean_ms = 1000 * done.total_s / max(done.asked, 1)
    print(f"\n{name}: {done.asked} queries, {done.failed} errors, {mean_ms:.2f} ms each")
    print(f"slowest, {done.slowest_ms:.1f} ms: {ascii(done.slowest)[:300]}", flush=True)
    for typed, error in done.failures:
        print(f"- {ascii(typed)[:300]}: {error}")


def miniflux(options: argparse.Namespace) -> None:
    """Print both ways of storing."""
    if options.postgresql is None:
        raise SystemExit("miniflux needs --postgresql")
    texts = list(Corpus(options.feeds * (ITEMS + 1), options.corpus).texts())
    rows = compare(texts, options.postgresql)
    print(f"\n{min(options.feeds, 50)} feeds of {ITEMS} entries\n")
    print(markdown("way", rows, 2))
    write_figures(options.json, {"miniflux": rows})


def draw(options: argparse.Namespace) -> None:
    """Draw the figures of all files together."""
    figures: dict[str, object] = {}
    for path in options.paths:
        figures = merged(figures, json.loads(path.read_text("utf-8")))
    for path in plot(figures, options.out):
        print(path)


COMMANDS = {
    "relevance": relevance,
    "known-items": known_items,
    "cjk": cjk,
    "latency": latency,
    "reader": reader,
    "fuzz": fuzz_all,
    "miniflux": miniflux,
    "plot": draw,
}

if __name__ == "__main__":
    main()
