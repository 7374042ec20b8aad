"""init, import, export, feeds and config: subscriptions in and out of feeds.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

_OPML = b"""<?xml version="1.0"?><opml version="2.0"><head/><body>
<outline text="Tech &amp; more"><outline text="One" title="One" type="rss"
 xmlUrl="https://one.example/feed" htmlUrl="https://one.example/"/></outline>
<outline text="%s" type="rss" xmlUrl="https://two.example/feed"/>
<outline text="Mail" type="rss" xmlUrl="ftp://example.org/f"/>
<outline text="Again" type="rss" xmlUrl="https://one.example/feed"/>
</body></opml>""" % (b"long \xe2\x80\x8b name " * 50)


def _urls(path: Path) -> list[str]:
    return [feed["url"] for feed in tomllib.loads(path.read_text())["feeds"]]


def test_init_writes_a_file_that_is_right_and_never_overwrites(call: Call, home: Path) -> None:
    """The next command works with it; a second init refuses."""
    first = call("init")
    before = (home / "feeds.toml").read_bytes()
    second = call("init")

    assert (first.code, second.code) == (0, 3)
    assert (home / "feeds.toml").read_bytes() == before
    assert call("config", "check").code == 0


def test_an_import_keeps_what_can_be_kept_and_says_what_it_left_out(call: Call, home: Path) -> None:
    """Long names are cut, no address that cannot be polled, nothing twice; folders become tags."""
    (home / "in.opml").write_bytes(_OPML)
    call("init")

    report = call("import", "in.opml", "--json").json()

    assert report["added"] == ["https://one.example/feed", "https://two.example/feed"]
    assert [one["url"] for one in report["rejected"]] == ["ftp://example.org/f"]
    [one, two] = tomllib.loads((home / "feeds.toml").read_text())["feeds"]
    assert one["tags"] == ["Tech & more"]
    assert len(two["name"]) <= 200
    assert call("import", "in.opml", "--json").json()["added"] == []


def test_what_an_import_had_to_change_is_told(call: Call, home: Path) -> None:
    """A name that was cut, an interval that is too short, selectors that cannot be used."""
    (home / "in.opml").write_text(
        "<opml xmlns:frss='https://freshrss.org/opml'>"
        f"<outline text='{'name ' * 50}' xmlUrl='https://one.example/f'/>"
        "<outline xmlUrl='https://two.example/f' frss:ttl='60'/>"
        "<outline xmlUrl='https://three.example/f' frss:cssFullContent='p['/>"
        "<outline xmlUrl='https://four.example/f' type='HTML+XPath' frss:xPathItem='//a'/>"
    )

    outcome = call("import", "in.opml", "--json")

    report = outcome.json()
    assert [url.split("/")[2] for url in report["added"]] == [
        "one.example",
        "two.example",
        "three.example",
    ]
    notes = {one["url"]: one["note"] for one in report["notes"]}
    assert "cut" in notes["https://one.example/f"]
    assert "60 seconds" in notes["https://two.example/f"]
    assert "selector" in notes["https://three.example/f"]
    assert "XPath" in report["rejected"][0]["reason"]
    assert outcome.err.count("note: ") == 3


def test_a_dry_run_writes_nothing_and_says_what_an_import_would(call: Call, home: Path) -> None:
    """The same addresses, with and without a feeds.toml."""
    (home / "in.opml").write_bytes(_OPML)

    first = call("import", "in.opml", "--dry-run", "--json").json()
    listed = call("import", "in.opml", "--dry-run")
    existed = (home / ".config").exists()
    call("init")
    call("feeds", "add", "--no-check", "https://one.example/feed")
    before = (home / "feeds.toml").read_bytes()
    second = call("import", "in.opml", "--dry-run", "--json").json()

    assert first["is_dry_run"]
    assert not existed
    assert listed.out.split() == first["added"]
    assert second["added"] == ["https://two.example/feed"]
    assert (home / "feeds.toml").read_bytes() == before
    assert call("import", "in.opml", "--json").json()["added"] == second["added"]


def test_lists_come_from_addresses_and_standard_input(
    call: Call, start: Call, http_server: Any
) -> None:
    """OPML from a server, lines of addresses through a pipe."""
    http_server.route("/list.opml", http_server.reply(_OPML))

    served = call("import", http_server.url("/list.opml"), "--dry-run", "--json").json()
    piped = start("import", "-", "--json", given=b"https://three.example/f\n").json()

    assert served["added"] == ["https://one.example/feed", "https://two.example/feed"]
    assert piped["added"] == ["https://three.example/f"]


def test_a_feeds_toml_that_is_yet_to_be_made_stops_no_import_from_the_web(
    call: Call, home: Path, http_server: Any
) -> None:
    """Nor one from a file: it is made where --config says."""
    http_server.route("/list.opml", http_server.reply(_OPML))
    (home / "in.opml").write_bytes(_OPML)

    served = call("import", http_server.url("/list.opml"), "-c", "served.toml")
    read = call("import", "in.opml", "-c", "read.toml")

    assert (served.code, read.code) == (0, 0)
    assert _urls(home / "served.toml") == _urls(home / "read.toml")
    assert len(_urls(home / "read.toml")) == 2


def test_a_long_report_is_cut_and_says_where_the_rest_is(call: Call, home: Path) -> None:
    """A terminal gets the first remarks of each kind, JSON all of them."""
    outlines = (
        f"<outline xmlUrl='ftp://e.org/{number}'/>"
        f"<outline xmlUrl='https://e.org/{number}' frss:ttl='60'/>"
        for number in range(30)
    )
    namespace = "xmlns:frss='https://freshrss.org/opml'"
    (home / "in.opml").write_text(f"<opml {namespace}>{''.join(outlines)}</opml>")

    outcome = call("import", "in.opml", "--json")

    assert len(outcome.json()["rejected"]) == len(outcome.json()["notes"]) == 30
    lines = outcome.err.splitlines()
    for kind in ("left out", "note"):
        said = [line for line in lines if line.startswith(f"{kind}: ")]
        assert len(said) == 21
        assert "10 more" in said[-1]
        assert "--json" in said[-1]


def test_a_list_that_is_too_large_is_refused(call: Call, home: Path) -> None:
    """Not cut short without a word."""
    with (home / "in.opml").open("wb") as file:
        file.write(_OPML)
        file.truncate(33 * 1024 * 1024)

    outcome = call("import", "in.opml")

    assert outcome.code == 1
    assert "32 MiB" in outcome.err


def test_an_import_without_a_feeds_toml_makes_one_where_it_is_found(call: Call, home: Path) -> None:
    """The program's own place, so that the next command sees the feeds."""
    (home / "in.opml").write_bytes(_OPML)

    outcome = call("import", "in.opml")

    path = home / ".config" / "aggregator" / "feeds.toml"
    assert outcome.code == 0
    assert len(_urls(path)) == 2
    assert "2 feeds" in call("config", "check").err


