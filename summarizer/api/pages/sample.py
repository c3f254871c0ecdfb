"""Sample: summaries drawn for quality review, evenly over what differs if that is wanted."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from summarizer.access.caller import Caller
from summarizer.access.permissions import Permission
from summarizer.api.guard import require
from summarizer.api.opened import application_of
from summarizer.api.pages.guard import on_page
from summarizer.api.pages.rendering import page
from summarizer.casework.events import record_reading
from summarizer.casework.sampling import STRATA, Sampler, Stratum

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/sample")
async def sample(
    request: Request,
    caller: Annotated[Caller, Depends(on_page(Permission.RECORD_FINDINGS))],
    size: Annotated[int, Query(ge=1, le=100)] = 10,
    by: Stratum = "urgency",
    seed: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Draw a sample; seed and size are on record, so that it can be drawn again."""
    application = application_of(request)
    await require(application, caller, Permission.READ_SUMMARIES)
    store = application.log
    seed = seed or secrets.token_hex(4)
    what = {"size": size, "by": by, "seed": seed}
    await record_reading(store, "sample", what, actor=caller.name, now=datetime.now(UTC))
    sampler: Sampler = request.app.state.sampler
    drawn = await sampler.draw(size=size, by=by, seed=seed)
    return page(
        request,
        "sample.html",
        strata=STRATA,
        lines=drawn.lines,
        among=drawn.among,
        size=size,
        by=by,
        seed=seed,
    )
