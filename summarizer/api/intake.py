"""Intake: a caller's ticket -> one run of the route, in its turn, once for each key."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import anyio
from starlette.requests import Request

from summarizer.access.answers import LEASE, Asked, InUse, Lease, Replay, Reused
from summarizer.api.answers import Answer
from summarizer.api.flights import Flight, Flights, Tell
from summarizer.api.line import Line
from summarizer.api.meanwhile import meanwhile
from summarizer.api.problems import HTTPCode, HTTPRefusal
from summarizer.api.rates import Rates
from summarizer.bootstrap import Application
from summarizer.errors import AuditUnavailable
from summarizer.models import Outcome, Ticket

__all__ = ["Beside", "Intake", "idempotency_key"]

Beside = Callable[[Outcome], Mapping[str, Any]]
"""What stands in an answer beside its Outcome."""
_KEY = re.compile(r"[ -~]{1,200}")
_RENEWED_SECONDS: Final = LEASE.total_seconds() / 3


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What the service holds between requests, for as long as it runs."""

    application: Application
    flights: Flights
    line: Line
    rates: Rates
    """Requests of each caller."""
    doors: Rates
    """Tries to sign in from each address."""

    @classmethod
    @asynccontextmanager
    async def open(cls, application: Application) -> AsyncIterator["Intake"]:
        """Open it; at the end what is still under way is stopped, and leaves its record."""
        settings = application.settings
        async with anyio.create_task_group() as group:
            yield cls(
                application=application,
                flights=Flights(group),
                line=Line(places=settings.at_once, waiting=settings.queue_length),
                rates=Rates(settings.requests_per_minute),
                doors=Rates(settings.requests_per_minute),
            )
            group.cancel_scope.cancel()

    def summarize(
        self,
        ticket: Ticket,
        *,
        request: bytes,
        caller: str,
        key: str | None = None,
        restore: bool = False,
        beside: Beside = lambda _: {},
    ) -> Flight:
        """Begin to summarize a ticket, or join those who wait for the very same.

        Args:
            ticket: as it was read.
            request: all of the request that bears on its answer: what is asked twice at once
                with the same bytes by the same caller is done once.
            caller: the name of who asks.
            key: the idempotency key, if there is one; not where values are restored.
            restore: put original values back into the texts of the summary.
            beside: gives what else stands in the answer; the request must tell it apart.
        """
        digest = hashlib.sha256(request).digest()
        begin = partial(self._begin, ticket, caller, digest, restore=restore, beside=beside)
        if key is None:
            return begin()
        asked = Asked(caller, key, ticket.id, digest)
        return self.flights.join(asked, partial(self._once, asked, begin))

    def _begin(
        self, ticket: Ticket, caller: str, digest: bytes, *, restore: bool, beside: Beside
    ) -> Flight:
        work = partial(self._run, ticket, caller, restore=restore, beside=beside)
        return self.flights.join((caller, digest, restore), work)

    async def _run(
        self, ticket: Ticket, caller: str, tell: Tell, *, restore: bool, beside: Beside
    ) -> Answer:
        """Take a ticket through the route as soon as there is a place."""
        deadline = anyio.current_time() + self.application.settings.request_seconds
        async with self.line.place(until=deadline):
            tell("accepted")
            outcome = await self.application.pipeline.summarize(
                ticket, restore=restore, actor=caller, tell=tell, deadline=deadline
            )
        return Answer.of(outcome, beside(outcome))

    async def _once(self, asked: Asked, begin: "partial[Flight]", tell: Tell) -> Answer:
        """Give the answer that the key had before, or get one and keep it under the key."""
        match await self.application.answers.claim(asked):
            case Replay(answer):
                return Answer.replayed(answer)
            case Reused():
                detail = "Idempotency-Key: was used for another request; use a new one for this"
                raise HTTPRefusal(HTTPCode.IDEMPOTENCY_KEY_REUSED, detail)
            case InUse():
                headers = {"Retry-After": str(self.line.seconds())}
                detail = "Idempotency-Key: the request is under way; ask again for its answer"
                raise HTTPRefusal(HTTPCode.IDEMPOTENCY_CONFLICT, detail, headers=headers)
            case Lease() as lease:
                return await self._under(lease, begin(), tell)

    async def _under(self, lease: Lease, flight: Flight, tell: Tell) -> Answer:
        answers = self.application.answers
        answer: Answer | None = None
        try:
            async with meanwhile(partial(self._renewed, lease)):
                answer = await flight.answer(tell)
        finally:
            # A summary that is on record is not held back for want of a copy of it; and a key
            # that could not be freed is free when the lease expires.
            with anyio.CancelScope(shield=True), suppress(AuditUnavailable):
                if answer is not None and answer.is_final:
                    await answers.keep(lease, answer.kept())
                else:
                    await answers.release(lease)
        return answer

    async def _renewed(self, lease: Lease) -> None:
        while True:
            await anyio.sleep(_RENEWED_SECONDS)
            with suppress(AuditUnavailable):
                await self.application.answers.renew(lease)


def idempotency_key(request: Request, *, restore: bool = False) -> str | None:
    """Return the idempotency key of a request, taken as it stands; None if it has none.

    An answer with restored values is not kept: each time that they are seen is an event.

    Raises:
        HTTPRefusal: if there are several, or it is not 1 to 200 printable ASCII characters, or
            values are to be restored.
    """
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    if restore:
        detail = "Idempotency-Key: not with restore=true; ask for the summary, then restore it"
        raise HTTPRefusal(HTTPCode.BAD_REQUEST, detail)
    if len(keys) > 1 or not _KEY.fullmatch(keys[0]):
        detail = "Idempotency-Key: send one, of 1 to 200 printable ASCII characters"
        raise HTTPRefusal(HTTPCode.BAD_REQUEST, detail)
    return keys[0]
