"""Edits of a file that belongs to a person: exact, complete, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.config import _edit as edit_module
from aggregator.config import (
    add_feeds,
    load_config,
    remove_feed,
    set_enabled,
)
from aggregator.config._problems import check_tables
from aggregator.config._source import read_source
from aggregator.errors import ConfigError, NotFoundError
from aggregator.model import FeedSpec, FullText, Identity, SiteRules

Write = Callable[[str | bytes], Path]

FILE = """\
# My feeds.

[[feeds]]
url = "https://a.example/feed" # the first
name = "Alpha"

# Beta is here for the pictures.
[[feeds]]
name = "Beta"
tags = [
  "x", # why
]
url = "https://me:pw@b.example/feed"
enabled   =  true   # for now

# --- how ---
[settings]
workers = 1

# Gamma stands apart.
[[feeds]]
url = "https://c.example/feed"
# The end.
"""
NEW = FeedSpec("https://new.example/feed")


def _feeds(path: Path) -> tuple[FeedSpec, ...]:
    return load_config(str(path), {"HOME": "/"}).feeds


def test_a_feed_is_added_behind_all_that_is_there(write: Write) -> None:
    """Every byte before it stays; the table says only what is not the default."""
    path = write(FILE)

    add_feeds(path, [NEW])

    assert path.read_text() == f'{FILE}\n[[feeds]]\nurl = "https://new.example/feed"\n'


def test_an_added_feed_says_all_that_is_not_usual(write: Write) -> None:
    """The file's own defaults count, also where the feed wants what nobody else has."""
    path = write('[defaults]\ntags = ["t"]\nenabled = false\ninterval = "2h"\n')
    plain = FeedSpec("https://a.example", tags=("t",), is_enabled=False, interval_s=7200)
    other = FeedSpec("https://b.example", "B", (), True, 5400, FullText.ALWAYS, None, Identity.TEXT)

    add_feeds(path, [plain, other])

    assert _feeds(path) == (plain, other)
    assert path.read_text().split("\n\n", 1)[1] == (
        '[[feeds]]\nurl = "https://a.example"\n\n[[feeds]]\nurl = "https://b.example"\nname = "B"\n'
        'tags = []\ninterval = "90m"\nfull_text = "always"\nenabled = true\nidentity = "text"\n'
    )


@pytest.mark.parametrize("content", ["", "\n", "# no line end", "[settings]", "feeds = []\n"])
def test_a_first_feed_can_be_added_to_anything(write: Write, content: str) -> None:
    """An empty file, one without a last line break, and an empty list all take it."""
    path = write(content)

    add_feeds(path, [NEW])

    assert _feeds(path) == (NEW,)


@pytest.mark.parametrize(
    "url", ["https://a.example/feed", "http://A.example/feed", "https://b.example/feed"]
)
def test_a_feed_that_is_listed_is_not_added_again(write: Write, url: str) -> None:
    """Whatever the spelling, and whether listed in the file or earlier in the same call."""
    path = write(FILE)

    nothing = add_feeds(path, [FeedSpec(url)])
    unchanged = path.read_text()
    added = add_feeds(path, [FeedSpec(url), NEW, FeedSpec("http://new.example/feed#x")])

    assert (nothing, unchanged) == ((), FILE)
    assert added == (NEW.url,)
    assert _feeds(path)[3:] == (NEW,)


@pytest.mark.parametrize(
    "spec",
    [
        FeedSpec(""),
        FeedSpec("a.example"),
        FeedSpec('https://a.example/"\n[settings]\nworkers = 9'),
        FeedSpec("https://n.example", name=""),
        FeedSpec("https://n.example", name="a\nb"),
        FeedSpec("https://n.example", name='"]\x1b'),
        FeedSpec("https://n.example", tags=("",)),
        FeedSpec("https://n.example", interval_s=1),
        FeedSpec("https://n.example", interval_s=10**12),
    ],
)
def test_a_feed_that_may_not_stand_there_is_refused(write: Write, spec: FeedSpec) -> None:
    """It would be refused when the file is next read; no line is named, as none was written."""
    path = write(FILE)

    with pytest.raises(ConfigError) as caught:
        add_feeds(path, [spec])

    assert (caught.value.line, path.read_text()) == (None, FILE)
    assert caught.value.key.startswith("feeds.")


