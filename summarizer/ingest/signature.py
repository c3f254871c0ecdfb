"""Ingest: the headers and the body of a Zendesk webhook -> whether Zendesk sent it just now.

The signature is base64(HMAC-SHA256(secret, timestamp + body)) (Zendesk: "Verifying webhook
authenticity"). Zendesk sets no limit to the age of a timestamp; ours stops a replay.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

__all__ = ["SIGNATURE_HEADER", "TIMESTAMP_HEADER", "signed_by_zendesk"]

SIGNATURE_HEADER: Final = "X-Zendesk-Webhook-Signature"
TIMESTAMP_HEADER: Final = "X-Zendesk-Webhook-Signature-Timestamp"
_OLDEST: Final = timedelta(minutes=5)
_LONGEST_TIMESTAMP: Final = 40


def signed_by_zendesk(
    body: bytes, signature: str | None, timestamp: str | None, *, secret: str, now: datetime
) -> bool:
    """Say whether a request is genuine and not more than five minutes old.

    Args:
        body: the raw bytes of the request.
        signature: the header `X-Zendesk-Webhook-Signature`.
        timestamp: the header `X-Zendesk-Webhook-Signature-Timestamp`.
        secret: the signing secret of the webhook; an empty one never fits.
        now: the time, with an offset.
    """
    if not (secret and signature and timestamp) or len(timestamp) > _LONGEST_TIMESTAMP:
        return False
    signed = timestamp.encode("utf-8", "replace") + body
    expected = base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256))
    # In constant time, and before anything is read out of the timestamp.
    if not hmac.compare_digest(expected, signature.encode("utf-8", "replace")):
        return False
    return _is_fresh(timestamp, now)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    try:
        sent = datetime.fromisoformat(timestamp)
    except ValueError:
        return False
    # A clock that is wrong in the other direction is no licence to keep a request for later.
    return sent.tzinfo is not None and abs(now - sent) <= _OLDEST
