"""Verification: what of the log was verified, and when; and to verify it now."""

from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.opened import application_of
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.api.watching import verify_for
from summarizer.audit import Verification
from summarizer.audit.store import SQLAuditStore

__all__ = ["Badge", "badge_of", "router"]

router = APIRouter(include_in_schema=False)


class Badge(NamedTuple):
    """What is known of the log's integrity."""

    checkpoint: int | None
    """How many events the newest published checkpoint covers; None if there is none yet."""
    verified: Verification | None
    """What the last verification from these pages found; None since the service started."""
    covered: int | None
    """How many events the checkpoint covers that it agreed with."""
    at: datetime | None


@router.post("/verify")
async def verify(
    request: Request, caller: Annotated[Caller, Depends(on_page(Permission.READ_AUDIT))]
) -> Response:
    """Recompute the whole log from what is stored, against what was published."""
    now = datetime.now(UTC)
    verified = await verify_for(application_of(request), by=caller.name)
    covered = _size(verified.checkpoint)
    request.app.state.verified = Badge(covered, verified, covered, now)
    return page(request, "verification.html", badge=await badge_of(request))


async def badge_of(request: Request) -> Badge:
    """Return what is known now.

    Raises:
        AuditUnavailable: if the published checkpoint cannot be read.
    """
    store: SQLAuditStore = application_of(request).log
    size = _size(await store.newest_note())
    last: Badge | None = getattr(request.app.state, "verified", None)
    if last is None:
        return Badge(size, None, None, None)
    return last._replace(checkpoint=size)


def _size(note: str | None) -> int | None:
    """Read the second line of a checkpoint (C2SP tlog-checkpoint): the number of entries."""
    return None if note is None else int(note.split("\n")[1])
