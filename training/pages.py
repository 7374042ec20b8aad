"""Reviewed pages -> what training needs of them: features, names, labels."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from lxml.html import HtmlElement, document_fromstring

from aggregator.articles._columns import Matrix, Places
from aggregator.articles._features import places, static_features
from aggregator.articles._layout import read_layout
from aggregator.articles._metadata import read_metadata
from aggregator.articles._parse import decode, parse_tree
from aggregator.articles._walk import Walk
from aggregator.articles._words import Known
from bench._anchors import simulate_anchor
from training.labels import label_blocks

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Source:
    """One reviewed page: where it lies, and what a person took for its article."""

    id: str
    collection: str
    path: Path
    url: str | None
    title: str | None
    truth: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One reviewed page as training sees it.

    `static` has its features in four variants: as it is, with a feed's entry, bare of names, flat.
    """

    id: str
    collection: str
    fold: int
    static: tuple[Matrix, ...]
    where: Places
    keys: list[str]
    parents: list[int]
    units: list[int]
    sizes: list[int]
    labels: list[float]
    words: list[int]
    truth_words: int


def iter_sources(folder: Path) -> Iterator[Source]:
    """The pages of a collection in the layout of WCXB or of the article extraction benchmark."""
    if (folder / "ground-truth.json").exists():
        stated = json.loads((folder / "ground-truth.json").read_text("utf-8"))
        for name, page in sorted(stated.items()):
            path = folder / "html" / f"{name}.html.gz"
            yield Source(name, "news", path, page.get("url"), None, page.get("articleBody") or "")
        return
    for file in sorted((folder / "dev" / "ground-truth").glob("*.json")):
        page = json.loads(file.read_text("utf-8"))
        truth = page["ground_truth"]
        path = folder / "dev" / "html" / f"{file.stem}.html.gz"
        yield Source(
            f"dev/{file.stem}",
            "articles",
            path,
            page.get("url"),
            truth.get("title"),
            truth.get("main_content") or "",
        )


def review(source: Source) -> Reviewed | None:
    """What training needs of one page; None for a page without text or truth."""
    raw = source.path.read_bytes()
    markup = (gzip.decompress(raw) if source.path.suffix == ".gz" else raw).decode(
        "utf-8", "replace"
    )
    tree = parse_tree(decode(markup))
    stated = read_metadata(tree, url=source.url, title=None)
    body = tree.find("body")
    walk = Walk(tree if body is None else body)
    if not walk.blocks:
        return None
    labels, words, truth_words = label_blocks([b.text for b in walk.blocks], source.truth)
    title, summary = simulate_anchor(source.truth, source.title or stated.headline, source.id)
    alone = Known(stated.headline or "", stated.description or "")
    anchored = Known(alone.title, alone.description, title or "", summary or "")
    layout = read_layout(walk.containers)
    keys = [container.key for container in walk.containers]
    return Reviewed(
        id=source.id,
        collection=source.collection,
        fold=fold_of(source),
        static=(
            static_features(walk, alone, layout),
            static_features(walk, anchored, layout),
            *_plain_variants(walk, alone),
        ),
        where=places(walk),
        keys=keys,
        parents=[container.parent for container in walk.containers],
        units=layout.unit,
        sizes=[block.size for block in walk.blocks],
        labels=labels,
        words=words,
        truth_words=truth_words,
    )


def _plain_variants(walk: Walk, known: Known) -> Iterator[Matrix]:
    """The features of a page bare of names and meaningful tags, and of one that is flat as well.

    Old pages, page builders and scripts' random classes look like the first, pages of the nineties
    like the second; the reviewed collections have few of them. Consumes the tree.
    """
    flat = Walk(_flat(walk))
    for container in walk.containers:
        element = container.element
        if element.tag in _MEANINGFUL:
            element.tag = "div"
        for name in ("class", "id", "role", "itemprop"):
            element.attrib.pop(name, None)
    bare = Walk(walk.containers[0].element)
    for plain in (bare, flat):
        if len(plain.blocks) == len(walk.blocks):
            yield static_features(plain, known, read_layout(plain.containers))


def _flat(walk: Walk) -> HtmlElement:
    """The same text in one container, parted by line breaks, sub-headings in bold."""
    parts = ["<div>"]
    for block in walk.blocks:
        text = escape(block.text)
        tag = walk.containers[block.container].tag
        if 2 * block.linked > block.size:
            parts.append(f"<a href='#'>{text}</a><br><br>")
        elif tag == "h1":
            parts.append(f"<h1>{text}</h1>")
        elif tag in {"h2", "h3", "h4"}:
            parts.append(f"<b>{text}</b><br><br>")
        else:
            parts.append(f"{text}<br><br>")
    body: HtmlElement = document_fromstring("".join(parts) + "</div>").find("body")
    return body


_MEANINGFUL = frozenset((
    "article", "main", "section", "aside", "header", "footer", "nav", "form", "details", "figure",
    "figcaption", "summary", "address", "hgroup",
))  # fmt: skip


def fold_of(source: Source) -> int:
    """The fold of a page, the same for all pages of a site (the last two or three labels)."""
    host = urlsplit(source.url or f"https://{source.id}.example").hostname or source.id
    labels = host.lower().split(".")
    is_second_level = len(labels) > 2 and len(labels[-1]) <= 3 and len(labels[-2]) <= 3
    site = ".".join(labels[-3 if is_second_level else -2 :])
    return int(hashlib.sha256(site.encode()).hexdigest()[:8], 16) % FOLDS
