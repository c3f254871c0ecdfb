"""Control events: what lets verification accept less -> whether this log itself recorded it.

An incarnation lets a log differ from what was published, a prune lets bodies be gone. Whoever can
write to the database can make a header of either kind; a body that opens under the log's own key,
which does not lie in it, cannot be made so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from summarizer.audit.scan import scan

__all__ = ["Control", "Opens", "control_events", "explained"]

Opens = Callable[[str, bytes], Mapping[str, Any] | None]
"""Takes an event's id and its ciphertext; returns what it says, or None if the log's own key does
not open it."""

_CONTROL: Final = (
    "SELECT l.seq, e.event_id, b.ciphertext FROM audit_entry AS e"
    " LEFT JOIN audit_leaf AS l ON l.event_id = e.event_id"
    " LEFT JOIN audit_body AS b ON b.event_id = e.event_id"
    " WHERE e.kind IN ('incarnation', 'pruned') ORDER BY e.event_id"
)


class Control(NamedTuple):
    """An event that lets less be there."""

    seq: int | None
    event_id: Any
    body: Mapping[str, Any] | None
    """What it says; None if this log did not make it."""


def control_events(connection: Connection, opens: Opens) -> Iterator[Control]:
    """Yield every control event.

    Raises:
        DBAPIError: if the database fails.
    """
    for seq, event_id, ciphertext in scan(connection, _CONTROL):
        whole = type(event_id) is str and type(ciphertext) is bytes
        body = opens(event_id, ciphertext) if whole else None
        yield Control(seq if type(seq) is int else None, event_id, body)


def explained(controls: Iterable[Control]) -> frozenset[str]:
    """Return the published notes after which an incarnation says that the log may differ."""
    notes = (control.body.get("last_published") for control in controls if control.body)
    return frozenset(note for note in notes if isinstance(note, str))
