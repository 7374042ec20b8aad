"""Which entry is which: the key of each inside its feed, and the hash of what a reader sees.

Keys are stored for ever, so nothing here may change without a migration of every archive. A key
never depends on the position of an entry, on its dates alone or on the feed's own URL.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from urllib.parse import urldefrag

from aggregator.feeds._plain import visible_text
from aggregator.model import Entry
from aggregator.text import collapse_whitespace
from aggregator.urls import normalize_link, strip_tracking

_FIELD, _PART = "\x1f", "\x1e"
# Parameters that change with each request and name nothing: signatures, sessions, cache busters.
_TOKEN = re.compile(
    r"(?<=[?&;])(?:x-(?:amz|goog)-[\w-]+|token|access_token|sig|signature|policy"
    r"|key-pair-id|expires?|session(?:_?id)?|sid|phpsessid|jsessionid|auth|hmac|nonce|ts|timestamp"
    r"|cb|cachebuster|rand|random)=[^&#;]*[&;]?",
    re.IGNORECASE,
)


def make_key(kind: str, value: str) -> str:
    """The key (32 hex digits) of an entry known as `value` in the way that `kind` says.

    >>> make_key("id", "1") == make_key("link", "1")
    False
    """
    return _digest(f"{kind}\0{value}")


def content_hash(entry: Entry) -> str:
    """32 hex digits that change when a reader would see a change of `entry`.

    Title, link, authors, tags, files and the visible text of both bodies. Dates, pictures (among
    them tracking pixels), tokens in links and the order of tags do not count.
    """
    fields = (
        collapse_whitespace(entry.title or ""),
        _stable_link(entry.url or ""),
        _PART.join(entry.authors),
        _PART.join(sorted(entry.tags)),
        _PART.join(sorted(_stable_link(enclosure.url) for enclosure in entry.enclosures)),
        visible_text(entry.summary or ""),
        visible_text(entry.content or ""),
    )
    return _digest(_FIELD.join(fields))


def identify(drafts: Iterable[Entry]) -> tuple[Entry, ...]:
    """`drafts` with their keys and hashes, in the same order; what is twice the same, once.

    Entries that share a key although they differ get a key of more than their id: the link, then
    the text, then the hash. All of them do, so the order of the document does not matter.
    """
    hashed = [replace(draft, content_hash=content_hash(draft)) for draft in drafts]
    fragile = _links_told_apart_by_fragment(hashed)
    bases = [_base(entry, keep_fragment=_bare_link(entry) in fragile) for entry in hashed]
    kept: dict[tuple[str, str, str, str], Entry] = {}
    for entry, base in zip(hashed, bases, strict=True):
        kept.setdefault((*base, entry.content_hash, normalize_link(entry.url or "")), entry)
    return tuple(_keyed([((kind, value), entry) for (kind, value, *_), entry in kept.items()]))


def _keyed(based: Sequence[tuple[tuple[str, str], Entry]]) -> list[Entry]:
    """Each entry under the first name that no other entry has."""
    names: list[tuple[str, str]] = [base for base, _ in based]
    for rung, value_of in _RUNGS:
        shared: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for index, name in enumerate(names):
            shared[name].append(index)
        for indexes in shared.values():
            for index in indexes if len(indexes) > 1 else ():
                (kind, value), entry = based[index]
                if more := value_of(entry):
                    names[index] = (f"{kind}+{rung}", f"{value}{_FIELD}{more}")
    return [
        replace(entry, key=make_key(*name)) for name, (_, entry) in zip(names, based, strict=True)
    ]


def _base(entry: Entry, *, keep_fragment: bool) -> tuple[str, str]:
    """Kind and value of the first thing that can name `entry`: guid, link, file, text."""
    if entry.guid:
        return "id", entry.guid
    if entry.url:
        return "link", normalize_link(entry.url, keep_fragment=keep_fragment)
    if entry.enclosures:
        return "enc", _stable_link(entry.enclosures[0].url)
    return "txt", _text_value(entry)


def _text_value(entry: Entry) -> str:
    parts = (entry.title or "", entry.published_raw or "", visible_text(entry.body))
    return _FIELD.join(parts)


def _bare_link(entry: Entry) -> str | None:
    return normalize_link(entry.url) if entry.url and not entry.guid else None


def _links_told_apart_by_fragment(entries: Iterable[Entry]) -> set[str | None]:
    """Links without fragment under which this document has entries of several fragments."""
    fragments: defaultdict[str | None, set[str]] = defaultdict(set)
    for entry in entries:
        fragments[_bare_link(entry)].add(urldefrag(entry.url or "").fragment)
    return {link for link, found in fragments.items() if link and len(found) > 1}


def _stable_link(url: str) -> str:
    return normalize_link(_TOKEN.sub("", strip_tracking(url))).rstrip("?&")


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_RUNGS: tuple[tuple[str, Callable[[Entry], str]], ...] = (
    ("link", lambda entry: normalize_link(entry.url or "")),
    ("txt", _text_value),
    ("hash", lambda entry: entry.content_hash),
)
