"""Logs: structlog with an allow-list of keys, so that customer text cannot be logged."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, Literal, Protocol, TextIO, cast

import structlog

__all__ = ["ALLOWED_KEYS", "Lines", "configure"]

ALLOWED_KEYS: Final = frozenset({
    "event", "level", "timestamp", "logger", "status", "code", "model", "policy", "prompt",
    "attempts", "event_id", "seq", "duration_ms", "host", "port", "count", "request_id",
    "error_type", "method", "path", "http_status", "case_tag",
})  # fmt: skip
"""Everything a log line may carry; none of them ever holds a ticket's own words."""

_QUIET = (
    "litellm",
    "LiteLLM",
    "httpx",
    "httpcore",
    "openai",
    "mailparser_reply",
    "sqlalchemy",
    "opentelemetry",
)


class Lines(Protocol):
    """What log lines are written to, each at once with its end."""

    def write(self, text: str, /) -> object:
        """Write a line."""

    def flush(self) -> None:
        """Do not keep it back."""


def configure(
    log_format: Literal["console", "json"],
    *,
    level: int = logging.INFO,
    to: Lines | None = None,
) -> None:
    """Write log lines, and silence libraries that would print requests.

    Args:
        log_format: how.
        level: of the least important ones.
        to: whereto; by default standard error, for which whoever logs then waits.
    """
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            # What a request bound to all its lines, which the list below covers, too.
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed_keys,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(
            # It asks for a whole file, and uses these two of its methods.
            cast("TextIO", sys.stderr if to is None else to)
        ),
        cache_logger_on_first_use=False,
    )
    for name in _QUIET:
        quiet = logging.getLogger(name)
        quiet.setLevel(logging.CRITICAL)
        quiet.propagate = False


def _only_allowed_keys(
    _: Any, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list, exceptions and stacks included."""
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}
