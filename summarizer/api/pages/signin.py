"""Sign-in: a key, shown once, or a way to the bank's issuer and back -> a session of the pages."""

import re
from ipaddress import IPv6Address, ip_address
from typing import Final

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from summarizer.access.caller import Refused
from summarizer.access.signin import IssuerSignIn
from summarizer.api.intake import Intake
from summarizer.api.opened import Opened, application_of
from summarizer.api.pages.forms import read_form
from summarizer.api.pages.guard import (
    HOME,
    attempt_of,
    cookie_of,
    forget_attempt,
    forget_cookie,
    keep_attempt,
    keep_cookie,
)
from summarizer.api.pages.rendering import page
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.bootstrap import Application
from summarizer.errors import IssuerUnavailable

__all__ = ["place_of", "router"]

_FORM_BYTES: Final = 20_000
_OWN_PATH: Final = re.compile(r"/(?![/\\])[\w./-]{0,500}")
_SEE_OTHER: Final = 303
_UNAUTHENTICATED: Final = 401
_FORBIDDEN: Final = 403
_MISDIRECTED: Final = 421
_IPV6_HOST_BITS: Final = 64
"""What stands after the part that one place has to itself (RFC 6177)."""

router = APIRouter(include_in_schema=False)


def place_of(request: Request) -> str:
    """Return whence a request comes: an address, or the network that one place has in IPv6."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{int(address) >> _IPV6_HOST_BITS:x}"
    return host


@router.get("/sign-in")
async def sign_in(request: Request) -> Response:
    """Ask for a key, or for a sign-in at the issuer."""
    return _door(request, back=_own(request.query_params.get("next", "")))


@router.post("/sign-in")
async def signed_in(request: Request, application: Opened) -> Response:
    """Take a key and begin a session, or say why it is no good.

    A session that the browser has already ends then: whose it was does not matter.

    Raises:
        HTTPRefusal: if there were too many tries from this address, or the form is none.
        TicketError: if the form is too large.
        AuditUnavailable: if the key cannot be checked, or a denial or the session not stored.
        IssuerUnavailable: if a token cannot be checked because its issuer is not there.
    """
    _count(request)
    form = await read_form(request, limit=_FORM_BYTES)
    back = _own(form.get("next", ""))
    session = await application.desk.sign_in(
        form.get("key", "").strip(), instead_of=cookie_of(request)
    )
    if isinstance(session, Refused):
        return _door(request, back=back, status=_UNAUTHENTICATED, fault=session.detail)
    answer = RedirectResponse(await _begins_at(application, session, back), _SEE_OTHER)
    keep_cookie(request, answer, session)
    return answer


@router.get("/sign-in/issuer")
async def to_issuer(request: Request, application: Opened) -> Response:
    """Send the browser to the issuer.

    Raises:
        HTTPRefusal: if there were too many tries from this address, or there is no issuer.
    """
    _count(request)
    at_issuer = _at_issuer(application)
    back = _own(request.query_params.get("next", ""))
    if request.url.hostname != httpx.URL(at_issuer.client.redirect).host:
        # What the browser keeps for this name it would not bring to the other.
        fault = f"To sign in at {at_issuer.host}, come by {at_issuer.client.origin}/sign-in."
        return _door(request, back=back, status=_MISDIRECTED, fault=fault)
    try:
        address, attempt = await at_issuer.begin(back)
    except IssuerUnavailable as error:
        return _door(request, back=back, status=error.code.http_status, fault=error.detail)
    answer = RedirectResponse(address, _SEE_OTHER)
    keep_attempt(request, answer, attempt)
    return answer


@router.get("/sign-in/callback")
async def from_issuer(request: Request, application: Opened) -> Response:
    """Take whoever the issuer sends back and begin a session, or say why not.

    The browser came from another site and brings no session on the way; so that it does on the
    next, a page of our own leads on. A session that it does bring, from a neighbour's, ends.

    Raises:
        HTTPRefusal: if there were too many tries from this address, or there is no issuer.
        AuditUnavailable: if a denial or the session is not stored.
    """
    _count(request)
    at_issuer = _at_issuer(application)
    given = request.query_params.multi_items()
    # RFC 6749, 3.1: no parameter comes twice.
    answer = dict(given) if len(given) == len(dict(given)) else {}
    try:
        arrival = await application.desk.arrive(
            at_issuer, attempt_of(request), answer, instead_of=cookie_of(request)
        )
    except IssuerUnavailable as error:
        response = _door(request, status=error.code.http_status, fault=error.detail)
    else:
        if isinstance(arrival, Refused):
            status = _FORBIDDEN if arrival.is_final else _UNAUTHENTICATED
            response = _door(request, status=status, fault=arrival.detail)
        else:
            onward = await _begins_at(application, arrival.session, arrival.back)
            response = page(request, "signed_in.html", onward=onward)
            keep_cookie(request, response, arrival.session)
    forget_attempt(request, response)
    # The address of this page has the code in it.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@router.post("/sign-out")
async def sign_out(request: Request, application: Opened) -> Response:
    """End the session at once, here and for whoever else has its cookie; then at the issuer.

    It needs no form of the session: whoever has the browser send this from elsewhere was refused
    before, and could do no more than sign someone out.
    """
    was_of_issuer = await application.desk.sessions.end(cookie_of(request))
    at_issuer = application.desk.at_issuer
    if was_of_issuer and at_issuer is not None:
        answer = await _out_of_issuer(request, at_issuer)
    else:
        answer = RedirectResponse("/sign-in", _SEE_OTHER)
    forget_cookie(request, answer)
    return answer


async def _out_of_issuer(request: Request, at_issuer: IssuerSignIn) -> Response:
    """Lead on by a page: a form of ours may not be answered by the address of another site."""
    try:
        address = await at_issuer.sign_out_address()
    except IssuerUnavailable:
        address = None
    return page(request, "signed_out.html", host=at_issuer.host, address=address)


async def _begins_at(application: Application, session: str, back: str) -> str:
    """Return where someone goes who has just signed in."""
    caller = await application.desk.sessions.caller(session)
    home = "/" if isinstance(caller, Refused) else HOME[caller.role]
    return home if back == "/" else back


def _count(request: Request) -> None:
    """Count a try to sign in."""
    intake: Intake = request.app.state.intake
    intake.doors.take(place_of(request))


def _at_issuer(application: Application) -> IssuerSignIn:
    at_issuer = application.desk.at_issuer
    if at_issuer is None:
        raise HTTPRefusal(HTTPCode.NOT_FOUND, "nobody signs in at an issuer here; use a key")
    return at_issuer


def _door(request: Request, *, back: str = "/", status: int = 200, fault: str = "") -> Response:
    at_issuer = application_of(request).desk.at_issuer
    host = None if at_issuer is None else at_issuer.host
    return page(request, "sign_in.html", status=status, back=back, fault=fault, issuer=host)


def _own(path: str) -> str:
    """Return a path of ours to go to after sign-in; anything else is the start page."""
    return path if _OWN_PATH.fullmatch(path) else "/"