def test_removing_a_feed_keeps_every_comment_outside_its_table(write: Write) -> None:
    """The next feed's comment is not taken along, and one blank line is left between."""
    path = write(FILE)

    remove_feed(path, "https://a.example/feed")

    assert path.read_text() == FILE.replace(
        '[[feeds]]\nurl = "https://a.example/feed" # the first\nname = "Alpha"\n\n', ""
    )


WITH_RULES = """\
[[feeds]]
url = "https://a.example/feed"

# What is read of A.
[feeds.extract] # here
content = ["article", "main"]

# Beta.
[[feeds]]
url = "https://b.example/feed"
[settings]
workers = 1
[feeds.extract]
remove = ".ad"
# The end.
"""


def test_a_feed_is_removed_with_its_rules(write: Write) -> None:
    """They do not fall to the feed before it, wherever they stand; comments stay."""
    path = write(WITH_RULES)

    remove_feed(path, "https://b.example/feed")
    after_second = path.read_text()
    remove_feed(path, "https://a.example/feed")

    assert after_second == WITH_RULES.replace(
        '[[feeds]]\nurl = "https://b.example/feed"\n', ""
    ).replace('[feeds.extract]\nremove = ".ad"\n', "")
    assert path.read_text() == (
        "# What is read of A.\n\n# Beta.\n[settings]\nworkers = 1\n# The end.\n"
    )


def test_a_feed_with_rules_is_paused_and_others_are_added_behind_it(write: Write) -> None:
    """What is set belongs to the feed, not to its rules."""
    path = write(WITH_RULES)
    rules = SiteRules(content=("main",), headline=('h1[title="x"]',))
    new = FeedSpec("https://new.example/feed", rules=rules)

    set_enabled(path, "https://a.example/feed", is_enabled=False)
    add_feeds(path, [new])

    first, second, third = _feeds(path)
    assert (first.is_enabled, first.rules) == (False, SiteRules(content=("article", "main")))
    assert second.rules == SiteRules(remove=(".ad",))
    assert third == new


def test_a_feed_before_another_table_can_be_removed(write: Write) -> None:
    """Keys in any order and values over several lines go, what follows stays where it is."""
    path = write(FILE)

    remove_feed(path, "Beta")

    start, end = FILE.index('[[feeds]]\nname = "Beta"'), FILE.index("# --- how")
    assert path.read_text() == FILE[:start] + "\n" + FILE[end:]


@pytest.mark.parametrize(
    "wanted",
    [
        "https://me:pw@b.example/feed",
        "https://b.example/feed",
        "HTTP://B.example:80/feed?utm_source=x",
        "beta",
        "  BETA ",
    ],
)
def test_a_feed_is_found_by_url_or_name(write: Write, wanted: str) -> None:
    """Exact, normalised, without its password, or by name in any case."""
    path = write(FILE)

    remove_feed(path, wanted)

    assert [feed.url[8] for feed in _feeds(path)] == ["a", "c"]


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [
        ("https://a.example/fed", "did you mean https://a.example/feed?"),
        ("alfa", "did you mean Alpha?"),
        ("https://b.exmple/feed", "did you mean https://b.example/feed?"),
        ("zzzzzz", "which lists 3 feeds"),
        ("", "which lists 3 feeds"),
        ("[[feeds]]\x1b", "which lists 3 feeds"),
    ],
)
def test_an_unknown_feed_is_answered_with_the_nearest(
    write: Write, wanted: str, nearest: str
) -> None:
    """Both edits say what may have been meant, without its password."""
    path = write(FILE)

    with pytest.raises(NotFoundError, match=re.escape(nearest)):
        remove_feed(path, wanted)
    with pytest.raises(NotFoundError, match=re.escape(nearest)) as caught:
        set_enabled(path, wanted, is_enabled=False)

    assert "pw" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert path.read_text() == FILE


def test_a_name_that_two_feeds_have_is_not_guessed_at(write: Write) -> None:
    """The message offers their addresses."""
    twins = "".join(f'[[feeds]]\nurl = "https://{c}.example"\nname = "N"\n' for c in "ab")
    path = write(twins)

    with pytest.raises(NotFoundError, match=r"https://a\.example and https://b\.example"):
        remove_feed(path, "n")

    assert path.read_text() == twins


