"""What is asked of a large archive, by class; words are drawn by how many articles have them."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from bench._search_stop_words import STOP_WORDS
from bench._search_values import Text

SAMPLE = 20_000
_WORD = re.compile(r"[^\W_]+")
_STOPS = frozenset(STOP_WORDS)
_RARE = (5, 50)


@dataclass(frozen=True, slots=True)
class Words:
    """Words by the share of the articles that have them, each list in an order of chance.

    `rare` ones are in 5 to 50 articles, `mid` in 1 to 3 %, `common` in 20 to 60 % (or the most
    common there are); `stops` are stop words in more than 30 %.
    """

    rare: list[str]
    mid: list[str]
    common: list[str]
    stops: list[str]


def words_by_frequency(sample: Sequence[Text], articles: int, seed: int = 5) -> Words:
    """The words of a sample of an archive with so many articles."""
    frequency = Counter(
        word for text in sample for word in set(_words(f"{text.title}\n{text.body}"))
    )
    share = {
        word: count / len(sample)
        for word, count in frequency.items()
        if word.isascii() and word.isalpha()
    }
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    least, most = (max(1, number * len(sample) // articles) for number in _RARE)
    told = sorted(word for word in share if len(word) > 3 and word not in _STOPS)

    def drawn(words: Iterator[str]) -> list[str]:
        chosen = list(words)
        chance.shuffle(chosen)
        return chosen

    by_share = sorted(told, key=lambda word: (-share[word], word))
    return Words(
        rare=drawn(word for word in told if least <= frequency[word] <= most),
        mid=drawn(word for word in told if 0.01 <= share[word] <= 0.03),
        common=drawn(word for word in told if 0.2 <= share[word] <= 0.6) or by_share[:10],
        stops=drawn(word for word in STOP_WORDS if share.get(word, 0) > 0.3),
    )


def make_classes(
    sample: Sequence[Text], articles: int, per_class: int, seed: int = 5
) -> dict[str, list[str]]:
    """Queries by class, at most `per_class` of each; a class that lacks words is left out."""
    words = words_by_frequency(sample, articles, seed)
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    phrases = list(dict.fromkeys(_phrases(sample, lambda word: len(word) > 4)))
    stop_phrases = list(dict.fromkeys(_phrases(sample, _STOPS.__contains__)))
    chance.shuffle(phrases)
    days = sorted(
        datetime.fromtimestamp(text.published, UTC).date().isoformat()
        for text in sample
        if text.published is not None
    )
    late = days[int(0.95 * len(days))] if days else "7d"
    drawn = {
        "rare": [words.rare],
        "mid": [words.mid],
        "common": [words.common],
        "very common": [words.stops],
        "two mid": [words.mid, words.mid[per_class:]],
        "common and mid": [words.common, words.mid],
        "five, any": [words.common, words.mid, words.mid[1:], words.rare, words.rare[1:]],
        "phrase": [phrases],
        "phrase of stop words": [stop_phrases],
        "prefix of 3": [[word[:3] for word in words.mid]],
        "prefix of 4": [[word[:4] for word in words.mid]],
        "common, tag": [words.common, [tag for text in sample for tag in text.tags]],
        "common, feed": [words.common, [str(text.feed) for text in sample]],
        "common, after a day": [words.common],
        "common, in a month": [words.common, [day[:7] for day in days[:: len(days) // 40 + 1]]],
        "common, newest first": [words.common],
        "very common, oldest first": [words.stops],
        "mid, not common": [words.mid, words.common],
        "regex": [words.common, [word[:5] for word in words.mid]],
        "no hit": [[f"{word[::-1]}qxz" for word in words.mid]],
        "common and no hit": [words.common, [f"{word[::-1]}qxz" for word in words.mid]],
    }
    made = {name: _made(_FORMS[name], parts, per_class) for name, parts in drawn.items()}
    return {
        name: [typed.replace("{late}", late) for typed in asked]
        for name, asked in made.items()
        if asked
    }


_FORMS = {
    "rare": "{0}",
    "mid": "{0}",
    "common": "{0}",
    "very common": "{0}",
    "two mid": "{0} {1}",
    "common and mid": "{0} {1}",
    "five, any": "{0} OR {1} OR {2} OR {3} OR {4}",
    "phrase": '"{0}"',
    "phrase of stop words": '"{0}"',
    "prefix of 3": "{0}*",
    "prefix of 4": "{0}*",
    "common, tag": "{0} tag:{1}",
    "common, feed": '{0} feed:"Feed {1}"',
    "common, after a day": "{0} after:{{late}}",
    "common, in a month": "{0} date:{1}",
    "common, newest first": "{0} sort:new",
    "very common, oldest first": "{0} sort:old",
    "mid, not common": "{0} -{1}",
    "regex": "{0} /{1}[a-z]+/",
    "no hit": "{0}",
    "common and no hit": "{0} {1}",
}


def _made(form: str, parts: list[list[str]], count: int) -> list[str]:
    """Different queries of that form, taking the words of each part in turn."""
    if not all(parts):
        return []
    asked = (form.format(*(part[turn % len(part)] for part in parts)) for turn in range(count))
    return list(dict.fromkeys(asked))


def _phrases(sample: Sequence[Text], is_wanted: Callable[[str], bool]) -> Iterator[str]:
    """The first two words in a row of each article that are both wanted."""
    for text in sample[:: len(sample) // 500 + 1]:
        words = _words(text.lead)
        pairs = pairwise(words)
        wanted = (f"{one} {other}" for one, other in pairs if is_wanted(one) and is_wanted(other))
        yield from list(wanted)[:1]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
