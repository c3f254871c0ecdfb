"""Sealing: what is kept of a case elsewhere -> encrypted under the case's key, and gone with it."""

import secrets
from functools import partial
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from summarizer.audit.store import SQLAuditStore

__all__ = ["CaseSealer"]

_NONCE_BYTES: Final = 12


class CaseSealer:
    """Encrypts under the keys of a log's cases (AES-256-GCM, NIST SP 800-38D).

    The keys lie under the secrets of the log's origin, so that a copy of the database in which
    something sealed lies opens nothing, and whatever was sealed of a case is erased with its key.
    """

    def __init__(self, store: SQLAuditStore) -> None:
        """Take the log."""
        self._store = store

    async def seal(self, case_id: str, plain: bytes, *, bound_to: str) -> bytes | None:
        """Return nonce and ciphertext; None if the case has no key: it was erased.

        Raises:
            AuditUnavailable: if the keys cannot be read.
        """
        cipher = await self._cipher(case_id)
        if cipher is None:
            return None
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, plain, bound_to.encode())

    async def unseal(self, case_id: str, sealed: bytes, *, bound_to: str) -> bytes | None:
        """Return what was sealed; None if the case was erased since, or it was changed.

        Raises:
            AuditUnavailable: if the keys cannot be read.
        """
        cipher = await self._cipher(case_id)
        if cipher is None:
            return None
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError):
            return None

    async def _cipher(self, case_id: str) -> AESGCM | None:
        key = await self._store.run(partial(self._store.keystore.known, case_id))
        return None if key is None else AESGCM(key.derived("answer"))
