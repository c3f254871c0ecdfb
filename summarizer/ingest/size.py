"""Ingest: refuses a ticket that policy calls too large."""

from collections.abc import Iterator, Sized

from summarizer.errors import ErrorCode, TicketError
from summarizer.models import Ticket
from summarizer.policy.sections import Limits

__all__ = ["require_readable", "too_large"]


def require_readable(ticket: Ticket, limits: Limits) -> None:
    """Check how many messages and other items a ticket has and how long its texts are.

    Raises:
        TicketError: TICKET_TOO_LARGE, naming the field, its size and the limit.
    """
    sizes = [("messages", len(ticket.messages), "messages", limits.messages)]
    sizes += [(where, len(items), "items", limits.items) for where, items in _lists(ticket)]
    texts = [("subject", ticket.subject)]
    texts += [(f"messages[{i}].body", message.body) for i, message in enumerate(ticket.messages)]
    sizes += [(where, len(text), "characters", limits.message_characters) for where, text in texts]
    for where, size, unit, limit in sizes:
        if size > limit:
            raise too_large(size, unit, limit, where=where)


def _lists(ticket: Ticket) -> Iterator[tuple[str, Sized]]:
    yield "tags", ticket.tags
    yield "fields", ticket.fields
    if ticket.requester is not None:
        yield "requester.identifiers", ticket.requester.identifiers
    for i, message in enumerate(ticket.messages):
        yield f"messages[{i}].attachments", message.attachments


def too_large(size: int | None, unit: str, limit: int, *, where: str = "the ticket") -> TicketError:
    """Return the error for what is above its limit; `size` is None where it was not counted."""
    has = f"more than {limit:,}" if size is None else f"{size:,}"
    detail = f"{where}: {has} {unit}; the policy allows {limit:,}: split it or raise limits"
    return TicketError(detail, code=ErrorCode.TICKET_TOO_LARGE)
