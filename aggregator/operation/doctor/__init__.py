"""The doctor: what is wrong with an installation, part by part, and what to do next."""

from aggregator.operation.doctor._finding import Finding, Level, worst
from aggregator.operation.doctor._polling import (
    examine_clock,
    examine_feeds,
    examine_polling,
    examine_quarantine,
)
from aggregator.operation.doctor._settings import examine_configuration, examine_network
from aggregator.operation.doctor._storage import (
    examine_backups,
    examine_database,
    examine_disk,
    examine_failure,
)

__all__ = [
    "Finding",
    "Level",
    "examine_backups",
    "examine_clock",
    "examine_configuration",
    "examine_database",
    "examine_disk",
    "examine_failure",
    "examine_feeds",
    "examine_network",
    "examine_polling",
    "examine_quarantine",
    "worst",
]
