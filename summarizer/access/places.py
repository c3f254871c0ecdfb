"""Places: the issuer's description of itself -> the addresses of what is asked of it.

OpenID Connect Discovery 1.0 (3), RFC 8414 (2). What the service itself asks must lie at the
issuer's own scheme, host and port, or at a host that settings name; where only a browser goes may
be elsewhere, over TLS.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from summarizer.access.asking import Origin, is_safe, origin_of
from summarizer.errors import IssuerUnavailable

__all__ = ["Places", "places_in"]

_ELSEWHERE: Final = (
    "the issuer of tokens keeps its keys at another host, which is not asked; if that is right, "
    "name the host in SUMMARIZER_OIDC_HOSTS"
)
_HALF: Final = (
    "the issuer of tokens describes no way to sign in here: it must have an authorization and a "
    "token endpoint over https, the second at its own host or one of SUMMARIZER_OIDC_HOSTS, and "
    "know S256"
)
_BY_DEFAULT: Final = ["client_secret_basic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Addresses of one issuer; None where it names none that is safe to use."""

    key_set: str
    token: str | None
    authorization: str | None
    end_session: str | None
    names_itself: bool
    """Every answer it sends through a browser says whose it is (RFC 9207)."""
    takes_challenges: bool
    """False if it says that it does not know S256 of RFC 7636."""
    takes_header: bool
    """It takes the service's secret in a header, else in the form (RFC 6749, 2.3.1)."""

    def way_in(self) -> tuple[str, str]:
        """Return where people are sent, and where a code is redeemed.

        Raises:
            IssuerUnavailable: if the issuer describes no way that is safe.
        """
        if not self.authorization or not self.token or not self.takes_challenges:
            raise IssuerUnavailable(_HALF)
        return self.authorization, self.token


def places_in(described: Mapping[str, Any], origin: Origin, hosts: Collection[str] = ()) -> Places:
    """Read a description.

    Args:
        described: by the issuer, under its own name.
        origin: of the issuer.
        hosts: others that may be asked in its place, over TLS: names, with a port if it is unusual.

    Raises:
        IssuerUnavailable: if what must be asked of it lies at another host.
    """
    key_set = _asked(described, "jwks_uri", origin, hosts)
    if key_set is None:
        raise IssuerUnavailable(_ELSEWHERE)
    methods = described.get("token_endpoint_auth_methods_supported", _BY_DEFAULT)
    challenges = described.get("code_challenge_methods_supported", ["S256"])
    return Places(
        key_set=key_set,
        token=_asked(described, "token_endpoint", origin, hosts),
        authorization=_shown(described, "authorization_endpoint"),
        end_session=_shown(described, "end_session_endpoint"),
        names_itself=described.get("authorization_response_iss_parameter_supported") is True,
        takes_challenges=isinstance(challenges, list) and "S256" in challenges,
        takes_header=isinstance(methods, list) and "client_secret_basic" in methods,
    )


def _asked(
    described: Mapping[str, Any], name: str, origin: Origin, hosts: Collection[str]
) -> str | None:
    address = described.get(name)
    found = origin_of(address) if isinstance(address, str) else None
    allowed = {origin, *(origin_of(f"https://{host}") for host in hosts)}
    # A host that is mistyped has no origin, as an address has none that names who signs in there.
    return address if found is not None and found in allowed else None


def _shown(described: Mapping[str, Any], name: str) -> str | None:
    address = described.get(name)
    if not isinstance(address, str) or "#" in address:
        return None
    origin = origin_of(address)
    return address if origin is not None and is_safe(origin) else None
