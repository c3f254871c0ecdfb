"""Watching: the log of a service that runs -> verified and counted, at times or when asked."""

from contextlib import suppress
from typing import Final, NoReturn

import anyio
import structlog

from summarizer.api.opened import now
from summarizer.audit import Verification
from summarizer.bootstrap import Application
from summarizer.casework.events import record_reading
from summarizer.casework.tally import Tally
from summarizer.errors import AuditUnavailable

__all__ = ["keep_counting", "keep_verifying", "verify_for", "verify_once"]

_COUNTING_SECONDS: Final = 30.0
_SECONDS_AN_HOUR: Final = 3_600

log = structlog.get_logger("summarizer.api")


async def keep_verifying(application: Application, *, hours: float) -> NoReturn:
    """Verify the whole log again and again, the first time when the first interval is over."""
    while True:
        await anyio.sleep(hours * _SECONDS_AN_HOUR)
        await verify_once(application)


async def keep_counting(tally: Tally) -> NoReturn:
    """Count what came to the log again and again, so that no dashboard has much left to count."""
    while True:
        with suppress(AuditUnavailable):
            # Whoever opens a dashboard is told, and readiness says so, too.
            await tally.counted(now())
        await anyio.sleep(_COUNTING_SECONDS)


async def verify_once(application: Application) -> None:
    """Verify the whole log; what is found is counted and logged by its kinds."""
    try:
        verification = await application.store.verify()
    except AuditUnavailable as error:
        # Not a finding: the figures and readiness say that the store cannot be read.
        log.warning("the audit log could not be verified", code=str(error.code))
        return
    application.metrics.verified(verification)
    if not verification.ok:
        kinds = sorted({finding.kind for finding in verification.findings})
        log.error(
            "the audit log is not intact; run `summarizer audit verify`",
            code=",".join(kinds),
            count=len(verification.findings),
        )


async def verify_for(application: Application, *, by: str) -> Verification:
    """Recompute the whole log from its stored bytes, against every published checkpoint.

    That it was asked for is on record first, and so is verified along. One at a time.

    Args:
        application: whose log it is.
        by: who asks.

    Raises:
        AuditUnavailable: if the log cannot be read, or did not take the record.
    """
    log = application.log
    await record_reading(log, "verify", {}, actor=by, now=now())
    async with application.verifying:
        await log.number()
        # A log that does not continue what was published is not signed; verifying says why.
        with suppress(AuditUnavailable):
            await log.publish()
        return await log.verify()
