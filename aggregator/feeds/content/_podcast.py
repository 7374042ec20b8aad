"""What makes an entry an episode: iTunes, the podcast namespace, Podlove's simple chapters."""

from __future__ import annotations

from typing import Any

from aggregator.feeds._fields import Fields, dicts_of, line_of, once, seconds_of, text_of
from aggregator.model import Chapter, Transcript
from aggregator.urls import resolve

_YES = frozenset({"yes", "true", "explicit", "1", "adult"})
_NO = frozenset({"no", "false", "clean", "0", "nonadult"})
_PLAIN_KINDS = frozenset({"full", "trailer", "bonus"})


def read_episode(item: Fields, base_url: str | None) -> dict[str, Any]:
    """The fields of `Extras` that an episode has, and those only."""
    return {
        "duration_s": seconds_of(item, "itunes_duration"),
        "season": _numbered(item, "season", "name"),
        "episode": _numbered(item, "episode", "display"),
        "episode_kind": _find_kind(item),
        "chapters": _read_chapters(item, base_url),
        "chapters_url": _find_chapters_file(item, base_url),
        "transcripts": _read_transcripts(item, base_url),
    }


def is_explicit(fields: Fields) -> bool | None:
    """Whether an entry or a feed says that it is for adults; None if it does not say."""
    rating = fields.get("media_rating")
    said = line_of(fields, "itunes_explicit") or (
        line_of(rating, "content") if isinstance(rating, dict) else None
    )
    word = (said or "").lower()
    return True if word in _YES else False if word in _NO else None


def _numbered(item: Fields, name: str, attribute: str) -> str | None:
    """A season or episode: iTunes' number, else what the podcast namespace has of it."""
    more = next(iter(dicts_of(item, f"our_podcast_{name}")), {})
    return line_of(item, f"itunes_{name}") or line_of(more, "our_text") or line_of(more, attribute)


def _find_kind(item: Fields) -> str | None:
    kind = (line_of(item, "itunes_episodetype") or "").lower()
    return kind if kind in _PLAIN_KINDS else None


def _read_chapters(item: Fields, base_url: str | None) -> tuple[Chapter, ...]:
    return once(
        Chapter(
            start_s,
            line_of(chapter, "title"),
            resolve(base_url, text_of(chapter, "href")),
            resolve(base_url, text_of(chapter, "image")),
        )
        for chapter in dicts_of(item, "our_psc_chapter")
        if (start_s := seconds_of(chapter, "start")) is not None
    )


def _find_chapters_file(item: Fields, base_url: str | None) -> str | None:
    files = dicts_of(item, "our_podcast_chapters")
    return next(filter(None, (resolve(base_url, text_of(each, "url")) for each in files)), None)


def _read_transcripts(item: Fields, base_url: str | None) -> tuple[Transcript, ...]:
    """The ``podcast:transcript`` elements; Media RSS calls them ``media:subTitle``."""
    found = [
        Transcript(
            address,
            line_of(each, "type"),
            line_of(each, "language") or line_of(each, "lang"),
        )
        for name in ("our_podcast_transcript", "our_media_subtitle")
        for each in dicts_of(item, name)
        if (address := resolve(base_url, text_of(each, "url") or text_of(each, "href")))
    ]
    return once(found)
