"""What the benchmarks of search hand to the systems, as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Text:
    """A document; `sections` are headings with what stands under each, `published` in Unix seconds.

    `language` is None where nobody says; `feed` counts from 1.
    """

    key: str
    title: str
    lead: str
    sections: tuple[tuple[str, str], ...] = ()
    language: str | None = None
    published: int | None = None
    feed: int = 1
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """Everything but the title, headings included."""
        told = (part for pair in self.sections for part in pair)
        return "\n".join(part for part in (self.lead, *told) if part)

    @property
    def size(self) -> int:
        """Bytes of title, headings and text."""
        parts = (self.title, self.lead, *(part for pair in self.sections for part in pair))
        return sum(len(part.encode()) for part in parts)


def write_texts(path: Path, texts: Iterable[Text]) -> None:
    """Write them, a line each."""
    with path.open("w", encoding="utf-8") as file:
        for text in texts:
            file.write(json.dumps(asdict(text), ensure_ascii=True) + "\n")


def read_texts(path: Path) -> Iterator[Text]:
    """What `write_texts` wrote, one after the other."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            made = json.loads(line)
            made["sections"] = tuple((heading, told) for heading, told in made["sections"])
            made["tags"], made["authors"] = tuple(made["tags"]), tuple(made["authors"])
            yield Text(**made)
