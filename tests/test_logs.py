"""Logs carry allowed keys and nothing else."""

import io
import json
from contextlib import redirect_stderr

import structlog

from summarizer.logs import configure


def test_keys_that_are_not_on_the_list_are_dropped_and_so_is_an_exception() -> None:
    written = io.StringIO()
    with redirect_stderr(written):
        configure("json")
        try:
            raise ValueError("secret")  # noqa: EM101, TRY301 - the text that must not be logged
        except ValueError:
            structlog.get_logger().exception("failed", code="INTERNAL", body="secret", ticket={})

    line = json.loads(written.getvalue())
    assert line.keys() == {"event", "level", "timestamp", "code"}
    assert "secret" not in written.getvalue()
