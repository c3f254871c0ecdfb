"""Issuers: Settings -> the bank's OIDC issuer, whose tokens it takes and who signs in there."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from summarizer.errors import ConfigurationError
from summarizer.settings import Settings

if TYPE_CHECKING:
    from summarizer.access.caller import Authenticator
    from summarizer.access.issuer import Issuer
    from summarizer.access.signin import Client, IssuerSignIn
    from summarizer.audit.origin import CaseTagger

__all__ = ["build_client", "build_issuer", "issuer_parts"]

_CALLBACK: Final = "/sign-in/callback"


def build_issuer(settings: Settings) -> "Issuer | None":
    """Name the issuer whose tokens are taken beside keys, without asking it; None if none is set.

    Raises:
        ConfigurationError: naming the variable and the fix.
    """
    if settings.oidc_issuer is None and settings.oidc_audience is None:
        return None
    if not settings.oidc_issuer or not settings.oidc_audience:
        msg = (
            "SUMMARIZER_OIDC_ISSUER and SUMMARIZER_OIDC_AUDIENCE: set both; without an audience, "
            "a token for any other service of the bank would open this one"
        )
        raise ConfigurationError(msg)
    from summarizer.access.issuer import Issuer  # noqa: PLC0415 - loads cryptography

    return Issuer(settings.oidc_issuer, hosts=settings.oidc_hosts)


def build_client(settings: Settings) -> "Client | None":
    """Say what this service is to the issuer; None if nobody is to sign in there.

    Raises:
        ConfigurationError: naming the variable and the fix.
    """
    if settings.oidc_client_id is None and settings.oidc_redirect is None:
        return None
    if not settings.oidc_client_id or not settings.oidc_redirect or not settings.oidc_issuer:
        msg = (
            "SUMMARIZER_OIDC_CLIENT_ID and SUMMARIZER_OIDC_REDIRECT: set both, and "
            "SUMMARIZER_OIDC_ISSUER with them, for people to sign in at the issuer"
        )
        raise ConfigurationError(msg)
    from summarizer.access.asking import is_safe, origin_of  # noqa: PLC0415 - loads httpx
    from summarizer.access.loopback import is_loopback  # noqa: PLC0415
    from summarizer.access.signin import Client  # noqa: PLC0415

    origin = origin_of(settings.oidc_redirect)
    if (
        origin is None
        or not is_safe(origin)
        or settings.oidc_redirect.partition("://")[2].partition("/")[2] != _CALLBACK[1:]
    ):
        msg = f"SUMMARIZER_OIDC_REDIRECT: write an address such as https://cases.bank.example{_CALLBACK}"
        raise ConfigurationError(msg)
    if not is_loopback(origin[1]) and origin[1] not in settings.allowed_hosts:
        msg = "SUMMARIZER_OIDC_REDIRECT: name its host in SUMMARIZER_ALLOWED_HOSTS, too"
        raise ConfigurationError(msg)
    return Client(
        id=settings.oidc_client_id,
        redirect=settings.oidc_redirect,
        scope=settings.oidc_scope,
        secret=settings.client_secret,
    )


def issuer_parts(
    settings: Settings, tagger: "CaseTagger | None", *, now: Callable[[], datetime]
) -> "tuple[tuple[Authenticator, ...], IssuerSignIn | None]":
    """Return what reads the issuer's tokens, and what signs people in there, if they are set up.

    Args:
        settings: what an operator set.
        tagger: of the log, whose key every process of the service has; None where nobody signs in.
        now: aware, UTC.

    Raises:
        ConfigurationError: naming the variable and the fix.
    """
    issuer, client = build_issuer(settings), build_client(settings)
    if issuer is None or settings.oidc_audience is None:
        return (), None
    from summarizer.access.attempts import Attempts  # noqa: PLC0415
    from summarizer.access.claims import ClaimRules  # noqa: PLC0415
    from summarizer.access.oidc import IDTokens, OIDCTokens  # noqa: PLC0415
    from summarizer.access.signin import IssuerSignIn  # noqa: PLC0415

    rules = ClaimRules(
        role=settings.oidc_role_claim, roles=settings.oidc_roles, name=settings.oidc_name_claim
    )
    readers = (OIDCTokens(issuer, audience=settings.oidc_audience, rules=rules),)
    if client is None or tagger is None:
        return readers, None
    return readers, IssuerSignIn(
        issuer,
        client=client,
        tokens=IDTokens(issuer, client_id=client.id, rules=rules),
        attempts=Attempts(partial(tagger.keyed_hash, "sign_in"), now=now),
    )
