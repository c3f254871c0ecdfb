"""Attempts: a sign-in at the issuer that a browser has begun -> its cookie, and back.

The cookie is all that is kept of it, so that any process of the service can go on with it. Its
secret is known to this browser and to us; `state`, `nonce` and the verifier follow from it, and it
does not follow from them (RFC 6749, 10.12; RFC 7636, 4.1; OpenID Connect Core 1.0, 15.5.2).
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["LASTS", "Attempt", "Attempts"]

LASTS: Final = timedelta(minutes=10)
"""Time to type a password and find the second factor."""
_FORM: Final = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9]{1,12})\.([A-Za-z0-9_-]*)\.([0-9a-f]{64})")
_LONGEST: Final = 3_000
"""As long as the longest path makes it; browsers keep cookies of up to 4,096 bytes."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in, which was begun at a time; aware, UTC."""

    secret: str
    begun: datetime
    back: str
    """The path of ours to go to afterwards."""

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"Attempt({self.begun!r})"

    @property
    def state(self) -> str:
        """What the issuer must send back with the browser."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What the ID token must name."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What shows that whoever redeems the code has begun the sign-in."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """The verifier as it is shown before: by S256 of RFC 7636 (4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    @property
    def ends(self) -> datetime:
        """When it can no longer be used."""
        return self.begun + LASTS

    def _derived(self, what: str) -> str:
        return hmac.new(self.secret.encode(), what.encode(), hashlib.sha256).hexdigest()


class Attempts:
    """Makes attempts, and knows its own again."""

    def __init__(self, mac: Callable[[bytes], str], *, now: Callable[[], datetime]) -> None:
        """Take what signs a cookie.

        Args:
            mac: a keyed hash of 256 bits in hexadecimal, the same in every process of a service.
            now: aware, UTC.
        """
        self._mac = mac
        self._now = now

    def begin(self, back: str) -> tuple[Attempt, str]:
        """Return a new attempt and the cookie that stands for it.

        Args:
            back: the path of ours to go to afterwards.
        """
        begun = self._now().replace(microsecond=0)
        attempt = Attempt(secrets.token_urlsafe(32), begun, back)
        path = base64.urlsafe_b64encode(back.encode()).rstrip(b"=").decode()
        signed = f"{attempt.secret}.{int(begun.timestamp())}.{path}"
        return attempt, f"{signed}.{self._mac(signed.encode())}"

    def of(self, cookie: str) -> Attempt | None:
        """Return the attempt of a cookie; None if we did not make it, or it is over."""
        found = _FORM.fullmatch(cookie) if len(cookie) <= _LONGEST else None
        if found is None:
            return None
        signed = cookie.rpartition(".")[0]
        if not hmac.compare_digest(self._mac(signed.encode()), found[4]):
            return None
        back = base64.urlsafe_b64decode(found[3] + "=" * (-len(found[3]) % 4)).decode()
        attempt = Attempt(found[1], datetime.fromtimestamp(int(found[2]), UTC), back)
        return attempt if self._now() < attempt.ends else None
