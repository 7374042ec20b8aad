"""What the soak reads from an archive, a log and samples; what the idle archive is filled with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.library import open_archive
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Validators
from bench._idle_table import fill, make_urls, write_config
from bench._soak_count import count_entries, count_polls, list_complaints, measure_growth
from bench._soak_daemon import Run, Sample, cpu_s, descendants, look
from bench._soak_plot import soak_svg

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_URL = "http://127.0.0.1/feed.xml"


def _archive_entries(database: Path, guids: list[str]) -> None:
    items = tuple(
        Item(
            Entry(key=f"{number:032x}", content_hash=f"{number:032x}", guid=guid),
            Article(
                headline=None,
                lead="",
                lead_html="",
                word_count=0,
                read_minutes=0,
                method="feed",
                sections=(),
            ),
        )
        for number, guid in enumerate(guids)
    )
    with open_archive(database) as archive:
        archive.feeds.sync([FeedSpec(_URL)], _NOW)
        (lease,) = archive.feeds.lease(_NOW, limit=1, lease_s=60)
        assert archive.entries.record(
            PollResult(
                feed_id=1,
                token=lease.token,
                polled_at=_NOW,
                next_poll_at=_NOW,
                body_hash=None,
                validators=Validators(),
                status=200,
                new=items,
            )
        )


def _write_manifest(path: Path, entries: int, guids: list[str]) -> Path:
    feed = {"url": _URL, "entries": [{"guid": guid} for guid in guids]}
    path.write_text(json.dumps({"entries": entries, "feeds": [feed]}))
    return path


@pytest.mark.parametrize(
    ("archived", "lost", "doubled", "unknown"),
    [("abc", 0, 0, 0), ("ab", 1, 0, 0), ("abcb", 0, 1, 0), ("abcx", 0, 0, 1), ("abcd", 0, 0, 1)],
)
def test_entries_are_compared_with_what_was_shown(
    tmp_path: Path, archived: str, lost: int, doubled: int, unknown: int
) -> None:
    """Of four entries two were there at first, and one was published since."""
    manifest = _write_manifest(tmp_path / "manifest.json", 2, list("abcd"))
    _archive_entries(tmp_path / "archive.db", list(archived))

    tally = count_entries(tmp_path / "archive.db", manifest, 1)

    assert (tally.expected, tally.archived) == (3, len(archived))
    assert (tally.lost, tally.doubled, tally.unknown) == (lost, doubled, unknown)


def test_polls_and_complaints_are_counted_by_kind(tmp_path: Path) -> None:
    """Lines that are no JSON, such as warnings of the interpreter, are passed over."""
    log = tmp_path / "log.jsonl"
    polls = [(200, None), (304, None), (304, None), (500, "500 Oops")]
    lines = [
        {"level": "info", "message": "poll", "status": status, "error": error}
        for status, error in polls
    ]
    lines.append({"level": "warning", "message": "read once more: feed=1 stopped"})
    log.write_text("Warning: <x>\n" + "\n".join(map(json.dumps, lines)))

    assert count_polls(log, feeds=2, hours=12) == {
        "polls_per_feed_and_day": 4,
        "polls_200": 1,
        "polls_304": 2,
        "polls_errors": 1,
        "log_warning": 1,
    }
    assert list_complaints(log) == [(1, "poll: 500 Oops"), (1, "read once more:")]


def test_growth_leaves_the_beginning_out() -> None:
    """What is filled once at the start is no slope; what comes after is."""
    samples = [_sample(hour, 50.0 if hour < 1 else 100 + 2 * hour) for hour in range(11)]

    growth = measure_growth(samples, lambda one: one.main_rss_mb)

    assert growth.slope_per_h == pytest.approx(2)
    assert (growth.early_median, growth.late_median) == (102, 119)
    assert (growth.early_least, growth.late_least, growth.peak) == (102, 118, 120)


def _sample(hour: float, rss_mb: float) -> Sample:
    return Sample(hour, rss_mb, 2 * rss_mb, rss_mb, 3, 10, 20, 1.0, 4.0, 5.0)


def test_samples_come_back_from_their_file(tmp_path: Path) -> None:
    """In the order of time, and drawn as a picture that can be parsed."""
    samples = [_sample(hour, 100) for hour in range(1, 900)]
    run = Run(tmp_path)
    for sample in samples:
        run.note(sample)

    assert run.read_samples() == samples
    ET.fromstring(soak_svg(run.read_samples(), "a & b"))  # noqa: S314 - our own


def test_a_tree_of_processes_is_looked_at_as_a_whole(tmp_path: Path) -> None:
    """A child of a child counts; what it has computed counts for it, not for its parents."""
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while 1: pass'])"
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        while len(tree := descendants(parent.pid)) < 2 or cpu_s(tree[-1]) < 0.1:
            time.sleep(0.01)

        sample = look(Run(tmp_path), parent.pid, 1.5)

        assert sample.at_h == 1.5
        assert sample.processes == 2
        assert 1 < sample.main_rss_mb < sample.tree_rss_mb
        assert 2 < sample.main_files < sample.tree_files
        assert sample.wal_mb == 0
    finally:
        os.kill(descendants(parent.pid)[-1], 9)
        parent.kill()
        parent.wait()
    with pytest.raises(ProcessLookupError):
        look(Run(tmp_path), parent.pid, 2)


@pytest.mark.parametrize("is_due", [True, False])
def test_an_archive_is_filled_with_feeds_as_they_are_after_polls(
    tmp_path: Path, *, is_due: bool
) -> None:
    """All overdue, or none for an hour; each on its own host; the file of feeds changes nothing."""
    urls = make_urls(300, 8080)
    fill(tmp_path / "archive.db", urls, is_due=is_due)
    write_config(tmp_path / "feeds.toml", urls)

    with open_archive(tmp_path / "archive.db") as archive:
        feeds = archive.feeds.all()
        specs = [FeedSpec(url, name=f"Feed {number}") for number, url in enumerate(urls)]
        changes = archive.feeds.sync(specs, _NOW)

    now = datetime.now(UTC)
    assert len({one.host for one in feeds}) == 300
    assert {one.next_poll_at is not None and one.next_poll_at < now for one in feeds} == {is_due}
    assert {one.validators.etag for one in feeds} == {'"1"'}
    assert not changes.added
    assert not changes.changed
    assert (tmp_path / "feeds.toml").read_text().count("[[feeds]]") == 300
