"""Watching: the log of a service that runs -> verified every so often, counted and told."""

from typing import Final, NoReturn

import anyio
import structlog

from summarizer.bootstrap import Application
from summarizer.errors import AuditUnavailable

__all__ = ["keep_verifying", "verify_once"]

_SECONDS_AN_HOUR: Final = 3_600

log = structlog.get_logger("summarizer.api")


async def keep_verifying(application: Application, *, hours: float) -> NoReturn:
    """Verify the whole log again and again, the first time when the first interval is over."""
    while True:
        await anyio.sleep(hours * _SECONDS_AN_HOUR)
        await verify_once(application)


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
