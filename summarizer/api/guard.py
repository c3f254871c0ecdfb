"""Guard: a request and the permission a route needs -> the caller, or a refusal.

A route without a guard is open to anyone: `OPEN` lists those few, and a test holds that every
other one has a guard.
"""

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from summarizer.access.caller import Caller, Refused
from summarizer.access.permissions import Permission
from summarizer.api.intake import Intake
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.bootstrap import Application

__all__ = ["OPEN", "Guard", "allowed", "require"]

OPEN: Final = frozenset({
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/sign-in",
    "/sign-in/callback",
    "/sign-in/issuer",
    "/sign-out",
    "/static/{digest}/{name}",
})
"""What anyone may ask: whether the service lives and is ready, what its interface is, and to be
let in."""

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="bearer",
    description="an API key of `summarizer keys create`, or a token of the bank's OIDC issuer",
)


class Guard:
    """Lets a caller through who has a permission.

    RFC 6750 (3, 3.1): 401 with `WWW-Authenticate` for a token that is missing or no good, 403
    for one that is good and not enough.
    """

    def __init__(self, permission: Permission) -> None:
        """Name what the route does."""
        self.permission = permission

    async def __call__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        """Return the caller.

        Raises:
            HTTPRefusal: if there is no good token, it is not enough, or it asks too often.
            AuditUnavailable: if the keys cannot be read, or a denial is not on record.
            IssuerUnavailable: if a token cannot be checked because its issuer is not there.
        """
        if credentials is None:
            detail = "send a key: Authorization: Bearer csk_…; `summarizer keys create` makes one"
            raise _unauthenticated(detail, 'Bearer realm="summarizer"')
        application: Application = request.app.state.application
        caller = await application.desk.caller(credentials.credentials, what=str(self.permission))
        if isinstance(caller, Refused):
            if caller.is_final:
                raise HTTPRefusal(HTTPCode.FORBIDDEN, caller.detail)
            challenge = 'Bearer realm="summarizer", error="invalid_token"'
            raise _unauthenticated(caller.detail, challenge)
        intake: Intake = request.app.state.intake
        intake.rates.take(caller.name)
        await require(application, caller, self.permission)
        return caller


def allowed(permission: Permission) -> Guard:
    """Return what lets a caller through who has a permission; for `Depends`."""
    return Guard(permission)


async def require(application: Application, caller: Caller, permission: Permission) -> None:
    """Refuse what a caller may not do; for a permission that only some requests need.

    Raises:
        HTTPRefusal: if they have not the permission.
        AuditUnavailable: if the denial is not on record.
    """
    if not caller.may(permission):
        await application.desk.deny(caller, permission)
        detail = f"this needs the permission {permission}, which the caller has not"
        raise HTTPRefusal(HTTPCode.FORBIDDEN, detail)


def _unauthenticated(detail: str, challenge: str) -> HTTPRefusal:
    headers = {"WWW-Authenticate": challenge}
    return HTTPRefusal(HTTPCode.UNAUTHENTICATED, detail, headers=headers)
