"""Logs carry allowed keys and nothing else."""

import io
import json
from contextlib import redirect_stderr

import structlog
from structlog.contextvars import bound_contextvars

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


def test_what_is_bound_to_a_request_is_on_every_line_and_under_the_same_list() -> None:
    written = io.StringIO()
    with (
        redirect_stderr(written),
        bound_contextvars(request_id="r-1", case_tag="00ff", customer="secret"),
    ):
        configure("json")
        structlog.get_logger().info("request", http_status=200)

    line = json.loads(written.getvalue())
    assert (line["request_id"], line["case_tag"], line["http_status"]) == ("r-1", "00ff", 200)
    assert "secret" not in written.getvalue()
