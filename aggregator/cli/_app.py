"""The tree of commands, the options they share, and the exit code of each error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from aggregator import __version__
from aggregator.cli._place import Place, place_options
from aggregator.errors import AggregatorError

INTERRUPTED = 130

COMMANDS = {
    "init": ("setup", "Write a feeds.toml to start from."),
    "run": ("poll", "Poll the feeds and go on doing so: the daemon."),
    "poll": ("poll", "Poll now: what is due, or the feeds that are named."),
    "search": ("read", "Find articles, best first."),
    "list": ("read", "List articles, newest first."),
    "show": ("read", "Show one article, or one section of it."),
    "extract": ("extract", "Take a page or file apart without archiving it."),
    "digest": ("digest", "Write the articles of a period as one document."),
    "feeds": ("feeds", "List, add, remove and pause feeds."),
    "import": ("transfer", "Add the feeds of an OPML file to feeds.toml."),
    "export": ("transfer", "Write the feeds as OPML."),
    "db": ("database", "Upgrade, check and back up the archive."),
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

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command, or for the help a stand-in that has its line and nothing else."""
        if name not in COMMANDS:
            return None
        module, line = COMMANDS[name]
        if context.resilient_parsing or context.params.get("help"):
            return click.Command(name, short_help=line)
        loaded = import_module(f"aggregator.cli.{module}")
        command: click.Command = getattr(loaded, f"{name}_command")
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, written without loading one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; an unknown one is answered with the nearest name."""
        if args and args[0] not in COMMANDS:
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
    """The exit code of one command line; what goes wrong is said on stderr."""
    try:
        code = aggregator.main(list(arguments), prog_name="aggregator", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone (| head); nothing is wrong, and nothing can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except AggregatorError as error:
        for line in (str(error), *getattr(error, "__notes__", ())):
            click.echo(f"aggregator: {line}", err=True)
        return error.exit_code
    return code if isinstance(code, int) else 0
