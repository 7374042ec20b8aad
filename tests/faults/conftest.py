"""Fixtures for faults: a publisher who keeps count, and the program as an operator runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.program import Program
from tests.faults.publisher import Publisher


@pytest.fixture
def make_publisher() -> Iterator[Callable[..., Publisher]]:
    """A function that opens a publisher with the arguments of `Publisher`, for this test."""
    with ExitStack() as running:
        yield lambda *args, **options: running.enter_context(Publisher(*args, **options))


@pytest.fixture
def make_program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """A function that gives a program for feeds and settings; all it started ends with the test."""
    with ExitStack() as running:

        def make(urls: tuple[str, ...], folder: Path | None = None, **settings: object) -> Program:
            program = Program(folder or tmp_path / "home", urls, **settings)
            running.callback(lambda: print(program.said()))  # noqa: T201 - shown if a test fails
            running.callback(program.close)
            return program

        yield make
