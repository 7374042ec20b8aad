"""A feeds.toml in a folder of its own, and a world in which nothing else is configured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.config import Config, load_config
from aggregator.errors import ConfigError

Write = Callable[[str | bytes], Path]
Load = Callable[..., Config]
Refuse = Callable[..., ConfigError]


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """An environment whose home is empty."""
    return {"HOME": str(tmp_path / "home")}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that writes its text to a feeds.toml and returns the path."""

    def write_file(content: str | bytes) -> Path:
        path = tmp_path / "feeds.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def load(write: Write, world: dict[str, str]) -> Load:
    """A function that loads the text it is given, with variables as keywords."""

    def load_text(content: str | bytes, **variables: str) -> Config:
        return load_config(str(write(content)), {**world, **variables})

    return load_text


@pytest.fixture
def refuse(load: Load) -> Refuse:
    """A function that returns the error with which a text is refused."""

    def refuse_text(content: str | bytes, **variables: str) -> ConfigError:
        with pytest.raises(ConfigError) as caught:
            load(content, **variables)
        return caught.value

    return refuse_text
