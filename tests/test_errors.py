"""The errors: what they say, what a command exits with, and that they survive a process border."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import UTC, datetime

import pytest

from aggregator import errors

_EVERY_CLASS = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.AggregatorError)
]
_LATER = datetime(2026, 1, 1, tzinfo=UTC)
_FETCH_ERROR = errors.FetchError("https://example.org/", "http", "503", status=503, retry_at=_LATER)


def test_the_drawn_tree_is_the_tree_of_the_classes() -> None:
    """Whoever reads the top of the module may believe it: names, parents and exit codes."""
    drawn = re.findall(r"^(.*?)(\w+Error) +(\d)", errors.__doc__ or "", flags=re.MULTILINE)
    parents: list[tuple[int, str]] = []
    tree = {}
    for indent, name, code in drawn:
        while parents and parents[-1][0] >= len(indent):
            parents.pop()
        tree[name] = (parents[-1][1] if parents else "Exception", int(code))
        parents.append((len(indent), name))

    classes = {each.__name__: (each.__mro__[1].__name__, each.exit_code) for each in _EVERY_CLASS}

    assert tree == classes


def test_a_wrong_setting_is_named_by_its_place() -> None:
    """The message begins with what an editor can jump to."""
    error = errors.ConfigError("is no number", path="feeds.toml", line=7, key="defaults.interval")

    assert str(error) == "feeds.toml:7: defaults.interval: is no number"
    assert (error.path, error.line, error.key) == ("feeds.toml", 7, "defaults.interval")


@pytest.mark.parametrize(
    ("path", "line", "key", "message"),
    [
        (None, None, "", "wrong"),
        ("feeds.toml", None, "", "feeds.toml: wrong"),
        (None, None, "database", "database: wrong"),
    ],
)
def test_what_is_not_known_of_a_place_is_left_out(
    path: str | None, line: int | None, key: str, message: str
) -> None:
    """No stray colon and no None stands in a message."""
    assert str(errors.ConfigError("wrong", path=path, line=line, key=key)) == message


def test_a_failed_fetch_says_its_kind_and_keeps_the_server_s_wish() -> None:
    """The schedule reads the time, the operator the kind."""
    assert str(_FETCH_ERROR) == "http: 503"
    assert _FETCH_ERROR.status == 503
    assert _FETCH_ERROR.retry_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_refused_fetch_is_a_failed_fetch_that_was_never_sent() -> None:
    """Callers that only ask whether a fetch failed need not know of it."""
    error = errors.RefusedError("http://10.0.0.1/", "a private address")

    assert isinstance(error, errors.FetchError)
    assert (error.kind, error.status, error.retry_at) == ("refused", None, None)
    assert str(error) == "refused: a private address"


def test_a_resting_host_was_not_asked_and_says_until_when() -> None:
    """In the words that the operator reads, and as a time for the schedule."""
    error = errors.RestingError("https://example.org/", _LATER)

    assert isinstance(error, errors.FetchError)
    assert (error.kind, error.status, error.retry_at) == ("resting", None, _LATER)
    assert "2026-01-01 00:00 UTC" in str(error)


def test_bytes_that_are_no_feed_say_what_they_look_like() -> None:
    """Unknown unless somebody looked."""
    assert errors.FeedError("no feed").looks_like == "unknown"
    assert errors.FeedError("a page", looks_like="html").looks_like == "html"


@pytest.mark.parametrize(
    "error",
    [
        errors.ConfigError("wrong", path="feeds.toml", line=7, key="a.b"),
        errors.FeedError("a page", looks_like="html"),
        errors.ExtractError("binary"),
        errors.NotFoundError("no entry 7"),
        errors.SchemaError("newer"),
        errors.LockedError("another daemon"),
        pytest.param(
            _FETCH_ERROR,
        ),
        pytest.param(
            errors.RefusedError("http://10.0.0.1/", "private"),
        ),
        errors.RefusedError("https://a.example/", "no", kind="robots", retry_at=_LATER),
        errors.RestingError("https://a.example/", _LATER),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_back_from_a_worker_as_it_was(error: errors.AggregatorError) -> None:
    """Work is done in other processes, and an error that cannot be read there kills the pool."""
    for same in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own
        assert type(same) is type(error)
        assert str(same) == str(error)
        assert vars(same) == vars(error)
