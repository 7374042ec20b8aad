"""What is shipped and what is promised: feeds.toml at the root, docs/configuration.md."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from aggregator.config import Settings, environment_name, load_config
from aggregator.config._places import SECRET_VARIABLE
from aggregator.config._schema import (
    DefaultsTable,
    ExtractTable,
    FeedTable,
    FileTable,
    HostTable,
)
from aggregator.config._selectors import MAX_SELECTOR_CHARS, MAX_SELECTORS
from aggregator.config._starter import STARTER
from aggregator.config._values import MAX_BODY_BYTES
from aggregator.feeds.document._decode import MAX_BYTES
from aggregator.fetch import FetchLimits
from aggregator.model import FeedSpec
from aggregator.urls import host_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/configuration.md").read_text()
SHIPPED = (ROOT / "feeds.toml").read_text()
SETTINGS = [field.name for field in fields(Settings) if field.name not in FileTable.model_fields]
ROWS = dict(re.findall(r"(?m)^\| `(\w+)` \| (.*?) \|", PAGE))


@pytest.mark.parametrize("table", [*FileTable.model_fields, "feeds.extract"])
def test_each_table_has_its_chapter(table: str) -> None:
    """Nothing that the file may hold goes without a heading."""
    assert re.search(rf"(?m)^## `\[+{re.escape(table)}\]+`$", PAGE)


@pytest.mark.parametrize(
    "key",
    [
        *SETTINGS,
        *FeedTable.model_fields,
        *ExtractTable.model_fields,
        *HostTable.model_fields,
    ],
)
def test_each_key_is_a_row_with_a_meaning(key: str) -> None:
    """A setting that nobody can read about does not exist."""
    row = re.search(rf"(?m)^\| `{key}` \| [^|]+ \| [A-Z\"`][^|]{{20,}} \|$", PAGE)

    assert row


@pytest.mark.parametrize(
    "variable",
    [*map(environment_name, SETTINGS), SECRET_VARIABLE, "AGGREGATOR_CONFIG"],
)
def test_each_variable_is_a_row(variable: str) -> None:
    """The environment is configuration as much as the file."""
    assert f"\n| `{variable}` | " in PAGE


@pytest.mark.parametrize("name", ["XDG_CONFIG_HOME", "XDG_DATA_HOME"])
def test_the_folders_are_named(name: str) -> None:
    """Where things are kept can be changed, so it is said how."""
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize(
    "setting", [f for f in fields(Settings) if isinstance(f.default, int | float)]
)
def test_the_page_knows_the_numbers_that_hold(setting: object) -> None:
    """A default that is changed must be changed on the page."""
    name, default = setting.name, setting.default  # type: ignore[attr-defined]

    assert ROWS[name] == f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def test_the_largest_body_is_what_the_readers_take() -> None:
    """A greater number would promise what no document can use."""
    assert MAX_BODY_BYTES == MAX_BYTES == FetchLimits().max_body_bytes
    assert f"1024 to {MAX_BODY_BYTES}" in PAGE
    assert f"{FetchLimits().max_wire_bytes // 2**20} MiB" in PAGE


def test_the_page_knows_how_many_selectors_there_may_be() -> None:
    """And how long one may be."""
    assert f"at most {MAX_SELECTORS} selectors" in PAGE
    assert f"at most {MAX_SELECTOR_CHARS} characters" in PAGE


def test_the_page_knows_the_defaults_of_a_feed() -> None:
    """The model's own defaults are those on the page."""
    usual = FeedSpec("")

    assert usual.interval_s is None
    assert ROWS["interval"] == "learnt"
    assert ROWS["weight"] == f"`{usual.weight:g}`"
    assert ROWS["full_text"] == f'`"{usual.full_text.value}"`'
    assert ROWS["enabled"] == f"`{str(usual.is_enabled).lower()}`"
    assert ROWS["tags"] == "`[]`"


def test_the_chapter_on_defaults_names_every_key() -> None:
    """Each key that may stand in `[defaults]` is listed there."""
    chapter = PAGE.split("## `[defaults]`")[1].split("\n## ")[0]

    assert set(DefaultsTable.model_fields) <= set(re.findall(r"`(\w+)`", chapter))


def test_each_example_on_the_page_is_valid(tmp_path: Path) -> None:
    """What people copy first has to work."""
    path = tmp_path / "feeds.toml"
    for example in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL):
        path.write_text(example)

        assert len(load_config(str(path), {"HOME": "/"}).feeds) == 1


def test_the_shipped_file_loads() -> None:
    """A dozen feeds with names and tags, polled no more often than their sites publish."""
    config = load_config(str(ROOT / "feeds.toml"), {"HOME": "/"})

    assert len(config.feeds) >= 12
    assert all(feed.name and feed.tags and feed.is_enabled for feed in config.feeds)
    assert all(feed.url.startswith("https://") for feed in config.feeds)
    assert all(feed.interval_s is None or feed.interval_s >= 1800 for feed in config.feeds)


def test_the_shipped_file_asks_no_site_twice() -> None:
    """A first run is no burden on anybody."""
    hosts = [host_of(feed["url"]) for feed in tomllib.loads(SHIPPED)["feeds"]]

    assert len(set(hosts)) == len(hosts)


def test_the_shipped_file_begins_as_a_starter_does() -> None:
    """There is one text that explains the file; contact is left for the operator to say."""
    assert SHIPPED.startswith(STARTER)
    assert "\n# contact = " in STARTER
