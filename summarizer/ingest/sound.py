"""Ingest: refuses a ticket that later steps could not read or tell apart."""

from datetime import UTC

from summarizer.errors import TicketError
from summarizer.ingest.size import require_readable
from summarizer.models import Ticket
from summarizer.policy.sections import Limits

__all__ = ["require_sound"]


def require_sound(ticket: Ticket, limits: Limits) -> None:
    """Check the sizes of a ticket, the ids of its messages and that their times exist in UTC.

    Raises:
        TicketError: TICKET_TOO_LARGE or INVALID_TICKET, naming the field and the fix.
    """
    require_readable(ticket, limits)
    _require_distinct_ids(ticket)
    _require_times_in_utc(ticket)


def _require_distinct_ids(ticket: Ticket) -> None:
    seen: dict[str, int] = {}
    for position, message in enumerate(ticket.messages):
        first = seen.setdefault(message.id or f"m{position + 1}", position)
        if first != position:
            msg = (
                f"messages[{position}].id: the same as that of messages[{first}]; give each its "
                "own (a message without one is called m1, m2 … by position)"
            )
            raise TicketError(msg)


def _require_times_in_utc(ticket: Ticket) -> None:
    for position, message in enumerate(ticket.messages):
        try:
            if message.at is not None:
                message.at.astimezone(UTC)
        except OverflowError:
            at = position
            break
    else:
        return
    msg = f"messages[{at}].at: the time in UTC is not in the years 1 to 9999; mend or remove it"
    raise TicketError(msg)
