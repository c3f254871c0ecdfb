"""Correlation: a request -> what all its log lines share: an id, and a keyed tag of its case."""

import re
import secrets
from typing import Final

from starlette.datastructures import Headers
from structlog.contextvars import bind_contextvars, clear_contextvars

from summarizer.audit.origin import CaseTagger

__all__ = ["REQUEST_ID", "REQUEST_ID_FORM", "begin", "bind_case"]

REQUEST_ID: Final = "X-Request-Id"
"""The header in which a caller may name a request, and in which it is told the name."""
REQUEST_ID_FORM: Final = "[A-Za-z0-9._-]{1,64}"
"""What can stand in a log line as it is; anything else is replaced, not mended."""

_WELL_FORMED: Final = re.compile(REQUEST_ID_FORM)
_RANDOM_BYTES: Final = 16


def begin(headers: Headers) -> str:
    """Bind the id of a request that begins to its log lines, and return it.

    It is the caller's, if exactly one of the right form was sent, else a new one of 128 random
    bits.
    """
    given = headers.getlist(REQUEST_ID)
    well_formed = len(given) == 1 and _WELL_FORMED.fullmatch(given[0])
    request_id = given[0] if well_formed else secrets.token_hex(_RANDOM_BYTES)
    # A server may handle one request after another in the same context.
    clear_contextvars()
    bind_contextvars(request_id=request_id)
    return request_id


def bind_case(tagger: CaseTagger, case_id: str) -> None:
    """Bind the tag of the case that a request is about to its log lines from here on.

    A case's own id can be an account number; the tag means nothing without the log's key, and is
    another one than in the audit store.
    """
    bind_contextvars(case_tag=tagger.log_tag(case_id))
