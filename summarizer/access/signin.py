"""Sign-in: someone who is sent to the bank's issuer and comes back -> who they are.

The authorization code flow with PKCE (RFC 6749, 4.1; RFC 7636; OpenID Connect Core 1.0, 3.1), as
RFC 9700 (2.1) advises: the code is of use to nobody but whoever began, in the browser they began
in, and what the issuer says of them comes from it directly.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus

import httpx

from summarizer.access.attempts import Attempt, Attempts
from summarizer.access.caller import Caller, Refused
from summarizer.access.issuer import Issuer
from summarizer.access.oidc import IDTokens
from summarizer.access.places import Places
from summarizer.errors import IssuerUnavailable

__all__ = ["Client", "IssuerSignIn", "SignedIn"]

_AGAIN: Final = "; sign in again"
_NOT_BEGUN: Final = Refused(
    "not_begun", "this sign-in was not begun in this browser within ten minutes" + _AGAIN
)
_ERRORS: Final = frozenset({
    # RFC 6749, 4.1.2.1
    *("access_denied", "invalid_request", "unauthorized_client", "unsupported_response_type"),
    *("invalid_scope", "server_error", "temporarily_unavailable"),
    # OpenID Connect Core 1.0, 3.1.2.6
    *("interaction_required", "login_required", "account_selection_required"),
    *("consent_required", "request_not_supported", "request_uri_not_supported"),
})
"""What an issuer may answer; anything else is not repeated, since anyone can write it."""
_CLIENT_ERRORS: Final = ("invalid_client", "unauthorized_client")
"""RFC 6749, 5.2; compared one by one, since what an issuer sends need not be a text."""
_NO_CLIENT: Final = (
    "the issuer does not take this service for the one it knows; an operator must check "
    "SUMMARIZER_OIDC_CLIENT_ID and SUMMARIZER_OIDC_CLIENT_SECRET"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What this service is to the issuer (RFC 6749, 2)."""

    id: str
    redirect: str
    """Where it sends people back to, as it was registered, to the letter."""
    scope: str = "openid"
    secret: str | None = field(default=None, repr=False)
    """None of a public client: the verifier alone then shows who began."""

    @property
    def origin(self) -> str:
        """The address of this service, as browsers see it."""
        return str(httpx.URL(self.redirect).join("/")).rstrip("/")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Someone whom the issuer has signed in."""

    caller: Caller
    attempt: Attempt


class IssuerSignIn:
    """Signs people in at one issuer."""

    def __init__(
        self, issuer: Issuer, *, client: Client, tokens: IDTokens, attempts: Attempts
    ) -> None:
        """Put together what is needed; nothing is asked yet."""
        self.client = client
        self._issuer = issuer
        self._tokens = tokens
        self._attempts = attempts

    @property
    def host(self) -> str:
        """The issuer's name for a person."""
        return httpx.URL(self._issuer.url).host

    async def begin(self, back: str) -> tuple[str, str]:
        """Return where to send a browser, and the cookie that it is to bring back.

        Args:
            back: the path of ours to go to afterwards.

        Raises:
            IssuerUnavailable: if the issuer cannot be asked for its address, or has none.
        """
        address, _ = (await self._issuer.places()).way_in()
        attempt, cookie = self._attempts.begin(back)
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.redirect,
            "scope": self.client.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(address).copy_merge_params(asked)), cookie

    async def finish(self, cookie: str, answer: Mapping[str, str]) -> SignedIn | Refused:
        """Return who came back from the issuer, or why they are not let in.

        Args:
            cookie: that `begin` gave the browser; empty if it brought none.
            answer: what the issuer sent with the browser, each parameter once.

        Raises:
            IssuerUnavailable: if the issuer cannot be asked, or its answer is none.
        """
        attempt = self._attempts.of(cookie)
        if attempt is None:
            return _NOT_BEGUN
        places = await self._issuer.places()
        refused = self._fault(attempt, places, answer)
        if refused is not None:
            return refused
        token = await self._redeemed(attempt, places, answer["code"])
        if isinstance(token, Refused):
            return token
        caller = await self._tokens.caller(token, nonce=attempt.nonce)
        return caller if isinstance(caller, Refused) else SignedIn(caller, attempt)

    async def sign_out_address(self) -> str | None:
        """Return where a browser is signed out of the issuer; None if the issuer names no place.

        OpenID Connect RP-Initiated Logout 1.0 (2). No ID token is sent as a hint: it would have
        to be kept, and it opens what its bearer may do. The issuer asks the person instead.

        Raises:
            IssuerUnavailable: if the issuer cannot be asked.
        """
        address = (await self._issuer.places()).end_session
        if address is None:
            return None
        asked = {
            "client_id": self.client.id,
            "post_logout_redirect_uri": f"{self.client.origin}/sign-in",
        }
        return str(httpx.URL(address).copy_merge_params(asked))

    def _fault(self, attempt: Attempt, places: Places, answer: Mapping[str, str]) -> Refused | None:
        """Say what is wrong with what came with the browser; anyone may have written it."""
        state = answer.get("state", "")
        if not hmac.compare_digest(state.encode(), attempt.state.encode()):
            return Refused("wrong_state", "this answer is to another sign-in" + _AGAIN)
        # RFC 9207: of two issuers one could pass the other's code off as its own.
        if answer.get("iss", None if places.names_itself else self._issuer.url) != self._issuer.url:
            return Refused("wrong_issuer", "this answer is of another issuer than the bank's")
        if "error" in answer:
            error = answer["error"] if answer["error"] in _ERRORS else "issuer_error"
            return Refused(error, f"the issuer did not sign you in ({error})" + _AGAIN)
        if not answer.get("code"):
            return Refused("malformed", "the issuer sent no code" + _AGAIN)
        return None

    async def _redeemed(self, attempt: Attempt, places: Places, code: str) -> str | Refused:
        """Give the code to the issuer for an ID token; what else comes with it is dropped."""
        _, address = places.way_in()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect,
            "code_verifier": attempt.verifier,
        }
        headers: dict[str, str] = {}
        if self.client.secret is not None and places.takes_header:
            headers["Authorization"] = _basic(self.client.id, self.client.secret)
        else:
            form["client_id"] = self.client.id
            form |= {} if self.client.secret is None else {"client_secret": self.client.secret}
        answer = await self._issuer.redeem(address, form, headers=headers)
        if answer.content.get("error") in _CLIENT_ERRORS:
            raise IssuerUnavailable(_NO_CLIENT)
        token = answer.content.get("id_token")
        if answer.status != httpx.codes.OK:
            return Refused("code_refused", "the issuer does not take its own code" + _AGAIN)
        if not isinstance(token, str):
            return Refused("malformed", "the issuer sent no ID token; check SUMMARIZER_OIDC_SCOPE")
        return token


def _basic(client_id: str, secret: str) -> str:
    """Write both as RFC 6749 (2.3.1) does: as in a form, before they are put together."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
