"""From a wrong file to errors that say how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.config import Config, Settings, load_config
from aggregator.config._problems import show
from aggregator.config._schema import MAX_URL_CHARS
from aggregator.config._source import MAX_PROBLEMS
from aggregator.errors import ConfigError

Write = Callable[[str | bytes], Path]
Load = Callable[..., Config]
Refuse = Callable[..., ConfigError]

FEED = '[[feeds]]\nurl = "https://a.example/feed"\n'


@pytest.mark.parametrize(
    ("content", "line", "key", "message"),
    [
        ("\nsettngs = {}\n", 2, "settngs", "did you mean settings?"),
        ("[settings]\nconcurency = 3\n", 2, "settings.concurency", "did you mean concurrency?"),
        ("concurrency = 3\n", 1, "concurrency", "it belongs in [settings]"),
        (
            '[settings]\ninterval = "1h"\n',
            2,
            "settings.interval",
            "[defaults] or [[hosts]] or [[feeds]]",
        ),
        ('[defaults]\nurl = "x"\n', 2, "defaults.url", "it belongs in [[feeds]]"),
        (FEED + 'intervall = "1h"\n', 3, "feeds.intervall", "did you mean interval?"),
        (FEED + "timeout = 3\n", 3, "feeds.timeout", "did you mean timeout_s in [settings]?"),
        (FEED + "xyzzy = 3\n", 3, "feeds.xyzzy", "knows tags, enabled, interval, full_text, url"),
        (FEED + "[feeds.extra]\n", 3, "feeds.extra", "did you mean extract?"),
        (FEED + "[feeds.extract]\nbody = 'p'\n", 4, "feeds.extract.body", "[feeds.extract] knows"),
        (FEED + "content = 'p'\n", 3, "feeds.content", "it belongs in [feeds.extract]"),
        (FEED + "[feeds.extract]\nurl = 'x'\n", 4, "feeds.extract.url", "belongs in [[feeds]]"),
        ("[defaults]\nidentity = 'id'\n", 2, "defaults.identity", "it belongs in [[feeds]]"),
        ("[defaults]\nextract = {}\n", 2, "defaults.extract", "it belongs in [[feeds]]"),
        ("[[feed]]\nurl = 'http://a.example'\n", 1, "feed", "did you mean feeds?"),
    ],
)
def test_an_unknown_key_is_refused_with_the_one_that_was_meant(
    refuse: Refuse, content: str, line: int, key: str, message: str
) -> None:
    """Nothing is ignored: a misspelt key would have no effect, and nobody would know."""
    error = refuse(content)

    assert (error.line, error.key) == (line, key)
    assert message in str(error)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("settings = 3", 1, "expected a [settings] table, got 3"),
        ("[[defaults]]", 1, "expected a [defaults] table, got a list"),
        ("[feeds]\nurl = 'http://a.example'", 1, "[[feeds]], with two brackets, got a table"),
        ("feeds = [\n 'http://a.example']", 2, "expected a table with a url, got "),
        ("[[feeds]]\nname = 'a'\n", 1, "is missing: every [[feeds]] table needs a url"),
        ("[[feeds]]\nurl = 3", 2, "expected a URL in quotes of at most 2000 characters, got 3"),
        (FEED + "name = ''", 3, "expected a name in quotes of 1 to 200 characters"),
        (FEED + f"name = '{'x' * 201}'", 3, "expected a name in quotes of 1 to 200 characters"),
        (FEED + 'name = "a\\nb"', 3, "must be one line"),
        (FEED + "name = ' a'", 3, "must be one line"),
        (FEED + r'name = "\u202e"', 3, "must be one line"),
        (FEED + "name = 2024-01-01", 3, "got a date or time"),
        (FEED + "tags = 'news'", 3, "expected a list of tags in quotes, each of 1 to 200"),
        (FEED + "tags = [\n 'a',\n 3]", 5, "list of tags in quotes"),
        (FEED + "tags = ['']", 3, "list of tags in quotes"),
        (FEED + "enabled = 'yes'", 3, 'expected true or false, got "yes"'),
        (FEED + "enabled = 1", 3, "expected true or false, got 1"),
        (FEED + "full_text = true", 3, 'expected "auto", "always" or "never", got true'),
        (FEED + "full_text = 'some'", 3, 'expected "auto", "always" or "never", got "some"'),
        (FEED + "identity = 'guid'", 3, 'expected "id", "link" or "text", got "guid"'),
        (FEED + "identity = ['id']", 3, 'expected "id", "link" or "text", got a list'),
        (FEED + "interval = '1 jiffy'", 3, 'such as "30m", "1h" or "1d", or seconds, got "1 j'),
        (FEED + "interval = '1m'", 3, 'must be from 5m to 31d, got "1m"'),
        (FEED + "interval = true", 3, "expected an interval such as"),
        (FEED + "interval = 3600.0", 3, "expected an interval such as"),
        (FEED + "extract = 'p'", 3, 'expected a [feeds.extract] table, got "p"'),
        (FEED + "[feeds.extract]\ncontent = 3", 4, "expected a CSS selector in quotes, or a list"),
        (FEED + "[feeds.extract]\nremove = [\n'p',\n3]", 6, "a CSS selector in quotes"),
        (FEED + "[feeds.extract]\n\nheadline = 'h1['", 5, "must be a CSS selector (Expected"),
        (FEED + "[feeds.extract]\nremove = ['p',\n'p:odd']", 5, ':odd is unknown), got "p:odd"'),
        (FEED + "[feeds.extract]\nremove = ''", 4, "must be a CSS selector (Expected selector"),
        (FEED + "[feeds.extract]\nremove = 'p::before'", 4, "Pseudo-elements are not supported"),
        (FEED + f"[feeds.extract]\nremove = '{'p' * 401}'", 4, "of at most 400 characters"),
        (FEED + f"[feeds.extract]\nremove = {['p'] * 51}", 4, "or a list of at most 50"),
        ("[settings]\nwords_per_minute = 0", 2, "expected a whole number from 50 to 2000, got 0"),
        ("[settings]\nimage_seconds = -1", 2, "expected a number of seconds from 0 to 60"),
        ("[settings]\nimage_seconds = 2.5", 2, "expected a number of seconds from 0 to 60"),
        ("[settings]\nconcurrency = 0", 2, "expected a whole number from 1 to 512, got 0"),
        ("[settings]\nconcurrency = 513", 2, "expected a whole number from 1 to 512, got 513"),
        ("[settings]\nconcurrency = '3'", 2, 'from 1 to 512, got "3"'),
        ("[settings]\nconcurrency = 3.0", 2, "expected a whole number"),
        ("[settings]\nconcurrency = true", 2, "expected a whole number"),
        ("[settings]\nworkers = -1", 2, "from 0 to 256"),
        ("[settings]\ntimeout_s = inf", 2, "seconds from 1 to 600"),
        ("[settings]\ntimeout_s = nan", 2, "seconds from 1 to 600"),
        ("[settings]\ntimeout_s = true", 2, "seconds from 1 to 600"),
        ("[settings]\ntimeout_s = 0.5", 2, "seconds from 1 to 600"),
        ("[settings]\nmax_body_bytes = 10", 2, "bytes from 1024 to"),
        ("[settings]\nmax_body_bytes = 33554433", 2, "bytes from 1024 to 33554432"),
        ("[settings]\nmax_entries_per_poll = 0", 2, "from 1 to 1000000"),
        ("[settings]\nmax_pages_per_poll = -1", 2, "from 0 to 1000000"),
        ("[settings]\nlog_format = 'xml'", 2, 'expected "text" or "json", got "xml"'),
        ("[settings]\ndatabase_url = 'mysql://h/d'", 2, "must be a database URL"),
        ("[settings]\nallow_networks = '10.0.0.0/8'", 2, "expected a list of networks"),
        ("[settings]\nallow_networks = [\n'10.0.0.1/8']", 3, "such as 10.0.0.0/8, got"),
        ("[settings]\nallow_networks = ['localhost']", 2, "must be a network such as"),
        ("[settings]\nallow_networks = [10]", 2, "expected a network in quotes"),
        ("[settings]\ncontact = 'me'", 2, "must be a URL or a mail address"),
        ('[settings]\ncontact = "a@b.cc\\r\\nX-Evil: 1"', 2, "must be a URL or a mail address"),
        ("[settings]\ncontact = 'a@b.cc)'", 2, "must be a URL or a mail address"),
        ("[settings]\ncontact = 'ä@b.cc'", 2, "must be a URL or a mail address"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(
    refuse: Refuse, content: str, line: int, message: str
) -> None:
    """The message names the line, what should stand there and what does."""
    error = refuse(content)

    assert error.line == line
    assert message in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/feed",
        "/feed.xml",
        "feed://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///feed",
        "https://user:pw@/",
        "https://example.org:99999/",
        "https://[::1/",
        " https://example.org/",
        "https://exam ple.org/",
        "https://example.org/a\\tb",
        "https://example.org/\\u202e",
        "https://example.org/\\u00a0",
    ],
)
def test_what_is_no_web_address_is_refused(refuse: Refuse, url: str) -> None:
    """Relative, of another scheme, without host, broken, or with blanks that cannot be seen."""
    error = refuse(f'\n[[feeds]]\nurl = "{url}"\n')

    assert (error.line, error.key) == (3, "feeds.url")
    assert "must be an absolute http or https URL" in str(error)


def test_a_url_may_be_long_but_not_longer_than_a_database_takes(load: Load, refuse: Refuse) -> None:
    """The bound itself is allowed."""
    longest = "https://a.example/".ljust(MAX_URL_CHARS, "x")

    assert load(f"[[feeds]]\nurl = '{longest}'\n").feeds[0].url == longest
    assert "at most 2000 characters" in str(refuse(f"[[feeds]]\nurl = '{longest}x'\n"))


@pytest.mark.parametrize(
    "again",
    ["https://a.example/feed", "http://A.example:80/feed", "https://a.example/feed?utm_source=x"],
)
def test_a_feed_listed_twice_is_refused_with_both_lines(refuse: Refuse, again: str) -> None:
    """Two spellings of one address are one feed."""
    error = refuse(f"{FEED}\n[[feeds]]\nname = 'b'\nurl = '{again}'\n")

    assert error.line == 6
    assert "is the same feed as on line 2; remove one of them" in str(error)


@pytest.mark.parametrize(
    "content",
    [
        "[[feeds]]\nurl = 'htps://me:hunter2@a.example/'\n",
        "[[feeds]]\nurl = 'https//me:hun/hunter2@a.example/'\n",
        "[settings]\ndatabase_url = 'postgres://me:hunter2@host/db'\n",
        "[[feeds]]\nurl='https://me:hunter2@a.example'\n[[feeds]]\nurl='https://a.example'\n",
        "[[feeds]]\nurl='https://a.example'\n[[feeds]]\nurl='https://me:hunter2@a.example'\n",
    ],
)
def test_no_message_shows_a_password(refuse: Refuse, content: str) -> None:
    """Messages end in logs and in bug reports."""
    error = refuse(content)

    assert "hunter2" not in "".join([str(error), *getattr(error, "__notes__", [])])


def test_all_problems_are_told_in_the_order_of_the_file(refuse: Refuse) -> None:
    """The first is the error, the others are its notes, so that one run mends them all."""
    error = refuse(
        "[settings]\nworkers = -1\nfoo = 1\n[[feeds]]\nname = 3\n"
        + FEED
        + "interval = 'x'\n"
        + FEED
    )

    lines = [int(note.split(":")[1]) for note in [str(error), *error.__notes__]]

    assert lines == [2, 3, 4, 5, 8, 10]


def test_endless_problems_are_cut(refuse: Refuse) -> None:
    """Ten thousand mistakes fill no screen; how many there were is said."""
    error = refuse("[[feeds]]\nurl = 3\n" * 10_000)

    assert len(error.__notes__) == MAX_PROBLEMS
    assert error.__notes__[-1] == f"and {10_000 - MAX_PROBLEMS} more problems"


def test_a_mistake_behind_ten_megabytes_is_found_on_its_line(refuse: Refuse) -> None:
    """Counting lines keeps pace with the parser."""
    comment = "# " + "'" * 97 + "\n"

    assert refuse(comment * 100_000 + "x = 1\n").line == 100_001


TOML_VALUES = st.sampled_from(
    ["0", "-1", "1e400", "true", "''", "'x'", "'1h'", "[]", "[1]", "['x']", "{}", "{a = 1}",
     "1979-05-27", "07:32:00", "'https://a.example/'", "'''\n'''", "[[], {}]", "nan"]
)  # fmt: skip
TOML_KEYS = st.sampled_from(
    [*(field.name for field in fields(Settings)), "url", "name", "tags", "enabled", "interval",
     "full_text", "identity", "settings", "feeds", "'\\u0000'", '"\\n"', "x"]
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> str:
    """A valid TOML file with keys of ours in any table, and values of any kind."""
    text = draw(st.sampled_from(["", "x = 1\n", "interval = 3\n"]))
    headers = draw(st.lists(st.sampled_from(["[settings]", "[defaults]"]), unique=True))
    for header in [*headers, *["[[feeds]]"] * draw(st.integers(0, 3))]:
        text += f"{header}\n"
        for key in draw(st.lists(TOML_KEYS, unique=True, max_size=4)):
            text += f"{key} = {draw(TOML_VALUES)}\n"
    return text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=files())
def test_any_valid_toml_is_a_config_or_an_error_with_a_line(write: Write, content: str) -> None:
    """Whatever stands where, the answer is a value or the place of the mistake."""
    path = write(content)

    try:
        config = load_config(str(path), {"HOME": "/"})
    except ConfigError as error:
        line = error.line or 0
        assert 1 <= line <= content.count("\n")
    else:
        assert all(feed.url.startswith("http") for feed in config.feeds)


@given(st.text(min_size=1))
def test_whatever_is_shown_is_one_short_line(value: str) -> None:
    """A value from the file cannot break the message apart."""
    shown = show(value)

    assert len(shown) <= 64
    assert shown.isprintable() or not value.isprintable()
    assert "\n" not in shown
