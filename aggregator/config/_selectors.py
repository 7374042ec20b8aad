"""CSS selectors as an operator writes them: checked before a page is ever asked with them."""

from __future__ import annotations

import re

MAX_SELECTOR_CHARS = 400
"""200 steps of one letter, which the translator's recursion takes; a rule has a handful."""

MAX_SELECTORS = 50
"""Of one key: a site that needs more is better read without rules."""

# How + and ~ look as XPath. libxml2 takes 3 s and 40 s for "p + p" and "p ~ p" on 5,000 paragraphs,
# and 0.1 s for :nth-child, which only counts.
_SLOW = re.compile(r"(?<!count\()(?:following|preceding)-sibling::")


def check_selector(selector: str) -> str:
    """`selector` if pages can be asked with it; ValueError with the reason if not.

    >>> check_selector("article > .story p")
    'article > .story p'
    """
    # Loaded only for those who have rules: 20 ms.
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415

    if len(selector) > MAX_SELECTOR_CHARS:
        raise ValueError(f"must be a CSS selector of at most {MAX_SELECTOR_CHARS} characters")
    try:
        path = HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        reason = str(error).replace(", got ", ", found ")
        raise ValueError(f"must be a CSS selector ({reason})") from None
    except RecursionError:
        raise ValueError("must be a CSS selector that is less deeply nested") from None
    if _SLOW.search(path):
        raise ValueError("must be a CSS selector without + and ~: long pages take minutes")
    return selector
