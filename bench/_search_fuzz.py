"""Hostile queries: whatever is typed, a search answers."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import chain

from aggregator.library import open_archive
from aggregator.search import Searcher, open_searcher
from bench._search_cjk import as_texts, make_documents
from bench._search_corpus import Corpus
from bench._search_filling import Backends, fill, scratch_database
from bench._search_values import Text

_ARTICLES = 400
_SIGNS = r"""
" ( ) - * : ^ { } + \ ' / [ ] | & ! ~ <-> -- ; , # @ $ % _ < > = ? . ..
"""
_WORDS = """
the of OR AND NOT NEAR( or and not xiaomi can don't C++ C# 3.11 e-mail www.example.org a* *a the*
sa* ba 小米 米 小米手机 手机a 한국어 ひらがな カタカナ 東京* नमस्ते ا العربية é ß ﬁ ％ １２ ١٢
"""
_FIELDS = """
title: heading: body: author: feed: site: url: tag: # lang: after: before: date: readtime: words:
is: has: sort: search: intitle: inurl: subject: from: minutes: rowid: x:y:z unknown:
"""
_VALUES = """
tag1 en zh 2024 2024-02-30 2017-07 7d -7d 99999999999d 2017-07/2017-08 P1W <5 >1000 >=0 <-1 1..9
updated enclosure image new old rank readtime 'Feed 1' "Feed 1" example.org ../.. 0 1e999 now
"""
_PATTERNS = r"""
/a/ /a+/ /(a+)+$/ /[/ /(?P<n>a)/ /\d{1,9999}/ /.*/ // /(/ /^$/ /a{0}/ /(?i)the/ /\pL/ /./ /
"""
_ODD = [
    "\0",
    "\u200b",
    "\u202e",
    "\x1b[31m",
    "🎉",
    "👩‍👩‍👧",
    "e\u0301",
    "\u0301" * 50,
    "\ud800",
    "\udfff",
    "\ufeff",
    "\uffff",
    "\n",
    "\t",
    "(" * 60,
    '"' * 31,
    "-" * 40,
    "ab" * 700,
    "米" * 300,
    "x OR " * 100,
    "NOT " * 50,
]
_KINDS = [
    *(pieces.split() for pieces in (_SIGNS, _WORDS, _FIELDS, _VALUES, _PATTERNS)),
    _ODD,
]
_MOST_TOLD = 20


@dataclass(slots=True)
class Fuzzed:
    """How many queries were asked; those that failed, with what was raised; the slowest."""

    asked: int = 0
    failed: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    slowest: str = ""
    slowest_ms: float = 0.0
    total_s: float = 0.0


def hostile_queries(count: int, seed: int = 1) -> Iterator[str]:
    """So many queries, each of one to twelve pieces with and without blanks between."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(count):
        pieces = (chance.choice(chance.choice(_KINDS)) for _ in range(chance.randint(1, 12)))
        yield "".join(piece + chance.choice(("", " ")) for piece in pieces)


def fuzz(count: int, server_url: str | None) -> Fuzzed:
    """Ask an archive of some hundred articles, on the server or in a file."""
    with ExitStack() as stack:
        if server_url is None:
            url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/archive.db"
        else:
            url = stack.enter_context(scratch_database(server_url))
        with open_archive(url) as archive:
            fill(archive, chain(Corpus(_ARTICLES).texts(), _cjk_texts()), url)
        backends = stack.enter_context(closing(Backends(url)))
        searcher = stack.enter_context(open_searcher(url))
        done = Fuzzed()
        for typed in hostile_queries(count):
            _ask(searcher, typed, backends, done)
    return done


def _cjk_texts() -> Iterator[Text]:
    for language, documents in make_documents().items():
        for text in as_texts(documents[:40], language):
            yield Text(f"{language} {text.key}", text.title, text.lead, language=language)


def _ask(searcher: Searcher, typed: str, backends: Backends, done: Fuzzed) -> None:
    """Search; now and then also ask for the newest, for suggestions and for the reading."""
    server, started = backends.cpu_s(), time.process_time()
    try:
        searcher.search(typed, limit=20)
        spent_s = time.process_time() - started
        spent_s += backends.cpu_s() - server
        if done.asked % 10 == 0:
            searcher.newest(typed, limit=20)
            searcher.suggest(typed)
            searcher.explain(typed)
    except Exception as error:  # noqa: BLE001 - counting them is the purpose
        done.failed += 1
        if len(done.failures) < _MOST_TOLD:
            done.failures.append((typed, f"{type(error).__name__}: {error}"[:300]))
        spent_s = 0.0
    done.asked += 1
    done.total_s += spent_s
    if 1000 * spent_s > done.slowest_ms:
        done.slowest, done.slowest_ms = typed, 1000 * spent_s
