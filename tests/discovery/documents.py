"""Feeds and pages to be found, and the server that has them."""

from __future__ import annotations

from typing import Any


def rss(title: str, entries: int = 1, day: int = 20) -> bytes:
    """A feed of some entries, the newest of that day of November 2026."""
    items = "".join(
        f"<item><title>{n}</title><link>https://example.org/{n}</link>"
        f"<pubDate>{day - n:02} Nov 2026 08:00:00 GMT</pubDate></item>"
        for n in range(entries)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://example.org/</link>{items}</channel></rss>"
    ).encode()


def link(href: str, media_type: str = "application/rss+xml") -> str:
    """A tag that declares a feed."""
    return f'<link rel="alternate" type="{media_type}" href="{href}">'


def page(*tags: str) -> bytes:
    """A page with these tags in its head."""
    return f"<!doctype html><html><head>{''.join(tags)}</head><body>Hello</body></html>".encode()


def serve(server: Any, documents: dict[str, bytes], **headers: str) -> None:
    """Let the server have these documents by their paths, each with these headers."""
    for path, document in documents.items():
        kind = "text/html" if document.startswith(b"<!doctype") else "application/xml"
        server.route(
            path,
            server.reply(document, headers=[("Content-Type", kind), *headers.items()]),
        )


def asked(server: Any) -> list[str]:
    """The paths that a server was asked for, in order."""
    return [request.path for request in server.requests]
