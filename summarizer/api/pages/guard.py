"""Guard of pages: a request and the permission a page needs -> who is signed in, or a way in."""

import hmac
from typing import Final
from urllib.parse import quote

from fastapi import Request, Response

from summarizer.access.attempts import LASTS
from summarizer.access.caller import Caller, Refused
from summarizer.access.loopback import is_loopback
from summarizer.access.permissions import Permission, Role
from summarizer.access.sessions import form_token
from summarizer.api.intake import Intake
from summarizer.api.opened import application_of
from summarizer.api.pages.forms import read_form
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.bootstrap import Application
from summarizer.policy.sections import Limits

__all__ = [
    "HOME",
    "PageGuard",
    "Turned",
    "attempt_of",
    "cookie_of",
    "forget_attempt",
    "forget_cookie",
    "form_limit",
    "keep_attempt",
    "keep_cookie",
    "on_page",
]

HOME: Final = {
    Role.AGENT: "/",
    Role.RISK: "/events",
    Role.ENGINEER: "/playground",
    Role.ADMIN: "/keys",
}
"""Where each role begins."""
_SAFE: Final = frozenset({"GET", "HEAD"})
_PLAIN_COOKIE: Final = "summarizer-session"
_COOKIE: Final = "__Host-summarizer-session"
"""A browser takes this name only over TLS, for this host alone (RFC 6265bis, 4.1.3.2)."""
_ATTEMPT: Final = "summarizer-sign-in"
"""A sign-in at the issuer that is under way; prefixed as the session is."""
_URL_ENCODED: Final = 3
"""A byte takes so many in a form at most."""
_FORM_BYTES: Final = 100_000
"""For all but the longest field."""


class Turned(Exception):
    """A page is not shown; the browser is to go elsewhere."""

    def __init__(self, to: str) -> None:
        """Name the path of a page of ours."""
        super().__init__(to)
        self.to = to


class PageGuard:
    """Lets those see a page who are signed in and have its permission."""

    def __init__(self, permission: Permission) -> None:
        """Name what the page shows or does."""
        self.permission = permission

    async def __call__(self, request: Request) -> Caller:
        """Return who is signed in.

        Raises:
            Turned: if nobody is, or the start page is not for them.
            HTTPRefusal: if they may not, or the form is none of their session's.
            AuditUnavailable: if the session cannot be checked, or a denial is not on record.
        """
        application = application_of(request)
        cookie = cookie_of(request)
        caller = await application.desk.sessions.caller(cookie) if cookie else None
        if not cookie or caller is None or isinstance(caller, Refused):
            way_in = f"/sign-in?next={quote(_asked(request), safe='/')}"
            raise Turned(way_in)
        intake: Intake = request.app.state.intake
        intake.rates.take(caller.name)
        request.state.caller = caller
        request.state.form_token = form_token(cookie)
        if request.method not in _SAFE:
            await _require_own_form(request, application)
        if caller.may(self.permission):
            return caller
        if request.url.path == "/":
            raise Turned(HOME[caller.role])
        await application.desk.deny(caller, self.permission)
        detail = f"this needs the permission {self.permission}, which you do not have"
        raise HTTPRefusal(HTTPCode.FORBIDDEN, detail)


def on_page(permission: Permission) -> PageGuard:
    """Return what shows a page to those who have a permission; for `Depends`."""
    return PageGuard(permission)


def cookie_of(request: Request) -> str:
    """Return the session cookie that came with a request; empty if none did."""
    return request.cookies.get(_PLAIN_COOKIE if _is_plain(request) else _COOKIE, "")


def keep_cookie(request: Request, response: Response, token: str) -> None:
    """Have the browser keep a session until it is closed."""
    plain = _is_plain(request)
    response.set_cookie(
        _PLAIN_COOKIE if plain else _COOKIE,
        token,
        path="/",
        secure=not plain,
        httponly=True,
        samesite="strict",
    )


def forget_cookie(request: Request, response: Response) -> None:
    """Have the browser forget its session."""
    plain = _is_plain(request)
    response.delete_cookie(
        _PLAIN_COOKIE if plain else _COOKIE,
        path="/",
        secure=not plain,
        httponly=True,
        samesite="strict",
    )


def attempt_of(request: Request) -> str:
    """Return the cookie of a sign-in at the issuer that came with a request; empty if none did."""
    return request.cookies.get(_attempt_name(request), "")


def keep_attempt(request: Request, response: Response, cookie: str) -> None:
    """Have the browser keep a sign-in that is under way, and bring it back from the issuer.

    It must come along when another site sends the browser here, which `Strict` would prevent.
    """
    response.set_cookie(
        _attempt_name(request),
        cookie,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=not _is_plain(request),
        httponly=True,
        samesite="lax",
    )


def forget_attempt(request: Request, response: Response) -> None:
    """Have the browser forget a sign-in: it counts once."""
    response.delete_cookie(
        _attempt_name(request),
        path="/",
        secure=not _is_plain(request),
        httponly=True,
        samesite="lax",
    )


def form_limit(limits: Limits) -> int:
    """Return how many bytes a form may have: a ticket in a field, and some more fields."""
    return _URL_ENCODED * limits.ticket_bytes + _FORM_BYTES


def _attempt_name(request: Request) -> str:
    return _ATTEMPT if _is_plain(request) else f"__Host-{_ATTEMPT}"


def _is_plain(request: Request) -> bool:
    """Say whether nothing but this machine carries the request.

    TLS ends before it reaches us, so that the scheme says nothing; the name asked by does.
    """
    return is_loopback(request.url.hostname or "") and request.url.scheme == "http"


def _asked(request: Request) -> str:
    """Return the page to come back to: never one that a form posts to."""
    return request.url.path if request.method in _SAFE else "/"


async def _require_own_form(request: Request, application: Application) -> None:
    given = request.headers.get("x-form-token")
    if given is None:
        limit = form_limit(application.policy.limits)
        given = (await read_form(request, limit=limit)).get("form_token", "")
    if not hmac.compare_digest(given.encode(), request.state.form_token.encode()):
        detail = "this form is not of your session; load the page again"
        raise HTTPRefusal(HTTPCode.CROSS_SITE, detail)
