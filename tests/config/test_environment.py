"""Settings that the environment overrules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import Config, Settings, environment_name
from aggregator.config._environment import read_overrides
from aggregator.errors import ConfigError

Load = Callable[..., Config]
Refuse = Callable[..., ConfigError]

WANTED = {
    "database_url": ("postgresql://h/db", "postgresql://h/db"),
    "contact": ("me@example.org", "me@example.org"),
    "allow_networks": (
        "10.0.0.0/8, ::1,",
        (ip_network("10.0.0.0/8"), ip_network("::1/128")),
    ),
    "concurrency": ("7", 7),
    "workers": ("0", 0),
    "timeout_s": ("2.5", 2.5),
    "max_body_bytes": ("1048576", 1048576),
    "max_entries_per_poll": ("9", 9),
    "max_pages_per_poll": ("0", 0),
    "words_per_minute": ("300", 300),
    "ideographs_per_minute": ("400", 400),
    "image_seconds": ("0", 0),
    "log_format": ("json", "json"),
    "requests_per_feed_per_day": ("2.5", 2.5),
    "min_interval_s": ("600", 600),
    "max_interval_s": ("7200", 7200),
    "host_gap_s": ("0.5", 0.5),
    "subscribers": ("12", 12),
    "proxy": ("http://proxy.example:3128", "http://proxy.example:3128"),
    "listen": ("127.0.0.1:9464", "127.0.0.1:9464"),
    "websub_url": ("https://news.example/hub", "https://news.example/hub"),
    "websub_listen": ("127.0.0.1:9999", "127.0.0.1:9999"),
}
FILE = (
    "[settings]\ndatabase_url = 'sqlite:///a.db'\ncontact = 'https://me.example'\n"
    "allow_networks = ['192.168.0.0/16']\nconcurrency = 1\nworkers = 1\ntimeout_s = 1\n"
    "max_body_bytes = 1024\nmax_entries_per_poll = 1\nmax_pages_per_poll = 1\n"
    "words_per_minute = 50\nideographs_per_minute = 50\nimage_seconds = 1\nlog_format = 'text'\n"
)


def test_every_setting_is_wanted_here() -> None:
    """A setting that is added must be added to this test; tables stand in no variable."""
    assert list(WANTED) == [field.name for field in fields(Settings) if field.name != "hosts"]


@pytest.mark.parametrize("name", WANTED)
def test_each_variable_wins_over_the_file_and_changes_nothing_else(load: Load, name: str) -> None:
    """Every setting has its variable, converted to the setting's type."""
    written, value = WANTED[name]
    before = load(FILE).settings

    after = load(FILE, **{environment_name(name): written}).settings

    assert getattr(after, name) == value
    assert replace(after, **{name: getattr(before, name)}) == before


@pytest.mark.parametrize("name", WANTED)
@pytest.mark.parametrize("written", ["", "  "])
def test_an_empty_variable_is_none(load: Load, name: str, written: str) -> None:
    """What a container file passes on without a value has no effect."""
    assert load(FILE, **{environment_name(name): written}) == load(FILE)


@pytest.mark.parametrize(
    ("variable", "written", "message"),
    [
        ("AGGREGATOR_CONCURRENCY", "many", 'a whole number from 1 to 512, got "many"'),
        ("AGGREGATOR_CONCURRENCY", "0", "a whole number from 1 to 512, got 0"),
        ("AGGREGATOR_CONCURRENCY", "9" * 5000, "a whole number from 1 to 512"),
        ("AGGREGATOR_TIMEOUT_S", "nan", "seconds from 1 to 600"),
        ("AGGREGATOR_LOG_FORMAT", "JSON", 'expected "text" or "json", got "JSON"'),
        ("AGGREGATOR_ALLOW_NETWORKS", "10.0.0.0/8;::1", "must be a network"),
        ("AGGREGATOR_CONTACT", "x\r\ny", "must be a URL or a mail address"),
        ("AGGREGATOR_DATABASE_URL", "a.db", "must be a database URL"),
    ],
)
def test_a_wrong_variable_is_named_and_no_line(
    refuse: Refuse, variable: str, written: str, message: str
) -> None:
    """Nobody is sent to look for it in the file."""
    error = refuse(FILE, **{variable: written})

    assert (error.path, error.line, error.key) == (None, None, variable)
    assert message in str(error)


def test_a_wrong_file_stays_wrong(refuse: Refuse) -> None:
    """A variable hides no mistake: without it the next start would fail."""
    error = refuse("[settings]\nworkers = -1\n", AGGREGATOR_WORKERS="2")

    assert error.line == 2


def test_all_wrong_variables_are_told(refuse: Refuse) -> None:
    """The first is the error, the others are its notes."""
    error = refuse("", AGGREGATOR_WORKERS="a", AGGREGATOR_CONCURRENCY="b")

    assert error.key == "AGGREGATOR_CONCURRENCY"
    assert error.__notes__[0].startswith("AGGREGATOR_WORKERS: ")


def test_other_variables_are_left_to_others(load: Load) -> None:
    """The command line has variables of its own under the same prefix."""
    assert load(FILE, AGGREGATOR_QUIET="1") == load(FILE)


@given(st.dictionaries(st.sampled_from([environment_name(name) for name in WANTED]), st.text()))
def test_any_text_in_the_environment_is_converted_or_kept(environ: dict[str, str]) -> None:
    """Converting never fails: what cannot be converted is for the schema to refuse."""
    overrides = read_overrides(environ)

    assert set(overrides) <= set(WANTED) - {"database_url"}
