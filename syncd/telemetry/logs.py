"""Where log lines go: to standard error, always, as JSON in a pipe and readable on a terminal.

What libraries say through `logging` takes the same way and passes the same redaction as our own lines.
"""

from __future__ import annotations

import logging
import sys
from enum import StrEnum
from typing import Any, TextIO

import structlog

from syncd.telemetry.redaction import Redaction

#: Libraries that are worth hearing only when something is odd.
_QUIET = ("urllib3", "alembic", "sqlalchemy", "uvicorn", "uvicorn.error", "httpx", "hubspot", "watchfiles", "asyncio")


class LogFormat(StrEnum):
    """What a line looks like. AUTO: text on a terminal, JSON anywhere else."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever `sys.stderr` is at the moment of writing, or to the stream it was given."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream or sys.stderr)
        self._follows = stream is None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        if self._follows:
            self.stream = sys.stderr
        super().emit(record)


def logger() -> structlog.stdlib.BoundLogger:
    """Return the logger of syncd's own facts. Only `Telemetry` uses it."""
    bound: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger("syncd"),
        wrapper_class=structlog.stdlib.BoundLogger,
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
    )
    return bound


def configure_logs(
    redaction: Redaction,
    *,
    form: LogFormat = LogFormat.AUTO,
    level: str = "INFO",
    stream: TextIO | None = None,
) -> None:
    """Send every line of this process through `redaction` to standard error (or `stream`)."""
    target = stream or sys.stderr
    is_pretty = form is LogFormat.TEXT or (form is LogFormat.AUTO and target.isatty())
    handler = _StandardError(stream)
    handler.setFormatter(_formatter(redaction, is_pretty=is_pretty, is_coloured=is_pretty and target.isatty()))
    root = logging.getLogger()
    for old in [known for known in root.handlers if isinstance(known, _StandardError)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)


def _formatter(redaction: Redaction, *, is_pretty: bool, is_coloured: bool) -> logging.Formatter:
    moment = structlog.processors.TimeStamper(fmt="iso", utc=True)
    ends: list[Any] = [structlog.processors.JSONRenderer(ensure_ascii=False)]
    if is_pretty:
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(
            colors=is_coloured, pad_event_to=16, sort_keys=False, exception_formatter=plain
        )
        ends = [_without_zeros, renderer]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            moment,
            structlog.processors.format_exc_info,
            redaction,
            _what_first,
            *ends,
        ],
    )


def _what_first(_logger: Any, _method: str, event: Any) -> Any:
    """Put moment, level and event in front: people read them first."""
    first = {name: event.pop(name) for name in ("timestamp", "level", "event") if name in event}
    return {**first, **event}


def _without_zeros(_logger: Any, _method: str, event: Any) -> Any:
    """Leave out what did not happen: a pass has many counts, and most are zero."""
    return {name: value for name, value in event.items() if value is not None and (value != 0 or value is False)}
