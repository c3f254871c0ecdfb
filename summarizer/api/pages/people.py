"""People: the keyed tags of actors -> the names of those who have or had a key."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from fastapi import Request

from summarizer.access.caller import Caller
from summarizer.api.opened import application_of
from summarizer.audit.store import SQLAuditStore

__all__ = ["People", "people_of"]

_SHOWN_DIGITS: Final = 8
_OWN: Final = ("serve",)
"""What the service itself goes by."""


class People(NamedTuple):
    """Tag -> name."""

    names: dict[str, str]

    def name(self, tag: str | None) -> str:
        """Return a name, or the beginning of a tag that is nobody's who has a key here."""
        if tag is None:
            return ""
        return self.names.get(tag, f"{tag[:_SHOWN_DIGITS]}…")


async def people_of(request: Request) -> People:
    """Return everyone who has or had a key, and whoever asks.

    Raises:
        AuditUnavailable: if the keys cannot be read.
    """
    caller: Caller = request.state.caller
    keys = await application_of(request).desk.keys.all()
    return _tagged(application_of(request).log, [*_OWN, caller.name, *(key.name for key in keys)])


def _tagged(store: SQLAuditStore, names: Iterable[str]) -> People:
    return People({store.actor_tag(name): name for name in names})
