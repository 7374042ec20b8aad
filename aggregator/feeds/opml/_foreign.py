"""The settings that FreshRSS and Miniflux add to their OPML, as ours where they mean the same.

Of what has no equal here the name is told and never the value: some hold cookies and passwords.
Read in FreshRSS's documentation of its OPML and in Miniflux's `internal/reader/opml/opml.go`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from aggregator.model import FeedSpec, FullText, Identity, SiteRules

FRESHRSS = "https://freshrss.org/opml"
MINIFLUX = "https://miniflux.app/opml"

_Attributes = dict[str, str]

# Kinds of FreshRSS that pick entries out of a page or an API by XPath or paths of names.
_SCRAPED = re.compile(
    r"(?:(?:html|xml)\+)?xpath(?:\+json\+dot(?:notation|path))?|(?:json)?\+dot(?:notation|path)",
    re.IGNORECASE,
)
# What is as it usually is needs no words.
_USUAL = {"priority": {"main"}, "unicitycriteria": {"id"}}
_FALSE = frozenset({"", "0", "f", "false"})
_TRUE = frozenset({"1", "t", "true"})
_SECONDS = re.compile(r"-?[0-9]{1,9}", re.ASCII)
# Of Miniflux's rewrite rules the one that only takes elements out.
_REMOVE = re.compile(r"(?<![\w.])remove\(\"([^\"]*)\"\)")


def find_scraper(kind: str) -> str | None:
    """Why a feed of this ``type`` cannot be polled here; None if nothing speaks against it."""
    found = _SCRAPED.search(kind)
    if found is None:
        return None
    return f"FreshRSS makes its entries out of a page ({found.group()}); there is no feed to poll"


def apply_foreign(
    spec: FeedSpec, freshrss: _Attributes, miniflux: _Attributes
) -> tuple[FeedSpec, tuple[str, ...]]:
    """`spec` with what these attributes say of it, and what they say that has no equal here.

    Names are in lower case. Selectors are taken over as they are, valid or not.
    """
    freshrss, miniflux = dict(freshrss), dict(miniflux)
    spec = _apply_freshrss(spec, freshrss)
    spec = _apply_miniflux(spec, miniflux)
    notes = [
        *(f"FreshRSS's {name} has no equal here" for name in _left(freshrss)),
        *(f"Miniflux's {name} has no equal here" for name in _left(miniflux)),
    ]
    return spec, tuple(notes)


def _left(attributes: _Attributes) -> list[str]:
    """The names of what was not taken over and is not as usual."""
    return [
        name
        for name, written in attributes.items()
        if written.lower() not in _USUAL.get(name, _FALSE) and written
    ]


def _apply_freshrss(spec: FeedSpec, attributes: _Attributes) -> FeedSpec:
    """`spec` with what FreshRSS says; what was understood is taken out of `attributes`."""
    content = attributes.pop("cssfullcontent", "")
    removed = [attributes.pop(name, "") for name in ("csscontentfilter", "cssfullcontentfilter")]
    spec = _add_rules(spec, content, *removed)
    if content:  # there the page is fetched because of the selector
        spec = replace(spec, full_text=FullText.ALWAYS)
    spec = replace(spec, identity=_take_identity(attributes))
    if _SECONDS.fullmatch(attributes.get("ttl", "")):
        seconds = int(attributes.pop("ttl"))  # below zero: muted
        spec = replace(spec, is_enabled=seconds >= 0, interval_s=abs(seconds) or spec.interval_s)
    return spec


def _take_identity(attributes: _Attributes) -> Identity | None:
    """By what FreshRSS tells entries apart, where ours does the same."""
    criteria = attributes.get("unicitycriteria", "id")
    is_forced = attributes.get("unicitycriteriaforced", "").lower() in _TRUE
    found = None
    if criteria == "sha1:title_published_content":
        found = Identity.TEXT
    elif criteria == "id" and is_forced:
        found = Identity.ID
    if found:
        attributes.pop("unicitycriteria", None)
        attributes.pop("unicitycriteriaforced", None)
    return found


def _apply_miniflux(spec: FeedSpec, attributes: _Attributes) -> FeedSpec:
    """`spec` with what Miniflux says; what was understood is taken out of `attributes`."""
    rewrites = attributes.get("rewriterules", "")
    removed = _REMOVE.findall(rewrites)
    if removed:
        attributes["rewriterules"] = _REMOVE.sub("", rewrites).strip(", ")
    spec = _add_rules(spec, attributes.pop("scraperrules", ""), *removed)
    if attributes.get("crawler", "").lower() in _TRUE:
        spec = replace(spec, full_text=FullText.ALWAYS)
        del attributes["crawler"]
    if attributes.get("disabled", "").lower() in _TRUE:
        spec = replace(spec, is_enabled=False)
        del attributes["disabled"]
    return spec


def _add_rules(spec: FeedSpec, content: str, *removed: str) -> FeedSpec:
    """`spec` with these selectors beside those it has; empty ones are none."""
    rules = spec.rules or SiteRules()
    rules = replace(
        rules,
        content=(*rules.content, *filter(None, [content])),
        remove=(*rules.remove, *filter(None, removed)),
    )
    return replace(spec, rules=rules) if rules != SiteRules() else spec
