"""Sign-in: a key, shown once -> a session of the pages."""

import re
from ipaddress import IPv6Address, ip_address
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from summarizer.access.caller import Refused
from summarizer.api.intake import Intake
from summarizer.api.pages.forms import read_form
from summarizer.api.pages.guard import HOME, cookie_of, forget_cookie, keep_cookie
from summarizer.api.pages.rendering import page
from summarizer.bootstrap import Application

__all__ = ["place_of", "router"]

_FORM_BYTES: Final = 20_000
_OWN_PATH: Final = re.compile(r"/(?![/\\])[\w./-]*")
_SEE_OTHER: Final = 303
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
    """Ask for a key."""
    return page(request, "sign_in.html", back=_own(request.query_params.get("next", "")), fault="")


@router.post("/sign-in")
async def signed_in(request: Request) -> Response:
    """Take a key and begin a session, or say why it is no good.

    A session that the browser has already ends then: whose it was does not matter.

    Raises:
        HTTPRefusal: if there were too many tries from this address, or the form is none.
        TicketError: if the form is too large.
        AuditUnavailable: if the key cannot be checked, or a denial or the session not stored.
        IssuerUnavailable: if a token cannot be checked because its issuer is not there.
    """
    application: Application = request.app.state.application
    intake: Intake = request.app.state.intake
    intake.doors.take(place_of(request))
    form = await read_form(request, limit=_FORM_BYTES)
    back = _own(form.get("next", ""))
    session = await application.desk.sign_in(
        form.get("key", "").strip(), instead_of=cookie_of(request)
    )
    if isinstance(session, Refused):
        return page(request, "sign_in.html", status=401, back=back, fault=session.detail)
    caller = await application.desk.sessions.caller(session)
    home = "/" if isinstance(caller, Refused) else HOME[caller.role]
    answer = RedirectResponse(home if back == "/" else back, _SEE_OTHER)
    keep_cookie(request, answer, session)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session at once, here and for whoever else has its cookie.

    It needs no form of the session: whoever has the browser send this from elsewhere was refused
    before, and could do no more than sign someone out.
    """
    application: Application = request.app.state.application
    await application.desk.sessions.end(cookie_of(request))
    answer = RedirectResponse("/sign-in", _SEE_OTHER)
    forget_cookie(request, answer)
    return answer


def _own(path: str) -> str:
    """Return a path of ours to go to after sign-in; anything else is the start page."""
    return path if _OWN_PATH.fullmatch(path) else "/"
