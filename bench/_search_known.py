"""Known items: questions made of an article's own words, each with that one article as answer.

Kinds: the three rarest words of the title; the four words that tell most of the body and are not
in the title; six words of the body in a row (typed without quotation marks); every second word of
a sentence in the middle.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench._search_values import Text

KINDS = ("title words", "body words", "exact quote", "half a sentence")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SIZES = range(601, 20_000)

Pair = tuple[str, str]
"""The key of an article, and a question for it."""


def read_articles(folder: Path) -> list[Text]:
    """The articles of a folder of ground truth (JSON) that are neither very short nor very long."""
    texts = []
    for path in sorted(folder.glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))["ground_truth"]
        title, body = truth.get("title") or "", truth.get("main_content") or ""
        if title and len(body) in _SIZES:
            texts.append(_with_sections(path.stem, title, body))
    if not texts:
        raise SystemExit(f"{folder} holds no articles with title and main_content")
    return texts


def _with_sections(key: str, title: str, body: str) -> Text:
    """A short line that does not end as a sentence is taken for a heading."""
    lead: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    for line in body.split("\n"):
        if 0 < len(line) < 70 and not line.rstrip().endswith("."):
            sections.append((line, []))
        else:
            (sections[-1][1] if sections else lead).append(line)
    made = tuple((heading, "\n".join(lines)) for heading, lines in sections)
    return Text(key, title, "\n".join(lead), made, language="en")


def make_questions(texts: Sequence[Text], per_kind: int, seed: int = 2) -> dict[str, list[Pair]]:
    """At most `per_kind` questions of each kind, with the key of the article that each is for."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    frequency = Counter(
        word for text in texts for word in {*_words(text.title), *_words(text.body)}
    )
    asked: dict[str, list[Pair]] = {kind: [] for kind in KINDS}
    for text in texts:
        for kind, words in _questions_of(text, frequency, len(texts), chance.random()).items():
            if words:
                asked[kind].append((text.key, " ".join(words)))
    for pairs in asked.values():
        chance.shuffle(pairs)
        del pairs[per_kind:]
    return asked


def _questions_of(
    text: Text, frequency: Counter[str], count: int, place: float
) -> dict[str, list[str]]:
    title, body = _words(text.title), _words(text.body)
    rarest = sorted({word for word in title if len(word) > 2}, key=lambda w: (frequency[w], w))
    told = Counter(
        word for word in body if word not in title and len(word) > 3 and frequency[word] > 1
    )
    weights = {
        word: (1 + math.log(times)) * math.log(count / frequency[word])
        for word, times in told.items()
    }
    best = sorted(told, key=lambda word: (-weights[word], word))
    first = int(place * max(1, len(body) - 10))
    sentences = _SENTENCE_END.split(text.body)
    middle = _words(sentences[len(sentences) // 2]) if len(sentences) > 4 else []
    return {
        "title words": rarest[:3] if len(rarest) >= 3 else [],
        "body words": best[:4] if len(best) > 8 else [],
        "exact quote": body[first : first + 6],
        "half a sentence": middle[::2][:10] if len(middle) > 6 else [],
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
