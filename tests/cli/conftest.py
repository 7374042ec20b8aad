"""Fixtures for the command line: commands run in this process or as a user starts them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aggregator.cli._app import run
from tests.operation.archives import URL, fill

_AGGREGATOR = Path(sys.executable).with_name("aggregator")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home and working folder, and no settings from outside."""
    for name in list(os.environ):
        if name.startswith(("AGGREGATOR_", "XDG_")) and name != "AGGREGATOR_TEST_POSTGRESQL":
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("AGGREGATOR_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("AGGREGATOR_HOST_GAP_S", "0")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """A function that runs a command in this process."""

    def called(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return called


@pytest.fixture
def start() -> Callable[..., Outcome]:
    """A function that runs the installed command in a process of its own."""

    def started(*arguments: str | Path, given: bytes = b"") -> Outcome:
        done = subprocess.run(
            [_AGGREGATOR, *map(str, arguments)],
            input=given,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return started


@pytest.fixture
def show() -> Callable[..., str]:
    """A function that runs the installed command and returns what a terminal got on stderr."""

    def shown(*arguments: str | Path) -> str:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [_AGGREGATOR, *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(theirs)
        told = b""
        with os.fdopen(ours, "rb", buffering=0) as terminal, suppress(OSError):
            while part := terminal.read(65_536):  # Linux: OSError once nobody holds the other side
                told += part
        assert process.wait(timeout=60) == 0, told
        return told.decode(errors="replace")

    return shown


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """A function that starts the installed command and leaves it running until the test ends."""
    processes: list[subprocess.Popen[bytes]] = []

    def spawned(*arguments: str | Path) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [_AGGREGATOR, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield spawned
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that `aggregator demo` has filled; tests only read it."""
    folder = tmp_path_factory.mktemp("demo")
    subprocess.run(
        [_AGGREGATOR, "demo", "--dir", folder], check=True, capture_output=True, timeout=120
    )
    return folder / "archive.db"


@pytest.fixture
def sound_archive(home: Path) -> Path:
    """A sound archive of one feed, with a feeds.toml that leaves nothing to be desired."""
    path = home / "archive.db"
    (home / "feeds.toml").write_text(
        f'[settings]\ncontact = "me@example.org"\ndatabase_url = "sqlite:///{path}"\n'
        f'[[feeds]]\nurl = "{URL}"\nname = "News"\n'
    )
    fill(f"sqlite:///{path}")
    return path
