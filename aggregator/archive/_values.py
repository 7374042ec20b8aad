"""Rows to values and back: the only place that knows how a value is spread over columns."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, RowMapping

from aggregator.model import (
    Article,
    Enclosure,
    Entry,
    Feed,
    FeedLinks,
    FeedSpec,
    FullText,
    Identity,
    Item,
    Move,
    Pace,
    PageKind,
    Rhythm,
    Section,
    SiteRules,
    Validators,
    extras_from_json,
    extras_to_json,
)

_ENTRY_FIELDS = (
    "key",
    "content_hash",
    "guid",
    "url",
    "title",
    "summary",
    "content",
    "published_at",
    "updated_at",
    "published_raw",
    "language",
    "comments_url",
    "base_url",
)
_ARTICLE_FIELDS = (
    "headline",
    "byline",
    "published_at",
    "language",
    "lead",
    "lead_html",
    "word_count",
    "read_minutes",
    "stated_minutes",
    "method",
    "image",
    "url",
    "modified_at",
    "direction",
    "confidence",
)

_SECTION_FIELDS = tuple(one.name for one in fields(Section))
_ENCLOSURE_FIELDS = tuple(one.name for one in fields(Enclosure))


def feed_from(row: RowMapping, entry_count: int = 0) -> Feed:
    """The feed of a row of the table `feed`."""
    return Feed(
        id=row["id"],
        url=row["url"],
        name=row["name"],
        title=row["title"],
        site_url=row["site_url"],
        tags=tuple(row["tags"]),
        is_enabled=row["is_enabled"],
        interval_s=row["interval_s"] or None,
        full_text=FullText(row["full_text"]),
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        next_poll_at=row["next_poll_at"],
        last_polled_at=row["last_polled_at"],
        last_status=row["last_status"],
        failures=row["failures"],
        error=row["error"],
        entry_count=entry_count,
        rules=_rules_from(row["rules"]),
        identity=Identity(row["identity"]) if row["identity"] else None,
        learnt_identity=Identity(row["learnt_identity"]),
        moved_to=row["moved_to"],
        move=_move_from(row),
        merged_into=row["merged_into"],
        host=row["host"],
        weight=row["weight"],
        pace=pace_from(row["pace"]),
        rhythm=rhythm_from(row["rhythm"]),
        not_before=row["not_before"],
        why=row["why"],
        error_kind=row["error_kind"],
        refreshed_at=row["refreshed_at"],
        created_at=row["created_at"],
    )


def spec_from(row: Row[Any]) -> FeedSpec:
    """What feeds.toml has decided of a row of the table `feed`."""
    return FeedSpec(
        url=row.url,
        name=row.name,
        tags=tuple(row.tags),
        is_enabled=row.is_enabled,
        interval_s=row.interval_s or None,
        full_text=FullText(row.full_text),
        rules=_rules_from(row.rules),
        identity=Identity(row.identity) if row.identity else None,
        weight=row.weight,
    )


def spec_row(spec: FeedSpec) -> dict[str, Any]:
    """The columns that feeds.toml decides."""
    return {
        "name": spec.name,
        "tags": list(spec.tags),
        "is_enabled": spec.is_enabled,
        "interval_s": spec.interval_s or 0,
        "weight": spec.weight,
        "full_text": spec.full_text.value,
        "rules": asdict(spec.rules) if spec.rules else {},
        "identity": spec.identity.value if spec.identity else None,
    }


def pace_row(pace: Pace) -> dict[str, Any]:
    """The column `pace`; what a feed does not say takes no room."""
    return {name: value for name, value in asdict(pace).items() if value}


def pace_from(state: dict[str, Any]) -> Pace:
    """The pace of a column `pace`."""
    return Pace(
        state.get("ttl_s", 0),
        state.get("period_s", 0),
        tuple(state.get("skip_hours", ())),
        tuple(state.get("skip_days", ())),
    )


def rhythm_row(rhythm: Rhythm) -> dict[str, Any]:
    """The column `rhythm`, rounded: these are estimates."""
    if rhythm.at is None:
        return {}
    return {
        "at": rhythm.at.isoformat(),
        "posts": round(rhythm.posts, 4),
        "days": round(rhythm.days, 4),
        "hours": [round(value, 3) for value in rhythm.hours],
        "weekdays": [round(value, 3) for value in rhythm.weekdays],
    }


def rhythm_from(state: dict[str, Any]) -> Rhythm:
    """The rhythm of a column `rhythm`."""
    if not state:
        return Rhythm()
    at = datetime.fromisoformat(state["at"])
    hours, weekdays = tuple(state["hours"]), tuple(state["weekdays"])
    return Rhythm(at, state["posts"], state["days"], hours, weekdays)


def move_row(move: Move | None) -> dict[str, Any]:
    """The columns of a move that is not yet believed; empty ones for none."""
    if move is None:
        return {"move_url": None, "move_since": None, "move_polls": 0}
    return {"move_url": move.url, "move_since": move.since, "move_polls": move.polls}


def _move_from(row: RowMapping) -> Move | None:
    if row["move_url"] is None:
        return None
    return Move(row["move_url"], row["move_since"], row["move_polls"])


def _rules_from(state: dict[str, list[str]]) -> SiteRules | None:
    rules = {name: tuple(selectors) for name, selectors in state.items()}
    return SiteRules(**rules) if rules else None


def links_row(links: FeedLinks) -> dict[str, Any]:
    """The column `links`: the addresses that a feed names, by field."""
    return {name: value for name, value in asdict(links).items() if value}


def links_from(state: dict[str, Any]) -> FeedLinks:
    """The links of a column `links`; what another version of the program knew is left out."""
    known = {one.name: state[one.name] for one in fields(FeedLinks) if one.name in state}
    return FeedLinks(**(known | {"hubs": tuple(state.get("hubs", ()))}))


def entry_from(row: RowMapping) -> Entry:
    """The entry of a row of the table `entry`; its aliases stay behind, only polls need them."""
    return Entry(
        **{name: row[name] for name in _ENTRY_FIELDS},
        authors=tuple(row["authors"]),
        tags=tuple(row["tags"]),
        enclosures=_enclosures_from(row),
        extras=extras_from_json(row["extras"]),
    )


def with_details(entry: Entry, row: RowMapping) -> Entry:
    """`entry` with the language, files and extras of a row of the table `entry`."""
    extras = extras_from_json(row["extras"])
    return replace(entry, language=row["language"], enclosures=_enclosures_from(row), extras=extras)


def _enclosures_from(row: RowMapping) -> tuple[Enclosure, ...]:
    return tuple(Enclosure(**enclosure) for enclosure in row["enclosures"])


def entry_row(entry: Entry) -> dict[str, Any]:
    """The columns that the feed decides."""
    return {
        **{name: getattr(entry, name) for name in _ENTRY_FIELDS},
        "authors": list(entry.authors),
        "tags": list(entry.tags),
        "enclosures": [_stated(enclosure) for enclosure in entry.enclosures],
        "extras": extras_to_json(entry.extras),
    }


def _stated(enclosure: Enclosure) -> dict[str, Any]:
    """What is said of a file; what is not said takes no room."""
    stated = {name: getattr(enclosure, name) for name in _ENCLOSURE_FIELDS}
    return {name: value for name, value in stated.items() if value is not None}


def article_from(row: RowMapping, sections: tuple[Section, ...]) -> Article:
    """The article of a row of the table `article` and its sections."""
    stored = {name: row[name] for name in _ARTICLE_FIELDS}
    page_kind = PageKind(row["page_kind"]) if row["page_kind"] else None
    return Article(**stored, page_kind=page_kind, sections=sections)


def article_row(entry_id: int, item: Item) -> dict[str, Any]:
    """The row of the table `article` for an archived entry."""
    made = item.new_article
    stated = {name: getattr(made, name) for name in _ARTICLE_FIELDS}
    page = {
        "fetched_at": item.fetched_at,
        "page_misses": item.page_misses,
        "page_kind": made.page_kind.value if made.page_kind else None,
    }
    return {"entry_id": entry_id, **page, **stated}


def section_rows(entry_id: int, item: Item) -> list[dict[str, Any]]:
    """The rows of the table `section` for an archived entry."""
    return [
        {"entry_id": entry_id, **{name: getattr(section, name) for name in _SECTION_FIELDS}}
        for section in item.new_article.sections
    ]


def section_from(row: RowMapping) -> Section:
    """The section of a row of the table `section`."""
    return Section(**{name: row[name] for name in _SECTION_FIELDS})


def revision_state(entry: Entry, article: Article) -> dict[str, Any]:
    """What a revision keeps of an older state: the entry as given and the article's text."""
    dates = {
        name: value.isoformat() if (value := getattr(entry, name)) else None
        for name in ("published_at", "updated_at")
    }
    return {
        "entry": {**entry_row(entry), **dates},
        "article": {
            "headline": article.headline,
            "lead": article.lead,
            "sections": [
                {"level": part.level, "heading": part.heading, "text": part.text}
                for part in article.sections
            ],
        },
    }
