"""What is counted, read back as Prometheus does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from aggregator.operation import Metrics


def _read(metrics: Metrics) -> Mapping[str, float]:
    """Each sample by its name and labels, as they are written."""
    text = metrics.render()[0].decode()
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _report(**given: object) -> Any:
    usual = {"status": 200, "new": 0, "edited": 0, "pages": 0, "duration_s": 0.2, "error": None}
    usual |= {"error_kind": None}
    return SimpleNamespace(**{**usual, **given})


def _summary(**given: object) -> Any:
    usual: dict[str, object] = {"due": 0, "oldest_due_at": None, "next_at": None, "by_state": {}}
    return SimpleNamespace(**{**usual, **given})


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        ({"new": 3, "edited": 1, "pages": 2}, "new"),
        ({"edited": 1}, "new"),
        ({}, "unchanged"),
        ({"status": 304}, "not_modified"),
        ({"status": 304, "error": "lease lost"}, "failed"),
        ({"status": None, "error": "timeout: 25 s"}, "failed"),
    ],
)
def test_each_poll_has_one_outcome(report: dict[str, object], outcome: str) -> None:
    """It is counted once, with its time and with what it brought."""
    metrics = Metrics()

    metrics.on_poll(_report(**report))

    read = _read(metrics)
    counted = {key: value for key, value in read.items() if key.startswith("aggregator_polls_tot")}
    assert {key for key, value in counted.items() if value} == {
        f"aggregator_polls_total{{{outcome}}}"
    }
    assert read["aggregator_poll_seconds_count"] == 1
    assert read["aggregator_poll_seconds_sum"] == pytest.approx(0.2)
    assert read["aggregator_entries_total{new}"] == report.get("new", 0)
    assert read["aggregator_entries_total{edited}"] == report.get("edited", 0)
    assert read["aggregator_pages_total"] == report.get("pages", 0)


def test_the_lag_is_that_of_the_moment_when_it_is_asked_for() -> None:
    """It grows while nothing else happens; a feed that was not due becomes so without a word."""
    metrics, now = Metrics(), datetime.now(UTC)
    lags = [_read(metrics)["aggregator_due_lag_seconds"]]

    for summary in (
        _summary(due=1, oldest_due_at=now - timedelta(hours=1), next_at=now + timedelta(hours=1)),
        _summary(next_at=now - timedelta(minutes=1)),
        _summary(next_at=now + timedelta(hours=1)),
        _summary(),
    ):
        metrics.refresh(summary)
        lags.append(_read(metrics)["aggregator_due_lag_seconds"])

    assert lags == [0, pytest.approx(3600, abs=30), pytest.approx(60, abs=30), 0, 0]


def test_feeds_are_counted_by_state() -> None:
    """What is refreshed takes the place of what was; a state that has no feed any more is 0."""
    metrics = Metrics()

    metrics.refresh(_summary(by_state={"ok": 3, "failing": 1}), hosts_resting=2)
    metrics.refresh(_summary(due=5, by_state={"ok": 4}), hosts_resting=1)

    read = _read(metrics)
    assert read["aggregator_feeds{ok}"] == 4
    assert read["aggregator_feeds{failing}"] == 0
    assert read["aggregator_feeds_due"] == 5
    assert read["aggregator_hosts_resting"] == 1


def test_faults_and_times_are_counted() -> None:
    """Of workers, leases, articles, the writer and its transactions."""
    metrics = Metrics()

    metrics.on_pool_restart()
    metrics.on_poll(_report(error="lease lost", error_kind="lease-lost"))
    metrics.on_article("page", 0.03)
    metrics.on_commit(0.002)
    metrics.on_writer_queue(7)

    read = _read(metrics)
    assert read["aggregator_pool_restarts_total"] == 1
    assert read["aggregator_lease_expired_total"] == 1
    assert read["aggregator_extract_seconds_count{page}"] == 1
    assert read["aggregator_db_commit_seconds_sum"] == pytest.approx(0.002)
    assert read["aggregator_writer_queue"] == 7


def test_two_daemons_in_one_process_count_apart() -> None:
    """Each has a registry of its own, so a library that embeds us keeps its numbers, too."""
    one, other = Metrics(), Metrics()

    one.on_pool_restart()

    assert _read(other)["aggregator_pool_restarts_total"] == 0
