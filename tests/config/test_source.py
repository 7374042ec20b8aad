"""Reading a file that may be anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.config import Config, load_config
from aggregator.config import _source as source_module
from aggregator.config._source import Source, parse_source, read_source
from aggregator.errors import ConfigError

Write = Callable[[str | bytes], Path]
Load = Callable[..., Config]
Refuse = Callable[..., ConfigError]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("[settings]\nconcurrency 3\n", 2),
        ("a = 1\na = 2\n", 2),
        ('[[feeds]]\nurl = "http://a.example\n', 2),
        ("[settings]\n[settings]\n", 2),
        ("x = [1,\n2\n\n", 2),
        ("\n\n\x00", 3),
        ("x = 2024-02-30", 1),
    ],
)
def test_broken_toml_is_refused_with_its_line(refuse: Refuse, content: str, line: int) -> None:
    """The place stands before the message and not again inside it."""
    error = refuse(content)

    assert error.line == line
    assert f"feeds.toml:{line}: is no valid TOML: " in str(error)
    assert "(at " not in str(error)


def test_bytes_that_are_no_text_are_refused_with_their_line(refuse: Refuse) -> None:
    """A file saved in an old encoding says which line to look at, and what to do."""
    error = refuse(b'[[feeds]]\nname = "caf\xe9"\n')

    assert error.line == 2
    assert "save the file as UTF-8" in str(error)


def test_a_file_saved_by_windows_is_read(load: Load) -> None:
    """A byte order mark and carriage returns do no harm."""
    config = load(b'\xef\xbb\xbf[[feeds]]\r\nurl = "https://a.example/"\r\n')

    assert config.feeds[0].url == "https://a.example/"


def test_utf_16_is_refused(refuse: Refuse) -> None:
    """What the Windows shell writes by default is answered, not guessed at."""
    assert "UTF-8" in str(refuse("[settings]\n".encode("utf-16")))


def test_a_folder_is_refused(tmp_path: Path, world: dict[str, str]) -> None:
    """Naming the folder instead of the file is a common slip."""
    with pytest.raises(ConfigError, match="is a folder"):
        load_config(str(tmp_path), world)


def test_a_file_that_vanished_is_refused(tmp_path: Path) -> None:
    """The file may go between looking and reading."""
    with pytest.raises(ConfigError, match="no such file"):
        read_source(tmp_path / "feeds.toml")


def test_an_endless_file_is_refused(world: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the limit, whatever the device goes on to give."""
    monkeypatch.setattr(source_module, "MAX_FILE_BYTES", 100_000)

    with pytest.raises(ConfigError, match="larger than"):
        load_config("/dev/zero", world)


@pytest.mark.parametrize(
    "content",
    ["x = " + "[" * 100_000, "x = " + "{a = " * 50_000, "x = " + "9" * 100_000],
    ids=["arrays", "tables", "digits"],
)
def test_monstrous_values_are_refused(refuse: Refuse, content: str) -> None:
    """Nesting without end and endless numbers are errors of the file, not of the program."""
    assert refuse(content).exit_code == 3


@pytest.mark.parametrize(
    "content",
    [
        "settings = " + "[" * 150 + "]" * 150,
        "[settings]\nconcurrency = 0x" + "f" * 100_000,
        "[settings]\ntimeout_s = 0x" + "f" * 100_000,
        "[[feeds]]\nurl = 'http://a.example'\ninterval = 0x" + "f" * 100_000,
        "'\x1b[31m" + "k" * 100_000 + "' = 1",
        "[settings]\ncontact = '" + "a@b.cc" * 100_000 + "'",
    ],
    ids=["deep", "number", "seconds", "interval", "key", "text"],
)
def test_messages_stay_short_and_harmless(refuse: Refuse, content: str) -> None:
    """What is quoted from the file is cut, and moves no terminal's cursor."""
    error = refuse(content)

    assert len(str(error)) < 400
    assert "\x1b" not in str(error)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(write: Write, content: bytes) -> None:
    """No content of the file raises anything but ConfigError."""
    path = write(content)

    try:
        source = read_source(path)
    except ConfigError as error:
        assert error.path == str(path)  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(source, Source)


def test_a_text_knows_the_folder_it_is_relative_to() -> None:
    """A relative name of the file is enough."""
    assert parse_source("", Path("conf/feeds.toml")).folder == Path("conf")
