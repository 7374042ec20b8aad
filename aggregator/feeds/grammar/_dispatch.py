"""From a tag to feedparser's handlers of it, which are looked for once a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from aggregator.feeds._fields import Fields
from aggregator.feeds.grammar._reader import BREAKS
from aggregator.feeds.grammar._storing import StoringReader

_OF_TEXT_INPUT = frozenset({"title", "link", "description", "name"})
_OF_IMAGE = frozenset({"title", "link", "description", "url", "href", "width", "height"})


class _Handlers(NamedTuple):
    """What is called for a tag; `field` is where its text goes if nothing is."""

    field: str
    start: Callable[[Fields], None] | None
    end: Callable[[], None] | None
    leaves_text_input: bool
    leaves_image: bool


class DispatchingReader(StoringReader):
    """The parser that knows the handlers of each tag; one that fails costs its element."""

    def __init__(self, baseuri: str, baselang: str | None, encoding: str) -> None:
        super().__init__(baseuri, baselang, encoding)
        self._handlers: dict[str, _Handlers] = {}

    def _start(self, handlers: _Handlers, fields: Fields) -> None:
        if handlers.leaves_text_input:
            self.intextinput = 0
        if handlers.leaves_image:
            self.inimage = 0
        try:
            try:
                if handlers.start:
                    handlers.start(fields)
                    return
            except AttributeError:  # feedparser's sign for what it cannot do anything with
                pass
            if fields:
                self._get_context()[handlers.field] = fields
            else:
                self.push(handlers.field, 1)
        except BREAKS:
            return

    def _end(self, handlers: _Handlers) -> None:
        try:
            try:
                if handlers.end and not self.svgOK:
                    handlers.end()
                    return
            except AttributeError:
                pass
            self.pop(handlers.field)
        except BREAKS:
            return

    def _find_handlers(self, tag: str) -> _Handlers:
        prefix, _, suffix = tag.rpartition(":") if tag.count(":") < 2 else tag.partition(":")
        prefix = self.namespacemap.get(prefix, prefix)
        field = f"{prefix}_{suffix}" if prefix else suffix
        handlers = _Handlers(
            field,
            getattr(self, f"_start_{field}", None),
            getattr(self, f"_end_{field}", None),
            leaves_text_input=not prefix and tag not in _OF_TEXT_INPUT,
            leaves_image=not prefix and tag not in _OF_IMAGE,
        )
        self._handlers[tag] = handlers
        return handlers
