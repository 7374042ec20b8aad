"""Names of elements and attributes, from expat's way of writing them to feedparser's.

expat writes the namespace, the local name and the prefix, the ends left out where they are empty;
feedparser "prefix:local" with its own prefix of each namespace that it knows, in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.feeds.grammar._reader import MAX_ATTRIBUTES

SEPARATOR = "\x1f"
"""Between the parts of expat's names: no XML can hold it, so no namespace does."""

_RSS = "http://backend.userland.com/rss"  # many spellings of it begin so
# What is written with its namespace where it stands in a body.
_FOREIGN = {
    f"{uri}{SEPARATOR}{local}": uri
    for uri, local in (
        ("http://www.w3.org/1998/Math/MathML", "math"),
        ("http://www.w3.org/2000/svg", "svg"),
    )
}
_FOREIGN_STARTS = tuple(_FOREIGN)


class TagNames:
    """The names of one document; `prefixes` has feedparser's prefix of each namespace.

    What feedparser does not know is named by the prefixes `in_use`, so a new declaration makes all
    names be found anew.
    """

    def __init__(self, prefixes: Mapping[str, str], in_use: Mapping[str, str]) -> None:
        self._prefixes, self._in_use = prefixes, in_use
        self._written: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._attributes: dict[str, tuple[str, ...]] = {}

    def forget(self) -> None:
        """Find the tags anew: a namespace was declared."""
        self._tags.clear()
        self._written.clear()

    def tag(self, name: str) -> str:
        """The tag of an element."""
        return self._tags.get(name) or self._find_tag(name)

    def is_foreign(self, name: str) -> bool:
        """Whether an element is named with its namespace, see `attributes`."""
        return name.startswith(_FOREIGN_STARTS)

    def attributes(self, name: str, attributes: Mapping[str, str]) -> dict[str, str]:
        """The attributes of an element by every name that feedparser asks for."""
        fields: dict[str, str] = {}
        if uri := _FOREIGN.get(SEPARATOR.join(name.split(SEPARATOR)[:2])):
            fields["xmlns"] = uri
        for attribute, value in list(attributes.items())[:MAX_ATTRIBUTES]:
            names = self._attributes.get(attribute) or self._find_attribute(attribute)
            for key in names:
                fields[key] = value.lower() if key in {"rel", "type"} else value
        return fields

    def _find_tag(self, name: str) -> str:
        uri, local, _ = _split(name)
        known = _RSS if _RSS.removeprefix("http://") in uri.lower() else uri.lower()
        prefix = self._prefixes.get(known)
        if not prefix and uri:
            prefix = self._find_written(uri)
        tag = f"{prefix}:{local}".lower() if prefix else local.lower()
        self._tags[name] = tag
        return tag

    def _find_written(self, uri: str) -> str | None:
        """The first prefix that the document declares for `uri`."""
        if not self._written:
            for prefix, used in self._in_use.items():
                if prefix:
                    self._written.setdefault(used, prefix)
        return self._written.get(uri)

    def _find_attribute(self, attribute: str) -> tuple[str, ...]:
        uri, local, prefix = _split(attribute)
        known = self._prefixes.get(uri.lower(), "")
        own = f"{known}:{local}" if known else local
        written = f"{prefix}:{local}" if prefix else local
        names = tuple(dict.fromkeys((own.lower(), written.lower())))
        self._attributes[attribute] = names
        return names


def _split(name: str) -> tuple[str, str, str]:
    """Namespace, local name and prefix of a name; empty where there is none."""
    parts = name.split(SEPARATOR)
    if len(parts) == 1:
        return "", name, ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""
