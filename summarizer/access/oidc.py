"""OIDC: a signed token of the bank's issuer -> its caller.

A token is a JWT (RFC 7519) in compact form, checked as RFC 9068 (4) and RFC 8725 (3) ask: the
algorithm must be an asymmetric one that the key itself is for, so neither `none` nor a public
key that is passed off as a shared secret counts. What a token says of keys and of addresses
beside the name of its key is not looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import jwt
from jwt.types import Options

from summarizer.access.caller import Authenticated, Caller, Refused
from summarizer.access.claims import ClaimRules
from summarizer.access.issuer import Issuer

__all__ = ["OIDCTokens"]

_LEEWAY_SECONDS: Final = 60
"""How far the clocks of issuer and service may differ."""
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_LONGEST: Final = 16 * 1024
_ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
_TYPES: Final = frozenset({"", "jwt", "at+jwt", "application/jwt", "application/at+jwt"})
"""Others, such as `logout+jwt`, are signed by the same keys and are no proof of who calls."""
_NEEDED: Final = ("iss", "aud", "exp", "iat")
_ANOTHER: Final = "; sign in again for another"
_FAULTS: Final[tuple[tuple[type[jwt.PyJWTError], str, str], ...]] = (
    (jwt.ExpiredSignatureError, "expired", "this token is expired" + _ANOTHER),
    (
        jwt.ImmatureSignatureError,
        "not_yet_valid",
        "this token is not valid yet; check the clocks of the issuer and of the service",
    ),
    (
        jwt.InvalidAudienceError,
        "wrong_audience",
        "this token is for another service; ask the issuer for one for this service",
    ),
    (jwt.PyJWTError, "malformed", f"a token needs {', '.join(_NEEDED)} in their proper form"),
)


_NOT_SIGNED: Final = Refused("wrong_signature", "the issuer did not sign this token" + _ANOTHER)
_SIGNATURE: Final[Options] = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
    "enforce_minimum_key_length": True,
}
"""Looks at the signature alone."""


@dataclass(frozen=True, slots=True)
class _Unproven:
    """What a token says of itself before its signature was checked."""

    algorithm: str
    kid: str | None
    issuer: object


class OIDCTokens:
    """The tokens of one issuer for one audience."""

    def __init__(self, issuer: Issuer, *, audience: str, rules: ClaimRules) -> None:
        """Say whose tokens are taken.

        Args:
            issuer: has the keys.
            audience: what the issuer calls this service.
            rules: how a caller's name and role are read.
        """
        self._issuer = issuer
        self._audience = audience
        self._rules = rules

    def knows(self, token: str) -> bool:
        """Say whether a token has the form of a signed JWT."""
        return len(token) <= _LONGEST and _FORM.fullmatch(token) is not None

    async def caller(self, token: str) -> Authenticated:
        """Return who brings a token, or why it is no good.

        Raises:
            IssuerUnavailable: if its key is not known here and the issuer cannot be asked.
        """
        said = _unproven(token)
        if said is None:
            return Refused("malformed", "this is no token that is taken here" + _ANOTHER)
        if said.issuer != self._issuer.url:
            return Refused("wrong_issuer", "this token is of another issuer than the bank's")
        key = await self._issuer.key(said.kid, said.algorithm)
        if key is None:
            return _NOT_SIGNED
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[said.algorithm],
                audience=self._audience,
                issuer=self._issuer.url,
                leeway=_LEEWAY_SECONDS,
                options={"require": list(_NEEDED), "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError as error:
            return self._fault(token, key, error)
        return self._caller(token, claims)

    def _caller(self, token: str, claims: Mapping[str, Any]) -> Authenticated:
        name, role = self._rules.name_of(claims), self._rules.role_of(claims)
        credential = _credential(token)
        if "cnf" in claims:
            # RFC 7800: who brings it without a proof of the key it is bound to may have stolen it.
            detail = "this token is bound to a key, of which no proof is taken here"
            return Refused("bound", detail, credential, actor=name)
        if name is None:
            detail = "the token does not name the caller; see SUMMARIZER_OIDC_NAME_CLAIM"
            return Refused("no_name", detail, credential, is_final=True)
        if role is None:
            detail = (
                "the token gives no role that is known here; ask for one, or see "
                "SUMMARIZER_OIDC_ROLE_CLAIM and SUMMARIZER_OIDC_ROLES"
            )
            return Refused("no_role", detail, credential, actor=name, is_final=True)
        return Caller(name, role, credential, expires=_expiry(claims))

    def _fault(self, token: str, key: jwt.PyJWK, error: jwt.PyJWTError) -> Refused:
        """Say what is wrong, and whose token it is if the issuer did sign it."""
        try:
            claims = jwt.decode(token, key, algorithms=[key.algorithm_name], options=_SIGNATURE)
        except jwt.PyJWTError:
            return _NOT_SIGNED
        reason, detail = next(
            (reason, detail) for fault, reason, detail in _FAULTS if isinstance(error, fault)
        )
        return Refused(reason, detail, _credential(token), actor=self._rules.name_of(claims))


def _unproven(token: str) -> _Unproven | None:
    """Read what a token says of itself; None if it could not be signed as is asked here."""
    try:
        read = jwt.decode_complete(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    header, claims = read["header"], read["payload"]
    algorithm, kind = header.get("alg"), header.get("typ", "")
    if algorithm not in _ALGORITHMS or not isinstance(kind, str) or kind.lower() not in _TYPES:
        return None
    return _Unproven(algorithm, header.get("kid"), claims.get("iss"))


def _credential(token: str) -> str:
    """Name a token without giving it away: what was signed, and no hash of a guessable name."""
    return f"oidc-{sha256(token.rpartition('.')[0].encode()).hexdigest()[:16]}"


def _expiry(claims: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (ValueError, OverflowError, OSError):
        # Beyond the calendar.
        return None
