import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.audit import Event
from summarizer.audit.chain import (
    Header,
    Sealed,
    canonical_json,
    follows,
    genesis,
    record_hash,
)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=9)
    | st.floats(-1e9, 1e9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
KEY = bytes(range(32))
HEADER = Header(7, "id", "prompt", "2026-03-02T09:14:00.000000Z", None)


@dataclass
class Opaque:
    value: str = "Sensitive Name"


@given(st.dictionaries(st.text(max_size=3), json_values, max_size=4))
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(body: dict[str, Any]) -> None:
    data = canonical_json(body)

    assert orjson.loads(data) == body
    assert canonical_json(dict(reversed(body.items()))) == data
    assert canonical_json(orjson.loads(data)) == data


def test_canonical_form_is_what_the_module_says() -> None:
    body = MappingProxyType({"é": 1.5, "a": ("x\n", None, True), "B": {}})

    assert canonical_json(body) == '{"B":{},"a":["x\\n",null,true],"é":1.5}'.encode()


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        [None, {"deep": float("-inf")}],
        2**64,
        "Sensitive Name \ud800",
        {1: "Sensitive Name"},
        Opaque(),
        datetime(2026, 3, 2, tzinfo=UTC),
        b"Sensitive Name",
    ],
)
def test_what_json_cannot_hold_is_refused_without_being_quoted(value: object) -> None:
    with pytest.raises(ValueError, match="not JSON") as caught:
        canonical_json({"value": value})

    assert "Sensitive" not in str(caught.value)


def test_header_is_read_back_from_its_canonical_bytes() -> None:
    at = datetime(2026, 3, 2, 10, 14, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    header = Header.of(Event("id", "prompt", at, "tag", {}), 7)

    assert header.encode() == (
        b'{"at":"2026-03-02T09:14:00.000005Z","case":"tag","id":"id","kind":"prompt","seq":7,"v":1}'
    )
    assert Header.decode(header.encode()) == header
    assert header.time == at


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        HEADER.encode() + b" ",
        HEADER.encode().replace(b'"v":1', b'"v":2'),
        HEADER.encode().replace(b'"seq":7', b'"seq":"7"'),
        HEADER.encode().replace(b'"seq":7', b'"seq":true'),
        HEADER.encode().replace(b'"seq":7', b'"seq":-7'),
        HEADER.encode().replace(b'"seq":7', b'"seq":9223372036854775808'),
        HEADER.encode().replace(b"2026-03-02T09:14:00.000000Z", b"any words here"),
        HEADER.encode().replace(b"2026-03-02T09:14:00.000000Z", b"any words here Z"),
        HEADER.encode().replace(b"2026-03-02T09:14:00.000000Z", b"2026-03-02T09:14:00Z"),
        HEADER.encode().replace(b"00.000000Z", b"00.000000+00:00"),
        HEADER.encode().replace(b'"id":"id"', b'"id":null'),
        HEADER.encode().replace(b'"case"', b'"cose"'),
        HEADER.encode().replace(b'"kind":', b'"kind": '),
    ],
)
def test_bytes_that_are_no_canonical_header_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Header.decode(data)


def test_a_time_without_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - the subject of the test

    with pytest.raises(ValueError, match="aware"):
        Sealed.of(Event("id", "prompt", naive, None, {}))


def test_hashes_are_those_the_module_documents() -> None:
    """The formula is part of the evidence format: a change would orphan every log."""
    body = sha256(b"{}").digest()
    start = sha256(b"summarizer/audit/genesis/v1\n" + b"origin").digest()
    message = b"summarizer/audit/record/v1\n" + start + body + HEADER.encode()
    expected = hmac.new(KEY, message, "sha256").digest()

    assert genesis("origin") == start
    assert record_hash(KEY, start, HEADER.encode(), body) == expected
    assert expected.hex() == "452cc8bf441c6bd106e1cdc6957ecfffb1539cffcc299ec53d3ea465791732d2"


def test_a_hash_under_another_key_does_not_follow() -> None:
    body, start = sha256(b"{}").digest(), genesis("origin")
    value = record_hash(KEY, start, HEADER.encode(), body)

    assert follows(KEY, start, HEADER.encode(), body, value)
    assert not follows(bytes(32), start, HEADER.encode(), body, value)
    assert not follows(KEY, start, "text", body, value)
    assert not follows(KEY, start, HEADER.encode(), body, 5)


def test_genesis_is_bound_to_the_origin() -> None:
    assert genesis("a") != genesis("b")


@pytest.mark.parametrize(("previous", "body"), [(31, 32), (32, 33), (0, 32)])
def test_a_hash_of_the_wrong_length_is_refused(previous: int, body: int) -> None:
    """Fixed lengths keep the hashed bytes unambiguous."""
    with pytest.raises(ValueError, match="32 bytes"):
        record_hash(KEY, bytes(previous), b"{}", bytes(body))
