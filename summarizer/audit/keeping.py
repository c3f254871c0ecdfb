"""Keeping: what was received of a case and the values held back -> sealed beside its key.

Apart from the events, for as long as policy says, and gone with the key of the case. The index
holds keyed tags of values alone; it answers in which cases a value occurs.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, text

from summarizer.audit.header import written
from summarizer.audit.keystore import Keystore
from summarizer.audit.seal import CaseKey
from summarizer.audit.store import SQLAuditStore
from summarizer.errors import AuditUnavailable
from summarizer.policy.sections import RetentionRules
from summarizer.textfold import value_form

__all__ = ["CaseKeeper", "Keeping", "Kept"]

_NONCE_BYTES: Final = 12


class Kept(NamedTuple):
    """What was kept of one run of a case. It shows nothing in a repr."""

    event_id: str
    received: bytes
    """The ticket as received, JSON."""
    placeholders: Mapping[str, str]
    """Token -> the value it stands for."""

    def __repr__(self) -> str:
        """Show which run it is, and nothing of it."""
        return f"Kept({self.event_id!r})"


class Keeping:
    """The vault and the index of one log; every method is for a worker thread."""

    def __init__(self, keystore: Keystore) -> None:
        """Take the keys of the log's cases."""
        self._keystore = keystore
        self._database = keystore.database

    def keep(
        self,
        case_id: str,
        event_id: str,
        *,
        received: bytes,
        placeholders: Mapping[str, str],
        values: Iterable[str],
        rules: RetentionRules,
        now: datetime,
    ) -> None:
        """Seal what was received, if the rules say so, and index the values: both or neither.

        Raises:
            AuditUnavailable: if it could not be kept, or the case was erased meanwhile.
        """
        key = self._keystore.keys([case_id])[case_id]
        lookup = self._keystore.lookup(case_id)
        tags = sorted({self._value_tag(value) for value in values if value})
        with self._database.writing() as connection:
            self._require_alive(connection, lookup, key)
            if rules.retain_case == "sealed":
                expires = now + timedelta(days=rules.sealed_days)
                content = {"received": received.decode(), "placeholders": dict(placeholders)}
                connection.execute(
                    text(
                        "INSERT INTO key_vault (event_id, lookup, expires, sealed)"
                        " VALUES (:e, :l, :x, :s) ON CONFLICT DO NOTHING"
                    ),
                    {
                        "e": event_id,
                        "l": lookup,
                        "x": written(expires),
                        "s": _sealed(key, event_id, orjson.dumps(content)),
                    },
                )
            if tags:
                connection.execute(
                    text(
                        "INSERT INTO key_subject (value_tag, lookup) VALUES (:v, :l)"
                        " ON CONFLICT DO NOTHING"
                    ),
                    [{"v": tag, "l": lookup} for tag in tags],
                )

    def kept(self, case_id: str, now: datetime) -> Iterator[Kept]:
        """Yield what was kept of a case and has not expired, newest first.

        Raises:
            AuditUnavailable: if it is damaged or cannot be read.
        """
        key = self._keystore.known(case_id)
        if key is None:
            return
        with self._database.reading() as connection:
            query = text(
                "SELECT event_id, sealed FROM key_vault WHERE lookup = :l AND expires > :now"
                " ORDER BY event_id DESC"
            )
            lookup = self._keystore.lookup(case_id)
            rows = connection.execute(query, {"l": lookup, "now": written(now)}).all()
        for event_id, sealed in rows:
            content = _opened(key, event_id, sealed)
            yield Kept(event_id, content["received"].encode(), content["placeholders"])

    def cases_with(self, value: str) -> list[str]:
        """Return the ids of the cases in which a value was held back, sorted.

        Spaces, case, accents and punctuation make no difference.
        """
        with self._database.reading() as connection:
            query = text("SELECT lookup FROM key_subject WHERE value_tag = :tag")
            lookups = connection.execute(query, {"tag": self._value_tag(value)}).scalars().all()
        return sorted(self._keystore.case_ids(list(lookups)))

    def forget_expired(self, now: datetime) -> int:
        """Remove what was kept for as long as it may be; return how much.

        Raises:
            AuditUnavailable: if that fails.
        """
        with self._database.writing() as connection:
            statement = text("DELETE FROM key_vault WHERE expires <= :now")
            removed = int(connection.execute(statement, {"now": written(now)}).rowcount)
        if removed:
            self._keystore.scrub()
        return removed

    def _value_tag(self, value: str) -> str:
        form = value_form(value).encode("utf-8", "surrogatepass")
        return self._keystore.tagger.keyed_hash("subject", form)

    def _require_alive(self, connection: Connection, lookup: str, key: CaseKey) -> None:
        """Keep the key from being destroyed until this transaction ends."""
        lock = "" if self._database.dialect == "sqlite" else " FOR KEY SHARE"
        query = text(f"SELECT tag FROM key_case WHERE lookup = :lookup{lock}")
        if connection.execute(query, {"lookup": lookup}).scalar() != key.tag:
            msg = "the case was erased while it was summarized; nothing of it was kept"
            raise AuditUnavailable(msg)


class CaseKeeper:
    """What the route calls when a run of a case ends: `summarizer.audit.Keeper`."""

    def __init__(self, store: SQLAuditStore, rules: RetentionRules) -> None:
        """Take the log and what policy says of keeping."""
        self._store = store
        self._rules = rules

    async def keep(
        self,
        case_id: str,
        event_id: str,
        *,
        received: bytes,
        placeholders: Mapping[str, str],
        values: Iterable[str],
        now: datetime,
    ) -> None:
        """Keep what policy lets be kept of a run, and index its values: both or neither."""
        work = partial(
            Keeping(self._store.keystore).keep,
            case_id,
            event_id,
            received=received,
            placeholders=placeholders,
            values=tuple(values),
            rules=self._rules,
            now=now,
        )
        await self._store.run(work)


def _sealed(key: CaseKey, event_id: str, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key.derived("vault")).encrypt(nonce, plain, event_id.encode())


def _opened(key: CaseKey, event_id: str, sealed: bytes) -> Any:
    nonce, data = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        plain = AESGCM(key.derived("vault")).decrypt(nonce, data, event_id.encode())
    except (InvalidTag, ValueError):
        msg = f"what was kept under {event_id!a} is damaged; restore the keys' database"
        raise AuditUnavailable(msg) from None
    return orjson.loads(plain)
