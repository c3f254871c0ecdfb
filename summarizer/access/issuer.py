"""Issuer: the bank's OIDC issuer -> the public keys that its tokens are signed with.

It is asked for its description (OpenID Connect Discovery 1.0, 4), its key set (RFC 7517, 5)
and, where someone comes back from it with a code, for their token (RFC 6749, 4.1.3). Nothing in a
token says where or how often: an address in a token is never followed, and a stream of tokens with
unknown keys causes one look in half a minute.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import anyio
import httpx
import jwt

from summarizer.access.asking import Answer, Origin, ask, is_safe, line_to_issuer, origin_of
from summarizer.access.places import Places, places_in
from summarizer.errors import ConfigurationError, IssuerUnavailable

__all__ = ["Issuer"]

_FRESH_SECONDS: Final = 600.0
_PAUSE_SECONDS: Final = 30.0
_KEPT_SECONDS: Final = 3_600.0
"""How long keys serve when the issuer is down: about the life of a token, since none can be
renewed meanwhile. Without an end, whoever cuts the line would keep a withdrawn key alive."""
_TIMEOUT_SECONDS: Final = 5.0
_MOST_KEYS: Final = 100
_RSA: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_ABLE: Final[Mapping[tuple[Any, Any], tuple[str, ...]]] = {
    ("RSA", None): _RSA,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""Type and curve of a key, and the algorithms it serves (RFC 7518, 3.1; RFC 8037): none of them
has a secret that the service would have to share."""
_TAKEN: Final = 200
_REFUSED: Final = frozenset({400, 401})
"""How a code or the service itself is refused (RFC 6749, 5.2)."""


@dataclass(frozen=True, slots=True)
class _Key:
    kid: str | None
    algorithms: Mapping[str, jwt.PyJWK]


