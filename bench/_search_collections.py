"""Judged collections: documents, questions, and which documents answer each question.

Three forms are read, each from the folder that holds it. SMART (Cranfield, CISI): fields after
`.I` lines, with `*.qry` and a `*rel*` file beside. NPL: `doc-text`, `query-text`, `rlv-ass`.
BEIR: `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SMART_FIELD = re.compile(r"\.[A-Z]\s*$")
_NPL_END = re.compile(r"\n\s*/\s*(?:\n|$)")
_CRANFIELD_GRADES = frozenset("1234")


@dataclass(frozen=True, slots=True)
class Judged:
    """A collection; only questions that have an answer are in it, and every gain is 1."""

    name: str
    documents: dict[str, tuple[str, str]]
    """Title (may be empty) and text, by id."""
    queries: dict[str, str]
    answers: dict[str, frozenset[str]]


def read_collection(folder: Path) -> Judged:
    """The collection in a folder; SystemExit if there is none of the three forms."""
    names = {path.name.lower(): path for path in folder.iterdir()}
    if "corpus.jsonl" in names:
        documents, queries, answers = _read_beir(folder)
    elif "doc-text" in names:
        documents, queries, answers = _read_npl(folder)
    else:
        documents, queries, answers = _read_smart(list(names.values()))
    asked = {key: text for key, text in queries.items() if answers.get(key)}
    if not documents or not asked:
        raise SystemExit(f"{folder} holds no documents, or no questions that have an answer")
    kept = {key: frozenset(answers[key]) for key in asked}
    return Judged(folder.resolve().name, documents, asked, kept)


_Parts = tuple[dict[str, tuple[str, str]], dict[str, str], dict[str, set[str]]]


def _read_smart(paths: Iterable[Path]) -> _Parts:
    found: dict[str, Path] = {}
    for path in sorted(paths):
        found.setdefault(_smart_role(path.name.lower()), path)
    missing = {"documents", "queries", "judgements"} - set(found)
    if missing:
        raise SystemExit(f"nothing here looks like {', '.join(sorted(missing))}")
    documents = {
        key: (fields["T"].strip(), fields["W"].strip())
        for key, fields in _smart_records(found["documents"])
    }
    asked = [(key, fields["W"].strip()) for key, fields in _smart_records(found["queries"])]
    answers = _smart_judgements(found["judgements"])
    return documents, _numbered_as(asked, answers), answers


def _smart_role(name: str) -> str:
    if "rel" in name:
        return "judgements"
    if "qry" in name:
        return "queries"
    return "documents" if ".all" in name else "other"


def _smart_records(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    key, field, fields = "", "", defaultdict[str, str](str)
    for line in path.read_text("utf-8", "replace").splitlines(keepends=True):
        if line.startswith(".I"):
            if key:
                yield key, fields
            key, field, fields = [*line.split(), ""][1], "", defaultdict(str)
        elif _SMART_FIELD.fullmatch(line.rstrip("\n")):
            field = line[1]
        elif field:
            fields[field] += line
    if key:
        yield key, fields


def _smart_judgements(path: Path) -> dict[str, set[str]]:
    """Three columns end in a grade, of which 1 to 4 are answers; of four columns all are."""
    answers: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8", "replace").splitlines():
        columns = line.split()
        if len(columns) >= 4 or (len(columns) == 3 and columns[2] in _CRANFIELD_GRADES):
            answers[columns[0]].add(columns[1])
    return answers


def _numbered_as(asked: list[tuple[str, str]], answers: Iterable[str]) -> dict[str, str]:
    """The questions by the numbers of the judgements: their own, or, in Cranfield, their order."""
    by_key = dict(asked)
    if set(answers) <= set(by_key):
        return by_key
    return {str(number): text for number, (_, text) in enumerate(asked, 1)}


def _read_npl(folder: Path) -> _Parts:
    documents = {key: ("", text) for key, text in _npl_records(folder / "doc-text")}
    queries = {key: text.lower() for key, text in _npl_records(folder / "query-text")}
    answers = {key: set(text.split()) for key, text in _npl_records(folder / "rlv-ass")}
    return documents, queries, answers


def _npl_records(path: Path) -> Iterator[tuple[str, str]]:
    for record in _NPL_END.split(path.read_text("utf-8", "replace") + "\n"):
        key, _, text = record.strip().partition("\n")
        if text:
            yield key.strip(), text.replace("\n", " ").strip()


def _read_beir(folder: Path) -> _Parts:
    documents = {
        one["_id"]: (one.get("title") or "", one.get("text") or "")
        for one in _json_lines(folder / "corpus.jsonl")
    }
    queries = {one["_id"]: one["text"] for one in _json_lines(folder / "queries.jsonl")}
    answers: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines():
        *keys, grade = line.split("\t")
        if len(keys) >= 2 and grade.strip().isdecimal() and int(grade) > 0:
            answers[keys[0]].add(keys[-1])
    return documents, queries, answers


def _json_lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
