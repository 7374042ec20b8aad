"""Words of one to four characters in Chinese, Japanese and Korean, and the documents with them.

Documents are three sentences of a CoNLL-U file, whose words are known, or a paragraph of any text
file, of which pieces are drawn, or are made up. Only characters of the scripts that write without
blanks between words, and Hangul, are asked for. A word counts as being in a document that has its
string.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench._search_values import Text

_RUN = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+")
_LENGTHS = (1, 2, 3, 4)
_MOST_DOCUMENTS = 40
_MADE_UP = 400

Documents = list[tuple[str, list[str]]]
"""A text and the words that may be asked of it."""


def read_documents(paths: Sequence[Path]) -> dict[str, Documents]:
    """The documents of each file, by its name."""
    return {
        path.name: _read_conllu(path) if path.suffix == ".conllu" else _read_plain(path)
        for path in paths
    }


def _read_conllu(path: Path) -> Documents:
    sentences: Documents = []
    text, words = "", list[str]()
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        if line.startswith("# text ="):
            text = line.removeprefix("# text =").strip()
        elif line[:1].isdigit():
            number, word = line.split("\t")[:2]
            words += [word] if number.isdigit() else []
        elif not line.strip() and text:
            sentences.append((text, words))
            text, words = "", []
    blank = " " if path.name.startswith("ko") else ""
    return [
        (blank.join(text for text, _ in three), [word for _, words in three for word in words])
        for three in (sentences[at : at + 3] for at in range(0, len(sentences), 3))
    ]


def _read_plain(path: Path) -> Documents:
    chance = random.Random(3)  # noqa: S311 - a sample, no secret
    lines = [line.strip() for line in path.read_text("utf-8", "replace").splitlines()]
    return [(line, list(_pieces(line, chance))) for line in lines if _RUN.search(line)]


def _pieces(text: str, chance: random.Random) -> Iterator[str]:
    for run in _RUN.findall(text):
        for length in _LENGTHS:
            if len(run) >= length:
                start = chance.randrange(len(run) - length + 1)
                yield run[start : start + length]


def make_documents(seed: int = 3) -> dict[str, Documents]:
    """Made-up documents in the three languages, of words that are drawn more and less often."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    alphabets = {
        "zh": [chr(0x4E00 + number) for number in range(2500)],
        "ja": [chr(0x3041 + number) for number in range(80)]
        + [chr(0x30A1 + number) for number in range(80)]
        + [chr(0x4E00 + 7 * number) for number in range(1500)],
        "ko": [chr(0xAC00 + 9 * number) for number in range(1200)],
    }
    return {
        language: [_make(words, " " if language == "ko" else "", chance) for _ in range(_MADE_UP)]
        for language, alphabet in alphabets.items()
        for words in [_make_words(alphabet, chance)]
    }


def _make_words(alphabet: Sequence[str], chance: random.Random) -> list[str]:
    return ["".join(chance.choices(alphabet, k=chance.choice(_LENGTHS))) for _ in range(3000)]


def _make(words: Sequence[str], blank: str, chance: random.Random) -> tuple[str, list[str]]:
    weights = [1 / (rank + 10) for rank in range(len(words))]
    sentences = [chance.choices(words, weights, k=chance.randint(5, 25)) for _ in range(4)]
    text = "".join(blank.join(sentence) + chance.choice("。！? ") for sentence in sentences)
    return text, [word for sentence in sentences for word in sentence]


def as_texts(documents: Documents, language: str | None) -> list[Text]:
    """They as texts without titles; the keys are their numbers."""
    return [
        Text(str(number), "", text, language=language) for number, (text, _) in enumerate(documents)
    ]


def choose_words(documents: Documents, per_length: int, seed: int = 3) -> dict[int, list[str]]:
    """At most so many words of each length that are in 2 to 40 documents."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    known = sorted({word for _, words in documents for word in words if _RUN.fullmatch(word)})
    chance.shuffle(known)
    chosen: dict[int, list[str]] = {length: [] for length in _LENGTHS}
    for word in known:
        kept = chosen.get(len(word))
        if kept is None or len(kept) == per_length:
            continue
        if 2 <= len(holders(documents, word)) <= _MOST_DOCUMENTS:
            kept.append(word)
    return chosen


def holders(documents: Documents, word: str) -> frozenset[str]:
    """The keys of the documents that have the string."""
    return frozenset(str(number) for number, (text, _) in enumerate(documents) if word in text)


def recall_of(
    documents: Documents, words: Iterable[str], found: Mapping[str, Sequence[str]]
) -> tuple[float, float]:
    """The mean shares of the documents with a word that were found, and of the found that have it.

    What was found for no word at all has the precision 1.
    """
    shares, precisions = list[float](), list[float]()
    for word in words:
        wanted, got = holders(documents, word), set(found[word])
        shares.append(len(wanted & got) / len(wanted))
        precisions += [len(wanted & got) / len(got)] if got else []
    return (
        sum(shares) / max(len(shares), 1),
        sum(precisions) / len(precisions) if precisions else 1.0,
    )
