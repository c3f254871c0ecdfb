"""The signature of a Zendesk webhook."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from summarizer.ingest.signature import signed_by_zendesk

SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
BODY = b'{"ticket": {"id": 35436}}'
TIMESTAMP = "2026-03-02T09:14:00Z"
SENT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def _signature(body: bytes = BODY, timestamp: str = TIMESTAMP, secret: str = SECRET) -> str:
    return base64.b64encode(
        hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    ).decode()


def _accepts(
    body: bytes = BODY,
    signature: str | None = None,
    timestamp: str | None = TIMESTAMP,
    *,
    secret: str = SECRET,
    now: datetime = SENT,
) -> bool:
    given = _signature() if signature is None else signature
    return signed_by_zendesk(body, given, timestamp, secret=secret, now=now)


def test_a_genuine_request_is_accepted() -> None:
    assert _accepts()
    # Computed once with: printf TIMESTAMP+BODY | openssl dgst -sha256 -hmac SECRET -binary | base64
    assert _signature() == "jheg0d6GzgqK1XbMas0d9cB/MT4V48Be3FT4BrzeyIk="


@pytest.mark.parametrize(
    "forged",
    [
        {"body": BODY + b" "},
        {"signature": ""},
        {"signature": "not a signature"},
        {"signature": "é" * 44},
        {"signature": _signature(secret="other")},
        {"signature": _signature().rstrip("=")},
        {"timestamp": "2026-03-02T09:14:01Z"},
        {"timestamp": None},
        {"timestamp": ""},
        {"secret": "other"},
    ],
)
def test_a_request_that_was_changed_or_not_signed_is_refused(forged: dict[str, str]) -> None:
    assert not _accepts(**forged)  # type: ignore[arg-type]


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not _accepts(signature=_signature(secret=""), secret="")


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(300, True), (301, False), (-300, True), (-301, False)]
)
def test_a_request_is_good_for_five_minutes(seconds: int, accepted: bool) -> None:  # noqa: FBT001
    assert _accepts(now=SENT + timedelta(seconds=seconds)) is accepted


@pytest.mark.parametrize("timestamp", ["yesterday", "2026-03-02T09:14:00", "1772442840", "9" * 50])
def test_a_timestamp_that_is_none_is_refused_though_it_is_signed(timestamp: str) -> None:
    assert not _accepts(signature=_signature(timestamp=timestamp), timestamp=timestamp)
