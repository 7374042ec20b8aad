"""feeds.toml without its feeds: the same settings, and the feeds only when they are needed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import _outline as outline_module
from aggregator.config import find_database_url, load_config, load_outline
from aggregator.config._source import strip_feeds
from aggregator.errors import ConfigError

Write = Callable[[str | bytes], Path]

_FEED = '[[feeds]]\nurl = "https://a.example/feed"\n'
_BROKEN = '[settings]\nworkers = 2\n\n[[feeds]]\nurl = "https://a.example/feed"\nnmae = "x"\n'

_FILES = {
    "nothing": "",
    "no feeds": "[settings]\nworkers = 3\n",
    "in order": f"[settings]\nworkers = 3\n[defaults]\ninterval = '2h'\n{_FEED}",
    "settings last": f"{_FEED}[settings]\nworkers = 3\n",
    "hosts between": f'{_FEED}\n[[hosts]]\nmatch = "a.example"\ngap_s = 9\n\n{_FEED[:-6]}2"\n',
    "tables of feeds": f'{_FEED}[feeds.extract]\ncontent = [\n  "p",\n]\n[settings]\nworkers = 3\n',
    "indented, with remarks": f"# [[feeds]]\n\t{_FEED}  [settings] # here\n  workers = 3\n",
    "lines of Windows": f"[settings]\nworkers = 3\n{_FEED}".replace("\n", "\r\n"),
    "a mark of order": f"\ufeff{_FEED}[settings]\nworkers = 3\n",
    "spaced brackets": '[ settings ]\nworkers = 3\n[[ feeds ]]\nurl = "https://a.example/"\n',
    "quoted names": '["settings"]\nworkers = 3\n[["feeds"]]\nurl = "https://a.example/"\n',
    "one list": 'feeds = [\n  {url = "https://a.example/"},\n]\n[settings]\nworkers = 3\n',
    "a long string": f'{_FEED}name = """\\\n[settings]\\\nx = 9"""\n[settings]\nworkers = 3\n',
    "brackets in a string": f'{_FEED}name = "[settings]"\n[settings]\nworkers = 3\n',
    "a list of networks": f'[settings]\nallow_networks = [\n"::1"\n, "10.0.0.0/8",\n]\n{_FEED}',
}


@pytest.mark.parametrize("name", _FILES)
def test_it_says_what_the_whole_file_says(name: str, write: Write, world: dict[str, str]) -> None:
    """However the file is written, settings and feeds are those of `load_config`."""
    path = str(write(_FILES[name]))

    outline = load_outline(path, world)

    assert load_config(path, world) == type(load_config(path, world))(
        outline.path, outline.settings, outline.feeds
    )


def test_without_a_file_there_are_no_feeds(
    tmp_path: Path, world: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings are the usual ones, and nothing fails."""
    monkeypatch.chdir(tmp_path)

    outline = load_outline(None, world)

    assert (outline.path, outline.feeds) == (None, ())
    assert outline.settings == load_config(None, world).settings


def test_feeds_are_read_when_they_are_asked_for(write: Write, world: dict[str, str]) -> None:
    """Until then a mistake in one is not seen; then it is told with its line, all others too."""
    outline = load_outline(str(write(_BROKEN)), world)

    assert outline.settings.workers == 2
    with pytest.raises(ConfigError, match="did you mean name") as caught:
        outline.check()
    assert caught.value.line == 6


def test_feeds_are_read_once(write: Write, world: dict[str, str]) -> None:
    """Whatever a command has made of the settings meanwhile."""
    outline = load_outline(str(write(_FEED)), world)

    overruled = replace(outline, settings=replace(outline.settings, concurrency=3))

    assert outline.feeds
    assert overruled.feeds is outline.feeds


def test_a_mistake_elsewhere_is_told_with_those_of_the_feeds(
    write: Write, world: dict[str, str]
) -> None:
    """All that is wrong is told at once, on the lines of the whole file."""
    path = write(f"{_BROKEN}\n[hosts]\n[defaults]\nintervall = 3\n")

    with pytest.raises(ConfigError) as caught:
        load_outline(str(path), world)

    assert caught.value.line == 6
    assert len(caught.value.__notes__) == 2
    assert ":10: defaults.intervall" in caught.value.__notes__[1]


def test_what_is_no_toml_is_refused_as_a_whole(write: Write, world: dict[str, str]) -> None:
    """Where it stands beside the feeds, at once; among them, when they are read."""
    with pytest.raises(ConfigError, match="no valid TOML"):
        load_outline(str(write(f"{_FEED}[settings]\nworkers = = 3\n")), world)
    outline = load_outline(str(write(f"[settings]\nworkers = 3\n{_FEED}name = \n")), world)
    with pytest.raises(ConfigError, match="no valid TOML"):
        outline.check()


def test_the_digest_tells_texts_and_programs_apart(
    write: Write, world: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same text has the same digest, wherever it lies; any other has another."""
    first = load_outline(str(write(_FEED)), world).digest
    again = load_outline(str(write(_FEED)), {**world, "AGGREGATOR_WORKERS": "7"}).digest
    other = load_outline(str(write(f"{_FEED}\n")), world).digest
    monkeypatch.setattr(outline_module, "__version__", "0.0.9")
    older = load_outline(str(write(_FEED)), world).digest

    assert first == again
    assert len({first, other, older}) == 3


def test_the_database_is_found_beside_feeds_that_are_wrong(
    write: Write, world: dict[str, str]
) -> None:
    """A search needs nothing of them, and does not read them."""
    path = write(f'[settings]\ndatabase_url = "sqlite:////srv/a.db"\n{_FEED}name = \n')

    assert find_database_url(str(path), world) == "sqlite:////srv/a.db"


_LINES = st.sampled_from(
    [
        "[[feeds]]",
        "  [[feeds]] # one",
        "[[feeds]]\nx = [\n[1],\n[2]\n]",
        "[feeds.extract]",
        "[feeds]",
        "[settings]",
        "[ settings ]",
        "[[hosts]]",
        "[defaults.more]",
        "x = 1",
        'y = "[settings]"',
        "z = [",
        '["settings"]',
        '["a", "b"]',
        "]",
        "# [settings]",
        '"""',
        "",
    ]
)


@given(st.lists(_LINES, max_size=12))
def test_stripping_changes_nothing_of_what_is_valid(lines: list[str]) -> None:
    """Whatever is valid says the same of all but the feeds, if it is stripped at all."""
    text = "\n".join(lines)
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    rest = strip_feeds(text)
    if rest is None:
        return
    try:
        stripped = tomllib.loads(rest)
    except tomllib.TOMLDecodeError:
        # Only an array of arrays among the feeds, which the schema knows none of.
        assert "x = [" in text or "z = [" in text
        return

    whole.pop("feeds", None)
    stripped.pop("feeds", None)
    assert stripped == whole
