"""Who may read a feeds.toml that this program has written."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aggregator.config import add_feeds, load_config, write_starter
from aggregator.errors import ConfigError
from aggregator.model import FeedSpec

Write = Callable[[str | bytes], Path]

NEW = FeedSpec("https://new.example/feed")
SECRET = FeedSpec("https://me:pw@secret.example/feed")


@pytest.fixture(autouse=True)
def usual_mask() -> Iterator[None]:
    """New files are readable by everybody, as on most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(("spec", "mode"), [(NEW, 0o644), (SECRET, 0o600)], ids=["open", "secret"])
@pytest.mark.parametrize("create", [add_feeds, write_starter])
def test_a_new_file_with_passwords_is_its_owners_alone(
    tmp_path: Path, create: Callable[[Path, list[FeedSpec]], object], spec: FeedSpec, mode: int
) -> None:
    """Without them it has the mode of any new file."""
    path = tmp_path / "feeds.toml"

    create(path, [FeedSpec("https://a.example/"), spec])

    assert path.stat().st_mode & 0o777 == mode
    assert len(load_config(str(path), {"HOME": "/"}).feeds) == 2
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_keeps_its_mode(write: Write) -> None:
    """Whoever may read it was decided by its owner."""
    path = write("[settings]\n")
    path.chmod(0o640)

    add_feeds(path, [SECRET])

    assert path.stat().st_mode & 0o777 == 0o640


def test_a_new_file_that_cannot_be_filled_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the way is none: the next attempt finds no empty file."""

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(ConfigError, match="cannot be written: No space left"):
        add_feeds(tmp_path / "feeds.toml", [SECRET])

    assert list(tmp_path.iterdir()) == []
