"""The command as a process: what its streams may be, and what a shell asks it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aggregator.cli._app import COMMANDS

Call = Callable[..., Any]

_AGGREGATOR = Path(sys.executable).with_name("aggregator")


def _shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`line` in a bash in which `aggregator` is the command and a pipe fails as its worst part."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'aggregator() {{ "{_AGGREGATOR}" "$@"; }}; {line}'],
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


def _complete(*words: str) -> list[str]:
    """What bash is told may stand for the last word."""
    asked = {
        "_AGGREGATOR_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    done = _shell("aggregator", **asked)
    assert (done.returncode, done.stderr) == (0, b"")
    return [line.partition(",")[2] for line in done.stdout.decode().splitlines()]


_FEEDS_COMMANDS = ["add", "backfill", "discover", "icons", "list", "parse", "pause"]
_FEEDS_COMMANDS += ["relearn", "remove", "show", "why"]


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        (["aggregator", "fe"], ["feeds"]),
        (["aggregator", "ex"], ["extract", "export"]),
        (["aggregator", "feeds", ""], _FEEDS_COMMANDS),
        (["aggregator", "feeds", "p"], ["parse", "pause"]),
        (["aggregator", "completion", ""], ["bash", "zsh", "fish"]),
        (["aggregator", "nosuch", "ex"], ["extract", "export"]),
    ],
)
def test_a_shell_is_told_what_may_come_next(words: list[str], candidates: list[str]) -> None:
    """Commands, their own commands and the values of an argument."""
    assert sorted(_complete(*words)) == sorted(candidates)


def test_a_shell_is_told_the_options_of_a_command() -> None:
    """Those of the command itself and those that all share."""
    assert {"--limit", "--json", "--db", "--help"} <= set(_complete("aggregator", "search", "--"))


def test_an_empty_word_is_completed_by_all_commands() -> None:
    """In the order of the help; nothing is loaded for it, so it comes at once."""
    candidates = _complete("aggregator", "")

    assert candidates[:3] == ["init", "run", "poll"]
    assert len(candidates) == len(COMMANDS)


@pytest.mark.parametrize(
    "arguments", ["--help", "--version", "list --help", "list", "list --json", "show 1", "digest"]
)
@pytest.mark.parametrize("ending", ["| true", ">&-"])
def test_output_that_nobody_takes_is_no_error(
    demo_database: Path, arguments: str, ending: str
) -> None:
    """A pipe whose reader has gone and a standard output that was never open."""
    done = _shell(
        f"aggregator {arguments} {ending}", AGGREGATOR_DATABASE_URL=f"sqlite:///{demo_database}"
    )

    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"aggregator:" not in done.stderr


@pytest.mark.parametrize("arguments", ["--help", "list --help", "list", "show 1", "digest"])
def test_a_full_disk_is_an_error_with_a_message(demo_database: Path, arguments: str) -> None:
    """Whatever command, and however little it prints."""
    done = _shell(
        f"aggregator {arguments} >/dev/full", AGGREGATOR_DATABASE_URL=f"sqlite:///{demo_database}"
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == b"aggregator: No space left on device"
    assert b"Traceback" not in done.stderr


def test_closed_streams_are_never_taken_by_an_archive(home: Path) -> None:
    """What is printed must not be written into the file that got the number of the output."""
    done = _shell("aggregator db upgrade --db a.db <&- >&- 2>&-")

    assert done.returncode == 0
    assert (home / "a.db").read_bytes()[:15] == b"SQLite format 3"
    assert _shell("aggregator db check --db a.db").returncode == 0


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
    ids=["latin-1", "ascii", "C"],
)
def test_any_encoding_of_the_terminal_will_do(
    demo_database: Path, environment: dict[str, str]
) -> None:
    """What it does not have is shown escaped; JSON stays JSON, and equal."""
    place = {"AGGREGATOR_DATABASE_URL": f"sqlite:///{demo_database}"}
    lines = ["--help", "search 小米", "list", "show 1"]

    printed = [_shell(f"aggregator {line}", **place, **environment) for line in lines]
    found = _shell("aggregator list --json -n 99", **place, **environment)

    for done in printed:
        assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    usual = json.loads(_shell("aggregator list --json -n 99", **place).stdout)
    assert json.loads(found.stdout) == usual
    assert "老城里" in json.dumps(usual, ensure_ascii=False)
