"""What commands print: data on stdout, all else on stderr; colour only where a person looks."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.cells import cell_len, chop_cells, set_cell_size

from aggregator.files import write_atomically
from aggregator.text import collapse_whitespace, replace_unstorable, strip_unsafe
from aggregator.urls import without_credentials

MIN_WIDTH, MAX_WIDTH = 40, 100

_HAS_CREDENTIALS = re.compile(r":\S*@")


def print_json(value: object) -> None:
    """Print one JSON document, readable and with its characters as they are.

    What could do a terminal harm, and what the encoding of stdout does not have, stands escaped.
    """
    # A lone surrogate can come out of a broken feed; it has no UTF-8 form.
    text = replace_unstorable(json.dumps(value, ensure_ascii=False, indent=2))
    is_unicode = sys.stdout.encoding.lower().startswith("utf")
    hidden = {
        char for char in set(text) if not strip_unsafe(char) or not (is_unicode or char.isascii())
    }
    click.echo(text.translate({ord(char): json.dumps(char)[1:-1] for char in hidden}))


def say(message: str) -> None:
    """Print a message for people on stderr."""
    click.echo(message, err=True)


def is_coloured() -> bool:
    """Whether stdout is a terminal that wants colour (see https://no-color.org)."""
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def bold(text: str) -> str:
    """`text` so that it stands out, where colour is wanted."""
    return click.style(text, bold=True) if is_coloured() else text


def width() -> int:
    """How many columns to fill: those of the terminal within reason, 80 where there is none."""
    return max(MIN_WIDTH, min(MAX_WIDTH, shutil.get_terminal_size((80, 24)).columns))


def safe(text: str | None) -> str:
    """Text from outside in one line that can do a terminal no harm."""
    return strip_unsafe(collapse_whitespace(text or ""))


def shown_url(url: str | None) -> str | None:
    """A URL of the archive as it may be shown: without user name and password."""
    return url and without_credentials(url)


def without_secret(typed: str) -> str:
    """What was typed for a feed or file; if it is a URL, without user name and password.

    >>> without_secret("https://me:secret@example.org/f"), without_secret("News @ nine")
    ('https://example.org/f', 'News @ nine')
    """
    return without_credentials(typed) if _HAS_CREDENTIALS.search(typed) else typed


def day(instant: datetime) -> str:
    """An instant as the reader's calendar has it: ``2026-11-22``."""
    return instant.astimezone().strftime("%Y-%m-%d")


def iso(instant: datetime | None) -> str | None:
    """An instant for programs: RFC 3339 in UTC, whole seconds."""
    if instant is None:
        return None
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fit(text: str, columns: int) -> str:
    """`text` in exactly so many columns of a terminal, where ideographs take two; cut by "…"."""
    if cell_len(text) <= columns:
        return set_cell_size(text, columns)
    return set_cell_size(set_cell_size(text, columns - 1).rstrip() + "…", columns)


def wrap(text: str, columns: int) -> list[str]:
    """`text` in lines of at most so many columns, broken at blanks where there are some."""
    lines = [""]
    for word in text.split():
        for piece in chop_cells(word, columns) or [word]:  # none for a lone accent
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if cell_len(joined) <= columns:
                lines[-1] = joined
            else:
                lines.append(piece)
    return lines


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, wide: int) -> None:
    """Print rows in columns; column number `wide` gives way where the terminal is too narrow."""
    cells = [list(heads), *([safe(cell) for cell in row] for row in rows)]
    widths = [max(cell_len(row[at]) for row in cells) for at in range(len(heads))]
    others = sum(widths) - widths[wide] + 2 * (len(heads) - 1)
    widths[wide] = max(12, min(widths[wide], width() - others))
    for number, row in enumerate(cells):
        line = "  ".join(fit(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
        click.echo(bold(line) if number == 0 else line)


def write_result(content: bytes, target: Path | None) -> None:
    """Put a finished document where it was wanted: a file, written at once, or stdout."""
    if target is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        write_atomically(target, content)
    except OSError as error:
        raise click.ClickException(f"cannot write {target}: {error.strerror}") from error
    say(f"wrote {target}")
