"""Ingest: the name of a source -> how its payloads are read."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from summarizer.errors import ConfigurationError, TicketError
from summarizer.ingest.mail import read_mails
from summarizer.ingest.native import parse_ticket
from summarizer.ingest.payload import Received
from summarizer.ingest.salesforce import read_salesforce
from summarizer.ingest.servicenow import read_servicenow
from summarizer.ingest.zendesk import read_zendesk
from summarizer.policy.sections import Limits

__all__ = ["NATIVE", "SOURCES", "Source", "parse_payload", "source_named"]

_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Source:
    """A form in which tickets come."""

    name: str
    suffixes: tuple[str, ...]
    """How the names of its files end; `.jsonl` has one payload a line."""
    media_types: tuple[str, ...]
    """What its payloads are declared as over HTTP."""
    read: Callable[[bytes, Limits, int], tuple[Received | TicketError, ...]]
    """Takes a payload, the limits and the number of its first line; gives its tickets, each read
    or with the reason why it was not. Raises TicketError if the payload cannot be read at all."""

    @property
    def has_lines(self) -> bool:
        """Whether its payloads can stand one on each line of a file."""
        return ".jsonl" in self.suffixes


def _read_native(data: bytes, limits: Limits, line: int) -> tuple[Received, ...]:
    return (Received(parse_ticket(data, limits, line=line)),)


def _json_tool(name: str, read: Callable[..., Received]) -> Source:
    return Source(
        name,
        (".json", ".jsonl"),
        (_JSON,),
        lambda data, limits, line: (read(data, limits, line=line),),
    )


def _email(domains: Collection[str]) -> Source:
    own = frozenset(domain.casefold() for domain in domains)
    return Source(
        "email",
        (".eml", ".mbox"),
        ("message/rfc822", "application/mbox"),
        lambda data, limits, _: read_mails(data, limits, domains=own),
    )


NATIVE: Final = Source("native", (".json", ".jsonl"), (_JSON,), _read_native)
_SOURCES: Final[Mapping[str, Source]] = {
    "native": NATIVE,
    "zendesk": _json_tool("zendesk", read_zendesk),
    "servicenow": _json_tool("servicenow", read_servicenow),
    "salesforce": _json_tool("salesforce", read_salesforce),
}
SOURCES: Final = (*_SOURCES, "email")
"""The names of all sources."""


def source_named(name: str, *, mail_domains: Collection[str] = ()) -> Source:
    """Return a source by its name.

    Args:
        name: one of `SOURCES`.
        mail_domains: the bank's own; who mails from elsewhere is a customer.

    Raises:
        ConfigurationError: if there is no such source; names those there are.
    """
    if name == "email":
        return _email(mail_domains)
    if name in _SOURCES:
        return _SOURCES[name]
    msg = f"source: there is none of this name; name one of {', '.join(SOURCES)}"
    raise ConfigurationError(msg)


def parse_payload(source: Source, data: bytes, limits: Limits) -> Received:
    """Read a payload that holds one ticket, as a request does.

    Raises:
        TicketError: if it cannot be read, or holds several; names the place and the fix.
    """
    found = source.read(data, limits, 1)
    if len(found) != 1:
        msg = f"the mailbox: {len(found)} threads or mails that cannot be read; send one thread"
        raise TicketError(msg)
    if isinstance(found[0], TicketError):
        raise found[0]
    return found[0]
