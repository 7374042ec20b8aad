"""What a page is: an article, or one of the pages that are served in the place of one."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.model import PageKind

# The bounds below were tried on 912 article pages, none of which is called anything else, and on
# pages of each other kind that were written for the tests.

WORDS_OF_NOTICE = 200
"""A page that says it is missing and shows more words is an article about such pages: of the
apologies that servers send none is longer, search tips and all."""

WORDS_OF_CONSENT = 500
"""The longest question about cookies, with its list of purposes, is a little shorter."""

_CONSENT_SHARE = 0.6
"""The share of a page's running text in which cookies are spoken of. A banner beside a news item
of 60 words takes less than half."""

WORDS_OF_SHELL = 50
"""A page whose scripts have not run shows a title and a few menus, but no paragraph."""

_CHARS_OF_SHELL = 800
"""What such a page may have of text outside of links: legal lines, a slogan, "Loading"."""

WORDS_OF_STUB = (150, 400)
"""How long the free beginning of an article may be, with one sign that the rest is sold and with
two. Publishers give away one to four paragraphs."""

_FEWEST_TEASERS = 8
"""Lists of articles have at least so many; below that they are the box at an article's end."""

_CHARS_OF_TEASER = 400
"""The longest run of text between two teasers of a list: an excerpt of some 65 words."""

_TEASERS_PER_HEADING = 2
"""A list has more teasers than headings of its own; articles made of short parts have not."""

_CONFIRMING_WORDS, _CONFIRMING_SHARE = 20, 0.7
"""So many words of the feed, and so much of them found on the page, prove that the page is the
entry's: a reworded summary shares about half of its words with its article."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was counted on a page; `_evidence.read_evidence` says how.

    `kept_words` are the words of what was taken for its article, `free_chars` the characters of
    its text outside of links, `consent_share` the part of its running text that speaks of cookies
    or age, `teasers` the number of its lines that are nothing but a long link, `longest_run` the
    most characters of running text between two of them, `own_headings` the headings that are no
    links. `fed_share` is the part of the
    `fed_words` of the feed's entry that stand in what was kept.
    """

    kept_words: int
    free_chars: int = 0
    consent_share: float = 0.0
    teasers: int = 0
    longest_run: int = 0
    own_headings: int = 0
    fed_words: int = 0
    fed_share: float = 0.0
    is_article_stated: bool = False
    is_free: bool | None = None
    says_missing: bool = False
    says_subscribe: bool = False
    needs_scripts: bool = False


def page_kind(evidence: Evidence) -> PageKind:
    """The kind of the page with this `evidence`: that of the first of `_SIGNS` which it shows.

    >>> page_kind(Evidence(kept_words=30, says_missing=True))
    <PageKind.MISSING: 'missing'>
    >>> page_kind(Evidence(kept_words=900, says_missing=True))
    <PageKind.ARTICLE: 'article'>
    """
    return next((kind for kind, is_shown in _SIGNS if is_shown(evidence)), PageKind.ARTICLE)


def _is_stub(evidence: Evidence) -> bool:
    """Whether little text stands beside the word, to readers or to search engines, of a price."""
    signs = evidence.says_subscribe + (evidence.is_free is False)
    return signs > 0 and evidence.kept_words < WORDS_OF_STUB[signs - 1]


def _is_confirmed(evidence: Evidence) -> bool:
    """Whether the page shows what the feed announced."""
    is_enough = evidence.fed_words >= _CONFIRMING_WORDS
    return is_enough and evidence.fed_share >= _CONFIRMING_SHARE


def _is_shell(evidence: Evidence) -> bool:
    is_empty = evidence.kept_words < WORDS_OF_SHELL and evidence.free_chars < _CHARS_OF_SHELL
    return evidence.needs_scripts and is_empty


def _is_stated(evidence: Evidence) -> bool:
    return evidence.is_article_stated


def _is_notice(evidence: Evidence) -> bool:
    return evidence.says_missing and evidence.kept_words < WORDS_OF_NOTICE


def _is_question(evidence: Evidence) -> bool:
    is_short = evidence.kept_words < WORDS_OF_CONSENT
    return is_short and evidence.consent_share >= _CONSENT_SHARE


def _is_list(evidence: Evidence) -> bool:
    fewest = max(_FEWEST_TEASERS, _TEASERS_PER_HEADING * evidence.own_headings)
    return evidence.teasers >= fewest and evidence.longest_run < _CHARS_OF_TEASER


_SIGNS = (
    (PageKind.PAYWALL, _is_stub),  # first: the free beginning is what the feed announced, too
    (PageKind.ARTICLE, _is_confirmed),
    (PageKind.SHELL, _is_shell),  # before what is stated: shells state their article
    (PageKind.ARTICLE, _is_stated),
    (PageKind.MISSING, _is_notice),
    (PageKind.CONSENT, _is_question),
    (PageKind.LISTING, _is_list),
)
