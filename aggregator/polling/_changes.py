"""What is new and what was edited: decided by names and content hash, never by dates alone.

An entry is found under its key; else under another name, its id or its link, if that means one
archived entry only, which is not in the document itself. So a feed that gives new ids to all its
entries brings nothing new, and one whose entries all link to one page loses none of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aggregator.archive import Known, KnownEntry, Likeness, compare
from aggregator.model import Entry, ParsedFeed

MAX_SILENT_REVISIONS = 24
"""So many states of an entry are kept that nothing but its text tells apart.

A page with a counter or an advertisement in it changes at each poll, for ever; no feed says so.
"""

_MIN_REIDENTIFIED = 3
_MIN_REDATED = 2

Pair = tuple[KnownEntry, Entry]


@dataclass(frozen=True, slots=True)
class Changes:
    """How a feed document differs from the archive: each of its entries is in one group.

    `edited` pairs an archived entry with its new state; `overwritten` does so for those whose
    older state is not kept, having changed too often. `renamed` did not change, but came under a
    new id or link. `same` counts the others that are archived, or were deleted from there, and
    `buried` are those of the latter that came under a new id, `kept` those that
    are archived and were read again. `left_for_later` counts new entries
    beyond what one poll takes. A feed `is_reidentified` if it has given new ids to most of what it
    has.
    """

    new: tuple[Entry, ...] = ()
    edited: tuple[Pair, ...] = ()
    overwritten: tuple[Pair, ...] = ()
    renamed: tuple[Pair, ...] = ()
    buried: tuple[Pair, ...] = ()
    kept: tuple[Pair, ...] = ()
    same: int = 0
    left_for_later: int = 0
    is_reidentified: bool = False

    @property
    def has_known(self) -> bool:
        """Whether the document has any entry that we had before."""
        return bool(self.same or self.edited or self.overwritten or self.renamed)

    @property
    def archived(self) -> dict[str, KnownEntry]:
        """What is known of the entries that changed, by the key that they have in the document."""
        return {entry.key: was for was, entry in (*self.edited, *self.overwritten)}


def find_changes(parsed: ParsedFeed, known: Known, *, max_new: int) -> Changes:
    """The changes that a document brings to what is `known` of its entries.

    Of more than `max_new` new entries the newest are taken; those without a date count as oldest,
    and of equals those that the feed names first.
    """
    found = _match(parsed, known)
    pairs = [(found[entry.key], entry) for entry in parsed.entries if entry.key in found]
    new = [entry for entry in parsed.entries if entry.key not in found]
    changed = [pair for pair in pairs if _is_changed(pair)]
    overwritten = [pair for pair in changed if _is_too_many(pair)]
    again = [pair for pair in pairs if not _is_changed(pair) and _is_renamed(pair)]
    renamed = [pair for pair in again if not pair[0].is_deleted]
    taken = new if len(new) <= max_new else sorted(new, key=_age)[:max_new]
    return Changes(
        new=tuple(taken),
        edited=tuple(pair for pair in changed if not _is_too_many(pair)),
        overwritten=tuple(overwritten),
        renamed=tuple(renamed),
        buried=tuple(pair for pair in again if pair[0].is_deleted),
        kept=tuple(pair for pair in pairs if not _is_changed(pair) and not pair[0].is_deleted),
        same=len(pairs) - len(changed) - len(renamed) + len(parsed.unchanged),
        left_for_later=len(new) - len(taken),
        is_reidentified=_is_reidentified(parsed, pairs),
    )


class _Candidate(NamedTuple):
    """An archived entry that an unknown entry of the document may be."""

    likeness: Likeness
    position: int
    was: KnownEntry
    entry: Entry


def _match(parsed: ParsedFeed, known: Known) -> dict[str, KnownEntry]:
    """The archived entry that each entry of the document is, by its key; none is taken twice."""
    keys = {entry.key for entry in parsed.entries}
    found = {key: known.by_key[key] for key in keys if key in known.by_key}
    if len(found) == len(keys) or not known.by_name:
        return found
    taken = {was.id for was in found.values()}
    candidates = list(_find_candidates(parsed, known, keys.union(parsed.unchanged)))
    redated = {one.entry.title for one in candidates if one.likeness is Likeness.REDATED}
    weakest = Likeness.REDATED if len(redated) >= _MIN_REDATED else Likeness.UNKNOWN
    # The likest first; of equals the one that the feed names first.
    for likeness, _, was, entry in sorted(candidates, key=lambda one: (-one[0], one[1])):
        # A stone has no title to compare: that nothing speaks against it is not enough.
        is_guess = was.is_deleted and entry.key not in was.names
        least = Likeness.DATE if is_guess else weakest
        if likeness >= least and was.id not in taken and entry.key not in found:
            found[entry.key] = was
            taken.add(was.id)
    return found


def _find_candidates(
    parsed: ParsedFeed, known: Known, present: Collection[str]
) -> Iterator[_Candidate]:
    counts = Counter(name for entry in parsed.entries for name in {entry.key, *entry.aliases})
    counts.update(parsed.unchanged)
    alike: defaultdict[tuple[str, str], list[KnownEntry]] = defaultdict(list)
    for name, bearers in known.by_name.items():
        for was in bearers:
            alike[name, was.content_hash].append(was)
    for position, entry in enumerate(parsed.entries):
        if entry.key in known.by_key:
            continue
        for was, is_its_key in _find_meant(entry, known, counts, alike):
            # Who comes under a key of its own is it, even if one of its links is another's id now.
            names = was.keys if is_its_key else was.names
            if not any(other in present and other != entry.key for other in names):
                likeness = Likeness.CONTENT if is_its_key else compare(was, entry)
                yield _Candidate(likeness, position, was, entry)


def _find_meant(
    entry: Entry,
    known: Known,
    counts: Mapping[str, int],
    alike: Mapping[tuple[str, str], Sequence[KnownEntry]],
) -> Iterator[tuple[KnownEntry, bool]]:
    """The archived entries that a name of `entry` means, and whether it was their key once."""
    own = [was for was in known.by_name.get(entry.key, ()) if entry.key in was.keys]
    # Who was first called so comes before who once came under that key.
    for was in sorted(own, key=lambda was: was.key != entry.key):
        yield was, True
    for name in dict.fromkeys((entry.key, *entry.aliases)):
        bearers: Sequence[KnownEntry] = known.by_name.get(name, ())
        # A name that several entries have, here or there, means the one with the same content.
        if len(bearers) != 1 or counts[name] > 1:
            bearers = alike.get((name, entry.content_hash), ())
        if len(bearers) == 1:
            yield bearers[0], False


def _is_changed(pair: Pair) -> bool:
    was, entry = pair
    return not was.is_deleted and was.content_hash != entry.content_hash


def _is_renamed(pair: Pair) -> bool:
    """Whether an entry came under a key that it never had before."""
    was, entry = pair
    return entry.key not in was.keys


def _is_too_many(pair: Pair) -> bool:
    """Whether an edited entry has had all the revisions that its text alone can bring it."""
    was, entry = pair
    is_said = entry.updated_at is not None and entry.updated_at != was.updated_at
    return was.silent_revisions >= MAX_SILENT_REVISIONS and not is_said


def _is_reidentified(parsed: ParsedFeed, pairs: Sequence[Pair]) -> bool:
    matched = sum(entry.key not in was.keys for was, entry in pairs)
    in_document = len(parsed.entries) + len(parsed.unchanged)
    return matched >= _MIN_REIDENTIFIED and 2 * matched >= in_document


def _age(entry: Entry) -> float:
    stated_at = entry.published_at or entry.updated_at
    return -stated_at.timestamp() if stated_at else float("inf")
