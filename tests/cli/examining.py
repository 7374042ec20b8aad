"""Having the doctor look at an archive, and spoiling one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

Call = Callable[..., Any]


def examine(call: Call, *arguments: str) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and the messages by level."""
    outcome = call("doctor", "--json", *arguments)
    findings: dict[str, list[str]] = {}
    for one in outcome.json()["findings"]:
        findings.setdefault(one["level"], []).append(f"{one['part']}: {one['message']}")
    return outcome.code, findings


def has(messages: Iterable[str], part: str) -> bool:
    """Whether one of them says so."""
    return any(part in message for message in messages)


def change(path: Path, statement: str, *values: object) -> None:
    """Change an archive behind the back of the program."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)
