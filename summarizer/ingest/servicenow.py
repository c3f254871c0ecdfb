"""Ingest: a ServiceNow record of the Table API with its journal entries -> Ticket.

One object holds, each under its table's name, what the Table API answers with: the record
(`incident` or `sn_customerservice_case`), `sys_journal_field`, and if wanted `sys_user` and
`sys_attachment`. Values are read as they come with `sysparm_display_value` false or all.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import BeforeValidator, ConfigDict, PlainValidator
from pydantic_core import PydanticCustomError

from summarizer.errors import TicketError
from summarizer.ingest.payload import Call, Received, Shape, fields_of, in_time, read_shape, sound
from summarizer.models import Author, Channel
from summarizer.policy.sections import Limits

__all__ = ["Table", "post_back", "read_servicenow"]

Table = Literal["incident", "sn_customerservice_case"]

_CHANNELS: Final[dict[str, Channel]] = {
    "email": "email",
    "phone": "phone",
    "chat": "chat",
    "virtual_agent": "chat",
    "self-service": "web",
    "web": "web",
    "portal": "web",
}
_EXTERNAL: Final = frozenset({"customer_contact", "csm_consumer_user"})
"""Classes of users that are customers (table `sys_user` and what extends it)."""
_PEOPLE: Final = ("caller_id", "contact", "consumer")
"""Fields that name the customer; an incident has the first, a case the others."""
_LABELS: Final = (
    "category",
    "subcategory",
    "state",
    "priority",
    "impact",
    "urgency",
    "product",
    "resolution_code",
    "close_code",
)
_CODE: Final = re.compile(r"\[/?code\]", re.IGNORECASE)
"""Marks around HTML in a journal entry."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_SYS_ID: Final = re.compile(r"[0-9a-f]{32}")
_SYSTEM: Final = "system"


class _Value(NamedTuple):
    """A value as it is stored, and as the form shows it."""

    raw: str = ""
    shown: str = ""


def _value(given: Any) -> _Value:
    """Read a plain value, a reference (`link`, `value`) or a pair with `display_value`."""
    if isinstance(given, dict):
        raw, shown = given.get("value"), given.get("display_value")
        shown = raw if shown is None else shown
        given = "" if raw is None else raw
    else:
        shown = given
    if not isinstance(given, str | int | float | None) or not isinstance(
        shown, str | int | None | float
    ):
        kind = "servicenow_value"
        msg = "must be a string, or an object with value and display_value"
        raise PydanticCustomError(kind, msg)
    return _Value(_plain(given), _plain(shown))


def _plain(given: str | float | None) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    return "" if given is None else str(given)


def _time(given: Any) -> datetime | None:
    """Read a time as the Table API stores it: in UTC."""
    raw = _value(given).raw
    if not raw:
        return None
    try:
        if _TIME.fullmatch(raw):
            return datetime.fromisoformat(raw).replace(tzinfo=UTC)
    except ValueError:
        # As 2026-02-30 is: the message below is what to do about it.
        pass
    kind = "servicenow_time"
    msg = "must be YYYY-MM-DD hh:mm:ss in UTC; ask with sysparm_display_value false or all"
    raise PydanticCustomError(kind, msg)


def _rows(given: Any) -> Any:
    """Take the rows of a table, or none."""
    found = _unwrapped(given)
    return () if found is None else found


def _unwrapped(given: Any) -> Any:
    """Take the answer of the Table API, or the `result` in it."""
    inner = given["result"] if isinstance(given, dict) and "result" in given else given
    # What is no longer JSON must be a tuple to count as one.
    return tuple(inner) if isinstance(inner, list) else inner


_Cell = Annotated[_Value, PlainValidator(_value)]
_Time = Annotated[datetime | None, PlainValidator(_time)]
_NONE: Final = _Value()


class _Record(Shape):
    """A record; columns that a bank added begin with `u_`, dot-walked ones hold a dot."""

    model_config = ConfigDict(extra="allow")

    sys_id: _Cell = _NONE
    number: _Cell
    short_description: _Cell = _NONE
    description: _Cell = _NONE
    contact_type: _Cell = _NONE
    opened_at: _Time = None
    sys_created_on: _Time = None
    opened_by: _Cell = _NONE
    assigned_to: _Cell = _NONE
    caller_id: _Cell = _NONE
    contact: _Cell = _NONE
    consumer: _Cell = _NONE

    def cell(self, name: str) -> _Value:
        """Return another column; what is no value counts as empty."""
        try:
            return _value((self.model_extra or {}).get(name))
        except PydanticCustomError:
            return _NONE


class _Entry(Shape):
    """A row of `sys_journal_field`."""

    sys_id: _Cell = _NONE
    element: _Cell
    value: _Cell
    sys_created_on: _Time = None
    sys_created_by: _Cell = _NONE


class _User(Shape):
    sys_id: _Cell = _NONE
    user_name: _Cell = _NONE
    name: _Cell = _NONE
    email: _Cell = _NONE
    phone: _Cell = _NONE
    mobile_phone: _Cell = _NONE
    sys_class_name: _Cell = _NONE


class _Attachment(Shape):
    file_name: _Cell
    content_type: _Cell = _NONE
    size_bytes: _Cell = _NONE


_Rows = BeforeValidator(_rows)
_Row = BeforeValidator(_unwrapped)


class _Payload(Shape):
    incident: Annotated[_Record | None, _Row] = None
    sn_customerservice_case: Annotated[_Record | None, _Row] = None
    sys_journal_field: Annotated[tuple[_Entry, ...], _Rows] = ()
    sys_user: Annotated[tuple[_User, ...], _Rows] = ()
    sys_attachment: Annotated[tuple[_Attachment, ...], _Rows] = ()


