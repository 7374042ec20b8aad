"""From a file and an environment to values."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from aggregator.config import PROJECT_URL, Config, Settings, find_database_url, load_config
from aggregator.config._schema import SettingsTable
from aggregator.errors import ConfigError
from aggregator.model import FeedSpec, FullText, Identity

Write = Callable[[str | bytes], Path]
Load = Callable[..., Config]
Refuse = Callable[..., ConfigError]

FEED = '[[feeds]]\nurl = "https://a.example/feed"\n'


def test_without_a_file_all_is_as_usual(
    tmp_path: Path, world: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is a database, there are no feeds, and nothing fails."""
    monkeypatch.chdir(tmp_path)

    config = load_config(None, world)

    assert config == Config(None, Settings(find_database_url(None, world)), ())
    assert config.settings.contact == PROJECT_URL


def test_an_empty_file_is_no_mistake(load: Load, tmp_path: Path) -> None:
    """It configures nothing; its path is kept."""
    config = load("")

    assert (config.path, config.feeds) == (tmp_path / "feeds.toml", ())


def test_every_setting_is_read(load: Load, tmp_path: Path) -> None:
    """All of them at once, as the values that other rooms take."""
    config = load(
        '[settings]\ndatabase_url = "sqlite:///a.db"\ncontact = "https://me.example/x"\n'
        'allow_networks = ["10.0.0.0/8", "::1"]\nconcurrency = 5\nworkers = 2\ntimeout_s = 7\n'
        "max_body_bytes = 2048\nmax_entries_per_poll = 3\nmax_pages_per_poll = 0\n"
        'log_format = "json"\n'
    )

    assert config.settings == Settings(
        database_url=f"sqlite:///{tmp_path}/a.db",
        contact="https://me.example/x",
        allow_networks=(ip_network("10.0.0.0/8"), ip_network("::1/128")),
        concurrency=5,
        workers=2,
        timeout_s=7.0,
        max_body_bytes=2048,
        max_entries_per_poll=3,
        max_pages_per_poll=0,
        log_format="json",
    )


def test_the_schema_knows_every_setting_and_no_other() -> None:
    """A setting of one place only would be refused or do nothing; [[hosts]] is a table."""
    settings = [field.name for field in fields(Settings) if field.name != "hosts"]
    assert list(SettingsTable.model_fields) == settings


def test_every_key_of_a_feed_is_read(load: Load) -> None:
    """All of them at once, in the units of the model; a tag said twice is one."""
    config = load(
        '[[feeds]]\nurl = "http://me:pw@a.example:8080/f?x=1#y"\nname = "Ä 🐘"\n'
        'tags = ["b", "a", "b"]\nenabled = false\ninterval = "30m"\nfull_text = "never"\n'
        'identity = "link"\n'
    )

    assert config.feeds == (
        FeedSpec(
            url="http://me:pw@a.example:8080/f?x=1#y",
            name="Ä 🐘",
            tags=("b", "a"),
            is_enabled=False,
            interval_s=1800,
            full_text=FullText.NEVER,
            identity=Identity.LINK,
        ),
    )


@pytest.mark.parametrize("identity", Identity)
def test_each_way_to_tell_entries_apart_can_be_named(load: Load, identity: Identity) -> None:
    """For one feed; the others stay with what is learnt of them."""
    config = load(f'{FEED}identity = "{identity}"\n[[feeds]]\nurl = "https://b.example"\n')

    assert [feed.identity for feed in config.feeds] == [identity, None]


def test_defaults_hold_where_a_feed_is_silent(load: Load) -> None:
    """A feed's own word wins, an empty list of tags and true included."""
    config = load(
        '[defaults]\ntags = ["t"]\nenabled = false\ninterval = 600\nfull_text = "always"\n'
        + FEED
        + '[[feeds]]\nurl = "https://b.example"\ntags = []\nenabled = true\ninterval = "2h"\n'
        'full_text = "auto"\n'
    )

    silent, outspoken = config.feeds

    assert silent == FeedSpec("https://a.example/feed", None, ("t",), False, 600, FullText.ALWAYS)
    assert outspoken == FeedSpec("https://b.example", interval_s=7200)


def test_a_feed_that_says_nothing_is_the_model_s_own_default(load: Load) -> None:
    """There is one place for the defaults of the defaults."""
    assert load(FEED).feeds == (FeedSpec("https://a.example/feed"),)


def test_feeds_keep_their_order_wherever_they_stand(load: Load) -> None:
    """Before and after the settings, or as one list."""
    apart = load('[[feeds]]\nurl = "http://b.example"\n[settings]\n' + FEED)
    inline = load('feeds = [{url = "http://b.example"}, {url = "https://a.example/feed"}]')

    assert [feed.url for feed in apart.feeds] == ["http://b.example", "https://a.example/feed"]
    assert inline.feeds == apart.feeds


def test_a_config_is_a_value(load: Load) -> None:
    """It cannot be changed, and it can be sent to another process."""
    config = load("[settings]\nallow_networks = ['10.0.0.0/8']\n" + FEED)

    with pytest.raises(FrozenInstanceError):
        config.settings.workers = 3  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - our own bytes


def test_the_short_way_to_the_database_and_the_long_one_agree(
    write: Write, world: dict[str, str]
) -> None:
    """A search must look into the archive that the daemon fills."""
    path = str(write('[settings]\ndatabase_url = "sqlite:///x/../a.db?timeout=3"\n'))

    for environ in (world, {**world, "AGGREGATOR_DATABASE_URL": "sqlite:///b.db"}):
        config = load_config(path, environ)
        assert config.settings.database_url == find_database_url(path, environ)


def test_ten_thousand_feeds_load_in_a_moment(load: Load) -> None:
    """The bound is ten times what it took on a busy machine."""
    content = "".join(
        f"[[feeds]]\nurl = 'https://h{number}.example/feed'\nname = 'n{number}'\n"
        for number in range(10_000)
    )
    started = time.process_time()

    config = load(content)

    assert len(config.feeds) == 10_000
    assert time.process_time() - started < 5


def test_ten_megabytes_are_read(load: Load) -> None:
    """Size alone is no mistake: comments of 10 MB, then one feed."""
    assert len(load("# [[feeds]]\n" * 900_000 + FEED).feeds) == 1
