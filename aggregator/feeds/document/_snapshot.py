"""What a document held, in a few bytes an item, and the next document without what it held too.

A feed repeats its items from poll to poll. Those that are the same to the byte need not be read
again: they are cut out before anything else is done with the document. This is safe because

* an item that was part of a well-formed document is so again in the same surroundings, and the
  rest is read as XML: each cut leaves a mark that must be found where an item may stand, and not in
  a comment or a CDATA section;
* what an item inherits (namespaces, base, language, authors) stands in the frame, all that is no
  item. Where the frame has changed in more than its dates, everything is read.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from aggregator import __version__
from aggregator.feeds.grammar._strict import MARK, StrictReading
from aggregator.model import Identity

_VERSION = 1
_MAX_ITEMS = 100_000  # four megabytes of snapshot; a document with more is read as a whole
_HEAD_BYTES = 48  # of an item, by which it is looked up; shorter items are read each time
# Of items that begin alike; those that come in the old order need one. All tries together may hash
# so many times the length of the document.
_MAX_TRIES = 8

_IDENTITIES = tuple(Identity)
_HEADER = struct.Struct(">BBB16sH")
_ITEM = struct.Struct(">II16s16s")
_START_TAG = re.compile(rb"<[^\s/>]+")
# Comments and dates say nothing of items. Neither may hold a "<" here: what only looks like the
# beginning of a comment, in a CDATA section, would hide all up to what looks like an end.
_UNSTABLE = re.compile(
    rb"<!--[^<]*?-->|<((?:[\w.-]+:)?(?:lastBuildDate|pubDate|updated|modified|date))\b[^<>]*>[^<]*</\1\s*>",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item of the last document: its place among others is of no account, its bytes are."""

    head: int
    length: int
    digest: bytes
    key: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as it is remembered: `tag` begins each of its items, all of them at `depth`."""

    identity: Identity
    depth: int
    frame: bytes
    tag: bytes
    items: tuple[KnownItem, ...]

    def follows(self, before: Snapshot) -> bool:
        """Whether the items of this document are what they would be in the one `before`."""
        return (self.tag, self.depth, self.frame) == (before.tag, before.depth, before.frame)

    def to_bytes(self) -> bytes:
        """The snapshot as it is stored."""
        header = _HEADER.pack(
            _VERSION, _IDENTITIES.index(self.identity), self.depth, self.frame, len(self.tag)
        )
        items = (
            _ITEM.pack(item.head, item.length, item.digest, bytes.fromhex(item.key))
            for item in self.items
        )
        return b"".join((header, self.tag, *items))


@dataclass(frozen=True, slots=True)
class Remainder:
    """A document without its `known` items, which begin with `tag`: a mark stands for each.

    `other_marks` stand for items that were left for later.
    """

    body: bytes
    tag: bytes
    known: tuple[KnownItem, ...]
    other_marks: int = 0


def read_snapshot(stored: bytes) -> Snapshot | None:
    """The snapshot in `stored`, None if another version has written it or it is damaged."""
    try:
        version, identity, depth, frame, length = _HEADER.unpack_from(stored)
        tag, items = stored[_HEADER.size : _HEADER.size + length], stored[_HEADER.size + length :]
        if version != _VERSION or not tag or len(tag) != length:
            return None
        known = [
            KnownItem(head, length, digest, key.hex())
            for head, length, digest, key in _ITEM.iter_unpack(items)
        ]
        return Snapshot(_IDENTITIES[identity], depth, frame, tag, tuple(known))
    except (struct.error, IndexError):
        return None


def cut_known(body: bytes, snapshot: Snapshot) -> Remainder | None:
    """`body` without the items that `snapshot` knows; None if there is nothing to be gained."""
    if MARK in body:
        return None
    by_head: defaultdict[int, list[KnownItem]] = defaultdict(list)
    for item in snapshot.items:
        by_head[item.head].append(item)
    pieces: list[bytes] = []
    known: list[KnownItem] = []
    left_bytes = _MAX_TRIES * len(body)
    done = at = 0
    while (at := body.find(snapshot.tag, at)) >= 0:
        candidates = by_head.get(_hash_head(body, at), [])
        tries = candidates[:_MAX_TRIES]
        found = next((item for item in tries if _is_at(body, at, item)), None)
        left_bytes -= sum(item.length for item in tries) if found is None else found.length
        if left_bytes < 0:
            return None
        if found is None:
            at += len(snapshot.tag)
            continue
        candidates.remove(found)
        pieces += (body[done:at], MARK)
        done = at = at + found.length
        known.append(found)
    if not known:
        return None
    return Remainder(b"".join((*pieces, body[done:])), snapshot.tag, tuple(known))


def take_snapshot(
    document: bytes,
    reading: StrictReading,
    keys: Sequence[str],
    *,
    surroundings: str,
    identity: Identity,
    remainder: Remainder,
) -> Snapshot | None:
    """What is to be remembered of a document, None if that would not be safe.

    `keys` are those of the items that were read; of a `remainder` its known items are behind the
    marks. `surroundings` is what counts for them beside the frame, such as the document's address.
    """
    known = remainder.known
    is_complete = (
        len(reading.items) == len(keys) and reading.marks == len(known) + remainder.other_marks
    )
    if not is_complete or len(reading.depths) != 1 or len(keys) + len(known) > _MAX_ITEMS:
        return None
    pieces: list[bytes] = []
    items: list[KnownItem] = []
    tags = {_START_TAG.match(document, start).group() for start, _ in reading.items}  # type: ignore[union-attr] # expat has seen a tag there
    done = 0
    for (start, end), key in zip(reading.items, keys, strict=True):
        pieces += (document[done:start], MARK)
        done = end
        if end - start >= _HEAD_BYTES:
            items.append(_remember(document[start:end], key))
    frame = b"".join((*pieces, document[done:]))
    if len(tags) > 1:
        return None
    return Snapshot(
        identity=identity,
        depth=next(iter(reading.depths)),
        frame=_hash_frame(frame, surroundings),
        tag=tags.pop() if tags else remainder.tag,
        items=(*items, *known),
    )


def _hash_frame(document: bytes, surroundings: str) -> bytes:
    """The hash of what surrounds the items: what is before the first of them, and what is not."""
    head, _, rest = document.partition(MARK)
    frame = _UNSTABLE.sub(b"", head + b"\0" + rest.replace(MARK, b""))
    # Another version may read more of an item that is still the same.
    around = f"{__version__}\0{surroundings}".encode("utf-8", "replace")
    return _hash(b" ".join(frame.split()) + b"\0" + around)


def _remember(item: bytes, key: str) -> KnownItem:
    return KnownItem(_hash_head(item, 0), len(item), _hash(item), key)


def _is_at(body: bytes, at: int, item: KnownItem) -> bool:
    return _hash(body[at : at + item.length]) == item.digest


def _hash_head(body: bytes, at: int) -> int:
    return crc32(body[at : at + _HEAD_BYTES])


def _hash(text: bytes) -> bytes:
    return sha256(text).digest()[:16]