def test_what_is_exported_can_be_imported_again(call: Call, home: Path) -> None:
    """The same feeds with the same names, tags and settings."""
    (home / "in.opml").write_bytes(_OPML)
    call("import", "in.opml", "-c", "a.toml")
    call(
        "feeds",
        "add",
        "--no-check",
        "https://three.example/f",
        "--interval",
        "2h",
        "--tag",
        "x",
        "-c",
        "a.toml",
    )

    exported = call("export", "opml", "-o", "out.opml", "-c", "a.toml")
    call("import", "out.opml", "-c", "b.toml")

    assert exported.code == 0
    first, second = (tomllib.loads((home / name).read_text()) for name in ("a.toml", "b.toml"))
    assert sorted(first["feeds"], key=lambda feed: str(feed["url"])) == sorted(
        second["feeds"], key=lambda feed: str(feed["url"])
    )


def test_feeds_are_added_paused_and_removed_and_comments_stay(call: Call, home: Path) -> None:
    """Edits touch their own lines only."""
    path = home / "feeds.toml"
    path.write_text("# mine\n[[feeds]]  # first\nurl = 'https://one.example/f'\n# end\n")

    added = call("feeds", "add", "--no-check", "https://two.example/f", "--name", "Two")
    paused = call("feeds", "pause", "Two")
    removed = call("feeds", "remove", "https://one.example/f")

    text = path.read_text()
    assert (added.code, paused.code, removed.code) == (0, 0, 0)
    assert _urls(path) == ["https://two.example/f"]
    assert "enabled = false" in text
    assert text.startswith("# mine\n")
    assert "# end" in text
    assert call("feeds", "pause", "Two", "--off").code == 0
    assert call("feeds", "list", "--json").json()["feeds"][0]["state"] == "new"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["feeds", "add", "--no-check", "ftp://one.example/f"], 3),
        (["feeds", "add", "https://one.example/f", "--interval", "soon"], 2),
        (["feeds", "remove", "nowhere"], 1),
        (["feeds", "pause", "7"], 1),
    ],
)
def test_a_wrong_edit_changes_nothing(
    call: Call, home: Path, arguments: list[str], code: int
) -> None:
    """And says what is wrong."""
    call("init")
    before = (home / "feeds.toml").read_bytes()

    outcome = call(*arguments)

    assert outcome.code == code, outcome.err
    assert outcome.err
    assert (home / "feeds.toml").read_bytes() == before


def test_a_feed_cannot_be_added_twice(call: Call, home: Path) -> None:
    """Another spelling of the same address is the same feed."""
    call("init")
    call("feeds", "add", "--no-check", "https://one.example/f")

    again = call("feeds", "add", "--no-check", "HTTPS://One.example:443/f?utm_source=x")

    assert again.code == 3
    assert "listed already" in again.err
    assert len(_urls(home / "feeds.toml")) == 1


def test_passwords_are_in_no_output(call: Call, home: Path) -> None:
    """They stay in feeds.toml."""
    call("init")
    url = "https://me:secret@one.example/f"

    outcomes = [
        call("feeds", "add", "--no-check", url),
        call("feeds", "list"),
        call("feeds", "list", "--json"),
        call("export", "opml"),
        call("config", "check", "--json"),
        call("feeds", "add", "--no-check", url),
    ]

    assert url in (home / "feeds.toml").read_text()
    for outcome in outcomes:
        assert "secret" not in outcome.out + outcome.err


def test_config_path_says_what_is_looked_for_and_used(call: Call, home: Path) -> None:
    """The candidates in order, the one in use, the archive."""
    before = call("config", "path", "--json").json()
    call("init")
    after = call("config", "path", "--json").json()

    assert before["config"] is None
    assert after["config"] == str(home / "feeds.toml")
    assert after["candidates"][0] == str(home / "feeds.toml")
    assert after["database_url"].startswith("sqlite:////")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(call: Call, shell: str) -> None:
    """For the three shells that click knows."""
    assert "_AGGREGATOR_COMPLETE" in call("completion", shell).out
