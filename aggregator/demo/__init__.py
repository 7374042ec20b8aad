"""A small site of our own writing: four feeds and their pages, served on loopback.

``aggregator demo`` shows the program on it without any network, and the tests use it as their
realistic fixture. Nothing is loaded until a name is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.demo._article import DemoArticle
    from aggregator.demo._site import DemoSite

__all__ = ["DemoArticle", "DemoSite"]

_HOMES = {"DemoArticle": "aggregator.demo._article", "DemoSite": "aggregator.demo._site"}


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415 - see the docstring of this module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
