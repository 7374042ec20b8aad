"""Which entry is which: the key of each inside its feed, and the hash of what a reader sees.

Keys are stored for ever, so nothing here may change without a migration of every archive. A key
never depends on the position of an entry, on its dates alone or on the feed's own URL.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import urldefrag

from aggregator.feeds._plain import visible_text
from aggregator.model import Enclosure, Entry, Identity, Memory
from aggregator.text import collapse_whitespace
from aggregator.urls import normalize_link, strip_tracking

_FIELD, _PART = "\x1f", "\x1e"
_NOTHING = Memory()
_MAX_REPEATED = 0.05  # of a document's ids (FreshRSS takes the same)
# Under which kind of name an identity puts the entries that have an id.
_KINDS = {Identity.ID: "id", Identity.LINK: "id+link"}

_Name = tuple[str, str]
# Parameters that change with each request and name nothing: signatures, sessions, cache busters.
_TOKEN = re.compile(
    r"(?<=[?&;])(?:x-(?:amz|goog)-[\w-]+|token|access_token|sig|signature|policy"
    r"|key-pair-id|expires?|session(?:_?id)?|sid|phpsessid|jsessionid|auth|hmac|nonce|ts|timestamp"
    r"|cb|cachebuster|rand|random)=[^&#;]*[&;]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry that has no key yet, and what its names are made of; `link` is normalised."""

    entry: Entry
    content_hash: str
    link: str


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
        _PART.join(sorted(_stable_link(file.url) for file in _files(entry))),
        # As a set: what one format calls the description another calls the content.
        _PART.join(
            sorted({visible_text(entry.summary or ""), visible_text(entry.content or "")} - {""})
        ),
    )
    return _digest(_FIELD.join(fields))


@dataclass(frozen=True, slots=True)
class Identified:
    """Entries with keys, aliases and hashes; by what they were told apart in the end.

    `is_plain` says that no entry's key depends on the other entries of the document.
    """

    entries: tuple[Entry, ...]
    identity: Identity
    is_plain: bool


def identify(drafts: Iterable[Entry], memory: Memory = _NOTHING) -> Identified:
    """`drafts` as entries, in the same order; what is twice the same, once.

    Entries that share a key although they differ get a key of more than their id: the link, then
    the text, then the hash. All of them do, so the order of the document does not matter. Where
    more than one in twenty of a document's ids repeat, the ids of the feed are not believed any
    more, unless the operator has decided that.
    """
    hashed = [
        _Draft(draft, content_hash(draft), normalize_link(draft.url or "")) for draft in drafts
    ]
    fragile = _links_told_apart_by_fragment(hashed)
    identity = memory.identity
    while True:
        kept: dict[tuple[str, ...], tuple[_Name, _Draft]] = {}
        for draft in hashed:
            name = _base(draft, identity, keep_fragment=draft.link in fragile)
            whole = (*name, draft.content_hash, draft.link, draft.entry.guid or "")
            kept.setdefault(whole, (name, draft))
        stricter = None if memory.is_fixed else _find_stricter(identity, list(kept.values()))
        if stricter is None:
            break
        identity = stricter
    names = _tell_apart(list(kept.values()))
    is_plain = (
        len(kept) == len(hashed) and not fragile and names == [name for name, _ in kept.values()]
    )
    entries = tuple(
        _make_entry(draft, name) for name, (_, draft) in zip(names, kept.values(), strict=True)
    )
    return Identified(entries, identity, is_plain)


def _make_entry(draft: _Draft, name: _Name) -> Entry:
    key = make_key(*name)
    aliases = dict.fromkeys(make_key(*other) for other in _other_names(draft))
    aliases.pop(key, None)
    return replace(draft.entry, key=key, content_hash=draft.content_hash, aliases=tuple(aliases))


def _other_names(draft: _Draft) -> Iterator[_Name]:
    """Under what `draft` may come back: its id, its link, its id as a link if it has no other."""
    entry = draft.entry
    if entry.guid:
        yield "id", entry.guid
    if entry.url:
        if not _is_front_page(draft.link):
            yield "link", draft.link
        if "#" in entry.url:
            yield "link", normalize_link(entry.url, keep_fragment=True)
    elif entry.guid and entry.guid.startswith(("http://", "https://")):
        yield "link", normalize_link(entry.guid)


def _find_stricter(identity: Identity, named: Sequence[tuple[_Name, _Draft]]) -> Identity | None:
    """By what to tell the entries apart if `identity` fails too often; None if it does not."""
    kind = _KINDS.get(identity)
    counts = Counter(name for name, _ in named if name[0] == kind)
    repeated = sum(count for count in counts.values() if count > 1)
    if repeated <= _MAX_REPEATED * sum(counts.values()):
        return None
    return Identity.LINK if identity is Identity.ID else Identity.TEXT


def _tell_apart(named: Sequence[tuple[_Name, _Draft]]) -> list[_Name]:
    """For each draft the first name that no other has."""
    names = [name for name, _ in named]
    for rung, value_of in _RUNGS:
        shared: defaultdict[_Name, list[int]] = defaultdict(list)
        for index, name in enumerate(names):
            shared[name].append(index)
        for indexes in shared.values():
            for index in indexes if len(indexes) > 1 else ():
                (kind, value), draft = named[index]
                if more := value_of(draft):
                    names[index] = (f"{kind}+{rung}", f"{value}{_FIELD}{more}")
    return names


def _base(draft: _Draft, identity: Identity, *, keep_fragment: bool) -> _Name:
    """Kind and value of the first thing that can name a draft: guid, link, file, text."""
    entry = draft.entry
    if identity is Identity.TEXT:
        return "txt", _text_value(draft)
    if entry.guid and identity is Identity.LINK:
        return "id+link", f"{entry.guid}{_FIELD}{draft.link}"
    if entry.guid:
        return "id", entry.guid
    is_front_page = _is_front_page(draft.link)
    link = normalize_link(entry.url or "", keep_fragment=keep_fragment or is_front_page)
    if link and (not is_front_page or "#" in link):
        return "link", link
    if files := _files(entry):
        return "enc", _stable_link(files[0].url)
    return "txt", _text_value(draft)


def _is_front_page(link: str) -> bool:
    """Whether a normalised link leads to a whole site, and so names none of its articles."""
    return link.count("/") == 3 and link.endswith("/")


def _text_value(draft: _Draft) -> str:
    entry = draft.entry
    return _FIELD.join((entry.title or "", entry.published_raw or "", visible_text(entry.body)))


def _links_told_apart_by_fragment(drafts: Iterable[_Draft]) -> set[str]:
    """Links without fragment under which this document has entries of several fragments."""
    fragments: defaultdict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        if draft.entry.url and not draft.entry.guid:
            fragments[draft.link].add(urldefrag(draft.entry.url).fragment)
    return {link for link, found in fragments.items() if len(found) > 1}


def _files(entry: Entry) -> list[Enclosure]:
    """The files of `entry`, but for the pictures that only go with it."""
    return [file for file in entry.enclosures if file.medium != "image"]


def _stable_link(url: str) -> str:
    return normalize_link(_TOKEN.sub("", strip_tracking(url))).rstrip("?&")


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_RUNGS: tuple[tuple[str, Callable[[_Draft], str]], ...] = (
    ("link", lambda draft: draft.link),
    ("txt", _text_value),
    ("hash", lambda draft: draft.content_hash),
    ("all", lambda draft: _FIELD.join((draft.content_hash, draft.link, draft.entry.guid or ""))),
)
