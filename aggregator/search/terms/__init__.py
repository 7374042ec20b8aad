"""Terms: text and facts of an entry -> the tokens under which every database files them.

Whatever the query language can ask is a token here. Text becomes words, stemmed by the document's
language and without diacritics, in their order; scripts without blanks become overlapping pairs;
hosts, versions and names with signs stand at the end as a whole. Facts become facets such as
``tag:space``. The same room makes the tokens of a query, so that both sides always agree.
"""

from aggregator.search.terms._documents import document_of
from aggregator.search.terms._facets import (
    ALL,
    SHARD_BITS,
    facet_tokens,
    facets_of,
    feed_token,
    shard_token,
)
from aggregator.search.terms._forms import (
    ascii_words,
    exact_form,
    has_exact,
    normalize,
    plain_words,
)
from aggregator.search.terms._places import Piece, places_of
from aggregator.search.terms._ranges import date_tokens, has_exact_dates, number_of, number_tokens
from aggregator.search.terms._shapes import (
    PORTER_LANGUAGES,
    ascii_shape,
    find_words,
    least_heads,
)
from aggregator.search.terms._stems import MAX_TOKEN_CHARS, stem
from aggregator.search.terms._stop_words import is_stop_word
from aggregator.search.terms._tokens import (
    ANALYZER_VERSION,
    Word,
    analyze,
    tokens_of,
    words_in,
)
from aggregator.search.terms._values import Analyzed, Column, Document

__all__ = [
    "ALL",
    "ANALYZER_VERSION",
    "MAX_TOKEN_CHARS",
    "PORTER_LANGUAGES",
    "SHARD_BITS",
    "Analyzed",
    "Column",
    "Document",
    "Piece",
    "Word",
    "analyze",
    "ascii_shape",
    "ascii_words",
    "date_tokens",
    "document_of",
    "exact_form",
    "facet_tokens",
    "facets_of",
    "feed_token",
    "find_words",
    "has_exact",
    "has_exact_dates",
    "is_stop_word",
    "least_heads",
    "normalize",
    "number_of",
    "number_tokens",
    "places_of",
    "plain_words",
    "shard_token",
    "stem",
    "tokens_of",
    "words_in",
]