def read_servicenow(data: bytes, limits: Limits, *, line: int = 1) -> Received:
    """Read a record with its journal.

    Raises:
        TicketError: naming the path in the payload and the fix, or the limit it is above.
    """
    payload = read_shape(data, _Payload, limits, line=line)
    table: Table = "incident" if payload.incident else "sn_customerservice_case"
    record = payload.incident or payload.sn_customerservice_case
    if record is None:
        msg = (
            "incident: missing; send the record under its table's name, or sn_customerservice_case"
        )
        raise TicketError(msg)
    if not record.number.shown:
        msg = f"{table}.number: empty; ask for this column, since it names the case"
        raise TicketError(msg)
    ticket = sound(limits, _Reader(payload, record).parts())
    sys_id = record.sys_id.raw
    known = _SYS_ID.fullmatch(sys_id) is not None
    return Received(ticket, partial(post_back, table, sys_id) if known else None)


def post_back(table: Table, sys_id: str, text: str) -> Call:
    """Return the call that adds a work note (ServiceNow: "Table API", update of a record).

    Raises:
        ValueError: if the id is none of ServiceNow's.
    """
    if not _SYS_ID.fullmatch(sys_id):
        msg = "a sys_id has 32 hexadecimal digits"
        raise ValueError(msg)
    return Call("PATCH", f"/api/now/table/{table}/{sys_id}", {"work_notes": text})


class _Reader:
    """One payload under reading."""

    def __init__(self, payload: _Payload, record: _Record) -> None:
        self._payload = payload
        self._record = record
        people = [getattr(record, name) for name in _PEOPLE]
        self._person: _Value = next((person for person in people if person.raw), _NONE)
        users = payload.sys_user
        self._users = {user.user_name.raw: user for user in users if user.user_name.raw}
        self._by_id = {user.sys_id.raw: user for user in users if user.sys_id.raw}

    def parts(self) -> dict[str, Any]:
        record = self._record
        return {
            "id": record.number.shown,
            "channel": _CHANNELS.get(record.contact_type.raw),
            "subject": record.short_description.shown,
            "requester": self._requester(),
            "messages": self._messages(),
            "fields": fields_of(self._fields()),
        }

    def _messages(self) -> list[dict[str, Any]]:
        record = self._record
        opener = record.opened_by
        by_customer = not opener.raw or opener.raw == self._person.raw
        opened = {
            "author": "customer" if by_customer else "agent",
            "author_name": (self._shown_name(self._person if by_customer else opener)) or None,
            "at": record.opened_at or record.sys_created_on,
            "body": record.description.shown or record.short_description.shown,
            "attachments": [
                {
                    "name": row.file_name.shown,
                    "media_type": row.content_type.raw or "application/octet-stream",
                    "bytes": int(size) if (size := row.size_bytes.raw[:18]).isdecimal() else 0,
                }
                for row in self._payload.sys_attachment
            ],
        }
        return in_time([opened, *(self._entry(entry) for entry in self._payload.sys_journal_field)])

    def _entry(self, entry: _Entry) -> dict[str, Any]:
        by = entry.sys_created_by.raw
        user = self._users.get(by)
        return {
            "id": entry.sys_id.raw or None,
            "author": self._author(entry, user),
            "author_name": (user.name.shown if user else "") or by or None,
            "at": entry.sys_created_on,
            "body": _CODE.sub("", entry.value.shown),
        }

    def _author(self, entry: _Entry, user: _User | None) -> Author:
        """Whoever is not known to work for the bank counts as a customer, whatever they say."""
        if entry.sys_created_by.raw == _SYSTEM:
            return "system"
        if entry.element.raw == "work_notes":
            return "agent"
        if user is None:
            return "customer"
        is_person = bool(user.sys_id.raw) and user.sys_id.raw == self._person.raw
        return "customer" if is_person or user.sys_class_name.raw in _EXTERNAL else "agent"

    def _shown_name(self, person: _Value) -> str:
        user = self._by_id.get(person.raw)
        if user is not None and user.name.shown:
            return user.name.shown
        # Without display values a reference has its sys_id alone.
        return "" if person.shown == person.raw else person.shown

    def _requester(self) -> dict[str, Any] | None:
        user = self._by_id.get(self._person.raw)
        name = self._shown_name(self._person) or self._walked("name")
        email = (user.email.shown if user else "") or self._walked("email")
        phones = [user.phone.shown, user.mobile_phone.shown] if user else []
        phones = [
            phone
            for phone in (*phones, self._walked("phone"), self._walked("mobile_phone"))
            if phone
        ]
        identifiers = [*phones[1:], *self._others()]
        if not (name or email or phones or identifiers):
            return None
        return {
            "name": name or None,
            "email": email or None,
            "phone": phones[0] if phones else None,
            "identifiers": list(dict.fromkeys(identifiers)),
        }

    def _walked(self, column: str) -> str:
        """Return a dot-walked column of the customer, such as `caller_id.email`."""
        cells = (self._record.cell(f"{person}.{column}").shown for person in _PEOPLE)
        return next((shown for shown in cells if shown), "")

    def _others(self) -> Iterator[str]:
        """Yield what tells other customers: user names, addresses and numbers."""
        for user in self._payload.sys_user:
            person = bool(user.sys_id.raw) and user.sys_id.raw == self._person.raw
            if person or user.sys_class_name.raw in _EXTERNAL:
                cells = (
                    [user.user_name]
                    if person
                    else [user.user_name, user.email, user.phone, user.mobile_phone]
                )
                yield from (cell.shown for cell in cells if cell.shown)

    def _fields(self) -> Iterator[tuple[str, Any]]:
        for name in _LABELS:
            yield name, self._record.cell(name).shown
        for name in self._record.model_extra or {}:
            if name.startswith("u_"):
                yield name, self._record.cell(name).shown