class Issuer:
    """One issuer, whose keys are read when they are needed and kept for ten minutes."""

    def __init__(
        self,
        url: str,
        *,
        hosts: Collection[str] = (),
        clock: Callable[[], float] = monotonic,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        """Name the issuer; nothing is asked yet.

        Args:
            url: as its tokens spell it, to the letter.
            hosts: others at which it keeps its keys or takes codes, asked over TLS.
            clock: seconds that only go forward.
            timeout_seconds: until both answers must be there.

        Raises:
            ConfigurationError: if it is no `https` address, or names more than a place.
        """
        self.url = url
        self._origin = _origin_of(url)
        self._hosts = frozenset(hosts)
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._lock = anyio.Lock()
        self._keys: tuple[_Key, ...] = ()
        self._places: Places | None = None
        self._read_at = float("-inf")
        self._due_at = float("-inf")
        self._search_at = float("-inf")
        self._failure: str | None = "the keys of the issuer of tokens are still to be read"

    async def key(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        """Return the key of a token, or None if the issuer has none such.

        Args:
            kid: the key's name in the token; None takes the only key that fits.
            algorithm: that the token is signed by.

        Raises:
            IssuerUnavailable: if it is not among the keys that are kept, and the issuer could
                not be asked.
        """
        found = self._found(kid, algorithm)
        if found is not None and not self._is_due():
            return found
        async with self._lock:
            found = self._found(kid, algorithm)
            if self._is_due():
                await self._renew()
            elif found is None and self._clock() >= self._search_at:
                # The issuer may have a new key; whoever sends names of keys at random learns
                # nothing sooner by sending more of them.
                self._search_at = self._clock() + _PAUSE_SECONDS
                await self._renew()
            found = self._found(kid, algorithm)
        if found is None and self._failure is not None:
            raise IssuerUnavailable(self._failure)
        return found

    async def places(self) -> Places:
        """Return where the issuer takes what, as it said at most ten minutes ago.

        Raises:
            IssuerUnavailable: if it never said so, and could not be asked.
        """
        async with self._lock:
            if self._is_due():
                await self._renew()
        if self._places is None:
            raise IssuerUnavailable(self._failure or "the issuer of tokens is still to be read")
        return self._places

    async def redeem(
        self, address: str, form: Mapping[str, str], *, headers: Mapping[str, str]
    ) -> Answer:
        """Show a code at the issuer's own token address, once; it answers with 200 or refuses.

        Args:
            address: of `places()`.
            form: of RFC 6749 (4.1.3).
            headers: what says who asks.

        Raises:
            IssuerUnavailable: if it could not be asked, or its answer is none.
        """
        async with line_to_issuer(timeout_seconds=self._timeout_seconds) as http:
            request = http.build_request("POST", address, data=dict(form), headers=dict(headers))
            return await ask(http, request, expected={_TAKEN, *_REFUSED})

    async def look(self) -> tuple[Places, int]:
        """Ask the issuer now, and return what it says and how many keys can sign a caller in.

        Raises:
            IssuerUnavailable: saying what is wrong with it.
        """
        places, keys = await self._read()
        return places, sum(bool(key.algorithms) for key in keys)

    def _is_due(self) -> bool:
        return self._clock() >= self._due_at

    def _found(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        if self._clock() >= self._read_at + _FRESH_SECONDS + _KEPT_SECONDS:
            return None
        fitting = [
            key.algorithms[algorithm]
            for key in self._keys
            if algorithm in key.algorithms and kid in {None, key.kid}
        ]
        # Two that fit are no answer: which of them a token means is not for a guess.
        return fitting[0] if len(fitting) == 1 else None

    async def _renew(self) -> None:
        """Read the keys anew; if that fails, those that are kept stay."""
        now = self._clock()
        # Set before there is an answer, so that others are served from what is kept meanwhile.
        self._due_at = now + _PAUSE_SECONDS
        try:
            self._places, self._keys = await self._read()
        except IssuerUnavailable as error:
            self._failure = error.detail
            self._search_at = now + _PAUSE_SECONDS
        else:
            self._failure = None
            self._read_at = now
            self._due_at = now + _FRESH_SECONDS

    async def _read(self) -> tuple[Places, tuple[_Key, ...]]:
        async with line_to_issuer(timeout_seconds=self._timeout_seconds) as http:
            path = "/.well-known/openid-configuration"
            described = await _json(http, self.url.removesuffix("/") + path)
            if described.get("issuer") != self.url:
                msg = (
                    "the issuer of tokens calls itself by another name; set "
                    "SUMMARIZER_OIDC_ISSUER to the `issuer` of its description, to the letter"
                )
                raise IssuerUnavailable(msg)
            places = places_in(described, self._origin, self._hosts)
            return places, _keys_in(await _json(http, places.key_set))


def _origin_of(url: str) -> Origin:
    """Return scheme, host and port of an issuer.

    Raises:
        ConfigurationError: if it is none (OpenID Connect Discovery 1.0, 3), or not safe to ask.
    """
    origin = origin_of(url)
    if origin is None or "?" in url or "#" in url or "@" in url:
        msg = "SUMMARIZER_OIDC_ISSUER: write an address such as https://login.bank.example/realm"
        raise ConfigurationError(msg)
    if not is_safe(origin):
        msg = "SUMMARIZER_OIDC_ISSUER: use https; whoever sits on the line could sign tokens else"
        raise ConfigurationError(msg)
    return origin


async def _json(http: httpx.AsyncClient, address: str) -> Mapping[str, Any]:
    return (await ask(http, http.build_request("GET", address))).content


def _keys_in(key_set: Mapping[str, Any]) -> tuple[_Key, ...]:
    """Take out the keys that can be used; others may be for other purposes (RFC 7517, 5).

    Raises:
        IssuerUnavailable: if it is no key set, or a huge one.
    """
    listed = key_set.get("keys")
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
        msg = f"the issuer of tokens has no list of up to {_MOST_KEYS} keys"
        raise IssuerUnavailable(msg)
    return tuple(_key(each) for each in listed if isinstance(each, dict))


def _key(jwk: Mapping[str, Any]) -> _Key:
    kid = jwk.get("kid")
    usable: dict[str, jwt.PyJWK] = {}
    for algorithm in _algorithms(jwk):
        try:
            usable[algorithm] = jwt.PyJWK(dict(jwk), algorithm)
        except (jwt.PyJWTError, ValueError):
            continue
    return _Key(kid if isinstance(kid, str) else None, usable)


def _algorithms(jwk: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a key may verify by its own words; a secret that was published, nothing."""
    kind = jwk.get("kty"), jwk.get("crv")
    operations = jwk.get("key_ops", ["verify"])
    if (
        any(not isinstance(part, str | None) for part in kind)
        or jwk.get("use", "sig") != "sig"
        or "d" in jwk
        or not isinstance(operations, list)
        or "verify" not in operations
    ):
        return ()
    able = _ABLE.get(kind, ())
    named = jwk.get("alg")
    return able if named is None else tuple(each for each in able if each == named)
