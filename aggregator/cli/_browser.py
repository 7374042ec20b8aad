"""Opening a hit where it was published, in the browser."""

from __future__ import annotations

import os
import sys

import click

from aggregator.cli._output import safe, say, shown_url
from aggregator.errors import AggregatorError
from aggregator.model import Hit

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def open_hit(hit: Hit) -> None:
    """Open the page of a hit and say which; where no browser can be shown, print its address.

    AggregatorError for what is no page of the web: a feed may state any address.
    """
    url = hit.url or ""
    shown = safe(shown_url(url))
    if not url.lower().startswith(("http://", "https://")) or safe(url) != url:
        raise AggregatorError(
            f"the address of article {hit.id} is no page of the web: {shown or 'none'}"
            f" (read it with: aggregator show {hit.id})"
        )
    title = safe(hit.headline or hit.title) or "(untitled)"
    if _has_display() and click.launch(url) == 0:
        say(f"opened {hit.rank}: {title} · {shown}")
        return
    say(f"{hit.rank}: {title}; there is no browser to open it in")
    click.echo(shown)


def _has_display() -> bool:
    return sys.platform in {"darwin", "win32"} or any(map(os.environ.get, _DISPLAYS))
