"""The first feeds.toml, written for a person to go on with."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.config import (
    load_config,
    write_starter,
)
from aggregator.errors import ConfigError
from aggregator.model import FeedSpec

Write = Callable[[str | bytes], Path]

NEW = FeedSpec("https://new.example/feed")


def _feeds(path: Path) -> tuple[FeedSpec, ...]:
    return load_config(str(path), {"HOME": "/"}).feeds


def test_a_starter_explains_itself_and_lists_its_feeds(tmp_path: Path) -> None:
    """The folders above it are made; of two tables for one feed the first is written."""
    path = tmp_path / "new/folder/feeds.toml"
    specs = [NEW, FeedSpec("https://b.example", "B", ("t",)), FeedSpec("http://b.example", "C")]

    write_starter(path, specs)

    config = load_config(str(path), {"HOME": "/"})
    assert config.feeds == tuple(specs[:2])
    assert path.read_text().startswith("# The feeds to poll")


def test_what_a_starter_suggests_is_valid(tmp_path: Path) -> None:
    """Taking the comment signs away from its settings gives a file that loads."""
    path = tmp_path / "feeds.toml"
    write_starter(path)

    path.write_text(re.sub(r"(?m)^# (?=[a-z_]+ = )", "", path.read_text()))

    config = load_config(str(path), {"HOME": "/"})
    assert config.settings.contact == "you@example.org"
    assert config.settings.database_url == f"sqlite:///{tmp_path}/archive.db"


def test_a_starter_replaces_nothing(write: Write, tmp_path: Path) -> None:
    """Neither a file, however empty, nor a link that leads nowhere."""
    path = write("")
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "nowhere")

    for existing in (path, link, tmp_path):
        with pytest.raises(ConfigError, match="exists already"):
            write_starter(existing, [NEW])

    assert path.read_text() == ""
    assert not (tmp_path / "nowhere").exists()


def test_a_starter_with_a_feed_that_may_not_stand_there_is_not_written(tmp_path: Path) -> None:
    """A list from elsewhere is checked like one that was typed."""
    path = tmp_path / "feeds.toml"

    with pytest.raises(ConfigError, match="absolute http"):
        write_starter(path, [NEW, FeedSpec("feed:x")])

    assert not path.exists()


def test_a_place_that_cannot_be_written_is_an_error_of_ours(write: Write) -> None:
    """The system's reason is passed on."""
    path = write("") / "feeds.toml"  # below a file

    with pytest.raises(ConfigError, match="cannot be written: "):
        write_starter(path)


def test_thousands_of_feeds_make_a_starter(tmp_path: Path) -> None:
    """Importing a long list costs as much as reading it."""
    path = tmp_path / "feeds.toml"

    write_starter(path, (FeedSpec(f"https://h{number}.example") for number in range(3_000)))

    assert len(_feeds(path)) == 3_000
