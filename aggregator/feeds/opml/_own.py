"""What OPML has no word for, in attributes of our own: written and read without loss."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from aggregator.model import Feed, FeedSpec, FullText, Identity, SiteRules
from aggregator.text import strip_unsafe

NAMESPACE = "urn:feed-aggregator-archive:opml:1"
"""Of the attributes that this page writes and reads; docs/opml.md lists them."""

# What XML 1.0 cannot hold, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTERVAL = re.compile(r"\d{1,9}", re.ASCII)
_WEIGHT = re.compile(r"\d{1,3}(?:\.\d{1,9})?", re.ASCII)

MIN_WEIGHT, MAX_WEIGHT = 0.01, 100.0
"""Of what feeds.toml may say."""

USUAL_WEIGHT = FeedSpec(url="").weight


def drop_forbidden(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot hold."""
    return _FORBIDDEN.sub("", text)


def own_attributes(feed: Feed, *, are_tags_kept: bool) -> dict[str, str]:
    """The settings of `feed` by local name; its tags too, unless OPML's own words have kept them.

    ``interval`` is always among them: by it a feed that we wrote is known.
    """
    attributes = {"interval": str(feed.interval_s or 0), "fullText": feed.full_text.value}
    if feed.name is not None:
        attributes["name"] = _write_name(feed.name)
    if not are_tags_kept:
        attributes["tags"] = json.dumps(feed.tags)
    if not feed.is_enabled:
        attributes["enabled"] = "false"
    if feed.rules is not None:
        rules = {part: selectors for part, selectors in asdict(feed.rules).items() if selectors}
        attributes["rules"] = json.dumps(rules)
    if feed.weight != USUAL_WEIGHT:
        attributes["weight"] = f"{feed.weight:g}"
    if feed.identity is not None:
        attributes["identity"] = feed.identity.value
    return attributes


def read_own(own: dict[str, str], url: str, tags: tuple[str, ...]) -> FeedSpec | None:
    """The feed at `url` with the settings in `own`; None if these attributes are not ours.

    `tags` are what its folders and categories say. A setting that makes no sense is as usual.
    """
    interval = own.get("interval", "")
    if not _INTERVAL.fullmatch(interval):
        return None
    full_text, identity = own.get("fullText"), own.get("identity")
    return FeedSpec(
        url=url,
        name=_read_name(own.get("name")),
        tags=_read_texts(_read_json(own["tags"])) if "tags" in own else tags,
        is_enabled=own.get("enabled") != "false",
        interval_s=int(interval) or None,
        full_text=FullText(full_text) if full_text in set(FullText) else FullText.AUTO,
        rules=_read_rules(own.get("rules")),
        identity=Identity(identity) if identity in set(Identity) else None,
        weight=_read_weight(own.get("weight")),
    )


def _read_weight(written: str | None) -> float:
    """The weight that was `written`, if it is one that feeds.toml may say."""
    is_number = written is not None and _WEIGHT.fullmatch(written)
    weight = float(written) if is_number and written else USUAL_WEIGHT
    return weight if MIN_WEIGHT <= weight <= MAX_WEIGHT else USUAL_WEIGHT


def _write_name(name: str) -> str:
    """`name` as it is if it can be written and shown, else as JSON, which begins with a quote."""
    is_plain = strip_unsafe(drop_forbidden(name)) == name and not name.startswith('"')
    return name if is_plain else json.dumps(name)


def _read_name(written: str | None) -> str | None:
    if written is None or not written.startswith('"'):
        return written
    name = _read_json(written)
    return name if isinstance(name, str) else written


def _read_rules(written: str | None) -> SiteRules | None:
    rules = _read_json(written or "")
    if not isinstance(rules, dict):
        return None
    return SiteRules(*(_read_texts(rules.get(part)) for part in ("content", "remove", "headline")))


def _read_texts(listed: object) -> tuple[str, ...]:
    return tuple(str(text) for text in listed) if isinstance(listed, list) else ()


def _read_json(written: str) -> object:
    """The value that `written` is the JSON of; None if it is none."""
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None
