"""The words that the texts of the archive have."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from aggregator.search.plan import Phrase
from aggregator.search.postgresql._finding import MANY

if TYPE_CHECKING:
    from aggregator.search.postgresql._finding import Finder

SAMPLE = 250
"""How many documents are looked through for the words: 80 us each."""

_LEXEMES = """
SELECT tsvector_to_array(tokens) FROM search_{g}_document WHERE entry_id = ANY(%s::bigint[])
"""


def read_words(finder: Finder, beginning: str, most: int) -> list[tuple[str, int]]:
    """The commonest `most` tokens of text that begin so, with about how many documents have them.

    Of more documents than are looked through, those are taken that lie evenly among them.
    """
    if not beginning:
        return []
    found = finder.find(Phrase(((beginning,),), is_prefix=True), MANY)
    step = -(-len(found.ids) // SAMPLE) or 1
    sample = list(islice(found.ids, 0, None, step))
    counts: Counter[str] = Counter()
    for (lexemes,) in finder.connection.rows(_LEXEMES, sample):
        counts.update(lexeme for lexeme in lexemes if lexeme.startswith(beginning))
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [(token, count * step) for token, count in ordered[:most]]
