"""Payloads of case tools as their APIs give them, and what comes of them."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from summarizer.errors import TicketError
from summarizer.ingest.payload import Received
from summarizer.ingest.tools import parse_payload, source_named
from summarizer.policy.sections import Limits

__all__ = ["FIXTURES", "LIMITS", "changed", "received", "refused"]

FIXTURES = Path(__file__).parent / "fixtures"
LIMITS = Limits()


def changed(name: str, change: Callable[[Any], object]) -> bytes:
    """Return a fixture after a change to its JSON."""
    payload = copy.deepcopy(json.loads((FIXTURES / name).read_text()))
    change(payload)
    return json.dumps(payload).encode()


def received(source: str, data: bytes | str, limits: Limits = LIMITS) -> Received:
    """Read a fixture by its name, or a payload."""
    content = (FIXTURES / data).read_bytes() if isinstance(data, str) else data
    return parse_payload(source_named(source, mail_domains=["Bank.example"]), content, limits)


def refused(source: str, data: bytes | str, limits: Limits = LIMITS) -> TicketError:
    """Return the refusal of a payload; no cause in it holds a part of the payload."""
    with pytest.raises(TicketError) as refusal:
        received(source, data, limits)
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None
    return refusal.value
