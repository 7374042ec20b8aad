"""Logs of the program: one line a fact, as text or as JSON, on stderr."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

_LEVELS = {0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ts, level, logger, message, and the fields of `extra["fields"]`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


class TextFormatter(logging.Formatter):
    """``2026-11-22T08:00:00Z INFO aggregator.poll poll feed=3 new=2 …``, one line a fact."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = "".join(
            f" {name}={_quoted(value)}"
            for name, value in getattr(record, "fields", {}).items()
            if value not in (None, [])
        )
        message = " ".join(record.getMessage().split())
        line = f"{at} {record.levelname} {record.name} {message}{fields}"
        return line + ("\n" + self.formatException(record.exc_info) if record.exc_info else "")


def start_logging(log_format: str, verbosity: int) -> None:
    """Send the program's logs to stderr; 0 what went wrong, 1 what happens, 2 everything."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    logging.basicConfig(handlers=[stream], level=logging.WARNING, force=True)
    level = _LEVELS[max(0, min(2, verbosity))]
    logging.getLogger("aggregator").setLevel(level)
    # APScheduler reports each run of each job at INFO: a line a second that says nothing.
    logging.getLogger("apscheduler").setLevel(max(level, logging.WARNING))


def _quoted(value: object) -> str:
    written = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join(written.split())
    return json.dumps(text, ensure_ascii=False) if " " in text or '"' in text or not text else text
