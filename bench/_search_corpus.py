"""Articles by the million: those of a database file, or made up; never all of them in memory.

The file has a table ``articles (id, published, lang, title, headings, body)`` with ids from 1 on.
 Feeds, tags and authors are drawn here, so that both kinds can be asked for them;
a feed has `BATCH` articles in a row, as a poll brings them.
"""

from __future__ import annotations

import itertools
import random
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from bench._search_filling import BATCH, FEEDS
from bench._search_stop_words import STOP_WORDS
from bench._search_values import Text

TAGS = 200
_AUTHORS = 300
_FIRST_PUBLISHED = 1_500_000_000
_SYLLABLES = [c + v for c in "bcdfghjklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "er")]
_ONE_OF_A_KIND = 24
_BY_FEED = list(itertools.accumulate(1 / rank for rank in range(1, FEEDS + 1)))
_BY_TAG = list(itertools.accumulate(1 / rank for rank in range(1, TAGS + 1)))


class Corpus:
    """`count` articles, the same at each call; SystemExit if the file has fewer.

    `name` is that of the file, of small letters, digits and underscores.
    """

    def __init__(self, count: int, file: Path | None = None) -> None:
        self.count = count
        self.name = (
            "made_up" if file is None else re.sub(r"\W", "_", file.stem.lower(), flags=re.ASCII)
        )
        self._file = file
        if file is not None:
            with closing(_connect(file)) as connection:
                (there,) = connection.execute("SELECT max(id) FROM articles").fetchone()
            if there is None or there < count:
                raise SystemExit(f"{file} has {there or 0} articles, not {count}")

    def texts(self) -> Iterator[Text]:
        """All articles, oldest first."""
        if self._file is None:
            yield from map(_made_up, range(1, self.count + 1))
            return
        with closing(_connect(self._file)) as connection:
            rows = connection.execute(_SELECT + " WHERE id <= ? ORDER BY id", (self.count,))
            yield from map(_stored, rows)

    def sample(self, most: int, seed: int = 5) -> list[Text]:
        """At most so many articles, drawn from all over it."""
        chance = random.Random(seed)  # noqa: S311 - a sample, no secret
        chosen = sorted(chance.sample(range(1, self.count + 1), min(most, self.count)))
        if self._file is None:
            return [_made_up(number) for number in chosen]
        with closing(_connect(self._file)) as connection:
            ask = _SELECT + " WHERE id = ?"
            return [_stored(row) for key in chosen for row in connection.execute(ask, (key,))]


_SELECT = "SELECT id, published, lang, title, headings, body FROM articles"


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _stored(row: tuple[int, int, str, str, str, str]) -> Text:
    number, published, language, title, headings, body = row
    return _with_facets(number, published, language, title, headings.split("\n"), body.split("\n"))


def _made_up(number: int) -> Text:
    chance = random.Random(number)  # noqa: S311 - no secret
    told = chance.choices(_VOCABULARY, cum_weights=_BY_WORD, k=480)
    told += ["".join(chance.choices(_SYLLABLES, k=4)) for _ in range(_ONE_OF_A_KIND)]
    chance.shuffle(told)
    paragraphs = [" ".join(told[at : at + 84]) + "." for at in range(0, len(told), 84)]
    headings = [
        " ".join(chance.choices(_VOCABULARY, cum_weights=_BY_WORD, k=5)).title() for _ in range(4)
    ]
    title = " ".join(chance.choices(_VOCABULARY, cum_weights=_BY_WORD, k=8)).capitalize()
    published = _FIRST_PUBLISHED + 120 * number
    return _with_facets(number, published, "en", title, headings, paragraphs)


def _with_facets(
    number: int,
    published: int,
    language: str,
    title: str,
    headings: Sequence[str],
    paragraphs: Sequence[str],
) -> Text:
    """An article of these parts; what headings do not suffice for stands under the last."""
    chance = random.Random(f"facets {number}")  # noqa: S311 - no secret
    last = len(headings) - 1
    sections = tuple(
        (heading, "\n".join(paragraphs[place + 1 : place + 2 if place < last else None]))
        for place, heading in enumerate(headings)
    )
    poll = random.Random(f"poll {(number - 1) // BATCH}")  # noqa: S311 - no secret
    tags = chance.choices(range(1, TAGS + 1), cum_weights=_BY_TAG, k=chance.randrange(4))
    return Text(
        str(number),
        title,
        paragraphs[0],
        sections,
        language=language,
        published=published,
        feed=poll.choices(range(1, FEEDS + 1), cum_weights=_BY_FEED)[0],
        tags=tuple(f"tag{tag}" for tag in dict.fromkeys(tags)),
        authors=(f"Author {chance.randint(1, _AUTHORS)}",),
    )


def _make_vocabulary(count: int) -> list[str]:
    """Stop words first, as they are the most common, then words that nobody knows."""
    chance = random.Random(7)  # noqa: S311 - no secret
    made = dict.fromkeys(STOP_WORDS)
    while len(made) < count:
        made["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(made)


_VOCABULARY = _make_vocabulary(30_000)
_BY_WORD = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(_VOCABULARY))))
