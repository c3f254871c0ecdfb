import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from summarizer.audit.appending import Append
from summarizer.audit.header import Header
from summarizer.audit.ids import EventIds
from summarizer.audit.seal import CaseKey, Link, body_bytes, encrypt, seal, unseal
from summarizer.audit.strict import StrictHeader
from summarizer.errors import AuditUnavailable
from tests.audit.logs import event

KEY = CaseKey(bytes(range(32)), "T-1001")
ONE = event(EventIds(), 1, "T-1001")


def test_keys_are_derived_by_hkdf_expand() -> None:
    """RFC 5869, 2.3, by another implementation."""
    for purpose in ("enc", "tag", "vault"):
        info = b"summarizer/audit/v2/" + purpose.encode()
        expected = HKDFExpand(SHA256(), 32, info).derive(bytes(range(32)))
        assert KEY.derived(purpose) == expected


def test_a_sealed_event_commits_to_its_ciphertext_key_and_place() -> None:
    sealed = seal(
        encrypt(ONE, body_bytes(ONE), KEY), link=Link(3, b"\x01" * 32), actor=None, retention="x"
    )

    assert sealed.header.body == sha256(sealed.ciphertext).hexdigest()
    assert sealed.header.commit == KEY.commit
    assert (sealed.header.case, sealed.header.n, sealed.header.prev) == (KEY.tag, 3, "01" * 32)
    assert sealed.leaf == sha256(b"\x00" + sealed.encoded).digest()
    assert unseal(KEY, ONE.id, sealed.ciphertext) == ONE.body


def test_an_event_of_no_case_has_no_place_in_one() -> None:
    key = CaseKey(bytes(32), None)
    sealed = seal(encrypt(ONE, body_bytes(ONE), key), link=None, actor=None, retention="standard")

    assert (key.tag, sealed.header.case, sealed.header.n) == (None, None, None)


def test_a_body_is_never_encrypted_twice_alike() -> None:
    body = body_bytes(ONE)

    assert KEY.encrypt(body, ONE.id) != KEY.encrypt(body, ONE.id)


@pytest.mark.parametrize("other", ["key", "event", "byte", "short"])
def test_a_body_opens_only_with_its_key_for_its_event(other: str) -> None:
    sealed = KEY.encrypt(body_bytes(ONE), ONE.id)
    key = CaseKey(bytes(32), "T-1001") if other == "key" else KEY
    name = "x" if other == "event" else ONE.id
    data = {"byte": sealed[:-1] + bytes([sealed[-1] ^ 1]), "short": sealed[:10]}.get(other, sealed)

    with pytest.raises(ValueError, match="not encrypted under this key"):
        unseal(key, name, data)


def test_cases_and_keys_have_tags_that_cannot_be_linked() -> None:
    tags = {
        KEY.tag,
        CaseKey(bytes(range(32)), "T-1002").tag,
        CaseKey(bytes(32), "T-1001").tag,
    }

    assert len(tags) == 3


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        CaseKey(b"short", None)


@pytest.mark.parametrize("link", [None, Link(0, None), Link(7, b"\x02" * 32)])
@pytest.mark.parametrize("actor", [None, "0" * 32])
@pytest.mark.parametrize(
    "facts", [{}, {"model": "m", "entities": {"IBAN": 2, "EMAIL": 1}, "tokens": 7, "a": 'ß"\n'}]
)
def test_a_header_that_was_not_checked_is_of_the_form_that_is_read(
    link: Link | None, actor: str | None, facts: dict[str, Any]
) -> None:
    one = replace(ONE, facts=facts)
    sealed = seal(encrypt(one, b"{}", KEY), link=link, actor=actor, retention="standard")

    assert Header.decode(sealed.encoded) == sealed.header
    assert StrictHeader.read(sealed.encoded).id == one.id
    fields = json.loads(sealed.encoded)
    slow = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sealed.encoded == slow.encode()


@pytest.mark.parametrize(
    "change",
    [{"facts": {"Free Text": "x"}}, {"kind": "other"}, {"at": datetime(2026, 3, 2)}],  # noqa: DTZ001 - what is refused
)
def test_what_no_header_can_hold_is_refused_before_it_shares_a_transaction(
    change: dict[str, Any],
) -> None:
    with pytest.raises(AuditUnavailable, match="not of the form of a header"):
        Append.of([replace(ONE, **change)])
