"""An operator's rules for a site: CSS selectors that decide before the model does."""

from __future__ import annotations

from collections.abc import Sequence

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError
from lxml.html import HtmlElement, fragment_fromstring

from aggregator.model import SiteRules
from aggregator.text import collapse_whitespace, strip_unsafe


def apply_rules(body: HtmlElement, rules: SiteRules | None) -> tuple[HtmlElement, bool, str | None]:
    """The root that `rules` leave of `body`, whether they named the content, and the headline.

    A rule that finds nothing on the page decides nothing there.
    """
    if rules is None:
        return body, False, None
    headings = _select(body, rules.headline)
    headline = collapse_whitespace(strip_unsafe(headings[0].text_content())) if headings else ""
    for element in _select(body, rules.remove):
        if element is not body:
            element.drop_tree()
    contents = _outermost(_select(body, rules.content))
    if not contents:
        return body, False, headline or None
    root = contents[0] if len(contents) == 1 else fragment_fromstring("<div></div>")
    if len(contents) > 1:
        root.extend(contents)
    return root, True, headline or None


def _select(body: HtmlElement, selectors: Sequence[str]) -> list[HtmlElement]:
    """The elements that any of `selectors` names, each once, selector by selector."""
    found: dict[HtmlElement, None] = {}
    for selector in selectors:
        try:
            elements: list[HtmlElement] = CSSSelector(selector, translator="html")(body)  # type: ignore[assignment]
            found.update(dict.fromkeys(elements))
        except (SelectorError, XPathError, ValueError):
            continue  # what lxml cannot evaluate ("ns|p", an escaped NUL) finds nothing
    return list(found)


def _outermost(elements: Sequence[HtmlElement]) -> list[HtmlElement]:
    """`elements` in the order of the document, without those inside another one of them."""
    chosen = set(elements)
    outer = [e for e in elements if not any(parent in chosen for parent in e.iterancestors())]
    if len(outer) < 2:
        return outer
    order = {element: place for place, element in enumerate(outer[0].getroottree().iter())}
    return sorted(outer, key=order.__getitem__)
