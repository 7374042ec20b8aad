"""The tree of commands: help, start-up, errors and their exit codes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from aggregator import cli
from aggregator.cli._app import COMMANDS, LazyGroup, aggregator
from aggregator.errors import AggregatorError

Call = Callable[..., Any]

_HEAVY = (
    "aiohttp",
    "alembic",
    "apscheduler",
    "bs4",
    "feedparser",
    "lxml",
    "numpy",
    "pebble",
    "psycopg",
    "pydantic",
    "rapidfuzz",
    "re2",
    "rich.console",
    "sqlalchemy",
    "tomlkit",
)


def _loaded_by(*arguments: str | Path) -> set[str]:
    """Which of the heavy modules a command loads, in a process of its own."""
    code = (
        "import sys, aggregator.cli\n"
        f"sys.argv = ['aggregator', *{[str(argument) for argument in arguments]!r}]\n"
        "try:\n    aggregator.cli.main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('LOADED', *[name for name in {_HEAVY!r} if name in sys.modules], 'click' in "
        "sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    line = next(line for line in done.stderr.splitlines() if line.startswith("LOADED"))
    return set(line.split()[1:])


def test_the_help_that_is_shown_is_that_of_the_commands() -> None:
    """help.txt is what click would say; CONTRIBUTING tells how to write it anew."""
    shown = Path(cli.__file__).with_name("help.txt").read_text(encoding="utf-8")

    told = CliRunner().invoke(aggregator, ["--help"], prog_name="aggregator", terminal_width=80)

    assert shown == told.output


def test_each_command_is_listed_with_the_line_that_it_has() -> None:
    """The table in the group and the commands themselves say the same."""
    context = click.Context(aggregator)
    assert isinstance(aggregator, LazyGroup)

    for name, (_, line) in COMMANDS.items():
        command = aggregator.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(limit=200), name
        assert line.endswith("."), name


def test_every_command_and_subcommand_has_help_for_each_option(call: Call) -> None:
    """Whoever asks for help gets it, and no option is left unexplained."""
    context = click.Context(aggregator)
    todo = [([name], aggregator.get_command(context, name)) for name in COMMANDS]
    while todo:
        path, command = todo.pop()
        assert command is not None
        todo += [([*path, name], sub) for name, sub in getattr(command, "commands", {}).items()]
        outcome = call(*path, "--help")
        assert outcome.code == 0, path
        assert outcome.out.startswith("Usage: aggregator " + " ".join(path))
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                is_plain = option.name in {"limit", "form", "full_text"}
                assert option.help or is_plain, (path, option.name)


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ()])
def test_help_loads_not_even_click(arguments: tuple[str, ...]) -> None:
    """The first question is answered as fast as Python starts."""
    assert _loaded_by(*arguments) == {"False"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "xiaomi"),
        ("search", "xiaomi", "--format", "table", "--explain", "--sort", "new", "--recency", "0.1"),
        ("list", "-tag:x", "--format", "csv"),
    ],
)
def test_a_search_loads_no_library_that_it_does_not_need(
    demo_database: Path, arguments: tuple[str, ...]
) -> None:
    """Nothing that fetches, parses, validates or maps objects."""
    assert _loaded_by(*arguments, "--db", demo_database) == {"True"}


def test_a_search_without_a_hit_loads_what_finds_words_that_look_alike(demo_database: Path) -> None:
    """And nothing else."""
    loaded = _loaded_by("search", "nosuchword", "--db", demo_database)

    assert loaded <= {"True", "rapidfuzz"}


def test_a_poll_without_a_terminal_loads_neither_the_scheduler_nor_the_bar(tmp_path: Path) -> None:
    """They are the daemon's, and a person's who looks on."""
    config = tmp_path / "feeds.toml"
    config.write_text('[[feeds]]\nurl = "https://example.org/f"\nenabled = false\n', "utf-8")

    loaded = _loaded_by("poll", "--db", tmp_path / "archive.db", "--config", config)

    assert {"aiohttp", "sqlalchemy"} <= loaded
    assert loaded.isdisjoint({"apscheduler", "rich.console", "feedparser", "lxml", "bs4"})


def test_importing_the_package_loads_nothing() -> None:
    """Its two public names come when they are asked for."""
    code = "import aggregator, sys; print(sum('aggregator' in name for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "1"


def test_an_unknown_command_is_answered_with_the_nearest(call: Call) -> None:
    """Exit code 2, and a hint."""
    outcome = call("serach", "xiaomi")

    assert outcome.code == 2
    assert "Did you mean 'search'?" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["search"], 2),
        (["search", "x", "--limit", "0"], 2),
        (["search", "x", "--nosuch"], 2),
        (["search", "x", "--fields", "id,nosuch"], 2),
        (["search", "x", "--format", "ids", "--fields", "id"], 2),
        (["search", "x", "--recency", "0.5"], 2),
        (["search", "x", "--anew"], 2),
        (["search", "-x"], 4),
        (["saved"], 2),
        (["saved", "list"], 4),
        (["show", "nothing"], 2),
        (["digest", "--since", "tomorrowish"], 2),
        (["poll", "--no-such-option"], 2),
        (["poll"], 3),
        (["run", "-c", "no/such.toml"], 3),
        (["config", "check", "-c", "no/such.toml"], 3),
        (["search", "x"], 4),
        (["list", "--db", "postgresql://localhost/x"], 4),
        (["db", "check", "--db", "nosql://x"], 3),
        (["extract", "no-such-file.html"], 1),
        (["import", "no-such-file.opml"], 1),
    ],
)
def test_each_kind_of_mistake_has_its_exit_code(
    call: Call, arguments: list[str], code: int
) -> None:
    """0 done, 1 error, 2 usage, 3 configuration, 4 database; a message, never a traceback."""
    outcome = call(*arguments)

    assert outcome.code == code, outcome.err
    assert "Traceback" not in outcome.err
    assert bool(outcome.err) == (code != 0)


def test_a_reader_that_goes_away_is_no_error(demo_database: Path) -> None:
    """Aggregator list | head -1 ends quietly."""
    aggregator_path = Path(sys.executable).with_name("aggregator")
    line = f"{aggregator_path} list --json --db {demo_database} | head -c 1"

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "{", "")


def test_python_m_aggregator_is_the_same_command() -> None:
    """For those whose PATH does not have it."""
    done = subprocess.run(
        [sys.executable, "-m", "aggregator", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("aggregator 0.")


def test_every_error_says_its_exit_code() -> None:
    """The codes of the error tree are those of the documentation."""

    def tree(kind: type[AggregatorError]) -> set[int]:
        return {kind.exit_code}.union(*(tree(sub) for sub in kind.__subclasses__()))

    assert tree(AggregatorError) <= {1, 3, 4}
