"""Headers are canonical, are read back exactly, and are read the same by the verifier's grammar."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.audit import KINDS
from summarizer.audit.header import Header, canonical_json, written
from summarizer.audit.strict import StrictHeader

TAG = st.text("0123456789abcdef", min_size=32, max_size=32)
HASH = st.text("0123456789abcdef", min_size=64, max_size=64)
NAME = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
COUNT = st.integers(0, 2**53 - 1)
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
COUNTED = st.dictionaries(st.from_regex(r"[A-Za-z0-9_.]{1,20}", fullmatch=True), COUNT, max_size=4)
FACTS = st.dictionaries(NAME, TEXT | COUNT | COUNTED, max_size=5)


@st.composite
def headers(draw: st.DrawFn) -> Header:
    case = draw(st.none() | TAG)
    n = None if case is None else draw(COUNT)
    return Header(
        id=draw(TEXT.filter(bool)),
        kind=draw(st.sampled_from(KINDS)),
        at=written(draw(st.datetimes(timezones=st.just(UTC)))),
        body=draw(HASH),
        commit=draw(HASH),
        retention=draw(NAME),
        case=case,
        n=n,
        prev=draw(HASH) if n else None,
        actor=draw(st.none() | TAG),
        facts=draw(FACTS),
    )


def naive(value: Any) -> str:
    """RFC 8785 for what a header may hold, written down from the text of the RFC."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{naive(key)}:{naive(value[key])}" for key in keys) + "}"
    if isinstance(value, str):
        short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
        return (
            '"'
            + "".join(
                short.get(ord(char), f"\\u{ord(char):04x}" if ord(char) < 32 else char)
                for char in value
            )
            + '"'
        )
    assert type(value) is int
    return str(value)


@given(headers())
def test_the_bytes_are_those_of_rfc_8785(header: Header) -> None:
    data = header.encode()

    assert data.decode() == naive(json.loads(data))


@given(headers())
def test_a_header_is_read_back_as_it_was(header: Header) -> None:
    assert Header.decode(header.encode()) == header


@given(headers())
def test_the_verifier_reads_what_was_written(header: Header) -> None:
    read = StrictHeader.read(header.encode())

    for name in ("id", "kind", "at", "case", "n", "actor", "retention", "body", "prev"):
        assert getattr(read, name) == getattr(header, name)
    assert read.facts.named == header.facts
    assert read.columns[5:9] == tuple(
        header.fact(name) for name in ("model", "prompt", "policy", "outcome")
    )


@given(headers(), st.data())
def test_both_refuse_whatever_else_stands_there(header: Header, data: st.DataObject) -> None:
    """One byte more, less or other is another header or none, and both agree on which."""
    encoded = header.encode()
    at = data.draw(st.integers(0, len(encoded) - 1))
    byte = data.draw(st.binary(max_size=1))
    changed = encoded[:at] + byte + encoded[at + 1 :]

    assert is_read(Header.decode, changed) == is_read(StrictHeader.read, changed)


def is_read(read: Any, data: bytes) -> bool:
    try:
        read(data)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "field",
    [
        {"kind": "other"},
        {"at": "2026-03-02T09:14:00Z"},
        {"at": "2026-02-30T09:14:00.000000Z"},
        {"body": "x" * 64},
        {"commit": "a" * 63},
        {"retention": "Standard"},
        {"case": "a" * 32},
        {"n": 1},
        {"case": "a" * 32, "n": 1},
        {"case": "a" * 32, "n": 0, "prev": "a" * 64},
        {"case": "a" * 32, "n": -1},
        {"actor": "somebody"},
        {"facts": {"Model": "m"}},
        {"facts": {"model": "x" * 513}},
        {"facts": {"tokens": -1}},
        {"facts": {"tokens": 2**53}},
        {"facts": {"tokens": True}},
        {"facts": {"counts": {"a b": 1}}},
        {"facts": {"list": []}},
    ],
)
def test_a_field_of_another_form_is_refused(field: dict[str, Any]) -> None:
    header = Header(
        "x", "prompt", written(datetime(2026, 3, 2, tzinfo=UTC)), "a" * 64, "b" * 64, "standard"
    )._replace(**field)

    with pytest.raises(ValueError, match="header field"):
        header.check()
    assert not is_read(StrictHeader.read, json_bytes(header))


def json_bytes(header: Header) -> bytes:
    try:
        return header.encode()
    except TypeError:
        return b""


def test_a_time_is_written_in_utc() -> None:
    there = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=1)))

    assert written(there) == "2026-03-02T09:00:00.000000Z"
    with pytest.raises(ValueError, match="no zone"):
        written(there.replace(tzinfo=None))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, object(), "\ud800"])
def test_what_json_cannot_hold_is_refused_without_being_quoted(value: Any) -> None:
    with pytest.raises(ValueError, match="not JSON"):
        canonical_json({"value": value})


def test_facts_nested_deeper_than_json_is_written_are_refused_and_end_nothing() -> None:
    facts = b'{"a":' * 400 + b"1" + b"}" * 400
    at, digest = written(datetime(2026, 3, 2, tzinfo=UTC)), "0" * 64
    header = Header("1", "prompt", at, digest, digest, "standard", facts={"x": 1})
    data = header.encode().replace(b'{"x":1}', facts)

    assert not is_read(StrictHeader.read, data)
