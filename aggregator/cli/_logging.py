"""Logs of the program: one line a fact, as text or as JSON, on stderr, without secrets."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from aggregator.operation import clean, clean_value
from aggregator.text import strip_unsafe

_LEVELS = {0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ts, level, logger, message, and the fields of `extra["fields"]`.

    An exception is the member `traceback`, with its line ends escaped. No field takes the place of
    one of these. Every text is cleaned of secrets, see docs/operations.md.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        own: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(_message(record)),
        }
        if trace := _trace(self, record):
            own["traceback"] = clean(trace)
        fields = clean_value(getattr(record, "fields", {}))
        # Twice, so that ours come first and nothing overrules them.
        line = {**own, **(fields if isinstance(fields, dict) else {"fields": fields}), **own}
        return json.dumps(line, ensure_ascii=True, default=str)


class TextFormatter(logging.Formatter):
    """``2026-11-22T08:00:00Z INFO aggregator.poll poll feed=3 new=2 …``, one line a fact.

    Cleaned of secrets, and of what could do a terminal harm; only an exception takes more lines.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        stated = clean_value(getattr(record, "fields", {}))
        fields = "".join(
            f" {name}={_quoted(value)}"
            for name, value in (stated.items() if isinstance(stated, dict) else ())
            if value not in (None, [])
        )
        message = " ".join(clean(_message(record)).split())
        line = f"{at} {record.levelname} {record.name} {message}{fields}"
        trace = _trace(self, record)
        return strip_unsafe(line + (f"\n{clean(trace)}" if trace else ""))


def start_logging(log_format: str, verbosity: int) -> None:
    """Send the program's logs to stderr; 0 what went wrong, 1 what happens, 2 everything."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    logging.basicConfig(handlers=[stream], level=logging.WARNING, force=True)
    level = _LEVELS[max(0, min(2, verbosity))]
    logging.getLogger("aggregator").setLevel(level)
    # APScheduler reports each run of each job at INFO: a line a second that says nothing.
    logging.getLogger("apscheduler").setLevel(max(level, logging.WARNING))


def _message(record: logging.LogRecord) -> str:
    """The message with its arguments; both as they are where they do not fit together."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The exception of a record, and the stack if it was asked for; empty without."""
    parts = [formatter.formatException(record.exc_info)] if record.exc_info else []
    parts += [formatter.formatStack(record.stack_info)] if record.stack_info else []
    return "\n".join(parts)


def _quoted(value: object) -> str:
    written = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join(written.split())
    return json.dumps(text, ensure_ascii=False) if " " in text or '"' in text or not text else text
