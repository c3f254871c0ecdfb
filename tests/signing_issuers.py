"""A real OIDC issuer at which people sign in: by the code flow with PKCE, as strict as a good one.

Written from RFC 6749, RFC 7636, RFC 9207 and OpenID Connect Core 1.0, without the code under test.
"""

import base64
import hashlib
import html
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from tests.issuers import LocalIssuer, Reply, token

__all__ = ["CLIENT", "SECRET", "SigningIssuer"]

CLIENT = "case-summarizer-pages"
SECRET = "S+cret:of the client%"
_AUTHORIZE, _LOGIN, _TOKEN, _END = (f"/realm/{name}" for name in ("auth", "login", "token", "end"))


class SigningIssuer(LocalIssuer):
    """Signs in whoever comes as `maria`, an agent, unless told otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.redirects: set[str] = set()
        """What was registered."""
        self.secret: str | None = None
        """Of the client, if it is confidential."""
        self.said: dict[str, Any] = {}
        """Said instead in the ID token."""
        self.header: dict[str, Any] = {}
        """Stands instead in the ID token's header."""
        self.error: str | None = None
        """Sent instead of a code."""
        self.iss: str | None = self.url
        """Sent with every answer, for RFC 9207."""
        self.is_sloppy = False
        """Takes a code as often as it comes."""
        self.prompts = False
        """Shows a page with a form, as for a password, before it goes on."""
        self.redeemed: list[Mapping[str, str]] = []
        """The form of every request for a token, with the header of whoever asked."""
        self._codes: dict[str, Mapping[str, str]] = {}
        self.described = {
            "authorization_endpoint": self.origin + _AUTHORIZE,
            "token_endpoint": self.origin + _TOKEN,
            "end_session_endpoint": self.origin + _END,
            "authorization_response_iss_parameter_supported": True,
            "code_challenge_methods_supported": ["S256"],
        }

    def reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        place, query = urlsplit(path).path, dict(parse_qsl(urlsplit(path).query))
        form = dict(parse_qsl(body.decode()))
        if place == _AUTHORIZE and method == "GET":
            return self._form(query) if self.prompts else self._back(query)
        if place == _LOGIN and method == "POST":
            return self._back(form)
        if place == _TOKEN and method == "POST":
            return self._token(form, headers.get("Authorization"))
        if place == _END:
            return Reply(303, headers={"Location": query["post_logout_redirect_uri"]})
        return super().reply(method, path, headers, body)

    def _form(self, asked: Mapping[str, str]) -> Reply:
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        content = (
            f'<!doctype html><title>Bank login</title><form method="post" action="{_LOGIN}">'
            f"{fields}<button>Continue as Maria</button></form>"
        )
        return Reply(200, content.encode(), {"Content-Type": "text/html"})

    def _back(self, asked: Mapping[str, str]) -> Reply:
        """Send the browser back with a code, or with an error."""
        assert asked["redirect_uri"] in self.redirects
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(24)
        self._codes[code] = asked
        answer = {"code": code} if self.error is None else {"error": self.error}
        answer["state"] = asked["state"]
        if self.iss is not None:
            answer["iss"] = self.iss
        return Reply(303, headers={"Location": f"{asked['redirect_uri']}?{urlencode(answer)}"})

    def _token(self, form: Mapping[str, str], authorization: str | None) -> Reply:
        self.redeemed.append({**form, "Authorization": authorization or ""})
        if not self._knows(form, authorization):
            return _json(401, {"error": "invalid_client"})
        code = form.get("code", "")
        asked = self._codes.get(code) if self.is_sloppy else self._codes.pop(code, None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return _json(400, {"error": "invalid_grant"})
        claims = self.claims(**{"aud": CLIENT, "nonce": asked["nonce"], **self.said})
        signed = token(claims, self.signers[0], **{"typ": "JWT", **self.header})
        return _json(200, {"access_token": "opaque", "token_type": "Bearer", "id_token": signed})

    def _knows(self, form: Mapping[str, str], authorization: str | None) -> bool:
        if self.secret is None:
            return form.get("client_id") == CLIENT and authorization is None
        if "client_secret_post" in self.described.get("token_endpoint_auth_methods_supported", []):
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, self.secret)
        scheme, _, encoded = (authorization or "").partition(" ")
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
        given = (unquote_plus(name), unquote_plus(secret))
        return scheme == "Basic" and given == (CLIENT, self.secret) and "client_id" not in form


def _json(status: int, content: Mapping[str, Any]) -> Reply:
    return Reply(status, json.dumps(content).encode(), {"Content-Type": "application/json"})
