"""Words that say nothing of what a text is about."""

from __future__ import annotations

from aggregator.search.terms._stems import stems_of

# English only: the short words of one language are the nouns of another.
_AS_WRITTEN = (
    "a about above after again against all also am an and any are as at be because been before"
    " being below between both but by can could did do does doing don down during each few for from"
    " further had has have having he her here hers herself him himself his how i if in into is it"
    " its itself just let ll me more most my myself no nor not of off on once only or other our"
    " ours ourselves out over own re s same shall she should so some such t than that the their"
    " theirs them themselves then there these they this those through to too under until up upon ve"
    " very was we were what when where which while who whom whose why will with would you your"
    " yours yourself yourselves"
)
_STOP_WORDS = frozenset(
    form for word in _AS_WRITTEN.split() for form in (word, stems_of("en")[word])
)


def is_stop_word(token: str) -> bool:
    """Whether `token`, a word or its stem, is an English function word.

    >>> is_stop_word("the"), is_stop_word("plane")
    (True, False)
    """
    return token in _STOP_WORDS