def test_pausing_changes_the_one_word(write: Write) -> None:
    """Where `enabled` is written, its spacing and comment stay."""
    path = write(FILE)

    set_enabled(path, "Beta", is_enabled=False)

    assert path.read_text() == FILE.replace("enabled   =  true", "enabled   =  false")


def test_pausing_adds_a_line_to_the_table_itself(write: Write) -> None:
    """The line stands behind the last key, not behind the comment of the next feed."""
    path = write(FILE)

    set_enabled(path, "Alpha", is_enabled=False)
    set_enabled(path, "https://c.example/feed", is_enabled=False)

    assert path.read_text() == FILE.replace(
        'name = "Alpha"\n', 'name = "Alpha"\nenabled = false\n'
    ).replace('c.example/feed"\n', 'c.example/feed"\nenabled = false\n')


def test_pausing_and_resuming_leaves_the_file_as_it_was(write: Write) -> None:
    """Where the key was there already, not a byte differs."""
    path = write(FILE)

    set_enabled(path, "Beta", is_enabled=False)
    set_enabled(path, "Beta", is_enabled=True)

    assert path.read_text() == FILE


def test_what_is_so_already_is_not_written(write: Write) -> None:
    """A file that nobody changed keeps its time."""
    path = write(FILE)
    before = path.stat()

    set_enabled(path, "Alpha", is_enabled=True)

    assert path.stat() == before


def test_a_feed_paused_by_default_can_be_resumed(write: Write) -> None:
    """The feed's own word overrules `[defaults]`."""
    path = write('[defaults]\nenabled = false\n[[feeds]]\nurl = "https://a.example"')

    set_enabled(path, "https://a.example", is_enabled=True)

    assert _feeds(path) == (FeedSpec("https://a.example"),)


@pytest.mark.parametrize(
    "text",
    [
        FILE,
        FILE.replace("workers = 1", "workers = 2"),
        FILE + "[[feeds]]\n",
        FILE + "[[feeds",
    ],
    ids=["unchanged", "settings", "refused", "broken"],
)
def test_a_text_that_came_out_wrong_is_not_written(write: Write, text: str) -> None:
    """The last check before writing: it must say what was asked for, and all else as before."""
    source = read_source(write(FILE))
    feeds = _feeds(write(FILE))
    wanted = feeds[1:] if text == FILE else feeds

    with pytest.raises(ConfigError, match="change it by hand"):
        edit_module._write(source, check_tables(source), text, wanted)

    assert write(FILE).read_text() == FILE


@pytest.mark.parametrize("content", ["[[feeds]]\n", "x", "[settings]\nworkers = -1\n", b"\xff"])
def test_a_file_that_is_wrong_is_not_touched(write: Write, content: str | bytes) -> None:
    """An edit is no occasion to guess what was meant."""
    path = write(content)
    before = path.read_bytes()

    for edit in (
        lambda: add_feeds(path, [NEW]),
        lambda: remove_feed(path, "x"),
        lambda: set_enabled(path, "x", is_enabled=True),
    ):
        with pytest.raises(ConfigError):
            edit()

    assert path.read_bytes() == before


def test_a_file_that_is_not_there_is_made_for_its_first_feeds(tmp_path: Path) -> None:
    """It explains itself like any starter."""
    path = tmp_path / "new/feeds.toml"

    added = add_feeds(path, [NEW])

    assert (added, _feeds(path)) == ((NEW.url,), (NEW,))
    assert path.read_text().startswith("# The feeds to poll")


def test_a_file_that_is_not_there_is_not_made_for_nothing(tmp_path: Path) -> None:
    """A refused feed, no feed and feeds to be removed leave the folder as it was."""
    path = tmp_path / "feeds.toml"

    with pytest.raises(ConfigError):
        add_feeds(path, [NEW, FeedSpec("feed:x")])
    assert add_feeds(path, []) == ()
    with pytest.raises(ConfigError, match="aggregator init"):
        remove_feed(path, NEW.url)

    assert list(tmp_path.iterdir()) == []


def test_a_link_and_the_mode_survive_an_edit(write: Write, tmp_path: Path) -> None:
    """A file kept elsewhere, readable by its owner only, stays both."""
    path = write(FILE)
    path.chmod(0o600)
    link = tmp_path / "link.toml"
    link.symlink_to(path)

    add_feeds(link, [NEW])

    assert link.is_symlink()
    assert len(_feeds(path)) == 4
    assert path.stat().st_mode & 0o777 == 0o600
