"""Our entries beside feedparser's own, field by field, and the differences that have a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Any, TypedDict
from urllib.parse import unquote, urljoin

_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)
_TEXT_TYPES = ("text/", "application/xhtml")
_SHOWN_CHARS = 100


class Described(TypedDict):
    """One entry: what can be compared, under names that both sides use.

    `links` begins with the one that was chosen. Each body is its text and whether that is markup.
    """

    id: str
    links: list[str]
    title: str
    bodies: list[tuple[str, bool]]
    base: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which one entry differs; `reason` is empty where none is known."""

    field: str
    reason: str
    theirs: str
    ours: str

    def __str__(self) -> str:
        sides = (shown[:_SHOWN_CHARS] for shown in (self.theirs, self.ours))
        return f"{self.field}: {' -> '.join(map(repr, sides))} {self.reason}".rstrip()


def describe_entries(result: Any) -> dict[str, Any]:  # noqa: ANN401 - ours or feedparser's
    """The `entries` of a result, and whether the document was read as `well_formed` XML."""
    if isinstance(result, dict):
        entries = [_describe_theirs(entry) for entry in result["entries"]]
        return {"entries": entries, "well_formed": not _is_loose(result)}
    entries = [_describe_ours(entry) for entry in result.entries]
    return {"entries": entries, "well_formed": result.path == "strict"}


def _is_loose(result: dict[str, Any]) -> bool:
    """Whether feedparser's strict parser has given up (it says `bozo` of lesser things, too)."""
    return "SAX" in type(result.get("bozo_exception")).__name__


def _describe_ours(entry: Any) -> Described:  # noqa: ANN401
    return Described(
        id=entry.guid or "",
        links=[entry.url or ""],
        title=entry.title or "",
        bodies=[(body, True) for body in (entry.content, entry.summary) if body],
        base=entry.base_url or "",
    )


def _describe_theirs(entry: dict[str, Any]) -> Described:
    links = [_text(entry.get("link"))]
    links += [_text(link.get("href")) for link in _dicts(entry.get("links"))]
    links += [_text(entry.get("feedburner_origlink")), _text(entry.get("id"))]
    details = _dicts(entry.get("content")) + _dicts([entry.get("summary_detail")])
    texts = [one for one in details if _text(one.get("type")).startswith(_TEXT_TYPES)]
    return Described(
        id=_text(entry.get("id")),
        links=links,
        title=_text(entry.get("title")),
        bodies=[(_text(one.get("value")), one["type"] != "text/plain") for one in texts],
        base=next((base for one in details if (base := _text(one.get("base")))), ""),
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def compare(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[Difference]:
    """The differences of two described documents, in the order of the document.

    Where feedparser's strict parser gave up, whatever its loose one makes of the text is no rule.
    """
    if "error" in ours:
        if theirs.get("entries"):
            yield Difference("document", "", f"{len(theirs['entries'])} entries", ours["message"])
        return
    mended = "" if theirs["well_formed"] else "feedparser: not well-formed"
    pairs, lost, gained = _pair(theirs["entries"], ours["entries"])
    for number, entry in enumerate(lost):
        reason = "repeats another entry" if number < ours["repeats"] else ""
        yield Difference("entry", reason, entry["title"] or entry["id"], "")
    for entry in gained:
        yield Difference("entry", "more than feedparser finds", "", entry["title"] or entry["id"])
    for their, our in pairs:
        for found in _compare_entry(their, our):
            yield Difference(found.field, found.reason or mended, found.theirs, found.ours)


def _pair(
    theirs: list[Described], ours: list[Described]
) -> tuple[list[tuple[Described, Described]], list[Described], list[Described]]:
    """Entries that belong together, then those that only one side has."""
    if len(theirs) == len(ours):
        return list(zip(theirs, ours, strict=True)), [], []
    keys = [[(squeeze(one["title"]), one["id"][-20:]) for one in side] for side in (theirs, ours)]
    pairs: list[tuple[Described, Described]] = []
    lost, gained = list(range(len(theirs))), list(range(len(ours)))
    for start, other, size in SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks():
        pairs += [(theirs[start + step], ours[other + step]) for step in range(size)]
        lost = [index for index in lost if not start <= index < start + size]
        gained = [index for index in gained if not other <= index < other + size]
    return pairs, [theirs[index] for index in lost], [ours[index] for index in gained]


def _compare_entry(theirs: Described, ours: Described) -> Iterator[Difference]:
    if theirs["id"] not in {ours["id"], urljoin(theirs["base"], ours["id"])}:
        yield Difference("id", "", theirs["id"], ours["id"])
    if theirs["links"][0] != ours["links"][0] and (theirs["links"][0] or ours["links"][0]):
        yield Difference(
            "link", _reason_of_link(theirs, ours), theirs["links"][0], ours["links"][0]
        )
    if squeeze(theirs["title"]) != squeeze(ours["title"]):
        yield Difference("title", "", theirs["title"], ours["title"])
    yield from _compare_bodies(theirs["bodies"], ours["bodies"])


def _reason_of_link(theirs: Described, ours: Described) -> str:
    link, ours_link = theirs["links"][0], ours["links"][0]
    known = {urljoin(base, one) for one in theirs["links"] for base in (theirs["base"], "")}
    if ours_link and ours_link in known:
        return "another address of the entry"
    if _without_space(unquote(link)) == _without_space(unquote(ours_link)):
        return "the same, escaped"
    if not ours_link and link == theirs["id"]:
        return "a guid that is no address"
    if not ours_link and not link.lower().startswith(("http:", "https:")):
        return "no address for a browser"
    return ""


def _compare_bodies(
    theirs: list[tuple[str, bool]], ours: list[tuple[str, bool]]
) -> Iterator[Difference]:
    """The longest of their bodies and each of ours must stand on the other side, too."""
    longest = max(theirs, key=lambda body: len(body[0]), default=("", True))
    if longest[0] and not any(_is_same(longest, body) for body in ours):
        reason = _reason_of_body([longest], ours)
        yield Difference("body", reason, longest[0], ours[0][0] if ours else "")
    for body in ours:
        if not any(_is_same(one, body) for one in theirs):
            reason = _reason_of_body(theirs, [body]) if longest[0] else "more than feedparser finds"
            yield Difference("added body", reason, longest[0], body[0])


def _is_same(theirs: tuple[str, bool], ours: tuple[str, bool]) -> bool:
    """Markup is the same to the letter but for space; plain text is, once ours is no markup."""
    if theirs[1]:
        return _without_space(theirs[0]) == _without_space(ours[0])
    return _without_space(theirs[0]) == _without_space(unescape(_TAG.sub("", ours[0])))


def _reason_of_body(theirs: list[tuple[str, bool]], ours: list[tuple[str, bool]]) -> str:
    plain = [(text, False) for text, _ in theirs if not _TAG.search(text)]
    is_plain = any(_is_same(one, body) for one in plain for body in ours)
    return "plain text that is called markup" if is_plain else ""


def squeeze(text: str) -> str:
    """What of `text` a reader sees, whether it is markup, escaped markup or plain; no space.

    >>> squeeze("AT&amp;amp;T <b>now</b>") == squeeze("AT&T now")
    True
    """
    for _ in range(2):
        text = unescape(text)
    return _without_space(_TAG.sub("", text))


def _without_space(text: str) -> str:
    return "".join(text.split())
