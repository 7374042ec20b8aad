"""The articles as they lie in ``content/``: TOML between two lines of ``+++``, then XHTML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

from aggregator.errors import ConfigError

_FENCE: Final = "+++\n"
_ROOM: Final = "aggregator.demo"
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "title": (str,),
    "language": (str,),
    "author": (str,),
    "tags": (list,),
    "age_hours": (int, float),
    "summary": (str,),
    "correction": (str,),
    "is_whole": (bool,),
    "is_withheld": (bool,),
}
_MAX_AGE_HOURS: Final = 24 * 365
_REQUIRED: Final = ("language", "author", "age_hours", "summary")


class FeedFormat(StrEnum):
    """The format of a publication's feed."""

    RSS20 = "rss20"
    ATOM10 = "atom10"
    RDF10 = "rdf10"
    JSON11 = "json11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One of the invented sites: a folder of articles, a feed and the look of its pages.

    `slug` is its folder in ``content/`` and its path on the site, `template` the look of its
    pages, `utc_offset` where its editors live, and so the zone of the dates in its feed.
    """

    slug: str
    name: str
    tagline: str
    language: str
    feed_file: str
    feed_format: FeedFormat
    template: str
    utc_offset: timedelta


PUBLICATIONS: Final = (
    Publication(
        slug="harbour-wire",
        name="Harbour Wire",
        tagline="News from both sides of the water",
        language="en",
        feed_file="feed.xml",
        feed_format=FeedFormat.RSS20,
        template="news",
        utc_offset=timedelta(hours=-5),
    ),
    Publication(
        slug="werkbank",
        name="Werkbank",
        tagline="Notizen aus einer gemeinsamen Werkstatt",
        language="de",
        feed_file="atom.xml",
        feed_format=FeedFormat.ATOM10,
        template="weblog",
        utc_offset=timedelta(hours=2),
    ),
    Publication(
        slug="lantern",
        name="The Lantern",
        tagline="Small stories in the languages they happened in",
        language="en",
        feed_file="index.rdf",
        feed_format=FeedFormat.RDF10,
        template="plain",
        utc_offset=timedelta(hours=8),
    ),
    Publication(
        slug="marginalia",
        name="Marginalia & Sons",
        tagline="Notes, some without a title",
        language="en",
        feed_file="feed.json",
        feed_format=FeedFormat.JSON11,
        template="plain",
        utc_offset=timedelta(hours=5, minutes=30),
    ),
)
"""The publications in the order in which the site names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """An article before it has a date and an address.

    `age` is how long before the site's `now` it was published. A withheld one appears when the
    site publishes, `correction` is what an edit appends, empty where there is none.
    """

    slug: str
    publication: Publication
    title: str | None
    language: str
    author: str
    tags: tuple[str, ...]
    age: timedelta
    summary: str
    html: str
    correction: str
    is_whole: bool
    is_withheld: bool


def load_manuscripts() -> tuple[Manuscript, ...]:
    """All articles in the order of `PUBLICATIONS`, newest first within each.

    Raises ConfigError for a file that cannot be read as one.
    """
    manuscripts: list[Manuscript] = []
    for publication in PUBLICATIONS:
        parsed = (
            parse_manuscript(name.removesuffix(".html"), publication, text)
            for name, text in _iter_files(publication.slug)
        )
        manuscripts += sorted(parsed, key=lambda one: one.age)
    return tuple(manuscripts)


def load_images() -> dict[str, bytes]:
    """The drawings of the articles by file name."""
    return {name: text.encode() for name, text in _iter_files("images")}


def load_template(name: str) -> str:
    """The HTML template called `name`."""
    return (files(_ROOM) / "templates" / f"{name}.html").read_text("utf-8")


def parse_manuscript(slug: str, publication: Publication, text: str) -> Manuscript:
    """The manuscript written in `text`. Raises ConfigError that names the file and the key."""
    path = f"{publication.slug}/{slug}.html"
    before, fence, rest = text.replace("\r\n", "\n").partition(_FENCE)
    head, second_fence, html = rest.partition(_FENCE)
    if before.strip() or not fence or not second_fence:
        raise ConfigError("write TOML between two lines of +++ above the article", path=path)
    if not html.strip():
        raise ConfigError("write the article below the second line of +++", path=path)
    fields = _read_fields(head, path)
    return Manuscript(
        slug=slug,
        publication=publication,
        title=fields.get("title"),
        language=fields["language"],
        author=fields["author"],
        tags=tuple(fields.get("tags", ())),
        age=timedelta(hours=fields["age_hours"]),
        summary=fields["summary"],
        html=html.strip(),
        correction=fields.get("correction", ""),
        is_whole=fields.get("is_whole", False),
        is_withheld=fields.get("is_withheld", False),
    )


def _read_fields(head: str, path: str) -> dict[str, Any]:
    try:
        fields = tomllib.loads(head)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"not valid TOML: {error}", path=path) from error
    for key in _REQUIRED:
        if key not in fields:
            raise ConfigError("is missing", path=path, key=key)
    for key, found in fields.items():
        if key not in _KINDS:
            raise ConfigError(f"is unknown; use one of {', '.join(_KINDS)}", path=path, key=key)
        if type(found) not in _KINDS[key]:
            raise ConfigError(f"has the wrong type: {found!r}", path=path, key=key)
    if not 0 <= fields["age_hours"] <= _MAX_AGE_HOURS:
        raise ConfigError(f"must be 0 to {_MAX_AGE_HOURS}", path=path, key="age_hours")
    if not all(isinstance(tag, str) for tag in fields.get("tags", ())):
        raise ConfigError("must be a list of words", path=path, key="tags")
    return fields


def _iter_files(folder: str) -> Iterator[tuple[str, str]]:
    for file in sorted((files(_ROOM) / "content" / folder).iterdir(), key=lambda one: one.name):
        if file.name.endswith((".html", ".svg")):
            yield file.name, file.read_text("utf-8")
