"""init, config and completion: before the first poll."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from aggregator import config
from aggregator.cli import COMPLETE_VARIABLE
from aggregator.cli._output import print_json, say
from aggregator.cli._place import Place, place_options
from aggregator.model import FeedSpec
from aggregator.urls import without_credentials


@click.command("init")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option(
    "--from-opml",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Begin with the feeds of this file.",
)
@place_options
@click.pass_obj
def init_command(place: Place, file: Path | None, from_opml: Path | None) -> None:
    """Write a feeds.toml with comments to start from (FILE, or ./feeds.toml).

    An existing file is never overwritten.
    """
    path = file or Path(place.config_path or "feeds.toml")
    feeds: tuple[FeedSpec, ...] = ()
    if from_opml is not None:
        # Seldom needed, and it brings the readers of lists.
        from aggregator.cli.transfer import MAX_OPML_BYTES, read_subscriptions  # noqa: PLC0415

        with from_opml.open("rb") as opened:
            feeds = read_subscriptions(opened.read(MAX_OPML_BYTES + 1)).feeds
    config.write_starter(path, feeds)
    say(f"wrote {path}; next: aggregator feeds add URL, then aggregator run")


@click.group("config")
def config_command() -> None:
    """Check feeds.toml, say where files lie."""


@config_command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as one JSON object.")
@place_options
@click.pass_obj
def check(place: Place, *, as_json: bool) -> None:
    """Read feeds.toml and the environment as the daemon would; exit with 3 for a mistake."""
    loaded = place.load_config()
    if as_json:
        print_json({"schema": 1, "path": str(loaded.path), "settings": _shown(loaded.settings)})
    paused = sum(not feed.is_enabled for feed in loaded.feeds)
    name = loaded.path or "no feeds.toml"
    say(f"{name}: {len(loaded.feeds)} feeds, {paused} of them paused; all is well")


def _shown(settings: config.Settings) -> dict[str, object]:
    """Settings for programs, without the password of a database."""
    shown: dict[str, object] = {
        field.name: getattr(settings, field.name) for field in fields(settings)
    }
    networks = [str(network) for network in settings.allow_networks]
    return {
        **shown,
        "allow_networks": networks,
        "database_url": without_credentials(settings.database_url),
    }


@config_command.command("path")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def path_of(place: Place, *, as_json: bool) -> None:
    """Say where feeds.toml is looked for, which one is used, and where the archive lies."""
    candidates = config.config_candidates(place.config_path)
    used = next((path for path in candidates if path.exists()), None)
    database = without_credentials(place.database_url())
    if as_json:
        print_json(
            {
                "schema": 1,
                "candidates": [str(path.absolute()) for path in candidates],
                "config": str(used.absolute()) if used else None,
                "database_url": database,
            }
        )
        return
    for path in candidates:
        click.echo(f"{'*' if path == used else ' '} {path.absolute()}")
    click.echo(f"  {database}")


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the completion script of a SHELL.

    For bash: eval "$(aggregator completion bash)"
    """
    from aggregator.cli._app import aggregator  # noqa: PLC0415 - it is what loads this module

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - the choices are click's own
    click.echo(kind(aggregator, {}, "aggregator", COMPLETE_VARIABLE).source())
