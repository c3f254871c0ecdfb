"""OIDC: a signed token of the bank's issuer -> its caller.

Of two kinds: what a program brings with a request, and what the issuer says of someone whom it
has just signed in (an ID token, OpenID Connect Core 1.0, 2). A token is a JWT (RFC 7519) in
compact form, checked as RFC 9068 (4) and RFC 8725 (3) ask: the algorithm must be an asymmetric one
that the key itself is for, so neither `none` nor a public key that is passed off as a shared
secret counts. What a token says of keys and of addresses beside the name of its key is not looked
at.
"""

import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import jwt
from jwt.types import Options

from summarizer.access.caller import Authenticated, Caller, Refused
from summarizer.access.claims import ClaimRules
from summarizer.access.issuer import Issuer

__all__ = ["IDTokens", "OIDCTokens"]

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
_ID_TYPES: Final = frozenset({"", "jwt", "application/jwt"})
"""An access token is no word on who has just signed in (RFC 9068, 2.1)."""
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
_WRONG_CLIENT: Final = "the issuer's answer is for another service than this one alone"
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


@dataclass(frozen=True, slots=True)
class _Proven:
    """What the issuer did say, to this service, in force now."""

    claims: Mapping[str, Any]
    credential: str


class OIDCTokens:
    """The tokens of one issuer for one audience."""

    def __init__(self, issuer: Issuer, *, audience: str, rules: ClaimRules) -> None:
        """Say whose tokens are taken.

        Args:
            issuer: has the keys.
            audience: what the issuer calls this service.
            rules: how a caller's name and role are read.
        """
        self._reader = _Reader(issuer, audience=audience, rules=rules, types=_TYPES)
        self._rules = rules

    def knows(self, token: str) -> bool:
        """Say whether a token has the form of a signed JWT."""
        return _has_form(token)

    async def caller(self, token: str) -> Authenticated:
        """Return who brings a token, or why it is no good.

        Raises:
            IssuerUnavailable: if its key is not known here and the issuer cannot be asked.
        """
        proven = await self._reader.proven(token)
        if isinstance(proven, Refused):
            return proven
        return _caller(proven, self._rules, expires=_expiry(proven.claims))


class IDTokens:
    """The ID tokens of one issuer for one client, checked by OpenID Connect Core 1.0, 3.1.3.7."""

    def __init__(self, issuer: Issuer, *, client_id: str, rules: ClaimRules) -> None:
        """Say whose tokens are taken.

        Args:
            issuer: has the keys.
            client_id: what the issuer knows this service as.
            rules: how a caller's name and role are read.
        """
        self._reader = _Reader(issuer, audience=client_id, rules=rules, types=_ID_TYPES)
        self._client_id = client_id
        self._rules = rules

    async def caller(self, token: str, *, nonce: str) -> Authenticated:
        """Return who has just signed in, or why that is not believed.

        The caller has no end: that of an ID token is how long it may be shown here, and says
        nothing on how long someone stays signed in.

        Args:
            token: as the issuer itself gave it to the service.
            nonce: that the service asked with; it is of this one sign-in.

        Raises:
            IssuerUnavailable: if its key is not known here and the issuer cannot be asked.
        """
        proven = await self._reader.proven(token)
        if isinstance(proven, Refused):
            return proven
        claims, name = proven.claims, self._rules.name_of(proven.claims)
        said = str(claims.get("nonce")).encode(errors="surrogatepass")
        if not hmac.compare_digest(said, nonce.encode()):
            detail = "the issuer's answer is to another sign-in" + _ANOTHER
            return Refused("wrong_nonce", detail, proven.credential, actor=name)
        # Whom else it is for is nobody we trust to keep it; who asked for it must be us.
        if claims["aud"] not in (self._client_id, [self._client_id]) or (
            claims.get("azp", self._client_id) != self._client_id
        ):
            return Refused("wrong_audience", _WRONG_CLIENT, proven.credential, actor=name)
        return _caller(proven, self._rules, expires=None)


class _Reader:
    """Checks what holds of every token: who signed it, for whom, and when."""

    def __init__(
        self, issuer: Issuer, *, audience: str, rules: ClaimRules, types: Collection[str]
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._rules = rules
        self._types = types

    async def proven(self, token: str) -> _Proven | Refused:
        said = _unproven(token, self._types) if _has_form(token) else None
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
        return _Proven(claims, _credential(token))

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


def _caller(proven: _Proven, rules: ClaimRules, *, expires: datetime | None) -> Authenticated:
    claims, credential = proven.claims, proven.credential
    name, role = rules.name_of(claims), rules.role_of(claims)
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
    return Caller(name, role, credential, expires=expires)


def _has_form(token: str) -> bool:
    return len(token) <= _LONGEST and _FORM.fullmatch(token) is not None


def _unproven(token: str, types: Collection[str]) -> _Unproven | None:
    """Read what a token says of itself; None if it could not be signed as is asked here."""
    try:
        read = jwt.decode_complete(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    header, claims = read["header"], read["payload"]
    algorithm, kind = header.get("alg"), header.get("typ", "")
    if algorithm not in _ALGORITHMS or not isinstance(kind, str) or kind.lower() not in types:
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
