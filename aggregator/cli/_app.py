"""The tree of commands, the options they share, and the exit code of each error."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module

import click
from click.shell_completion import CompletionItem, shell_complete

from aggregator import __version__
from aggregator.cli import COMPLETE_VARIABLE
from aggregator.cli._output import say
from aggregator.cli._place import Place, place_options
from aggregator.errors import AggregatorError

INTERRUPTED = 130

COMMANDS = {
    "init": ("setup", "Write a feeds.toml to start from."),
    "run": ("poll", "Poll the feeds and go on doing so: the daemon."),
    "poll": ("poll", "Poll now: what is due, or the feeds that are named."),
    "status": ("status", "Show what is due, who is slow and what went wrong."),
    "search": ("read", "Find articles, best first."),
    "list": ("read", "List articles, newest first."),
    "show": ("read", "Show one article, or one section of it."),
    "saved": ("saved", "List, show and remove saved searches."),
    "delete": ("delete", "Delete articles from the archive for good."),
    "extract": ("extract", "Take a page or file apart without archiving it."),
    "digest": ("digest", "Write the articles of a period as one document."),
    "feeds": ("feeds", "Find, list, add, remove and pause feeds."),
    "import": ("transfer", "Add the feeds of an OPML file to feeds.toml."),
    "export": ("transfer", "Write the feeds as OPML."),
    "db": ("database", "Upgrade, check and back up the archive."),
    "doctor": ("doctor", "Find out what is wrong, and what to do about it."),
    "config": ("setup", "Check feeds.toml, say where files lie."),
    "completion": ("setup", "Print the completion script of a shell."),
    "demo": ("demo", "Try it all without a network."),
}
"""Each command with its module and what it does in a line; the order is that of the help."""


class LazyGroup(click.Group):
    """A group whose commands are modules: only the one that is called is loaded."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command, loaded with its module."""
        if name not in COMMANDS:
            return None
        loaded = import_module(f"aggregator.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(loaded, f"{name}_command")
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, written without loading one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """What may follow `aggregator`, told without loading a command."""
        commands = [
            CompletionItem(name, help=line)
            for name, (_, line) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, context, incomplete)]

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; an unknown one is answered with the nearest name."""
        if args and args[0] not in COMMANDS and not context.resilient_parsing:
            from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            context.fail(f"There is no command '{args[0]}'.{hint}")
        return super().resolve_command(context, args)


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 error, 2 usage, 3 configuration, 4 database, 5 some feeds"
    " failed, 130 interrupted. Every setting is also AGGREGATOR_… in the environment.",
)
@place_options
@click.version_option(__version__, prog_name="aggregator", message="%(prog)s %(version)s")
@click.pass_context
def aggregator(context: click.Context) -> None:
    """Poll feeds, take articles apart into headline, read time, lead and sections, keep them."""
    context.ensure_object(Place)


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line; what goes wrong is said on stderr.

    An OSError of the output comes out: what it means is for the process to decide.
    """
    if instruction := os.environ.get(COMPLETE_VARIABLE):
        return shell_complete(aggregator, {}, "aggregator", COMPLETE_VARIABLE, instruction)
    try:
        # Not `main`, which takes a closed pipe for a failure.
        with aggregator.make_context("aggregator", list(arguments)) as context:
            code = aggregator.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        _say_mistake(error)
        return error.exit_code
    except AggregatorError as error:
        for line in (str(error), *getattr(error, "__notes__", ())):
            say(f"aggregator: {line}")
        return error.exit_code
    return code if isinstance(code, int) else 0


def _say_mistake(error: click.ClickException) -> None:
    """Say what click found wrong as everything else is said, after the usage where it has one."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message())
        return
    if isinstance(error, click.UsageError) and error.ctx is not None:
        say(f"{error.ctx.get_usage()}\nTry '{error.ctx.command_path} --help'.\n")
    say(f"aggregator: {error.format_message()}")
